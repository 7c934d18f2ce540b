"""An httpx transport that ends in a SimulatedGateway instead of a socket, for tests that drive the clock by hand."""

import asyncio
import errno
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import httpx

from tests.support.clock import ManualClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import Hang, Request

Trace = Callable[[str, Mapping[str, Any]], Awaitable[None]]

_IDLE = 30.0
_NOTHING = 1e-9  # what rounding leaves of a wait that is over: too little to move a clock at all


async def _untraced(_event: str, _info: Mapping[str, Any]) -> None:
    return None


class Stream:
    """Stands where httpcore's events hand out the network stream; nothing is ever read from it."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore's signature)
        return b""

    async def aclose(self) -> None:
        return None


class SimTransport(httpx.AsyncBaseTransport):
    """Feeds a client's requests to a core.

    A hang waits for the request's read timeout on the clock and raises httpx.ReadTimeout; without a read timeout
    it waits for ever. refused: while True, every request raises httpx.ConnectError, as when no gateway runs; so it
    is while the scenario has nobody listen. A request that is under way when the gateway goes down, or when
    `restart` is called, raises httpx.RemoteProtocolError. latency: seconds on the clock that every answer takes,
    besides what the scenario makes it wait; own_latency: that the gateway's own page takes instead. round_trip: that a
    connection takes to come up. The `trace` extension gets httpcore's event names, with those of a fresh connection on
    the first request, and after a hang, a cut and `refused`.
    """

    def __init__(self, gateway: SimulatedGateway, clock: ManualClock) -> None:
        self.gateway = gateway
        self.refused = False
        self.latency = 0.0
        self.own_latency: float | None = None
        self.round_trip = 0.0
        self.connections = 0
        self.closed = False
        self._clock = clock
        self._connected = False
        self._tickled_at = float("-inf")
        self._under_way: set[asyncio.Future[None]] = set()
        gateway.changed.append(self._notice)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request to the core. Raises httpx.ConnectError, httpx.ReadTimeout and httpx.RemoteProtocolError."""
        trace = cast("Trace", request.extensions.get("trace", _untraced))
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
        own = self.own_latency if request.url.path == "/" else None
        latency = self.latency if own is None else own
        takes = math.inf if isinstance(answer, Hang) else latency + answer.wait
        whole = await self._wait(takes if timeout is None else min(takes, timeout))
        if not whole or (timeout is not None and takes > timeout) or isinstance(answer, Hang):
            self._connected = False
            failure: httpx.TransportError = httpx.ReadTimeout("the read operation timed out", request=request)
            if not whole:
                failure = httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
            await trace("http11.receive_response_headers.failed", {"exception": failure})
            raise failure
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

    def restart(self) -> None:
        """The gateway's process ends and another one starts: connections are cut and the login is lost."""
        self.gateway.restart()
        self._cut()

    def _notice(self) -> None:
        """Another scenario was set; it may be one in which nobody listens."""
        if not self.gateway.listens:
            self._cut()

    def _cut(self) -> None:
        self._connected = False
        for cut in self._under_way:
            if not cut.done():
                cut.set_result(None)

    async def _wait(self, seconds: float) -> bool:
        """Let that time pass on the clock; False where the gateway went away meanwhile."""
        began = self._clock.now()
        cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.add(cut)
        try:
            while not cut.done() and self.gateway.listens:
                left = seconds - (self._clock.now().ticks - began.ticks)
                if left <= _NOTHING:
                    return True
                sleeping = asyncio.ensure_future(self._clock.sleep(min(left, self.gateway.seconds_to_change())))
                try:
                    await asyncio.wait({sleeping, cut}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    sleeping.cancel()
            return False
        finally:
            self._under_way.discard(cut)

    async def aclose(self) -> None:
        """Remember that the client closed us."""
        self.closed = True

    async def _connect(self, request: httpx.Request, trace: Trace) -> None:
        refused = self.refused or not self.gateway.listens
        if self._connected and not refused:
            return
        self._connected = False
        await trace("connection.connect_tcp.started", {})
        if refused:
            failure = httpx.ConnectError("All connection attempts failed", request=request)
            await trace("connection.connect_tcp.failed", {"exception": failure})
            raise failure from ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        if self.round_trip:
            await self._clock.sleep(self.round_trip)
        await trace("connection.connect_tcp.complete", {"return_value": Stream()})
        if request.url.scheme == "https":
            await trace("connection.start_tls.started", {})
            await trace("connection.start_tls.complete", {"return_value": Stream()})
        self.connections += 1
        self._connected = True
