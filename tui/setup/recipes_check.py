"""Does what a recipe leaves to cpwatch: writes its files once the user has said yes, and sees whether a step worked."""

import asyncio
import os
import shlex
import stat
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from tui.clock import Clock, within
from tui.domain.address import PathKind
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.domain.tunnel import Tunnel
from tui.files import private_folder, write_whole
from tui.path.agents import Ask, Missed, asked
from tui.path.argv import without_secrets
from tui.path.programs import Ran, found, ran
from tui.setup.recipe import Check, File, Format, Leads, Looks, Reads, Runs, quoted
from tui.setup.unit_reader import LARGEST
from tui.setup.validate import analyzed, problems
from tui.setup.write import Seen, Unread, Unwritten, Why, Written, seen, written

ASKED_WITHIN = 5.0
"""Seconds for an agent of a tunnel's to answer."""
RUNS_WITHIN = 10.0
"""Seconds for a program that checks."""
_SHOWN = 160
_UNITS = (Format.UNIT, Format.USER_UNIT)
# Whoever may read these may use the tunnel.
_PRIVATE = frozenset({Format.NGROK, Format.CLOUDFLARED})


class Standing(StrEnum):
    """What is in a file's place."""

    FREE = "free"
    SAME = "same"
    OTHER = "other"
    """Something else, which would be replaced, with a copy kept beside it."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Stands:
    """old: what was read there, where there is something. reason: why it can't be read, a sentence."""

    standing: Standing
    old: Seen | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """How a check ended. ok: None where it can't be told here, or only by the user. text: in a sentence or two.

    details: what else there is to say, a sentence each. Everything is safe to print, without secrets.
    """

    ok: bool | None
    text: str
    details: tuple[str, ...] = ()


def stands(file: File) -> Stands:
    """What is in the file's place now. Blocks for a moment; never raises."""
    path = Path(file.path)
    if not os.path.lexists(path):
        return Stands(Standing.FREE)
    match seen(path):
        case Unread(reason):
            return Stands(Standing.UNREADABLE, reason=reason)
        case Seen() as old:
            return Stands(Standing.SAME if old.data == file.data else Standing.OTHER, old)


def put(file: File, clock: Clock, there: Stands) -> Written | Unwritten:
    """Write the file where the user has seen what stands there. Blocks for a moment; never raises.

    A file with anything amiss but what the user has to fill in is not written. A folder that is missing is made, for
    its owner only. What has come into its place since `there` was looked at is not written over.
    """
    amiss = problems(file.data, file.format)
    if amiss and not file.filled_by_hand:
        return Unwritten(Why.FAILED, f"The file is not as it should be: {amiss[0]}")
    path = Path(file.path)
    match there.standing:
        case Standing.UNREADABLE:
            return Unwritten(Why.RIGHTS, there.reason)
        case Standing.SAME | Standing.OTHER if there.old is not None:
            return written(there.old, file.data, clock)
    try:
        private_folder(path.parent)
        return Written(write_whole(path, file.data, overwrite=False, mode=file.mode), None)
    except NotADirectoryError:
        return Unwritten(Why.RIGHTS, f"{quoted(file.path)} can't be written: what has its folder's name is none.")
    except FileExistsError:
        return Unwritten(Why.CHANGED, f"Something has come into the place of {quoted(file.path)} meanwhile.")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the system refused"
        return Unwritten(Why.RIGHTS, f"{quoted(file.path)} can't be written: {reason}.")


async def checked(check: Check, clock: Clock, agents: Mapping[PathKind, Ask] | None = None) -> Checked:
    """See whether it worked, within some seconds. agents: who asks the tunnels'; the real ones where None."""
    match check:
        case Looks(proves):
            return Checked(None, f"See for yourself: {proves}")
        case Reads():
            return await _read(check, clock)
        case Runs():
            return await _run(check, clock)
        case Leads():
            try:
                return await within(clock, ASKED_WITHIN, _leads(check, clock, agents))
            except TimeoutError:
                return _late(check)


async def _read(check: Reads, clock: Clock) -> Checked:
    try:
        data, open_to = await asyncio.to_thread(_content, Path(check.path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no file"
        return Checked(False, f"{quoted(check.path)} can't be read: {reason}.")
    amiss = problems(data, check.format)
    if open_to and check.format in _PRIVATE:
        private = shlex.join(("chmod", "600", check.path))
        amiss += (f"Other users of this machine can read or change it: {redacted(safe_text(private, _SHOWN))}",)
    if not amiss and check.format in _UNITS:
        name = PurePath(check.path).name
        told = await analyzed(clock, data, name, user=check.format is Format.USER_UNIT)
        amiss = tuple(f"systemd says: {each}" for each in told.amiss) if told else ()
    return Checked(False, amiss[0], amiss[1:]) if amiss else Checked(True, check.proves)


def _content(path: Path) -> tuple[bytes, bool]:
    """The file's beginning, a byte more than anything here may have, and whether others may read or write it."""
    told = path.stat()
    if not stat.S_ISREG(told.st_mode):
        raise ValueError
    with path.open("rb") as file:
        return file.read(LARGEST + 1), os.name != "nt" and bool(told.st_mode & 0o066)


async def _run(check: Runs, clock: Clock) -> Checked:
    path = found(check.program)
    if path is None:
        return Checked(None, f"{check.program} is not to be found on this machine.")
    done = await ran(clock, path, *check.arguments, seconds=RUNS_WITHIN, errors=True)
    if done is None:
        return Checked(None, f"{check.program} did not end in time.")
    if done.code == 0:
        return Checked(True, check.proves)
    return Checked(False, f"{check.program} does not agree (exit code {done.code}).", _last_words(done))


def _last_words(done: Ran) -> tuple[str, ...]:
    lines = [line for line in done.output.splitlines() if line.strip()]
    # By words first, as a token is known by how it looks or by what stands before it.
    said = (" ".join(without_secrets(line.split()[:60])) for line in lines[-2:])
    return tuple(redacted(safe_text(each, _SHOWN)) for each in said)


async def _leads(check: Leads, clock: Clock, agents: Mapping[PathKind, Ask] | None) -> Checked:
    async with AsyncExitStack() as stack:
        asks = agents if agents is not None else await stack.enter_async_context(asked(clock, tls=check.tls))
        try:
            told = await asks[check.kind](check.port, (), "")
        except Missed as missed:
            told = missed.found
            if not any(each.leads_here for each in told):
                return _late(check)
    return led(told, check)


def _late(check: Leads) -> Checked:
    return Checked(None, f"The agent of {check.kind.words} did not answer in time.")


def led(told: tuple[Tunnel, ...], check: Leads) -> Checked:
    """Whether one of these leads to the gateway."""
    words = check.kind.words
    here = [each for each in told if each.leads_here]
    if not told:
        return Checked(False, f"No agent of {words} answers on this machine: it is not started, or asks elsewhere.")
    if not here:
        return Checked(False, f"{words} runs, but nothing of it leads to port {check.port} of this machine.")
    best = min(here, key=_order)
    findings = tuple(f"{each.text}. {each.fix}" for each in best.findings)
    where = f" Its address: {best.public_url}" if best.public_url else ""
    if best.up is False:
        because = f": {best.down_because}" if best.down_because else ""
        return Checked(False, f"{words} leads to the gateway, but is not connected{because}.", findings)
    return Checked(best.up, f"{check.proves}{where}", findings)


_RANKS: Mapping[bool | None, int] = {True: 0, None: 1, False: 2}


def _order(tunnel: Tunnel) -> int:
    return _RANKS[tunnel.up]
