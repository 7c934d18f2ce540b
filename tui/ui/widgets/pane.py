"""What the panes share: the slice, the time and the layout that they are handed, and when they draw anew."""

from typing import Any, Protocol

from textual.reactive import Reactive, var

from tui.clock import Moment
from tui.ui.size import Density
from tui.ui.widgets.lines import Scrolling


class Sliced(Protocol):
    """A widget with a public reactive `state`, and the time as another."""

    state: Any
    now: Any

    def set_reactive(self, reactive: Reactive[Any], value: Any) -> None:
        """Textual's own: set it, and tell nobody."""
        ...


def hand_over(pane: Sliced, state: object, now: Moment, calm: bool = False) -> None:
    """Give the pane its slice and the time together: one drawing, where each alone would bring its own.

    calm: the time by itself changes nothing worth a drawing now.
    """
    if state == pane.state:
        if not calm:
            pane.now = now
        return
    pane.set_reactive(type(pane).now, now)
    pane.state = state


class LinesPane(Scrolling, can_focus=True):
    """Lines made of one slice, which a subclass holds as its public reactive `state`."""

    now: var[Moment | None] = var(None)
    density: var[Density] = var(Density.FULL)

    def watch_now(self) -> None:
        """Ages may have changed."""
        self.redraw()

    def watch_density(self) -> None:
        """Another layout."""
        self.redraw()

    def watch_state(self) -> None:
        """Another slice."""
        self.redraw()
