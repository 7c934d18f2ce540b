"""Events of one gateway, by the seconds after a start, and the state after them."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.support.states import NOW, starting
from tui.clock import Moment
from tui.domain.accounts import Account, Summary
from tui.domain.events import (
    AuthSeen,
    Event,
    TickledElsewhere,
    TickleDue,
    TickleSeen,
)
from tui.domain.failure import Failure, FailureKind
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.login import Login
from tui.domain.path import Timing
from tui.domain.pnl import DayPnl
from tui.domain.reduce import reduce
from tui.domain.session import AuthStatus, Tickle
from tui.domain.state import MonitorState

GW = "gw"
REFUSED = Failure(FailureKind.REFUSED, "connection refused")
NO_LOGIN = Failure(FailureKind.NO_LOGIN, '401 "Unauthorized"', 401)
BROKEN = Failure(FailureKind.BACKEND, '503 "Service Unavailable"', 503)
LAPSED = AuthStatus(False, True, False)
ACCOUNTS = (Account("DU1", "USD"), Account("DU2", "EUR"))
WORTH = Summary("USD", Decimal("1000.50"), Decimal("20.00"))
LOGIN = Login(datetime(2026, 11, 20, 8, 12, tzinfo=UTC), "NJ", True, True)
LEDGER = Ledger((LedgerLine("USD", cash=Decimal(5)),))
DAY = {"DU1": DayPnl(Decimal("1234.50"))}


def at(seconds: float) -> Moment:
    """The moment that many seconds after the start."""
    return NOW.plus(seconds)


def auth(outcome: AuthStatus | Failure, seconds: float, timing: Timing | None = None) -> AuthSeen:
    """An auth status, asked for a moment before."""
    return AuthSeen(GW, at(seconds), at(seconds - 0.04), outcome, timing or Timing())


def tickle(outcome: Tickle | Failure, seconds: float, next_in: float = 60.0) -> TickleSeen:
    """A tickle that ended then."""
    return TickleSeen(GW, at(seconds), at(seconds - 0.04), outcome, Timing(), at(seconds + next_in))


def due(seconds: float) -> TickleDue:
    """A tickle that came due then."""
    return TickleDue(GW, at(seconds))


def folded(*events: Event, state: MonitorState | None = None) -> MonitorState:
    """The state after all of these."""
    state = state or starting()
    for event in events:
        state = reduce(state, event)
    return state


def said(state: MonitorState) -> list[str]:
    """The journal's texts."""
    return [entry.text for entry in state.journal]


def elsewhere(answered: float, seconds: float, next_in: float = 60.0) -> TickledElsewhere:
    """Seen then: another process had a tickle answered at `answered`."""
    return TickledElsewhere(GW, at(seconds), at(answered), at(seconds + next_in))
