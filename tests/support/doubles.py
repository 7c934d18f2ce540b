"""Stand-ins at the wire: servers on 127.0.0.1 that do exactly one thing, however wrong it is."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tui.domain.address import Address

DATA = Path(__file__).resolve().parent.parent / "data"
CERTIFICATE = DATA / "test-only-cert.pem"
KEY = DATA / "test-only-key.pem"
TLS_HANDSHAKE = b"\x16"
PATIENCE = 20.0
"""Seconds after which a test that waits for an event gives up; far more than anything here takes."""

Script = Callable[["Connection"], Awaitable[None]]


@dataclass
class Connection:
    """One connection to a double. number: 0 for the first."""

    double: "Double"
    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> bytes | None:
        """The next request with its body, kept in `double.requests`; None where the client has gone or speaks TLS."""
        try:
            head = await self.reader.readexactly(1)
            if head == TLS_HANDSHAKE:
                return None
            head += await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        length = next(
            (
                int(line.partition(b":")[2])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            ),
            0,
        )
        whole = head + await self.reader.readexactly(length)
        self.double.requests.append(whole)
        self.double.asked.set()
        return whole

    async def send(self, data: bytes) -> None:
        """Send; a client that has gone meanwhile is no concern of a double."""
        with contextlib.suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    def reset(self) -> None:
        """End with RST instead of FIN."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass
class Double:
    """A server that follows `script` on every connection. Use it as an async context manager.

    asked: set when a request has arrived. scheme: of the address given to clients, by default the one that is spoken.
    """

    script: Script
    tls: bool = False
    scheme: str | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    address: Address = field(init=False)

    async def __aenter__(self) -> Self:
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        context = server_context() if self.tls else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        port = self._server.sockets[0].getsockname()[1]
        self.address = Address(self.scheme or ("https" if self.tls else "http"), "127.0.0.1", port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            # One that has ended meanwhile has let go of its loop, and asyncio of Python 3.11 does not look.
            with contextlib.suppress(AttributeError):
                writer.transport.abort()
        await asyncio.sleep(0)

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(self, self.connections, reader, writer)
        self.connections += 1
        self._writers.append(writer)
        task = asyncio.ensure_future(self._follow(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, connection: Connection) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self.script(connection)
        if not connection.writer.transport.is_closing():
            connection.writer.close()


def server_context() -> ssl.SSLContext:
    """TLS with the tests' own self-signed certificate, for localhost and 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


def closed_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def silence(_connection: Connection) -> None:
    """Read nothing, say nothing, for ever."""
    await asyncio.Event().wait()


async def hangs(connection: Connection) -> None:
    """Take requests and never answer."""
    while await connection.request() is not None:
        pass


async def closes(_connection: Connection) -> None:
    """Accept and close."""


async def resets(connection: Connection) -> None:
    """Accept, take the first bytes and reset."""
    await connection.reader.read(1)
    connection.reset()


def says(data: bytes, *, then_closes: bool = True) -> Script:
    """Send these bytes once something was asked, whatever it was."""

    async def script(connection: Connection) -> None:
        await connection.reader.read(1)
        await connection.send(data)
        if not then_closes:
            await asyncio.Event().wait()

    return script


def answers(*responses: bytes) -> Script:
    """Answer each request on a connection with the next of these, and all further ones with the last."""

    async def script(connection: Connection) -> None:
        number = 0
        while await connection.request() is not None:
            await connection.send(responses[min(number, len(responses) - 1)])
            number += 1

    return script


def drips(head: bytes, drop: bytes) -> Script:
    """Answer with a body that comes in drops and never ends, each as soon as the loop turns."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(head)
        while not connection.writer.transport.is_closing():
            await connection.send(drop)
            await asyncio.sleep(0)

    return script


def response(status: str, body: bytes = b"", *headers: str) -> bytes:
    """A counted answer: `response("404 Not Found", b"Access Denied")` is the gateway's own, byte for byte."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(status: str, body: bytes, *headers: str) -> bytes:
    """An answer as the gateway passes it on: without a length, in chunks."""
    lines = [f"HTTP/1.1 {status}", *headers, "Transfer-Encoding: chunked", "", ""]
    return "\r\n".join(lines).encode() + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
