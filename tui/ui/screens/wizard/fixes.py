"""The step that offers to mend other things in the file on the way."""

from textual.widget import Widget

from tui.ui.line import Line
from tui.ui.screens.wizard.step import StepScreen
from tui.ui.widgets.check_list import CheckList
from tui.ui.widgets.choice_list import Choice
from tui.ui.wizard_state import draft_of, drafted, mending
from tui.ui.wizard_words import capital, said, strong


class FixesStep(StepScreen):
    """None of them is chosen unless the user does so."""

    def head(self, width: int) -> list[Line]:
        """What is asked."""
        text = f"Mark what shall be mended as well; {self.keys.next} goes on. What is not marked stays as it is."
        return [*strong("What else is amiss in the file", width), *said(text, width), ()]

    def body(self) -> Widget:
        """The choices."""
        items = [Choice(each.id, capital(each.does), each.finding.message) for each in self.wizard.mendings]
        return CheckList(items, self.wizard.fixes, id="wizard-body")

    @property
    def several(self) -> bool:
        """All that are marked."""
        return True

    def on_check_list_toggled(self, event: CheckList.Toggled) -> None:
        """Something else is chosen."""
        event.stop()
        self.become(mending(self.wizard, event.checked))

    def action_mark(self) -> None:
        """As Enter."""
        self.query_one(CheckList).action_select()

    def action_next(self) -> None:
        """On to what changes."""
        if self.can_next:
            self.do("Making the new text", self._draft)

    async def _draft(self) -> None:
        wizard = self.wizard
        made = await self.apart(lambda: draft_of(wizard))
        if isinstance(made, str):
            self.tell(made)
        else:
            self.go(drafted(wizard, made))
