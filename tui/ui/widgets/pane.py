"""What the panes of lines share: the time and the layout that they are handed, and when they draw anew."""

from textual.reactive import var

from tui.clock import Moment
from tui.ui.size import Density
from tui.ui.widgets.lines import Scrolling


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
