"""Alerts under test: a watch whose verdicts a script says, and channels that keep what they get, or refuse it."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.support.states import ready
from tui.clock import Moment
from tui.config.alert_settings import AlertRule, AlertSettings
from tui.domain.session import KeepAlive
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict
from tui.domain.verdict_name import VerdictName
from tui.watch.alerts.alert import Alert, Note, Severity, Stage
from tui.watch.alerts.channels import NotDelivered
from tui.watch.alerts.conditions import limits_of
from tui.watch.alerts.rules import Memory, step

ALL = AlertSettings(rules=tuple(AlertRule))


def quiet_state(region: str | None = "NJ") -> MonitorState:
    """A state from which no rule but those of the verdict has anything to tell."""
    state = ready()
    session = replace(state.session, region=region, keep_alive=KeepAlive(enabled=False))
    return replace(state, session=session)


@dataclass
class Night:
    """Rules over verdicts that a script says. told: all alerts with the look at which each came; notes likewise."""

    at: Moment
    settings: AlertSettings = field(default_factory=AlertSettings)
    state: MonitorState = field(default_factory=quiet_state)
    every: float = 1.0
    memory: Memory = field(default_factory=Memory)
    told: list[Alert] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def look(self, name: VerdictName) -> tuple[Alert, ...]:
        """One look at that verdict, now; the alerts of it."""
        found = Verdict(name, f"It is {name.value}.", "what was seen")
        self.memory, told = step(self.memory, self.state, found, self.at, limits_of(self.settings))
        alerts = tuple(each for each in told if isinstance(each, Alert))
        self.told += alerts
        self.notes += [each.text for each in told if isinstance(each, Note)]
        return alerts

    def lasts(self, name: VerdictName, seconds: float) -> "Night":
        """That verdict for so long, looked at every `every` seconds, the first time now."""
        end = self.at.plus(seconds)
        while self.at.ticks < end.ticks:
            self.look(name)
            self.at = self.at.plus(min(self.every, end.ticks - self.at.ticks))
        return self

    def until(self, wall: datetime, name: VerdictName) -> "Night":
        """That verdict until that time of day, aware."""
        return self.lasts(name, (wall - self.at.wall).total_seconds())

    @property
    def words(self) -> list[str]:
        """What was told, each as `rule stage`."""
        return [words_of(each) for each in self.told]


def words_of(alert: Alert) -> str:
    """`down began`."""
    return f"{alert.rule} {alert.stage}"


def at(wall: datetime) -> Moment:
    """A moment with that wall time, aware."""
    return Moment(wall, 1000.0)


def an_alert(id_: str = "a", stage: Stage = Stage.BEGAN, rule: AlertRule = AlertRule.DOWN, **changes: Any) -> Alert:
    """Some alert."""
    wall = datetime.fromisoformat("2026-11-20T14:03:22+00:00")
    found = Alert(id_, rule, stage, Severity.CRITICAL, wall, VerdictName.GATEWAY_DOWN, "It is down.", wall)
    return replace(found, **changes)


def looks(start: datetime, end: datetime, minutes: int) -> Iterator[datetime]:
    """Times from one to the other, so many minutes apart."""
    while start < end:
        yield start
        start += timedelta(minutes=minutes)


@dataclass
class Keeping:
    """A channel that takes what it gets, after it refused it as often as is said; `hangs`: it never answers."""

    name: str = "keeping"
    refuses: int = 0
    hangs: bool = False
    got: list[dict[str, Any]] = field(default_factory=list)
    tries: int = 0

    async def send(self, told: dict[str, Any]) -> None:
        """Take it, or don't."""
        self.tries += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.tries <= self.refuses:
            raise NotDelivered("not now")
        self.got.append(told)


def titles(several: Iterable[dict[str, Any]]) -> list[str]:
    """Their titles."""
    return [each["title"] for each in several]
