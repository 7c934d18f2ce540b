"""The core's answers, route by route and scenario by scenario, without a socket."""

import json

import pytest

from tests.support.clock import ManualClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import HANG, Hang, Headers, Reply, Request
from tui.simulator.scenarios import Scenario

POST_0: Headers = ((b"Content-Length", b"0"),)
WEBSOCKET: Headers = (
    (b"Connection", b"keep-alive, Upgrade"),
    (b"Upgrade", b"WebSocket"),
    (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"Sec-WebSocket-Version", b"13"),
)
DENIED = Reply(404, "Not Found", ((b"Content-Length", b"13"),), b"Access Denied", chunked=False)
PATHS = ["/", "/foo", "/v1/api/tickle", "/v1/api/portfolio/accounts", "/sso/Login", "/clear", "/status"]


def gateway(scenario: Scenario = Scenario.READY) -> SimulatedGateway:
    return SimulatedGateway(ManualClock(), scenario)


def ask(core: SimulatedGateway, method: str, target: str, headers: Headers = (), body: bytes = b"") -> Reply:
    if method == "POST" and not headers:
        headers = ((b"Content-Length", b"%d" % len(body)),)
    answer = core.respond(Request(method, target, headers, body))
    assert answer is not HANG
    return answer


def header(reply: Reply, name: bytes) -> bytes | None:
    return dict(reply.headers).get(name)


@pytest.mark.parametrize("target", ["/", "/?x=1", "//", "/a/..", "http://localhost/"])
def test_the_root_leads_to_the_login(target: str) -> None:
    answer = ask(gateway(), "GET", target)
    assert (answer.status, answer.reason, answer.body, answer.chunked) == (302, "Found", b"", True)
    assert answer.headers == ((b"Location", b"/sso/Login?forwardTo=22&RL=1&ip2loc=US"),)


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/foo", b"https://api.ibkr.com/foo"),
        ("/foo?x=%41&y", b"https://api.ibkr.com/foo"),
        ("/v1/foo", b"https://api.ibkr.com/v1/foo"),
        ("/v1/api", b"https://api.ibkr.com/v1/api"),
        ("/v2/api/tickle", b"https://api.ibkr.com/v2/api/tickle"),
        ("/V1/API/tickle", b"https://api.ibkr.com/V1/API/tickle"),
        ("http://localhost/foo", b"https://api.ibkr.com/foo"),
    ],
)
def test_unknown_paths_lead_off_the_box(target: str, location: bytes) -> None:
    answer = ask(gateway(), "POST", target)
    assert (answer.status, answer.headers) == (302, ((b"Location", location),))


def test_what_the_gateway_answers_itself() -> None:
    core = gateway()
    assert core.respond(Request("GET", "/status")) is HANG
    assert ask(core, "GET", "/v1/tws/x").body == b"Unknown service tws"
    assert ask(core, "OPTIONS", "*").body == b"Not Found"
    reauthenticate = ask(core, "POST", "/v1/portal/iserver/reauthenticate?force=true")
    assert json.loads(reauthenticate.body) == {"message": "triggered"}
    assert header(reauthenticate, b"Content-Type") == b"application/json; charset=utf-8"
    assert ask(core, "GET", "/clear/").body == b"cleared"
    assert core.scenario is Scenario.LOGIN_REQUIRED
    # It remembers that somebody was logged in, until it is restarted.
    assert json.loads(ask(core, "GET", "/v1/api/iserver/reauthenticate").body) == {"message": "triggered"}
    core.restart()
    assert json.loads(ask(core, "GET", "/v1/api/iserver/reauthenticate").body) == {"error": "not logged in"}


def test_cross_origin_requests() -> None:
    origin: Headers = ((b"Origin", b"http://elsewhere"),)
    assert header(ask(gateway(), "GET", "/", origin), b"Access-Control-Allow-Origin") == b"*"
    preflight = ask(gateway(), "OPTIONS", "/v1/api/tickle", (*origin, (b"Access-Control-Request-Method", b"POST")))
    assert (preflight.status, preflight.body) == (204, b"")
    assert header(preflight, b"Access-Control-Allow-Methods") == b"POST,GET,OPTIONS,DELETE,PUT"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_the_allow_list_refuses_everything_alike(method: str, path: str) -> None:
    assert gateway(Scenario.DENIED).respond(Request(method, path)) == DENIED


@pytest.mark.parametrize("scenario", list(Scenario))
def test_a_websocket_is_greeted_in_every_scenario(scenario: Scenario) -> None:
    answer = ask(gateway(scenario), "GET", "/v1/api/ws", WEBSOCKET)
    assert (answer.status, answer.reason) == (101, "Switching Protocols")
    assert answer.headers == (
        (b"upgrade", b"websocket"),
        (b"connection", b"upgrade"),
        (b"sec-websocket-accept", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    )


def test_websocket_handshakes_that_are_none() -> None:
    without_key = tuple(pair for pair in WEBSOCKET if pair[0] != b"Sec-WebSocket-Key")
    assert gateway().respond(Request("GET", "/v1/api/ws", without_key)) is HANG
    of_another_version = (*WEBSOCKET[:-1], (b"Sec-WebSocket-Version", b"99"))
    assert ask(gateway(), "GET", "/", of_another_version).status == 426


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", 302),
        ("GET", "/foo", 302),
        ("GET", "/clear", 200),
        ("GET", "/v1/api/iserver/auth/status", HANG),
        ("POST", "/v1/api/tickle", HANG),
        ("GET", "/v1/portal/sso/validate", HANG),
        ("GET", "/sso/Login", HANG),
        ("POST", "/sso/Dispatcher", HANG),
        ("GET", "/v1/api/", HANG),
    ],
)
def test_only_what_needs_ibkr_hangs(method: str, path: str, expected: int | Hang) -> None:
    answer = gateway(Scenario.BACKEND_HUNG).respond(Request(method, path))
    assert (answer if answer is HANG else answer.status) == expected


@pytest.mark.parametrize("path", ["/v1/api/tickle", "/v1/api/portfolio/accounts", "/v1/api/nonsense"])
def test_nobody_is_logged_in(path: str) -> None:
    answer = ask(gateway(Scenario.LOGIN_REQUIRED), "GET", path)
    assert (answer.status, answer.body, answer.chunked) == (401, b"", True)
    assert header(answer, b"Content-Type") is None


def test_the_servers_behind_are_down() -> None:
    core = gateway(Scenario.BACKEND_DOWN)
    answer = ask(core, "POST", "/v1/api/tickle")
    assert answer.status == 503
    assert json.loads(answer.body) == {"error": "Service Unavailable", "statusCode": 503}
    page = ask(core, "GET", "/sso/Login?forwardTo=22")
    assert (page.status, header(page, b"Content-Type")) == (503, b"text/html;charset=utf-8")
    assert ask(core, "POST", "/sso/Dispatcher").status == 503
    assert core.scenario is Scenario.BACKEND_DOWN


@pytest.mark.parametrize("path", ["/v1/api/tickle", "/sso/Dispatcher"])
@pytest.mark.parametrize("headers", [((b"Host", b"x"),), ((b"Transfer-Encoding", b"chunked"),)])
def test_a_post_without_its_length_is_refused_from_behind(path: str, headers: Headers) -> None:
    assert ask(gateway(), "POST", path, headers).status == 411


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (Scenario.READY, (True, True, True, False)),
        (Scenario.COMPETING, (False, False, True, True)),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_auth_status(scenario: Scenario, expected: tuple[bool, ...], method: str) -> None:
    core = gateway(scenario)
    status = json.loads(ask(core, method, "/v1/api/iserver/auth/status").body)
    fields = ("authenticated", "established", "connected", "competing")
    assert tuple(status[field] for field in fields) == expected
    tickle = json.loads(ask(core, method, "/v1/portal/tickle").body)
    assert tuple(tickle["iserver"]["authStatus"][field] for field in fields) == expected
    assert (tickle["collission"], tickle["hmds"]) == (False, {"error": "no bridge"})


def test_competing_keeps_the_portfolio_and_loses_the_brokerage() -> None:
    core = gateway(Scenario.COMPETING)
    assert ask(core, "GET", "/v1/api/portfolio/accounts").status == 200
    assert len(json.loads(ask(core, "GET", "/v1/api/portfolio2/DU1234567/positions").body)) == 12
    for path in ("/v1/api/iserver/accounts", "/v1/api/iserver/account/pnl/partitioned"):
        answer = ask(core, "GET", path)
        assert answer.status == 400
        assert json.loads(answer.body) == {"error": "Bad Request: no bridge", "statusCode": 400}


def test_proxied_answers_carry_ibkrs_headers_and_no_length() -> None:
    answer = ask(gateway(), "POST", "/v1/api/tickle")
    assert [name for name, _ in answer.headers] == [b"Content-Type", b"x-response-time", b"Server-Timing"]
    assert header(answer, b"Content-Type") == b"application/json;charset=utf-8"
    assert (header(answer, b"x-response-time") or b"").endswith(b"ms")
    assert answer.chunked


@pytest.mark.parametrize("prefix", ["/v1/api", "/v1/portal", "/qa/api", "/local/portal", "//v1/api"])
def test_every_prefix_reaches_the_same_place(prefix: str) -> None:
    assert ask(gateway(), "GET", f"{prefix}/sso/validate").status == 200


@pytest.mark.parametrize("scenario", [Scenario.LOGIN_REQUIRED, Scenario.COMPETING, Scenario.READY])
def test_the_login_page_ends_in_ready(scenario: Scenario) -> None:
    core = gateway(scenario)
    page = ask(core, "GET", "/sso/Login?forwardTo=22&RL=1&ip2loc=US")
    assert (page.status, header(page, b"Content-Type")) == (200, b"text/html;charset=utf-8")
    assert b"Simulated login" in page.body
    assert b'method="post" action="/sso/Dispatcher"' in page.body
    done = ask(core, "POST", "/sso/Dispatcher")
    assert (done.status, done.body) == (200, b"Client login succeeds")
    assert core.scenario is Scenario.READY


async def test_a_login_makes_the_session_new() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock)
    before = json.loads(ask(core, "GET", "/v1/api/sso/validate").body)
    await clock.advance(3600)
    ask(core, "POST", "/sso/Dispatcher")
    after = json.loads(ask(core, "GET", "/v1/api/sso/validate").body)
    assert before["LOGIN_TYPE"] == 2
    assert after["AUTH_TIME"] == int(clock.now().wall.timestamp() * 1000)
    assert after["AUTH_TIME"] - before["AUTH_TIME"] == 3 * 3600 * 1000


async def test_the_sso_window_shrinks_while_nobody_asks() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock, paced=False)
    fresh = json.loads(ask(core, "POST", "/v1/api/tickle").body)["ssoExpires"]
    await clock.advance(120)
    idle = json.loads(ask(core, "POST", "/v1/api/tickle").body)["ssoExpires"]
    again = json.loads(ask(core, "POST", "/v1/api/tickle").body)["ssoExpires"]
    assert fresh == again
    assert fresh - idle == 120_000


@pytest.mark.parametrize("scenario", list(Scenario))
@pytest.mark.parametrize("body", [b"competing", b" Competing\n", b'{"scenario": "competing"}', b'"competing"'])
def test_the_scenario_can_always_be_switched(scenario: Scenario, body: bytes) -> None:
    core = gateway(scenario)
    assert json.loads(ask(core, "GET", "/_sim/scenario").body)["scenario"] == scenario.value
    assert ask(core, "POST", "/_sim/scenario", body=body).status == 200
    assert core.scenario is Scenario.COMPETING


@pytest.mark.parametrize("body", [b"", b"sunshine", b"{", b"{}", b"[1]", b'{"scenario": 3}', b"\xff\xfe"])
def test_nonsense_is_answered_with_the_names(body: bytes) -> None:
    core = gateway()
    answer = ask(core, "POST", "/_sim/scenario", body=body)
    assert answer.status == 400
    assert json.loads(answer.body)["scenarios"] == [name.value for name in Scenario]
    assert core.scenario is Scenario.READY


def test_other_control_paths_are_named() -> None:
    answer = ask(gateway(Scenario.DENIED), "GET", "/_sim/nonsense")
    assert answer.status == 404
    assert "/_sim/scenario" in json.loads(answer.body)["error"]


@pytest.mark.parametrize("body", [b"0.2", b" 0\n", b"1"])
def test_the_prices_can_be_slowed(body: bytes) -> None:
    assert json.loads(ask(gateway(), "POST", "/_sim/moving", body=body).body) == {"moving": float(body)}


@pytest.mark.parametrize("body", [b"", b"all", b"-0.1", b"1.5", b"nan", b"\xff"])
def test_what_is_no_share_is_refused(body: bytes) -> None:
    core = gateway()
    assert ask(core, "POST", "/_sim/moving", body=body).status == 400
    assert core.world.moving == 1.0


async def test_what_was_asked_is_written_down() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock)
    ask(core, "POST", "/v1/api/tickle")
    await clock.advance(60)
    core.set_scenario(Scenario.DENIED)
    ask(core, "POST", "/v1/api/tickle?x=1")
    ask(core, "GET", "/_sim/scenario")
    told = json.loads(ask(core, "GET", "/_sim/requests").body)
    assert told == {
        "total": 2,
        "counters": {"POST /v1/api/tickle": 2},
        "last": [
            {"method": "POST", "path": "/v1/api/tickle", "scenario": "ready", "at": 0.0},
            {"method": "POST", "path": "/v1/api/tickle", "scenario": "denied", "at": 60.0},
        ],
    }


def test_what_is_written_down_is_bounded() -> None:
    core = gateway()
    for number in range(1200):
        ask(core, "GET", f"/path/{number}")
    assert core.journal.total == 1200
    assert len(core.journal.last) == 1000
    assert core.journal.count("other") == 700
    assert core.journal.count("GET /path/499") == 1
