"""Small pieces that several panes say alike: a state's mark and word, a time with its age, a failure."""

from datetime import datetime
from decimal import Decimal

from tui.clock import Moment
from tui.domain.failure import Failure
from tui.domain.journal import Level
from tui.domain.stamped import Stamped
from tui.domain.text import DASH, age, clock_time
from tui.ui import glyphs
from tui.ui.line import Line, Part, Tone, line

LABEL_WIDTH = 10
"""Cells of the names that stand before the stacked panes' lines."""

_TONES = {Level.OK: Tone.OK, Level.INFO: Tone.MUTED, Level.WARN: Tone.WARN, Level.ALARM: Tone.ALARM}


def mark(level: Level) -> Part:
    """The level's glyph."""
    return Part(glyphs.BY_LEVEL[level], _TONES[level])


def tone(level: Level) -> Tone:
    """The level's tone."""
    return _TONES[level]


def status(level: Level | None, word: str) -> Line:
    """`● live`; a dash and `unknown` where the level is None."""
    if level is None:
        return line(Part(DASH, Tone.MUTED), " ", Part(word, Tone.MUTED))
    return line(mark(level), " ", Part(word, Tone.PLAIN if level in {Level.OK, Level.INFO} else _TONES[level]))


def when(at: Moment, now: Moment) -> str:
    """The time of day; with the date where that was another day: `14:03:20`, `11-19 14:03:20`."""
    then = at.wall.astimezone()
    same_day = then.date() == now.wall.astimezone().date()
    return clock_time(at.wall) if same_day else f"{then:%m-%d} {clock_time(at.wall)}"


def minute(moment: datetime) -> str:
    """`14:18` in the machine's own time zone: for times that are not known to the second."""
    return f"{moment.astimezone():%H:%M}"


def profit_tone(value: Decimal | None) -> Tone:
    """The look of a gain or a loss; the sign says it too."""
    if value is None:
        return Tone.MUTED
    if not value.is_finite() or not value:
        return Tone.PLAIN
    return Tone.GAIN if value > 0 else Tone.LOSS


def old(at: Moment, now: Moment) -> str:
    """How old, in minutes at the finest, so that it does not move every second."""
    seconds = now.seconds_since(at)
    return "<1 min old" if seconds < 60 else f"{age(seconds)} old"


def stamp(at: Moment, now: Moment, fresh_for: float) -> Line:
    """`14:03:20`; `14:03:20 · 3 min old` where that is longer ago than `fresh_for` seconds."""
    if now.seconds_since(at) <= fresh_for:
        return line(Part(when(at, now), Tone.MUTED))
    return line(Part(f"{when(at, now)} · {old(at, now)}", Tone.STALE))


def failure_line(failure: Stamped[Failure], now: Moment, what: str) -> Line:
    """`▲ positions failed at 14:03:20: no answer in 12 s`."""
    return line(
        mark(Level.WARN),
        " ",
        Part(f"{what} failed at {when(failure.at, now)}: ", Tone.WARN),
        failure.value.evidence,
    )


def labelled(name: str, content: Line) -> Line:
    """A stacked pane's first line: its name, then what it says."""
    return line(Part(f"{name:<{LABEL_WIDTH}}", Tone.LABEL), *content)


def indented(content: Line) -> Line:
    """A stacked pane's further line."""
    return line(" " * LABEL_WIDTH, *content)
