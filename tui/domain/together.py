"""Several accounts as one: their rows in one book, their worth in one sum, each as old as its oldest part."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from tui.clock import Moment
from tui.domain.accounts import Account, AccountsState, Summary
from tui.domain.pnl import DayPnl
from tui.domain.pnl import together as days_together
from tui.domain.positions import Position
from tui.domain.stamped import Stamped

Book = Stamped[tuple[Position, ...]]


def merged_book(books: Mapping[str, Book]) -> Book | None:
    """The rows of all books, each with its account and a key of its own, stamped as the oldest book is.

    books: by account id; their order is the rows'. A row that is the only one with its key stays the very same
    object, so that what has not changed is seen at once. None where there is no book.
    """
    if not books:
        return None
    return Stamped(tuple(_rows(books)), oldest(book.at for book in books.values()))


def merged_summary(state: AccountsState) -> Stamped[Summary] | None:
    """What all accounts are worth together, stamped as the oldest part is.

    Only what can be added up: net liquidation and cash; one account's margin is of no use to another. None until
    each account's summary is known, and where they are not all in one currency.
    """
    parts = [state.summaries.get(account.id) for account in state.all]
    known = [part for part in parts if part is not None]
    currency = common_currency(state)
    if not known or len(known) < len(parts) or currency is None:
        return None
    worth = Summary(
        currency=currency,
        net_liquidation=_sum(part.value.net_liquidation for part in known),
        cash=_sum(part.value.cash for part in known),
    )
    return Stamped(worth, oldest(part.at for part in known))


def merged_day(state: AccountsState) -> DayPnl | None:
    """The day of all accounts; None where one of them is not known, or they are not all in one currency."""
    days = state.pnl.value if state.pnl is not None else {}
    known = [days[account.id] for account in state.all if account.id in days]
    if not known or len(known) < len(state.all) or common_currency(state) is None:
        return None
    return days_together(known)


def common_currency(state: AccountsState) -> str | None:
    """The base currency of all accounts; None where they differ, or one is not known."""
    currencies = {_currency(account, state.summaries.get(account.id)) for account in state.all}
    return currencies.pop() if len(currencies) == 1 else None


def oldest(moments: Iterable[Moment]) -> Moment:
    """The earliest; by the monotonic clock, which nobody sets. Raises ValueError where there is none."""
    return min(moments, key=lambda moment: moment.ticks)


def _rows(books: Mapping[str, Book]) -> Iterator[Position]:
    used: set[str] = set()
    for account, book in books.items():
        for position in book.value:
            row = position if position.account is not None else replace(position, account=account)
            key = row.key
            while key in used:
                key = f"{account}/{key}"
            used.add(key)
            yield row if key == row.key else replace(row, key=key)


def _currency(account: Account, summary: Stamped[Summary] | None) -> str | None:
    return (summary.value.currency if summary else None) or account.currency


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None where one part is not known, for then the whole is not."""
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        try:
            total += value
        except ArithmeticError:  # NaN, or exponents beyond all money
            return None
    return total
