"""What changed, and when: the lines of the Events pane."""

from dataclasses import dataclass
from enum import StrEnum

from tui.clock import Moment

JOURNAL_LIMIT = 500


class Level(StrEnum):
    """How much a line matters."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that changed."""

    at: Moment
    level: Level
    text: str


def newer(journal: tuple[Entry, ...], before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries at the journal's end that `before`, an earlier state of it, did not have, oldest first."""
    if not before or journal is before:
        return () if journal is before else journal
    last = before[-1]
    count = next((i for i, entry in enumerate(reversed(journal)) if entry is last), len(journal))
    return journal[len(journal) - count :]


def noted(journal: tuple[Entry, ...], *entries: Entry) -> tuple[Entry, ...]:
    """The journal with the entries added, oldest first, cut to the newest JOURNAL_LIMIT."""
    return (*journal, *entries)[-JOURNAL_LIMIT:]
