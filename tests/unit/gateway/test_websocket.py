"""The greeting of a websocket: who says it, how it may come in pieces, and that nothing of what it holds is kept."""

import base64
import hashlib
import json
import struct
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tests.support.doctoring import end, played, scene_of, simulated
from tests.support.doubles import Connection, Double
from tui.clock import SystemClock
from tui.domain.address import Address, parse_address
from tui.domain.failure import Failure, FailureKind
from tui.domain.secret import Secret
from tui.gateway.client import GatewayClient
from tui.gateway.errors import GatewayError
from tui.gateway.websocket import MOST, SECONDS, Greeting, Heard, take
from tui.simulator.frames import Opcode, frame
from tui.simulator.scenarios import Scenario

ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SYSTEM = {"topic": "system", "success": "planted-user", "isFT": False, "isPaper": True}
HEARTBEAT = {"topic": "system", "hb": 1594677336001}
URL = "https://localhost:5000"


def binary(value: object) -> bytes:
    """As the gateway hands on IBKR's text."""
    return frame(Opcode.BINARY, json.dumps(value).encode())


class Stream:
    """What a websocket says: these pieces, and then nothing more, or the end."""

    def __init__(self, *pieces: bytes, ends: bool = False, clock: ManualClock | None = None) -> None:
        self.pieces = list(pieces)
        self.ends = ends
        self.written = b""
        self.clock = clock or ManualClock()

    async def read(self, _most: int) -> bytes:
        if self.pieces:
            return self.pieces.pop(0)
        if not self.ends:
            await self.clock.sleep(3600)
        return b""

    async def write(self, data: bytes) -> None:
        self.written += data


def accepted(request: httpx.Request) -> dict[str, str]:
    digest = hashlib.sha1(request.headers["sec-websocket-key"].encode() + ACCEPT).digest()
    return {"sec-websocket-accept": base64.b64encode(digest).decode()}


async def heard(stream: Stream, url: str = URL, **client: Any) -> Greeting:
    """What the client makes of it."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(101, headers=accepted(request), extensions={"network_stream": stream})

    made = GatewayClient(parse_address(url), clock=stream.clock, transport=httpx.MockTransport(answer), **client)
    try:
        return (await played(made.greeting(), stream.clock)).value
    finally:
        await made.aclose()


@pytest.mark.parametrize(
    ("pieces", "ends", "expected"),
    [
        ((binary(SYSTEM),), False, Greeting(Heard.GREETED, ("system",))),
        ((binary({"topic": "act", "args": {}}) + binary(SYSTEM),), False, Greeting(Heard.GREETED, ("act", "system"))),
        ((frame(Opcode.TEXT, json.dumps(SYSTEM).encode()),), False, Greeting(Heard.GREETED, ("system",))),
        ((binary({"message": "waiting for session"}),), False, Greeting(Heard.WAITING, ("waiting for session",))),
        (
            (binary({"message": "waiting for session"}) + binary(SYSTEM),),
            False,
            Greeting(Heard.GREETED, ("waiting for session", "system")),
        ),
        ((), False, Greeting(Heard.SILENT)),
        ((), True, Greeting(Heard.CLOSED)),
        ((frame(Opcode.CLOSE, b"\x03\xe8"),), False, Greeting(Heard.CLOSED)),
        ((binary(HEARTBEAT),), False, Greeting(Heard.OTHER, ("system",))),
        ((frame(Opcode.TEXT, b"hello"), binary([1])), False, Greeting(Heard.OTHER, ("no JSON",))),
        ((binary({"topic": "\x1b[2Jsmd+1+{}"}),), False, Greeting(Heard.OTHER, ("\N{REPLACEMENT CHARACTER}[2Jsmd",))),
        ((b"\x82\xff" + struct.pack(">Q", 1 << 50),), False, Greeting(Heard.CLOSED)),
        ((frame(Opcode.BINARY, b"x" * 60_000),) * 6, False, Greeting(Heard.CLOSED, ("no JSON",))),
    ],
)
async def test_what_is_said_is_told(pieces: tuple[bytes, ...], ends: bool, expected: Greeting) -> None:
    assert await heard(Stream(*pieces, ends=ends)) == expected


async def test_a_greeting_in_single_bytes_and_in_fragments_is_one() -> None:
    whole = json.dumps(SYSTEM).encode()
    parts = bytes([0x02, 9]) + whole[:9] + b"\x89\x02hi" + bytes([0x80, len(whole) - 9]) + whole[9:]
    stream = Stream(*(bytes([byte]) for byte in parts))
    found = await heard(stream)
    assert found == Greeting(Heard.GREETED, ("system",))
    assert "planted" not in repr(found)
    pong, close = stream.written[:8], stream.written[8:]
    assert (pong[0], pong[1]) == (0x8A, 0x82)  # masked, as a client's has to be
    assert bytes(byte ^ pong[2 + at % 4] for at, byte in enumerate(pong[6:8])) == b"hi"
    assert (close[0], close[1]) == (0x88, 0x82)


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_bytes_whatever_break_the_reading(pieces: list[bytes]) -> None:
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        for _ in range(100):
            before = len(buffer)
            if take(buffer) is None:
                break
            assert len(buffer) < before or not buffer
    assert len(buffer) < MOST


@given(st.binary(max_size=70_000), st.integers(0, 80))
def test_a_frame_is_taken_as_it_was_written(payload: bytes, cut: int) -> None:
    whole = frame(Opcode.BINARY, payload)
    buffer = bytearray(whole[:cut])
    if cut < len(whole):
        assert take(buffer) is None
        buffer += whole[cut:]
    assert take(buffer) == (True, Opcode.BINARY, payload)
    assert not buffer


REFUSALS: list[tuple[Callable[[httpx.Request], httpx.Response], FailureKind]] = [
    (lambda _: httpx.Response(404, content=b"Access Denied"), FailureKind.DENIED),
    (lambda _: httpx.Response(200, content=b"{}"), FailureKind.UNEXPECTED),
    (lambda _: httpx.Response(426, content=b""), FailureKind.UNEXPECTED),
    (lambda _: httpx.Response(101, headers={"sec-websocket-accept": "other"}), FailureKind.NOT_A_GATEWAY),
    (lambda _: httpx.Response(401, content=b""), FailureKind.NO_LOGIN),
]


@pytest.mark.parametrize(("answer", "kind"), REFUSALS)
async def test_a_refusal_is_the_failure_that_it_is_for_any_request(
    answer: Callable[[httpx.Request], httpx.Response], kind: FailureKind
) -> None:
    client = GatewayClient(parse_address(URL), clock=ManualClock(), transport=httpx.MockTransport(answer))
    with pytest.raises(GatewayError) as caught:
        await client.greeting()
    assert caught.value.failure.kind is kind
    await client.aclose()


async def test_what_the_guard_wants_to_see_goes_with_it() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(101, headers=accepted(request))

    client = GatewayClient(
        parse_address("https://box.example.com"),
        clock=ManualClock(),
        transport=httpx.MockTransport(answer),
        way_in={"X-Key": Secret("planted")},
    )
    assert (await client.greeting()).value == Greeting(Heard.CLOSED)  # no stream came with it
    await client.aclose()
    (request,) = sent
    assert (request.method, request.url.path) == ("GET", "/v1/api/ws")
    assert request.headers["x-key"] == "planted"
    assert "cookie" not in request.headers
    assert len(base64.b64decode(request.headers["sec-websocket-key"])) == 16


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [(Scenario.READY, Heard.GREETED), (Scenario.LAPSED, Heard.WAITING), (Scenario.LOGIN_REQUIRED, Heard.SILENT)],
)
async def test_the_simulated_gateway_within_five_seconds(scenario: Scenario, expected: Heard) -> None:
    made = simulated(scenario)
    scene = scene_of(made)
    began = made.clock.now().ticks
    found = await played(scene.greeting(), made.clock)
    assert not isinstance(found, Failure)
    assert found.heard is expected
    assert made.clock.now().ticks - began <= SECONDS + 0.5
    await end(scene)


async def test_over_a_real_socket_frames_that_come_with_the_handshake_are_not_lost() -> None:
    async def script(connection: Connection) -> None:
        request = await connection.request()
        assert request is not None
        key = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
        digest = hashlib.sha1(key.partition(b":")[2].strip() + ACCEPT).digest()
        head = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        accept = b"sec-websocket-accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        await connection.send(head + accept + binary(SYSTEM))

    async with Double(script) as double:
        client = GatewayClient(double.address, clock=SystemClock())
        assert (await client.greeting()).value == Greeting(Heard.GREETED, ("system",))
        await client.aclose()


async def test_where_nobody_listens_it_is_refused() -> None:
    made = simulated(Scenario.RESTARTING)
    scene = scene_of(made)
    found = await played(scene.greeting(), made.clock)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.REFUSED
    await end(scene)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Fri, 20 Nov 2026 14:03:00 GMT", "2026-11-20T14:03:00+00:00"),
        ("Fri, 20 Nov 2026 15:03:00 +0100", "2026-11-20T14:03:00+00:00"),
        ("yesterday", None),
        ("", None),
        ("Fri, 20 Nov 9999999 14:03:00 GMT", None),
    ],
)
async def test_the_date_of_an_answer_is_kept(value: str, expected: str | None) -> None:
    body = json.dumps({"authenticated": True, "connected": True}).encode()
    headers = {"Date": value} if value else {}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body, headers=headers))
    client = GatewayClient(Address("https", "localhost", 5000), clock=ManualClock(), transport=transport)
    await client.auth_status()
    dated = client.dated
    assert (dated.value.isoformat() if dated else None) == expected
    await client.aclose()
