"""The accounts as a table's rows, made anew only where something about them has changed."""

from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.text import DASH, money
from tui.ui import glyphs
from tui.ui.account_view import AccountsView, Worth, day_stale, found, worth_of, worth_of_all
from tui.ui.account_words import cushion_text, day_part
from tui.ui.line import Tone, clip
from tui.ui.widgets.columns import Align, Cell, Column
from tui.ui.widgets.table import Row
from tui.ui.words import old, when

COLUMNS = (
    Column("account", "Account", 10),
    Column("alias", "Name", 6, priority=5),
    Column("currency", "Ccy", 3),
    Column("net", "Net liq.", 9, Align.RIGHT, 1),
    Column("cash", "Cash", 9, Align.RIGHT, 4),
    Column("day", "Day P&L", 8, Align.RIGHT, 2),
    Column("cushion", "Cushion", 7, Align.RIGHT, 6),
    Column("at", "As of", 9, Align.RIGHT, 3),
)
LONGEST_NAME = 24
"""Cells of an alias that is not cut in the table."""


_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class AccountRows:
    """The rows as last made: the very same objects as long as they would say the same, however many there are."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[object, Row]] = {}
        self._given: tuple[AccountsView, str, Moment] | None = None
        self._lasts = 0.0
        self._rows: list[Row] = []

    def rows(self, view: AccountsView, now: Moment, query: str = "") -> list[Row]:
        """A row an account that the query finds; without one, before them one for all together where there are several.

        The chosen one is marked. The list is not to be changed.
        """
        if not self._stands(view, now, query):
            rows = self._made_of(view, now, query)
            if len(rows) != len(self._rows) or any(new is not old for new, old in zip(rows, self._rows, strict=True)):
                self._rows = rows
            self._given = (view, query, now)
        return self._rows

    def _stands(self, view: AccountsView, now: Moment, query: str) -> bool:
        """Whether the same was asked for before, and no age has moved since."""
        if self._given is None or self._given[:2] != (view, query):
            return False
        before = self._given[2]
        if now.wall < before.wall or now.wall.astimezone().date() != before.wall.astimezone().date():
            return False
        return now.seconds_since(before) < self._lasts

    def _made_of(self, view: AccountsView, now: Moment, query: str) -> list[Row]:
        accounts = found(view, query)
        worths = [worth_of(view, account) for account in accounts]
        if not query.strip() and len(accounts) > 1:
            worths.insert(0, worth_of_all(view))
        old_day = day_stale(view, now)
        pnl = view.accounts.pnl
        lasts = [view.pace.fresh_for(view.pace.pnl) - pnl.age(now)] if pnl is not None and not old_day else []
        made: dict[str, tuple[object, Row]] = {}
        for worth in worths:
            stale = worth.stale(now)
            lasts.append(_lasts(worth, now, stale))
            facts = (worth, worth.id == view.accounts.visible, view.masked, stale, old_day, _at(worth, now, stale))
            known = self._made.get(worth.id)
            made[worth.id] = known if known is not None and known[0] == facts else (facts, _row(view, *facts))
        self._made, self._lasts = made, min(lasts, default=_DAY)
        return [row for _, row in made.values()]


def _at(worth: Worth, now: Moment, stale: bool) -> str:
    """`14:03:12`; `50 min old` where that is too long ago."""
    if worth.summary is None:
        return DASH
    return old(worth.summary.at, now) if stale else when(worth.summary.at, now)


def _lasts(worth: Worth, now: Moment, stale: bool) -> float:
    """Seconds for which `_at` says the same."""
    if worth.summary is None:
        return _DAY
    seconds = worth.summary.age(now)
    if not stale:
        return worth.fresh_for - seconds
    step = _MINUTE if seconds < _HOUR else _HOUR if seconds < 2 * _DAY else _DAY
    return step - seconds % step


def _row(view: AccountsView, worth: Worth, chosen: bool, masked: bool, stale: bool, old_day: bool, at: str) -> Row:
    del masked  # The view knows it; it is one of the facts that a row stands on.
    tone = Tone.STALE if stale else Tone.PLAIN
    name = worth.place if worth.id == ALL else view.name(worth.alias)
    day = day_part(view, worth, stale=old_day, places=0)
    return (
        worth.id,
        (
            Cell((glyphs.CHOSEN if chosen else " ") + view.id(worth.id), Tone.STRONG if chosen else Tone.PLAIN),
            Cell(clip(name or DASH, LONGEST_NAME), Tone.MUTED),
            Cell(worth.currency or DASH, Tone.MUTED),
            Cell(view.amount(money(worth.known.net_liquidation, 0)), tone),
            Cell(view.amount(money(worth.known.cash, 0)), tone),
            Cell(day.text, day.tone),
            Cell(cushion_text(worth), tone),
            Cell(at, Tone.STALE if stale else Tone.MUTED),
        ),
    )
