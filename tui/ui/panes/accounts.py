"""The Accounts pane: what the login may see, what each account is worth, and which one is looked at."""

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import var

from tui.clock import Moment
from tui.domain.text import DASH
from tui.ui.account_rows import COLUMNS, AccountRows
from tui.ui.account_view import AccountsView, found, search_line
from tui.ui.account_words import account_line, detail_lines
from tui.ui.line import Line, Part, Tone, clip_line, line, plain
from tui.ui.size import Density
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.filter_line import FilterLine
from tui.ui.widgets.table import KeyedTable
from tui.ui.widgets.titled import TitledPane

_HEADER = 1


class AccountsPane(TitledPane):
    """The accounts, and the choice among them. search: only those whose id or alias has its words are listed."""

    class Chosen(Message):
        """The user wants to look at that account."""

        def __init__(self, account_id: str) -> None:
            super().__init__()
            self.account_id = account_id

    state: var[AccountsView | None] = var(None)
    now: var[Moment | None] = var(None)
    density: var[Density] = var(Density.FULL)
    search: var[str] = var("")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._rows = AccountRows()
        self._highest: int | None = None

    def compose(self) -> ComposeResult:
        """The search, a table and the visible account's details; stacked, one line."""
        yield FilterLine("part of an id or of a name", id="accounts-search")
        yield KeyedTable(COLUMNS, id="accounts-table")
        yield Computed(self._detail, id="accounts-detail")

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """With another size the pane may have got the whole screen, or its border."""
        del event
        self._draw()

    def watch_state(self) -> None:
        """Another slice."""
        self._draw()

    def watch_now(self) -> None:
        """Ages may have changed."""
        self._draw()

    def watch_density(self) -> None:
        """Another layout."""
        self._draw()

    def watch_search(self) -> None:
        """Other accounts."""
        self._draw()

    def on_keyed_table_row_selected(self, event: KeyedTable.RowSelected) -> None:
        """Enter or a click chooses."""
        event.stop()
        self.post_message(self.Chosen(event.key))

    def open_search(self) -> None:
        """Let the user type what is searched for."""
        self.query_one(FilterLine).open(self.search)

    def close(self) -> bool:
        """End the search. False where there is none."""
        typed = self.query_one(FilterLine)
        if not typed.display and not self.search:
            return False
        self._end_search(dropped=True)
        return True

    @on(FilterLine.Changed)
    def find(self, event: FilterLine.Changed) -> None:
        """Search as it is typed."""
        event.stop()
        self.search = event.text

    @on(FilterLine.Left)
    def leave_search(self, event: FilterLine.Left) -> None:
        """Back to the accounts, to those that were found or to all."""
        event.stop()
        self._end_search(event.dropped)

    def _end_search(self, dropped: bool) -> None:
        typed, table = self.query_one(FilterLine), self.query_one(KeyedTable)
        was_typing = typed.typing or self.screen.focused is None
        typed.display = False
        if dropped:
            self.search = ""
        if was_typing and table.display:
            table.focus()

    def _detail(self, width: int) -> list[Line]:
        if self.state is None or self.now is None:
            return [line(Part(DASH, Tone.MUTED))]
        if self.density is not Density.FULL:
            return account_line(self.state, self.now, width)
        searched = search_line(self.state, self.search)
        # Without a border there is no title to say it.
        if searched and (not self._bordered or not found(self.state, self.search)):
            return [clip_line(searched, width), *detail_lines(self.state, self.now, width)]
        return detail_lines(self.state, self.now, width)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        full = self.density is Density.FULL
        rows = self._rows.rows(self.state, self.now, self.search) if full and self.state and self.now else []
        table = self.query_one(KeyedTable)
        table.set_rows(rows)
        table.display = bool(rows)
        # With the whole screen the list has all the room that the details leave, as far as there are rows.
        highest = len(rows) + _HEADER if self.has_class("-zoom") else None
        if highest != self._highest:
            self._highest = highest
            table.styles.max_height = highest
        self.query_one("#accounts-detail", Computed).redraw()
        words = plain(search_line(self.state, self.search)) if self.state else ""
        self.entitle(f"Accounts  {words}".rstrip())

    @property
    def _bordered(self) -> bool:
        return bool(self.styles.border_top[0])
