"""What an account, or all of them together, is worth, in words: for the pane's details and for its one line."""

from dataclasses import dataclass
from decimal import Decimal

from tui.clock import Moment
from tui.domain.accounts import ALL, Account, AccountsState, Summary
from tui.domain.failure import FailureKind
from tui.domain.journal import Level
from tui.domain.stamped import Stamped
from tui.domain.state import Pace
from tui.domain.text import DASH, money, percent, signed
from tui.domain.together import common_currency, merged_day, merged_summary
from tui.ui import glyphs
from tui.ui.line import Line, Part, Tone, clip_line, first_fitting, line, wrap
from tui.ui.words import LABEL_WIDTH, failure_line, labelled, mark, minute, old, profit_tone, stamp, when

WIDE = 40
"""Cells from which the details' labels are written out."""
_UNKNOWN = Summary(None, None, None)


@dataclass(frozen=True, slots=True)
class AccountsView:
    """The slice: the accounts, and the pace that tells what is old."""

    accounts: AccountsState
    pace: Pace


@dataclass(frozen=True, slots=True)
class Worth:
    """One account, or all together: how it is called, and what is known of it; None for what is not.

    place: which of how many, empty for the only one. fresh_for: seconds for which the summary counts as fresh.
    """

    id: str
    alias: str | None
    place: str
    currency: str | None
    summary: Stamped[Summary] | None
    day: Decimal | None
    fresh_for: float

    @property
    def known(self) -> Summary:
        """The summary, all unknown where there is none."""
        return self.summary.value if self.summary else _UNKNOWN

    def stale(self, now: Moment) -> bool:
        """True where the summary may no longer be so."""
        return self.summary is not None and self.summary.age(now) > self.fresh_for


def worth_of(view: AccountsView, account: Account, place: str = "") -> Worth:
    """What is known of one account."""
    state, pace = view.accounts, view.pace
    count = len(state.all)
    summary = state.summaries.get(account.id)
    day = state.pnl.value.get(account.id) if state.pnl else None
    if state.visible == ALL:
        interval = pace.summary * count
    elif state.visible == account.id:
        interval = pace.summary
    else:  # the others are asked about in turn
        interval = pace.others * max(count - 1, 1)
    return Worth(
        account.id,
        _alias(state, account),
        place,
        (summary.value.currency if summary else None) or account.currency,
        summary,
        day.daily if day else None,
        pace.fresh_for(interval),
    )


def worth_of_all(view: AccountsView) -> Worth:
    """What is known of all accounts together."""
    state, pace = view.accounts, view.pace
    count = len(state.all)
    summary, day = merged_summary(state), merged_day(state)
    # Together they are as old as the oldest, and that is asked about again when all others have been.
    interval = (pace.summary if state.visible == ALL else pace.others) * count
    fresh_for = pace.fresh_for(interval)
    daily = day.daily if day else None
    return Worth(ALL, None, f"{count} accounts", common_currency(state), summary, daily, fresh_for)


def looked_at(view: AccountsView) -> Worth | None:
    """What the user looks at; None where nothing is known yet."""
    state = view.accounts
    if state.visible == ALL and len(state.all) > 1:
        return worth_of_all(view)
    found = next((pair for pair in enumerate(state.all, 1) if pair[1].id == state.visible), None)
    if found is None:
        return None
    at, account = found
    return worth_of(view, account, f"{at} of {len(state.all)}" if len(state.all) > 1 else "")


def _alias(state: AccountsState, account: Account) -> str | None:
    """The name that the user gave the account."""
    known = state.brokerage.value.aliases.get(account.id) if state.brokerage else None
    alias = account.alias or known
    return None if alias == account.id else alias


def _day_stale(view: AccountsView, now: Moment) -> bool:
    pnl = view.accounts.pnl
    return pnl is not None and pnl.age(now) > view.pace.fresh_for(view.pace.pnl)


def _day_part(view: AccountsView, worth: Worth, now: Moment) -> Part:
    """`+1,234.50`; where it is old, without the colour of a gain."""
    tone = Tone.STALE if _day_stale(view, now) else profit_tone(worth.day)
    return Part(signed(worth.day), tone)


_SESSIONS = frozenset({FailureKind.NO_LOGIN, FailureKind.NO_BRIDGE})
"""Failures that the verdict tells already."""


def day_note(view: AccountsView, now: Moment) -> Line:
    """Why the day's profit and loss is not known or old, as far as nothing else says it."""
    failure = view.accounts.pnl_failure
    if failure is None or failure.value.kind in _SESSIONS:
        return ()
    if failure.value.kind is not FailureKind.RATE_LIMITED:
        return failure_line(failure, now, "day P&L")
    words = f"day P&L: another program seems to use it; asked again {_again(failure.value.retry_after, failure.at)}"
    return line(mark(Level.INFO), " ", Part(words, Tone.MUTED))


def _short_note(view: AccountsView) -> Line:
    """`again at 14:18`, where there is no room for the reason."""
    failure = view.accounts.pnl_failure
    if failure is None or failure.value.kind is not FailureKind.RATE_LIMITED:
        return ()
    return line(Part(f"again {_again(failure.value.retry_after, failure.at)}", Tone.MUTED))


def _again(seconds: float | None, since: Moment) -> str:
    return "later" if seconds is None else f"at {minute(since.plus(seconds).wall)}"


def detail_lines(view: AccountsView, now: Moment, width: int) -> list[Line]:
    """The visible account's worth to the cent with its time, and why the newest looks failed."""
    state = view.accounts
    rows: list[Line] = []
    if state.failure is not None:
        rows.extend(wrap(failure_line(state.failure, now, "accounts"), width, indent=2))
    worth = looked_at(view)
    if worth is None:
        if not state.all and state.failure is None:
            word = "no accounts" if state.accounts else f"{DASH} not known yet"
            rows.append(line(Part(word, Tone.MUTED)))
        return rows
    failure = state.summary_failures.get(worth.id)
    if failure is not None:
        rows.extend(wrap(failure_line(failure, now, "summary"), width, indent=2))
    wide = width >= WIDE
    label = 18 if wide else 10

    def fact(short: str, long: str, *content: Part) -> None:
        name = f"{long:<17} " if wide else f"{short:<9} "
        rows.extend(wrap(line(Part(name, Tone.LABEL), *content), width))

    def amount(short: str, long: str, text: str, tone: Tone) -> None:
        figures = Part(text, tone)
        currency = Part(f" {worth.currency or DASH}", Tone.MUTED)
        with_currency = text != DASH and label + figures.width + currency.width <= width
        fact(short, long, figures, *((currency,) if with_currency else ()))

    known = worth.known
    tone = Tone.STALE if worth.stale(now) else Tone.PLAIN
    amount("Net liq.", "Net liquidation", money(known.net_liquidation), tone)
    amount("Cash", "Cash", money(known.cash), tone)
    fact("As of", "As of", Part(when(worth.summary.at, now), tone) if worth.summary else Part(DASH, Tone.MUTED))
    if worth.summary and worth.stale(now):
        rows.append(line(" " * label, Part(old(worth.summary.at, now), tone)))
    day = _day_part(view, worth, now)
    amount("Day P&L", "Day P&L", day.text, day.tone)
    if worth.day is not None and state.pnl is not None and _day_stale(view, now):
        rows.append(line(" " * label, Part(old(state.pnl.at, now), Tone.STALE)))
    note = day_note(view, now)
    rows.extend(wrap(note, width, indent=2) if note else ())
    amount("Exc. liq.", "Excess liquidity", money(known.excess_liquidity), tone)
    amount("Buy power", "Buying power", money(known.buying_power), tone)
    cushion = percent(known.cushion).removeprefix("+")
    fact("Cushion", "Cushion", Part(cushion if cushion == DASH else f"{cushion} %", tone))
    if worth.alias:
        fact("Name", "Name", Part(worth.alias))
        rows[-1] = clip_line(rows[-1], width)
    return rows


def account_line(view: AccountsView, now: Moment, width: int) -> list[Line]:
    """Stacked: `Account  ▸DU1234567  USD 1,005,166  day +1,234.50  cash 88,020  2 of 3`, and a line for a failure."""
    state = view.accounts
    room = width - LABEL_WIDTH
    worth = looked_at(view)
    if worth is None:
        return [labelled("Account", row) for row in detail_lines(view, now, room)[:1]]
    age: Line = stamp(worth.summary.at, now, worth.fresh_for) if worth.summary and worth.stale(now) else ()
    tone = Tone.STALE if age else Tone.PLAIN

    def written(title: str, places: int, *, cash: bool, day: bool, note: Line = ()) -> Line:
        parts = [
            Part(glyphs.CHOSEN + title, Tone.STRONG),
            Part(f"  {worth.currency or DASH} ", Tone.MUTED),
            Part(money(worth.known.net_liquidation, places), tone),
        ]
        if cash:
            parts += [Part("  cash ", Tone.MUTED), Part(money(worth.known.cash, places), tone)]
        if day:
            parts += [Part("  day ", Tone.MUTED), _day_part(view, worth, now)]
        if worth.place:
            parts.append(Part(f"  {worth.place}", Tone.MUTED))
        return line(*parts, "  " if age else "", *age, "  " if note else "", *note)

    notes = (day_note(view, now), _short_note(view))
    full = f"{worth.id} ({worth.alias})" if worth.alias else worth.id
    variants = [
        *(written(worth.id, 2, cash=True, day=True, note=note) for note in notes if note),
        *(
            written(title, places, cash=cash, day=day)
            for day, cash in ((True, True), (False, True), (False, False))
            for title in (full, worth.id)
            for places in (2, 0)
        ),
    ]
    first, *rest = wrap(first_fitting(variants, room), room)
    rows = [labelled("Account", first), *(line(" " * LABEL_WIDTH, *row) for row in rest)]
    failure = state.summary_failures.get(worth.id) or state.failure
    if failure is not None:
        cut = wrap(failure_line(failure, now, "summary"), room, indent=2)
        rows.extend(line(" " * LABEL_WIDTH, *row) for row in cut)
    return rows
