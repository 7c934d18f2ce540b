"""The first step: which gateway's settings file it is about."""

from textual.widget import Widget

from tui.setup.find import Found
from tui.ui.line import Line
from tui.ui.screens.wizard.step import Hands, StepScreen
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.widgets.choice_list import Choice, ChoiceList
from tui.ui.wizard_state import Step, Wizard, meant, placed, went
from tui.ui.wizard_words import how, path_text, said, strong

_PATH, _NONE = "path", "none"
_LOOKING = "Looking for gateways that run, and into the usual folders"
_OTHERS = (
    Choice(_PATH, "Another one", "type the path of its folder, or of its conf.yaml"),
    Choice(_NONE, "There is none here yet", "where to get it, what Java it needs, and unpacking it"),
)
_MOST = 7


class FindStep(StepScreen):
    """Looks for gateways when it opens. Where one is meant, and runs, it goes on to that one's file by itself, once."""

    def __init__(self, state: Wizard, hands: Hands) -> None:
        super().__init__(state, hands)
        self._places: tuple[Found, ...] = ()

    def on_mount(self) -> None:
        """Begin to look."""
        self.do(_LOOKING, self._look_first)

    def head(self, width: int) -> list[Line]:
        """What this is about."""
        text = (
            "Which gateway is to be set up? Its conf.yaml says who gets in. Nothing is changed before you have seen "
            "exactly what, and have said yes; leaving changes nothing."
        )
        return [*strong("Set a gateway up", width), *said(text, width), ()]

    def body(self) -> Widget:
        """The gateways that were found, and the other ways."""
        # Empty at first: what is found would come before the others, and under a finger that means another one.
        return ChoiceList((), id="wizard-body")

    @property
    def can_next(self) -> bool:
        """Enter chooses here."""
        return False

    @property
    def can_again(self) -> bool:
        """It can be looked for anew."""
        return True

    def action_again(self) -> None:
        """Look anew."""
        self.do(_LOOKING, self._look)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """On with that one."""
        event.stop()
        match event.choice_id:
            case "path":
                self.go(went(self.wizard, Step.PATH))
            case "none":
                self.go(went(self.wizard, Step.NONE_YET))
            case number:
                place = self._places[int(number)]
                self.do("Reading", lambda: self._read(place))

    def _choices(self) -> tuple[Choice, ...]:
        found = tuple(Choice(str(at), path_text(place.conf), how(place)) for at, place in enumerate(self._places))
        return found + _OTHERS

    async def _look_first(self) -> None:
        await self._look()
        place = meant(self._places, self.wizard.meant)
        if place is not None and self.is_current:
            await self._read(place)

    async def _look(self) -> None:
        self._places = ()
        try:
            self._places = (await self.apart(self.tools.find))[:_MOST]
            if not self._places:
                self.tell("No gateway was found: neither one that runs, nor one in the usual folders.")
        finally:
            # Whatever came of it: the other ways are always there.
            for each in self.query(ChoiceList):
                each.offer(self._choices())

    async def _read(self, place: Found) -> None:
        try:
            reading = await self.apart(lambda: self.tools.read(place))
        except Sorry as error:
            self.tell(str(error))
            return
        self.go(placed(self.wizard, place, reading))
