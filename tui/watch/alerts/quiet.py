"""Quiet hours: what is to be told in them waits for their end, and is dropped where it is over before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from tui.config.alert_settings import Hours
from tui.domain.journal import Level
from tui.watch.alerts.alert import Alert, Note, Stage

MOST_HELD = 100
"""Alerts; a night that brings more has told enough."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of every day by the clock of a place. zone: None for this machine's own; its changes of time included."""

    hours: Hours
    zone: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether `now`, aware, is within them."""
        local = now.astimezone(ZoneInfo(self.zone) if self.zone is not None else None).time()
        opens, closes = self.hours.opens, self.hours.closes
        return opens <= local < closes if opens < closes else local >= opens or local < closes


@dataclass(frozen=True, slots=True)
class Gate:
    """What waits. held: oldest first. open: ids of outages whose beginning was let through and whose end was not."""

    quiet: Quiet | None = None
    held: tuple[Alert, ...] = ()
    open: frozenset[str] = frozenset()

    def after(self, told: Iterable[Alert], now: datetime) -> tuple["Gate", tuple[Alert, ...], tuple[Note, ...]]:
        """The gate after these, what goes through it now, and what is to be noted of the rest."""
        gate, notes = self, []
        quiet = self.quiet is not None and self.quiet.holds(now)
        for alert in told:
            gate, note = gate._taken(alert, quiet=quiet)
            notes += [] if note is None else [note]
        if quiet or not gate.held:
            return gate, (), tuple(notes)
        passed = _newest_word(gate.held)
        return replace(gate, held=(), open=_open(gate.open, passed)), passed, tuple(notes)

    def _taken(self, alert: Alert, *, quiet: bool) -> tuple["Gate", Note | None]:
        held, note = (*self.held, alert), None
        if quiet:
            note = Note(Level.INFO, f"held back until the quiet hours end: {alert.said}")
        if alert.stage is Stage.ENDED:
            # What was told to nobody of its beginning need not be any more, nor the end of what nobody was told of.
            rest = tuple(each for each in self.held if each.id != alert.id)
            held = (*rest, alert) if alert.id in self.open else rest
            if alert.id not in self.open:
                note = Note(Level.INFO, f"no alert: it began in quiet hours and is over. {alert.said}")
        if len(held) > MOST_HELD:
            lost = next((each for each in held if each.stage is not Stage.ENDED), held[0])
            note = Note(Level.WARN, f"undelivered, as too many wait for the end of the quiet hours: {lost.said}")
            held = tuple(each for each in held if each is not lost)
        return replace(self, held=held), note


def _newest_word(held: tuple[Alert, ...]) -> tuple[Alert, ...]:
    """Of several words on one outage that goes on, the last: it is how things stand."""
    last = {each.id: each for each in held if each.stage is Stage.BEGAN}
    return tuple(each for each in held if each.stage is not Stage.BEGAN or last[each.id] is each)


def _open(before: frozenset[str], passed: tuple[Alert, ...]) -> frozenset[str]:
    ids = set(before)
    for alert in passed:
        match alert.stage:
            case Stage.BEGAN:
                ids.add(alert.id)
            case Stage.ENDED:
                ids.discard(alert.id)
    return frozenset(ids)
