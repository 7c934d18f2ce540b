"""Opens a websocket, listens for IBKR's greeting, and closes it again: whether the stream of data would come."""

import base64
import hashlib
import json
import logging
import secrets
import struct
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpcore
import httpx

from tui.clock import Clock, within
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing
from tui.domain.sanitise import safe_text
from tui.gateway.answers import failure_in
from tui.gateway.connections import Connections
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import error_for
from tui.gateway.faults import Limits, failure_of
from tui.gateway.lane import Slot
from tui.gateway.received import Received
from tui.gateway.trace import Trace

SECONDS = 5.0
"""How long the greeting is waited for; IBKR's comes in a quarter of a second."""
MOST = 256 * 1024
"""Bytes that are read before it is given up: an advisor's accounts take some of them."""

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BODY_MOST = 4096
_TOPICS_MOST = 4
_TOPIC_LENGTH = 24
_CLOSE, _PONG = 0x8, 0xA
# Below httpx there is nobody who gives them httpx's names.
_GONE = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError)


class Heard(StrEnum):
    """What a websocket said."""

    GREETED = "greeted"
    """IBKR's greeting: data will come."""
    WAITING = "waiting"
    """IBKR is there, and waits for a brokerage session."""
    SILENT = "silent"
    """Nothing: the gateway took it by itself, and is not connected to IBKR behind it."""
    CLOSED = "closed"
    """It was closed before any greeting."""
    OTHER = "other"
    """Something, but no greeting."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """heard: what came. topics: the names of the messages that did, in their order; nothing of what is in them."""

    heard: Heard
    topics: tuple[str, ...] = ()


async def greeted(
    connections: Connections, address: Address, limits: Limits, clock: Clock, log: logging.Logger
) -> Greeting:
    """Open one on a connection of its own, and listen until it is greeted, or for SECONDS.

    Raises GatewayError where it was not taken.
    """
    slot = connections.slot()
    trace = Trace(clock, slot.tap)
    key = base64.b64encode(secrets.token_bytes(16))
    request = slot.client.build_request(
        Endpoint.WEBSOCKET.method,
        address.url + Endpoint.WEBSOCKET.path(),
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": key.decode("ascii"),
            "Sec-WebSocket-Version": "13",
        },
        extensions={
            "trace": trace,
            "timeout": httpx.Timeout(limits.read, connect=limits.connect, pool=limits.connect).as_dict(),
        },
    )
    try:
        try:
            response = await within(clock, limits.whole, _opened(slot, request))
        except Exception as error:
            # As for any exchange: whatever the libraries raise, it has failed, and is told by what is underneath.
            log.debug("the websocket was not opened", exc_info=True)
            raise error_for(failure_of(error, trace.phase, slot.tap, address, limits), trace.timing()) from None
        if (failure := await _refused(response, address, key, limits, clock)) is not None:
            raise error_for(failure, Timing())
        return await _listened(response.extensions.get("network_stream"), clock)
    finally:
        await slot.drop()


async def _opened(slot: Slot, request: httpx.Request) -> httpx.Response:
    return await slot.client.send(request, stream=True, follow_redirects=False)


async def _refused(
    response: httpx.Response, address: Address, key: bytes, limits: Limits, clock: Clock
) -> Failure | None:
    """Why it is no websocket; None where it is one."""
    if response.status_code == 101:
        digest = hashlib.sha1(key + _ACCEPT, usedforsecurity=False).digest()
        if response.headers.get("sec-websocket-accept", "") == base64.b64encode(digest).decode("ascii"):
            return None
        return Failure(FailureKind.NOT_A_GATEWAY, "101, but not to the websocket that was asked for", 101)
    # A transport in memory hands over an answer that is read already.
    body = bytearray(response.content if response.is_stream_consumed else b"")
    # What has come by the end of its time will do: byte by byte it might take a day.
    with suppress(httpx.HTTPError, httpx.StreamError, TimeoutError, OSError):
        await within(clock, limits.whole, _begun(response, body))
    received = Received(response.status_code, response.headers, bytes(body[:_BODY_MOST]))
    marked = failure_in(received, address, decides=False)
    return marked or Failure(FailureKind.UNEXPECTED, f"{received.evidence} to a websocket", received.status)


async def _begun(response: httpx.Response, body: bytearray) -> None:
    """Read on into the body, as far as it is looked at."""
    async for part in response.aiter_raw():
        body += part
        if len(body) >= _BODY_MOST:
            return


async def _listened(stream: Any, clock: Clock) -> Greeting:
    if stream is None:
        return Greeting(Heard.CLOSED)
    conversation = _Conversation(stream)
    try:
        heard = await within(clock, SECONDS, conversation.until_greeted())
    except TimeoutError:
        heard = Heard.OTHER if conversation.topics else Heard.SILENT
        if "waiting for session" in conversation.topics:
            heard = Heard.WAITING
    with suppress(*_GONE, TimeoutError):
        await within(clock, 1.0, conversation.say(_CLOSE, struct.pack(">H", 1000)))
    return Greeting(heard, tuple(conversation.topics))


class _Conversation:
    """The frames of one websocket. topics: of the messages that came, each name once."""

    def __init__(self, stream: Any) -> None:
        self.topics: list[str] = []
        self._stream = stream
        self._buffer = bytearray()
        self._message = bytearray()
        self._count = 0

    async def until_greeted(self) -> Heard:
        """Read on until IBKR greets, or closes; for ever where it does neither."""
        while True:
            while (frame := take(self._buffer)) is not None:
                final, opcode, payload = frame
                match opcode:
                    case 0x8:  # close
                        return Heard.CLOSED
                    case 0x9:  # ping
                        with suppress(*_GONE):
                            await self.say(_PONG, payload[:125])
                    case 0x0 | 0x1 | 0x2:  # the rest of a message, text, binary
                        self._message += payload
                        if final and self._understood():
                            return Heard.GREETED
            if not await self._read():
                return Heard.CLOSED

    async def say(self, opcode: int, payload: bytes) -> None:
        """Send one short frame, masked, as a client has to."""
        mask = secrets.token_bytes(4)
        body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        await self._stream.write(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + body)

    async def _read(self) -> bool:
        """More bytes; False at the end, and where there were too many without a greeting."""
        try:
            data: bytes = await self._stream.read(16_384)
        except _GONE:
            return False
        self._count += len(data)
        self._buffer += data
        return bool(data) and self._count <= MOST

    def _understood(self) -> bool:
        """Note what the message is about; True for the greeting. What it holds, a user's name as well, is dropped."""
        data, self._message = bytes(self._message), bytearray()
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        topic, greets = "no JSON", False
        if isinstance(value, dict):
            greets = value.get("topic") == "system" and "success" in value
            waits = "waiting for session" in str(value.get("message", ""))
            topic = "waiting for session" if waits else str(value.get("topic", "no topic")).partition("+")[0]
        shown = safe_text(topic, _TOPIC_LENGTH)
        if shown not in self.topics and len(self.topics) < _TOPICS_MOST:
            self.topics.append(shown)
        return greets


def take(buffer: bytearray) -> tuple[bool, int, bytes] | None:
    """Cut a server's first whole frame off the buffer: whether it ends a message, what it is, and its payload.

    None where it is not there yet; one beyond all size is a close.
    """
    if len(buffer) < 2:
        return None
    final, opcode, size, at = bool(buffer[0] & 0x80), buffer[0] & 0x0F, buffer[1] & 0x7F, 2
    if size >= 126:
        wide = ">H" if size == 126 else ">Q"
        at += struct.calcsize(wide)
        if len(buffer) < at:
            return None
        (size,) = struct.unpack(wide, bytes(buffer[2:at]))
    if buffer[1] & 0x80 or size > MOST:  # a server's frames are never masked
        buffer.clear()
        return True, _CLOSE, b""
    if len(buffer) < at + size:
        return None
    payload = bytes(buffer[at : at + size])
    del buffer[: at + size]
    return final, opcode, payload
