"""The History screen's bands: a stretch of the session in cells, its verdicts, its tickles, and the time of day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.domain.history import Bucket, History, graver
from tui.domain.journal import Level
from tui.domain.levels import level_of
from tui.domain.verdict_name import VerdictName
from tui.ui import glyphs
from tui.ui.line import Line, Part, Tone, line
from tui.ui.plotting import LEFT, Point, runs_of
from tui.ui.words import tone

_FILLS = {Level.OK: glyphs.WIRE, Level.INFO: "·", Level.WARN: glyphs.WARN, Level.ALARM: glyphs.BROKEN}
DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Window:
    """What is looked at. start, end: seconds of the history. cells: of the plots, without their axis."""

    history: History
    buckets: tuple[Bucket, ...]
    start: float
    end: float
    cells: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    @property
    def dated(self) -> bool:
        """Whether times need their day."""
        return self.seconds > DAY / 2

    @property
    def gaps(self) -> bool:
        """Whether there was time at which nobody looked."""
        first, last = self.buckets[0].index, self.buckets[-1].index
        return last - first >= len(self.buckets)

    def middle(self, bucket: Bucket) -> float:
        """The bucket's time."""
        return min(max((bucket.index + 0.5) * self.history.width, self.start), self.end)

    def cell(self, elapsed: float) -> int:
        """The cell of that time; beyond the ends where it is."""
        return int((elapsed - self.start) * self.cells // (self.end - self.start))

    def curve(self, points: Sequence[Point], joined_up_to: float) -> list[list[Point]]:
        """The points as runs; what is further apart than the pace explains is a gap."""
        return runs_of(points, max(joined_up_to, 1.5 * self.history.width))


def window_of(history: History, span: float | None, width: int) -> Window | None:
    """The newest `span` seconds in `width` cells; None where there is nothing in it."""
    end = history.end
    start = max(end - span, 0.0) if span is not None else 0.0
    cells = width - LEFT
    found = tuple(each for each in history.buckets if (each.index + 1) * history.width > start)
    return Window(history, found, start, end, cells) if found and end > start and cells > 0 else None


def verdict_band(window: Window) -> Line:
    """The gravest verdict of each cell, named where its name has room, blank where nobody looked."""
    found: list[VerdictName | None] = [None] * window.cells
    for bucket in window.buckets:
        for cell in _cells(window, bucket):
            there = found[cell]
            found[cell] = bucket.verdict if there is None else graver(there, bucket.verdict)
    parts: list[Part] = []
    start = 0
    for at in range(1, window.cells + 1):
        if at == window.cells or found[at] is not found[start]:
            parts.append(_stretch(found[start], at - start))
            start = at
    return line(*parts)


def keep_alive_band(window: Window) -> Line:
    """A dot for each cell whose tickles were all answered, a cross where one was not, blank where none was due."""
    due, lost = [0] * window.cells, [0] * window.cells
    for bucket in window.buckets:
        if bucket.due:
            cell = min(max(window.cell(window.middle(bucket)), 0), window.cells - 1)
            due[cell] += bucket.due
            lost[cell] += bucket.due - bucket.answered
    return _merged(
        Part(glyphs.BROKEN, Tone.ALARM) if missed else Part("·" if asked else " ", Tone.OK)
        for asked, missed in zip(due, lost, strict=True)
    )


def time_axis(window: Window) -> Line:
    """The time of day at the window's ends and in its middle."""
    dated = window.dated
    texts = [
        time_words(window, window.start + share * (window.end - window.start), dated=dated) for share in (0, 0.5, 1)
    ]
    first, middle, last = texts
    if len(first) + len(middle) + len(last) + 4 > window.cells:
        middle = ""
    if len(first) + len(last) + 2 > window.cells:
        first = ""
    free = window.cells - len(first) - len(middle) - len(last)
    left = max((window.cells - len(middle)) // 2 - len(first), 0) if middle else free
    text = " " * LEFT + first + " " * left + middle + " " * max(free - left, 0) + last
    return line(Part(text.rstrip(" "), Tone.MUTED))


def _cells(window: Window, bucket: Bucket) -> range:
    """The cells that the bucket touches."""
    seconds = window.history.width
    first = window.cell(bucket.index * seconds)
    last = -int(-((bucket.index + 1) * seconds - window.start) * window.cells // (window.end - window.start))
    return range(max(first, 0), min(max(last, first + 1), window.cells))


def _stretch(name: VerdictName | None, cells: int) -> Part:
    if name is None:
        return Part(" " * cells)
    level = level_of(name)
    fill, words = _FILLS[level], f" {name.words} "
    text = f"{fill}{words}" if len(words) + 2 <= cells else ""
    return Part(text + fill * (cells - len(text)), tone(level))


def time_words(window: Window, elapsed: float, *, dated: bool, seconds: bool = False) -> str:
    """The time of day there: `14:03`, `14:03:22`, `11-20 14:03`."""
    at = window.history.wall(elapsed)
    if at is None:
        return ""
    local = at.astimezone()
    return f"{local:%m-%d }" * dated + (f"{local:%H:%M:%S}" if seconds and not dated else f"{local:%H:%M}")


def _merged(marks: Iterable[Part]) -> Line:
    """The marks with neighbours of one tone in one part."""
    found: list[Part] = []
    for each in marks:
        if found and found[-1].tone is each.tone:
            found[-1] = Part(found[-1].text + each.text, each.tone)
        else:
            found.append(each)
    return line(*found)
