"""`cpwatch doctor`: every check, printed as text or JSON, the bundle for support, and the exit code of the verdict."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tui.clock import Clock, within
from tui.doctor.bundle import Material, known_to, listing, members, zipped
from tui.doctor.check import Outcome, Result, Status
from tui.doctor.checks import CHECKS
from tui.doctor.host import Host, this_machine
from tui.doctor.masks import Masks
from tui.doctor.outcome import failed
from tui.doctor.report import check_lines, document, headline, lines, title_width, verdict_lines
from tui.doctor.run import examine
from tui.doctor.scene import Facts, Scene
from tui.domain.remedy import Remedy
from tui.domain.sanitise import safe_text
from tui.domain.secret import Secret
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, VerdictName, verdict
from tui.domain.way import Told
from tui.engine.budget import Budget
from tui.engine.core import Core
from tui.engine.detached import use_detached_threads
from tui.engine.path_job import look_at_way, path_job
from tui.engine.shared_record import shared_record
from tui.files import write_whole
from tui.gateway.client import GatewayClient
from tui.output import OutputFailed, complain, printable, say
from tui.setup.gateway_logs import ends_of_logs

EXIT_UNREADABLE = 2
_LOGS_WITHIN = 4.0
_UNREADABLE = "cpwatch's own settings can't be used as they are, so that nothing was asked of any gateway."
_YES = frozenset({"y", "yes"})


@dataclass(frozen=True, slots=True)
class Wish:
    """A bundle that is wanted in that file, which is not there yet.

    unasked: whether it is written without a question. addresses: whether public ones stay in it. settings, in_force,
    variables: as `Material` has them. secrets: texts that must not come out; user, home: whose name neither.
    """

    path: Path
    unasked: bool = False
    addresses: bool = False
    settings: str | None = None
    in_force: Mapping[str, object] | None = None
    variables: Sequence[str] = ()
    # Not in its repr, by which it might get into a traceback's file.
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    names: frozenset[str] = field(default=frozenset(), repr=False)
    user: str | None = None
    home: Path | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    results: tuple[Result, ...]
    found: Verdict
    state: MonitorState
    logs: Mapping[str, str]


def doctor(
    state: MonitorState,
    clock: Clock,
    *,
    ca: Path | None,
    as_json: bool,
    told: Told | None = None,
    way_in: Mapping[str, Secret] | None = None,
    facts: Facts | None = None,
    wish: Wish | None = None,
    host: Host | None = None,
) -> int:
    """Look at everything once, print what came of it to standard output, and give the verdict's exit code.

    On a terminal each check's line comes as soon as it can, and the leading cause after them all. told: what the
    settings say of the way. way_in: headers for the guard before the gateway. host: the machine, by default this one.
    Raises OutputFailed: the result or the bundle could not be written.
    """
    progress = Progress() if not as_json and sys.stdout is not None and sys.stdout.isatty() else None
    on = host or this_machine()
    seen = asyncio.run(
        _look(state, clock, ca, told or Told(), way_in, facts or Facts(), on, progress, logs=wish is not None)
    )
    code = seen.found.name.exit_code
    if progress is not None:
        closing = ["", *headline(seen.results, seen.found), "", *verdict_lines(seen.results, seen.found, code)]
        say(printable("\n".join(closing)))
    else:
        _tell(seen.results, seen.found, code, as_json=as_json)
    if wish is not None:
        _bundle(_material(wish, seen.results, seen.found, code, clock, seen.state, seen.logs), wish)
    return code


def unreadable(why: str, clock: Clock, *, by_file: bool, as_json: bool, wish: Wish | None = None) -> int:
    """The same where the settings can't be used: their check has failed, all others are skipped; exit 2.

    why: what is wrong with them, a line each. by_file: whether the file itself is at fault, and not what it leads to.
    """
    first, *others = CHECKS
    seen = "; ".join(line for line in why.splitlines() if line.strip())
    remedy = Remedy("Correct what is named there; the line below names all of it.", ("cpwatch config check",))
    if not by_file:
        remedy = Remedy("See to what is named there, and check again.")
    results = [Result(first.id, first.title, failed("unreadable", seen, _UNREADABLE, remedy))]
    skipped = Outcome(Status.SKIPPED, "skipped", f"“{first.title}” failed")
    results += [Result(each.id, each.title, skipped) for each in others]
    found = Verdict(VerdictName.UNKNOWN, "nothing was looked at")
    _tell(results, found, EXIT_UNREADABLE, as_json=as_json)
    if wish is not None:
        _bundle(_material(wish, results, found, EXIT_UNREADABLE, clock), wish)
    return EXIT_UNREADABLE


def _tell(results: Sequence[Result], found: Verdict, code: int, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(document(results, found)))
    else:
        say(printable("\n".join(lines(results, found, code))))


class Progress:
    """Prints each check's lines as soon as it and all before it have ended."""

    def __init__(self) -> None:
        self._waiting = [check.id for check in CHECKS]
        self._width = title_width(check.title for check in CHECKS)
        self._ended: dict[str, Result] = {}

    def __call__(self, check: str, result: Result | None) -> None:
        """What `examine` tells."""
        if result is not None:
            self._ended[check] = result
        while self._waiting and (next_one := self._ended.pop(self._waiting[0], None)) is not None:
            del self._waiting[0]
            say(printable("\n".join(check_lines(next_one, self._width))))


async def _look(
    state: MonitorState,
    clock: Clock,
    ca: Path | None,
    told: Told,
    way_in: Mapping[str, Secret] | None,
    facts: Facts,
    host: Host,
    progress: Progress | None,
    *,
    logs: bool,
) -> _Seen:
    use_detached_threads()
    client = GatewayClient(state.path.address, clock=clock, ca=ca, way_in=way_in)
    record = shared_record(state.path.address, clock)
    budget = Budget(clock, record, tell=lambda text: complain(f"cpwatch: {text}"))
    core = Core(client, clock, state, budget=budget)
    scene = Scene(core, host, facts, partial(look_at_way, path_job(core, told)))
    try:
        results = await examine(CHECKS, scene, clock, progress or (lambda *_: None))
        found = verdict(core.state, clock.now())
        return _Seen(results, found, core.state, await _logs(scene) if logs else {})
    finally:
        await scene.aclose()
        await core.budget.flush()
        await client.aclose()


async def _logs(scene: Scene) -> Mapping[str, str]:
    """The ends of the logs of the gateway that runs on this machine; none where its folder is not known."""
    process = await scene.gateway() if await scene.here() else None
    if process is None or process.folder is None:
        return {}
    look = partial(ends_of_logs, Path(process.folder))
    with contextlib.suppress(TimeoutError):
        return await within(scene.core.clock, _LOGS_WITHIN, scene.host.aside(look))
    return {}


def _material(
    wish: Wish,
    results: Sequence[Result],
    found: Verdict,
    code: int,
    clock: Clock,
    state: MonitorState | None = None,
    logs: Mapping[str, str] | None = None,
) -> Material:
    return Material(
        results,
        found,
        code,
        clock.now(),
        state,
        settings=wish.settings,
        in_force=wish.in_force,
        logs=logs or {},
        variables=wish.variables,
        addresses=wish.addresses,
    )


def _bundle(of: Material, wish: Wish) -> None:
    """Show what the bundle holds, ask where that is wanted, and write it, for its owner alone. Raises OutputFailed."""
    ids, aliases, hosts = known_to(of.state)
    masks = Masks(
        secrets=wish.secrets,
        ids=ids,
        names={*aliases, *wish.names},
        user=wish.user,
        home=wish.home,
        hosts=hosts,
        addresses=wish.addresses,
    )
    found = members(of, masks)
    shown = safe_text(str(wish.path), 1000)
    complain("\n".join([f"The bundle {shown} is to hold:", *listing(found)]))
    if not wish.unasked and not _agreed():
        complain("Nothing was written.")
        return
    data = zipped(found, of.at)
    try:
        write_whole(wish.path, data, overwrite=False)
    except (OSError, ValueError) as error:
        raise OutputFailed(f"{shown}: {getattr(error, 'strerror', None) or error}") from None
    complain(f"Wrote {shown}, {len(data):,} bytes.")


def _agreed() -> bool:
    complain("Write it? y and Enter writes it, anything else does not.")
    answer = sys.stdin.readline() if sys.stdin is not None else ""
    return answer.strip().lower() in _YES
