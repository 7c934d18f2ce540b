"""The step at which the machines that shall get in are named by their addresses."""

from tui.ui.line import Line
from tui.ui.screens.wizard.path import TypingStep
from tui.ui.wizard_state import plan_for, planned
from tui.ui.wizard_words import said, strong


class NamesStep(TypingStep):
    """Asks for addresses, several with blanks or commas between."""

    HINT = "192.168.1.20 192.168.1.21"

    def head(self, width: int) -> list[Line]:
        """What may be typed."""
        text = (
            "Type the IPv4 addresses of the machines, with blanks between. A network may be typed as 192.168.1.* or as "
            "192.168.1.0/24. The gateway looks no names up, and it speaks no IPv6."
        )
        return [*strong("Which machines?", width), *said(text, width), ()]

    @property
    def typed(self) -> str:
        """What was typed before."""
        return " ".join(self.wizard.named)

    def action_next(self) -> None:
        """On to the lists."""
        if self.value:
            self.do("Making the lists", self._plan)
        else:
            self.tell("Type an address first, or go back and unmark the named machines.")

    async def _plan(self) -> None:
        wizard, named = self.wizard, tuple(self.value.replace(",", " ").split())
        made = await self.apart(lambda: plan_for(wizard, named))
        if isinstance(made, str):
            self.tell(made)
        else:
            self.go(planned(wizard, made, named))
