"""The question before Ctrl+Z: stopping cpwatch stops the keep-alive with it."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.domain.journal import Level
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer
from tui.ui.words import mark


def suspend_lines(width: int, *, elsewhere: bool) -> list[Line]:
    """What would happen, in `width` cells. elsewhere: another cpwatch keeps the session alive at present."""
    if elsewhere:
        meant = (
            "Another cpwatch keeps the session alive at present; were that to end too, IBKR would end the session "
            "within about 6 minutes."
        )
    else:
        meant = (
            "No keep-alive would go out until it is continued (fg), and IBKR ends an idle session after about "
            "6 minutes. To have a shell, open another terminal instead."
        )
    head = line(mark(Level.WARN), " ", Part("Ctrl+Z would stop cpwatch, and with it its keep-alive.", Tone.WARN))
    return [*wrap(head, width, indent=2), *wrap(line("  ", meant), width, indent=2)]


class SuspendScreen(ModalScreen[bool]):
    """Asks; True where the user wants to stop cpwatch all the same."""

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/suspend.tcss")]
    BINDINGS = bindings(Scope.SUSPEND)

    def __init__(self, *, elsewhere: bool) -> None:
        super().__init__(id="suspend")
        self._elsewhere = elsewhere

    def compose(self) -> ComposeResult:
        """What it means, and the two ways on."""
        with Vertical(id="suspend-box"):
            yield Computed(self._lines, id="suspend-text")
            yield Footer(Scope.SUSPEND)

    def action_answer(self, stop: bool) -> None:
        """Back to the monitor, with the answer."""
        self.dismiss(stop)

    def _lines(self, width: int) -> list[Line]:
        return suspend_lines(width, elsewhere=self._elsewhere)
