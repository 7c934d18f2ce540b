"""An httpx transport that ends in a SimulatedGateway instead of a socket, for tests that drive the clock by hand."""

import errno
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import httpx

from tests.support.clock import ManualClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import Hang, Request

_Trace = Callable[[str, Mapping[str, Any]], Awaitable[None]]

_IDLE = 30.0


async def _untraced(_event: str, _info: Mapping[str, Any]) -> None:
    return None


class _Stream:
    """Stands where httpcore's events hand out the network stream; nothing is ever read from it."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore's signature)
        return b""

    async def aclose(self) -> None:
        return None


class SimTransport(httpx.AsyncBaseTransport):
    """Feeds a client's requests to a core.

    A hang waits for the request's read timeout on the clock and raises httpx.ReadTimeout; without a read timeout
    it waits for ever. refused: while True, every request raises httpx.ConnectError, as when no gateway runs.
    latency: seconds on the clock that every answer takes. round_trip: that a connection takes to come up.
    The `trace` extension gets httpcore's event names, with
    those of a fresh connection on the first request, after a hang and after `refused`.
    """

    def __init__(self, gateway: SimulatedGateway, clock: ManualClock) -> None:
        self.gateway = gateway
        self.refused = False
        self.latency = 0.0
        self.round_trip = 0.0
        self.connections = 0
        self.closed = False
        self._clock = clock
        self._connected = False
        self._tickled_at = float("-inf")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request to the core. Raises httpx.ConnectError and httpx.ReadTimeout."""
        trace = cast("_Trace", request.extensions.get("trace", _untraced))
        if request.url.path.endswith("/tickle"):
            # The tickle has a connection of its own, which the client has given up by the time of the next.
            self._connected = self._connected and self._clock.now().ticks - self._tickled_at < _IDLE
            self._tickled_at = self._clock.now().ticks
        await self._connect(request, trace)
        body = await request.aread()
        for part in ("headers", "body"):
            await trace(f"http11.send_request_{part}.started", {})
            await trace(f"http11.send_request_{part}.complete", {})
        target = request.url.raw_path.decode("ascii")
        answer = self.gateway.respond(Request(request.method, target, tuple(request.headers.raw), body))
        await trace("http11.receive_response_headers.started", {})
        timeout: float | None = request.extensions.get("timeout", {}).get("read")
        if isinstance(answer, Hang) or (timeout is not None and self.latency > timeout):
            await self._clock.sleep(float("inf") if timeout is None else timeout)
            self._connected = False
            failure = httpx.ReadTimeout("the read operation timed out", request=request)
            await trace("http11.receive_response_headers.failed", {"exception": failure})
            raise failure
        if self.latency:
            await self._clock.sleep(self.latency)
        headers = list(answer.headers)
        names = {name.lower() for name, _ in headers}
        if answer.chunked:
            headers.append((b"Transfer-Encoding", b"chunked"))
        elif b"content-length" not in names and answer.status >= 200:
            headers.append((b"Content-Length", str(len(answer.body)).encode("ascii")))
        reason = answer.reason.encode("ascii")
        await trace(
            "http11.receive_response_headers.complete",
            {"return_value": (b"HTTP/1.1", answer.status, reason, headers, b"")},
        )
        content = b"" if request.method == "HEAD" else answer.body
        return httpx.Response(
            answer.status,
            headers=headers,
            stream=httpx.ByteStream(content),
            request=request,
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": reason},
        )

    async def aclose(self) -> None:
        """Remember that the client closed us."""
        self.closed = True

    async def _connect(self, request: httpx.Request, trace: _Trace) -> None:
        if self._connected and not self.refused:
            return
        self._connected = False
        await trace("connection.connect_tcp.started", {})
        if self.refused:
            failure = httpx.ConnectError("All connection attempts failed", request=request)
            await trace("connection.connect_tcp.failed", {"exception": failure})
            raise failure from ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        if self.round_trip:
            await self._clock.sleep(self.round_trip)
        await trace("connection.connect_tcp.complete", {"return_value": _Stream()})
        if request.url.scheme == "https":
            await trace("connection.start_tls.started", {})
            await trace("connection.start_tls.complete", {"return_value": _Stream()})
        self.connections += 1
        self._connected = True
