"""What every step of the wizard shares: a title, what it is about, something to act on, what came of it, a footer."""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from tui.domain.journal import Level
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.commands import BY_ID
from tui.ui.copying import Copyable
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.screens.copy import CopyScreen
from tui.ui.screens.wizard.tools import Tools
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.lines import Lines, Scrolling
from tui.ui.wizard_state import Wizard
from tui.ui.wizard_words import Keys, title_line
from tui.ui.words import mark

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hands:
    """What the steps act through.

    tools: the machine. copy: copies a text, None for nothing. open: the screen for a state's step.
    """

    tools: Tools
    copy: Callable[[Copyable | None], None]
    open: "Callable[[Wizard, Hands], StepScreen]"


class StepText(Scrolling):
    """The text of a step, which scrolls. Enter goes on."""

    def __init__(self, compute: Callable[[int], list[Line]]) -> None:
        super().__init__(id="wizard-body")
        self._compute_lines = compute

    def lines(self, width: int) -> list[Line]:
        """What the step computes for that width."""
        return self._compute_lines(width)

    def action_select(self) -> None:
        """As the step's own key."""
        step = self.screen
        if isinstance(step, StepScreen):
            step.action_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Unlike in other texts, Enter does something here."""
        return True if action == "select" else super().check_action(action, parameters)


class StepScreen(Screen[bool]):
    """One step. Dismissed with True to leave the wizard, with False to go back to the step before.

    state: where the wizard stands on this screen; the steps that follow have newer ones, and this one is as it was
    left when they are gone back from. A subclass gives `body`, and what `next` does.
    """

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/wizard.tcss")]
    BINDINGS = bindings(Scope.WIZARD)
    AUTO_FOCUS = "#wizard-body"
    ENTERED: ClassVar[str | None] = None
    """Where a line is typed in: the id of the command that Enter stands for."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(classes="wizard")
        self.wizard = state
        self.hands = hands
        self.busy = ""
        self._holds = False
        self._told: Line = ()

    @property
    def tools(self) -> Tools:
        """The machine."""
        return self.hands.tools

    @property
    def keys(self) -> Keys:
        """The keys in force, the first of each."""
        keymap: Keymap = getattr(self.app, "keymap", DEFAULT)
        ids = ("wizard-next", "wizard-do", "wizard-again")
        return Keys(*(keymap.shown(BY_ID[each]).partition(" ")[0] for each in ids))

    def head(self, width: int) -> list[Line]:
        """What the step is about, above what there is to act on."""
        del width
        return []

    @abstractmethod
    def body(self) -> Widget:
        """What there is to act on, with the id `wizard-body`."""

    def below(self) -> ComposeResult:
        """What stands below it."""
        yield from ()

    def compose(self) -> ComposeResult:
        """From the title to the footer."""
        yield Computed(lambda width: [title_line(self.wizard, width)], id="wizard-title")
        yield Computed(self.head, id="wizard-head")
        yield self.body()
        yield from self.below()
        yield Computed(self._told_lines, id="wizard-told")
        yield Footer(Scope.WIZARD, self.ENTERED)

    def on_mount(self) -> None:
        """Offer what can be done."""
        self.show()

    def on_screen_resume(self) -> None:
        """What was said of a later step is settled."""
        self.tell("")

    @property
    def copyables(self) -> Sequence[Copyable]:
        """What can be copied."""
        return ()

    @property
    def can_next(self) -> bool:
        """Whether the step can be left forwards now."""
        return not self.busy

    @property
    def can_again(self) -> bool:
        """Whether something can be looked at anew."""
        return False

    @property
    def several(self) -> bool:
        """Whether something can be marked."""
        return False

    @property
    def can_act(self) -> bool:
        """Whether cpwatch can do what the step tells."""
        return False

    def action_act(self) -> None:
        """Ask, and do it."""

    def action_next(self) -> None:
        """On, where nothing more has to be said or done first."""

    def action_again(self) -> None:
        """Look anew."""

    def action_mark(self) -> None:
        """Mark the line under the cursor."""

    def action_back(self) -> None:
        """To the step before, unless something is being done that has to end first."""
        if not self._holds:
            self.dismiss(False)

    def action_leave(self) -> None:
        """Out of the wizard, unless something is being done that has to end first."""
        if not self._holds:
            self.dismiss(True)

    def action_copy(self) -> None:
        """Copy the one thing that there is, or ask which."""
        items = tuple(self.copyables)
        if len(items) == 1:
            self.hands.copy(items[0])
        elif items:
            self.app.push_screen(CopyScreen(items), self.hands.copy)

    def go(self, state: Wizard) -> None:
        """On to that state's step."""
        self.app.push_screen(self.hands.open(state, self.hands), self._came_back)

    def become(self, state: Wizard) -> None:
        """Something else is so on this very step."""
        self.wizard = state
        self.show()

    def tell(self, text: str, level: Level = Level.WARN) -> None:
        """Say it below the step; nothing for an empty text."""
        self._told = line(mark(level), " ", text) if text else ()
        self._redraw("#wizard-told")

    def do(self, what: str, work: Callable[[], Coroutine[Any, Any, None]], *, holds: bool = False) -> None:
        """Have it done while the screen lives on. what: said meanwhile; nothing else is done until it has ended.

        holds: whether the step can't be left before.
        """
        if not self.busy:
            self.busy, self._holds = what, holds
            self.show()
            self.run_worker(self._done(work), name=what)

    async def apart(self, work: Callable[[], T]) -> T:
        """What blocks, on a thread of its own."""
        return await asyncio.to_thread(work)

    def show(self) -> None:
        """Draw what is so now, and offer what can be done."""
        for each in ("#wizard-title", "#wizard-head", "#wizard-told"):
            self._redraw(each)
        for body in self.query("#wizard-body"):
            if isinstance(body, Lines):
                body.redraw()
        offered = {
            "wizard-next": self.can_next,
            "wizard-toggle": self.several,
            "wizard-do": self.can_act and not self.busy,
            "wizard-copy": bool(self.copyables),
            "wizard-again": self.can_again and not self.busy,
        }
        for footer in self.query(Footer):
            footer.idle = frozenset(each for each, can in offered.items() if not can)

    async def _done(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except Exception as error:
            log.exception("a step of the setup ended by a defect")
            self.tell(f"A defect of cpwatch ended this: {type(error).__name__}.", Level.ALARM)
        finally:
            self.busy, self._holds = "", False
            if self.is_mounted:
                self.show()

    def _came_back(self, leaves: bool | None) -> None:
        if leaves:
            self.dismiss(True)

    def _told_lines(self, width: int) -> list[Line]:
        if self.busy:
            return wrap(line(Part(f"{self.busy} …", Tone.MUTED)), width, 2)
        return wrap(self._told, width, 2) if self._told else []

    def _redraw(self, which: str) -> None:
        for each in self.query(which):
            if isinstance(each, Computed):
                each.redraw()
