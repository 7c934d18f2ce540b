"""Runs a small program to its end: bounded in time and output, and with next to nothing of our environment."""

import asyncio
import contextlib
import os
import shutil
from dataclasses import dataclass

from tui.clock import Clock, within

SECONDS = 2.0
OUTPUT_MOST = 1 << 18
"""Bytes of standard output; a program that prints more counts as failed."""

_ENDS_WITHIN = 1.0
# Where administrators' programs are, which a user's PATH may leave out.
_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin")
_KEPT = ("PATH", "SYSTEMROOT", "HOME", "USERPROFILE")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended. code: its exit code. output: its standard output, raw."""

    code: int
    output: str


def found(program: str) -> str | None:
    """The program's path; None where this machine has none."""
    return shutil.which(program) or shutil.which(program, path=os.pathsep.join(_FOLDERS))


async def ran(clock: Clock, path: str, *arguments: str, seconds: float = SECONDS, errors: bool = False) -> Ran | None:
    """Run it without standard input. None where it can't be started, takes too long or prints too much.

    errors: take what it prints to standard error for its output as well, as some print everything there.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"LC_ALL": "C"}
    try:
        process = await asyncio.create_subprocess_exec(
            path,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT if errors else asyncio.subprocess.DEVNULL,
            env=environment,
        )
    except (OSError, ValueError, RuntimeError):  # the last from an event loop that knows no processes
        return None
    try:
        return await within(clock, seconds, _ended(process))
    except TimeoutError:
        return None
    finally:
        await _end(process, clock)


async def _ended(process: asyncio.subprocess.Process) -> Ran | None:
    output = b""
    while process.stdout is not None and (part := await process.stdout.read(65_536)):
        output += part
        if len(output) > OUTPUT_MOST:
            return None
    return Ran(await process.wait(), output.decode("utf-8", "replace"))


async def _end(process: asyncio.subprocess.Process, clock: Clock) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    # It can't refuse; but what it started itself may hold its output open. What it had printed has to be taken: later
    # Pythons count a process as ended only then.
    with contextlib.suppress(TimeoutError):
        await within(clock, _ENDS_WITHIN, process.communicate())
