"""What the engine asks again and again, apart from the keep-alive: one class a question."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Generic, TypeVar

from tui.clock import Moment
from tui.domain.accounts import Summary
from tui.domain.events import (
    AccountsSeen,
    AuthSeen,
    BrokerageAccountsSeen,
    Event,
    PositionsSeen,
    SummarySeen,
    TimePassed,
)
from tui.domain.failure import Failure, FailureKind
from tui.domain.positions import Position
from tui.domain.verdict import brokerage_live
from tui.engine.core import Core
from tui.engine.supervise import LONGEST, Backoff
from tui.gateway.client import Answer
from tui.gateway.errors import GatewayError

PENALTY = 900.0
"""Seconds for which an endpoint that answered 429 is left alone; IBKR's penalty box lasts 10 to 15 minutes."""
OTHER_SCHEME_EVERY = 60.0


class AuthJob:
    """Asks for the auth status, the rhythm of the screen; it never backs off, so that a return is seen at once."""

    name = "auth status"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._scheme_tried_at: Moment | None = None
        self._by_other_scheme: Failure | None = None

    async def round(self) -> float:
        """Ask once; seconds until the next time, counted from when this one was asked."""
        core = self._core
        await core.budget.turn()
        asked = core.now()
        try:
            answer = await core.client.auth_status()
        except GatewayError as error:
            outcome = held(await self._made_sure(error.failure))
            core.apply(AuthSeen(core.gateway, core.now(), asked, outcome, error.timing))
            if outcome.retry_after:
                return outcome.retry_after
        else:
            core.apply(AuthSeen(core.gateway, core.now(), asked, answer.value, answer.timing))
        return max(core.state.pace.auth - core.now().seconds_since(asked), 1.0)

    async def _made_sure(self, failure: Failure) -> Failure:
        """A connection that was cut before any answer may be due to the scheme: the other is tried once a minute."""
        if failure.kind is not FailureKind.CUT:
            self._scheme_tried_at = None
            return failure
        now = self._core.now()
        if self._scheme_tried_at is None or now.seconds_since(self._scheme_tried_at) >= OTHER_SCHEME_EVERY:
            self._scheme_tried_at = now
            await self._core.budget.turn()
            self._by_other_scheme = await self._core.client.other_scheme()
        return self._by_other_scheme or failure


def held(failure: Failure) -> Failure:
    """The failure, with the time for which a 429 must be respected."""
    if failure.kind is not FailureKind.RATE_LIMITED:
        return failure
    return replace(failure, retry_after=max(failure.retry_after or 0.0, PENALTY))


class AccountsJob:
    """Asks for the portfolio's accounts, which opens the rest of the portfolio, and for the brokerage session's."""

    name = "accounts"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._backoff = Backoff(core.state.pace.summary)

    async def round(self) -> float:
        """Ask once a login is there; seconds until the next time."""
        core = self._core
        await core.portfolio.wait()
        try:
            await core.budget.turn()
            answer = await core.client.portfolio_accounts()
        except GatewayError as error:
            failure = held(error.failure)
            core.apply(AccountsSeen(core.gateway, core.now(), failure))
            return failure.retry_after or self._backoff.next()
        core.apply(AccountsSeen(core.gateway, core.now(), answer.value))
        if not core.primed.is_set():
            core.primed.set()
            core.wake("summary", "positions")
        self._backoff.reset()
        await self._ask_brokerage()
        return core.state.pace.accounts

    async def _ask_brokerage(self) -> None:
        """Whether this is a paper login, told only to a brokerage session; asked until it is known."""
        core = self._core
        known = core.state.accounts.brokerage
        if (known is not None and known.value.paper is not None) or not brokerage_live(core.state, core.now()):
            return
        try:
            await core.budget.turn()
            answer = await core.client.brokerage_accounts()
        except GatewayError:
            return  # asked again with the next round; until then the accounts' own marks tell
        core.apply(BrokerageAccountsSeen(core.gateway, core.now(), answer.value))


T = TypeVar("T")


class VisibleAccountJob(Generic[T]):
    """Asks one thing about the account that the user looks at.

    ask: the client's question. seen: the event that carries what came of it. interval: seconds from question to
    question.
    """

    def __init__(
        self,
        core: Core,
        name: str,
        interval: float,
        ask: Callable[[str], Awaitable[Answer[T]]],
        seen: Callable[[str, Moment, str, T | Failure], Event],
    ) -> None:
        self.name = name
        self._core = core
        self._interval = interval
        self._ask = ask
        self._seen = seen
        self._backoff = Backoff(max(interval, 3.0))

    async def round(self) -> float:
        """Ask once the portfolio is open; seconds until the next time."""
        core = self._core
        await core.primed.wait()
        account = core.state.accounts.visible
        if account is None:
            return LONGEST
        await core.budget.turn()
        asked = core.now()
        try:
            answer = await self._ask(account)
        except GatewayError as error:
            failure = held(error.failure)
            core.apply(self._seen(core.gateway, core.now(), account, failure))
            return failure.retry_after or self._backoff.next()
        self._backoff.reset()
        core.apply(self._seen(core.gateway, core.now(), account, answer.value))
        return max(self._interval - core.now().seconds_since(asked), 0.5)


def summary_job(core: Core) -> VisibleAccountJob[Summary]:
    """Asks what the visible account is worth."""
    return VisibleAccountJob(core, "summary", core.state.pace.summary, core.client.summary, SummarySeen)


def positions_job(core: Core) -> VisibleAccountJob[tuple[Position, ...]]:
    """Asks what the visible account holds."""
    return VisibleAccountJob(core, "positions", core.state.pace.positions, core.client.positions, PositionsSeen)


class TimeJob:
    """Lets time pass in the state, so that what has become stale is noticed without any answer."""

    name = "time"

    def __init__(self, core: Core) -> None:
        self._core = core

    async def round(self) -> float:
        """Note the time; seconds until the next second."""
        self._core.apply(TimePassed(self._core.gateway, self._core.now()))
        return 1.0
