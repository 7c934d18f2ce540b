"""Headers for the way in, looked at on the wire: where they go, and that they go nowhere else."""

import logging
from collections.abc import Callable, Mapping

import httpx
import pytest

from tests.support.clock import ManualClock
from tests.support.doubles import Double, answers, response
from tui.clock import SystemClock
from tui.domain.address import BadAddress, parse_address
from tui.domain.secret import Secret
from tui.gateway.client import GatewayClient
from tui.gateway.connections import Connections
from tui.gateway.errors import GatewayError

PLANTED = "hunter2-c0ffee"
WAY_IN = {"X-Key": Secret(PLANTED), "Authorization": Secret(f"Basic {PLANTED}")}
SKIP = "ngrok-skip-browser-warning"
STATUS = b'{"authenticated":true,"established":true,"competing":false,"connected":true}'

Answering = Callable[[httpx.Request], httpx.Response]


def ready(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=STATUS, headers={"Content-Type": "application/json"})


class Wire:
    """A client whose every request is kept, however it is answered."""

    def __init__(self, url: str, way_in: Mapping[str, Secret] | None = WAY_IN, answering: Answering = ready) -> None:
        self.sent: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            self.sent.append(request)
            return answering(request)

        address, transport = parse_address(url), httpx.MockTransport(answer)
        self.client = GatewayClient(address, clock=ManualClock(), transport=transport, way_in=way_in)


@pytest.mark.parametrize(
    "url",
    ["https://box.example.com", "https://box:5000", "http://localhost:5000", "http://[::1]:5000", "https://a.ts.net"],
)
async def test_they_go_with_every_request_to_the_gateway(url: str) -> None:
    wire = Wire(url)
    await wire.client.auth_status()
    await wire.client.tickle()
    await wire.client.reopen(compete=False)
    await wire.client.aclose()
    assert [request.headers["x-key"] for request in wire.sent] == [PLANTED] * 3
    assert {request.headers["authorization"] for request in wire.sent} == {f"Basic {PLANTED}"}
    assert not any(SKIP in request.headers for request in wire.sent)


async def test_without_any_nothing_is_added() -> None:
    wire = Wire("https://box.example.com", None)
    await wire.client.auth_status()
    await wire.client.aclose()
    assert not {"x-key", "authorization", "cookie", SKIP} & set(wire.sent[0].headers)


@pytest.mark.parametrize(("url", "other"), [("https://localhost:5000", "http"), ("http://localhost:5000", "https")])
async def test_the_other_scheme_never_sees_them(url: str, other: str) -> None:
    wire = Wire(url)
    await wire.client.other_scheme()
    await wire.client.aclose()
    assert [request.url.scheme for request in wire.sent] == [other]
    assert not {"x-key", "authorization"} & set(wire.sent[0].headers)


@pytest.mark.parametrize("target", ["https://login.example.com/in", "https://box.example.com/v1/api/other"])
async def test_a_redirect_is_not_followed(target: str) -> None:
    wire = Wire("https://box.example.com", answering=lambda _: httpx.Response(302, headers={"Location": target}))
    with pytest.raises(GatewayError):
        await wire.client.auth_status()
    await wire.client.aclose()
    assert [request.url.host for request in wire.sent] == ["box.example.com"]


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://box.example.com/", True),
        ("https://BOX.example.com:443/", True),
        ("https://box.example.com:444/", False),
        ("http://box.example.com/", False),
        ("http://box.example.com:443/", False),
        ("https://box.example.com./", False),
        ("https://abox.example.com/", False),
        ("https://box.example.com@evil.example.com/", False),
        ("https://evil.example.com/box.example.com", False),
    ],
)
async def test_only_the_very_same_origin_is_meant(url: str, same: bool) -> None:
    """By a request that no code of ours builds, as the last line of defence."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    transport = httpx.MockTransport(answer)
    connections = Connections(parse_address("https://box.example.com"), ManualClock(), None, transport, WAY_IN)
    slot = connections.slot()
    await slot.client.get(url)
    await slot.drop()
    await connections.aclose()
    assert (sent[0].headers.get("x-key") == PLANTED) is same


@pytest.mark.parametrize("host", ["a.ngrok-free.app", "a.ngrok-free.dev", "a.ngrok.app", "a.ngrok.io", "A.ngrok.dev"])
async def test_ngroks_page_for_browsers_is_always_declined(host: str) -> None:
    wire = Wire(f"https://{host}", None)
    await wire.client.auth_status()
    await wire.client.aclose()
    assert wire.sent[0].headers[SKIP] == "1"


@pytest.mark.parametrize("url", ["http://box.example.com", "http://10.0.0.1:5000", "http://a.ngrok-free.app"])
def test_they_never_go_out_in_the_clear(url: str) -> None:
    with pytest.raises(BadAddress, match="would go out in the clear") as caught:
        GatewayClient(parse_address(url), clock=ManualClock(), way_in=WAY_IN)
    assert PLANTED not in str(caught.value)


def test_without_headers_plain_http_is_nobodys_business() -> None:
    GatewayClient(parse_address("http://box.example.com"), clock=ManualClock(), way_in={})


def broken(_request: httpx.Request) -> httpx.Response:
    raise RuntimeError("something nobody thought of")


@pytest.mark.parametrize("answering", [broken, lambda _: httpx.Response(401), lambda _: httpx.Response(500)])
async def test_neither_log_nor_error_has_them_whatever_happens(
    caplog: pytest.LogCaptureFixture, answering: Answering
) -> None:
    wire = Wire("https://box.example.com", answering=answering)
    with caplog.at_level(logging.DEBUG, logger=""), pytest.raises(GatewayError) as caught:
        await wire.client.auth_status()
    await wire.client.aclose()
    assert wire.sent[0].headers["x-key"] == PLANTED
    assert caplog.records
    assert PLANTED not in f"{caplog.text} {caught.value!r} {caught.value} {caught.value.failure}"


async def test_over_a_real_socket_they_arrive_once_each() -> None:
    async with Double(answers(response("200 OK", STATUS, "Content-Type: application/json"))) as double:
        client = GatewayClient(double.address, clock=SystemClock(), way_in=WAY_IN)
        await client.auth_status()
        await client.aclose()
    (request,) = double.requests
    head = request.partition(b"\r\n\r\n")[0]
    assert head.count(PLANTED.encode()) == 2
    assert head.lower().count(b"\r\nauthorization:") == 1
