"""The client against a transport in memory: what it asks, how often, what it makes of the answers, what it tells."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import ManualClock, settle
from tests.support.doubles import PATIENCE
from tui.domain.address import Address
from tui.domain.failure import FailureKind
from tui.domain.session import AuthStatus, Tickle
from tui.gateway.client import MOST_PAGES, GatewayClient
from tui.gateway.errors import (
    BackendDown,
    Denied,
    GatewayError,
    LoginRequired,
    Misconfigured,
    NoBridge,
    NotAGateway,
    RateLimited,
    Refused,
    Silent,
    Unexpected,
)

ADDRESS = Address("https", "localhost", 5000)
READY = {"authenticated": True, "competing": False, "connected": True, "established": True}
Handler = Callable[[httpx.Request], Any]


class Gateway:
    """Counts what it is asked, and answers by path, or with what `handler` makes of the request."""

    def __init__(self, handler: Handler) -> None:
        self.requests: list[httpx.Request] = []
        self._handler = handler

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        response = self._handler(request)
        if asyncio.iscoroutine(response):
            response = await response
        assert isinstance(response, httpx.Response)
        return response

    @property
    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/v1/api") for request in self.requests]


def client_of(gateway: Gateway, **options: Any) -> GatewayClient:
    clock = options.pop("clock", None) or ManualClock()
    return GatewayClient(ADDRESS, clock=clock, transport=httpx.MockTransport(gateway), **options)


def always(status: int, value: object = None, **headers: str) -> Gateway:
    content = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
    return Gateway(lambda _: httpx.Response(status, content=content, headers=headers))


@pytest.mark.parametrize(
    ("ask", "method", "path", "body"),
    [
        (lambda c: c.auth_status(), "POST", "/v1/api/iserver/auth/status", READY),
        (lambda c: c.tickle(), "POST", "/v1/api/tickle", {}),
        (lambda c: c.portfolio_accounts(), "GET", "/v1/api/portfolio/accounts", []),
        (lambda c: c.brokerage_accounts(), "GET", "/v1/api/iserver/accounts", {}),
        (lambda c: c.summary("U1234567"), "GET", "/v1/api/portfolio/U1234567/summary", {}),
        (lambda c: c.positions("U1234567.Core"), "GET", "/v1/api/portfolio2/U1234567.Core/positions", []),
    ],
)
async def test_each_method_asks_its_endpoint_once(ask: Any, method: str, path: str, body: object) -> None:
    gateway = always(200, body)
    client = client_of(gateway)
    await ask(client)
    (request,) = gateway.requests
    assert (request.method, request.url.path, request.url.query) == (method, path, b"")
    assert request.headers["accept"] == "*/*"
    assert request.headers["user-agent"].startswith("cpwatch/")
    assert request.headers.get("content-length") == ("0" if method == "POST" else None)
    await client.aclose()


async def test_an_answer_knows_when_it_was_asked_and_when_it_came() -> None:
    clock = ManualClock()

    async def slow(_request: httpx.Request) -> httpx.Response:
        await clock.sleep(2)
        return httpx.Response(200, json=READY)

    client = client_of(Gateway(slow), clock=clock)
    start = clock.now()
    asking = asyncio.ensure_future(client.auth_status())
    await clock.advance(2)
    answer = await asking
    assert answer.value == AuthStatus(True, True, False, True)
    assert (answer.asked, answer.at) == (start, start.plus(2))
    assert answer.timing.first_byte == 2
    assert answer.timing.forwarded
    await client.aclose()


@pytest.mark.parametrize(
    "account", ["", ".", "..", "U1/../../x", "U1?x=1", "U1#", "U 1", "U1\n", "Ü1", "U" * 33, "%2e"]
)
@pytest.mark.parametrize("method", ["summary", "positions"])
async def test_an_id_that_is_none_is_never_sent(account: str, method: str) -> None:
    gateway = always(200, [])
    client = client_of(gateway)
    with pytest.raises(Unexpected, match="no account id"):
        await getattr(client, method)(account)
    assert gateway.requests == []


@pytest.mark.parametrize(
    ("gateway", "error", "forwarded"),
    [
        (always(404, b"Access Denied"), Denied, False),
        (always(401), LoginRequired, True),
        (always(200, {"error": "no session"}), LoginRequired, True),
        (always(400, {"error": "Bad Request: no bridge", "statusCode": 400}), NoBridge, True),
        (always(503, {"error": "Service Unavailable"}), BackendDown, True),
        (always(429, {"error": "x"}), RateLimited, True),
        (always(200, b"<html>"), NotAGateway, False),
        (always(200, {}), Unexpected, True),
        (always(200, []), Unexpected, True),
        (always(200, b'{"authenticated":tr'), Unexpected, True),
        (always(302, Location="/sso/Login?x=1"), LoginRequired, False),
    ],
)
async def test_errors(gateway: Gateway, error: type[GatewayError], forwarded: bool) -> None:
    client = client_of(gateway)
    with pytest.raises(error) as raised:
        await client.auth_status()
    assert raised.value.timing.forwarded is forwarded
    assert len(gateway.requests) == 1


async def test_a_tickle_has_no_error_of_its_history_server_and_may_lack_a_session() -> None:
    client = client_of(always(200, {"hmds": {"error": "no bridge"}, "iserver": {"authStatus": READY}}))
    assert (await client.tickle()).value == Tickle(AuthStatus(True, True, False, True))
    client = client_of(always(200, {"hmds": {"error": "no bridge"}}))
    assert (await client.tickle()).value == Tickle(None)


async def test_no_redirect_is_followed_and_no_cookie_comes_back() -> None:
    gateway = always(
        302, None, Location="https://api.ibkr.com/x", **{"Set-Cookie": "x-sess-uuid=secret; Path=/; Secure"}
    )
    client = client_of(gateway)
    for _ in range(3):
        with pytest.raises(Misconfigured):
            await client.auth_status()
    assert [request.url.host for request in gateway.requests] == ["localhost"] * 3
    assert not any("cookie" in request.headers for request in gateway.requests)


async def test_money_keeps_its_digits() -> None:
    body = b'{"netliquidation":{"amount":1000000000000000000.01,"currency":"USD"}}'
    client = client_of(always(200, body))
    assert (await client.summary("U1")).value.net_liquidation == Decimal("1000000000000000000.01")


async def test_the_tickle_goes_out_behind_two_hung_requests_and_others_wait() -> None:
    release = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/tickle"):
            await release.wait()
        return httpx.Response(200, json=READY if request.url.path.endswith("/status") else {})

    gateway = Gateway(hang)
    client = client_of(gateway)
    questions = (client.auth_status(), client.brokerage_accounts(), client.auth_status(), client.brokerage_accounts())
    hung = [asyncio.ensure_future(question) for question in questions]
    await settle()
    assert sorted(gateway.paths) == ["/iserver/accounts", "/iserver/auth/status"]
    async with asyncio.timeout(PATIENCE):
        await client.tickle()
        assert gateway.paths.count("/tickle") == 1
        release.set()
        await asyncio.gather(*hung)
    assert len(gateway.requests) == 5
    await client.aclose()


async def test_a_cancelled_request_frees_its_place() -> None:
    forever = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/status"):
            await forever.wait()
        return httpx.Response(200, json={})

    gateway = Gateway(hang)
    client = client_of(gateway)
    hung = [asyncio.ensure_future(client.auth_status()) for _ in range(3)]
    await settle()
    for task in hung:
        task.cancel()
    assert all(isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*hung, return_exceptions=True))
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(client.brokerage_accounts() for _ in range(5)))
    await client.aclose()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ReadTimeout("x"), FailureKind.SILENT),
        (httpx.ConnectTimeout("x"), FailureKind.CONNECT_TIMEOUT),
        (httpx.RemoteProtocolError("x"), FailureKind.CUT),
        (KeyError("whatever else a library raises"), FailureKind.UNEXPECTED),
    ],
)
async def test_what_the_transport_raises(error: Exception, kind: FailureKind) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    gateway = Gateway(fail)
    client = client_of(gateway)
    with pytest.raises(GatewayError) as raised:
        await client.tickle()
    assert raised.value.failure.kind is kind
    assert len(gateway.requests) == 1


async def test_refused_is_told_from_what_lies_underneath() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("x") from ConnectionRefusedError(111, "refused")

    with pytest.raises(Refused):
        await client_of(Gateway(refuse)).auth_status()


async def test_no_request_starts_after_the_deadline() -> None:
    clock = ManualClock()
    gateway = always(200, READY)
    client = client_of(gateway, clock=clock, deadline_at=clock.now().plus(5))
    await client.auth_status()
    await clock.advance(5)
    with pytest.raises(Silent, match="no time was left"):
        await client.auth_status()
    assert len(gateway.requests) == 1
    client.deadline_at = None
    await client.auth_status()
    assert client.deadline_at is None


async def test_a_request_that_waits_its_turn_gives_up_at_the_deadline() -> None:
    forever = asyncio.Event()

    async def hang(_request: httpx.Request) -> httpx.Response:
        await forever.wait()
        raise AssertionError

    gateway = Gateway(hang)
    client = client_of(gateway)
    hung = [asyncio.ensure_future(client.auth_status()) for _ in range(2)]
    await settle()
    client.deadline_at = ManualClock().now().plus(0.01)
    with pytest.raises(Silent, match="not asked"):
        await client.auth_status()
    for task in hung:
        task.cancel()
    await asyncio.gather(*hung, return_exceptions=True)
    await client.aclose()


def paged(rows: int, size: int, *, told: bool, direct: httpx.Response) -> Gateway:
    """Holds `rows` positions in pages of `size`; `direct` answers for the endpoint without pages."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "portfolio2" in request.url.path:
            return direct
        page = int(request.url.path.rpartition("/")[2])
        numbers = range(page * size, min(rows, (page + 1) * size))
        extra = {"pageSize": size} if told else {}
        return httpx.Response(
            200, json=[{"conid": number, "contractDesc": f"S{number}", **extra} for number in numbers]
        )

    return Gateway(answer)


@pytest.mark.parametrize("status", [404, 500, 503])
@pytest.mark.parametrize(
    ("rows", "size", "told", "pages"),
    [(0, 100, True, 1), (12, 100, True, 1), (100, 100, True, 2), (158, 100, True, 2), (158, 100, False, 2),
     (60, 30, False, 3), (61, 30, True, 3), (35, 100, False, 2)],
)  # fmt: skip
async def test_all_pages_where_the_one_without_fails(status: int, rows: int, size: int, told: bool, pages: int) -> None:
    gateway = paged(rows, size, told=told, direct=httpx.Response(status, json={"error": "x"}))
    client = client_of(gateway)
    answer = await client.positions("U1")
    assert [position.symbol for position in answer.value] == [f"S{number}" for number in range(rows)]
    assert len(gateway.requests) == 1 + pages
    assert gateway.paths[-1] == f"/portfolio/U1/positions/{pages - 1}"


@pytest.mark.parametrize(("status", "again"), [(404, False), (500, True)])
async def test_what_does_not_exist_is_not_asked_again(status: int, again: bool) -> None:
    gateway = paged(1, 100, told=True, direct=httpx.Response(status, json={"error": "x"}))
    client = client_of(gateway)
    for _ in range(3):
        await client.positions("U1")
    assert gateway.paths.count("/portfolio2/U1/positions") == (3 if again else 1)


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_what_the_pages_would_answer_too_is_not_asked_of_them(status: int) -> None:
    gateway = paged(1, 100, told=True, direct=httpx.Response(status, content=b"<html>"))
    with pytest.raises(GatewayError):
        await client_of(gateway).positions("U1")
    assert gateway.paths == ["/portfolio2/U1/positions"]


async def test_pages_that_never_end_do_and_a_number_that_is_ignored_is_noticed() -> None:
    endless = paged(10**6, 30, told=True, direct=httpx.Response(500))
    assert len((await client_of(endless).positions("U1")).value) == MOST_PAGES * 30
    same = Gateway(
        lambda r: httpx.Response(500 if "2/" in r.url.path else 200, json=[{"conid": i} for i in range(100)])
    )
    assert len((await client_of(same).positions("U1")).value) == 100
    assert len(same.requests) == 3


async def test_rows_carry_their_own_time() -> None:
    answer = await client_of(always(200, [{"conid": 1, "timestamp": 1775169611}])).positions("U1")
    assert answer.as_of is not None
    assert answer.as_of.timestamp() == 1775169611


async def test_the_log_names_the_request_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(always(200, {"netliquidation": {"amount": 4711}}, **{"X-Secret": "s3cret"}))
    await client.summary("DU1234567")
    await client.summary("JDOE")
    with pytest.raises(Unexpected):
        await client.auth_status()
    lines = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert len(lines) == 3
    assert lines[0].startswith("GET /v1/api/portfolio/DU•••567/summary: 200, 36 bytes, ")
    assert lines[1].startswith("GET /v1/api/portfolio/•••/summary: 200")
    assert lines[2].startswith("POST /v1/api/iserver/auth/status: unexpected, ")
    assert not any(secret in line for line in lines for secret in ("1234567", "JDOE", "4711", "s3cret"))


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx.Response(302, headers={"Location": "/sso/Login?forwardTo=22"}), FailureKind.WRONG_SCHEME),
        (httpx.Response(302, headers={"Location": "https://api.ibkr.com/"}), FailureKind.WRONG_SCHEME),
        (httpx.Response(404, content=b"Access Denied"), FailureKind.WRONG_SCHEME),
        (httpx.Response(200, content=b"<html>hello"), FailureKind.NOT_A_GATEWAY),
        (httpx.Response(403, headers={"Server": "AirTunes/1"}), FailureKind.NOT_A_GATEWAY),
    ],
)
async def test_the_other_scheme(response: httpx.Response, kind: FailureKind) -> None:
    gateway = Gateway(lambda _: response)
    client = client_of(gateway)
    seen = await client.other_scheme()
    assert seen is not None
    assert seen.kind is kind
    assert {(request.method, str(request.url)) for request in gateway.requests} == {("GET", "http://localhost:5000/")}


async def test_nothing_on_the_other_scheme() -> None:
    def cut(_request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")

    client = client_of(Gateway(cut))
    assert await client.other_scheme() is None


NAMES = [
    *("error", "authenticated", "iserver", "authStatus", "serverInfo", "id", "type", "aliases", "isPaper", "conid"),
    *("netliquidation", "amount", "value", "position", "model", "pageSize", "timestamp", "x"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
bodies = st.one_of(
    json_values.map(lambda value: json.dumps(value).encode()),
    st.tuples(json_values, st.integers(0, 60), st.binary(max_size=4)).map(
        lambda cut: json.dumps(cut[0]).encode()[: cut[1]] + cut[2]
    ),
    st.binary(max_size=40),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([200, 200, 200, 302, 400, 401, 403, 404, 429, 500]), bodies)
def test_whatever_comes_the_errors_are_ours(status: int, body: bytes) -> None:
    async def ask_all() -> None:
        client = client_of(Gateway(lambda _: httpx.Response(status, content=body)))
        for ask in (
            client.auth_status,
            client.tickle,
            client.portfolio_accounts,
            client.brokerage_accounts,
            lambda: client.summary("U1"),
            lambda: client.positions("U1"),
        ):
            seen = "fine"
            try:
                assert (await ask()).timing.forwarded
            except GatewayError as error:
                seen = error.failure.evidence
            assert seen
            assert seen.isprintable()
        await client.aclose()

    asyncio.run(ask_all())


def test_the_errors_can_be_named_without_loading_the_client() -> None:
    code = (
        "import sys, tui.gateway.errors, tui.gateway.endpoints\n"
        "print([name for name in ('httpx', 'pydantic', 'textual') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
