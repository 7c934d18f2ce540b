"""What can be wrong with a wire, one class a fault: with its connections and bytes, and with the answers on it."""

import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.support.doubles import response
from tests.support.fault_proxy import Answered, Asked, Ended, Fault, Link
from tui.clock import SystemClock

Fetch = Callable[[], Awaitable[Answered]]
_APPLICATION_DATA = b"\x17"
_CLOCK = SystemClock()
"""By which bytes are late, which is what a slow wire is; no test waits by it."""


class Refused(Fault):
    """Nobody listens, and what was open is closed."""

    listens = False


class Impostor(Fault):
    """Somebody with another certificate takes the connections."""

    drops = True

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.tls = tls


class Elsewhere(Fault):
    """The port leads to another gateway."""

    drops = True

    def __init__(self, target: int) -> None:
        self.target = target


class Unanswered(Fault):
    """No connection comes up, and nothing passes on those that there are: a network that is gone."""

    takes = False

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        return b""


@dataclass(frozen=True)
class Closes(Fault):
    """Every connection is taken and ended at once; what was open goes on until its next byte."""

    reset: bool = False

    async def opened(self, link: Link) -> bool:
        raise Ended(reset=self.reset)

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        raise Ended(reset=self.reset)


@dataclass(frozen=True)
class Drops(Fault):
    """Bytes vanish in one direction, or in both, and nobody is told."""

    up: bool = True
    down: bool = True

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        return b"" if (self.up if up else self.down) else data


@dataclass(frozen=True)
class Says(Fault):
    """Whoever sends a byte is sent these; then nothing comes, or the end."""

    data: bytes
    then_closes: bool = False

    async def opened(self, link: Link) -> bool:
        await link.reader.read(1)
        await link.send(self.data)
        if not self.then_closes:
            await link.hold()
        return False

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        raise Ended


@dataclass(frozen=True)
class Delays(Fault):
    """Bytes come later by so many seconds, and by up to `jitter` more; a share of them, or all.

    encrypted: only those of TLS records with data, so that the handshake is none the wiser.
    """

    seconds: float
    jitter: float = 0.0
    share: float = 1.0
    encrypted: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(9))

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        if (not self.encrypted or data.startswith(_APPLICATION_DATA)) and self.chance.random() < self.share:
            await _CLOCK.sleep(self.seconds + self.jitter * self.chance.random())
        return data


@dataclass(frozen=True)
class Throttles(Fault):
    """So many bytes a second come down, in small pieces."""

    rate: float

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        if up:
            return data
        for start in range(0, len(data), 64):
            piece = data[start : start + 64]
            await _CLOCK.sleep(len(piece) / self.rate)
            await link.send(piece)
        return b""


@dataclass(frozen=True)
class CutsHandshake(Fault):
    """The gateway's first bytes come in part, within a TLS record, and then the end."""

    keeps: int = 40
    reset: bool = False

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        if up:
            return data
        await link.send(data[: self.keeps])
        raise Ended(reset=self.reset)


@dataclass(frozen=True)
class CutsRecord(Fault):
    """The handshake passes; of the first record with an answer so many bytes, and then the end."""

    keeps: int = 20
    reset: bool = False

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        if up or not data.startswith(_APPLICATION_DATA):
            return data
        await link.send(data[: self.keeps])
        raise Ended(reset=self.reset)


@dataclass(frozen=True)
class Loses(Fault):
    """A share of what comes is the last that comes on its connection: the reset arrives in its place."""

    share: float
    chance: random.Random = field(default_factory=lambda: random.Random(4))

    async def passed(self, link: Link, data: bytes, *, up: bool) -> bytes:
        if self.chance.random() < self.share:
            raise Ended(reset=True)
        return data


class Hangs(Fault):
    """Requests are taken, and answered by nothing."""

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        await link.hold()
        raise Ended


@dataclass(frozen=True)
class Answers(Fault):
    """Whatever is asked, this is the answer, byte for byte."""

    data: bytes
    then_closes: bool = False

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        await link.send(self.data)
        if self.then_closes:
            raise Ended


@dataclass(frozen=True)
class Truncates(Fault):
    """The answer begins, and breaks off within its body.

    chunked: within a chunk, or else before the counted end. then: `close`, `reset`, or `hold` for nothing at all.
    """

    chunked: bool = False
    then: str = "close"

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        answered = await fetch()
        whole = answered.chunked if self.chunked else answered.counted
        await link.send(whole[: len(whole) - len(answered.body) // 2 - 8])
        if self.then == "hold":
            await link.hold()
        raise Ended(reset=self.then == "reset")


@dataclass(frozen=True)
class Follows(Fault):
    """Right behind each answer, in the same packet, comes one that nobody asked for; None: the same one again.

    cut: how many of its bytes come with the first one; the rest comes once the next question was asked.
    apart: whether it is a TLS record of its own.
    """

    extra: bytes | None = None
    cut: int | None = None
    apart: bool = False
    held: dict[int, bytes] = field(default_factory=dict)

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        answer = (await fetch()).chunked
        extra = answer if self.extra is None else self.extra
        pieces = self.held.pop(link.number, b"") + answer, extra[: self.cut]
        for piece in pieces if self.apart else (b"".join(pieces),):
            link.writer.write(piece)
        if self.cut is not None:
            self.held[link.number] = extra[self.cut :]


@dataclass(frozen=True)
class OneBehind(Fault):
    """Each question but a connection's first is given the answer to the one before."""

    kept: dict[int, bytes] = field(default_factory=dict)

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        answer = (await fetch()).chunked
        before = self.kept.get(link.number, answer)
        self.kept[link.number] = answer
        await link.send(before)


@dataclass(frozen=True)
class Late(Fault):
    """Each answer comes so many seconds late, whoever may still be waiting for it."""

    seconds: float

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        answer = (await fetch()).chunked
        await _CLOCK.sleep(self.seconds)
        await link.send(answer)


@dataclass(frozen=True)
class Continues(Fault):
    """Informational answers come first: two, or every so many seconds one more, without an end."""

    every: float | None = None

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        await link.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        while self.every is not None:
            await _CLOCK.sleep(self.every)
            await link.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            if link.writer.transport.is_closing():
                raise Ended
        await link.send((await fetch()).chunked)


@dataclass(frozen=True)
class Cuts(Fault):
    """Each connection brings one answer; the next question ends it unread."""

    reset: bool = False
    used: set[int] = field(default_factory=set)

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        if link.number in self.used:
            raise Ended(reset=self.reset)
        self.used.add(link.number)
        await link.send((await fetch()).chunked)


class Old(Fault):
    """Answers in HTTP/1.0, which end with their connection."""

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        answered = await fetch()
        await link.send(answered.framed(version="1.0") + answered.body)
        raise Ended


class Undercounts(Fault):
    """The Content-Length is half of what comes."""

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        answered = await fetch()
        await link.send(answered.framed(f"Content-Length: {len(answered.body) // 2}") + answered.body)


@dataclass(frozen=True)
class LosesAnswers(Fault):
    """Requests reach the gateway, and their connection is closed in place of the answer; only these paths, or all."""

    paths: tuple[str, ...] = ()
    reset: bool = False

    async def answer(self, link: Link, asked: Asked, fetch: Fetch) -> None:
        answered = await fetch()
        if not self.paths or asked.path.endswith(self.paths):
            raise Ended(reset=self.reset)
        await link.send(answered.chunked)


GARBAGE = bytes(random.Random(7).randrange(256) for _ in range(600))
ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
"""A fatal alert: handshake failure."""
HTML = b"<html><head><title>Welcome</title></head><body>Accept the terms to go online.</body></html>"
PORTAL = response("200 OK", HTML, "Content-Type: text/html")
TO_PORTAL = response("302 Found", b"", "Location: http://portal.hotel.example/login?back=1")
PORTAL_511 = response("511 Network Authentication Required", HTML, "Content-Type: text/html")
NO_TLS_HERE = response("400 Bad Request", b"The plain HTTP request was sent to HTTPS port", "Connection: close")
EMPTY = response("200 OK", b"", "Content-Type: application/json")
LAPSED = response(
    "200 OK",
    b'{"authenticated":false,"connected":true,"competing":true,"iserver":{"authStatus":{"authenticated":false,'
    b'"connected":true,"competing":true}}}',
    "Content-Type: application/json",
)
"""An answer to the auth status and to a tickle that says the opposite of a live session."""
