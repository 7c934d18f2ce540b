"""Answers that never end, unfold without measure or nest without bottom, each for a server that gives them to all."""

import asyncio
import base64
import contextlib
import gzip
import hashlib
import itertools
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.support.doubles import Connection, Script

MEGABYTE = 1 << 20
DRIP = 0.1
"""Seconds between two pieces of an answer that drips."""
_BLOCK = b"x" * 65_536
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True, slots=True)
class Endless:
    """One such answer. pieces: its bytes, from the status line on, anew for each call.

    kinds: how the gateway's client may take it. agent: whether of an agent it is taken, at least as far as its text.
    slow: whether its pieces only drip. costly: whether both sides are busy for all of that time.
    """

    pieces: Iterable[bytes]
    kinds: frozenset[str]
    agent: bool = False
    slow: bool = False
    costly: bool = False

    @property
    def script(self) -> Script:
        """Give it to whoever asks."""

        async def give(connection: Connection) -> None:
            if await connection.request() is None:
                return
            with contextlib.suppress(ConnectionError):
                for piece in self.pieces:
                    if connection.writer.is_closing() or (self.slow and await _gone(connection)):
                        return
                    await connection.send(piece)

        return give


async def _gone(connection: Connection) -> bool:
    """Whether the client leaves within DRIP."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRIP):
            return not await connection.reader.read()
    return False


class _Again:
    """An iterable that begins anew."""

    def __init__(self, *parts: Iterable[bytes] | bytes) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part


def _repeated(block: bytes, times: int | None = None) -> Iterable[bytes]:
    class Many:
        def __iter__(self) -> Iterator[bytes]:
            return iter(itertools.repeat(block) if times is None else itertools.repeat(block, times))

    return Many()


def _head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode()


def _whole(body: bytes, *headers: str) -> Iterable[bytes]:
    return _Again(_head(f"Content-Length: {len(body)}", *headers), body)


def _gzipped(size: int) -> bytes:
    """That many bytes of zeros, packed."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(MEGABYTE)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def _chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


_CHUNKED = _head("Transfer-Encoding: chunked")
_REFUSED = frozenset({"unexpected"})
_SILENT = frozenset({"silent", "unexpected"})
_DEEP = b"[" * 100_000 + b"]" * 100_000
_STATUS = {"authenticated": True, "connected": True, "competing": False}

ANSWERS: dict[str, Endless] = {
    "100 MB with their length": Endless(
        _Again(_head(f"Content-Length: {100 * MEGABYTE}"), _repeated(_BLOCK, 1600)), _REFUSED
    ),
    "100 MB without": Endless(_Again(_head("Connection: close"), _repeated(_BLOCK, 1600)), _REFUSED),
    "a stream that never ends": Endless(_Again(_CHUNKED, _repeated(_chunk(_BLOCK))), _REFUSED),
    "JSON nested 100,000 deep": Endless(_whole(_DEEP), _REFUSED, agent=True),
    "objects nested 100,000 deep": Endless(_whole(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), _REFUSED, agent=True),
    "five million lists": Endless(_whole(b"[" + b"[]," * 5_000_000 + b"[]]"), _REFUSED),
    "five million objects": Endless(_whole(b"[" + b"{}," * 5_000_000 + b"{}]"), _REFUSED),
    "a million fields": Endless(_whole(b"{" + b",".join(b'"%d":{}' % n for n in range(1_000_000)) + b"}"), _REFUSED),
    "a text of emoji": Endless(_whole(b'"' + "🦆".encode() * 3_900_000 + b'"'), _REFUSED),
    "gzip of 100 MB": Endless(_whole(_gzipped(100 * MEGABYTE), "Content-Encoding: gzip"), _REFUSED, agent=True),
    "gzip of gzip of 100 MB": Endless(
        _whole(gzip.compress(_gzipped(100 * MEGABYTE)), "Content-Encoding: gzip, gzip"), _REFUSED, agent=True
    ),
    "deflate of 100 MB": Endless(
        _whole(zlib.compress(bytes(100 * MEGABYTE)), "Content-Encoding: deflate"), _REFUSED, agent=True
    ),
    "brotli, which nobody asked for": Endless(_whole(b"\x1b\xff\xff", "Content-Encoding: br"), _REFUSED, agent=True),
    "zstd, which nobody asked for": Endless(
        _whole(b"\x28\xb5\x2f\xfd", "Content-Encoding: zstd"), _REFUSED, agent=True
    ),
    "a byte at a time": Endless(_Again(_CHUNKED, _repeated(_chunk(b"1"))), _SILENT, slow=True),
    "a byte of a head at a time": Endless(_repeated(b"H"), frozenset({"not-a-gateway", "silent"}), slow=True),
    "headers one at a time": Endless(_Again(b"HTTP/1.1 200 OK\r\n", _repeated(b"X: y\r\n")), _SILENT, slow=True),
    "chunks of a byte without end": Endless(_Again(_CHUNKED, _repeated(_chunk(b"1") * 4096)), _SILENT, costly=True),
    "chunks with extensions of 60 kB": Endless(
        _Again(_CHUNKED, _repeated(_chunk(b"1", b";x=" + b"y" * 60_000))), _SILENT, costly=True
    ),
    "a chunk extension without end": Endless(_Again(_CHUNKED, b"1;x=", _repeated(_BLOCK)), _REFUSED),
    "a header without end": Endless(_Again(b"HTTP/1.1 200 OK\r\nX: ", _repeated(_BLOCK)), _REFUSED),
    "headers without end": Endless(_Again(b"HTTP/1.1 200 OK\r\n", _repeated(b"X-Some: thing\r\n" * 4096)), _REFUSED),
    "a thousand headers": Endless(
        _whole(json.dumps(_STATUS).encode(), *(f"X-{n}: {n}" for n in range(1000))), frozenset({"none"}), agent=True
    ),
    "continue without end": Endless(_repeated(b"HTTP/1.1 100 Continue\r\n\r\n" * 2048), _SILENT, costly=True),
    "early hints without end": Endless(
        _repeated(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 1024), _SILENT, costly=True
    ),
    "a number of 5,000 digits": Endless(_whole(b'{"authenticated":' + b"9" * 5000 + b"}"), _REFUSED, agent=True),
    "exponents beyond all bounds": Endless(
        _whole(b'{"authenticated":1e999999999,"connected":-1e99999999999999999999,"competing":NaN}'),
        _REFUSED,
        agent=True,
    ),
    "a number of 10 MB": Endless(_whole(b'{"authenticated":1.' + b"1" * 10 * MEGABYTE + b"}"), _REFUSED),
    "names twice, halves of characters, NULs": Endless(
        _whole(b'{"authenticated":true,"authenticated":true,"message":"\\ud800\\u0000","fail":"\xed\xa0\x80\x00"}'),
        frozenset({"none", "unexpected"}),
        agent=True,
    ),
}


def websocket(frames: Iterable[bytes]) -> Script:
    """A server that takes a websocket, and sends these frames."""

    async def give(connection: Connection) -> None:
        asked = await connection.request()
        if asked is None:
            return
        key = next(
            (line.split()[1] for line in asked.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:")), b""
        )
        if not key:
            await connection.send(_head("Content-Length: 0", status="404 Not Found"))
            return
        accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest()).decode()
        head = _head(
            "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}", status="101 Switching"
        )
        await connection.send(head)
        with contextlib.suppress(ConnectionError):
            for piece in frames:
                if connection.writer.is_closing():
                    return
                await connection.send(piece)
            await connection.reader.read()

    return give


FRAMES: dict[str, tuple[Iterable[bytes], str]] = {
    "a million empty messages": (_repeated(b"\x81\x00" * 8192, 128), "closed"),
    "pieces of one message without end": (_repeated(b"\x01\x7e\xff\xff" + b"x" * 65_535), "closed"),
    "a frame of 2^63 bytes": ((b"\x81\x7f\x7f" + b"\xff" * 7,), "closed"),
    "a message nested 100,000 deep": (
        _Again(b"\x81\x7f" + (200_000).to_bytes(8, "big"), _DEEP, b"\x88\x00"),
        "closed",
    ),
}
"""What a websocket sends, and what may be said to have been heard."""
