"""The help screen: the keys, the marks, what cpwatch asks of the gateway, and where to read on."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.screen import Screen

from tui.domain.journal import Level
from tui.domain.text import DASH
from tui.resources import stylesheet
from tui.ui import glyphs
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.commands import commands
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.lines import Lines, Scrolling
from tui.ui.words import mark

_MARKS: tuple[tuple[Part, str], ...] = (
    (mark(Level.OK), "as it should be"),
    (mark(Level.WARN), "look at it: it warns, and where it is red it needs you"),
    (mark(Level.INFO), "no, or none: a plain fact"),
    (Part(DASH, Tone.MUTED), "not known; never to be read as 0 or as no"),
    (Part(glyphs.CHOSEN, Tone.STRONG), "the account that you look at"),
    (Part(glyphs.BROKEN, Tone.ALARM), "where the way to IBKR is broken"),
    (Part("3 min old", Tone.STALE), "an old value: newer ones were due, and did not come"),
    (Part("###", Tone.PLAIN), "a number too wide for its column; widen the terminal"),
)
_KEYS = (
    ("Keys", (Scope.MONITOR, Scope.APP)),
    ("In a table or a list", (Scope.TABLE,)),
    ("In the walkthrough", (Scope.WALKTHROUGH,)),
    ("In the setup", (Scope.WIZARD,)),
)
_ASKED: tuple[str, ...] = (
    "Below one request a second on average, all cpwatch on this machine together.",
    "The auth status every 5 s, the keep-alive (tickle) every 60 s, the login's age every 5 minutes at most.",
    "The accounts and what they are worth, the visible account's currencies, and its positions every 3 s.",
    "The day's profit and loss every 15 s; given up for a while where another program seems to ask for it.",
    "It never trades: it has no code for orders. It does not log in, log out or take a session over.",
    "Leaving it leaves the session as it is; but nothing keeps the session alive from then on.",
    "It sees no password. What it shows stays on this machine.",
)
_DOCS = "cpwatch --help lists the commands and options; README.md has the settings and the troubleshooting."


def help_lines(width: int, keymap: Keymap = DEFAULT) -> list[Line]:
    """The whole text in `width` cells. keymap: the keys in force."""
    rows: list[Line] = []

    def heading(text: str) -> None:
        if rows:
            rows.append(())
        rows.append(line(Part(text, Tone.STRONG)))

    def entry(name: Part, text: str, column: int) -> None:
        blank = " " * max(column - name.width, 1)
        rows.extend(wrap(line("  ", name, blank, text), width, indent=column + 2))

    for title, scopes in _KEYS:
        heading(title)
        for command in (command for scope in scopes for command in commands(scope)):
            entry(Part(keymap.shown(command), Tone.KEY), command.help, 12)
    heading("Marks")
    for name, meaning in _MARKS:
        entry(name, meaning, 12)
    heading("What cpwatch asks of the gateway")
    for text in _ASKED:
        rows.extend(wrap(line("  ", text), width, indent=2))
    heading("More")
    rows.extend(wrap(line("  ", _DOCS), width, indent=2))
    return rows


class HelpText(Scrolling):
    """The scrollable text."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(id="help-text")
        self._keymap = keymap

    def lines(self, width: int) -> list[Line]:
        """The text."""
        return help_lines(width, self._keymap)


class HelpScreen(Screen[None]):
    """What the keys and marks mean."""

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/help.tcss")]
    BINDINGS = bindings(Scope.HELP)

    def __init__(self, keymap: Keymap = DEFAULT) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """A title, the text, and the footer."""
        yield Lines([line(Part("cpwatch", Tone.STRONG), "  Help")], id="help-title")
        yield HelpText(self._keymap)
        yield Footer(Scope.HELP)

    def action_close(self) -> None:
        """Back to where help was asked for."""
        self.dismiss()
