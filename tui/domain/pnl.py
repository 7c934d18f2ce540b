"""What an account has won or lost today."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tui.domain.failure import Failure


@dataclass(frozen=True, slots=True)
class DayPnl:
    """One account's day in its base currency; None where IBKR did not say.

    daily: profit or loss since the previous close. models: the parts that IBKR keeps the account in, `Core` where
    nothing was moved to a model.
    """

    daily: Decimal | None = None
    unrealised: Decimal | None = None
    net_liquidation: Decimal | None = None
    excess_liquidity: Decimal | None = None
    market_value: Decimal | None = None
    models: tuple[str, ...] = ()


def together(parts: Iterable[DayPnl]) -> DayPnl:
    """An account's parts as one: their sums. What is unknown of a part is unknown of the whole."""
    rows = tuple(parts)
    return DayPnl(
        daily=_sum([row.daily for row in rows]),
        unrealised=_sum([row.unrealised for row in rows]),
        net_liquidation=_sum([row.net_liquidation for row in rows]),
        excess_liquidity=_sum([row.excess_liquidity for row in rows]),
        market_value=_sum([row.market_value for row in rows]),
        models=tuple(model for row in rows for model in row.models),
    )


def wants_accounts_first(failure: Failure) -> bool:
    """True where IBKR answers so only because the brokerage session's accounts were not asked for yet."""
    return failure.status in {400, 500} and "query /accounts first" in failure.evidence


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    try:
        return sum(known[1:], known[0])
    except ArithmeticError:  # NaN, or exponents beyond all money
        return None
