"""A proxy on 127.0.0.1 between an engine and a gateway, whose faults are switched while it runs.

It stands on a thread of its own. Bytes pass it as they are, TLS untouched; with `http` it takes TLS itself, reads whole
requests and answers, and a fault may do anything to them. The gateway behind it speaks whatever it is sent.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Self

LOOPBACK = "127.0.0.1"
PATIENCE = 20.0
"""Seconds within which the proxy's own thread does what it is told."""
_CHUNK = 65536


@dataclass
class Link:
    """One connection of a client. writer: to the client. number: 1 for the first."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int

    def reset(self) -> None:
        """End with RST instead of FIN."""
        raw = self.writer.get_extra_info("socket")
        with contextlib.suppress(OSError):  # it may be gone already
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def hold(self) -> None:
        """Read and drop whatever comes, until the client leaves."""
        while await self.reader.read(_CHUNK):
            pass

    async def send(self, data: bytes) -> None:
        """Send; a client that has gone meanwhile is no concern of a proxy."""
        with contextlib.suppress(OSError):
            self.writer.write(data)
            await self.writer.drain()


@dataclass(frozen=True)
class Asked:
    """One request as it came. path: with its query."""

    method: str
    path: str
    raw: bytes


@dataclass(frozen=True)
class Answered:
    """One whole answer of the gateway's. headers: without those of the framing."""

    status: str
    headers: tuple[str, ...]
    body: bytes

    @property
    def counted(self) -> bytes:
        """With a Content-Length."""
        return self.framed(f"Content-Length: {len(self.body)}") + self.body

    @property
    def chunked(self) -> bytes:
        """In two chunks, as a gateway passes it on."""
        half = len(self.body) // 2
        parts = [part for part in (self.body[:half], self.body[half:]) if part]
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        return self.framed("Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n"

    def framed(self, *framing: str, version: str = "1.1") -> bytes:
        """The head alone, with these headers."""
        return "\r\n".join([f"HTTP/{version} {self.status}", *self.headers, *framing, "", ""]).encode("latin-1")


class Fault:
    """What is wrong with the wire: as it stands nothing is. Subclasses change the one or the other.

    listens: False where connections are refused. takes: False where they are never taken, nor refused. drops: whether
    what was open ends as it begins. tls, target: in place of the proxy's own.
    """

    listens = True
    takes = True
    drops = False
    tls: ssl.SSLContext | None = None
    target: int | None = None

    async def opened(self, link: Link) -> bool:
        """A connection was taken; False where nothing more is to be done with it than closing it."""
        return True

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        """What becomes of bytes on their way up to the gateway, or down from it. Raises Ended where that is the end."""
        return data

    async def answer(self, link: Link, asked: Asked, fetch: Callable[[], Awaitable[Answered]]) -> None:
        """Answer one request; `fetch` asks the gateway, and need not be called. Raises Ended to close."""
        await link.send((await fetch()).chunked)


class Ended(Exception):
    """The connection ends here. reset: by RST."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__()
        self.reset = reset


HEALTHY = Fault()


@dataclass
class FaultProxy:
    """Use it as a context manager. target: the port behind it. http: whether it reads requests and answers.

    tls: with `http`, the context by which clients are taken; None takes them in the clear. port: its own.
    asked: with `http`, `METHOD path` of all requests, whether they were passed on or not. links: connections so far.
    """

    target: int
    http: bool = False
    tls: ssl.SSLContext | None = None
    fault: Fault = HEALTHY
    asked: list[str] = field(default_factory=list)
    links: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._mute: list[socket.socket] = []
        self._answers = 0
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    @property
    def url(self) -> str:
        """By the number, so that nothing is tried before 127.0.0.1."""
        scheme = "http" if self.http and self.tls is None else "https"
        return f"{scheme}://{LOOPBACK}:{self.port}"

    @property
    def open(self) -> int:
        """How many clients' connections there are."""
        return len(self._open)

    def set(self, fault: Fault) -> None:
        """From now on, this is wrong: with the connections that there are as well, unless they end by it."""
        self._run(self._switch(fault))

    def heal(self) -> None:
        """From now on, nothing is wrong."""
        self.set(HEALTHY)

    def rest(self) -> None:
        """Return once all that a fault sends with its answers has been sent."""
        self._run(self._answered())

    async def _answered(self) -> None:
        await self._at_rest.wait()

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(PATIENCE)

    async def _switch(self, fault: Fault) -> None:
        before, self.fault = self.fault, fault
        for silent in self._mute:
            silent.close()
        self._mute.clear()
        takes = fault.listens and fault.takes
        if self._server is not None and not (takes and fault.tls is before.tls):
            self._server.close()
            self._server = None
        if fault.drops or not fault.listens:
            await self._drop()
        if takes and self._server is None:
            await self._listen()
        elif not fault.takes:
            self._mute = [*_full_backlog(self.port)]

    async def _listen(self) -> None:
        context = (self.fault.tls or self.tls) if self.http else None
        self._server = await asyncio.start_server(self._taken, LOOPBACK, self.port, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _drop(self) -> None:
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _end(self) -> None:
        for silent in self._mute:
            silent.close()
        if self._server is not None:
            self._server.close()
        await self._drop()
        await asyncio.sleep(0)

    def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.links += 1
        link = Link(reader, writer, self.links)
        task = asyncio.ensure_future(self._serve(link))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, link: Link) -> None:
        reset = False
        try:
            if await self.fault.opened(link):
                await (self._answering(link) if self.http else self._passing(link))
        except Ended as end:
            reset = end.reset
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            link.reset() if reset else link.writer.close()

    async def _passing(self, link: Link) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, self.fault.target or self.target)
        ways = [
            asyncio.ensure_future(self._pump(link, link.reader, writer, up=True)),
            asyncio.ensure_future(self._pump(link, reader, link.writer, up=False)),
        ]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            writer.close()

    async def _pump(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        while data := await reader.read(_CHUNK):
            writer.write(await self.fault.passed(link, data, up=up))
            await writer.drain()

    async def _answering(self, link: Link) -> None:
        while (asked := await _request(link.reader)) is not None:
            self.asked.append(f"{asked.method} {asked.path.partition('?')[0]}")
            self._answers += 1
            self._at_rest.clear()
            try:
                await self.fault.answer(link, asked, lambda asked=asked: self._fetch(asked))  # type: ignore[misc]
            finally:
                self._answers -= 1
                if not self._answers:
                    self._at_rest.set()

    async def _fetch(self, asked: Asked) -> Answered:
        reader, writer = await asyncio.open_connection(LOOPBACK, self.target)
        try:
            writer.write(asked.raw)
            return await _answer(reader)
        finally:
            writer.close()


def _full_backlog(port: int) -> list[socket.socket]:
    """A listener that takes nobody, and so many clients in waiting that nobody else is answered at all."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen(0)
    waiting = [socket.socket() for _ in range(3)]
    for client in waiting:
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            client.connect((LOOPBACK, port))
    return [*waiting, listener]


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    """The next request with its body; None where the client has gone, or speaks no HTTP."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(_header(head, b"content-length") or 0))
        method, path, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return None
    return Asked(method, path, head + body)


async def _answer(reader: asyncio.StreamReader) -> Answered:
    head = await reader.readuntil(b"\r\n\r\n")
    if _header(head, b"transfer-encoding") == b"chunked":
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
    else:
        body = await reader.readexactly(int(_header(head, b"content-length") or 0))
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    framing = ("content-length", "transfer-encoding")
    headers = tuple(line for line in lines if line.partition(":")[0].lower() not in framing)
    return Answered(first.partition(" ")[2], headers, body)


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().lower()
    return b""
