"""What a request did on the wire, and when: httpcore's trace events and the first bytes read -> Timing and phase."""

import ipaddress
import socket
import ssl
from enum import StrEnum
from typing import Any

from tui.clock import Clock
from tui.domain.path import Timing

KEPT_BYTES = 1024
HTTP = b"HTTP/"
"""How every answer begins."""


class Phase(StrEnum):
    """How far a request got."""

    CONNECTING = "connecting"
    TLS = "tls"
    SENDING = "sending"
    WAITING = "waiting"
    READING = "reading"


class NotHere(socket.gaierror):
    """A name that stands for this machine led to another one, to whom nothing may be said: nobody is verified here."""


class Tap:
    """The bytes that one connection delivered to the request under way.

    here: whether only this machine may be at the other end, whatever address the system has for its name.

    start: the first KEPT_BYTES of them, which httpcore keeps to itself when they are no HTTP. count: how many came.
    first_at: ticks at the first one, None until then.
    """

    def __init__(self, clock: Clock, *, here: bool = False) -> None:
        self._clock = clock
        self._here = here
        self._stream: Any = None
        self._heard = False
        self.reset()

    def reset(self) -> None:
        """Forget the previous request's bytes."""
        self.start = b""
        self.count = 0
        self.first_at: float | None = None

    def attach(self, stream: Any) -> None:
        """Listen in on a fresh connection's stream, an `httpcore.AsyncNetworkStream`, if it is one."""
        if not hasattr(stream, "read"):
            return
        self._stream = stream
        read = stream.read

        async def tapped(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
            data: bytes = await read(max_bytes, timeout=timeout)
            self.note(data)
            return data

        stream.read = tapped

    def check(self, stream: Any) -> None:
        """Raise NotHere where the other end is not where it has to be. Asked before a byte is sent."""
        if self._here and hasattr(stream, "get_extra_info"):
            peer = stream.get_extra_info("server_addr")
            if isinstance(peer, tuple) and not _loopback(str(peer[0])):
                raise NotHere(socket.EAI_NONAME, "the name of this machine leads to another one")

    @property
    def from_the_start(self) -> bool:
        """False where an answer was read whose beginning did not come since the request was made.

        What an earlier answer left behind it, a second answer for example, would be taken for the one to this request.
        True as well where nothing was ever heard, as with a transport in memory.
        """
        return not self._heard or self.start.startswith(HTTP)

    @property
    def more(self) -> bool:
        """Whether more has been read than was handed on. Asked once an answer is whole: a byte may be lost by it.

        It may wait where anyio keeps what it read ahead of its readers, or within TLS.
        """
        stream = getattr(self._stream, "_stream", None)
        plain = getattr(stream, "transport_stream", stream)
        if getattr(getattr(plain, "_protocol", None), "read_queue", None):
            return True
        tls = self._stream.get_extra_info("ssl_object") if hasattr(self._stream, "get_extra_info") else None
        if tls is None:
            return False
        try:
            return bool(tls.read(1))
        except ssl.SSLError:  # none there, which is as it should be; or broken, which the next question finds out
            return False

    def note(self, data: bytes) -> None:
        """Count what was read."""
        if not data:
            return
        self._heard = True
        if self.first_at is None:
            self.first_at = self._clock.now().ticks
        self.start += data[: KEPT_BYTES - len(self.start)]
        self.count += len(data)

    async def close(self) -> None:
        """Close the stream: httpcore leaves it open when it is cancelled within the TLS handshake."""
        if self._stream is not None:
            await self._stream.aclose()


class Trace:
    """One request's times. Give the instance as the request extension `trace`."""

    def __init__(self, clock: Clock, tap: Tap) -> None:
        tap.reset()
        self._clock = clock
        self._tap = tap
        self._at: dict[str, float] = {"began": clock.now().ticks}
        self.phase = Phase.CONNECTING

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Take one httpcore event, e.g. `connection.connect_tcp.complete`."""
        self._at[event] = self._clock.now().ticks
        match event.partition(".")[2]:
            case "start_tls.started":
                self.phase = Phase.TLS
            case "send_request_headers.started":
                self.phase = Phase.SENDING
            case "receive_response_headers.started":
                self.phase = Phase.WAITING
            case "receive_response_body.started":
                self.phase = Phase.READING
            case "connect_tcp.complete" | "start_tls.complete" as made:
                self._tap.attach(info.get("return_value"))
                if made == "connect_tcp.complete":
                    self._tap.check(info.get("return_value"))

    def answered(self) -> None:
        """The answer's head is here. Transports without a socket send no events, and tell it only so."""
        self._at["answered"] = self._clock.now().ticks
        self.phase = Phase.READING

    @property
    def fresh(self) -> bool:
        """True where the request opened its connection, or got no further than trying to."""
        return "connection.connect_tcp.started" in self._at or not self._sent

    @property
    def _sent(self) -> bool:
        return "http11.send_request_headers.started" in self._at

    def timing(self, *, lagged: bool = False) -> Timing:
        """The times measured so far, in seconds. lagged: whether the loop was too busy to measure them."""
        sent = self._at.get("http11.send_request_headers.started", self._at["began"])
        first = self._tap.first_at if self._tap.first_at is not None else self._at.get("answered")
        return Timing(
            connect=self._span("connection.connect_tcp"),
            tls=self._span("connection.start_tls"),
            first_byte=None if first is None else max(0.0, first - sent),
            lagged=lagged,
        )

    def _span(self, event: str) -> float | None:
        try:
            return self._at[f"{event}.complete"] - self._at[f"{event}.started"]
        except KeyError:
            return None


def _loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
