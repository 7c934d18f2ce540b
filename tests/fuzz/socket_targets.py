"""Targets: bytes as they come over sockets, before anybody has made messages of them."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import h11
import httpcore
import httpx

from tests.fuzz.gateway_targets import STATUS, WORDS, auth_events
from tests.fuzz.shown import Screen, check
from tests.fuzz.target import Target
from tests.support.clock import ManualClock
from tests.support.states import ready
from tui.domain.address import parse_address
from tui.domain.reduce import reduce
from tui.gateway.client import GatewayClient
from tui.gateway.errors import GatewayError
from tui.gateway.websocket import Heard, _Conversation
from tui.watch.http import LARGEST_REQUEST, Request, _reply, plain


class _Plain(httpcore.AsyncMockStream):
    """Bytes in the clear; httpcore's own has TLS of a kind."""

    def get_extra_info(self, info: str) -> Any:
        """Nothing is known of it."""
        return None


class _Socket(httpcore.AsyncMockBackend):
    """A network whose connections all bring the same bytes."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(pieces)
        self._pieces = pieces

    async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """A connection to anywhere."""
        return _Plain(list(self._pieces))


class _Wire:
    """Bytes as they come from a socket, through the HTTP library: chunks, heads and all that is none."""

    def __init__(self) -> None:
        self._loop, self._screen = asyncio.new_event_loop(), Screen()

    def __call__(self, data: bytes) -> None:
        clock = ManualClock()
        transport = httpx.AsyncHTTPTransport(verify=False)
        pieces = [data[at : at + 4096] for at in range(0, len(data), 4096)]
        transport._pool = httpcore.AsyncConnectionPool(network_backend=_Socket(pieces))
        self._loop.run_until_complete(self._asked(clock, transport))

    async def _asked(self, clock: ManualClock, transport: httpx.AsyncHTTPTransport) -> None:
        client = GatewayClient(parse_address("http://127.0.0.1:5000"), clock=clock, transport=transport)
        outcome: Any
        try:
            outcome = await client.auth_status()
        except GatewayError as error:
            outcome = error.failure
        finally:
            await client.aclose()
        state = ready()
        for event in auth_events(state, outcome):
            state = reduce(state, event)
        self._screen.draw(state)


def _wire_seeds() -> Iterable[bytes]:
    whole = json.dumps(STATUS).encode()
    yield b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(whole) + whole
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x;x=y\r\n%s\r\n0\r\nA: b\r\n\r\n" % (
        len(whole),
        whole,
    )
    yield b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + whole
    yield b"HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\nDate: Mon, 30 Nov 2026 19:11:17 GMT\r\n\r\nAccess Denied"
    yield b"HTTP/1.0 200\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00"
    yield b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello"
    yield b"SSH-2.0-OpenSSH_9.2\r\n\x1b[31m"
    yield b"\x15\x03\x01\x00\x02\x02\x46"


class _Stream:
    """A connection that brings these bytes and takes any."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self, most: int) -> bytes:
        """The next of them."""
        taken, self._data = self._data[:most], self._data[most:]
        return taken

    async def write(self, _: bytes) -> None:
        """As if it were sent."""


def _frame(payload: bytes, first: int = 0x81) -> bytes:
    size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return bytes([first]) + size + payload


def _websocket(data: bytes) -> None:
    """What a websocket says until it greets, or ends."""
    conversation = _Conversation(_Stream(data))
    heard = asyncio.run(conversation.until_greeted())
    assert heard in {Heard.GREETED, Heard.CLOSED}
    for topic in conversation.topics:
        check(topic)


def _websocket_seeds() -> Iterable[bytes]:
    greeting = _frame(b'{"topic":"system","success":"jpublic77","isFT":false,"isPaper":true}')
    yield _frame(b'{"message":"waiting for session"}') + greeting
    yield (
        _frame(b'{"topic":"sts","args":{"authenticated":true}}')
        + _frame(b"", 0x89)
        + _frame(b'{"topic":"act+U1"', 0x01)
    )
    yield _frame(b"x" * 200, 0x82) + _frame(b'{"a":[[', 0x00) + _frame(b"\x03\xe8", 0x88)


def _health(data: bytes) -> None:
    """A request to `watch --serve`."""

    async def asked() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        talk = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_REQUEST)
        reply = await _reply(reader, talk, answered, ManualClock())
        assert reply is None or reply.status in {200, 400, 405, 431}

    def answered(request: Request) -> Any:
        assert isinstance(request.path, str)
        return plain(200, "ok")

    asyncio.run(asked())


def _health_seeds() -> Iterable[bytes]:
    yield b"GET /metrics?x=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n\r\n"
    yield b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    yield b"HEAD / HTTP/1.0\r\n\r\nGET * HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"


_HTTP = (
    b"\r\n",
    b"\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"0\r\n\r\n",
    b"Content-Length: 99999999999\r\n",
    b" HTTP/1.1",
)


def targets() -> Iterable[Target]:
    """Those of this module."""
    yield Target("socket-wire", _Wire(), _wire_seeds, (*WORDS, *_HTTP))
    yield Target(
        "socket-websocket", _websocket, _websocket_seeds, (*WORDS, b"\x81\x7e", b"\x88\x00", b"\x81\x7f", b"\x00")
    )
    yield Target("socket-health", _health, _health_seeds, _HTTP)
