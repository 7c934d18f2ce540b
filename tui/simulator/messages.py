"""What goes in and out of the simulated gateway's core: requests, replies, and no reply at all."""

import json
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

Headers = tuple[tuple[bytes, bytes], ...]


class Hang(Enum):
    """No reply: the connection stays open and carries zero bytes, for ever."""

    HANG = "hang"


HANG = Hang.HANG


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, whole. `target` as it stood on the request line, with its query."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    http_version: str = "1.1"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What stands behind the question mark; empty without one."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name; None when it is absent."""
        wanted = name.lower().encode("ascii")
        for found, value in self.headers:
            if found.lower() == wanted:
                return value.decode("latin-1").strip()
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. `headers` are sent as they stand, then the framing that `chunked` asks for.

    chunked: True sends `Transfer-Encoding: chunked` and the body as one chunk; False sends the body as it is, and
    `headers` must then tell its length. seconds: that IBKR takes for it, as its `x-response-time` says. wait: seconds
    on top of that, until it comes through in the scenario that plays. written: bytes that the gateway writes before
    it ends the answer with the rest of them; they are a chunk of their own, and HEAD does not keep them back.
    """

    status: int
    reason: str
    headers: Headers = ()
    body: bytes = b""
    chunked: bool = True
    seconds: float = 0.0
    wait: float = 0.0
    written: int = 0


def reply(
    status: int, body: bytes = b"", headers: Headers = (), *, chunked: bool = True, seconds: float = 0.0
) -> Reply:
    """A Reply with the reason phrase that belongs to its status."""
    return Reply(status, HTTPStatus(status).phrase, headers, body, chunked, seconds)


def compact_json(value: object) -> bytes:
    """JSON as IBKR's servers write it: no spaces, UTF-8, every digit of a float."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
