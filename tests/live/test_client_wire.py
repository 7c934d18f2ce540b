"""The client against real sockets that do what no polite server does."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import doubles
from tests.support.doubles import CERTIFICATE, PATIENCE, Connection, Double, chunked, response
from tui.clock import SystemClock
from tui.domain.address import Address
from tui.domain.failure import FailureKind
from tui.gateway.answers import BODY_LIMIT
from tui.gateway.client import GatewayClient
from tui.gateway.errors import Cut, GatewayError, NotAGateway, Silent, Unexpected, Untrusted

pytestmark = pytest.mark.live

READY = chunked(
    "200 OK", b'{"authenticated":true,"competing":false,"connected":true}', "Content-Type: application/json"
)
SHORT = {"connect_timeout": 0.2, "read_timeout": 0.2}
"""For what never comes; what does come is given time enough for a busy machine."""
LONG = {"connect_timeout": PATIENCE, "read_timeout": PATIENCE}


@asynccontextmanager
async def asking(address: Address, **options: Any) -> AsyncIterator[GatewayClient]:
    client = GatewayClient(address, clock=SystemClock(), **options)
    try:
        yield client
    finally:
        await client.aclose()
        # A connection that was forgotten is closed by the collector, with a warning that fails the test.
        gc.collect()


async def failure(double: Double, **options: Any) -> GatewayError:
    async with asking(double.address, **options) as client:
        with pytest.raises(GatewayError) as raised:
            await client.auth_status()
        return raised.value


async def test_a_real_answer_over_tls_and_the_connection_is_kept() -> None:
    async with Double(doubles.answers(READY), tls=True) as double, asking(double.address, **LONG) as client:
        first, second = await client.auth_status(), await client.auth_status()
        assert first.value.authenticated
        assert None not in (first.timing.connect, first.timing.tls, first.timing.first_byte)
        assert (second.timing.connect, second.timing.tls) == (None, None)
        assert second.timing.first_byte is not None
        assert double.connections == 1
        await client.tickle()
        assert double.connections == 2
    head = double.requests[0].lower()
    assert head.startswith(b"post /v1/api/iserver/auth/status http/1.1\r\n")
    assert b"\r\ncontent-length: 0\r\n" in head
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert b"transfer-encoding" not in head


@pytest.mark.parametrize(
    ("script", "options", "limits", "kind"),
    [
        (doubles.closes, {"tls": True}, LONG, FailureKind.CUT),
        (doubles.closes, {"scheme": "https"}, LONG, FailureKind.CUT),
        (doubles.closes, {}, LONG, FailureKind.CUT),
        (doubles.resets, {}, LONG, FailureKind.CUT),
        (doubles.resets, {"scheme": "https"}, LONG, FailureKind.CUT),
        (doubles.hangs, {"tls": True, "scheme": "http"}, LONG, FailureKind.CUT),
        (doubles.says(response("400 Bad Request", b"no TLS")), {"scheme": "https"}, LONG, FailureKind.CUT),
        (doubles.silence, {"scheme": "https"}, SHORT, FailureKind.TLS_TIMEOUT),
        (doubles.says(b"\x15\x03\x03\x00\x02\x02\x28"), {"scheme": "https"}, LONG, FailureKind.NOT_A_GATEWAY),
        (doubles.hangs, {"tls": True}, SHORT, FailureKind.SILENT),
        (doubles.hangs, {}, SHORT, FailureKind.SILENT),
        (
            doubles.says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", then_closes=False),
            {},
            SHORT,
            FailureKind.SILENT,
        ),
        (doubles.says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), {}, LONG, FailureKind.UNEXPECTED),
        (doubles.drips(b"HTTP/1.1 200 OK\r\n\r\n", b" "), {}, SHORT, FailureKind.SILENT),
        (doubles.says(b"SSH-2.0-OpenSSH_9.2\r\n"), {}, LONG, FailureKind.NOT_A_GATEWAY),
        (doubles.says(b"220 mail.test ESMTP\r\n", then_closes=False), {}, SHORT, FailureKind.NOT_A_GATEWAY),
        (doubles.says(b"\x00\xff\x1b]52;c;AAAA\x07" * 50), {}, LONG, FailureKind.NOT_A_GATEWAY),
        (doubles.says(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 30_000 + b"\r\n"), {}, LONG, FailureKind.UNEXPECTED),
        (doubles.answers(response("404 Not Found", b"Access Denied")), {"tls": True}, LONG, FailureKind.DENIED),
        (
            doubles.answers(response("500 Internal Server Error", b"Internal Server Error")),
            {"tls": True},
            LONG,
            FailureKind.MISCONFIGURED,
        ),
        (doubles.answers(chunked("500 x", b"Internal Server Error")), {"tls": True}, LONG, FailureKind.BACKEND),
        (
            doubles.answers(response("403 Forbidden", b"", "Server: AirTunes/775.3.1")),
            {},
            LONG,
            FailureKind.NOT_A_GATEWAY,
        ),
        (doubles.answers(response("101 Switching Protocols", b"")), {}, LONG, FailureKind.UNEXPECTED),
    ],
)
async def test_what_came_is_what_is_told(script: Any, options: Any, limits: Any, kind: FailureKind) -> None:
    async with Double(script, **options) as double:
        error = await failure(double, **limits)
    assert error.failure.kind is kind
    assert error.failure.evidence.isprintable()
    assert error.timing.connect is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_refused(host: str) -> None:
    async with asking(Address("https", host, doubles.closed_port()), **LONG) as client:
        with pytest.raises(GatewayError) as raised:
            await client.tickle()
    assert raised.value.failure.kind is FailureKind.REFUSED


async def test_a_name_that_no_resolver_takes() -> None:
    async with asking(Address("https", "a" * 64 + ".test", 5000), **LONG) as client:
        with pytest.raises(GatewayError) as raised:
            await client.auth_status()
    assert raised.value.failure.kind is FailureKind.UNRESOLVED


async def test_a_body_without_end_is_cut_at_the_limit() -> None:
    async with Double(doubles.drips(b"HTTP/1.1 200 OK\r\n\r\n", bytes(2**20))) as double:
        error = await failure(double, **LONG)
    assert isinstance(error, Unexpected)
    assert f"{BODY_LIMIT >> 20} MiB" in error.failure.evidence


async def test_nothing_of_what_came_steers_a_terminal() -> None:
    async with Double(doubles.says(b"\x1b]52;c;AAAA\x07 HELO\r\n")) as double:
        error = await failure(double, **LONG)
    assert isinstance(error, NotAGateway)
    assert "HELO" in error.failure.evidence
    assert "\x1b" not in error.failure.evidence


async def test_a_redirect_is_not_followed() -> None:
    async with Double(doubles.answers(READY)) as target:
        moved = response("302 Found", b"", f"Location: {target.address.url}/v1/api/iserver/auth/status")
        async with Double(doubles.answers(moved)) as double:
            error = await failure(double, **LONG)
    assert error.failure.kind is FailureKind.NOT_A_GATEWAY
    assert target.connections == 0


async def test_cookies_are_not_kept() -> None:
    cookie = chunked("200 OK", b'{"authenticated":true}', "Set-Cookie: x-sess-uuid=1; Path=/")
    async with Double(doubles.answers(cookie)) as double, asking(double.address, **LONG) as client:
        for _ in range(2):
            await client.auth_status()
    assert not any(b"ookie" in request for request in double.requests)


async def test_a_timed_out_connection_is_dropped() -> None:
    async def first_hangs(connection: Connection) -> None:
        await (doubles.hangs if connection.number == 0 else doubles.answers(READY))(connection)

    async with Double(first_hangs, tls=True) as double, asking(double.address, **SHORT) as client:
        with pytest.raises(Silent):
            await client.auth_status()
        client._asker._limits = GatewayClient(double.address, clock=SystemClock(), **LONG)._limits
        assert (await client.auth_status()).value.authenticated
    assert double.connections == 2


def answers_once_then(end: Any) -> doubles.Script:
    """The first connection answers once and ends at the next request; all others answer."""

    async def script(connection: Connection) -> None:
        if connection.number > 0:
            await doubles.answers(READY)(connection)
            return
        await connection.request()
        await connection.send(READY)
        await connection.request()
        end(connection)

    return script


@pytest.mark.parametrize("end", [lambda connection: None, lambda connection: connection.reset()])
async def test_a_kept_connection_that_turns_out_closed_is_replaced_once(end: Any) -> None:
    async with Double(answers_once_then(end)) as double, asking(double.address, **LONG) as client:
        await client.auth_status()
        again = await client.auth_status()
    assert again.value.authenticated
    assert again.timing.connect is not None
    assert double.connections == 2
    assert len(double.requests) == 3


async def test_a_gateway_that_closes_every_time_is_asked_no_third_time() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        if connection.number == 0:
            await connection.send(READY)
            await connection.request()

    async with Double(script) as double, asking(double.address, **LONG) as client:
        await client.auth_status()
        with pytest.raises(Cut):
            await client.auth_status()
    assert len(double.requests) == 3


async def test_the_tickle_is_answered_while_two_requests_hang() -> None:
    two = asyncio.Event()

    async def script(connection: Connection) -> None:
        while (request := await connection.request()) is not None:
            if b"/tickle" in request:
                await connection.send(chunked("200 OK", b"{}"))
            elif len(double.requests) == 2:
                two.set()

    async with Double(script, tls=True) as double, asking(double.address, **LONG) as client:
        questions = (client.auth_status(), client.auth_status(), client.brokerage_accounts())
        hung = [asyncio.ensure_future(question) for question in questions]
        async with asyncio.timeout(PATIENCE):
            await two.wait()
            for _ in range(3):
                await client.tickle()
        assert sum(b"/auth/status" in request for request in double.requests) == 1
        for task in hung:
            task.cancel()
        await asyncio.gather(*hung, return_exceptions=True)


@pytest.mark.parametrize(("tls", "scheme"), [(False, "https"), (False, "http"), (True, "https")])
async def test_cancelling_leaves_no_connection_behind(tls: bool, scheme: str) -> None:
    arrived = asyncio.Event()

    async def script(connection: Connection) -> None:
        await connection.reader.read(1)
        arrived.set()
        # The end of the client's stream is what shows that it let go.
        while await connection.reader.read(4096):
            pass
        gone.set()

    gone = asyncio.Event()
    async with Double(script, tls=tls, scheme=scheme) as double, asking(double.address, **LONG) as client:
        request = asyncio.ensure_future(client.auth_status())
        async with asyncio.timeout(PATIENCE):
            await arrived.wait()
            request.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                gc.collect()
            await gone.wait()


@pytest.mark.parametrize(
    ("ca", "host", "trusted"),
    [
        (None, "127.0.0.1", True),
        (CERTIFICATE, "127.0.0.1", True),
        (CERTIFICATE, "localhost", True),
        ("other", "localhost", False),
    ],
)
async def test_verification(ca: Path | str | None, host: str, trusted: bool) -> None:
    authorities = CERTIFICATE.with_name("test-only-other-cert.pem") if ca == "other" else ca
    async with Double(doubles.answers(READY), tls=True) as double:
        address = Address("https", host, double.address.port)
        async with asking(address, ca=authorities, **LONG) as client:
            if trusted:
                assert (await client.auth_status()).value.authenticated
                return
            with pytest.raises(Untrusted, match="certificate verify failed"):
                await client.auth_status()


LOGIN = response("302 Found", b"", "Location: /sso/Login?forwardTo=22&RL=1&ip2loc=US")


@pytest.mark.parametrize(
    ("tls", "asked_as", "script", "kind"),
    [
        (True, "http", doubles.answers(LOGIN), FailureKind.WRONG_SCHEME),
        (False, "https", doubles.answers(LOGIN), FailureKind.WRONG_SCHEME),
        (False, "https", doubles.answers(response("404 Not Found", b"Access Denied")), FailureKind.WRONG_SCHEME),
        (False, "https", doubles.answers(response("403 x", b"", "Server: AirTunes/1")), FailureKind.NOT_A_GATEWAY),
        (False, "https", doubles.answers(response("200 OK", b"hello")), FailureKind.NOT_A_GATEWAY),
        (False, "https", doubles.says(b"SSH-2.0-x\r\n"), FailureKind.NOT_A_GATEWAY),
        (False, "https", doubles.closes, None),
    ],
)
async def test_the_other_scheme(tls: bool, asked_as: str, script: Any, kind: FailureKind | None) -> None:
    async with Double(script, tls=tls, scheme=asked_as) as double, asking(double.address, **LONG) as client:
        with pytest.raises(Cut):
            await client.auth_status()
        seen = await client.other_scheme()
        assert (seen and seen.kind) == kind


async def test_the_other_scheme_with_a_certificate_that_is_not_trusted_is_still_the_other_scheme() -> None:
    other = CERTIFICATE.with_name("test-only-other-cert.pem")
    async with (
        Double(doubles.answers(LOGIN), tls=True, scheme="http") as double,
        asking(double.address, ca=other, **LONG) as client,
    ):
        seen = await client.other_scheme()
        assert seen is not None
        assert seen.kind is FailureKind.WRONG_SCHEME
