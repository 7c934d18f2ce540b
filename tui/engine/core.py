"""The engine's memory: events come in, the state is folded, and whoever waits for a change is woken."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tui.clock import Clock, Moment
from tui.domain.events import Event, Noticed, PositionsPaced, PositionsSeen
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Level, newer
from tui.domain.positions import Position
from tui.domain.redact import redacted
from tui.domain.reduce import reduce
from tui.domain.session import AuthStatus, Exchange, SessionState
from tui.domain.state import MonitorState
from tui.domain.verdict import decisive, fresh_status, login_live
from tui.engine.budget import Budget
from tui.engine.place import Place, given_up
from tui.gateway.client import Answer, Between, GatewayClient
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError, RateLimited

log = logging.getLogger(__name__)

T = TypeVar("T")

FAST_RETRY = 5.0
"""Seconds from a tickle that failed to the next try, at the least."""

ON_THE_WAY = frozenset(
    {
        FailureKind.UNRESOLVED,
        FailureKind.REFUSED,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.TLS_TIMEOUT,
        FailureKind.CUT,
        FailureKind.TUNNEL_DOWN,
        FailureKind.TUNNEL_DENIED,
        FailureKind.NOTHING_BEHIND,
    }
)
"""Failures that a look over this machine may explain."""


PASSING = frozenset(
    {
        FailureKind.UNRESOLVED,
        FailureKind.REFUSED,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.TLS_TIMEOUT,
        FailureKind.CUT,
        FailureKind.SILENT,
        FailureKind.BACKEND,
        FailureKind.TUNNEL_DOWN,
        FailureKind.NOTHING_BEHIND,
    }
)
"""Failures of a tickle after which the next try may well succeed: of the transport, a tunnel's too, and 5xx. Never a
429, and never what only a person can mend."""


class Core:
    """One gateway's client, clock, budget and state. Lives on the engine's event loop; `publish` is called there.

    portfolio: set while a login is there, so that accounts and positions can be asked for.
    primed: set once the portfolio's accounts were asked for within that login; without it IBKR answers
    everything else with nothing, and no error.
    shown: set once the first positions came, or failed to: what nobody looks at first waits for it.
    tickling: set while a tickle is under way. hanging: set while the gateway takes questions and answers none; one at a
    time is enough then. deciding: held by whoever asks what decides, or re-opens the session, so that a turn in the
    budget is taken right before its request. rich: by account id, the rows that the pages told. outdated: ids of
    accounts whose cached pages of positions are to be thrown away first. limited_count: 429s so far.
    """

    def __init__(
        self,
        client: GatewayClient,
        clock: Clock,
        state: MonitorState,
        publish: Callable[[MonitorState], None] = lambda _: None,
        budget: Budget | None = None,
    ) -> None:
        self.client = client
        self.clock = clock
        self.budget = budget or Budget(clock)
        self.portfolio = asyncio.Event()
        self.primed = asyncio.Event()
        self.shown = asyncio.Event()
        self.tickling = asyncio.Event()
        self.hanging = asyncio.Event()
        self.deciding = asyncio.Lock()
        self.rich: dict[str, tuple[Position, ...]] = {}
        self.outdated: set[str] = set()
        self.limited_count = 0
        self._state = state
        self._publish = publish
        self._place = asyncio.Lock()
        self._wakers: dict[str, asyncio.Event] = {}
        self._failing: FailureKind | None = None
        self._caught_up = False
        client.when_repeated(self.budget.take)

    @property
    def state(self) -> MonitorState:
        """The latest state."""
        return self._state

    @property
    def gateway(self) -> str:
        """The id that every event carries."""
        return self._state.gateway

    @property
    def loading(self) -> bool:
        """True while the brokerage session comes up: until then the portfolio answers with nothing, and no error."""
        status = fresh_status(self._state, self.now())
        return status is not None and status.authenticated and status.established is False

    def now(self) -> Moment:
        """The present moment."""
        return self.clock.now()

    async def ask(self, endpoint: Endpoint, question: Callable[[], Awaitable[Answer[T]]]) -> Answer[T]:
        """Ask within the budget, one such question at a time, and give up once the gateway hangs.

        Raises GatewayError; a 429 is remembered for all processes, with its end.
        """
        return await self.ask_paged(endpoint, lambda _: question())

    async def ask_paged(self, endpoint: Endpoint, question: Callable[[Between], Awaitable[Answer[T]]]) -> Answer[T]:
        """The same for a question that may need several requests; it awaits what it is given before each but the first.

        Raises GatewayError.
        """
        place = Place(self._place, self.hanging, self.budget, self.clock)
        try:
            await place.take(endpoint)
            answer = await unless(self.hanging, lambda: question(place.again))
        except RateLimited as error:
            raise self.limited(place.endpoint, error) from error
        finally:
            place.leave()
        if answer is None:
            raise given_up()
        return answer

    def limited(self, endpoint: Endpoint, error: GatewayError) -> GatewayError:
        """The error with the time for which its 429 holds, which every process now knows."""
        failure = error.failure
        self.limited_count += 1
        self.budget.limited(endpoint, failure.retry_after)
        held = Failure(failure.kind, failure.evidence, failure.status, self.budget.penalty(endpoint))
        return type(error)(held, error.timing)

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
        if isinstance(event, PositionsSeen) and self.primed.is_set():
            self.shown.set()
        self._publish(self._state)

    def notice(self, level: Level, text: str) -> None:
        """Write a line for the user."""
        self.apply(Noticed(self.gateway, self.now(), level, text))

    def positions_every(self, interval: float) -> None:
        """The positions are asked for so often now; told where it differs from the pace by a fifth or more."""
        pace, known = self._state.pace.positions, self._state.positions.interval
        usual = interval <= pace * 1.2
        if usual if known is None else abs(interval - known) < known / 5:
            return
        self.apply(PositionsPaced(self.gateway, self.now(), None if usual else interval))

    async def opened(self, gate: asyncio.Event, job: str) -> None:
        """Wait for the gate. The wake-up that its opening also is must not make the job do two rounds."""
        await gate.wait()
        self.waker(job).clear()

    def waker(self, job: str) -> asyncio.Event:
        """The event that ends the named job's sleep early."""
        return self._wakers.setdefault(job, asyncio.Event())

    def wake(self, *jobs: str) -> None:
        """Let the named jobs do their next round now."""
        for job in jobs:
            self.waker(job).set()

    def prime(self) -> None:
        """The portfolio's accounts were asked for, so that the rest may be; what the user looks at comes first."""
        self.primed.set()
        self.wake("positions", "summary", "ledger")

    def start_anew(self) -> None:
        """Take nothing for granted any more: the login is made sure of, and everything is asked again."""
        self._close_portfolio()
        for waker in self._wakers.values():
            waker.set()

    def _follow_session(self) -> None:
        if _silent(self._state.session):
            self.hanging.set()
        else:
            self.hanging.clear()
        outcome = decisive(self._state.session, self._state.pace, self.now())
        self._follow_the_way(outcome)
        self._catch_up()
        match outcome:
            case None | Failure(kind=FailureKind.BACKEND | FailureKind.RATE_LIMITED):
                return  # one failed answer behind the gateway does not end a login, a 429 neither
            case Failure(kind=FailureKind.NO_BRIDGE):
                opened = True
            case Failure():
                opened = False
            case AuthStatus() as status:
                opened = status.authenticated or status.connected is not False
        if not opened:
            self._close_portfolio()
        elif not self.portfolio.is_set():
            self.portfolio.set()
            self.wake("accounts", "positions", "summary", "ledger", "login", "brokerage", "day")

    def _follow_the_way(self, outcome: AuthStatus | Failure | None) -> None:
        """Look over the way again as soon as it fails otherwise than before, or no more."""
        failing = outcome.kind if isinstance(outcome, Failure) and outcome.kind in ON_THE_WAY else None
        if outcome is not None and failing is not self._failing:
            self._failing = failing
            self.wake("path")

    def _catch_up(self) -> None:
        """Send the tickle at once where an outage that it met is over: the session's five minutes have run on.

        The auth status sees that first: the tickle's quick retries are long spent, and a minute's wait may be too much.
        """
        tickle = self._state.session.tickle
        missed = (
            tickle is not None
            and isinstance(tickle.outcome, Failure)
            and tickle.outcome.kind in PASSING
            and self.now().seconds_since(tickle.at) >= FAST_RETRY
            and login_live(self._state, self.now()) is True
        )
        if missed and not self._caught_up and not self.tickling.is_set():
            self.wake("keep-alive")
            self._caught_up = True
        elif not missed:
            self._caught_up = False

    def _close_portfolio(self) -> None:
        for opened in (self.portfolio, self.primed, self.shown):
            opened.clear()


async def unless(event: asyncio.Event, question: Callable[[], Awaitable[T]]) -> T | None:
    """What the question brings; None where the event comes before its end, and the question is given up then."""
    if event.is_set():
        return None
    asked, told = asyncio.ensure_future(question()), asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({asked, told}, return_when=asyncio.FIRST_COMPLETED)
        return await asked if asked.done() else None
    finally:
        for task in (asked, told):
            task.cancel()
        for task in (asked, told):
            with contextlib.suppress(asyncio.CancelledError, GatewayError):
                await task


def _silent(session: SessionState) -> bool:
    """Whether the newest of the questions that decide was taken and never answered."""
    exchanges: tuple[Exchange | None, ...] = (session.auth, session.tickle)
    known = [exchange for exchange in exchanges if exchange is not None]
    newest = max(known, key=lambda exchange: exchange.asked.ticks, default=None)
    return newest is not None and isinstance(newest.outcome, Failure) and newest.outcome.kind is FailureKind.SILENT
