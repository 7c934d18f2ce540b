"""One step of a recipe: what to run, the file that belongs to it, and whether it has worked."""

from collections.abc import Sequence

from textual.widget import Widget

from tui.domain.journal import Level
from tui.setup.recipe import File, Looks
from tui.setup.recipe import Step as RecipeStep
from tui.setup.recipes_check import Standing, Stands
from tui.ui.copying import Copyable
from tui.ui.line import Line
from tui.ui.screens.choices import Choice, ChoiceScreen
from tui.ui.screens.wizard.step import Hands, StepScreen, StepText
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.wizard_recipes import path_of, recipe_lines
from tui.ui.wizard_state import Step, Wizard, went
from tui.ui.wizard_words import path_text


class RecipeScreen(StepScreen):
    """Nothing is run; a file is written once the user has seen it and said yes; a check asks and changes nothing."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._there: Stands | None = None

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
        """See what stands in the file's place, ask, and write it."""
        file = None if self._step is None else self._step.file
        if file is not None:
            self.do("Looking", lambda: self._ask(file))

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

    async def _ask(self, file: File) -> None:
        self._there = there = await self.apart(lambda: self.tools.stands(file))
        match there.standing:
            case Standing.SAME:
                self.tell("This very file lies there already; nothing is to be written.", Level.OK)
                return
            case Standing.UNREADABLE:
                self.tell(there.reason, Level.ALARM)
                return
            case Standing.OTHER:
                title, yes = "Another file lies there. Replace it?", "Keep a copy beside it, and write it"
            case Standing.FREE:
                title, yes = "Write this file?", "Write it"
        answers = (Choice("no", "Don't write it"), Choice("yes", yes, path_of(file), exact=True))
        if self.is_current:
            self.app.push_screen(ChoiceScreen(title, answers), self._answered)

    def _answered(self, answer: str | None) -> None:
        file, there = None if self._step is None else self._step.file, self._there
        if answer == "yes" and file is not None and there is not None:
            self.do("Writing", lambda: self._write(file, there), holds=True)

    async def _write(self, file: File, there: Stands) -> None:
        try:
            written = await self.apart(lambda: self.tools.put(file, there))
        except Sorry as error:
            self.tell(str(error), Level.ALARM)
            return
        before = "" if written.backup is None else f" What lay there before: {path_text(written.backup)}"
        self.tell(f"Written: {path_text(written.target)}.{before}", Level.OK)

    async def _check(self, step: RecipeStep) -> None:
        done = await self.apart(lambda: self.tools.checked(step))
        level = {True: Level.OK, False: Level.ALARM, None: Level.INFO}[done.ok]
        # Below the step, where it is seen however long that is.
        self.tell(" ".join((done.text, *done.details)), level)

    def _lines(self, width: int) -> list[Line]:
        recipe = self.wizard.recipe
        if recipe is None or self._step is None:
            return []
        return recipe_lines(recipe, self.wizard.at, width, self.keys)
