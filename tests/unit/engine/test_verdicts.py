"""Every scenario's verdict and exit code, in the engine and in one look; and the waiting for one."""

import asyncio

import pytest

from tests.support.expected import EXPECTED
from tests.support.rig import rig
from tui.domain.verdict import VerdictName
from tui.engine.look import look, wait_for
from tui.simulator.scenarios import Scenario

LATE = {Scenario.BACKEND_HUNG: 12.0, Scenario.SLOW: 4.0}
"""Seconds that the first answer takes, or is waited for in vain."""


def test_every_scenario_has_its_expectation() -> None:
    assert set(EXPECTED) == set(Scenario)


@pytest.mark.parametrize("scenario", list(Scenario))
async def test_from_the_start(scenario: Scenario) -> None:
    async with rig(scenario).running() as running:
        await running.clock.advance(LATE.get(scenario, 0.0) + 1.0)
        found = running.verdict()
        assert (found.name, found.name.exit_code) == EXPECTED[scenario]
        assert (found.remedy is None) == (found.name == "ready")
        assert running.state.faults == {}


@pytest.mark.parametrize("scenario", list(Scenario))
async def test_within_two_polls_of_the_change_and_back(scenario: Scenario) -> None:
    async with rig().running() as running:
        await running.clock.advance(47)
        running.gateway.set_scenario(scenario)
        late = LATE.get(scenario, 0.0)
        await running.clock.advance(2 * running.state.pace.auth + late - 1.0)
        seen = {snapshot.standing.verdict for snapshot in running.published[-60:] if snapshot.standing}
        assert EXPECTED[scenario][0] in seen
        if scenario is Scenario.RATE_LIMITED:
            return  # IBKR's answer is respected for a quarter of an hour, whatever it would say now
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(2 * running.state.pace.auth + late)
        assert running.verdict().name == "ready"


@pytest.mark.parametrize("scenario", list(Scenario))
async def test_in_one_look(scenario: Scenario) -> None:
    running = rig(scenario)
    task = asyncio.create_task(look(running.core, running.clock.now().plus(14)))
    await running.clock.advance(14)
    assert task.done()
    found = running.verdict()
    assert (found.name, found.name.exit_code) == EXPECTED[scenario]
    assert running.asked("/tickle") == 0
    await running.core.client.aclose()


async def test_a_penalty_is_served_told_and_over() -> None:
    async with rig(Scenario.RATE_LIMITED).running() as running:
        await running.clock.advance(300)
        assert "10 min" in running.verdict().summary  # the countdown of the first 429, not of the newest tickle's
        assert len(running.transport.times("/auth/status")) == 1
        assert len(running.transport.times("/tickle")) == 6
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(590)
        assert len(running.transport.flights) == 2 + 14
        await running.clock.advance(60)
        assert running.verdict().name == "ready"
        assert running.state.positions.books["DU1234567"].age(running.clock.now()) < 5


async def test_a_penalty_that_keeps_all_polls_away_is_told_without_a_tickle_too() -> None:
    async with rig(keep_alive=False).running() as running:
        await running.clock.advance(60)
        for endpoint in ("GET /one", "GET /other"):
            running.core.budget.limited(endpoint)
        await running.clock.advance(60)
        assert running.verdict().name == "rate_limited"
        assert "14 min" in running.verdict().summary
        await running.clock.advance(830)
        assert running.verdict().name == "rate_limited"
        await running.clock.advance(30)
        assert running.verdict().name == "session_lapsed"  # a quarter of an hour without a tickle ends it


async def test_waiting_ends_when_the_verdict_has_come() -> None:
    running = rig(Scenario.LOGIN_REQUIRED)
    task = asyncio.create_task(wait_for(running.core, VerdictName.READY, running.clock.now().plus(600)))
    await running.clock.advance(120)
    assert not task.done()
    running.gateway.set_scenario(Scenario.READY)
    await running.clock.advance(5)
    assert task.done()
    assert task.result() is True
    assert running.asked("/auth/status") == len(running.transport.flights) == 26
    await running.core.client.aclose()


@pytest.mark.parametrize(
    "scenario",
    [Scenario.LOGIN_REQUIRED, Scenario.BACKEND_HUNG, Scenario.SLOW, Scenario.RATE_LIMITED, Scenario.RESTARTING],
)
async def test_waiting_ends_with_its_time(scenario: Scenario) -> None:
    running = rig(scenario)
    task = asyncio.create_task(wait_for(running.core, VerdictName.CONTESTED, running.clock.now().plus(60)))
    await running.clock.advance(59.5)
    assert not task.done()
    await running.clock.advance(0.6)
    assert task.done()
    assert task.result() is False
    assert running.verdict().name != "unknown"
    await running.core.client.aclose()


@pytest.mark.parametrize("seconds", [0.5, 4.9, 6.0, 7.9])
async def test_the_end_of_the_waiting_is_no_answer(seconds: float) -> None:
    running = rig()
    task = asyncio.create_task(wait_for(running.core, VerdictName.CONTESTED, running.clock.now().plus(seconds)))
    await running.clock.advance(0.1)
    running.gateway.set_scenario(Scenario.SLOW)  # four seconds for every further answer
    await running.clock.advance(seconds)
    assert task.result() is False
    assert running.verdict().name == "ready"
    await running.core.client.aclose()


async def test_what_is_so_already_is_not_waited_for() -> None:
    running = rig(Scenario.DENIED)
    task = asyncio.create_task(wait_for(running.core, VerdictName.DENIED, running.clock.now().plus(60)))
    await running.clock.advance(0.1)
    assert task.result() is True
    await running.core.client.aclose()


@pytest.mark.parametrize("scenario", [Scenario.SLOW, Scenario.ADVISOR, Scenario.LARGE])
async def test_a_look_ends_in_time_with_what_it_has(scenario: Scenario) -> None:
    running = rig(scenario)
    task = asyncio.create_task(look(running.core, running.clock.now().plus(14)))
    await running.clock.advance(14)
    state = task.result()
    assert running.verdict().name == "ready"
    assert state.session.sign_in is not None
    assert state.accounts.accounts is not None
    if scenario is not Scenario.SLOW:
        assert len(state.positions.books) == min(5, len(state.accounts.all))
    await running.core.client.aclose()
