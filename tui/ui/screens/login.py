"""The question before the login page is opened in a browser."""

from enum import StrEnum

from textual.app import ComposeResult

from tui.domain.journal import Level
from tui.domain.sanitise import safe_text
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.choice_list import Choice, ChoiceList
from tui.ui.words import mark


class LoginAnswer(StrEnum):
    """What can be answered, besides nothing."""

    OPEN = "open"
    COPY = "copy"


_CHOICES = (
    Choice(LoginAnswer.OPEN, "Open it in the browser of this machine"),
    Choice(LoginAnswer.COPY, "Copy the address instead"),
)


def login_lines(url: str, cells: int) -> list[Line]:
    """What would happen."""
    head = line(mark(Level.WARN), " ", Part("Open the login page?", Tone.STRONG))
    said = (
        f"This opens {safe_text(url)} in the browser. Pass its certificate warning, which is normal for a gateway, and "
        "log in with the second factor. cpwatch sees no password; it notices the login by itself, and checks again."
    )
    return [*wrap(head, cells, 2), *wrap(line("  ", said), cells, 2), ()]


class LoginScreen(Dialog[LoginAnswer]):
    """Asks; dismisses with the answer, None for nothing. url: the login page."""

    BINDINGS = bindings(Scope.DIALOG)

    def __init__(self, url: str) -> None:
        super().__init__(id="login")
        self._url = url

    def head(self, width: int) -> list[Line]:
        """The question."""
        return login_lines(self._url, width)

    def body(self) -> ComposeResult:
        """The answers."""
        yield ChoiceList(_CHOICES, id="login-choices").add_class("dialog-body")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """That one."""
        event.stop()
        self.dismiss(LoginAnswer(event.choice_id))
