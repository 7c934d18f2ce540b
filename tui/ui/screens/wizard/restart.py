"""The step that tells how the gateway is started anew, and does it where that is this user's own service."""

from collections.abc import Sequence

from textual.widget import Widget

from tui.domain.journal import Level
from tui.setup.restart import CONSENT, LOGIN_ENDS
from tui.ui.copying import Copyable
from tui.ui.line import Line
from tui.ui.screens.wizard.path import TypingStep
from tui.ui.screens.wizard.step import Hands, StepScreen, StepText
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.widgets.line_input import LineInput
from tui.ui.wizard_state import Restarting, Step, Wizard, went
from tui.ui.wizard_words import commands, said, strong

_LOOKING = "Looking how it was started"


class RestartStep(StepScreen):
    """It looks how the gateway was started when it opens."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._how: Restarting | None = None

    def on_mount(self) -> None:
        """Begin to look."""
        self.do(_LOOKING, self._look)

    def body(self) -> Widget:
        """How."""
        return StepText(self._lines)

    @property
    def copyables(self) -> Sequence[Copyable]:
        """The lines to run."""
        return (
            []
            if self._how is None
            else [Copyable("the line that restarts it", each) for each in self._how.how.commands]
        )

    @property
    def can_again(self) -> bool:
        """It may have been started meanwhile."""
        return True

    def action_again(self) -> None:
        """Look anew."""
        self.do(_LOOKING, self._look)

    def action_next(self) -> None:
        """On to the trial."""
        if self.can_next:
            self.go(went(self.wizard, Step.PROOF))

    @property
    def can_act(self) -> bool:
        """Where it is this user's own service."""
        return self._how is not None and self._how.mine

    def action_act(self) -> None:
        """On to the question whether cpwatch shall do it."""
        if self.can_act:
            self.go(went(self.wizard, Step.CONSENT, restarting=self._how))

    def _lines(self, width: int) -> list[Line]:
        rows = strong("The new file counts once the gateway is started anew", width, Level.WARN)
        if self._how is None:
            return rows
        how = self._how.how
        rows += said(how.caution, width) if how.caution else []
        rows += [(), *said(how.text, width), *commands(how.commands, width)]
        if self.can_act:
            service = self._how.how.origin.unit or "it"
            rows += [
                (),
                *said(f"{self.keys.act} has cpwatch restart {service}, once you have typed that it shall.", width),
            ]
        text = f"Do it when it suits you; {self.keys.next} goes on, and tries whether the new lists are in force."
        rows += [(), *said(text, width)]
        return rows

    async def _look(self) -> None:
        place = self.wizard.place
        if place is not None:
            self._how = await self.apart(lambda: self.tools.restarting(place))


class ConsentStep(TypingStep):
    """Takes the user's word, typed in full, and restarts the service."""

    HINT = CONSENT

    def on_screen_resume(self) -> None:
        """The word was given for one restart."""
        self.query_one(LineInput).value = ""

    def head(self, width: int) -> list[Line]:
        """What would happen."""
        text = f"{LOGIN_ENDS} Type {CONSENT} and press Enter to have cpwatch do it now; Esc leaves it as it is."
        return [*strong("Restart the gateway's service?", width, Level.WARN), *said(text, width), ()]

    def action_next(self) -> None:
        """Do it, for that word only."""
        if self.value.lower() == CONSENT:
            self.do("Restarting", self._restart, holds=True)
        else:
            self.tell(f"Nothing was done: it takes the word {CONSENT}.")

    async def _restart(self) -> None:
        place, restarting, typed = self.wizard.place, self.wizard.restarting, self.value
        if place is None or restarting is None:
            return
        try:
            done = await self.apart(lambda: self.tools.restart(place, restarting, typed))
        except Sorry as error:
            self.tell(str(error), Level.ALARM)
            return
        self.go(went(self.wizard, Step.PROOF, restarted=done))
