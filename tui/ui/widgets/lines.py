"""A widget of text lines that repaints only the cells that changed."""

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line
from tui.ui.widgets.paint import Painted, changed_regions


class Lines(Painted):
    """Lines computed from what the widget is given, for the width that it has.

    A subclass gives `lines(width)` and calls `redraw` when something that they are made of has changed.
    """

    class Clicked(Message):
        """A part with a link was clicked."""

        def __init__(self, link: str) -> None:
            super().__init__()
            self.link = link

    def __init__(self, content: Sequence[Line] = (), *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._content = list(content)
        self._drawn: list[Line] = []
        self._drawn_width = -1

    def lines(self, width: int) -> list[Line]:
        """The lines as they look in `width` cells."""
        del width
        return self._content

    def redraw(self) -> None:
        """Compute the lines anew and repaint the cells that differ; nothing where none does."""
        width = self._drawn_width
        if width < 0 or not self.is_mounted:
            return
        old, new = self._drawn, self.lines(width)
        if new == old:
            return
        self._drawn = new
        if len(old) != len(new):
            self.virtual_size = Size(width, len(new))
            if self.styles.is_auto_height:
                self.refresh(layout=True)
        scrolled = self.scroll_offset.y
        height = self.size.height
        regions = changed_regions(old[scrolled : scrolled + height], new[scrolled : scrolled + height], width)
        if regions:
            self.refresh(*regions)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many cells as there are lines at that width."""
        del container, viewport
        return len(self.lines(width))

    def on_resize(self, event: events.Resize) -> None:
        """Lines depend on the width."""
        del event
        self._fit()
        self.virtual_size = Size(self._drawn_width, len(self._drawn))

    def render_line(self, y: int) -> Strip:
        """The strip of one visible line."""
        self._fit()
        width = self._drawn_width
        at = y + self.scroll_offset.y
        return self.strip(self._drawn[at] if at < len(self._drawn) else (), width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Tell of a click on a part that is a link."""
        offset = event.get_content_offset(self)
        at = offset.y + self.scroll_offset.y if offset else -1
        if offset is None or not 0 <= at < len(self._drawn):
            return
        x = 0
        for part in self._drawn[at]:
            x += part.width
            if offset.x < x:
                if part.link is not None:
                    event.stop()
                    self.post_message(self.Clicked(part.link))
                return

    def _fit(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._drawn_width:
            self._drawn_width = width
            self._drawn = self.lines(width)


class Scrolling(Lines, can_focus=True):
    """Lines that scroll by the keys of a table."""

    BINDINGS = bindings(Scope.TABLE)

    def action_cursor(self, rows: int) -> None:
        """Scroll by that many lines."""
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by that many views."""
        self.action_cursor(pages * max(self.size.height, 1))

    def action_first(self) -> None:
        """Scroll to the newest."""
        self.scroll_to(y=0, animate=False)

    def action_last(self) -> None:
        """Scroll to the oldest."""
        self.scroll_to(y=self.max_scroll_y, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to select in text."""
        return False if action == "select" else super().check_action(action, parameters)
