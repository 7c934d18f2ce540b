"""A recording drawn by a terminal emulator, and the questions that are answered from it: when did which cell change?"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyte
from pyte.screens import Char

from tests.bench.arithmetic import Chunk, Event, Resized, bursts

Snapshot = tuple[tuple[Char, ...], ...]
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
# What goes on by itself while a key is answered: times, latencies, the strip of them, the rate of requests.
_BY_ITSELF = re.compile(r"\d\d:\d\d:\d\d|\d+ ms|[▁-█]+|[\d.]+ req/s|day [-+–\d,.]+")
_LABEL = 18
"""Cells of a row that tell it from the others."""
_BELOW = ("Total", "Events", "─", "╰")
"""How the line begins that follows the last row."""


class Replay:
    """The screen that a recording makes."""

    def __init__(self, width: int, height: int) -> None:
        self.screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self.screen)

    def feed(self, event: Event) -> None:
        """Draw one event."""
        match event:
            case Chunk(data=data):
                self._stream.feed(data)
            case Resized(width=width, height=height):
                self.screen.resize(height, width)

    @property
    def rows(self) -> list[str]:
        """The text of each row."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.rows)

    def snapshot(self) -> Snapshot:
        """Every cell with its colours and attributes."""
        columns = range(self.screen.columns)
        return tuple(tuple(self.screen.buffer[y][x] for x in columns) for y in range(self.screen.lines))


def first(replay: Replay, events: Iterable[Event], so: Callable[[Replay], bool]) -> float | None:
    """When the screen was so for the first time; None where it never was. Draws all events, to the last."""
    found = None
    for event in events:
        replay.feed(event)
        if found is None and so(replay):
            found = event.at
    return found


def painted(replay: Replay) -> bool:
    """Whether any cell shows something."""
    return any(row.strip() for row in replay.rows)


class Cursor:
    """The row of a table under the cursor, told by its looks, between the table's heads and what follows its rows.

    Made from a screen on which the cursor is seen; raises LookupError where none is.
    """

    def __init__(self, replay: Replay, head: str = "Symbol") -> None:
        rows = replay.rows
        top = next((y for y, row in enumerate(rows) if head in row), None)
        if top is None:
            raise LookupError(f"no table with {head!r} on the screen:\n{replay.text}")
        self._left = rows[top].index(head)
        ends = (y for y in range(top + 1, len(rows)) if rows[y][self._left :].startswith(_BELOW))
        self._rows = range(top + 1, next(ends, len(rows)))
        looks = Counter(self._look(replay, y) for y in self._rows if self._label(rows[y]))
        alone = [look for look, count in looks.items() if count == 1]
        if len(alone) != 1:
            raise LookupError(f"no row looks like the cursor's on the screen:\n{replay.text}")
        self._mark = alone[0]

    def labels(self, replay: Replay) -> list[str]:
        """How the rows begin that look like the cursor's: one, but for the moment in which it moves."""
        rows = replay.rows
        found = [self._label(rows[y]) for y in self._rows if y < len(rows) and self._look(replay, y) == self._mark]
        return [label for label in found if label]

    def _label(self, row: str) -> str:
        return row[self._left : self._left + _LABEL].strip()

    def _look(self, replay: Replay, y: int) -> tuple[str, bool]:
        cell = replay.screen.buffer[y][self._left]
        return cell.bg, cell.reverse


def moved(cursor: Cursor, before: Sequence[str]) -> Callable[[Replay], bool]:
    """Whether a row is the cursor's that was not, by its labels before."""
    return lambda replay: any(label not in before for label in cursor.labels(replay))


def settled(replay: Replay, events: Sequence[Event], began: float) -> float | None:
    """Seconds from `began` until each cell that changes shows what it shows in the end; None where none changes.

    What goes on by itself (times, latencies) does not count. A new size counts as seen at once: it changes the
    emulator's own screen.
    """
    shots: list[tuple[float, Snapshot]] = [(began, replay.snapshot())]
    for event in events:
        replay.feed(event)
        if isinstance(event, Chunk) and event.at >= began:
            shots.append((event.at, replay.snapshot()))
        else:
            shots = [(began, replay.snapshot())]
    if len(shots) < 2:
        return None
    final = shots[-1][1]
    left_out = _going_on(replay.rows)
    differing = [_differ(shot, final, left_out) for _, shot in shots]
    if not differing[0]:
        return None
    last = max(index for index, differs in enumerate(differing) if differs)
    return shots[last + 1][0] - began


def _going_on(rows: Sequence[str]) -> set[tuple[int, int]]:
    """The cells of what changes by itself."""
    return {(y, x) for y, row in enumerate(rows) for found in _BY_ITSELF.finditer(row) for x in range(*found.span())}


def _differ(shot: Snapshot, final: Snapshot, left_out: set[tuple[int, int]]) -> bool:
    return any(
        row != other and any(a != b and (y, x) not in left_out for x, (a, b) in enumerate(zip(row, other, strict=True)))
        for y, (row, other) in enumerate(zip(shot, final, strict=True))
    )


@dataclass(frozen=True, slots=True)
class Repaints:
    """What was written, by what it changed.

    nothing, clock, more: bytes of the repaints that changed no cell, the header's clock alone, and more than that.
    ticks: repaints in which the clock changed, alone or not. count: all of them.
    """

    nothing: int = 0
    clock: int = 0
    more: int = 0
    ticks: int = 0
    count: int = 0


def repaints(replay: Replay, events: Sequence[Event]) -> Repaints:
    """Sort what was written by what it changed on the screen, one burst of writes at a time."""
    nothing = clock = more = ticks = 0
    before = replay.snapshot()
    groups = bursts(events)
    for burst in groups:
        for chunk in burst:
            replay.feed(chunk)
        after = replay.snapshot()
        size = sum(len(chunk.data) for chunk in burst)
        changed = _changed(before, after)
        before = after
        the_clock = _clock_cells(replay.rows)
        ticks += not changed.isdisjoint(the_clock)
        if not changed:
            nothing += size
        elif changed <= the_clock:
            clock += size
        else:
            more += size
    return Repaints(nothing, clock, more, ticks, len(groups))


def _clock_cells(rows: Sequence[str]) -> set[tuple[int, int]]:
    """The cells of the clock in the first row."""
    found = list(_CLOCK.finditer(rows[0]))
    return {(0, x) for x in range(*found[-1].span())} if found else set()


def _changed(before: Snapshot, after: Snapshot) -> set[tuple[int, int]]:
    return {
        (y, x)
        for y, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
        for x, (a, b) in enumerate(zip(old, new, strict=True))
        if a != b
    }
