"""What is sent on the user's word: what it carries, what its answers mean, and that it goes out once."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.support.clock import ManualClock, settle
from tui.domain.address import Address
from tui.domain.failure import FailureKind
from tui.domain.session import AuthStatus
from tui.gateway.client import GatewayClient
from tui.gateway.errors import GatewayError
from tui.simulator.session import NOT_FORCED

OPENED = {"authenticated": True, "established": False, "competing": False, "connected": True, "message": ""}
TAKEN = {"authenticated": False, "competing": True, "connected": True, "message": "", "fail": NOT_FORCED}


class Wire:
    """Keeps what it is asked, and answers all of it so."""

    def __init__(self, status: int, content: bytes) -> None:
        self.requests: list[httpx.Request] = []
        self.client = GatewayClient(
            Address("https", "localhost", 5000), clock=ManualClock(), transport=httpx.MockTransport(self._answer)
        )
        self._status, self._content = status, content

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self._status, content=self._content)


def saying(status: int, value: object) -> Wire:
    return Wire(status, json.dumps(value).encode())


@pytest.mark.parametrize("compete", [True, False])
async def test_it_says_whether_to_compete_and_nothing_else(compete: bool) -> None:
    wire = saying(200, OPENED)
    answer = await wire.client.reopen(compete=compete)
    assert answer.value == AuthStatus(True, True, False, False)
    (request,) = wire.requests
    assert (request.method, request.url.path, request.url.query) == ("POST", "/v1/api/iserver/auth/ssodh/init", b"")
    assert json.loads(request.content) == {"publish": True, "compete": compete}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(request.content))
    await wire.client.aclose()


async def test_a_refusal_is_an_answer_with_its_reason() -> None:
    answer = await saying(200, TAKEN).client.reopen(compete=False)
    assert answer.value == AuthStatus(False, True, True, message=NOT_FORCED)


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (401, b"", FailureKind.NO_LOGIN),
        (200, b'{"error":"no session"}', FailureKind.NO_LOGIN),
        (400, b'{"error":"Bad Request: no bridge","statusCode":400}', FailureKind.NO_BRIDGE),
        (500, b'{"error":"Internal Server Error","statusCode":500}', FailureKind.BACKEND),
        (503, b'{"error":"Service Unavailable","statusCode":503}', FailureKind.BACKEND),
        (200, b'{"error":"failed to process request"}', FailureKind.BACKEND),
        (429, b'{"error":"Too many requests"}', FailureKind.RATE_LIMITED),
        (404, b"Access Denied", FailureKind.DENIED),
        (404, b'{"error":"not found"}', FailureKind.UNEXPECTED),
        (410, b"gone", FailureKind.UNEXPECTED),
        (200, b'{"message":"triggered"}', FailureKind.UNEXPECTED),
        (200, b"[]", FailureKind.UNEXPECTED),
        (200, b"\xff\x00", FailureKind.UNEXPECTED),
        (200, b"", FailureKind.UNEXPECTED),
    ],
)
async def test_whatever_else_is_answered_is_a_failure_of_its_kind(
    status: int, content: bytes, kind: FailureKind
) -> None:
    wire = Wire(status, content)
    with pytest.raises(GatewayError) as raised:
        await wire.client.reopen(compete=False)
    assert raised.value.failure.kind is kind
    assert len(wire.requests) == 1


@pytest.mark.parametrize("value", [{"message": "success"}, [], [{"conid": 1}]])
async def test_any_answer_will_do_to_an_invalidation(value: object) -> None:
    wire = saying(200, value)
    await wire.client.invalidate_positions("U1234567")
    (request,) = wire.requests
    assert (request.method, request.url.path) == ("POST", "/v1/api/portfolio/U1234567/positions/invalidate")
    assert request.headers["content-length"] == "0"


async def test_an_id_that_is_none_is_not_invalidated() -> None:
    wire = saying(200, {})
    with pytest.raises(GatewayError):
        await wire.client.invalidate_positions("../x")
    assert wire.requests == []


@pytest.mark.parametrize(
    ("direct", "paged"), [(200, False), (500, True), (404, True)], ids=["live rows", "broken", "missing"]
)
async def test_it_knows_whether_the_rows_came_from_a_cache(direct: int, paged: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        rows: list[Any] = [{"conid": 1, "position": 2}]
        return httpx.Response(direct if "portfolio2" in request.url.path else 200, json=rows)

    transport = httpx.MockTransport(answer)
    client = GatewayClient(Address("https", "localhost", 5000), clock=ManualClock(), transport=transport)
    assert client.paged is False
    book = (await client.positions("U1")).value
    assert client.paged is paged
    assert book[0].sent == {"conid": 1, "position": 2}


Ask = Callable[[GatewayClient], Awaitable[object]]


@pytest.mark.parametrize(
    ("first", "second", "beside"),
    [
        (lambda client: client.auth_status(), lambda client: client.reopen(compete=False), False),
        (lambda client: client.reopen(compete=False), lambda client: client.auth_status(), False),
        (lambda client: client.positions("U1"), lambda client: client.reopen(compete=False), True),
        (lambda client: client.tickle(), lambda client: client.reopen(compete=False), True),
    ],
    ids=["behind the auth status", "before it", "beside positions", "beside a tickle"],
)
async def test_it_shares_the_place_of_what_decides(first: Ask, second: Ask, beside: bool) -> None:
    paths: list[str] = []

    async def silent(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        await asyncio.Event().wait()
        raise AssertionError("never answered")

    client = GatewayClient(
        Address("https", "localhost", 5000), clock=ManualClock(), transport=httpx.MockTransport(silent)
    )
    asking = [asyncio.ensure_future(ask(client)) for ask in (first, second)]
    await settle()
    assert len(paths) == 1 + beside
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    await client.aclose()
