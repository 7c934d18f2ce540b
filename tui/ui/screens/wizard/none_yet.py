"""The steps from no gateway to one: where to get it, what Java it needs, and unpacking the zip that the user has."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from tui.domain.journal import Level
from tui.setup.recipe import Recipe
from tui.setup.recipe import Step as RecipeStep
from tui.setup.recipes_gateway import GUIDE
from tui.ui.copying import Copyable
from tui.ui.line import Line, Part, Tone, line
from tui.ui.screens.wizard.path import TypingStep
from tui.ui.screens.wizard.step import Hands, StepScreen, StepText
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.widgets.line_input import LineInput
from tui.ui.widgets.lines import Lines
from tui.ui.wizard_recipes import step_lines, warned
from tui.ui.wizard_state import Step, Wizard, placed, went
from tui.ui.wizard_words import said, strong

_LOOKING = "Looking for Java"
_BEFORE = 2
"""The recipe's steps before the unpacking."""


class NoneYetStep(StepScreen):
    """Tells where to get one and what Java it needs, and looks which Java there is."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._recipe: Recipe | None = None

    def on_mount(self) -> None:
        """Begin to look."""
        self.do(_LOOKING, self._look)

    def body(self) -> Widget:
        """The recipe up to the unpacking."""
        return StepText(self._lines)

    @property
    def copyables(self) -> Sequence[Copyable]:
        """IBKR's page, and the lines."""
        lines = [line for step in self._steps for line in step.commands]
        return [
            Copyable("the page where IBKR offers it", GUIDE),
            *(Copyable("the line to run", each) for each in lines),
        ]

    @property
    def can_again(self) -> bool:
        """Java may have been installed meanwhile."""
        return True

    def action_again(self) -> None:
        """Look anew."""
        self.do(_LOOKING, self._look)

    def action_next(self) -> None:
        """On to the zip."""
        if self.can_next:
            self.go(went(self.wizard, Step.UNPACK))

    @property
    def _steps(self) -> Sequence[RecipeStep]:
        """Those before the zip is there."""
        return [] if self._recipe is None else self._recipe.steps[:_BEFORE]

    def _lines(self, width: int) -> list[Line]:
        if self._recipe is None:
            return strong(_LOOKING, width)
        rows = [*strong("The Client Portal Gateway", width), *said(self._recipe.about, width)]
        for each in self._recipe.warnings:
            rows += warned(each, width)
        for step in self._steps:
            rows += [(), *step_lines(step, width, self.keys)]
        return [*rows, (), *said(f"Once you have the zip file, {self.keys.next} goes on and unpacks it.", width)]

    async def _look(self) -> None:
        try:
            self._recipe = await self.apart(self.tools.none_yet)
        except Sorry as error:
            self.tell(str(error), Level.ALARM)


class UnpackStep(TypingStep):
    """Asks for the zip file and for the folder that it is unpacked into, which must not be there yet."""

    HINT = "~/Downloads/clientportal.gw.zip"

    def head(self, width: int) -> list[Line]:
        """What is asked."""
        text = (
            "Type the zip file's path and, below it, the folder to unpack it into: one that is not there yet, without "
            "a + in its path. Nothing outside that folder is written. Enter goes on."
        )
        return [*strong("Unpack it", width), *said(text, width), ()]

    def below(self) -> ComposeResult:
        """The folder's line."""
        yield Lines([line(Part("  into the folder", Tone.LABEL))], id="wizard-label")
        yield LineInput("~/clientportal.gw", id="wizard-second")

    def entered(self, line_id: str) -> None:
        """From the first line to the second; from that one on."""
        if line_id == "wizard-body":
            self.query_one("#wizard-second").focus()
        else:
            self.action_next()

    @property
    def value(self) -> str:
        """The zip file's path."""
        return self.query_one("#wizard-body", LineInput).value.strip()

    def action_next(self) -> None:
        """Unpack it, and read its settings."""
        folder = self.query_one("#wizard-second", LineInput).value.strip()
        if self.value and folder:
            self.do("Unpacking", self._unpack, holds=True)
        else:
            self.tell("Type both paths first.")

    async def _unpack(self) -> None:
        zipped, folder = self.value, self.query_one("#wizard-second", LineInput).value.strip()
        try:
            place = await self.apart(lambda: self.tools.unpack(zipped, folder))
            reading = await self.apart(lambda: self.tools.read(place))
        except Sorry as error:
            self.tell(str(error), Level.ALARM)
            return
        self.go(placed(self.wizard, place, reading))
