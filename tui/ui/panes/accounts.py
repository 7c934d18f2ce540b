"""The Accounts pane: what the login may see, what each account is worth, and which one is looked at."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var

from tui.clock import Moment
from tui.domain.accounts import Account, AccountsState, Summary
from tui.domain.state import Pace
from tui.domain.text import DASH, money
from tui.ui import glyphs
from tui.ui.line import Line, Part, Tone, clip_line, first_fitting, line, wrap
from tui.ui.size import Density
from tui.ui.widgets.columns import Align, Cell, Column
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.table import KeyedTable, Row
from tui.ui.words import LABEL_WIDTH, failure_line, labelled, old, stamp, when

COLUMNS = (
    Column("account", "Account", 10),
    Column("currency", "Ccy", 3),
    Column("net", "Net liq.", 9, Align.RIGHT, 1),
    Column("cash", "Cash", 9, Align.RIGHT, 2),
    Column("at", "As of", 8, Align.RIGHT, 3),
    Column("alias", "Name", 6, priority=4),
)


@dataclass(frozen=True, slots=True)
class AccountsView:
    """The slice: the accounts, and the pace that tells what is old."""

    accounts: AccountsState
    pace: Pace


def _alias(state: AccountsState, account: Account) -> str | None:
    """The name that the user gave the account."""
    known = state.brokerage.value.aliases.get(account.id) if state.brokerage else None
    alias = account.alias or known
    return None if alias == account.id else alias


def _currency(state: AccountsState, account: Account) -> str:
    summary = state.summaries.get(account.id)
    return (summary.value.currency if summary else None) or account.currency or DASH


def account_rows(view: AccountsView, now: Moment) -> list[Row]:
    """A row an account; the visible one is marked."""
    state = view.accounts
    rows: list[Row] = []
    for account in state.all:
        summary = state.summaries.get(account.id)
        chosen = account.id == state.visible
        stale = summary is not None and summary.age(now) > _keeps(view, account)
        tone = Tone.STALE if stale else Tone.PLAIN
        worth = summary.value if summary else Summary(None, None, None)
        mark = glyphs.CHOSEN if chosen else " "
        rows.append(
            (
                account.id,
                (
                    Cell(mark + account.id, Tone.STRONG if chosen else Tone.PLAIN),
                    Cell(_currency(state, account), Tone.MUTED),
                    Cell(money(worth.net_liquidation, 0), tone),
                    Cell(money(worth.cash, 0), tone),
                    Cell(when(summary.at, now) if summary else DASH, Tone.STALE if stale else Tone.MUTED),
                    Cell(_alias(state, account) or DASH, Tone.MUTED),
                ),
            )
        )
    return rows


def _keeps(view: AccountsView, account: Account) -> float:
    """Seconds for which a summary counts as fresh: only the visible account's is asked for all the time."""
    return view.pace.fresh_for(view.pace.summary if account.id == view.accounts.visible else view.pace.accounts)


def detail_lines(view: AccountsView, now: Moment, width: int) -> list[Line]:
    """The visible account's worth to the cent with its time, and why the newest look failed."""
    state = view.accounts
    rows: list[Line] = []
    if state.failure is not None:
        rows.extend(wrap(failure_line(state.failure, now, "accounts"), width, indent=2))
    account = next((each for each in state.all if each.id == state.visible), None)
    if account is None:
        if not state.all and state.failure is None:
            word = "no accounts" if state.accounts else f"{DASH} not known yet"
            rows.append(line(Part(word, Tone.MUTED)))
        return rows
    failure = state.summary_failures.get(account.id)
    if failure is not None:
        rows.extend(wrap(failure_line(failure, now, "summary"), width, indent=2))
    summary = state.summaries.get(account.id)
    if summary is None:
        return [*rows, line(Part(f"{DASH} worth not known yet", Tone.MUTED))]
    tone = Tone.STALE if summary.age(now) > _keeps(view, account) else Tone.PLAIN
    for label, amount in (("Net liq.", summary.value.net_liquidation), ("Cash", summary.value.cash)):
        name, figures = Part(f"{label:<9} ", Tone.LABEL), Part(money(amount), tone)
        with_currency = line(name, figures, Part(f" {_currency(state, account)}", Tone.MUTED))
        rows.extend(wrap(first_fitting([with_currency, line(name, figures)], width), width))
    alias = _alias(state, account)
    if alias:
        rows.append(clip_line(line(Part("Name      ", Tone.LABEL), alias), width))
    rows.append(line(Part("As of     ", Tone.LABEL), Part(when(summary.at, now), tone)))
    if tone is Tone.STALE:
        rows.append(line(" " * 10, Part(old(summary.at, now), tone)))
    return rows


def account_line(view: AccountsView, now: Moment, width: int) -> list[Line]:
    """Stacked: `Account  ▸DU1234567  USD 1,005,166  cash 88,020  2 of 3`, and a line for a failure."""
    state = view.accounts
    room = width - LABEL_WIDTH
    account = next((each for each in state.all if each.id == state.visible), None)
    if account is None:
        return [labelled("Account", row) for row in detail_lines(view, now, room)[:1]]
    summary = state.summaries.get(account.id)
    fresh_for = _keeps(view, account)
    worth = summary.value if summary else Summary(None, None, None)
    age: Line = stamp(summary.at, now, fresh_for) if summary and summary.age(now) > fresh_for else ()
    tone = Tone.STALE if age else Tone.PLAIN
    place = f"{[each.id for each in state.all].index(account.id) + 1} of {len(state.all)}"

    def written(title: str, places: int, with_cash: bool = True) -> Line:
        parts = [
            Part(glyphs.CHOSEN + title, Tone.STRONG),
            Part(f"  {_currency(state, account)} ", Tone.MUTED),
            Part(money(worth.net_liquidation, places), tone),
        ]
        if with_cash:
            parts += [Part("  cash ", Tone.MUTED), Part(money(worth.cash, places), tone)]
        if len(state.all) > 1:
            parts.append(Part(f"  {place}", Tone.MUTED))
        return line(*parts, "  " if age else "", *age)

    alias = _alias(state, account)
    full = f"{account.id} ({alias})" if alias else account.id
    variants = [
        written(title, places, cash) for cash in (True, False) for title in (full, account.id) for places in (2, 0)
    ]
    first, *rest = wrap(first_fitting(variants, room), room)
    rows = [labelled("Account", first), *(line(" " * LABEL_WIDTH, *row) for row in rest)]
    failure = state.summary_failures.get(account.id) or state.failure
    if failure is not None:
        cut = wrap(failure_line(failure, now, "summary"), room, indent=2)
        rows.extend(line(" " * LABEL_WIDTH, *row) for row in cut)
    return rows


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
