"""What is shown where there is no gateway at the usual address yet: what was looked for, and what can be done."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from tui.domain.address import DEFAULT_URL, Address, BadAddress, parse_address
from tui.domain.journal import Level
from tui.domain.sanitise import safe_text
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.choice_list import Choice, ChoiceList
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.line_input import LineInput
from tui.ui.widgets.lines import Lines, Scrolling
from tui.ui.words import mark

WALKTHROUGH, DEMO, QUIT = "walkthrough", "demo", "quit"
"""What the screen is dismissed with, besides an address, an offer's id, and None to go on looking."""
_ADDRESS, _INSTALL, _WAIT = "address", "install", "wait"
_CHOICES = (
    Choice(WALKTHROUGH, "Walk me through it", "why, and what to do"),
    Choice(DEMO, "Watch the demo", "a gateway played by cpwatch"),
    Choice(_ADDRESS, "Give another address", "the gateway runs elsewhere"),
    Choice(_INSTALL, "Install and start one", "the steps"),
)
_LAST = Choice(_WAIT, "Keep waiting here", "it is found by itself")
_STEPS = (
    "Have Java 8u192 or newer (17 is fine): java -version",
    (
        "Download IBKR's Client Portal Gateway, a zip file, from interactivebrokers.com; unpack it into a folder "
        "without a + in its path."
    ),
    (
        "In that folder run, and leave running: bin/run.sh root/conf.yaml (Windows: bin\\run.bat root\\conf.yaml). "
        "macOS: AirPlay holds port 5000; first set another listenPort in root/conf.yaml."
    ),
    (
        "On that machine open {url} in a browser, pass its certificate warning (normal for a gateway), and log in "
        "with the second factor. cpwatch finds the gateway by itself."
    ),
)


class Stage(StrEnum):
    """What of the screen is shown."""

    CHOICES = "choices"
    ADDRESS = "address"
    INSTALL = "install"


def first_run_lines(url: str, seen: str | None, width: int) -> list[Line]:
    """What was looked for and what was found instead. seen: the evidence, None while there is none."""
    head = line(mark(Level.INFO), " ", Part("No gateway found yet", Tone.STRONG))
    answer = f" What was seen: {safe_text(seen)}." if seen else ""
    said = (
        f"cpwatch looked for a Client Portal Gateway at {safe_text(url)}, and there is none.{answer} The gateway is "
        "IBKR's own small program; through it, and a login in a browser, other programs reach your account."
    )
    return [*wrap(head, width, indent=2), *wrap(line("  ", said), width, indent=2), ()]


def install_lines(url: str, width: int) -> list[Line]:
    """The steps from nothing to a gateway that is logged in."""
    rows: list[Line] = []
    for number, step in enumerate(_STEPS, 1):
        text = step.format(url=safe_text(url))
        rows.extend(wrap(line(" ", Part(str(number), Tone.KEY), "  ", text), width, indent=4))
    return rows


class FirstRunScreen(Dialog[Address | str]):
    """Dismisses with an address to look at instead, one of these words, an offer's id, or None to go on looking.

    url: where it was looked. seen: what was found instead, e.g. `connection refused`. offers: further choices. Whoever
    shows it may dismiss it as soon as there is a gateway.
    """

    BINDINGS = bindings(Scope.FIRST_RUN)
    CSS_PATH: ClassVar[Any] = [stylesheet("screens/dialog.tcss"), stylesheet("screens/first_run.tcss")]
    SCOPE: ClassVar[Scope] = Scope.FIRST_RUN

    def __init__(self, url: str = DEFAULT_URL, offers: Sequence[Choice] = (), seen: str | None = None) -> None:
        super().__init__(id="first-run")
        self._url = url
        self._offers = tuple(offers)
        self._seen = seen
        self._stage = Stage.CHOICES
        self._wrong = ""

    def head(self, width: int) -> list[Line]:
        """What this stage is about."""
        match self._stage:
            case Stage.CHOICES:
                return first_run_lines(self._url, self._seen, width)
            case Stage.ADDRESS:
                head = line(Part("The gateway's address", Tone.STRONG))
                return [head, *wrap(line(Part(f"such as {DEFAULT_URL}; Enter looks there.", Tone.MUTED)), width), ()]
            case Stage.INSTALL:
                return wrap(line(Part("Install and start the Client Portal Gateway", Tone.STRONG)), width)

    def body(self) -> ComposeResult:
        """The choices, the line for an address, and the steps, of which one is shown."""
        yield ChoiceList((*_CHOICES, *self._offers, _LAST), id="first-run-choices").add_class("dialog-body")
        with Horizontal(id="first-run-line", classes="-gone"):
            yield Lines([line(Part("> ", Tone.KEY))], id="first-run-prompt")
            yield LineInput(id="first-run-address")
        yield Computed(self._error, id="first-run-error").add_class("dialog-body", "-gone")
        yield Steps(self._url, id="first-run-steps").add_class("dialog-body", "-gone")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """On to what was chosen."""
        event.stop()
        match event.choice_id:
            case "address":
                self._go(Stage.ADDRESS)
            case "install":
                self._go(Stage.INSTALL)
            case "wait":
                self.dismiss(None)
            case chosen:
                self.dismiss(chosen)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong with another text is not said of this one."""
        event.stop()
        self._say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Look there, or say why not."""
        event.stop()
        try:
            address = parse_address(event.value)
        except BadAddress as error:
            self._say(str(error))
            return
        self.dismiss(address)

    def action_back(self) -> None:
        """Back to the choices, or from them to the monitor."""
        if self._stage is Stage.CHOICES:
            self.dismiss(None)
        else:
            self._go(Stage.CHOICES)

    def action_leave(self) -> None:
        """Leave cpwatch."""
        self.dismiss(QUIT)

    def _go(self, stage: Stage) -> None:
        self._stage = stage
        shown = {
            "first-run-choices": stage is Stage.CHOICES,
            "first-run-line": stage is Stage.ADDRESS,
            "first-run-error": stage is Stage.ADDRESS,
            "first-run-steps": stage is Stage.INSTALL,
        }
        for each, wanted in shown.items():
            self.query_one(f"#{each}").set_class(not wanted, "-gone")
        takes_keys = {
            Stage.CHOICES: "#first-run-choices",
            Stage.ADDRESS: "#first-run-address",
            Stage.INSTALL: "#first-run-steps",
        }
        self.set_focus(self.query_one(takes_keys[stage]))
        self.redraw()

    def _say(self, wrong: str) -> None:
        self._wrong = wrong
        self.query_one("#first-run-error", Computed).redraw()

    def _error(self, width: int) -> list[Line]:
        if not self._wrong:
            return []
        return wrap(line(mark(Level.WARN), " ", self._wrong), width, indent=2)


class Steps(Scrolling):
    """How to come by a gateway."""

    def __init__(self, url: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._url = url

    def lines(self, width: int) -> list[Line]:
        """The steps."""
        return install_lines(self._url, width)
