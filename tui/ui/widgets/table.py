"""A table whose rows are known by key: it repaints only the cells that changed, and keeps cursor and scroll."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.ui.commands import Scope, bindings
from tui.ui.line import Line, Part, Tone
from tui.ui.widgets.columns import Cell, Column, Slot, fit_columns, padded
from tui.ui.widgets.paint import TONES, Painted, changed_regions

Row = tuple[str, tuple[Cell, ...]]
"""A row's key, and a cell for each column."""
_HEADER = 1


class KeyedTable(Painted, can_focus=True):
    """Rows under a fixed header. Text in cells is text: nothing is parsed."""

    COMPONENT_CLASSES = TONES | {"table--header", "table--cursor"}
    BINDINGS = bindings(Scope.TABLE)

    class RowMessage(Message):
        """Something about one row."""

        def __init__(self, table: "KeyedTable", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "KeyedTable":
            """The table that the row is of."""
            return self.table

    class RowHighlighted(RowMessage):
        """The cursor came to stand on another row."""

    class RowSelected(RowMessage):
        """Enter was pressed on a row, or the row was clicked."""

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows: list[Row] = []
        self._given: Sequence[Row] | None = None
        self._index: dict[str, int] = {}
        self._wanted = [cell_len(column.title) for column in columns]
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
    def page(self) -> int:
        """How many rows are in view."""
        return max(self.scrollable_content_region.height - _HEADER, 1)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, which must not be changed afterwards; keys must be unique.

        What stays on the screen as it is is not painted again.
        """
        if rows is self._given:
            return
        self._given = rows
        if len(rows) == len(self._rows) and all(
            new is old or new == old for new, old in zip(rows, self._rows, strict=True)
        ):
            return
        painted, slots = self._painted(), self._layout()
        cursor_key, top_key = self.cursor_key, self._key_at(self._top)
        cursor_was_visible = self._top <= self._cursor < self._top + self.page
        grown = len(rows) != len(self._rows)
        self._take(list(rows))
        if self._rows and cursor_key is not None:
            self._cursor = min(self._index.get(cursor_key, self._cursor), len(self._rows) - 1)
        else:
            self._cursor = 0
        if grown:
            self.virtual_size = Size(self.size.width, len(self._rows) + _HEADER)
        top = self._top
        if top > 0 and top_key is not None:
            top = self._index.get(top_key, top)
        self._scroll_to_row(top)
        if cursor_was_visible:
            self._reveal()
        if self._layout() != slots:
            self.refresh()
        else:
            self._repaint(painted)
        if self.cursor_key is not None and self.cursor_key != cursor_key:
            self.post_message(self.RowHighlighted(self, self.cursor_key))

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns from now on; the rows, which had others, go."""
        if tuple(columns) == self._columns:
            return
        self.set_rows([])
        self._scroll_to_row(0)
        self._columns = tuple(columns)
        self._wanted = [cell_len(column.title) for column in columns]
        self._slots_for = None
        self.refresh()

    def move_cursor(self, index: int) -> None:
        """Put the cursor on the row with that index, or on the nearest there is, and bring it into view."""
        if not self._rows:
            return
        index = max(0, min(index, len(self._rows) - 1))
        if index == self._cursor:
            self._reveal()
            return
        painted = self._painted()
        self._cursor = index
        self._reveal()
        self._repaint(painted)
        self.post_message(self.RowHighlighted(self, self._rows[index][0]))

    def move_to_key(self, key: str) -> None:
        """Put the cursor on the row with that key, if there is one."""
        if key in self._index:
            self.move_cursor(self._index[key])

    def action_cursor(self, rows: int) -> None:
        """Move the cursor by that many rows."""
        self.move_cursor(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by that many views."""
        self.move_cursor(self._cursor + pages * self.page)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.move_cursor(0)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.move_cursor(len(self._rows) - 1)

    def action_select(self) -> None:
        """Select the row under the cursor."""
        if self.cursor_key is not None:
            self.post_message(self.RowSelected(self, self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor and selects."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < _HEADER:
            return
        index = self._top + offset.y - _HEADER
        if index < len(self._rows):
            event.stop()
            self.move_cursor(index)
            self.action_select()

    def on_focus(self) -> None:
        """The cursor looks different with the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different without the focus."""
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view when the table shrinks."""
        del event
        self.virtual_size = Size(self.size.width, len(self._rows) + _HEADER)
        self._reveal()

    def render_line(self, y: int) -> Strip:
        """The strip of one visible line: the header, a row, or blank."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y < _HEADER:
            return self.strip(self._header(), width, base + self._look("table--header"))
        index = self._top + y - _HEADER
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
            self._wanted = [cell_len(column.title) for column in self._columns]
        for key, cells in rows:
            if known.get(key) == cells:
                continue
            for at, cell in enumerate(cells):
                self._wanted[at] = max(self._wanted[at], cell_len(cell.text))
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
        # The tone that leaves the header's own look alone.
        return self._cells([Cell(column.title, Tone.LABEL) for column in self._columns])

    def _line(self, index: int) -> Line:
        return self._cells(self._rows[index][1])

    def _cells(self, cells: Sequence[Cell]) -> Line:
        parts: list[Part] = []
        x = 0
        for slot in self._layout():
            if slot.x > x:
                parts.append(Part(" " * (slot.x - x)))
            parts.extend(padded(cells[slot.index], slot))
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
        regions = changed_regions(before[2], after[2], width, _HEADER)
        if before[1] != after[1] or bool(before[2]) != bool(after[2]):
            regions.extend(Region(0, y + _HEADER, width, 1) for y in (before[1], after[1]) if 0 <= y < self.page)
        if regions:
            self.refresh(*regions)

    def _reveal(self) -> None:
        """Scroll as little as needed to have the cursor in view."""
        if self._cursor < self._top:
            self._scroll_to_row(self._cursor)
        elif self._cursor >= self._top + self.page:
            self._scroll_to_row(self._cursor - self.page + 1)

    def _scroll_to_row(self, index: int) -> None:
        if index != self._top:
            self.scroll_to(y=index, animate=False, force=True)
