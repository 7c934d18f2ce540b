"""The monitor: header, banner, panes and footer, laid out for the terminal's size."""

from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.state import MonitorState
from tui.domain.together import Book, merged_book
from tui.domain.verdict import Verdict, login_live
from tui.resources import stylesheet
from tui.ui.account_words import AccountsView
from tui.ui.commands import Scope
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.panes.accounts import AccountsPane
from tui.ui.panes.events import EventsPane, EventsView
from tui.ui.panes.path import PathPane, PathView
from tui.ui.panes.positions import PositionsPane
from tui.ui.panes.session import SessionPane, SessionView
from tui.ui.position_words import PositionsView
from tui.ui.size import MIN_HEIGHT, MIN_WIDTH, Density, density
from tui.ui.widgets.banner import Banner, needed
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.header import Header, HeaderView
from tui.ui.widgets.table import KeyedTable


class MonitorScreen(Screen[None]):
    """Draws one state; hands each pane its slice and the time."""

    CSS_PATH: ClassVar[Any] = [
        stylesheet("screens/monitor.tcss"),
        *(stylesheet(f"panes/{name}.tcss") for name in ("path", "session", "accounts", "positions", "events")),
    ]
    # What has the focus is decided once there is something to look at.
    AUTO_FOCUS = ""

    def __init__(self, profile: str = "") -> None:
        super().__init__(id="monitor")
        self.profile = profile
        self._focused = False
        self._merged: tuple[dict[str, Book], Book | None] = ({}, None)

    def compose(self) -> ComposeResult:
        """Header, banner, panes, footer; and what stands in their place where the terminal is too small."""
        yield Header(id="header")
        yield Computed(self._too_small, id="too-small")
        yield Banner(id="banner")
        with Horizontal(id="connection"):
            yield PathPane(id="path")
            yield SessionPane(id="session")
        with Horizontal(id="holdings"):
            yield AccountsPane(id="accounts")
            yield PositionsPane(id="positions")
        yield EventsPane(id="events")
        yield Footer(Scope.APP)

    def show(self, state: MonitorState, verdict: Verdict, now: Moment) -> None:
        """Draw that state as judged at that moment; what has not changed is not painted again."""
        address, accounts = state.path.address, state.accounts
        header = HeaderView(self.profile, address.host, address.url, state.paper, verdict)
        self.query_one(Header).show(header, now)
        self.query_one(Banner).state = verdict
        path, session = self.query_one(PathPane), self.query_one(SessionPane)
        path.state = PathView(state.path, verdict.name, state.pace)
        session.state = SessionView(state.session, login_live(state, now), verdict.name, state.pace)
        accounts_pane, positions = self.query_one(AccountsPane), self.query_one(PositionsPane)
        accounts_pane.state = AccountsView(accounts, state.pace)
        positions.state = self._positions(state, verdict)
        # With one account there is no other to look at.
        self.query_one(Footer).idle = frozenset() if len(accounts.all) > 1 else frozenset({"account-next"})
        journal = self.query_one(EventsPane)
        journal.state = EventsView(state.journal, state.faults)
        for pane in (path, session, accounts_pane, positions, journal):
            pane.now = now
        # What the verdict makes unknowable leaves its room to the banner; what is still known stays.
        alarmed = needed(verdict)
        held = bool(accounts.all) or positions.state.book is not None or verdict.name.tradable or not alarmed
        self.query_one("#holdings").set_class(not held, "-gone")
        self.set_class(not held, "-bare")
        self.set_class(held and alarmed, "-crowded")
        self._give_focus(held)

    def _positions(self, state: MonitorState, verdict: Verdict) -> PositionsView:
        """The slice of the account that is looked at, or of all of them."""
        visible, held, failures = state.accounts.visible, state.positions.books, state.positions.failures
        interval = state.positions.interval or state.pace.positions
        if visible != ALL:
            failure = failures.get(visible) if visible else None
            told = failure is not None and failure.value.evidence == verdict.seen
            book = held.get(visible) if visible else None
            return PositionsView(visible, book, failure, state.pace, interval, told)
        ids = [account.id for account in state.accounts.all]
        books = {each: held[each] for each in ids if each in held}
        # Putting thousands of rows together anew each second would be felt.
        before = self._merged[0]
        if list(books) != list(before) or any(book is not before[each] for each, book in books.items()):
            self._merged = (books, merged_book(books))
        failed = {each: failures[each] for each in ids if each in failures}
        return PositionsView(
            ALL,
            self._merged[1],
            None,
            state.pace,
            # They are asked about in turn.
            interval * max(len(ids), 1),
            told=bool(failed) and all(failure.value.evidence == verdict.seen for failure in failed.values()),
            failures=failed,
            missing=len(ids) - len(books),
        )

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        chosen = density(event.size.width, event.size.height)
        for each in Density:
            self.set_class(each is chosen, f"-{each}")
        self.set_class(chosen in {Density.COMPACT, Density.BRIEF}, "-stacked")
        self.set_class(event.size.width >= 160, "-wide")
        self.query_one(PathPane).density = chosen
        self.query_one(SessionPane).density = chosen
        self.query_one(AccountsPane).density = chosen
        self.query_one(PositionsPane).density = chosen
        self.query_one(EventsPane).density = chosen
        self.query_one(Banner).density = chosen
        self.query_one("#too-small", Computed).redraw()

    def _give_focus(self, held: bool) -> None:
        """The positions have the focus as soon as there are any, unless the user has put it elsewhere."""
        table = self.query_one("#positions-table", KeyedTable)
        if held and table.display and (self.focused is None or not self._focused):
            self._focused = True
            self.set_focus(table)

    def _too_small(self, width: int) -> list[Line]:
        size = self.app.size
        words = f"Terminal too small: {size.width}x{size.height}. cpwatch needs {MIN_WIDTH}x{MIN_HEIGHT}."
        return wrap(line(Part(words, Tone.WARN)), width)
