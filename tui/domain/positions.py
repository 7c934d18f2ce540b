"""What an account holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tui.domain.contracts import Right
from tui.domain.failure import Failure
from tui.domain.stamped import Stamped


@dataclass(frozen=True, slots=True)
class Position:
    """One holding, in `currency`; None where IBKR did not say.

    key: the same in every refresh (account, contract id and model). symbol: how the contract is named in a row.
    name: the company's or the product's. expiry: the last day; None too where only the month is known.
    multiplier: units of the underlying for one contract. as_of: when IBKR's figures were true, aware, UTC. sent: every
    field that IBKR sent, as it was parsed and not made safe to print (`tui.domain.sent` does that); never changed.
    Two positions that differ in as_of or sent alone are equal. So whoever keeps an unchanged row's object keeps its
    earlier `sent` as well, which may lack a change of something that no column shows: take it from the newest book.
    """

    key: str
    symbol: str
    kind: str | None
    quantity: Decimal | None
    price: Decimal | None
    value: Decimal | None
    average_cost: Decimal | None
    unrealised: Decimal | None
    currency: str | None
    realised: Decimal | None = None
    account: str | None = None
    conid: str | None = None
    model: str | None = None
    expiry: date | None = None
    strike: Decimal | None = None
    right: Right | None = None
    multiplier: Decimal | None = None
    underlying: str | None = None
    name: str | None = None
    exchange: str | None = None
    as_of: datetime | None = field(default=None, compare=False)
    sent: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def closed(self) -> bool:
        """True for what was sold off today: IBKR keeps the row, with a quantity of 0."""
        return self.quantity is not None and not self.quantity

    @property
    def unrealised_ratio(self) -> Decimal | None:
        """Unrealised profit or loss as a share of what the position cost (0.03 is 3 %); None where it can't be told.

        The cost is value less profit, which needs no multiplier and holds for short positions too.
        """
        if self.value is None or self.unrealised is None:
            return None
        try:
            cost = abs(self.value - self.unrealised)
            return self.unrealised / cost if cost else None
        except ArithmeticError:  # NaN, or exponents beyond all money
            return None


@dataclass(frozen=True, slots=True)
class PositionsState:
    """The positions' slice: by account id, the rows as last seen and why the newest look failed.

    interval: seconds between two questions, where their cost has stretched it; None where the pace holds.
    """

    books: Mapping[str, Stamped[tuple[Position, ...]]] = field(default_factory=dict)
    failures: Mapping[str, Stamped[Failure]] = field(default_factory=dict)
    interval: float | None = None
