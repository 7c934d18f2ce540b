"""The question before the brokerage session is opened again, and the second one before it is taken from another."""

from typing import ClassVar

from tui.domain.journal import Level
from tui.domain.rivals import RIVALS
from tui.domain.verdict_name import VerdictName
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.footer import Footer
from tui.ui.words import mark

_SOFT = (
    "This sends one request (ssodh/init, without competing), which opens the brokerage session within the login that "
    "still lives: no browser, no second factor, and nobody is thrown out. It takes some seconds; the Session pane and "
    "the events show what comes of it."
)
_MAY_NEED_LOGIN = (
    "IBKR has let the brokerage link go, and the login may have gone with it. If this fails, log in again in the "
    "browser, as the banner says."
)
_HELD = (
    "Another program holds the session, so this works only once that one has let go of it. If it has not, you can "
    "take the session over; you are asked once more."
)
_EVICTS = (
    f"This throws out whoever holds the session: {RIVALS}. On this machine or elsewhere, that program loses its "
    "session at once. Orders working at IBKR are not cancelled by it, but that program no longer sees or manages "
    "them until it logs in again, which may then throw out this gateway."
)
_BY_KEY = "Enter is no answer to this; the keys below are."


def reopen_lines(name: VerdictName, refusal: str | None, width: int, *, taking: bool = False) -> list[Line]:
    """What would happen, or why nothing can, in `width` cells. taking: the second question."""
    if refusal is not None:
        head = line(mark(Level.INFO), " ", Part("Re-open the brokerage session", Tone.STRONG))
        return [*wrap(head, width, indent=2), *_said(refusal, width)]
    if taking:
        head = line(mark(Level.WARN), " ", Part("Take the session over from another program?", Tone.ALARM))
        return [*wrap(head, width, indent=2), *_said(_EVICTS, width), *_said(_BY_KEY, width)]
    head = line(mark(Level.WARN), " ", Part("Open the brokerage session again?", Tone.STRONG))
    rows = [*wrap(head, width, indent=2), *_said(_SOFT, width)]
    match name:
        case VerdictName.COMPETING:
            rows += _said(_HELD, width)
        case VerdictName.LOGGED_OUT:
            rows += _said(_MAY_NEED_LOGIN, width)
    return rows


class ReopenScreen(Dialog[bool]):
    """Asks. False: re-open it, throwing nobody out; True: take it over; None: do nothing.

    name: the verdict. refusal: why it can't be re-opened now, as a sentence; None where it can. True takes a second
    answer by another key, which no number of Enters gives, and only where another program holds the session.
    """

    BINDINGS = bindings(Scope.REOPEN)
    SCOPE: ClassVar[Scope] = Scope.REOPEN

    def __init__(self, name: VerdictName, refusal: str | None = None) -> None:
        super().__init__(id="reopen")
        self._verdict = name
        self._refusal = refusal
        self._taking = False

    def on_mount(self) -> None:
        """Offer what can be answered."""
        self._offer()

    def head(self, width: int) -> list[Line]:
        """The question, or why there is none."""
        return reopen_lines(self._verdict, self._refusal, width, taking=self._taking)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what this question can be answered with."""
        match action:
            case "reopen":
                return self._refusal is None and not self._taking
            case "take":
                return self._refusal is None and not self._taking and self._verdict is VerdictName.COMPETING
            case "evict":
                return self._taking
        return super().check_action(action, parameters)

    def action_reopen(self) -> None:
        """Yes, throwing nobody out."""
        self.dismiss(False)

    def action_take(self) -> None:
        """On to the second question."""
        self._taking = True
        self._offer()
        self.redraw()

    def action_evict(self) -> None:
        """Yes, throwing out whoever holds it."""
        self.dismiss(True)

    def _offer(self) -> None:
        answers = {"reopen-now": "reopen", "reopen-take": "take", "reopen-evict": "evict"}
        self.query_one(Footer).idle = frozenset(each for each, act in answers.items() if not self.check_action(act, ()))
        self.query_one("#dialog-box").set_class(self._taking, "-warn")


def _said(text: str, width: int) -> list[Line]:
    return wrap(line("  ", text), width, indent=2)
