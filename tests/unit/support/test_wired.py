"""The wired transport behaves as a socket would, on a hand-driven clock."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.support.clock import ManualClock
from tests.support.wired import SimTransport
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.scenarios import Scenario

BASE = "https://localhost:5000"


def _wired(scenario: Scenario = Scenario.READY) -> tuple[ManualClock, SimTransport, httpx.AsyncClient]:
    clock = ManualClock()
    transport = SimTransport(SimulatedGateway(clock, scenario), clock)
    return clock, transport, httpx.AsyncClient(transport=transport, base_url=BASE, timeout=12.0)


async def test_an_answer_arrives_whole() -> None:
    _, transport, client = _wired()
    async with client:
        answer = await client.post("/v1/api/tickle")
    assert answer.json()["iserver"]["authStatus"]["authenticated"] is True
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in answer.headers
    assert answer.reason_phrase == "OK"
    assert transport.gateway.journal.count("POST /v1/api/tickle") == 1
    assert transport.closed


async def test_a_hang_ends_by_the_read_timeout_on_the_clock() -> None:
    clock, _, client = _wired(Scenario.BACKEND_HUNG)
    async with client:
        task = asyncio.create_task(client.post("/v1/api/tickle"))
        await clock.advance(11.9)
        assert not task.done()
        await clock.advance(0.1)
        with pytest.raises(httpx.ReadTimeout):
            await task


async def test_refused_and_back_again() -> None:
    _, transport, client = _wired()
    async with client:
        transport.refused = True
        with pytest.raises(httpx.ConnectError):
            await client.get("/")
        transport.refused = False
        assert (await client.get("/")).status_code == 302
    assert transport.connections == 1


async def test_latency_passes_on_the_clock() -> None:
    clock, transport, client = _wired()
    transport.latency = 0.25
    async with client:
        task = asyncio.create_task(client.get("/"))
        await clock.advance(0.2)
        assert not task.done()
        await clock.advance(0.05)
        assert (await task).status_code == 302
        transport.latency = 30.0
        slow = asyncio.create_task(client.get("/"))
        await clock.advance(12)
        with pytest.raises(httpx.ReadTimeout):
            await slow


async def test_the_trace_tells_a_fresh_connection_from_a_reused_one() -> None:
    _, _, client = _wired()
    seen: list[str] = []

    async def trace(event: str, _info: Mapping[str, Any]) -> None:
        seen.append(event)

    async with client:
        await client.get("/", extensions={"trace": trace})
        fresh = list(seen)
        seen.clear()
        await client.get("/", extensions={"trace": trace})
    assert "connection.start_tls.complete" in fresh
    assert not [event for event in seen if event.startswith("connection")]
    assert seen[-1] == "http11.receive_response_headers.complete"
