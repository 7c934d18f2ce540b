"""Websocket frames, and what a websocket hears, without a socket."""

import json
import struct
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tui.simulator.frames import BadFrame, Frame, Opcode, frame, take
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import Request
from tui.simulator.scenarios import Scenario


def masked(opcode: int, payload: bytes = b"") -> bytes:
    """A client's frame."""
    mask = b"\x01\x02\x03\x04"
    size = len(payload)
    lengths = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size)
    return bytes([0x80 | opcode]) + lengths + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def messages(data: bytes) -> list[Any]:
    """The JSON in a server's frames, all of which must be binary."""
    found = []
    while data:
        assert data[0] == 0x80 | Opcode.BINARY
        size, at = data[1], 2
        if size == 126:
            size, at = struct.unpack(">H", data[2:4])[0], 4
        found.append(json.loads(data[at : at + size]))
        data = data[at + size :]
    return found


def topics(data: bytes) -> list[str]:
    return [message.get("topic", message.get("message")) for message in messages(data)]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 5000])
def test_frames_arrive_in_pieces(size: int) -> None:
    buffer = bytearray()
    sent = masked(Opcode.TEXT, b"x" * size) + masked(Opcode.PING)
    for i in range(len(sent) - 7):
        buffer += sent[i : i + 1]
        assert take(buffer) is None or i == len(sent) - 7
    buffer += sent[-7:]
    assert take(buffer) == Frame(Opcode.TEXT, b"x" * size)
    assert take(buffer) == Frame(Opcode.PING, b"")
    assert not buffer


@pytest.mark.parametrize("bad", [b"\x81\x01x", b"\x82\xff" + struct.pack(">Q", 1 << 40) + b"mask"])
def test_what_no_client_sends_is_refused(bad: bytes) -> None:
    with pytest.raises(BadFrame):
        take(bytearray(bad))


@pytest.mark.parametrize(("size", "head"), [(5, 2), (126, 4), (70_000, 10)])
def test_a_servers_frames(size: int, head: int) -> None:
    assert len(frame(Opcode.BINARY, b"x" * size)) == head + size


async def test_the_greeting_comes_late_and_then_a_heartbeat_each_ten_seconds() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock)
    greeting = core.greeting()
    assert greeting.hear(masked(Opcode.TEXT, b"tic")) == b""
    assert greeting.say(clock.now()) == b""
    await clock.advance(2.9)
    assert greeting.say(clock.now()) == b""
    await clock.advance(0.1)
    said = messages(greeting.say(clock.now()))
    assert [message["topic"] for message in said] == ["system", "act", "sts"]
    assert (said[0]["success"], said[0]["isPaper"]) == ("simul1234", True)
    assert said[1]["args"]["accounts"] == ["DU1234567"]
    assert said[2]["args"]["authenticated"] is True
    beats = 0
    for _ in range(60):
        await clock.advance(0.5)
        beats += len([message for message in messages(greeting.say(clock.now())) if "hb" in message])
    assert beats == 3


async def test_a_loss_is_announced_and_the_return_is_not() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock)
    greeting = core.greeting()
    await clock.advance(3)
    greeting.say(clock.now())
    core.set_scenario(Scenario.COMPETING)
    assert [message["args"] for message in messages(greeting.say(clock.now()))] == [
        {"authenticated": False},
        {"competing": True},
    ]
    core.set_scenario(Scenario.READY)
    assert greeting.say(clock.now()) == b""


async def test_without_a_brokerage_session_it_waits_and_then_greets() -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock, Scenario.LAPSED)
    greeting = core.greeting()
    await clock.advance(3)
    assert messages(greeting.say(clock.now())) == [{"message": "waiting for session"}]
    assert greeting.say(clock.now()) == b""
    core.set_scenario(Scenario.READY)
    assert topics(greeting.say(clock.now())) == ["system", "act", "sts"]


@pytest.mark.parametrize("scenario", [Scenario.LOGIN_REQUIRED, Scenario.BACKEND_HUNG, Scenario.BACKEND_DOWN])
async def test_silence_for_ever_where_ibkr_says_nothing(scenario: Scenario) -> None:
    clock = ManualClock()
    core = SimulatedGateway(clock, scenario)
    assert core.respond(Request("GET", "/")) is not None
    greeting = core.greeting()
    await clock.advance(600)
    assert greeting.say(clock.now()) == b""


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (masked(Opcode.CLOSE, b"\x03\xe9bye"), b""),
        (masked(Opcode.CLOSE), b""),
        (masked(Opcode.PING, b"hi") + masked(Opcode.CLOSE, b"\x03\xe8") + masked(Opcode.PING), b"\x8a\x02hi"),
        (b"\x81\x01x", b""),
    ],
)
def test_pings_are_answered_and_a_close_ends_it(sent: bytes, answer: bytes) -> None:
    greeting = SimulatedGateway(ManualClock()).greeting()
    assert greeting.hear(sent) == answer
    assert greeting.closed
    assert greeting.say(ManualClock().now()) == b""
