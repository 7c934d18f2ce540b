"""What the named states are made of, at one fixed moment: books, sessions, sums and times."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.support.clock import START
from tui.clock import Moment
from tui.domain.accounts import Summary
from tui.domain.failure import Failure
from tui.domain.journal import Entry, Level
from tui.domain.login import Login
from tui.domain.pnl import DayPnl
from tui.domain.positions import Position
from tui.domain.session import AuthStatus, Exchange, KeepAlive, SessionState, Slot
from tui.domain.stamped import Stamped

NOW = Moment(START, 1000.0)
ACCOUNT = "DU1234567"


def ago(seconds: float) -> Moment:
    """The moment that many seconds before NOW."""
    return NOW.plus(-seconds)


def position(
    symbol: str, kind: str, quantity: str, price: str, cost: str, multiplier: int = 1, currency: str = "USD"
) -> Position:
    """A position whose value and profit follow from the rest."""
    held, at, paid = Decimal(quantity), Decimal(price), Decimal(cost)
    value = held * at * multiplier
    return Position(
        key=f"{symbol}/{kind}",
        symbol=symbol,
        kind=kind,
        quantity=held,
        price=at,
        value=value,
        average_cost=paid * multiplier,
        unrealised=value - held * paid * multiplier,
        currency=currency,
    )


BOOK: tuple[Position, ...] = (
    position("AAPL", "STK", "100", "175.43", "170.25"),
    position("MSFT", "STK", "40", "431.20", "402.10"),
    position("SAP", "STK", "60", "214.35", "221.80", currency="EUR"),
    position("VWRL", "ETF", "310", "118.42", "104.77", currency="EUR"),
    position("SPX 15 JAN 27 6000 C", "OPT", "-2", "41.20", "38.00", 100),
    position("AAPL 18 DEC 26 180 P", "OPT", "3", "6.15", "7.90", 100),
    position("ES DEC 26", "FUT", "1", "6012.25", "5987.50", 50),
    position("EUR.USD", "CASH", "-25000", "1.0842", "1.0911"),
    position("US-T 4.25 15NOV34", "BOND", "20", "99.41", "98.75", 10),
    position("BTC", "CRYPTO", "0.3333", "91250.00", "64100.00"),
    position("GOLD TRUST", "ETF", "150", "63.10", "63.10"),
    position("NESN", "STK", "85", "82.36", "97.14", currency="CHF"),
)


def book_of(count: int) -> tuple[Position, ...]:
    """A book of that many stocks."""
    return tuple(
        position(f"SYM{n:04}", "STK", str(n % 90 + 1), f"{n % 400 + 3}.25", f"{n % 380 + 5}.50") for n in range(count)
    )


def slots(answered: int = 60, unanswered: int = 0) -> tuple[Slot, ...]:
    """An hour of tickles, the newest 12 s ago; the last `unanswered` without an answer."""
    total = answered + unanswered
    due = [ago(12.0 + 59.8 * n) for n in reversed(range(total))]
    return tuple(Slot(at, at if n < answered else None) for n, at in enumerate(due))


SIGN_IN = Login(datetime(2026, 11, 20, 8, 12, tzinfo=UTC), "NJ", True, True)
GOOD = AuthStatus(True, True, False, True, "JifN19053")


def exchange(outcome: AuthStatus | Failure, seconds_ago: float = 2.0) -> Exchange:
    """An auth status that was asked for and answered that long ago."""
    return Exchange(outcome, ago(seconds_ago + 0.04), ago(seconds_ago))


def session_with(status: AuthStatus, seconds_ago: float = 2.0) -> SessionState:
    """A session of which IBKR says that, kept alive for an hour."""
    return SessionState(
        auth=exchange(status, seconds_ago),
        status=Stamped(status, ago(seconds_ago)),
        login=True,
        sign_in=Stamped(SIGN_IN, ago(80)),
        region=SIGN_IN.region,
        keep_alive=KeepAlive(slots=slots(), next_at=ago(-48.0)),
    )


def summary(net: str, cash: str, currency: str = "USD", seconds_ago: float = 10.0) -> Stamped[Summary]:
    """What an account was worth that long ago, with a fifth of it bound by its positions."""
    worth = Decimal(net)
    return Stamped(
        Summary(
            currency,
            worth,
            Decimal(cash),
            excess_liquidity=worth * Decimal("0.82"),
            buying_power=worth * Decimal("3.28"),
            cushion=Decimal("0.82"),
        ),
        ago(seconds_ago),
    )


def day_of(seconds_ago: float = 6.0, **daily: str) -> Stamped[Mapping[str, DayPnl]]:
    """The accounts' day, as it was that long ago."""
    return Stamped({account: DayPnl(Decimal(amount)) for account, amount in daily.items()}, ago(seconds_ago))


JOURNAL = (
    Entry(ago(7320), Level.OK, "login seen"),
    Entry(ago(7310), Level.OK, "ready: trading session live"),
    Entry(ago(342), Level.WARN, "keep-alive unanswered: no byte within 12 s"),
    Entry(ago(71), Level.OK, "keep-alive answered again after 1 failure"),
)


def held_in(account: str, book: tuple[Position, ...]) -> tuple[Position, ...]:
    """The book as that account holds it."""
    return tuple(replace(each, account=account, key=f"{account}/{each.key}") for each in book)


def moved(value: Any, to: datetime) -> Any:
    """The value with every Moment in it moved so that what was at NOW is at `to` on the wall clock."""
    if isinstance(value, Moment):
        return Moment(value.wall + (to - NOW.wall), value.ticks)
    if isinstance(value, Mapping):
        return {key: moved(each, to) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(moved(each, to) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: moved(getattr(value, each.name), to) for each in fields(value)})
    return value
