"""Accounts that the settings hide: nothing is asked about them, by the monitor or by one look."""

import asyncio

import pytest

from tests.support.rig import Rig, rig
from tui.domain.accounts import ALL
from tui.engine.look import look

SHOWN, HIDDEN = "DU1234567", "DU1234568"


def named(running: Rig, account: str) -> bool:
    return any(account in flight.endpoint for flight in running.transport.flights)


@pytest.mark.parametrize("hidden", [HIDDEN, SHOWN])
async def test_the_monitor_asks_about_the_others_alone(hidden: str) -> None:
    async with rig(accounts=3, hidden=frozenset({hidden})).running() as running:
        await running.clock.advance(60)
        running.actions.choose(ALL)
        await running.clock.advance(120)
        accounts = running.state.accounts
        assert len(accounts.all) == 2
        assert not named(running, hidden)
        assert accounts.pnl is not None
        assert set(accounts.pnl.value) == set(accounts.summaries) == {account.id for account in accounts.all}
        assert set(running.state.positions.books) == set(accounts.summaries)


async def test_where_all_are_hidden_nothing_is_asked_of_them_and_all_else_goes_on() -> None:
    async with rig(hidden=frozenset({SHOWN})).running() as running:
        await running.clock.advance(300)
        assert running.verdict().name == "ready"
        assert not named(running, SHOWN)
        assert running.state.accounts.visible is None
        texts = [entry.text for entry in running.state.journal]
        assert texts.count("every account of this login is hidden by the settings (hide)") == 1
        assert running.asked("/portfolio/accounts") <= 12


async def test_one_look_asks_about_the_others_alone() -> None:
    running = rig(accounts=2, hidden=frozenset({HIDDEN}))
    task = asyncio.create_task(look(running.core, running.clock.now().plus(14)))
    await running.clock.advance(14)
    assert [account.id for account in task.result().accounts.all] == [SHOWN]
    assert not named(running, HIDDEN)
    await running.core.client.aclose()
