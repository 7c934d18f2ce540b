"""Which columns of a table are shown in a given width, and where each begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tui.ui.line import Part, Tone, clip


class Align(StrEnum):
    """To which side of its column a cell keeps."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    width: cells it has at least. priority: where room is short, the highest number goes first; 0 never does.
    roomy: for the first column, the cells up to which its names are spared before columns beyond ESSENTIAL are shown.
    whole: for the first column, the cells up to which its names are not cut as long as a column can go instead.
    most: cells that it has at most, where its texts may be cut; 0 for no limit. optional: left out where no row has
    anything to say in it.
    """

    id: str
    title: str
    width: int
    align: Align = Align.LEFT
    priority: int = 0
    roomy: int = 0
    whole: int = 0
    most: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row shows in one column."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Slot:
    """A column that is shown. index: its place in the table's columns. x, width: cells."""

    index: int
    x: int
    width: int
    align: Align


GAP = 1
ESSENTIAL = 3
"""Columns up to this priority come before an uncut name in the first column, the others after it."""


def fit_columns(columns: Sequence[Column], wanted: Sequence[int], width: int) -> tuple[Slot, ...]:
    """The columns that fit into `width` cells, in their order.

    wanted: the width of each column's widest content, 0 for one that is not to be shown. Columns are dropped by
    priority, never narrowed below what they hold, or below what they have at most; only the first, a name, may be, to
    what must stay whole of it, and to its own minimum where nothing is left to drop. Spare cells go to the first
    column up to what it wants, and then evenly between the columns, so that the last one ends at the edge.
    """
    if not columns:
        return ()
    needs = [
        max(column.width, min(want, column.most or want)) if want else 0
        for column, want in zip(columns, wanted, strict=True)
    ]
    first = columns[0]

    def beside(priority: int) -> int:
        """Cells of the columns up to that priority."""
        return sum(GAP + needs[at] for at in range(1, len(columns)) if needs[at] and columns[at].priority <= priority)

    # The name's widths, the most generous first, each with what must fit beside it.
    steps = ((first.roomy, ESSENTIAL), (first.whole, 0))
    spared = ((max(first.width, min(wanted[0], cells)), priority) for cells, priority in steps)
    least = max(first.width, min(wanted[0], width - beside(0)))
    needs[0] = next((cells for cells, priority in spared if cells + beside(priority) <= width), least)
    shown: list[int] = []
    used = -GAP
    for index in sorted(range(len(columns)), key=lambda i: (columns[i].priority, i)):
        if not needs[index]:
            continue
        if used + GAP + needs[index] <= width or columns[index].priority == 0:
            shown.append(index)
            used += GAP + needs[index]
    shown.sort()
    spare = max(width - used, 0)
    extra = min(spare, max(wanted[0] - needs[0], 0))
    needs[0] += extra
    spare -= extra
    between, left = divmod(spare, max(len(shown) - 1, 1))
    gap = GAP + between
    needs[0] += left
    slots: list[Slot] = []
    x = 0
    for index in shown:
        cells = max(min(needs[index], width - x), 0)
        slots.append(Slot(index, x, cells, columns[index].align))
        x += cells + gap
    return tuple(slots)


def padded(cell: Cell, slot: Slot) -> tuple[Part, ...]:
    """The cell in exactly the slot's width. A name that is too long ends in an ellipsis; a number that is too long
    is shown as `###`, since a number that has lost digits is another number."""
    part = Part(cell.text, cell.tone)
    room = slot.width - part.width
    if room < 0:
        text = "#" * slot.width if slot.align is Align.RIGHT else clip(cell.text, slot.width)
        part = Part(text, cell.tone)
        room = slot.width - part.width
    blank = Part(" " * room)
    parts = (part, blank) if slot.align is Align.LEFT else (blank, part)
    return tuple(each for each in parts if each.text)


def marked(parts: tuple[Part, ...], mark: str, room: int) -> tuple[int, tuple[Part, ...]]:
    """A padded cell with a mark of one cell right before its text, in its own blanks or in the gap before it.

    room: cells of that gap. Returns (cells taken of the gap, the parts); as they were where there is no room.
    """
    at = next((i for i, part in enumerate(parts) if not part.text.isspace()), None)
    if at is None:
        return 0, parts
    sign = Part(mark, parts[at].tone)
    if at > 0:
        blank = parts[at - 1].text[:-1]
        return 0, (*parts[: at - 1], *((Part(blank),) if blank else ()), sign, *parts[at:])
    return (1, (sign, *parts)) if room else (0, parts)
