"""The Exposure screen: what is open that should not be, and whether strangers can use the session."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from tui.clock import Moment
from tui.domain.exposure import Exposure
from tui.domain.public import internet_urls
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.commands import BY_ID
from tui.ui.copying import Copyable, exposure_copyables
from tui.ui.exposure_words import ExposureView, exposure_lines, under_way
from tui.ui.following import Follows, Seen
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, line
from tui.ui.screens.copy import CopyScreen
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.lines import Lines, Scrolling


class ExposureText(Scrolling):
    """The text, which scrolls. Enter asks, where there is something to ask."""

    class Selected(Message):
        """Enter was pressed."""

    def __init__(self, compute: Callable[[int], list[Line]]) -> None:
        super().__init__(id="exposure-text")
        self._compute_lines = compute

    def lines(self, width: int) -> list[Line]:
        """What the screen computes for that width."""
        return self._compute_lines(width)

    def action_select(self) -> None:
        """As the screen's own key."""
        self.post_message(self.Selected())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Unlike in other texts, Enter does something here."""
        return True if action == "select" else super().check_action(action, parameters)


def view_of(seen: Seen) -> ExposureView:
    """The slice of all that is known."""
    return ExposureView(seen.state.path)


class ExposureScreen(Follows, Screen[None]):
    """Draws the view that the app keeps up to date in `state`, at the time `now`.

    look: asks the public addresses, once; called on the user's word and never otherwise. copy: copies a text.
    """

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/exposure.tcss")]
    BINDINGS = bindings(Scope.EXPOSURE)
    AUTO_FOCUS = "#exposure-text"
    state: var[ExposureView | None] = var(None)
    now: var[Moment | None] = var(None)

    def __init__(
        self,
        view: ExposureView,
        now: Moment,
        look: Callable[[], None],
        copy: Callable[[Copyable | None], None],
        keymap: Keymap = DEFAULT,
    ) -> None:
        super().__init__(id="exposure-screen")
        self.set_reactive(ExposureScreen.state, view)
        self.set_reactive(ExposureScreen.now, now)
        self._look = look
        self._copy = copy
        self._waiting = False
        self._looked_over: Exposure | None = None
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """A title, the text, and the footer."""
        yield Lines([line(Part("cpwatch", Tone.STRONG), "  Exposure")], id="exposure-title")
        yield ExposureText(self._lines)
        yield Footer(Scope.EXPOSURE)

    def follow(self, seen: Seen) -> None:
        """Something else may be open, or an answer have come."""
        self.state, self.now = view_of(seen), seen.now

    def on_mount(self) -> None:
        """Offer what can be done."""
        self._show()

    def watch_state(self) -> None:
        """Something else is open, or an answer came."""
        self._show()

    def watch_now(self) -> None:
        """A time of another day has its date."""
        self._show()

    def on_exposure_text_selected(self, event: ExposureText.Selected) -> None:
        """Enter."""
        event.stop()
        self.action_look()

    def action_look(self) -> None:
        """Ask, unless there is nothing to ask or it is being asked."""
        if self.state is not None and self._can_look:
            self._looked_over = self.state.path.exposure
            self._waiting = True
            self._look()
            self._show()

    def action_copy(self) -> None:
        """Copy the one thing that there is, or ask which."""
        items = self._items
        if len(items) == 1:
            self._copy(items[0])
        elif items:
            self.app.push_screen(CopyScreen(items), self._copy)

    def action_close(self) -> None:
        """Back to the monitor."""
        self.dismiss()

    @property
    def _items(self) -> tuple[Copyable, ...]:
        return exposure_copyables(self.state.path) if self.state is not None else ()

    @property
    def _can_look(self) -> bool:
        if self.state is None or self._waiting or under_way(self.state.path):
            return False
        return bool(internet_urls(self.state.path))

    def _lines(self, width: int) -> list[Line]:
        if self.state is None or self.now is None:
            return []
        keys = self._keymap.shown(BY_ID["exposure-look"]).replace(" ", " or ")
        return exposure_lines(self.state, self.now, width, keys)

    def _show(self) -> None:
        if not self.query(ExposureText):
            return
        if self.state is not None and self.state.path.exposure != self._looked_over:
            # Until the wish is seen in the state, a second Enter would ask a second time.
            self._waiting = False
        self.query_one(ExposureText).redraw()
        offered = {"exposure-look": self._can_look, "exposure-copy": bool(self._items)}
        self.query_one(Footer).idle = frozenset(each for each, can in offered.items() if not can)
