"""The Accounts pane: what the login may see, what each account is worth, and which one is looked at."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var

from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.text import DASH, money
from tui.ui import glyphs
from tui.ui.account_words import AccountsView, Worth, account_line, detail_lines, worth_of, worth_of_all
from tui.ui.line import Line, Part, Tone, line
from tui.ui.size import Density
from tui.ui.widgets.columns import Align, Cell, Column
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.table import KeyedTable, Row
from tui.ui.words import when

COLUMNS = (
    Column("account", "Account", 10),
    Column("currency", "Ccy", 3),
    Column("net", "Net liq.", 9, Align.RIGHT, 1),
    Column("cash", "Cash", 9, Align.RIGHT, 2),
    Column("at", "As of", 8, Align.RIGHT, 3),
    Column("alias", "Name", 6, priority=4),
)


def account_rows(view: AccountsView, now: Moment) -> list[Row]:
    """A row an account, and before them one for all together where there are several; the chosen one is marked."""
    rows = [_row(worth_of(view, account), view.accounts.visible, now) for account in view.accounts.all]
    together = [_row(worth_of_all(view), view.accounts.visible, now)] if len(rows) > 1 else []
    return together + rows


def _row(worth: Worth, visible: str | None, now: Moment) -> Row:
    chosen = worth.id == visible
    stale = worth.stale(now)
    tone = Tone.STALE if stale else Tone.PLAIN
    name = worth.place if worth.id == ALL else worth.alias
    return (
        worth.id,
        (
            Cell((glyphs.CHOSEN if chosen else " ") + worth.id, Tone.STRONG if chosen else Tone.PLAIN),
            Cell(worth.currency or DASH, Tone.MUTED),
            Cell(money(worth.known.net_liquidation, 0), tone),
            Cell(money(worth.known.cash, 0), tone),
            Cell(when(worth.summary.at, now) if worth.summary else DASH, Tone.STALE if stale else Tone.MUTED),
            Cell(name or DASH, Tone.MUTED),
        ),
    )


class AccountsPane(Vertical):
    """The accounts, and the choice among them."""

    class Chosen(Message):
        """The user wants to look at that account."""

        def __init__(self, account_id: str) -> None:
            super().__init__()
            self.account_id = account_id

    state: var[AccountsView | None] = var(None)
    now: var[Moment | None] = var(None)
    density: var[Density] = var(Density.FULL)

    def compose(self) -> ComposeResult:
        """A table and the visible account's details; stacked, one line."""
        yield KeyedTable(COLUMNS, id="accounts-table")
        yield Computed(self._detail, id="accounts-detail")

    def on_mount(self) -> None:
        """The pane's name."""
        self.border_title = "Accounts"
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

    def on_keyed_table_row_selected(self, event: KeyedTable.RowSelected) -> None:
        """Enter or a click chooses."""
        event.stop()
        self.post_message(self.Chosen(event.key))

    def _detail(self, width: int) -> list[Line]:
        if self.state is None or self.now is None:
            return [line(Part(DASH, Tone.MUTED))]
        if self.density is Density.FULL:
            return detail_lines(self.state, self.now, width)
        return account_line(self.state, self.now, width)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        rows = account_rows(self.state, self.now) if self.state and self.now else []
        table = self.query_one(KeyedTable)
        table.set_rows(rows)
        table.display = self.density is Density.FULL and bool(rows)
        self.query_one(Computed).redraw()
