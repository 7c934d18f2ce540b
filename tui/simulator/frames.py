"""Websocket frames: those of a client read, those of a server written."""

import struct
from dataclasses import dataclass
from enum import IntEnum

LARGEST_FRAME = 64 * 1024


class Opcode(IntEnum):
    """What a frame is."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, unmasked."""

    opcode: int
    payload: bytes


class BadFrame(Exception):
    """What came is no frame of a client's, or a larger one than is read."""


def frame(opcode: Opcode, payload: bytes = b"") -> bytes:
    """The bytes of a server's frame: whole, unmasked."""
    size = len(payload)
    if size < 126:
        return bytes([0x80 | opcode, size]) + payload
    if size < 65_536:
        return bytes([0x80 | opcode, 126]) + struct.pack(">H", size) + payload
    return bytes([0x80 | opcode, 127]) + struct.pack(">Q", size) + payload


def take(buffer: bytearray) -> Frame | None:
    """Cut the first whole frame off the buffer; None where it is not there yet. Raises BadFrame."""
    if len(buffer) < 2:
        return None
    opcode, size, at = buffer[0] & 0x0F, buffer[1] & 0x7F, 2
    if not buffer[1] & 0x80:
        raise BadFrame("a client's frame is masked")
    if size >= 126:
        wide = ">H" if size == 126 else ">Q"
        at += struct.calcsize(wide)
        if len(buffer) < at:
            return None
        (size,) = struct.unpack(wide, buffer[2:at])
    if size > LARGEST_FRAME:
        raise BadFrame(f"a frame of {size} bytes")
    if len(buffer) < at + 4 + size:
        return None
    mask = buffer[at : at + 4]
    payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(buffer[at + 4 : at + 4 + size]))
    del buffer[: at + 4 + size]
    return Frame(opcode, payload)
