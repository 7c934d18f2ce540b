"""What an account holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tui.domain.failure import Failure
from tui.domain.stamped import Stamped


@dataclass(frozen=True, slots=True)
class Position:
    """One holding, in `currency`; None where IBKR did not say.

    key: the same in every refresh (contract id and model).
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
    """The positions' slice: by account id, the rows as last seen and why the newest look failed."""

    books: Mapping[str, Stamped[tuple[Position, ...]]] = field(default_factory=dict)
    failures: Mapping[str, Stamped[Failure]] = field(default_factory=dict)
