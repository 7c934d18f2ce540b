"""The step that says what the gateway makes of the file as it is."""

from textual.widget import Widget

from tui.domain.journal import Level
from tui.setup.mending import hides
from tui.ui.screens.wizard.step import Hands, StepScreen, StepText
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.wizard_state import Step, Wizard, reread, went
from tui.ui.wizard_words import judged_lines


class JudgeStep(StepScreen):
    """Each finding with its line, what it does and the fix; then the lists as they are."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._was_left = False

    def on_screen_resume(self) -> None:
        """Whoever comes back may have written the file, or mended it by hand."""
        if self._was_left:
            self.do("Reading", self._read)

    def body(self) -> Widget:
        """The judgement."""
        return StepText(lambda width: judged_lines(self.wizard, width, self.keys))

    @property
    def can_next(self) -> bool:
        """Not with a file of which nothing can be changed."""
        reading = self.wizard.reading
        return reading is not None and not hides(reading.judged) and super().can_next

    @property
    def can_again(self) -> bool:
        """The file may have been mended by hand meanwhile."""
        return True

    def action_again(self) -> None:
        """Read it anew."""
        self.do("Reading", self._read)

    def action_next(self) -> None:
        """On to who shall get in."""
        if self.can_next:
            self._was_left = True
            self.go(went(self.wizard, Step.WHO))

    async def _read(self) -> None:
        place = self.wizard.place
        if place is None:
            return
        try:
            reading = await self.apart(lambda: self.tools.read(place))
        except Sorry as error:
            self.tell(str(error))
            return
        before = self.wizard.reading
        self.become(reread(self.wizard, reading))
        if before is not None and before.seen.data != reading.seen.data:
            self.tell("The file is another one than before; this is what it is now.", Level.INFO)
