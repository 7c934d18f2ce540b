"""The step that shows the lists that result, and what each line of them admits."""

from textual.widget import Widget

from tui.setup.mending import mendings
from tui.ui.screens.wizard.step import StepScreen, StepText
from tui.ui.wizard_state import Step, draft_of, drafted, went
from tui.ui.wizard_words import plan_lines


class ListsStep(StepScreen):
    """Goes on to what else can be mended, where there is anything."""

    def body(self) -> Widget:
        """The lists."""
        return StepText(lambda width: [] if self.wizard.plan is None else plan_lines(self.wizard.plan, width))

    def action_next(self) -> None:
        """On."""
        if self.can_next:
            self.do("Looking at the rest of the file", self._go_on)

    async def _go_on(self) -> None:
        wizard = self.wizard
        if wizard.reading is None:
            return
        data, judged = wizard.reading.seen.data, wizard.reading.judged
        found = await self.apart(lambda: mendings(data, judged, self.tools.free_port()))
        if found:
            self.go(went(wizard, Step.FIXES, mendings=found))
            return
        made = await self.apart(lambda: draft_of(wizard))
        if isinstance(made, str):
            self.tell(made)
        else:
            self.go(drafted(wizard, made))
