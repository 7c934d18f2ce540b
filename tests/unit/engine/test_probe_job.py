"""The gateway's own answer is timed now and then, and only where that can tell something."""

from itertools import pairwise

import httpx
import pytest

from tests.support.rig import rig
from tui.domain.failure import FailureKind
from tui.domain.latency import Series
from tui.engine.probe_job import EVERY, probe, worth_probing
from tui.gateway.endpoints import Endpoint
from tui.simulator.scenarios import Scenario


async def test_it_tells_the_gateways_part_from_ibkrs() -> None:
    made = rig()
    made.transport.round_trip = 0.01
    async with made.running() as running:
        await running.clock.advance(EVERY * 4)
        path = running.state.path
        assert path.own is not None
        assert path.forwarded
        assert len(path.gauges.ring(Series.OWN).samples) >= 2
        times = running.transport.times("/")
        assert all(later - at >= EVERY for at, later in pairwise(times))


@pytest.mark.parametrize("scenario", [Scenario.DENIED, Scenario.BACKEND_HUNG, Scenario.RATE_LIMITED])
async def test_it_asks_nothing_where_that_tells_nothing(scenario: Scenario) -> None:
    async with rig(scenario).running() as running:
        await running.clock.advance(EVERY * 3)
        assert running.transport.times("/") == []


async def test_a_429_that_it_meets_is_known_to_the_budget() -> None:
    made = rig()
    answers = made.transport.handle_async_request

    async def limited(request: httpx.Request) -> httpx.Response:
        await answers(request)
        return httpx.Response(429, headers={"retry-after": "1200"}, text='{"error":"Too many requests"}')

    made.core.client._connections._transport = httpx.MockTransport(limited)
    failure = await probe(made.core)
    assert failure is not None
    assert failure.kind is FailureKind.RATE_LIMITED
    assert made.core.budget.penalty(Endpoint.ROOT) > 1100
    assert not worth_probing(made.core)
    assert made.state.path.own is None


async def test_it_asks_nothing_while_no_gateway_answers() -> None:
    made = rig()
    made.transport.refused = True
    async with made.running() as running:
        await running.clock.advance(EVERY * 3)
        assert running.transport.times("/") == []
        made.transport.refused = False
        await running.clock.advance(EVERY)
        assert running.transport.times("/")
