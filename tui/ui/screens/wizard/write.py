"""The step that asks, backs the file up and writes it."""

from textual.widget import Widget

from tui.domain.journal import Level
from tui.ui.line import Line
from tui.ui.screens.wizard.step import StepScreen
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.widgets.choice_list import Choice, ChoiceList
from tui.ui.wizard_state import Step, went, wrote
from tui.ui.wizard_words import path_text, place_lines, said, strong

_WRITE, _NOT = "write", "not"
_ASKED = (
    Choice(_NOT, "Don't write it", "back to what would change"),
    Choice(_WRITE, "Back the file up and write it"),
)
_DONE = (Choice("on", "On: start the gateway anew", "until then it goes by the old file"),)


class WriteStep(StepScreen):
    """The cursor begins at the answer that does nothing. What was written can't be written twice."""

    def head(self, width: int) -> list[Line]:
        """What would happen, or what has."""
        written, place = self.wizard.written, self.wizard.place
        if place is None:
            return []
        if written is not None:
            rows = strong("It is written", width, Level.OK)
            rows += said(f"The file: {path_text(written.target)}", width)
            if written.backup is not None:
                rows += said(f"What stood there before: {path_text(written.backup)}", width)
            return [*rows, ()]
        text = (
            "A copy of the file as it is, with the time in its name, is put beside it first. Then the new text takes "
            f"its place in one go: whatever happens meanwhile, {place.conf.name} is the old one or the new "
            "one. If somebody has changed it since it was read, nothing is written."
        )
        return [*strong("Write it?", width, Level.WARN), *place_lines(place, width), *said(text, width), ()]

    def body(self) -> Widget:
        """The answers."""
        return ChoiceList(_ASKED if self.wizard.written is None else _DONE, id="wizard-body")

    @property
    def can_next(self) -> bool:
        """Once it is written."""
        return self.wizard.written is not None and super().can_next

    def action_next(self) -> None:
        """On to the restart."""
        if self.can_next:
            self.go(went(self.wizard, Step.RESTART))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """The answer."""
        event.stop()
        if event.choice_id == _NOT:
            self.action_back()
        elif event.choice_id == _WRITE and self.wizard.written is None:
            self.do("Writing", self._write, holds=True)
        else:
            self.action_next()

    async def _write(self) -> None:
        reading, draft = self.wizard.reading, self.wizard.draft
        if reading is None or draft is None:
            return
        try:
            written = await self.apart(lambda: self.tools.write(reading.seen, draft.data))
        except Sorry as error:
            self.tell(str(error), Level.ALARM)
            return
        self.become(wrote(self.wizard, written))
        self.query_one(ChoiceList).offer(_DONE)
