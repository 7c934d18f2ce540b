"""The panel beside the table: everything that is known of the position under the cursor."""

from textual import events

from tui.domain.positions import Position
from tui.ui.line import Line
from tui.ui.position_detail import detail_head, detail_lines
from tui.ui.widgets.lines import Lines


class PositionPanel(Lines):
    """A title, and as many of the lines as there is room for; those after them come by scrolling."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._position: Position | None = None
        self._masked = False
        self._first = 0

    def show(self, position: Position | None, masked: bool) -> None:
        """Tell of that position. Another one begins at its beginning; the same one stays where it is."""
        before = self._position
        if before is None or position is None or before.key != position.key:
            self._first = 0
        self._position, self._masked = position, masked
        self.redraw()

    def lines(self, width: int) -> list[Line]:
        """What is in view."""
        if self._position is None:
            return []
        facts = detail_lines(self._position, width, self._masked)
        height = max(self.size.height - 1, 1)
        self._first = max(min(self._first, len(facts) - height), 0)
        head = detail_head(self._position, self._first, height, len(facts), width)
        return [head, *facts[self._first : self._first + height]]

    def turn(self, lines: int) -> None:
        """Show what stands that many lines further down."""
        self._first = max(self._first + lines, 0)
        self.redraw()

    def on_resize(self, event: events.Resize) -> None:
        """What is in view depends on the height too."""
        super().on_resize(event)
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls it."""
        event.stop()
        self.turn(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """And back."""
        event.stop()
        self.turn(-2)
