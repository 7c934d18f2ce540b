"""The words of what changed: an entry's lines, a job that stands still, and what a search finds among them."""

from tui.clock import Moment
from tui.domain.journal import Entry, Level
from tui.domain.state import JobFault
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.words import mark, when

_LEVELS = frozenset(Level)


def dated(at: Moment) -> str:
    """The day and the time, `11-20 14:03:20`, in the machine's own time zone: it says the same tomorrow."""
    return f"{at.wall.astimezone():%m-%d %H:%M:%S}"


def entry_lines(entry: Entry, time: str, width: int) -> list[Line]:
    """`14:03:20  ● ready: trading session live`, wrapped in `width` cells."""
    content = line(Part(f"{time}  ", Tone.MUTED), mark(entry.level), " ", entry.text)
    return wrap(content, width, indent=len(time) + 4)


def fault_lines(job: str, fault: JobFault, now: Moment, width: int) -> list[Line]:
    """What is said of a job that died of a defect, and when it is started again, wrapped in `width` cells."""
    again = "until cpwatch is started again"
    if fault.seconds is not None:
        again = f"until {when(fault.at.plus(fault.seconds), now)}"
    words = f" the {job} job stands still by a defect of cpwatch ({fault.error}), {again}"
    return wrap(line(mark(Level.ALARM), Part(words, Tone.ALARM)), width, indent=2)


def search_words(text: str) -> tuple[str, ...]:
    """What is searched for: the text's words, without regard to case."""
    return tuple(text.casefold().split())


def found(words: tuple[str, ...], level: Level, time: str, text: str) -> bool:
    """True where each word occurs in the text or the time. The name of a level (`warn`) finds the lines of that level,
    and those that have it as a word.
    """
    if not words:
        return True
    said = f"{time} {text}".casefold()
    return all((word == level or word in said.split()) if word in _LEVELS else word in said for word in words)
