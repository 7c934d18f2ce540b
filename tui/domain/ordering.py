"""The order of positions by any column: stable, what is unknown last, what was sold off after what is held."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from tui.domain.contracts import DERIVATIVES, FUTURES, Contract, Expiry, expiry_of, parsed
from tui.domain.positions import Position


class SortKey(StrEnum):
    """What rows can be ordered by: the ids of the table's columns."""

    SYMBOL = "symbol"
    ACCOUNT = "account"
    TYPE = "type"
    NAME = "name"
    QUANTITY = "quantity"
    PRICE = "price"
    VALUE = "value"
    COST = "cost"
    UNREALISED = "unrealised"
    PERCENT = "percent"
    REALISED = "realised"
    CURRENCY = "currency"
    EXCHANGE = "exchange"

    @property
    def numeric(self) -> bool:
        """True for amounts, of which the largest is looked for first; False for texts."""
        return self in _NUMBERS


_NUMBERS: dict[SortKey, Callable[[Position], Decimal | None]] = {
    SortKey.QUANTITY: lambda row: row.quantity,
    SortKey.PRICE: lambda row: row.price,
    SortKey.VALUE: lambda row: row.value,
    SortKey.COST: lambda row: row.average_cost,
    SortKey.UNREALISED: lambda row: row.unrealised,
    SortKey.PERCENT: lambda row: row.unrealised_ratio,
    SortKey.REALISED: lambda row: row.realised,
}
_TEXTS: dict[SortKey, Callable[[Position], str | None]] = {
    SortKey.ACCOUNT: lambda row: row.account,
    SortKey.TYPE: lambda row: row.kind,
    SortKey.NAME: lambda row: row.name,
    SortKey.CURRENCY: lambda row: row.currency,
    SortKey.EXCHANGE: lambda row: row.exchange,
}


@dataclass(frozen=True, slots=True)
class Sorting:
    """How rows are ordered. key: None for IBKR's own order, which has no direction."""

    key: SortKey | None = None
    descending: bool = False

    def toggled(self, key: SortKey | None) -> "Sorting":
        """After that column was chosen: another one begins at its usual end, the same one is turned round.

        Numbers begin with the largest, texts with A. None goes back to IBKR's order.
        """
        if key is None:
            return Sorting()
        return self.flipped() if key is self.key else Sorting(key, key.numeric)

    def flipped(self) -> "Sorting":
        """The same column the other way round; IBKR's order stays as it is."""
        return self if self.key is None else Sorting(self.key, not self.descending)


def ordered(rows: Sequence[Position], sorting: Sorting) -> tuple[Position, ...]:
    """The rows in that order; rows that it does not tell apart keep IBKR's.

    In either direction what is unknown (None, NaN, infinite) comes last, and what was sold off after all that is held.
    By symbol, the contracts on one underlying stand together after it, by expiry, strike and right. Nothing raises.
    """
    if sorting.key is None:
        if not any(row.closed for row in rows):
            return tuple(rows)
        return tuple(sorted(rows, key=lambda row: row.closed))
    value = _value_of(sorting.key)
    # What must come last has to come first in an order that is turned round.
    last = -1 if sorting.descending else 1

    def place(row: Position) -> tuple[Any, ...]:
        return (last if row.closed else 0, *value(row, last))

    return tuple(sorted(rows, key=place, reverse=sorting.descending))


class LastOrder:
    """`ordered`, remembering its newest answer: the same rows in the same order cost nothing again."""

    def __init__(self) -> None:
        self._known: tuple[Sequence[Position], Sorting, tuple[Position, ...]] | None = None

    def __call__(self, rows: tuple[Position, ...], sorting: Sorting) -> tuple[Position, ...]:
        """The rows in that order; the very same tuple as before for the very same rows."""
        if self._known is None or self._known[0] is not rows or self._known[1] != sorting:
            self._known = (rows, sorting, ordered(rows, sorting))
        return self._known[2]


_Place = tuple[Any, ...]
"""What is compared: marks of what is known, and values, in turns, so that only like meets like."""


def _value_of(key: SortKey) -> Callable[[Position, int], _Place]:
    """What a row is compared by. The second argument marks what is unknown."""
    if key in _NUMBERS:
        number = _NUMBERS[key]

        def by_number(row: Position, last: int) -> _Place:
            value = number(row)
            return (last,) if value is None or not value.is_finite() else (0, value)

        return by_number
    if key in _TEXTS:
        text = _TEXTS[key]

        def by_text(row: Position, last: int) -> _Place:
            value = text(row)
            return (0, natural(value)) if value else (last,)

        return by_text
    return _by_symbol


def _by_symbol(row: Position, last: int) -> _Place:
    """The underlying, then itself before what is derived from it, then expiry, strike and right."""
    if not _derived(row):
        return (0, natural(row.symbol), 0) if row.symbol else (last,)
    said = (parsed(row.symbol) if row.symbol else None) or Contract()
    underlying = row.underlying or said.symbol or row.symbol
    if not underlying:
        return (last,)
    expiry = expiry_of(row.expiry) or said.expiry
    strike = row.strike if row.strike is not None else said.strike
    # A future has neither strike nor right, which is something else than not knowing them.
    unsaid = 0 if row.kind in FUTURES else last
    return (
        0,
        natural(underlying),
        1,
        *_known(None if expiry is None else _day(expiry), (0, 0, 0), last),
        *_known(strike if strike is None or strike.is_finite() else None, Decimal(0), unsaid),
        *_known(row.right or said.right, "", unsaid),
        natural(row.symbol),
    )


def _derived(row: Position) -> bool:
    return row.kind in DERIVATIVES or (row.kind is None and (row.right is not None or row.expiry is not None))


def _known(value: Any, instead: Any, last: int) -> tuple[int, Any]:
    return (last, instead) if value is None else (0, value)


def _day(expiry: Expiry) -> tuple[int, int, int]:
    """Where only the month is known, before that month's days."""
    return expiry.year, expiry.month, expiry.day or 0


_DIGITS = re.compile(r"([0-9]+)")


@lru_cache(maxsize=16384)
def natural(text: str) -> tuple[str | tuple[int, str], ...]:
    """A text as it is compared: regardless of case, and its numbers by their size (`A9` before `A10`).

    Texts and numbers take turns, so that like meets like; a number is its length and its digits, at any length.
    """
    parts = _DIGITS.split(text.casefold())
    return tuple(_number(part) if at % 2 else part for at, part in enumerate(parts))


def _number(digits: str) -> tuple[int, str]:
    significant = digits.lstrip("0")
    return len(significant), significant
