"""The step at which a path is typed: of a gateway's folder, or of its conf.yaml."""

from textual.widget import Widget
from textual.widgets import Input

from tui.ui.line import Line
from tui.ui.screens.wizard.step import StepScreen
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.widgets.line_input import LineInput
from tui.ui.wizard_state import placed
from tui.ui.wizard_words import said, strong


class TypingStep(StepScreen):
    """A step whose body is a line to type in; Enter goes on with it."""

    HINT = ""
    ENTERED = "wizard-next"

    def body(self) -> Widget:
        """The line."""
        made = LineInput(self.typed, id="wizard-body")
        made.placeholder = self.HINT
        return made

    @property
    def typed(self) -> str:
        """What the line begins with."""
        return ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong with another text is not said of this one."""
        event.stop()
        self.tell("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line."""
        event.stop()
        self.entered(event.input.id or "")

    def entered(self, line_id: str) -> None:
        """Go on with it. Textual calls a handler of each class, so that subclasses have this in place of theirs."""
        del line_id
        self.action_next()

    @property
    def value(self) -> str:
        """What was typed, without the blanks around it."""
        return self.query_one(LineInput).value.strip()


class PathStep(TypingStep):
    """Asks for the path, and reads the file."""

    HINT = "~/clientportal.gw"

    def head(self, width: int) -> list[Line]:
        """What may be typed."""
        text = "Type the path of the gateway's folder, or of its conf.yaml, and press Enter. ~ is your home folder."
        return [*strong("Where is the gateway?", width), *said(text, width), ()]

    def action_next(self) -> None:
        """Read what lies there."""
        if self.value:
            self.do("Reading", self._read)
        else:
            self.tell("Type a path first.")

    async def _read(self) -> None:
        typed = self.value
        try:
            place = await self.apart(lambda: self.tools.look(typed))
            reading = await self.apart(lambda: self.tools.read(place))
        except Sorry as error:
            self.tell(str(error))
            return
        self.go(placed(self.wizard, place, reading))
