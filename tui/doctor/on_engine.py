"""Runs the walkthrough's checks over an engine's Core: all of them, or one with what needs it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from tui.clock import Moment
from tui.doctor.check import Check, Result, S, Status
from tui.doctor.checks import CHECKS
from tui.doctor.examination import Examination
from tui.doctor.host import this_machine
from tui.doctor.run import examine
from tui.doctor.scene import Facts, Scene
from tui.domain.way import Told
from tui.engine.core import Core
from tui.engine.path_job import look_at_way, path_job

Scenes = Callable[[Moment | None], Scene]
"""Makes a run's scene; given a moment, nothing that was seen before it counts."""
_STANDS = frozenset({Status.PASSED, Status.WARNED})


def scenes(core: Core, told: Told, profile: str | None = None, *, verified: bool = False) -> Scenes:
    """Scenes of that engine on this very machine. told, profile, verified: what the settings say."""
    facts = Facts(profile, verified)
    way = partial(look_at_way, path_job(core, told))
    return lambda since: Scene(core, this_machine(), facts, way, since)


async def examined(
    make: Scenes,
    ids: Sequence[str] | None,
    before: Examination,
    tell: Callable[[Examination], None],
    *,
    fresh: bool = False,
) -> None:
    """Look at all checks, or at those whose ids are given and at what needs them, and tell of every step.

    before: whose results the others keep. fresh: what was seen before this run is looked at anew.
    """
    scene = make(None)
    if fresh:
        scene = make(scene.core.now())
    wanted = CHECKS if ids is None else affected(CHECKS, ids, before.results)
    asked = {check.id for check in wanted}
    now = Examination(
        {check.id: check.title for check in CHECKS},
        {each: result for each, result in before.results.items() if each not in asked},
    )

    def told(check: str, result: Result | None) -> None:
        nonlocal now
        if result is None:
            now = replace(now, running=now.running | {check})
        else:
            now = replace(now, running=now.running - {check}, results={**now.results, check: result})
        tell(now)

    tell(now)
    try:
        await examine(wanted, scene, scene.core.clock, told)
    finally:
        await scene.aclose()


def affected(checks: Sequence[Check[S]], ids: Sequence[str], results: Mapping[str, Result]) -> tuple[Check[S], ...]:
    """Those checks, what they need that does not stand, and all that needs any of these; in their order.

    results: of the run before.
    """
    known = {check.id: check for check in checks}
    wanted = [each for each in ids if each in known]
    found: set[str] = set()
    while wanted:
        each = wanted.pop()
        if each in found:
            continue
        found.add(each)
        wanted.extend(need for need in known[each].needs if need in known and not _stands(results.get(need)))
        wanted.extend(check.id for check in checks if each in check.needs)
    return tuple(check for check in checks if check.id in found)


def _stands(result: Result | None) -> bool:
    return result is not None and result.outcome.status in _STANDS
