"""What an account, or all of them together, is worth, in words: for the pane's details and for its one line."""

from decimal import Decimal
from itertools import zip_longest

from tui.clock import Moment
from tui.domain.failure import FailureKind
from tui.domain.journal import Level
from tui.domain.text import DASH, money, percent, signed
from tui.ui import glyphs
from tui.ui.account_view import AccountsView, Worth, day_stale, looked_at
from tui.ui.ledger_words import ledger_lines
from tui.ui.line import Line, Part, Tone, clip_line, first_fitting, line, width, wrap
from tui.ui.words import LABEL_WIDTH, failure_line, labelled, mark, minute, old, profit_tone, stamp, when

WIDE = 40
"""Cells from which the details' labels are written out."""
ROOMY = 66
"""Cells from which the ledger stands beside the details."""
_BESIDE = 40
"""Cells of what it stands beside."""


def day_part(view: AccountsView, worth: Worth, *, stale: bool, places: int = 2) -> Part:
    """`+1,234.50`; where it is old, without the colour of a gain; masked, without the sign too."""
    plain = Tone.MUTED if worth.day is None else Tone.PLAIN
    tone = Tone.STALE if stale else plain if view.masked else profit_tone(worth.day)
    return Part(view.amount(signed(worth.day, places)), tone)


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


def cushion_text(worth: Worth) -> str:
    """`82.0 %`, or a dash."""
    text = percent(worth.known.cushion).removeprefix("+")
    return text if text == DASH else f"{text} %"


def detail_lines(view: AccountsView, now: Moment, cells: int) -> list[Line]:
    """The visible account's worth to the cent with its time, and why the newest looks failed.

    From ROOMY cells on, beside it, what it holds in each currency.
    """
    state = view.accounts
    rows: list[Line] = []
    if state.failure is not None:
        rows.extend(wrap(failure_line(state.failure, now, "accounts"), cells, indent=2))
    worth = looked_at(view)
    if worth is None:
        if not state.all and state.failure is None:
            word = "no accounts" if state.accounts else f"{DASH} not known yet"
            rows.append(line(Part(word, Tone.MUTED)))
        return rows
    failure = state.summary_failures.get(worth.id)
    if failure is not None:
        rows.extend(wrap(failure_line(failure, now, "summary"), cells, indent=2))
    cash = _ledger_of(view, worth, now, cells - _BESIDE) if cells >= ROOMY else []
    if not cash:
        return [*rows, *_facts(view, worth, now, cells)]
    return [*rows, *_side_by_side(_facts(view, worth, now, _BESIDE - 2), cash)]


def _facts(view: AccountsView, worth: Worth, now: Moment, cells: int) -> list[Line]:
    """What is known of that account, a fact a line."""
    state, rows = view.accounts, list[Line]()
    wide = cells >= WIDE - 2
    label = 18 if wide else 10

    def fact(short: str, long: str, *content: Part) -> None:
        name = f"{long:<17} " if wide else f"{short:<9} "
        rows.extend(wrap(line(Part(name, Tone.LABEL), *content), cells))

    def amount(short: str, long: str, figures: Part) -> None:
        currency = Part(f" {worth.currency or DASH}", Tone.MUTED)
        with_currency = figures.text != DASH and label + figures.width + currency.width <= cells
        fact(short, long, figures, *((currency,) if with_currency else ()))

    def figure(value: Decimal | None) -> Part:
        return Part(view.amount(money(value)), tone)

    known = worth.known
    tone = Tone.STALE if worth.stale(now) else Tone.PLAIN
    amount("Net liq.", "Net liquidation", figure(known.net_liquidation))
    amount("Cash", "Cash", figure(known.cash))
    fact("As of", "As of", Part(when(worth.summary.at, now), tone) if worth.summary else Part(DASH, Tone.MUTED))
    if worth.summary and worth.stale(now):
        rows.append(line(" " * label, Part(old(worth.summary.at, now), tone)))
    stale = day_stale(view, now)
    amount("Day P&L", "Day P&L", day_part(view, worth, stale=stale))
    if worth.day is not None and state.pnl is not None and stale:
        rows.append(line(" " * label, Part(old(state.pnl.at, now), Tone.STALE)))
    note = day_note(view, now)
    rows.extend(wrap(note, cells, indent=2) if note else ())
    amount("Exc. liq.", "Excess liquidity", figure(known.excess_liquidity))
    amount("Buy power", "Buying power", figure(known.buying_power))
    fact("Cushion", "Cushion", Part(cushion_text(worth), tone))
    if name := view.name(worth.alias):
        fact("Name", "Name", Part(name))
        rows[-1] = clip_line(rows[-1], cells)
    return rows


def _ledger_of(view: AccountsView, worth: Worth, now: Moment, cells: int) -> list[Line]:
    """The account's cash by currency; nothing for all accounts together, which have no ledger."""
    state = view.accounts
    ledger, failure = state.ledgers.get(worth.id), state.ledger_failures.get(worth.id)
    return ledger_lines(ledger, failure, now, cells, worth.fresh_for, masked=view.masked)


def _side_by_side(left: list[Line], right: list[Line]) -> list[Line]:
    pairs = zip_longest(left, right, fillvalue=())
    return [line(*one, " " * (_BESIDE - width(one)), *other) if other else one for one, other in pairs]


def account_line(view: AccountsView, now: Moment, cells: int) -> list[Line]:
    """Stacked: `Account  ▸DU1234567  USD 1,005,166  day +1,234.50  cash 88,020  2 of 3`, and a line for a failure."""
    state = view.accounts
    room = cells - LABEL_WIDTH
    worth = looked_at(view)
    if worth is None:
        return [labelled("Account", row) for row in detail_lines(view, now, room)[:1]]
    age: Line = stamp(worth.summary.at, now, worth.fresh_for) if worth.summary and worth.stale(now) else ()
    tone = Tone.STALE if age else Tone.PLAIN
    day_old = day_stale(view, now)

    def written(title: str, places: int, *, cash: bool, day: bool, note: Line = ()) -> Line:
        parts = [
            Part(glyphs.CHOSEN + title, Tone.STRONG),
            Part(f"  {worth.currency or DASH} ", Tone.MUTED),
            Part(view.amount(money(worth.known.net_liquidation, places)), tone),
        ]
        if cash:
            parts += [Part("  cash ", Tone.MUTED), Part(view.amount(money(worth.known.cash, places)), tone)]
        if day:
            parts += [Part("  day ", Tone.MUTED), day_part(view, worth, stale=day_old)]
        if worth.place:
            parts.append(Part(f"  {worth.place}", Tone.MUTED))
        return line(*parts, "  " if age else "", *age, "  " if note else "", *note)

    notes = (day_note(view, now), _short_note(view))
    short, name = view.id(worth.id), view.name(worth.alias)
    full = f"{short} ({name})" if name else short
    variants = [
        *(written(short, 2, cash=True, day=True, note=note) for note in notes if note),
        *(
            written(title, places, cash=cash, day=day)
            for day, cash in ((True, True), (False, True), (False, False))
            for title in (full, short)
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
