"""The events screen: everything that changed, the newest first, to scroll and to search."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input

from tui.clock import Moment
from tui.domain.journal import Entry
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.event_words import dated, entry_lines, fault_lines, found, search_words
from tui.ui.following import Follows, Seen
from tui.ui.line import Line, Part, Tone, line, spread, wrap
from tui.ui.panes.events import EventsView
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.line_input import LineInput
from tui.ui.widgets.lines import Lines, Scrolling

Block = tuple[object, list[Line]]
"""What the lines are of, and the lines."""


class EventsText(Scrolling):
    """The entries that the search finds. What is read stays where it is when newer entries come."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._view = EventsView()
        self._now: Moment | None = None
        self._words: tuple[str, ...] = ()
        self._wrapped: dict[Entry, list[Line]] = {}
        self._wrapped_for = -1
        self._found: tuple[Entry, ...] = ()
        self._blocks: list[Block] = []

    @property
    def shown(self) -> tuple[int, int]:
        """How many entries the search finds, and of how many."""
        return len(self._found), len(self._view.journal)

    def show(self, view: EventsView, now: Moment | None, words: tuple[str, ...]) -> None:
        """Show those; another search begins at the newest."""
        same_search = words == self._words
        if same_search and view == self._view and (now == self._now or not view.faults):
            return
        anchor = self._anchor() if same_search else None
        self._view, self._now, self._words = view, now, words
        newest_first = reversed(view.journal)
        self._found = tuple(each for each in newest_first if found(words, each.level, dated(each.at), each.text))
        self.redraw()
        if not same_search:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        elif anchor is not None:
            self._scroll_back(*anchor)

    def lines(self, width: int) -> list[Line]:
        """All lines, each entry wrapped."""
        self._blocks = self._computed(width)
        return [row for _, rows in self._blocks for row in rows] or _nothing(self._view, width)

    def _computed(self, width: int) -> list[Block]:
        if width != self._wrapped_for:
            self._wrapped, self._wrapped_for = {}, width
        blocks: list[Block] = []
        if self._now is not None and not self._words:
            for job, fault in sorted(self._view.faults.items()):
                blocks.append((job, fault_lines(job, fault, self._now, width)))
        known = self._wrapped
        # Wrapping 500 entries takes long enough to be felt, and no entry changes.
        self._wrapped = {each: known.get(each) or entry_lines(each, dated(each.at), width) for each in self._found}
        blocks.extend((each, self._wrapped[each]) for each in self._found)
        return blocks

    def _anchor(self) -> tuple[object, int] | None:
        """What the view's first line is of, and the lines of it above the view; None at the newest."""
        y = self.scroll_offset.y
        if y <= 0:
            return None
        for of, rows in self._blocks:
            if y < len(rows):
                return of, y
            y -= len(rows)
        return None

    def _scroll_back(self, of: object, into: int) -> None:
        y = 0
        for each, rows in self._blocks:
            if each is of or each == of:
                self.scroll_to(y=y + into, animate=False, force=True, immediate=True)
                return
            y += len(rows)


def view_of(seen: Seen) -> EventsView:
    """The slice of all that is known."""
    return EventsView(seen.state.journal, seen.state.faults)


class EventsScreen(Follows, Screen[None]):
    """Draws the view that the app keeps up to date in `state`, at the time `now`."""

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/events.tcss")]
    BINDINGS = bindings(Scope.EVENTS)
    AUTO_FOCUS = "#events-text"
    state: var[EventsView] = var(EventsView())
    now: var[Moment | None] = var(None)

    def __init__(self, view: EventsView, now: Moment | None = None) -> None:
        super().__init__(id="events-screen")
        self.set_reactive(EventsScreen.state, view)
        self.set_reactive(EventsScreen.now, now)
        self._words: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """A title with the count, the search while there is one, the entries, and the footer."""
        yield Computed(self._title, id="events-title")
        with Horizontal(id="events-search", classes="-gone"):
            yield Lines([line(Part("Search: ", Tone.LABEL))], id="events-search-label")
            yield LineInput(id="events-input")
        yield EventsText(id="events-text")
        yield Footer(Scope.EVENTS)

    def follow(self, seen: Seen) -> None:
        """There may be newer entries."""
        self.state, self.now = view_of(seen), seen.now

    def on_mount(self) -> None:
        """Show what is known."""
        self._show()

    def watch_state(self) -> None:
        """There are newer entries, or a job stands still."""
        self._show()

    def watch_now(self) -> None:
        """A job's next start is said by the time of day, with the date where that is another day."""
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while it is typed."""
        event.stop()
        self._words = search_words(event.value)
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """On to what was found."""
        event.stop()
        self._put_away(keep=bool(self._words))

    def action_search(self) -> None:
        """Type what to look for."""
        self.query_one("#events-search").remove_class("-gone")
        self.query_one("#events-input").focus()

    def action_back(self) -> None:
        """End the search; without one, back to the monitor."""
        if self.query_one("#events-search").has_class("-gone"):
            self.dismiss()
            return
        self.query_one("#events-input", Input).value = ""
        self._put_away(keep=False)

    def action_close(self) -> None:
        """Back to the monitor."""
        self.dismiss()

    def _put_away(self, *, keep: bool) -> None:
        self.query_one("#events-text").focus()
        self.query_one("#events-search").set_class(not keep, "-gone")

    def _show(self) -> None:
        if not self.query(EventsText):
            return
        self.query_one(EventsText).show(self.state, self.now, self._words)
        self.query_one("#events-title", Computed).redraw()

    def _title(self, width: int) -> list[Line]:
        count, of = self.query_one(EventsText).shown
        said = f"{count} of {of}" if self._words else f"{of} entries, the newest first"
        return [spread(line(Part("cpwatch", Tone.STRONG), "  Events"), line(Part(said, Tone.MUTED)), width)]


def _nothing(view: EventsView, width: int) -> list[Line]:
    if not view.journal:
        return wrap(line(Part("Nothing has changed yet.", Tone.MUTED)), width)
    said = f"None of the {len(view.journal)} entries has all of these words; Esc shows all again."
    return wrap(line(Part(said, Tone.MUTED)), width)
