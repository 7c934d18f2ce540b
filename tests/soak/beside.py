"""The parts of `cpwatch watch` beside an engine: who is told of every change, alerts, health and metrics, lines."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.clock import settle
from tests.support.rig import Rig
from tui.config.alert_settings import AlertRule, AlertSettings
from tui.domain.state import MonitorState
from tui.engine.supervise import Job
from tui.watch.alerts.service import Alerts
from tui.watch.health import HealthServer, listen
from tui.watch.http import Request
from tui.watch.loglines import LineLog
from tui.watch.reopen import PersonNeeded, Reopener
from tui.watch.watcher import Watcher

PATHS = ("/livez", "/readyz", "/state", "/metrics")


class Idle(Watcher):
    """A Watcher whose jobs another one does."""

    def _jobs(self) -> list[Job]:
        return []


@dataclass
class Channel:
    """Takes all alerts, refuses each fifth once, and keeps the newest. begun: ids of what is told and not over."""

    name: str = "keeping"
    got: int = 0
    begun: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    async def send(self, told: dict[str, Any]) -> None:
        """Take it."""
        self.got += 1
        match told["stage"]:
            case "began" if told["rule"] != "login-ends":
                self.begun.add(told["id"])
            case "ended":
                if told["id"] not in self.begun:
                    self.broken.append(f"an alert ended that never began: {told['title']}")
                self.begun.discard(told["id"])


@dataclass
class Beside:
    """lines: how many the watch has written, and the newest of them."""

    watcher: Watcher
    log: LineLog
    server: HealthServer
    channel: Channel
    newest: deque[str]
    lines: int = 0

    def publish(self, state: MonitorState) -> None:
        """One more snapshot."""
        self.log.follow(state)
        self.watcher.changed(state)

    def look(self) -> list[str]:
        """Ask for what is served; what is broken."""
        answers = {path: self.server.answer(Request(path, {"host": "127.0.0.1"})) for path in PATHS}
        found = [
            f"{path} answers {answers[path].status}"
            for path in ("/livez", "/state", "/metrics")
            if answers[path].status != 200
        ]
        found += self.channel.broken
        self.channel.broken = []
        if len(self.channel.begun) > 6:
            found.append(f"{len(self.channel.begun)} alerts have begun and never ended")
        return found


@asynccontextmanager
async def beside(rig: Rig) -> AsyncIterator[Beside]:
    """Under way beside the rig's jobs."""
    channel, newest = Channel(), deque[str](maxlen=20)
    server = HealthServer(listen("127.0.0.1:0", None), rig.clock)
    rules = AlertSettings(rules=tuple(AlertRule))
    watcher = Idle(rig.core, services=[Alerts(rules, [channel]), server])

    def write(line: str) -> None:
        newest.append(line)
        made.lines += 1

    log = LineLog(write, rig.clock, as_json=True)
    made = Beside(watcher, log, server, channel, newest)
    watcher.subscribe(PersonNeeded(rig.core).look)
    watcher.subscribe(Reopener(rig.core, watcher.actions).look)
    log.started(rig.state, "the watch begins")
    running = asyncio.create_task(watcher.run(), name="watch")
    await settle()
    try:
        yield made
    finally:
        watcher.stop()
        await running
