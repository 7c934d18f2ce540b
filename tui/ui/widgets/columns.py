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
    """

    id: str
    title: str
    width: int
    align: Align = Align.LEFT
    priority: int = 0
    roomy: int = 0
    whole: int = 0


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

    wanted: the width of each column's widest content. Columns are dropped by priority, never narrowed below what
    they hold; only the first, a name, may be, to what must stay whole of it, and to its own minimum where nothing is
    left to drop. Spare cells go to the first column up to what it wants, and then evenly between the columns, so that
    the last one ends at the edge.
    """
    if not columns:
        return ()
    needs = [max(column.width, want) for column, want in zip(columns, wanted, strict=True)]
    first = columns[0]

    def beside(priority: int) -> int:
        """Cells of the columns up to that priority."""
        return sum(GAP + needs[at] for at in range(1, len(columns)) if columns[at].priority <= priority)

    # The name's widths, the most generous first, each with what must fit beside it.
    steps = ((first.roomy, ESSENTIAL), (first.whole, 0))
    spared = ((max(first.width, min(wanted[0], cells)), priority) for cells, priority in steps)
    least = max(first.width, min(wanted[0], width - beside(0)))
    needs[0] = next((cells for cells, priority in spared if cells + beside(priority) <= width), least)
    shown: list[int] = []
    used = -GAP
    for index in sorted(range(len(columns)), key=lambda i: (columns[i].priority, i)):
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
