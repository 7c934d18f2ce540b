"""The alerts as a service of the watch: each look goes through the rules and the quiet hours to the channels."""

import asyncio
from collections.abc import Iterable

from tui.clock import Clock, Moment
from tui.config.alert_settings import AlertSettings
from tui.domain.journal import Level
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict
from tui.domain.verdict_name import VerdictName
from tui.watch.alerts.alert import Alert, Note, Severity, Stage
from tui.watch.alerts.channels import Channel
from tui.watch.alerts.conditions import limits_of
from tui.watch.alerts.deliver import Delivery, attempt
from tui.watch.alerts.quiet import Gate, Quiet
from tui.watch.alerts.rules import Memory, step
from tui.watch.alerts.text import document
from tui.watch.watcher import Watcher


class Alerts:
    """A Service. gateway: what the user calls it. What came of each alert is a line of the watch's journal."""

    def __init__(self, settings: AlertSettings, channels: Iterable[Channel], gateway: str = "") -> None:
        self.delivery: Delivery | None = None
        self._channels = tuple(channels)
        self._gateway = gateway
        self._figures = bool(settings.figures)
        self._limits = limits_of(settings)
        self._memory = Memory()
        self._gate = Gate(None if settings.quiet is None else Quiet(settings.quiet, settings.zone))
        self._watcher: Watcher | None = None

    async def run(self, watcher: Watcher) -> None:
        """Look and deliver until cancelled. What still waits for the end of the quiet hours is undelivered then."""
        if self.delivery is None:
            self._watcher = watcher
            self.delivery = Delivery(self._channels, watcher.clock, watcher.core.notice)
            watcher.subscribe(self.look)
        try:
            await self.delivery.run()
        finally:
            for alert in self._gate.held:
                watcher.core.notice(Level.WARN, f"undelivered, as the watch ended in quiet hours: {alert.said}")

    def look(self, state: MonitorState, found: Verdict, now: Moment) -> None:
        """Take one look at the state: what is to be told goes to the queues, and the rest into the journal."""
        self._memory, told = step(self._memory, state, found, now, self._limits)
        alerts = [each for each in told if isinstance(each, Alert)]
        self._gate, passed, notes = self._gate.after(alerts, now.wall)
        for alert in passed:
            if self.delivery is not None:
                self.delivery.put(document(alert, self._gateway, figures=self._figures))
        for note in (*(each for each in told if isinstance(each, Note)), *notes):
            if self._watcher is not None:
                self._watcher.core.notice(note.level, note.text)


def try_channels(clock: Clock, channels: Iterable[Channel], gateway: str = "") -> tuple[tuple[str, ...], bool]:
    """Send one alert through each channel, all at once and each once; a line on each, and whether all took it."""
    now = clock.now().wall
    said = "This is a test: cpwatch can reach you here. Nothing is wrong."
    alert = Alert(f"test-{now:%Y%m%dT%H%M%SZ}", None, Stage.TEST, Severity.INFO, now, VerdictName.UNKNOWN, said)
    told = document(alert, gateway, figures=False)
    tried = tuple(channels)

    async def each() -> list[str | None]:
        return await asyncio.gather(*(attempt(channel, told, clock) for channel in tried))

    came = asyncio.run(each())
    lines = tuple(
        f"{channel.name}: {'the alert was taken' if why is None else why}"
        for channel, why in zip(tried, came, strict=True)
    )
    return lines, bool(tried) and not any(came)
