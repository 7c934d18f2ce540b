"""One look: what `cpwatch status` asks, and that its deadline holds."""

import asyncio
import json

import pytest

from tests.support.rig import rig
from tui.domain.report import document
from tui.engine.look import look
from tui.simulator.scenarios import Scenario


async def test_a_look_brings_the_whole_document_and_sends_no_tickle() -> None:
    running = rig(accounts=2)
    task = asyncio.create_task(look(running.core, running.clock.now().plus(14)))
    await running.clock.advance(14)
    state = task.result()
    assert running.asked("/tickle") == 0
    seen = json.loads(json.dumps(document(state, running.verdict(), running.clock.now())))
    assert seen["verdict"] == "ready"
    assert [account["positions"] for account in seen["accounts"]] == [12, 12]
    assert all(account["net_liquidation"] for account in seen["accounts"])
    assert seen["session"]["paper"] is True
    await running.core.client.aclose()


@pytest.mark.parametrize("scenario", list(Scenario))
async def test_no_scenario_outlasts_the_deadline(scenario: Scenario) -> None:
    running = rig(scenario)
    task = asyncio.create_task(look(running.core, running.clock.now().plus(14)))
    await running.clock.advance(14.1)
    assert task.done()
    assert running.verdict().name != "unknown"
    await running.core.client.aclose()


async def test_many_accounts_do_not_outlast_it_either() -> None:
    running = rig(accounts=50)
    task = asyncio.create_task(look(running.core, running.clock.now().plus(14)))
    await running.clock.advance(14.1)
    state = task.result()
    assert len(state.accounts.all) == 50
    assert running.gateway.journal.total <= 14
    await running.core.client.aclose()
