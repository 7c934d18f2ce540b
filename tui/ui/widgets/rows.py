"""Rows under a fixed header as they are painted: where the columns stand, and which cells have changed."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tui.domain.text import DASH
from tui.ui.line import Line, Part, Tone
from tui.ui.widgets.columns import Cell, Column, Slot, fit_columns, marked, padded
from tui.ui.widgets.paint import Painted, changed_regions

Row = tuple[str, tuple[Cell, ...]]
"""A row's key, and a cell for each column."""
Marks = Mapping[str, Mapping[str, str]]
"""By row key and column id, a mark of one cell before the text. Of a row's marks only the first that is in view is
shown: each costs the terminal bytes twice."""
HEADER = 1
UNMARKED: Marks = {}


class Rows(Painted):
    """What is painted of rows and columns; the subclass says which rows there are, and where the cursor stands."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--header", "table--cursor"}

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows: list[Row] = []
        self._index: dict[str, int] = {}
        self._wanted = least_widths(self._columns)
        self._marks = UNMARKED
        self._sorted: tuple[str, str] | None = None
        self._cursor = 0
        self._slots: tuple[Slot, ...] = ()
        self._slots_for: tuple[int, tuple[int, ...]] | None = None

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor; None in an empty table."""
        return self._rows[self._cursor][0] if self._rows else None

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def keys(self) -> tuple[str, ...]:
        """The rows' keys in order."""
        return tuple(key for key, _ in self._rows)

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """The ids of the columns that fit."""
        return tuple(self._columns[slot.index].id for slot in self._layout())

    @property
    def places(self) -> dict[str, Slot]:
        """Where the columns that fit stand, by their ids."""
        return {self._columns[slot.index].id: slot for slot in self._layout()}

    @property
    def marked_in_view(self) -> int:
        """How many of the rows in view carry a mark."""
        return sum(key in self._marks for key, _ in self._rows[self._top : self._top + self.page])

    @property
    def page(self) -> int:
        """How many rows are in view."""
        return max(self.scrollable_content_region.height - HEADER, 1)

    def render_line(self, y: int) -> Strip:
        """The strip of one visible line: the header, a row, or blank."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y < HEADER:
            return self.strip(self._header(), width, base + self._look("table--header"))
        index = self._top + y - HEADER
        if index >= len(self._rows):
            return Strip.blank(width, base)
        if index == self._cursor:
            base += self._look("table--cursor")
        return self.strip(self._line(index), width, base)

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    def _look(self, component: str) -> Style:
        return self.get_component_rich_style(component, partial=True)

    def _key_at(self, index: int) -> str | None:
        return self._rows[index][0] if 0 <= index < len(self._rows) else None

    def _take(self, rows: list[Row]) -> None:
        """Hold these rows, and widen columns to what the new ones need: they never narrow while any row stays."""
        known = dict(self._rows)
        if not any(key in known for key, _ in rows):
            known = {}
            self._wanted = least_widths(self._columns)
        for key, cells in rows:
            if known.get(key) == cells:
                continue
            for at, cell in enumerate(cells):
                if self._wanted[at]:
                    self._wanted[at] = max(self._wanted[at], cell_len(cell.text))
                elif cell.text != DASH:
                    self._wanted[at] = max(cell_len(self._columns[at].title), cell_len(cell.text))
        self._rows = rows
        self._index = {key: at for at, (key, _) in enumerate(rows)}

    def _layout(self) -> tuple[Slot, ...]:
        width = self.scrollable_content_region.width
        wanted = (width, tuple(self._wanted))
        if wanted != self._slots_for:
            self._slots_for = wanted
            self._slots = fit_columns(self._columns, self._wanted, width)
        return self._slots

    def _header(self) -> Line:
        # The first tone leaves the header's own look alone.
        name, mark = self._sorted or ("", "")
        cells = [Cell(each.title, Tone.STRONG if each.id == name else Tone.LABEL) for each in self._columns]
        return self._cells(cells, {name: mark})

    def _line(self, index: int) -> Line:
        key, cells = self._rows[index]
        return self._cells(cells, self._marks.get(key) or {})

    def _cells(self, cells: Sequence[Cell], marks: Mapping[str, str]) -> Line:
        parts: list[Part] = []
        x = 0
        unmarked = bool(marks)
        for slot in self._layout():
            gap = slot.x - x
            shown = padded(cells[slot.index], slot)
            mark = marks.get(self._columns[slot.index].id) if unmarked else None
            if mark:
                unmarked = False
                # Nothing stands before the first column.
                if slot.x == 0:
                    shown = padded(Cell(cells[slot.index].text + mark, cells[slot.index].tone), slot)
                else:
                    taken, shown = marked(shown, mark, gap)
                    gap -= taken
            if gap > 0:
                parts.append(Part(" " * gap))
            parts.extend(shown)
            x = slot.x + slot.width
        return tuple(parts)

    def _painted(self) -> tuple[int, int, list[Line]]:
        """What is on the screen: the top row, the cursor's row, and the visible rows as lines."""
        rows = range(self._top, min(self._top + self.page, len(self._rows)))
        return self._top, self._cursor - self._top, [self._line(index) for index in rows]

    def _repaint(self, before: tuple[int, int, list[Line]]) -> None:
        """Paint what differs from `before`."""
        after = self._painted()
        if before[0] != after[0]:
            # Scrolling has repainted the whole table.
            return
        width = self.scrollable_content_region.width
        regions = changed_regions(before[2], after[2], width, HEADER)
        if before[1] != after[1] or bool(before[2]) != bool(after[2]):
            regions.extend(Region(0, y + HEADER, width, 1) for y in (before[1], after[1]) if 0 <= y < self.page)
        if regions:
            self.refresh(*regions)


def least_widths(columns: Sequence[Column]) -> list[int]:
    """The columns' widths before there are rows: their titles'; 0 for those that rows must ask for."""
    return [0 if column.optional else cell_len(column.title) for column in columns]
