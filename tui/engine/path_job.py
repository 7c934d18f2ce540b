"""Looks over this machine: which way the requests go, and which tunnels lead to the gateway."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from tui.clock import Moment
from tui.config.locations import state_folder
from tui.config.remembered_paths import remember, remembered
from tui.domain.address import Address, PathKind
from tui.domain.events import PathSeen
from tui.domain.journal import Level
from tui.domain.path import PathState
from tui.domain.redact import described
from tui.domain.way import Forward, Told
from tui.engine.core import Core
from tui.path.detect import Hints, Seen, detect
from tui.path.machine import SystemMachine
from tui.path.ssh import PROGRAMS as SSH_PROGRAMS
from tui.path.way import FRP_PROGRAMS

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two looks; where the way begins or ceases to fail, there is one at once."""
NOT_WITHIN = 4.0
"""Seconds between two looks at the least, however often the way fails."""

_FORWARDING = SSH_PROGRAMS | FRP_PROGRAMS | {"sshd"}

Look = Callable[[Address, Hints], Awaitable[Seen]]


class PathJob:
    """Tells of the way, and keeps in mind by which `ssh -L` it led: once that is gone, only a refused port is left.

    told: what the settings say. look: looks over the machine. folder: where the state file is, which remembers the
    forward for the next start.
    """

    name = "path"

    def __init__(self, core: Core, told: Told, look: Look, folder: Path) -> None:
        self.core = core
        self._told = told
        self._look = look
        self._folder = folder
        self._looked_at: Moment | None = None
        self._remembered: Forward | PathKind | None = None
        self._read = False
        self._missed: frozenset[PathKind] = frozenset()

    async def round(self) -> float:
        """Look once; seconds until the next time."""
        core = self.core
        if self._looked_at is not None and (since := core.now().seconds_since(self._looked_at)) < NOT_WITHIN:
            return NOT_WITHIN - since
        self._looked_at = core.now()
        address = core.state.path.address
        if not self._read:
            self._read = True
            self._remembered = await asyncio.to_thread(remembered, address, self._folder)
        known = tuple(tunnel for tunnel in core.state.path.tunnels if tunnel.kind not in self._missed)
        hints = Hints(self._told.kind, self._told.agents, self._remembered, known)
        seen = await self._look(address, hints)
        self._missed = seen.missed
        core.apply(PathSeen(core.gateway, core.now(), seen.way, seen.tunnels, seen.findings))
        await self._keep_in_mind(core.state.path)
        return EVERY

    async def _keep_in_mind(self, path: PathState) -> None:
        """The program that owns the port now, if it is ssh; another one there ends the memory of it.

        So does one of another user's, whose name is not told: it is not what was seen. The settings' word is no owner.
        """
        way = path.way.value if path.way else None
        owner = way.owner if way else None
        if way is None or owner is None or (owner.program is None and owner.pid is not None):
            return
        told = way.forward or (way.kind if way.kind.forwarded else None)
        seen = told if owner.program in _FORWARDING else None
        if seen != self._remembered:
            self._remembered = seen
            await asyncio.to_thread(remember, path.address, seen, self._folder)


def path_job(core: Core, told: Told) -> PathJob:
    """The job for this very machine and this user's state folder."""
    machine = SystemMachine()

    async def look(address: Address, hints: Hints) -> Seen:
        return await detect(address, hints, core.clock, machine)

    return PathJob(core, told, look, state_folder())


async def look_at_way(job: PathJob, tell: Callable[[str], None] = lambda _: None) -> None:
    """One look, for a command that looks once. A defect ends none: the way is then told by the address alone.

    tell: given a sentence about it, which the journal has as well.
    """
    try:
        await job.round()
    except Exception as error:
        log.exception("the look at the way failed")
        what = described(error)
        text = f"the look at the way failed by a defect of cpwatch ({what}); it is told by the address alone"
        job.core.notice(Level.ALARM, text)
        tell(text)
