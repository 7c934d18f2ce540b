"""What each scenario answers first, and how those go on that change by themselves."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tui.simulator.distortions import HUGE, TEXTS, Distorter, garbage
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import HANG, Reply, Request
from tui.simulator.scenarios import Scenario
from tui.simulator.situations import SCRIPTS, Distortion
from tui.simulator.wire import render

STATUS = "/v1/api/iserver/auth/status"
ACCOUNT = "DU1234567"


def ask(core: SimulatedGateway, path: str, method: str = "GET") -> Reply | None:
    answer = core.respond(Request(method, path, ((b"Content-Length", b"0"),)))
    return None if answer is HANG else answer


def seen(core: SimulatedGateway) -> str:
    """What a client sees of a gateway at this moment: refused, hung, a status, or the auth status in letters."""
    if not core.listens:
        return "refused"
    answer = ask(core, STATUS, "POST")
    if answer is None:
        return "hung"
    if answer.status != 200:
        return str(answer.status)
    try:
        value = json.loads(answer.body)
    except ValueError:
        return "no JSON"
    if "error" in value:
        return str(value["error"])
    letters = zip("AECX", ("authenticated", "established", "connected", "competing"), strict=True)
    return "".join(letter for letter, name in letters if value.get(name) is True)


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (Scenario.READY, "AEC"),
        (Scenario.LOGIN_REQUIRED, "401"),
        (Scenario.NO_SESSION, "no session"),
        (Scenario.LOGGED_OUT, ""),
        (Scenario.COMPETING, "CX"),
        (Scenario.LAPSED, "C"),
        (Scenario.INITIALISING, "AC"),
        (Scenario.CONTESTED, "AECX"),
        (Scenario.DENIED, "404"),
        (Scenario.MISCONFIGURED, "500"),
        (Scenario.EDGE_DENIED, "403"),
        (Scenario.RATE_LIMITED, "429"),
        (Scenario.BACKEND_DOWN, "503"),
        (Scenario.BACKEND_HUNG, "hung"),
        (Scenario.SLOW, "AEC"),
        (Scenario.FLAPPING, "AEC"),
        (Scenario.RESTARTING, "refused"),
        (Scenario.GARBAGE, "no JSON"),
        (Scenario.HOSTILE, "AEC"),
        (Scenario.ADVISOR, "AEC"),
        (Scenario.LARGE, "AEC"),
        (Scenario.DAY, "401"),
    ],
)
@pytest.mark.parametrize("before", [None, Scenario.READY, Scenario.LOGIN_REQUIRED, Scenario.COMPETING])
def test_first_answers_from_the_start_and_after_others(
    scenario: Scenario, expected: str, before: Scenario | None
) -> None:
    core = SimulatedGateway(ManualClock(), before or scenario)
    if before is not None:
        core.set_scenario(scenario)
    assert seen(core) == expected


def test_every_scenario_has_a_script() -> None:
    assert set(SCRIPTS) == set(Scenario)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", ["/", "/foo", STATUS, "/sso/Login", "/status", "/demo/"])
def test_misconfigured_is_the_gateways_own_21_bytes(method: str, path: str) -> None:
    request = Request(method, path)
    answer = SimulatedGateway(ManualClock(), Scenario.MISCONFIGURED).respond(request)
    assert isinstance(answer, Reply)
    framed = b"" if method == "HEAD" else b"Content-Length: 21\r\n\r\nInternal Server Error"
    assert render(answer, request) == b"HTTP/1.1 500 Internal Server Error\r\n" + (framed or b"\r\n")


@pytest.mark.parametrize("path", [STATUS, "/v1/api/tickle", "/sso/Login"])
def test_the_edge_denies_with_a_page(path: str) -> None:
    core = SimulatedGateway(ManualClock(), Scenario.EDGE_DENIED)
    answer = ask(core, path)
    assert answer is not None
    assert (answer.status, answer.chunked) == (403, True)
    assert dict(answer.headers)[b"Content-Type"].startswith(b"text/html")
    assert b"Access Denied" in answer.body
    root = ask(core, "/")
    assert root is not None
    assert root.status == 302


async def test_initialising_never_ends_and_its_portfolio_is_empty() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock, Scenario.INITIALISING, paced=False)
    for _ in range(4):
        assert seen(core) == "AC"
        for path, body in (("accounts", b"[]"), (f"{ACCOUNT}/positions/0", b"[]"), (f"{ACCOUNT}/summary", b"{}")):
            answer = ask(core, f"/v1/api/portfolio/{path}")
            assert answer is not None
            assert answer.body == body
        ask(core, "/v1/api/tickle")
        await clock.advance(60)


def test_logged_out_lacks_half_of_the_fields() -> None:
    core = SimulatedGateway(ManualClock(), Scenario.LOGGED_OUT)
    answer, tickle = ask(core, STATUS), ask(core, "/v1/api/tickle")
    assert answer is not None
    assert tickle is not None
    assert set(json.loads(answer.body)) == {"authenticated", "competing", "connected", "MAC"}
    assert "serverInfo" not in json.loads(tickle.body)["iserver"]["authStatus"]


async def played(scenario: Scenario, seconds: int, step: float = 1.0) -> list[str]:
    """What is seen in that time, without repetitions; somebody keeps the session alive."""
    clock = ManualClock()
    core = SimulatedGateway(clock, scenario, paced=False)
    course: list[str] = []
    passed = 0.0
    while passed < seconds:
        now = seen(core)
        if core.listens and passed % 60 == 0:
            ask(core, "/v1/api/tickle", "POST")
        if not course or course[-1] != now:
            course.append(now)
        await clock.advance(step)
        passed += step
    return course


async def test_flapping() -> None:
    assert await played(Scenario.FLAPPING, 90) == ["AEC", "500", "AEC", "500", "AEC"]


async def test_restarting_ends_in_ready() -> None:
    assert await played(Scenario.RESTARTING, 300) == ["refused", "401", "AC", "AEC"]


async def test_a_day_from_its_login_to_its_reset_and_the_next() -> None:
    day = ["401", "AC", "AEC", "CX", "AC", "AEC", "503", "hung", "AEC", "C", "AC", "AEC"]
    length = sum(phase.seconds for phase in SCRIPTS[Scenario.DAY].phases)
    assert 150 <= length <= 210
    assert await played(Scenario.DAY, int(length) * 2) == [*day, *day, "401"]


async def test_a_day_that_nobody_watched_goes_on_where_it_would_be() -> None:
    watched, unwatched = ManualClock(), ManualClock()
    first, second = (SimulatedGateway(clock, Scenario.DAY, paced=False) for clock in (watched, unwatched))
    length = sum(phase.seconds for phase in SCRIPTS[Scenario.DAY].phases)
    for moment in (30, 50, 70, 90, 110, 140):
        await unwatched.advance(length * 500 + moment - (unwatched.now().ticks - 1000) % length)
        await watched.advance(moment - (watched.now().ticks - 1000))
        assert seen(second) == seen(first)


async def test_setting_a_scenario_again_starts_it_again() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock, Scenario.RESTARTING)
    changes: list[str] = []
    core.changed.append(lambda: changes.append(core.scenario.value))
    assert core.seconds_to_change() == 10
    await clock.advance(45)
    assert seen(core) == "AEC"
    core.set_scenario(Scenario.RESTARTING)
    assert seen(core) == "refused"
    core.set_scenario(Scenario.READY)
    assert core.seconds_to_change() == float("inf")
    assert changes == ["restarting", "ready"]


def test_garbage_in_all_its_kinds_on_every_path() -> None:
    core = SimulatedGateway(ManualClock(), Scenario.GARBAGE, paced=False)
    for path in (STATUS, "/v1/api/tickle", "/v1/api/portfolio/accounts"):
        bodies = [answer.body for _ in range(10) if (answer := ask(core, path)) is not None]
        assert bodies[0].startswith(b"<html>")
        with pytest.raises(ValueError, match=r"."):
            json.loads(bodies[1])
        assert all(json.loads(body) is not None for body in bodies[2:5])
        assert "error" in json.loads(bodies[4])
        assert bodies[:5] == bodies[5:]


def kinds(value: Any, path: str = "") -> Iterator[tuple[str, type]]:
    yield path, type(value)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from kinds(inner, f"{path}/{key}")


def test_garbage_changes_types_and_drops_fields() -> None:
    body = b'{"authenticated":true,"established":false,"message":"","MAC":"x","n":1.5,"none":null,"list":[1]}'
    before = dict(kinds(json.loads(body)))
    after = dict(kinds(json.loads(garbage(body, 2)[0])))
    assert all(after[path] is not kind for path, kind in before.items() if path and path != "/list")
    assert set(json.loads(garbage(body, 3)[0])) == {"established", "MAC", "none"}


def test_what_is_remembered_of_garbage_is_bounded() -> None:
    distorter = Distorter()
    for number in range(2000):
        distorter.apply(Distortion.GARBAGE, f"/{number}", b"{}")
    assert len(distorter._turns) == 501


def hostile(path: str) -> Any:
    core = SimulatedGateway(ManualClock(), Scenario.HOSTILE, positions=40, paced=False)
    ask(core, "/v1/api/portfolio/accounts")
    ask(core, f"/v1/api{path}")
    answer = ask(core, f"/v1/api{path}")
    assert answer is not None
    return json.loads(answer.body, parse_float=Decimal)


@pytest.mark.parametrize(
    ("path", "field", "amount"),
    [
        (f"/portfolio2/{ACCOUNT}/positions", "description", "marketValue"),
        (f"/portfolio/{ACCOUNT}/positions/0", "contractDesc", "mktValue"),
    ],
)
def test_hostile_positions_attack_with_every_text(path: str, field: str, amount: str) -> None:
    rows = hostile(path)
    texts = {row[field] for row in rows}
    assert set(TEXTS) - {"#surrogate#"} <= texts
    assert any("\ud83d" in text for text in texts)
    assert rows[0][amount] == Decimal(HUGE)
    assert [row["position"] for row in rows if row["model"] == "closed"] == [0]
    doubled = [row["conid"] for row in rows if row["model"] == TEXTS[0]]
    assert sum(row["conid"] == doubled[0] for row in rows) == 2


def test_hostile_accounts_and_their_figures() -> None:
    account = hostile("/portfolio/accounts")[0]
    assert account["id"] == ACCOUNT
    assert account["accountTitle"] in TEXTS
    assert hostile("/iserver/accounts")["aliases"] == {ACCOUNT: TEXTS[0]}
    assert hostile(f"/portfolio/{ACCOUNT}/summary")["netliquidation"]["amount"] == Decimal(HUGE)
    assert hostile(f"/portfolio/{ACCOUNT}/ledger")["USD"]["cashbalance"] == Decimal(HUGE)


def test_an_advisor_has_a_hundred_accounts() -> None:
    core = SimulatedGateway(ManualClock(), Scenario.ADVISOR, paced=False)
    answers = {path: ask(core, f"/v1/api/portfolio/{path}") for path in ("accounts", "subaccounts", "subaccounts2")}
    told = {path: json.loads(answer.body) for path, answer in answers.items() if answer is not None}
    assert len(told["accounts"]) == len(told["subaccounts"]) == told["subaccounts2"]["metadata"]["total"] == 100
    assert all(account["faclient"] for account in told["accounts"])
    assert {account["brokerageAccess"] for account in told["accounts"]} == {True, False}
    brokerage = ask(core, "/v1/api/iserver/accounts")
    assert brokerage is not None
    assert json.loads(brokerage.body)["groups"] == ["All"]


def test_large_holds_five_thousand_and_more_if_told() -> None:
    core = SimulatedGateway(ManualClock(), Scenario.LARGE, paced=False)
    ask(core, "/v1/api/portfolio/accounts")
    answer = ask(core, f"/v1/api/portfolio2/{ACCOUNT}/positions")
    last, none = (ask(core, f"/v1/api/portfolio/{ACCOUNT}/positions/{page}") for page in (49, 50))
    assert answer is not None
    assert last is not None
    assert none is not None
    assert (len(json.loads(answer.body)), len(json.loads(last.body)), none.body) == (5000, 100, b"[]")
    assert SimulatedGateway(ManualClock(), Scenario.LARGE, positions=6000).world.positions == 6000
    assert SimulatedGateway(ManualClock(), Scenario.READY).world.positions == 12


def test_the_same_second_is_rendered_once() -> None:
    core = SimulatedGateway(ManualClock(), Scenario.LARGE, paced=False)
    ask(core, "/v1/api/portfolio/accounts")
    first, second = (ask(core, f"/v1/api/portfolio2/{ACCOUNT}/positions") for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.body is second.body
