"""A list of lines that are known by key, with a cursor that stays with its line while the lines change."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, clip_line
from tui.ui.widgets.lines import Lines

Entry = tuple[str, Line]
"""A line's key, and the line."""


class MarkedList(Lines, can_focus=True):
    """One line an entry, cut at the edge; it repaints only what changed, and scrolls to keep the cursor in view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"marked--cursor"}
    BINDINGS = bindings(Scope.TABLE)

    class Moved(Message):
        """The user has put the cursor on another line."""

    class Selected(Message):
        """Enter was pressed, or the line under the cursor was clicked. key: the line's."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._entries: tuple[Entry, ...] = ()
        self._cursor = 0

    @property
    def cursor_key(self) -> str | None:
        """The key of the line under the cursor; None in an empty list."""
        return self._entries[self._cursor][0] if self._entries else None

    def show(self, entries: Sequence[Entry]) -> None:
        """These lines from now on; keys are unique."""
        key = self.cursor_key
        self._entries = tuple(entries)
        keys = [each for each, _ in self._entries]
        # Drawn first: it can't be scrolled further than what is drawn.
        self.redraw()
        self._put(keys.index(key) if key in keys else 0)

    def move_to_key(self, key: str) -> None:
        """Put the cursor on that line, if there is one."""
        at = next((at for at, (each, _) in enumerate(self._entries) if each == key), None)
        if at is not None:
            self._put(at)

    def lines(self, width: int) -> list[Line]:
        """The entries."""
        return [clip_line(each, width) for _, each in self._entries]

    def render_line(self, y: int) -> Strip:
        """A line, the cursor's on a ground of its own."""
        strip = super().render_line(y)
        if y + self.scroll_offset.y != self._cursor or not self._entries:
            return strip
        look = self.get_component_rich_style("marked--cursor", partial=True)
        # Over the parts' own looks: beneath them their ground would hide it.
        return Strip([Segment(each.text, (each.style or Style()) + look) for each in strip], strip.cell_length)

    def action_cursor(self, rows: int) -> None:
        """Move the cursor by that many lines."""
        self._move(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by that many views."""
        self._move(self._cursor + pages * max(self.size.height, 1))

    def action_first(self) -> None:
        """To the first line."""
        self._move(0)

    def action_last(self) -> None:
        """To the last line."""
        self._move(len(self._entries) - 1)

    def action_select(self) -> None:
        """Tell of the line under the cursor."""
        if (key := self.cursor_key) is not None:
            self.post_message(self.Selected(key))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; one on the line under it selects."""
        offset = event.get_content_offset(self)
        at = offset.y + self.scroll_offset.y if offset else -1
        if not 0 <= at < len(self._entries):
            return
        event.stop()
        if at == self._cursor:
            self.action_select()
        else:
            self._move(at)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        super().on_resize(event)
        self._reveal()

    def _move(self, to: int) -> None:
        self._put(to)
        self.post_message(self.Moved())

    def _put(self, to: int) -> None:
        to = max(0, min(to, len(self._entries) - 1))
        if to == self._cursor:
            return
        before, self._cursor = self._cursor, to
        width, top = self.scrollable_content_region.width, self.scroll_offset.y
        self.refresh(*(Region(0, at - top, width, 1) for at in (before, to) if 0 <= at - top < self.size.height))
        self._reveal()

    def _reveal(self) -> None:
        """Scroll as little as needed, even before the layout has given the list its scrollbar."""
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True, immediate=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True, immediate=True)
