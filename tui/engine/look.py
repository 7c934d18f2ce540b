"""One look at a gateway: the questions that `cpwatch status` asks, under one deadline."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tui.clock import Moment, within
from tui.domain.accounts import Summary
from tui.domain.events import AccountsSeen, BrokerageAccountsSeen, Event, LoginSeen, PositionsSeen, SummarySeen
from tui.domain.failure import Failure
from tui.domain.positions import Position
from tui.domain.state import MonitorState
from tui.domain.verdict import VerdictName, brokerage_live, login_live, verdict
from tui.engine.account_jobs import true_at
from tui.engine.core import Core
from tui.engine.jobs import AuthJob
from tui.engine.probe_job import PROBE, probe, worth_probing
from tui.gateway.client import Answer
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError

ACCOUNTS_LOOKED_AT = 5
"""Accounts whose worth and positions one look asks for; an advisor's hundreds would take it a minute."""
LOGIN_KEPT = 86400.0
"""Seconds for which another process's answer about the login is still worth showing to a look."""

T = TypeVar("T")


Way = Callable[[], Awaitable[object]]
"""Looks at the way to the gateway, beside each question that decides."""


async def no_way() -> None:
    """Leave the way to what the address tells."""


async def look(core: Core, deadline: Moment, way: Way = no_way) -> MonitorState:
    """Ask for the auth status and, where a login is there, for the accounts; the state that results.

    Ends by `deadline` at the latest with what is known by then. It sends no tickle: a script that looks must not
    keep a session alive that nobody uses.
    """
    core.client.deadline_at = deadline
    # What is already known by then stands; what is not asked by then stays unknown.
    with contextlib.suppress(TimeoutError):
        await within(core.clock, core.now().seconds_until(deadline), _look(core, way))
    return core.state


async def look_around(core: Core, seconds: float) -> MonitorState:
    """Ask for the login and the accounts, where the verdict is known already; the state that results, in time."""
    core.client.deadline_at = core.now().plus(seconds)
    with contextlib.suppress(TimeoutError):
        await within(core.clock, seconds, _look_around(core))
    return core.state


async def _look(core: Core, way: Way) -> None:
    await asyncio.gather(AuthJob(core).round(), way())
    if worth_probing(core) and await core.budget.turn_unless_held(PROBE) == 0:
        await probe(core)
    await _look_around(core)


async def _look_around(core: Core) -> None:
    if login_live(core.state, core.now()):
        await look_at_login(core)
        await _look_at_accounts(core)


async def wait_for(core: Core, wanted: VerdictName, until: Moment, way: Way = no_way) -> bool:
    """Ask for the auth status again and again until the verdict is the wanted one; False where it is not so by then."""
    job = AuthJob(core)
    while True:
        delay = 0.0
        # A question that is cut off by the end of the waiting says nothing: a silence of a moment is no hang.
        with contextlib.suppress(TimeoutError):
            delay = await within(core.clock, core.now().seconds_until(until), _asked(job, way))
        if verdict(core.state, core.now()).name == wanted:
            return True
        left = core.now().seconds_until(until)
        if left <= delay:
            await core.clock.sleep(left)
            return verdict(core.state, core.now()).name == wanted
        await core.clock.sleep(delay)


async def _asked(job: AuthJob, way: Way) -> float:
    delay, _ = await asyncio.gather(job.round(), way())
    return delay


async def look_at_login(core: Core) -> None:
    """When the login was made and where it is served, from another process's answer where that is young enough."""
    known = core.budget.login()
    if core.budget.held(Endpoint.VALIDATE) == 0:
        with contextlib.suppress(GatewayError):
            answer = await core.ask(Endpoint.VALIDATE, core.client.sso_validate)
            core.budget.note_login(answer.value)
            core.apply(LoginSeen(core.gateway, core.now(), answer.value))
            return
    if known is not None and known.age(core.now()) < LOGIN_KEPT:
        core.apply(LoginSeen(core.gateway, known.at, known.value))


async def _look_at_accounts(core: Core) -> None:
    try:
        answer = await core.ask(Endpoint.PORTFOLIO_ACCOUNTS, core.client.portfolio_accounts)
    except GatewayError as error:
        core.apply(AccountsSeen(core.gateway, core.now(), error.failure))
        return
    core.apply(AccountsSeen(core.gateway, core.now(), answer.value))
    if core.state.paper is None and brokerage_live(core.state, core.now()):
        # Paper or live stays unknown where this fails, and is shown as that.
        with contextlib.suppress(GatewayError):
            brokerage = await core.ask(Endpoint.BROKERAGE_ACCOUNTS, core.client.brokerage_accounts)
            core.apply(BrokerageAccountsSeen(core.gateway, core.now(), brokerage.value))
    for account in core.state.accounts.all[:ACCOUNTS_LOOKED_AT]:
        await _look_at(core, account.id, _summary(core, account.id), SummarySeen)
        await _look_at(core, account.id, _positions(core, account.id), PositionsSeen)


def _summary(core: Core, account: str) -> Awaitable[Answer[Summary]]:
    return core.ask(Endpoint.SUMMARY, lambda: core.client.summary(account))


def _positions(core: Core, account: str) -> Awaitable[Answer[tuple[Position, ...]]]:
    return core.ask_paged(Endpoint.POSITIONS, lambda between: core.client.positions(account, between=between))


async def _look_at(
    core: Core,
    account: str,
    question: Awaitable[Answer[T]],
    seen: Callable[[str, Moment, str, T | Failure], Event],
) -> None:
    try:
        answer = await question
    except GatewayError as error:
        core.apply(seen(core.gateway, core.now(), account, error.failure))
    else:
        core.apply(seen(core.gateway, true_at(answer), account, answer.value))
