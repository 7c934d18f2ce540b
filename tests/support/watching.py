"""A watch over the simulated gateway, on a clock that the test drives."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.clock import settle
from tests.support.rig import Rig
from tui.domain.state import MonitorState
from tui.watch.loglines import LineLog
from tui.watch.notify import Notifier
from tui.watch.reopen import PersonNeeded, Reopener
from tui.watch.watcher import Service, Watcher


@dataclass
class Watched:
    """rig: the gateway and its levers. lines: what the watch has written, as text."""

    rig: Rig
    watcher: Watcher
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    async def advance(self, seconds: float) -> None:
        """Let time pass."""
        await self.rig.clock.advance(seconds)


@asynccontextmanager
async def watched(
    engine: Rig,
    *,
    reopen: bool = False,
    as_json: bool = False,
    services: Iterable[Service] = (),
    notifier: Notifier | None = None,
) -> AsyncIterator[Watched]:
    """A watch of that rig's gateway, under way as `cpwatch watch` has it, and stopped at the end."""
    lines: list[str] = []
    log = LineLog(lines.append, engine.clock, as_json=as_json)
    watcher = Watcher(engine.core, notifier=notifier, services=services)

    def publish(state: MonitorState) -> None:
        log.follow(state)
        watcher.changed(state)

    engine.core._publish = publish
    watcher.subscribe(PersonNeeded(engine.core).look)
    if reopen:
        watcher.subscribe(Reopener(engine.core, watcher.actions).look)
    log.started(engine.state, "the watch begins")
    running = asyncio.create_task(watcher.run())
    await settle()
    try:
        yield Watched(engine, watcher, lines)
    finally:
        watcher.stop()
        await running
        await engine.core.client.aclose()
