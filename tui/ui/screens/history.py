"""The History screen: what each leg took, the verdict, the keep-alive and the worth, over the session."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.reactive import var
from textual.screen import Screen

from tui.clock import Moment
from tui.domain.history import History
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.following import Follows, Seen
from tui.ui.glyphs import UTF_8
from tui.ui.history_words import SPANS, history_lines, title_words
from tui.ui.line import Line, Part, Tone, line, spread
from tui.ui.said import Said
from tui.ui.screens.history_export import HistoryExportScreen
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.lines import Scrolling

_FIRST_SPAN = 1
"""The last hour."""


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The slice: the history, and whether amounts and account ids are hidden. now: when it was handed over."""

    history: History
    now: Moment
    masked: bool = False


class HistoryText(Scrolling):
    """The bands and plots, drawn anew when a bucket has ended, and not before."""

    def __init__(self) -> None:
        super().__init__(id="history-text")
        self._history = History()
        self._span: float | None = None
        self._masked = False

    def show(self, history: History, span: float | None, *, masked: bool) -> bool:
        """Show that; False where it is what is shown."""
        if history.buckets is self._history.buckets and (span, masked) == (self._span, self._masked):
            return False
        self._history, self._span, self._masked = history, span, masked
        self.redraw()
        return True

    def lines(self, width: int) -> list[Line]:
        """The lines, of which as many as can be have room without scrolling."""
        ascii_only = getattr(self.app, "encoding", UTF_8) != UTF_8
        return history_lines(
            self._history, self._span, width, self.size.height, masked=self._masked, ascii_only=ascii_only
        )

    def on_resize(self, event: events.Resize) -> None:
        """The plots depend on the height too."""
        self._drawn_width = -1
        super().on_resize(event)
        self.refresh()


def view_of(seen: Seen) -> HistoryView:
    """The slice of all that is known."""
    return HistoryView(seen.state.history, seen.now, seen.masked)


class HistoryScreen(Follows, Screen[None]):
    """Draws the view that the app keeps up to date in `view`. folder: where an export goes."""

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/history.tcss")]
    BINDINGS = bindings(Scope.HISTORY)
    AUTO_FOCUS = "#history-text"
    view: var[HistoryView | None] = var(None)

    def __init__(self, view: HistoryView, folder: Path) -> None:
        super().__init__(id="history-screen")
        self.set_reactive(HistoryScreen.view, view)
        self._folder = folder
        self._span = _FIRST_SPAN

    def compose(self) -> ComposeResult:
        """A title with the span, the bands and plots, and the footer."""
        yield Computed(self._title, id="history-title")
        yield HistoryText()
        yield Footer(Scope.HISTORY)

    def on_mount(self) -> None:
        """Show what is known."""
        self._show()

    def follow(self, seen: Seen) -> None:
        """A newer history."""
        self.view = view_of(seen)

    def watch_view(self) -> None:
        """Time has passed; there may be more to show."""
        self._show()

    def action_span(self, step: int) -> None:
        """Look further back, or closer."""
        self._span = min(max(self._span + step, 0), len(SPANS) - 1)
        self._show()

    def action_export(self) -> None:
        """Ask where the history is to be written, and write it."""
        if self.view is None:
            return

        def exported(told: str | None) -> None:
            if told is not None:
                self.post_message(Said(told))

        view = self.view
        self.app.push_screen(HistoryExportScreen(self._folder, view.history, view.now, view.masked), exported)

    def action_close(self) -> None:
        """Back to the monitor."""
        self.dismiss()

    def _show(self) -> None:
        if self.view is None or not self.query(HistoryText):
            return
        text = self.query_one(HistoryText)
        if text.show(self.view.history, SPANS[self._span], masked=self.view.masked):
            self.query_one("#history-title", Computed).redraw()

    def _title(self, width: int) -> list[Line]:
        history = self.view.history if self.view is not None else History()
        said = title_words(history, SPANS[self._span])
        return [spread(line(Part("cpwatch", Tone.STRONG), "  History"), line(Part(said, Tone.MUTED)), width)]
