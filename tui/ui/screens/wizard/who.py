"""The step that asks who shall reach the gateway: several may."""

from textual.widget import Widget

from tui.ui.line import Line
from tui.ui.screens.wizard.step import StepScreen
from tui.ui.widgets.check_list import CheckList
from tui.ui.widgets.choice_list import Choice
from tui.ui.wizard_state import NAMED, Step, chosen, offered, plan_for, planned, went
from tui.ui.wizard_words import said, strong


class WhoStep(StepScreen):
    """The choices are this machine's own networks, which are looked up when it opens."""

    def on_mount(self) -> None:
        """Look this machine's networks up."""
        self.do("Looking at this machine's networks", self._look)

    def head(self, width: int) -> list[Line]:
        """What is asked."""
        text = f"Mark all that shall; {self.keys.next} goes on."
        return [*strong("Who shall reach the gateway?", width), *said(text, width), ()]

    def body(self) -> Widget:
        """The choices."""
        return CheckList((), self.wizard.audience, id="wizard-body")

    @property
    def several(self) -> bool:
        """All that are marked."""
        return True

    @property
    def can_next(self) -> bool:
        """Once the choices are known."""
        return bool(self.wizard.offers) and super().can_next

    def on_check_list_toggled(self, event: CheckList.Toggled) -> None:
        """Somebody else is chosen."""
        event.stop()
        self.become(chosen(self.wizard, event.checked))

    def action_mark(self) -> None:
        """As Enter."""
        self.query_one(CheckList).action_select()

    def action_next(self) -> None:
        """On to the machines' addresses where these are to be named, else to the lists."""
        if not self.can_next:
            return
        if NAMED in self.wizard.audience:
            self.go(went(self.wizard, Step.NAMES))
        else:
            self.do("Making the lists", self._plan)

    async def _look(self) -> None:
        reading = self.wizard.reading
        if reading is None:
            return
        offers = await self.apart(lambda: self.tools.offers(reading))
        self.wizard = offered(self.wizard, offers)
        items = [Choice(each.id, each.label, each.help) for each in offers]
        fixed = [each.id for each in offers if each.fixed]
        self.query_one(CheckList).check_from(items, self.wizard.audience, fixed)

    async def _plan(self) -> None:
        wizard = self.wizard
        made = await self.apart(lambda: plan_for(wizard))
        if isinstance(made, str):
            self.tell(made)
        else:
            self.go(planned(wizard, made))
