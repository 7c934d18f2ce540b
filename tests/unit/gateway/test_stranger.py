"""What one request without credentials tells of a public address: answers on the wire, and what they come to."""

import httpx
import pytest

from tests.support.clock import ManualClock
from tui.domain.address import Address, parse_address
from tui.domain.exposure import Openness, Probe
from tui.domain.failure import FailureKind
from tui.gateway.stranger import look_as_stranger
from tui.simulator.pages import EDGE_PAGE

PUBLIC = parse_address("https://quiet-river.ngrok-free.app")
STATUS = '{"authenticated":true,"connected":true,"competing":false,"MAC":"AA:BB:CC:DD:EE:FF","message":""}'
CLOUDFLARE = {"server": "cloudflare", "cf-ray": "8f00-FRA"}


async def look(answer: httpx.Response | Exception, address: Address = PUBLIC) -> tuple[Probe, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return await look_as_stranger(address, ManualClock(), httpx.MockTransport(handle)), asked


@pytest.mark.parametrize(
    ("answer", "openness"),
    [
        (httpx.Response(200, text=STATUS), Openness.TRADABLE),
        (httpx.Response(200, text=STATUS.replace("true", "false")), Openness.TRADABLE),
        (httpx.Response(200, text='{"error":"no session"}'), Openness.OPEN),
        (httpx.Response(200, text="<html>hello</html>"), Openness.UNCLEAR),
        (httpx.Response(401), Openness.OPEN),
        (httpx.Response(500, headers={"content-length": "21"}, content=b"Internal Server Error"), Openness.OPEN),
        (httpx.Response(503, text='{"error":"Service Unavailable"}'), Openness.OPEN),
        (httpx.Response(302, headers={"location": "/sso/Login?forwardTo=22"}), Openness.OPEN),
        (httpx.Response(401, headers={"www-authenticate": 'Basic realm="ibkr"'}), Openness.PROTECTED),
        (
            httpx.Response(
                302, headers={"location": "https://t.cloudflareaccess.com/cdn-cgi/access/login/x"} | CLOUDFLARE
            ),
            Openness.PROTECTED,
        ),
        (httpx.Response(404, headers={"ngrok-error-code": "ERR_NGROK_3200"}), Openness.CLOSED),
        (httpx.Response(530, text="error code: 1033", headers=CLOUDFLARE), Openness.CLOSED),
        (httpx.Response(404, content=b"Access Denied"), Openness.UNCLEAR),
        (httpx.Response(429, text='{"error":"Too many requests"}'), Openness.OPEN),
        # A guard's page, and that of the servers before IBKR's.
        (httpx.Response(403, text="<html><h1>403 Forbidden</h1>Please sign in first.</html>"), Openness.UNCLEAR),
        (httpx.Response(403, content=EDGE_PAGE), Openness.OPEN),
        (httpx.Response(403, text="reference #1 <title>Access Denied</title>"), Openness.UNCLEAR),
        (httpx.ConnectError("[Errno -2] Name or service not known"), Openness.CLOSED),
    ],
)
async def test_an_answer_tells_whether_strangers_come_through(
    answer: httpx.Response | Exception, openness: Openness
) -> None:
    probe, asked = await look(answer)
    assert probe.openness is openness
    assert len(asked) == 1


async def test_what_failed_is_told_along() -> None:
    limited, _ = await look(httpx.Response(429, headers={"retry-after": "1200"}))
    assert limited.failure is not None
    assert (limited.failure.kind, limited.failure.retry_after) == (FailureKind.RATE_LIMITED, 1200.0)
    assert (await look(httpx.Response(200, text=STATUS)))[0].failure is None


async def test_it_brings_nothing_but_the_question() -> None:
    probe, (request,) = await look(httpx.Response(401))
    assert (request.method, request.url.path) == ("POST", "/v1/api/iserver/auth/status")
    assert not {"authorization", "cookie", "cf-access-client-id", "cf-access-client-secret"} & set(request.headers)
    assert request.content == b""
    assert probe.url == PUBLIC.url


async def test_what_the_status_says_is_not_repeated() -> None:
    probe, _ = await look(httpx.Response(200, text=STATUS))
    assert "AA:BB" not in probe.seen
    assert "competing" not in probe.seen
