"""What every dialog shares: a box over the monitor with a head, something to act on, and a footer, never cut."""

from abc import abstractmethod
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.resources import stylesheet
from tui.ui.command import Scope
from tui.ui.line import Line
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer

Result = TypeVar("Result")
_EDGES = 4
"""Cells of the box's borders and padding, from left to right."""
_AROUND = 4
"""Lines of the box's borders, its footer and the blank before it."""


class Dialog(ModalScreen[Result]):
    """A box as high as what it says, at most as the terminal; what finds no room there scrolls.

    A subclass gives `head(width)` and, where there is something below it, `body()`: widgets of the class
    `dialog-body`, of which one is shown at a time.
    """

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/dialog.tcss")]
    SCOPE: ClassVar[Scope] = Scope.DIALOG
    WIDTH: ClassVar[int] = 76

    @abstractmethod
    def head(self, width: int) -> list[Line]:
        """What it is about, in `width` cells."""

    def body(self) -> ComposeResult:
        """What there is to act on."""
        yield from ()

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="dialog-box"):
            yield Computed(self.head, id="dialog-head")
            yield from self.body()
            yield Footer(self.SCOPE)

    def on_resize(self, event: events.Resize) -> None:
        """Fit into the terminal."""
        self._fit(event.size.width, event.size.height)

    def redraw(self) -> None:
        """The head says something else now."""
        self._fit(self.size.width, self.size.height)
        self.query_one("#dialog-head", Computed).redraw()

    def action_cancel(self) -> None:
        """Back, with nothing chosen."""
        self.dismiss(None)

    def _fit(self, width: int, height: int) -> None:
        box = min(width, self.WIDTH)
        room = max(height - _AROUND, 2)
        self.query_one("#dialog-box").styles.width = box
        head = len(self.head(max(box - _EDGES, 1)))
        bodies = self.query(".dialog-body")
        left = max(room - head, min(room // 2, 3)) if bodies else 0
        self.query_one("#dialog-head").styles.max_height = max(room - left, 1)
        for body in bodies:
            body.styles.max_height = left
