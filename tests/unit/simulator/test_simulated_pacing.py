"""IBKR's pacing and its penalty box, and the gateway's five connections."""

import json

import pytest

from tests.support.clock import ManualClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import HANG, Reply, Request
from tui.simulator.pacing import LIMITS, OVERALL
from tui.simulator.scenarios import Scenario


def ask(core: SimulatedGateway, path: str, method: str = "GET", body: bytes = b"") -> Reply:
    answer = core.respond(Request(method, path, ((b"Content-Length", b"%d" % len(body)),), body))
    assert answer is not HANG
    return answer


@pytest.mark.parametrize("path", sorted(LIMITS))
async def test_one_too_many_puts_everybody_in_the_box(path: str) -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock)
    count, seconds = LIMITS[path]
    for _ in range(3):
        for _ in range(count):
            assert ask(core, f"/v1/api{path}").status != 429
        await clock.advance(seconds)
    ask(core, f"/v1/api{path}")
    await clock.advance(seconds - 0.01)
    assert ask(core, f"/v1/portal{path}").status == 429
    for other in ("/v1/api/iserver/auth/status", "/v1/api/tickle", "/v1/api/portfolio/DU1234567/summary"):
        answer = ask(core, other)
        assert answer.status == 429
        assert "error" in json.loads(answer.body)
        assert b"Retry-After" not in dict(answer.headers)
    # What the gateway answers itself, IBKR never sees.
    assert ask(core, "/").status == 302
    await clock.advance(599)
    assert ask(core, "/v1/api/iserver/auth/status").status == 429
    await clock.advance(1.01)
    assert ask(core, "/v1/api/iserver/auth/status").status == 200


async def test_ten_a_second_and_no_more() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock)
    for _ in range(5):
        for _ in range(OVERALL[0]):
            assert ask(core, "/v1/api/iserver/auth/status").status == 200
        await clock.advance(1)
    for _ in range(OVERALL[0]):
        ask(core, "/v1/api/iserver/auth/status")
    assert ask(core, "/v1/api/iserver/auth/status").status == 429


def test_the_box_is_left_with_another_scenario_and_pacing_can_be_put_off() -> None:
    core = SimulatedGateway(ManualClock())
    tickles = [ask(core, "/v1/api/tickle", "POST").status for _ in range(2)]
    core.set_scenario(Scenario.READY)
    tickles.append(ask(core, "/v1/api/tickle", "POST").status)
    assert json.loads(ask(core, "/_sim/pacing", "POST", b"off\n").body) == {"pacing": False}
    tickles += [ask(core, "/v1/api/tickle", "POST").status for _ in range(30)]
    assert tickles == [200, 429, 200] + [200] * 30
    assert ask(core, "/_sim/pacing", "POST", b"maybe").status == 404
    ask(core, "/_sim/pacing", "POST", b"on")
    assert [ask(core, "/v1/api/tickle", "POST").status for _ in range(2)] == [200, 429]


async def test_the_sixth_waits_where_ibkr_is_slow() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock, Scenario.SLOW)
    waits = [ask(core, "/v1/api/iserver/auth/status").wait for _ in range(6)]
    assert waits == [4.0] * 5 + [8.0]
    await clock.advance(4)
    assert ask(core, "/v1/api/iserver/auth/status").wait == 4.0
    assert ask(core, "/").wait == 0
    assert SimulatedGateway(ManualClock()).respond(Request("GET", "/v1/api/iserver/auth/status")).wait == 0  # type: ignore[union-attr]
