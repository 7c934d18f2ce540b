"""The step that shows exactly what would change; only who accepts that comes to the writing."""

from textual.widget import Widget

from tui.ui.screens.wizard.step import StepScreen, StepText
from tui.ui.wizard_state import Step, unchanged, went
from tui.ui.wizard_words import diff_lines


class DiffStep(StepScreen):
    """Where nothing changes, it goes on to the trial."""

    def body(self) -> Widget:
        """What changes."""
        return StepText(lambda width: diff_lines(self.wizard, width, self.keys))

    def action_next(self) -> None:
        """It is accepted."""
        if self.wizard.draft is not None and self.can_next:
            self.go(went(self.wizard, Step.PROOF if unchanged(self.wizard) else Step.WRITE))
