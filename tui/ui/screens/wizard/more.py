"""The step after the trial: a tunnel or a service that can be set up as well, or the end."""

from textual.widget import Widget

from tui.setup.recipe import Recipe
from tui.ui.line import Line
from tui.ui.screens.wizard.step import Hands, StepScreen
from tui.ui.widgets.choice_list import Choice, ChoiceList
from tui.ui.wizard_state import Step, Wizard, went
from tui.ui.wizard_words import said, strong

_DONE = "done"
_LOOKING = "Looking which of these programs are here"


class MoreStep(StepScreen):
    """Looks when it opens what can be offered."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._recipes: tuple[Recipe, ...] = ()

    def on_mount(self) -> None:
        """Begin to look."""
        self.do(_LOOKING, self._look)

    def head(self, width: int) -> list[Line]:
        """What is offered."""
        text = "That was it. If you like, go on with a tunnel, or a service that starts the gateway by itself."
        return [*strong("What else", width), *said(text, width), ()]

    def body(self) -> Widget:
        """The recipes."""
        return ChoiceList((), id="wizard-body")

    @property
    def can_next(self) -> bool:
        """Enter chooses here."""
        return False

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """That one, or the end."""
        event.stop()
        recipe = next((each for each in self._recipes if each.id == event.choice_id), None)
        if recipe is None:
            self.action_leave()
        else:
            self.go(went(self.wizard, Step.RECIPE, recipe=recipe, at=0))

    def _choices(self) -> tuple[Choice, ...]:
        return (Choice(_DONE, "Done", "leave the setup"), *(Choice(each.id, each.title) for each in self._recipes))

    async def _look(self) -> None:
        wizard = self.wizard
        self._recipes = await self.apart(lambda: self.tools.recipes(wizard))
        self.query_one(ChoiceList).offer(self._choices())
