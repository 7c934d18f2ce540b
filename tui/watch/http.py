"""A small HTTP/1.1 server on the running event loop: one answer a connection, bounded in size, time and number."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import h11

from tui.clock import Clock, within

log = logging.getLogger(__name__)

LARGEST_REQUEST = 8192
"""Bytes of a request's line and headers."""
WITHIN = 5.0
"""Seconds for a request to come, and as many for its answer to be taken."""
AT_ONCE = 32
"""Connections that are served at a time; one more is closed at once."""
_CHUNK = 4096
_LEFT_OVER = 65536
_LEFT_WITHIN = 1.0


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. path: without its query. headers: by name in lower case; of a name that came twice, none."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. kind: the content's type. more: further headers."""

    status: int
    body: bytes
    kind: str = "text/plain; charset=utf-8"
    more: tuple[tuple[str, str], ...] = ()


def plain(status: int, text: str, *more: tuple[str, str]) -> Reply:
    """A line of text."""
    return Reply(status, f"{text}\n".encode(), more=more)


_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


async def serve(listener: socket.socket, answer: Callable[[Request], Reply], clock: Clock) -> None:
    """Answer what comes to the listening socket, until cancelled; nothing listens or runs afterwards.

    answer: what a GET gets; called on the event loop, it must return at once.
    """
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(tasks) >= AT_ONCE:
            writer.transport.abort()
            return
        task = asyncio.ensure_future(_serve_one(reader, writer, answer, clock))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, sock=listener, limit=LARGEST_REQUEST)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        server.close()
        serving = tuple(tasks)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _serve_one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Callable[[Request], Reply], clock: Clock
) -> None:
    """One connection, whatever comes over it."""
    talk = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_REQUEST)
    # Until all of the answer is with the system, since what is left over is thrown away.
    writer.transport.set_write_buffer_limits(high=0)
    try:
        reply = await _reply(reader, talk, answer, clock)
        if reply is not None:
            writer.write(_written(reply))
            await within(clock, WITHIN, writer.drain())
            await _leave(reader, writer, clock)
    except (OSError, TimeoutError):
        pass  # whoever asked has gone, or takes nothing
    except Exception:  # a defect of ours ends one connection, never the session's keep-alive
        log.exception("a request to the health server failed")
    finally:
        writer.transport.abort()


async def _reply(
    reader: asyncio.StreamReader, talk: h11.Connection, answer: Callable[[Request], Reply], clock: Clock
) -> Reply | None:
    """What is to be answered; None where nobody is left to answer."""
    try:
        asked = await within(clock, WITHIN, _asked(reader, talk))
    except TimeoutError:
        return plain(408, "the request took too long")
    except h11.RemoteProtocolError as error:
        large = error.error_status_hint == 431
        return plain(431, "the request is too large") if large else plain(400, "this is no HTTP/1.1 request")
    if asked is None:
        return None
    if asked.method == b"HEAD":
        return Reply(405, b"", more=(("Allow", "GET"),))
    if asked.method != b"GET":
        return plain(405, "only GET is answered", ("Allow", "GET"))
    return answer(_request(asked))


async def _asked(reader: asyncio.StreamReader, talk: h11.Connection) -> h11.Request | None:
    """The first request; None where the connection ends before it. Raises h11.RemoteProtocolError, OSError."""
    while True:
        match talk.next_event():
            case h11.Request() as asked:
                return asked
            case h11.NEED_DATA:
                talk.receive_data(await reader.read(_CHUNK))
            case _:
                return None


def _request(asked: h11.Request) -> Request:
    names = [name for name, _ in asked.headers]
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in asked.headers if names.count(name) == 1
    }
    return Request(asked.target.decode("latin-1").partition("?")[0], headers)


def _written(reply: Reply) -> bytes:
    """The answer on the wire: whole, told to be the last one, and kept by no cache."""
    headers = [
        ("Content-Type", reply.kind),
        ("Content-Length", str(len(reply.body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Connection", "close"),
        *reply.more,
    ]
    lines = [f"HTTP/1.1 {reply.status} {_REASONS[reply.status]}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + reply.body


async def _leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, clock: Clock) -> None:
    """Hang up so that the answer arrives: a socket closed with something unread in it would take the answer back."""
    writer.write_eof()

    async def drained() -> None:
        for _ in range(_LEFT_OVER // _CHUNK):
            if not await reader.read(_CHUNK):
                return

    with contextlib.suppress(TimeoutError):
        await within(clock, _LEFT_WITHIN, drained())
