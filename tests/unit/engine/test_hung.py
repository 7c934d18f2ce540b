"""A gateway that takes questions and answers none: it gets one at a time, and the tickle before all others."""

import pytest

from tests.support.rig import rig
from tui.simulator.scenarios import Scenario

STATUS, TICKLE = "/auth/status", "/tickle"


@pytest.mark.parametrize("keep_alive", [True, False])
async def test_once_it_is_known_one_request_is_in_flight(keep_alive: bool) -> None:
    async with rig(accounts=3, keep_alive=keep_alive).running() as running:
        running.transport.latency = 0.3
        await running.clock.advance(60)
        running.gateway.set_scenario(Scenario.BACKEND_HUNG)
        # The next auth status is up to a poll away, and has its read timeout.
        await running.clock.advance(17)
        assert running.verdict().name == "backend_hung"
        known = running.clock.now().ticks
        await running.clock.advance(300)
        assert running.transport.most_at_once(known + 0.01) == 1
        assert {f.endpoint.split("/")[-1] for f in running.transport.flights if f.at > known} <= {"status", "tickle"}


async def test_what_was_under_way_when_it_became_known_is_given_up() -> None:
    async with rig(accounts=3).running() as running:
        running.transport.latency = 0.3
        await running.clock.advance(60)
        running.gateway.set_scenario(Scenario.BACKEND_HUNG)
        await running.clock.advance(17.1)
        assert [f.endpoint for f in running.transport.flights if f.ended is None and STATUS not in f.endpoint] == []


async def test_a_tickle_takes_the_place_of_a_hung_auth_status_at_once() -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        running.gateway.set_scenario(Scenario.BACKEND_HUNG)
        await running.clock.advance(39)
        hung = running.transport.flights[-1]
        assert hung.endpoint.endswith(STATUS)
        assert hung.under_way(running.clock.now().ticks)
        await running.clock.advance(1)
        assert hung.ended == 1060
        assert running.transport.times(TICKLE)[-1] == 1060


async def test_turns_are_not_spent_on_what_is_not_sent() -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        running.gateway.set_scenario(Scenario.BACKEND_HUNG)
        await running.clock.advance(100)
        spent: list[str] = []
        honest = running.core.budget.turn_unless_held

        async def counted(endpoint: str, patience: float = 0.0) -> float:
            spent.append(endpoint)
            return await honest(endpoint, patience)

        running.core.budget.turn_unless_held = counted  # type: ignore[method-assign]
        sent = len(running.transport.times(STATUS))
        await running.clock.advance(120)
        assert len(spent) <= len(running.transport.times(STATUS)) - sent + 1


async def test_all_of_it_returns_with_the_answers() -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        running.gateway.set_scenario(Scenario.BACKEND_HUNG)
        await running.clock.advance(120)
        book = running.state.positions.books["DU1234567"]
        assert book.age(running.clock.now()) > 100
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(25)
        assert running.verdict().name == "ready"
        assert running.state.positions.books["DU1234567"].age(running.clock.now()) < 5
        assert "DU1234567" not in running.state.positions.failures


async def test_a_slow_gateway_is_none_that_hangs() -> None:
    async with rig(Scenario.SLOW).running() as running:
        await running.clock.advance(300)
        assert running.verdict().name == "ready"
        assert running.state.positions.books["DU1234567"].age(running.clock.now()) < 30
        assert [entry.text for entry in running.state.journal] == ["ready: trading session live"]
