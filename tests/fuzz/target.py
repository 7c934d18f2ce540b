"""What a fuzz target is, and how one input holds several HTTP answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

BETWEEN = b"\x1e"
"""Stands between two answers of one input."""


@dataclass(frozen=True, slots=True)
class Target:
    """One place at which bytes from outside come in.

    run: takes any bytes; what it raises is a finding. seeds: inputs as they ought to be. words: pieces that such inputs
    are made of. seconds: for which one input may keep a core busy. named: whether its inputs begin with a line that
    says for what they are, which stays as it is. end: called when no more inputs come, for now.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    words: tuple[bytes, ...] = ()
    seconds: float = 2.0
    named: bool = False
    end: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP answer of an input. path: which question it answers, for targets that ask several."""

    status: int = 200
    path: str = "/"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    @property
    def encoded(self) -> bytes:
        """The bytes that `messages` reads."""
        lines = [f"{self.status} {self.path}".encode(), *(name + b": " + value for name, value in self.headers)]
        return b"\n".join(lines) + b"\n\n" + self.body


def messages(data: bytes) -> list[Message]:
    """The answers of an input: `STATUS PATH`, headers a line, an empty line, the body. Never raises."""
    return [_message(each) for each in data.split(BETWEEN)]


def joined(answers: Iterable[Message]) -> bytes:
    """One input of these answers."""
    return BETWEEN.join(each.encoded for each in answers)


def message(body: bytes, status: int = 200, path: str = "/", headers: Mapping[str, str] | None = None) -> Message:
    """An answer with text for headers."""
    pairs = tuple((name.encode(), value.encode()) for name, value in (headers or {}).items())
    return Message(status, path, pairs, body)


def _message(data: bytes) -> Message:
    head, _, body = data.partition(b"\n\n")
    first, *rest = head.split(b"\n")
    status, _, path = first.partition(b" ")
    pairs = (line.partition(b":") for line in rest)
    # As any client's parser lets them through: names of letters, values without line ends.
    headers = tuple((name, value.strip(b" \t\r\0")) for name, _, value in pairs if _is_name(name))
    number = int(status) if status.isdigit() and len(status) == 3 else 200
    return Message(number, path.decode("utf-8", "replace"), headers, body)


def _is_name(name: bytes) -> bool:
    return 0 < len(name) < 100 and name.replace(b"-", b"").replace(b"_", b"").isalnum()
