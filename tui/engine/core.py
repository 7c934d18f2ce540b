"""The engine's memory: events come in, the state is folded, and whoever waits for a change is woken."""

import asyncio
import logging
from collections.abc import Callable

from tui.clock import Clock, Moment
from tui.domain.events import Event
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import newer
from tui.domain.redact import redacted
from tui.domain.reduce import reduce
from tui.domain.session import AuthStatus, Exchange, Tickle
from tui.domain.state import MonitorState
from tui.engine.budget import Budget
from tui.gateway.client import GatewayClient

log = logging.getLogger(__name__)


class Core:
    """One gateway's client, clock and state. Lives on the engine's event loop; `publish` is called there.

    portfolio: set while a login is there, so that accounts and positions can be asked for.
    primed: set once the portfolio's accounts were asked for within that login; without it IBKR answers
    everything else with nothing, and no error.
    """

    def __init__(
        self,
        client: GatewayClient,
        clock: Clock,
        state: MonitorState,
        publish: Callable[[MonitorState], None] = lambda _: None,
    ) -> None:
        self.client = client
        self.clock = clock
        self.budget = Budget(clock)
        self.portfolio = asyncio.Event()
        self.primed = asyncio.Event()
        self._state = state
        self._publish = publish
        self._wakers: dict[str, asyncio.Event] = {}

    @property
    def state(self) -> MonitorState:
        """The latest state."""
        return self._state

    @property
    def gateway(self) -> str:
        """The id that every event carries."""
        return self._state.gateway

    def now(self) -> Moment:
        """The present moment."""
        return self.clock.now()

    def apply(self, event: Event) -> None:
        """Fold the event into the state, publish what changed, and open or close the way to the portfolio."""
        before = self._state
        self._state = reduce(before, event)
        if self._state is before:
            return
        for entry in newer(self._state.journal, before.journal):
            log.info("%s", redacted(entry.text))
        if self._state.session is not before.session:
            self._follow_session()
        self._publish(self._state)

    def waker(self, job: str) -> asyncio.Event:
        """The event that ends the named job's sleep early."""
        return self._wakers.setdefault(job, asyncio.Event())

    def wake(self, *jobs: str) -> None:
        """Let the named jobs do their next round now."""
        for job in jobs:
            self.waker(job).set()

    def _follow_session(self) -> None:
        session = self._state.session
        newest = max(
            (exchange for exchange in (session.auth, session.tickle) if exchange is not None),
            key=lambda exchange: exchange.asked.ticks,
            default=None,
        )
        if newest is None or _says_nothing_of_login(newest):
            return
        if not _login_in(newest):
            self.portfolio.clear()
            self.primed.clear()
        elif not self.portfolio.is_set():
            self.portfolio.set()
            self.wake("accounts", "summary", "positions")


def _login_in(exchange: Exchange) -> bool:
    match exchange.outcome:
        case Failure(kind=kind):
            return kind is FailureKind.NO_BRIDGE
        case AuthStatus() as status:
            return status.authenticated or status.connected is not False
        case Tickle(auth=auth):
            return auth is not None and (auth.authenticated or auth.connected is not False)


def _says_nothing_of_login(exchange: Exchange) -> bool:
    """One slow or failed answer behind the gateway does not end a login, a 429 neither."""
    return isinstance(exchange.outcome, Failure) and exchange.outcome.kind in {
        FailureKind.BACKEND,
        FailureKind.RATE_LIMITED,
    }
