"""Whole runs: what leads, what is left alone, what a run costs, and how long it takes."""

import httpx
import pytest

from tests.support import states
from tests.support.broken_ways import FORWARD, HERE, NGROK, failing, marked, over, plain
from tests.support.doctor_cases import CHOKES, DENIED, NO_LOGIN
from tests.support.doctoring import (
    GATEWAY,
    IDLE,
    RUNNING,
    end,
    host,
    played,
    run,
    scene_of,
    seen,
    simulated,
)
from tests.support.path_states import PATH_STATES
from tui.clock import Moment
from tui.doctor.check import Act, Result, Status
from tui.doctor.checks import CHECKS
from tui.doctor.run import examine, leading
from tui.doctor.scene import Scene
from tui.domain.address import PathKind
from tui.domain.failure import FailureKind
from tui.domain.verdict import verdict
from tui.simulator.scenarios import Scenario

HEALTHY = host(RUNNING, GATEWAY)
MOST_REQUESTS = 12
LONGEST_RUN = 20.0


def first(results: tuple[Result, ...]) -> tuple[str, str] | None:
    """What leads."""
    found = leading(results)
    return None if found is None else (found.id, found.outcome.cause)


SCENARIOS = {
    Scenario.READY: None,
    Scenario.LOGIN_REQUIRED: ("login", "nobody"),
    Scenario.NO_SESSION: ("login", "nobody"),
    Scenario.LOGGED_OUT: ("brokerage", "link-gone"),
    Scenario.COMPETING: ("competing", "competing"),
    Scenario.LAPSED: ("brokerage", "lapsed"),
    Scenario.INITIALISING: ("established", "loading"),
    Scenario.CONTESTED: ("competing", "contested"),
    Scenario.DENIED: ("allow-list", "denied"),
    Scenario.MISCONFIGURED: ("allow-list", "chokes"),
    Scenario.EDGE_DENIED: ("ibkr", "edge-denied"),
    Scenario.RATE_LIMITED: ("ibkr", "rate-limited"),
    Scenario.BACKEND_DOWN: ("ibkr", "backend"),
    Scenario.BACKEND_HUNG: ("ibkr", "no-answer"),
    Scenario.SLOW: ("ibkr", "slow"),
    Scenario.FLAPPING: None,
    Scenario.RESTARTING: ("port", "refused"),
    Scenario.GARBAGE: ("ibkr", "garbled"),
    Scenario.HOSTILE: None,
    Scenario.ADVISOR: None,
    Scenario.LARGE: None,
    Scenario.DAY: ("login", "nobody"),
}


@pytest.mark.parametrize("scenario", Scenario)
async def test_each_scenario_leads_to_one_cause_in_time_and_within_a_dozen_requests(scenario: Scenario) -> None:
    made = simulated(scenario)
    began = made.clock.now()
    results = await run(scene_of(made, HEALTHY))
    assert first(results) == SCENARIOS[scenario]
    assert made.clock.now().ticks - began.ticks < LONGEST_RUN
    assert made.gateway.journal.total <= MOST_REQUESTS
    assert [result.id for result in results] == [check.id for check in CHECKS]


async def test_a_run_where_all_is_well_asks_each_thing_once() -> None:
    made = simulated()
    results = await run(scene_of(made))
    assert {result.outcome.status for result in results} == {Status.PASSED}
    counted = made.gateway.journal.counters
    assert set(counted.values()) == {1}
    assert {name.rpartition("/")[2] for name in counted} == {
        "",
        "status",
        "validate",
        "accounts",
        "positions",
        "tickle",
        "ws",
    }


async def test_within_a_running_monitor_what_is_fresh_is_not_asked_again() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        return httpx.Response(302, headers={"Location": "/sso/Login?x"})

    scene = seen(states.ready(), answering=answer)
    results = await run(scene)
    assert sent == ["/", "/v1/api/ws"]
    assert first(results) == ("websocket", "refused")  # the answer was none to a websocket


async def test_a_gateway_that_hangs_whole_is_told_from_one_that_only_misses_ibkr() -> None:
    made = simulated(Scenario.READY)

    async def never(request: httpx.Request) -> httpx.Response:
        await made.clock.sleep(12)
        raise httpx.ReadTimeout("", request=request)

    made.transport.handle_async_request = never  # type: ignore[method-assign]
    began: Moment = made.clock.now()
    results = await run(scene_of(made, HEALTHY))
    assert first(results) == ("answers", "silent")
    assert made.clock.now().ticks - began.ticks < LONGEST_RUN
    assert "can't be known" in next(each for each in results if each.id == "answers").outcome.means


@pytest.mark.parametrize("kind", [FailureKind.REFUSED, FailureKind.CONNECT_TIMEOUT, FailureKind.TLS_TIMEOUT])
async def test_where_nothing_answers_the_run_ends_soon(kind: FailureKind) -> None:
    made = simulated(Scenario.READY)
    error = ConnectionRefusedError(111, "refused") if kind is FailureKind.REFUSED else None

    async def never(request: httpx.Request) -> httpx.Response:
        if error is None:
            await made.clock.sleep(3)
            if kind is FailureKind.TLS_TIMEOUT:
                await request.extensions["trace"]("connection.start_tls.started", {})
            raise httpx.ConnectTimeout("", request=request)
        raise httpx.ConnectError("", request=request) from error

    made.transport.handle_async_request = never  # type: ignore[method-assign]
    began = made.clock.now()
    results = await run(scene_of(made, host(IDLE)))
    assert made.clock.now().ticks - began.ticks < LONGEST_RUN
    cause = {"refused": ("port", "refused"), "connect-timeout": ("port", "filtered"), "tls-timeout": ("tls", "silent")}
    assert first(results) == cause[kind]


WAYS = {
    "ssh_down": ("port", "forward-gone"),
    "behind_ssh_down": ("tunnel", "behind-forward"),
    "ngrok_offline": ("tunnel", "offline"),
    "cloudflare_1033": ("tunnel", "offline"),
    "cloudflare_502": ("tunnel", "nothing-behind"),
    "access_denied": ("tunnel", "denied"),
    "lan_unreachable": ("port", "filtered"),
}


@pytest.mark.parametrize("name", WAYS)
async def test_each_broken_way_leads_to_one_cause_in_the_verdicts_words(name: str) -> None:
    state = PATH_STATES[name]()
    results = await run(seen(state, host(IDLE)))
    found = leading(results)
    assert found is not None
    assert (found.id, found.outcome.cause) == WAYS[name]
    expected = verdict(state, states.NOW)
    assert found.outcome.means.startswith(expected.summary)
    assert found.outcome.remedy == expected.remedy
    assert all(each.outcome.status is not Status.FAILED for each in results if each.id not in {found.id, "process"})


async def test_denied_and_expired_names_the_allow_list_and_claims_nothing_of_the_login() -> None:
    made = simulated(Scenario.DENIED)
    made.gateway.session.log_out()
    results = {each.id: each for each in await run(scene_of(made, HEALTHY))}
    assert results["allow-list"].outcome.status is Status.FAILED
    assert results["login"].outcome.status is Status.SKIPPED
    assert results["login"].outcome.evidence == "“The allow list lets us in” failed"


async def test_tunnel_and_gateway_both_down_names_the_tunnel_and_claims_nothing_of_the_gateway() -> None:
    failure = marked(FailureKind.TUNNEL_DOWN, PathKind.NGROK, "ERR_NGROK_3200", 404)
    results = await run(seen(failing(over(NGROK), failure), host(IDLE)))
    assert first(results) == ("tunnel", "offline")
    told = {each.id: each.outcome for each in results}
    assert "can't be known" in told["tunnel"].means
    assert {told[name].status for name in ("tls", "gateway", "process", "allow-list")} == {Status.SKIPPED}


async def test_behind_an_ssh_tunnel_nothing_is_said_of_processes_on_this_machine() -> None:
    path = over(HERE, PathKind.SSH, forward=FORWARD)
    results = await run(seen(failing(path, plain(FailureKind.CUT)), host(IDLE)))
    assert first(results) == ("tunnel", "behind-forward")
    assert next(each for each in results if each.id == "java").outcome.status is Status.SKIPPED


@pytest.mark.parametrize(
    ("failure", "act"),
    [(NO_LOGIN, Act.LOGIN), (plain(FailureKind.NO_BRIDGE, 400), Act.REOPEN), (CHOKES, Act.SETUP), (DENIED, None)],
)
async def test_what_the_monitor_can_do_is_offered(failure: object, act: Act | None) -> None:
    results = await run(seen(failing(over(HERE), failure), HEALTHY if act else None))  # type: ignore[arg-type]
    found = leading(results)
    assert found is not None
    assert found.outcome.act is act


async def test_a_run_that_is_given_up_leaves_nothing_behind() -> None:
    made = simulated(Scenario.BACKEND_HUNG)
    scene = scene_of(made)
    doing = examine(CHECKS, scene, made.clock)
    with pytest.raises(TimeoutError):
        await played(_cancelled(doing, scene), made.clock)
    assert all(task.done() for task in scene._tasks.values())


async def _cancelled(doing: object, scene: Scene) -> None:
    from tui.clock import within

    try:
        await within(scene.core.clock, 5.0, doing)  # type: ignore[arg-type]
    finally:
        await end(scene)


async def test_the_login_is_noticed_by_a_second_run() -> None:
    made = simulated(Scenario.LOGIN_REQUIRED)
    scene = scene_of(made, HEALTHY)
    results = await played(examine(CHECKS, scene, made.clock), made.clock)
    await scene.aclose()
    assert first(results) == ("login", "nobody")
    made.gateway.set_scenario(Scenario.READY)
    await made.clock.advance(16)
    assert first(await run(scene_of(made, HEALTHY))) is None
