"""One look at a gateway: the questions that `cpwatch status` asks, under one deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tui.clock import Moment
from tui.domain.events import AccountsSeen, BrokerageAccountsSeen, PositionsSeen, SummarySeen
from tui.domain.failure import Failure
from tui.domain.state import MonitorState
from tui.domain.verdict import brokerage_live, login_live
from tui.engine.core import Core
from tui.engine.jobs import AuthJob, held
from tui.gateway.client import Answer
from tui.gateway.errors import GatewayError

ACCOUNTS_LOOKED_AT = 5
"""Accounts whose worth and positions one look asks for; an advisor's hundreds would take it a minute."""

T = TypeVar("T")


async def look(core: Core, deadline: Moment) -> MonitorState:
    """Ask for the auth status and, where a login is there, for the accounts; the state that results.

    Ends by `deadline` at the latest with what is known by then. It sends no tickle: a script that looks must not
    keep a session alive that nobody uses.
    """
    core.client.deadline_at = deadline
    await AuthJob(core).round()
    if login_live(core.state, core.now()):
        # What is already known stands; what is not asked by then stays unknown.
        left = core.now().seconds_until(deadline)
        try:
            async with asyncio.timeout(left):
                await _look_at_accounts(core)
        except TimeoutError:
            pass
    return core.state


async def _look_at_accounts(core: Core) -> None:
    try:
        answer = await _asked(core, core.client.portfolio_accounts)
    except GatewayError as error:
        core.apply(AccountsSeen(core.gateway, core.now(), held(error.failure)))
        return
    core.apply(AccountsSeen(core.gateway, core.now(), answer.value))
    if core.state.accounts.paper is None and brokerage_live(core.state, core.now()):
        try:
            brokerage = await _asked(core, core.client.brokerage_accounts)
            core.apply(BrokerageAccountsSeen(core.gateway, core.now(), brokerage.value))
        except GatewayError:
            pass  # paper or live stays unknown, and is shown as that
    for account in core.state.accounts.all[:ACCOUNTS_LOOKED_AT]:
        worth = await _outcome(core, core.client.summary, account.id)
        core.apply(SummarySeen(core.gateway, core.now(), account.id, worth))
        held_there = await _outcome(core, core.client.positions, account.id)
        core.apply(PositionsSeen(core.gateway, core.now(), account.id, held_there))


async def _outcome(core: Core, question: Callable[[str], Awaitable[Answer[T]]], account: str) -> T | Failure:
    try:
        return (await _asked(core, question, account)).value
    except GatewayError as error:
        return held(error.failure)


async def _asked(core: Core, question: Callable[..., Awaitable[Answer[T]]], *arguments: str) -> Answer[T]:
    await core.budget.turn()
    return await question(*arguments)
