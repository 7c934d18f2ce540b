"""A table whose rows are known by key: it repaints only the cells that changed, and keeps cursor and scroll."""

from collections.abc import Sequence
from enum import StrEnum

from textual import events
from textual.geometry import Region, Size
from textual.message import Message

from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.widgets.columns import Column
from tui.ui.widgets.rows import HEADER, UNMARKED, Marks, Row, Rows, least_widths

__all__ = ["Anchor", "KeyedTable", "Row"]


class Anchor(StrEnum):
    """What stays where it is in view while rows come, go and change places."""

    ROW = "row"
    """The topmost row: others come in above it unseen."""
    PLACE = "place"
    """The place in the order, as long as the cursor is in view."""
    TOP = "top"
    """Nothing: the first rows come into view. A cursor that the user has not moved stands on the first."""


class KeyedTable(Rows, can_focus=True):
    """Rows under a fixed header. Text in cells is text: nothing is parsed."""

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
        """Enter was pressed on a row, or the row was clicked. again: the cursor stood on it before."""

        def __init__(self, table: "KeyedTable", key: str, again: bool = True) -> None:
            super().__init__(table, key)
            self.again = again

    class HeaderSelected(Message):
        """A column's header was clicked. column: its id."""

        def __init__(self, table: "KeyedTable", column: str) -> None:
            super().__init__()
            self.table = table
            self.column = column

        @property
        def control(self) -> "KeyedTable":
            """The table that the column is of."""
            return self.table

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(columns, id=id)
        self._given: Sequence[Row] | None = None
        self._moved = False

    def set_rows(self, rows: Sequence[Row], marks: Marks = UNMARKED, anchor: Anchor = Anchor.ROW) -> None:
        """Show these rows, which must not be changed afterwards, with these marks; keys must be unique.

        What stays on the screen as it is is not painted again.
        """
        same = rows is self._given or (
            len(rows) == len(self._rows)
            and all(new is old or new == old for new, old in zip(rows, self._rows, strict=True))
        )
        self._given = rows
        if same and marks == self._marks and anchor is not Anchor.TOP:
            return
        painted, slots = self._painted(), self._layout()
        self._marks = marks
        if same and anchor is not Anchor.TOP:
            self._repaint(painted)
            return
        cursor_key, top_key = self.cursor_key, self._key_at(self._top)
        cursor_was_visible = self._top <= self._cursor < self._top + self.page
        grown = len(rows) != len(self._rows)
        self._take(list(rows))
        if self._rows and cursor_key is not None and (self._moved or anchor is not Anchor.TOP):
            self._cursor = min(self._index.get(cursor_key, self._cursor), len(self._rows) - 1)
        else:
            self._cursor = 0
        if grown:
            self.virtual_size = Size(self.size.width, len(self._rows) + HEADER)
        match anchor:
            case Anchor.ROW if self._top > 0 and top_key is not None:
                self._scroll_to_row(self._index.get(top_key, self._top))
            case Anchor.TOP:
                self._scroll_to_row(0)
            case _:
                # Where the rows have become fewer, the view ends with them.
                self._scroll_to_row(self._top)
        if cursor_was_visible and anchor is not Anchor.TOP:
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
        self._wanted = least_widths(self._columns)
        self._slots_for = None
        self.refresh()

    def set_sorted(self, column: str | None, mark: str) -> None:
        """Have that column's header carry the mark; none where the column is None."""
        wanted = None if column is None else (column, mark)
        if wanted != self._sorted:
            self._sorted = wanted
            self.refresh(Region(0, 0, self.scrollable_content_region.width, HEADER))

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
            self._moved = True
            self.move_cursor(self._index[key])

    def action_cursor(self, rows: int) -> None:
        """Move the cursor by that many rows."""
        self._moved = True
        self.move_cursor(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by that many views."""
        self._moved = True
        self.move_cursor(self._cursor + pages * self.page)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self._moved = True
        self.move_cursor(0)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self._moved = True
        self.move_cursor(len(self._rows) - 1)

    def action_select(self) -> None:
        """Select the row under the cursor."""
        if self.cursor_key is not None:
            self.post_message(self.RowSelected(self, self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor and selects; one on the header tells of its column."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < HEADER:
            column = next((name for name, slot in self.places.items() if offset.x < slot.x + slot.width), None)
            if column is not None:
                event.stop()
                self.post_message(self.HeaderSelected(self, column))
            return
        index = self._top + offset.y - HEADER
        if index < len(self._rows):
            event.stop()
            again = index == self._cursor
            self._moved = True
            self.move_cursor(index)
            self.post_message(self.RowSelected(self, self._rows[index][0], again))

    def on_focus(self) -> None:
        """The cursor looks different with the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different without the focus."""
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view when the table shrinks."""
        del event
        self.virtual_size = Size(self.size.width, len(self._rows) + HEADER)
        self._reveal()

    def _reveal(self) -> None:
        """Scroll as little as needed to have the cursor in view."""
        if self._cursor < self._top:
            self._scroll_to_row(self._cursor)
        elif self._cursor >= self._top + self.page:
            self._scroll_to_row(self._cursor - self.page + 1)

    def _scroll_to_row(self, index: int) -> None:
        if index != self._top:
            self.scroll_to(y=index, animate=False, force=True)
