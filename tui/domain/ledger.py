"""What an account holds in each currency, and what that comes to in its base currency."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

BASE = "BASE"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One currency's part of an account, in that currency; None where IBKR did not say.

    exchange_rate: base currency for one unit. as_of: when the figures were true, aware, UTC.
    """

    currency: str
    cash: Decimal | None = None
    settled_cash: Decimal | None = None
    net_liquidation: Decimal | None = None
    exchange_rate: Decimal | None = None
    unrealised: Decimal | None = None
    realised: Decimal | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """An account's currencies in the answer's order, and their total in the base currency, None where it was absent."""

    lines: tuple[LedgerLine, ...] = ()
    base: LedgerLine | None = None

    @property
    def as_of(self) -> datetime | None:
        """The newest time that a line carries."""
        lines = self.lines if self.base is None else (*self.lines, self.base)
        return max((line.as_of for line in lines if line.as_of is not None), default=None)

    def line(self, currency: str) -> LedgerLine | None:
        """That currency's line."""
        return next((line for line in self.lines if line.currency == currency), None)

    def in_base(self, amount: Decimal | None, currency: str | None) -> Decimal | None:
        """An amount of that currency in the account's base currency; None where the rate is not known."""
        line = None if currency is None else self.line(currency)
        if amount is None or line is None or line.exchange_rate is None:
            return None
        try:
            return amount * line.exchange_rate
        except ArithmeticError:  # NaN, or exponents beyond all money
            return None
