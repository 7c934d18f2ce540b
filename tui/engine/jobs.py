"""What the engine asks about the session again and again, apart from the keep-alive: one class a question."""

import asyncio
import contextlib
from dataclasses import replace

from tui.clock import Moment
from tui.domain.accounts import Account
from tui.domain.advisors import asked_about, has_subaccounts
from tui.domain.events import AccountsSeen, AuthSeen, BrokerageAccountsSeen, LoginSeen, TimePassed
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Level
from tui.domain.path import Timing
from tui.domain.session import AuthStatus
from tui.domain.text import age
from tui.domain.verdict import brokerage_live, decisive
from tui.engine.core import Core, unless
from tui.engine.limits import LONGEST_PENALTY, SPACING
from tui.engine.supervise import Backoff
from tui.gateway.client import Answer
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError, error_for

OTHER_SCHEME_EVERY = 60.0
TUNNEL_AGAIN = 60.0
"""Seconds until a tunnel that has said enough is asked again, where it does not say itself when."""
SLEPT = 10.0
"""Seconds by which time may be off between two of our seconds before it is called a suspend, or a clock set."""


class AuthJob:
    """Asks for the auth status, the rhythm of the screen; it never backs off, so that a return is seen at once."""

    name = "auth status"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._scheme_tried_at: Moment | None = None
        self._by_other_scheme: Failure | None = None

    async def round(self) -> float:
        """Ask once; seconds until the next time, counted from when this one was asked."""
        async with self._core.deciding:
            return await self._round()

    async def _round(self) -> float:
        core = self._core
        if core.hanging.is_set() and core.tickling.is_set():
            return 1.0  # a tickle has the one place that a hung gateway gets
        held = await core.budget.turn_unless_held(Endpoint.AUTH_STATUS)
        if held > 0:
            self._tell_of_penalty(held)
            return min(held, core.state.pace.auth)
        asked = core.now()
        try:
            answer = await self._asked()
        except GatewayError as error:
            failure = await self._made_sure(self._limited(error).failure)
            core.apply(AuthSeen(core.gateway, core.now(), asked, failure, error.timing))
            if failure.kind is FailureKind.TUNNEL_LIMITED:
                return max(failure.retry_after or TUNNEL_AGAIN, core.state.pace.auth)
        else:
            if answer is None:
                return 1.0
            core.apply(AuthSeen(core.gateway, core.now(), asked, answer.value, answer.timing))
        return max(core.state.pace.auth - core.now().seconds_since(asked), 1.0)

    async def _asked(self) -> Answer[AuthStatus] | None:
        """The answer; None where the gateway hangs and a tickle came due meanwhile, which goes first."""
        core = self._core
        if not core.hanging.is_set():
            return await core.client.auth_status()
        return await unless(core.tickling, core.client.auth_status)

    def _limited(self, error: GatewayError) -> GatewayError:
        if error.failure.kind is FailureKind.TUNNEL_LIMITED:
            # What it said stands until then, but not for a day: a plan may be changed meanwhile.
            held = min(error.failure.retry_after or TUNNEL_AGAIN, LONGEST_PENALTY)
            return error_for(replace(error.failure, retry_after=held), error.timing)
        limited = error.failure.kind is FailureKind.RATE_LIMITED
        return self._core.limited(Endpoint.AUTH_STATUS, error) if limited else error

    def _tell_of_penalty(self, held: float) -> None:
        """A 429 holds this question too, another process's or another endpoint's; said where nothing fresh is known."""
        core = self._core
        now = core.now()
        penalty = core.budget.penalty(Endpoint.AUTH_STATUS)
        if penalty > 0 and decisive(core.state.session, core.state.pace, now) is None:
            failure = Failure(FailureKind.RATE_LIMITED, "cpwatch was answered 429; not asked again yet", 429, held)
            core.apply(AuthSeen(core.gateway, now, now, failure, Timing()))

    async def _made_sure(self, failure: Failure) -> Failure:
        """A connection cut, or silent during TLS, may be due to the scheme: the other is tried once a minute."""
        if failure.kind not in {FailureKind.CUT, FailureKind.TLS_TIMEOUT} or self._core.state.path.by_edge:
            self._scheme_tried_at = None  # an edge speaks both, whatever stands behind it
            return failure
        now = self._core.now()
        if self._scheme_tried_at is None or now.seconds_since(self._scheme_tried_at) >= OTHER_SCHEME_EVERY:
            self._scheme_tried_at = now
            await self._core.budget.turn(Endpoint.ROOT)
            self._by_other_scheme = await self._core.client.other_scheme()
        return self._by_other_scheme or failure


class AccountsJob:
    """Asks for the portfolio's accounts, an advisor's sub-accounts too, which opens the rest of the portfolio."""

    name = "accounts"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._backoff = Backoff(core.state.pace.summary)
        self._empty = Backoff(SPACING[Endpoint.PORTFOLIO_ACCOUNTS], core.state.pace.accounts)

    async def round(self) -> float:
        """Ask once a login is there; seconds until the next time, which is soon where no accounts are there yet."""
        core = self._core
        await core.opened(core.portfolio, self.name)
        if core.state.accounts.all and core.budget.penalty(Endpoint.PORTFOLIO_ACCOUNTS) > core.state.pace.accounts:
            core.prime()  # after a 429 it is not asked for long; what it opens was open, and may well still be
            return core.state.pace.accounts
        visible = core.state.accounts.visible
        try:
            accounts = await self._accounts()
        except GatewayError as error:
            core.apply(AccountsSeen(core.gateway, core.now(), error.failure))
            return self._backoff.next()
        self._backoff.reset()
        if accounts or not core.loading:
            core.apply(AccountsSeen(core.gateway, core.now(), accounts))
        if not accounts:
            return self._empty.next()
        self._empty.reset()
        if core.state.accounts.visible != visible or not core.primed.is_set():
            core.prime()
        return core.state.pace.accounts

    async def _accounts(self) -> tuple[Account, ...]:
        core = self._core
        seen = (await core.ask(Endpoint.PORTFOLIO_ACCOUNTS, core.client.portfolio_accounts)).value
        if not has_subaccounts(seen):
            return seen
        below = await core.ask_paged(Endpoint.SUBACCOUNTS, lambda between: core.client.subaccounts(between=between))
        return asked_about(seen, below.value)


class BrokerageJob:
    """Asks whether this is a paper login, which only a brokerage session tells; until it is known."""

    name = "brokerage"

    def __init__(self, core: Core) -> None:
        self._core = core

    async def round(self) -> float:
        """Ask where it is not known; seconds until the next look."""
        core = self._core
        await core.opened(core.shown, self.name)
        known = core.state.accounts.brokerage
        if (known is None or known.value.paper is None) and brokerage_live(core.state, core.now()):
            # Asked again with the next round; until then the login's kind and the accounts' own marks tell.
            with contextlib.suppress(GatewayError):
                answer = await core.ask(Endpoint.BROKERAGE_ACCOUNTS, core.client.brokerage_accounts)
                core.apply(BrokerageAccountsSeen(core.gateway, core.now(), answer.value))
        return core.state.pace.accounts


class LoginJob:
    """Asks when the login was made and where it is served; what another process was told counts as well.

    gate: what it waits for; by default the first positions, which are looked at first.
    """

    name = "login"

    def __init__(self, core: Core, gate: asyncio.Event | None = None) -> None:
        self._core = core
        self._gate = gate or core.shown

    async def round(self) -> float:
        """Ask once a login is there, at most every five minutes; seconds until the next time."""
        core = self._core
        await core.opened(self._gate, self.name)
        interval = SPACING[Endpoint.VALIDATE]
        known = core.budget.login()
        since = core.state.session.login_seen_at
        if known is not None and known.age(core.now()) < interval and (since is None or newer_than(known.at, since)):
            core.apply(LoginSeen(core.gateway, known.at, known.value))
            return max(interval - known.age(core.now()), 1.0)
        if (held := core.budget.held(Endpoint.VALIDATE)) > 0:
            return held
        try:
            answer = await core.ask(Endpoint.VALIDATE, core.client.sso_validate)
        except GatewayError:
            return interval
        core.budget.note_login(answer.value)
        core.apply(LoginSeen(core.gateway, core.now(), answer.value))
        return interval


def newer_than(at: Moment, earlier: Moment) -> bool:
    """Whether `at` is later, by the monotonic clock, which nobody sets."""
    return at.ticks > earlier.ticks


class TimeJob:
    """Lets time pass in the state, so that what has become stale is noticed without any answer; and notices jumps."""

    name = "time"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._before: Moment | None = None

    async def round(self) -> float:
        """Note the time; seconds until the next second."""
        now, before = self._core.now(), self._before
        self._before = now
        if before is not None and (said := jump(before, now)) is not None:
            self._core.notice(Level.WARN, said)
            self._core.start_anew()
        self._core.apply(TimePassed(self._core.gateway, now))
        return 1.0


def jump(before: Moment, now: Moment) -> str | None:
    """What happened to time between two moments a second apart; None where nothing did."""
    wall, ticks = (now.wall - before.wall).total_seconds(), now.ticks - before.ticks
    if wall - ticks < -SLEPT:
        return f"the clock was set back by {age(ticks - wall)}; everything is asked anew"
    if wall - ticks > SLEPT:
        return f"this machine slept for {age(wall)}, or its clock was set forward; everything is asked anew"
    if ticks > 1.0 + SLEPT:
        return f"cpwatch was stopped for {age(ticks)}, and no keep-alive went out; everything is asked anew"
    return None
