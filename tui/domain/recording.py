"""recorded(history, state, verdict, now) -> history: what the history keeps of each moment."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tui.clock import Moment
from tui.domain.accounts import ALL, AccountsState
from tui.domain.history import CHANGES, STEP, Change, History, Open, Worth, ended, graver, newest_worth, tickled
from tui.domain.legs import LegName, legs
from tui.domain.path import PathState
from tui.domain.session import KeepAlive, Slot
from tui.domain.state import MonitorState, Pace
from tui.domain.text import LARGEST_EXPONENT
from tui.domain.verdict_name import VerdictName


def recorded(history: History, state: MonitorState, verdict: VerdictName, now: Moment) -> History:
    """The history at that moment; the same object where the bucket goes on and nothing new was seen.

    Meant to be called every second: costs microseconds unless something is new.
    """
    opened = history.open
    if opened is None:
        history = replace(ended(history, Open(now, 0.0, verdict)), joins=_joins(state.pace))
    else:
        elapsed = history.elapsed(now)
        if elapsed // STEP != opened.elapsed // STEP:
            # The state that is handed over is the newest one: it belongs to the bucket that begins.
            history = replace(ended(history, Open(now, elapsed, verdict)), joins=_joins(state.pace))
    history = _judged(history, verdict, now)
    if state.path is not history.seen.path:
        history = _measured(history, state.path, verdict, now)
    if state.session.keep_alive is not history.seen.keep_alive:
        history = _kept_alive(history, state.session.keep_alive, now)
    if state.accounts is not history.seen.accounts:
        history = _valued(history, state.accounts, now)
    return history


def _joins(pace: Pace) -> float:
    """The longest of the paces counts: a fresh connection, too, comes with a tickle."""
    return pace.fresh_for(max(pace.auth, pace.tickle, pace.summary))


def _judged(history: History, verdict: VerdictName, now: Moment) -> History:
    if history.open is None or (history.changes and history.changes[-1].verdict is verdict):
        return history
    change = Change(history.elapsed(now), now, verdict)
    opened = replace(history.open, verdict=graver(history.open.verdict, verdict))
    return replace(history, changes=(*history.changes[-(CHANGES - 1) :], change), open=opened)


def _measured(history: History, path: PathState, verdict: VerdictName, now: Moment) -> History:
    """The legs' newest figures, each once; one that was hidden while the way was broken is not taken later."""
    took = dict(history.seen.took)
    filled = dict(history.open.legs) if history.open else {}
    for leg in legs(path, verdict):
        if leg.took is None or took.get(leg.name) == leg.took.at:
            continue
        took[leg.name] = leg.took.at
        if now.seconds_since(leg.took.at) <= STEP:
            filled[leg.name] = (*filled.get(leg.name, ()), leg.took.value)
    ordered = tuple((name, filled[name]) for name in LegName if name in filled)
    seen = replace(history.seen, path=path, took=tuple(took.items()))
    return replace(history, open=history.open and replace(history.open, legs=ordered), seen=seen)


def _kept_alive(history: History, keep_alive: KeepAlive, now: Moment) -> History:
    """Each tickle once, at the time at which it was due, as soon as it is known what came of it."""
    newest = history.seen.slot
    for slot in _settled(keep_alive.slots, newest):
        elapsed = history.elapsed(now) - now.seconds_since(slot.due_at)
        # What was due before the first look is another one's history.
        if elapsed > -STEP:
            history = tickled(history, max(elapsed, 0.0), answered=slot.answered_at is not None)
        newest = slot.due_at
    return replace(history, seen=replace(history.seen, keep_alive=keep_alive, slot=newest))


def _settled(slots: tuple[Slot, ...], counted: Moment | None) -> Iterator[Slot]:
    """The slots behind the one that was counted last, up to the first of which something may still come."""
    start = next((n + 1 for n in range(len(slots) - 1, -1, -1) if slots[n].due_at == counted), 0)
    for n, slot in enumerate(slots[start:], start):
        # A later tickle may still answer for the newest.
        if slot.answered_at is not None or n < len(slots) - 1:
            yield slot


def _valued(history: History, accounts: AccountsState, now: Moment) -> History:
    at, worth = _worth(accounts)
    seen = replace(history.seen, accounts=accounts)
    mark = (at, tuple(each.key for each in worth)) if at is not None else None
    if mark is None or mark == history.seen.worth or history.open is None:
        return replace(history, seen=seen)
    opened = history.open
    if now.seconds_since(mark[0]) <= STEP:
        opened = replace(opened, worth=newest_worth(opened.worth, worth))
    return replace(history, open=opened, seen=replace(seen, worth=mark))


def _worth(accounts: AccountsState) -> tuple[Moment | None, tuple[Worth, ...]]:
    """When the visible account's worth was last seen, and what it is; of all accounts, the sum of each currency.

    Sums need all of their parts: none where one account has not been answered for.
    """
    visible = accounts.visible
    if visible is None:
        return None, ()
    ids = [account.id for account in accounts.all] if visible == ALL else [visible]
    parts = [accounts.summaries.get(each) for each in ids]
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None, ()
    sums: dict[str | None, Decimal] = {}
    for part in known:
        value, currency = part.value.net_liquidation, part.value.currency
        if value is None or not value.is_finite() or value.adjusted() >= LARGEST_EXPONENT:
            return None, ()
        sums[currency] = sums.get(currency, Decimal(0)) + value
    newest = max((part.at for part in known), key=lambda at: at.ticks)
    return newest, tuple(Worth(visible, currency, value) for currency, value in sums.items())
