"""One step of a recipe: what to run, the file that belongs to it, and whether it has worked."""

from collections.abc import Sequence

from textual.widget import Widget

from tui.domain.journal import Level
from tui.setup.recipe import Looks
from tui.setup.recipe import Step as RecipeStep
from tui.ui.copying import Copyable
from tui.ui.line import Line
from tui.ui.screens.choices import Choice, ChoiceScreen
from tui.ui.screens.wizard.step import Hands, StepScreen, StepText
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.wizard_recipes import path_of, recipe_lines
from tui.ui.wizard_state import Step, Wizard, went


class RecipeScreen(StepScreen):
    """Nothing is run; a file is written once the user has seen it and said yes; a check asks and changes nothing."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._found: tuple[bool | None, str] | None = None

    def body(self) -> Widget:
        """The step."""
        return StepText(self._lines)

    @property
    def copyables(self) -> Sequence[Copyable]:
        """The lines to run; at the end those that take it back, too."""
        step, recipe = self._step, self.wizard.recipe
        if step is None or recipe is None:
            return ()
        items = [Copyable("the line to run", each) for each in step.commands]
        for check in step.checks:
            if isinstance(check, Looks):
                items += [Copyable("the line that shows it", each) for each in check.commands]
        return items + ([Copyable("the line that takes it back", each) for each in recipe.undo] if self._last else [])

    @property
    def can_act(self) -> bool:
        """Whether there is a file to write."""
        return self._step is not None and self._step.file is not None

    @property
    def can_again(self) -> bool:
        """Whether there is anything that cpwatch can look at."""
        return self._step is not None and any(not isinstance(each, Looks) for each in self._step.checks)

    def action_act(self) -> None:
        """Ask, and write the file."""
        step = self._step
        if step is None or step.file is None or self.busy:
            return
        answers = (Choice("no", "Don't write it"), Choice("yes", "Write it", path_of(step.file), exact=True))
        self.app.push_screen(ChoiceScreen("Write this file?", answers), self._answered)

    def action_again(self) -> None:
        """Look whether the step has worked."""
        step = self._step
        if step is not None and self.can_again:
            self.do("Looking", lambda: self._check(step))

    def action_next(self) -> None:
        """On to the recipe's next step; from the last one to what else there is."""
        if not self.can_next:
            return
        if self._last:
            self.go(went(self.wizard, Step.MORE, recipe=None, at=0))
        else:
            self.go(went(self.wizard, Step.RECIPE, at=self.wizard.at + 1))

    @property
    def _step(self) -> RecipeStep | None:
        recipe, at = self.wizard.recipe, self.wizard.at
        return recipe.steps[at] if recipe is not None and at < len(recipe.steps) else None

    @property
    def _last(self) -> bool:
        recipe = self.wizard.recipe
        return recipe is None or self.wizard.at >= len(recipe.steps) - 1

    def _answered(self, answer: str | None) -> None:
        step = self._step
        if answer == "yes" and step is not None:
            self.do("Writing", lambda: self._write(step), holds=True)

    async def _write(self, step: RecipeStep) -> None:
        try:
            self.tell(await self.apart(lambda: self.tools.put(step)), Level.OK)
        except Sorry as error:
            self.tell(str(error), Level.ALARM)

    async def _check(self, step: RecipeStep) -> None:
        self._found = await self.apart(lambda: self.tools.checked(step))

    def _lines(self, width: int) -> list[Line]:
        recipe = self.wizard.recipe
        if recipe is None or self._step is None:
            return []
        return recipe_lines(recipe, self.wizard.at, width, self._found, self.keys)
