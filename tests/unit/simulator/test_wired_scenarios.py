"""Scenarios that are about the connection, played by the transport that stands for it."""

import asyncio

import httpx
import pytest

from tests.support.clock import ManualClock, settle
from tests.support.wired import SimTransport
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.scenarios import Scenario
from tui.simulator.situations import SCRIPTS, Phase, Script

STATUS = "/v1/api/iserver/auth/status"


def wired(scenario: Scenario) -> tuple[ManualClock, SimTransport, httpx.AsyncClient]:
    clock = ManualClock()
    transport = SimTransport(SimulatedGateway(clock, scenario, paced=False), clock)
    return clock, transport, httpx.AsyncClient(transport=transport, base_url="https://localhost:5000", timeout=12.0)


async def test_nobody_listens_while_it_restarts() -> None:
    clock, transport, client = wired(Scenario.READY)
    async with client:
        assert (await client.post(STATUS)).status_code == 200
        transport.gateway.set_scenario(Scenario.RESTARTING)
        for _ in range(2):
            with pytest.raises(httpx.ConnectError):
                await client.post(STATUS)
        await clock.advance(10)
        assert (await client.post(STATUS)).status_code == 401
    assert transport.connections == 2


@pytest.mark.parametrize("scenario", [Scenario.BACKEND_HUNG, Scenario.SLOW])
async def test_a_restart_cuts_what_is_under_way_and_loses_the_login(scenario: Scenario) -> None:
    clock, transport, client = wired(scenario)
    async with client:
        asked = asyncio.create_task(client.post(STATUS))
        await clock.advance(1)
        transport.restart()
        await settle()
        with pytest.raises(httpx.RemoteProtocolError):
            asked.result()
        transport.gateway.set_scenario(Scenario.DENIED)
        transport.gateway.session.pass_to(clock.now())
        assert transport.gateway.session.login_at is None


async def test_a_request_is_cut_when_the_scenario_closes_the_port() -> None:
    clock, transport, client = wired(Scenario.BACKEND_HUNG)
    async with client:
        asked = asyncio.create_task(client.post(STATUS))
        await clock.advance(1)
        transport.gateway.set_scenario(Scenario.RESTARTING)
        await settle()
        with pytest.raises(httpx.RemoteProtocolError):
            asked.result()


async def test_the_sixth_of_the_slow_waits_for_a_connection() -> None:
    clock, _, client = wired(Scenario.SLOW)
    async with client:
        asked = [asyncio.create_task(client.post(STATUS)) for _ in range(6)]
        await clock.advance(4)
        assert [task.done() for task in asked] == [True] * 5 + [False]
        await clock.advance(4)
        assert (await asked[5]).status_code == 200


async def test_a_scenario_that_closes_the_port_by_itself_cuts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # A day in which the gateway is restarted while IBKR can't be reached.
    hung, closed = SCRIPTS[Scenario.BACKEND_HUNG].phases[0], SCRIPTS[Scenario.RESTARTING].phases[0]
    script = Script((Phase(5, hung.situation), closed), repeats=True)
    monkeypatch.setattr("tui.simulator.stage.SCRIPTS", {**SCRIPTS, Scenario.FLAPPING: script})
    clock, _, client = wired(Scenario.FLAPPING)
    async with client:
        asked = asyncio.create_task(client.post(STATUS))
        await clock.advance(4.9)
        assert not asked.done()
        await clock.advance(0.1)
        with pytest.raises(httpx.RemoteProtocolError):
            await asked
