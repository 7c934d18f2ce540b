"""Spoils inputs: bytes of any kind, and JSON within them by its structure, so that what is broken still gets far."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from tests.fuzz.target import BETWEEN, Target
from tests.support.recordings import JUNK

LONGEST = 128 * 1024
"""Bytes of an input; larger ones only make the search slow. What is really large has tests of its own."""
_NUMBERS = (
    b"0",
    b"-1",
    b"255",
    b"65536",
    b"2147483648",
    b"1e309",
    b"0.1",
    b"9" * 19,
    b"9" * 400,
    b"9" * 5000,
    b"1." + b"1" * 5000,
    b"1_0",
    b"-0.0",
)
_STRANGE = (
    b"\x00", b"\x1b[2J", b"\x1b]52;c;YQ==\x07", b"\xff", b"\xc2\x9b31m", b"\xed\xa0\x80", b"\xe2\x80\xae",
    b"\xe2\x81\xa6", b"\xf3\xa0\x81\x81", b"\xcc\x81" * 9, b"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9",
    b"[b]x[/b]", b"[@click=app.quit]x", b"{0}%s%n", b"\r\n", b"\x85", b"\xe2\x80\xa8",
)  # fmt: skip


def spoiled(random: Random, target: Target, data: bytes, others: Sequence[bytes]) -> bytes:
    """The input with something wrong with it, still for the same of a group's targets. others: inputs of its like."""
    if not target.named:
        return mutated(random, data, others, target.words)
    name, _, rest = data.partition(b"\n")
    return name + b"\n" + mutated(random, rest, others, target.words)


def mutated(random: Random, data: bytes, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """The input with one to eight things wrong with it. others: from which pieces are taken."""
    # Not of both kinds: what is no JSON any more does not get far.
    structured = random.random() < 0.6
    for _ in range(1 << random.randrange(4)):
        data = _by_structure(random, data) if structured else _by_bytes(random, data, others, words)
    return data[:LONGEST]


def _by_bytes(random: Random, data: bytes, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    end = min(len(data), at + random.choice((1, 1, 2, 4, 16, 64, 1024)))
    match random.randrange(10):
        case 0 if data:
            at = min(at, len(data) - 1)
            return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:at] + data[at:end] * random.choice((2, 3, 20, 300)) + data[end:]
        case 3 | 4 if words:
            return data[:at] + random.choice(words) + data[random.choice((at, end)) :]
        case 5:
            return data[:at] + random.choice(_STRANGE) + data[random.choice((at, end)) :]
        case 6 if others:
            other = random.choice(others)
            start = random.randrange(len(other) + 1)
            return data[:at] + other[start : start + random.choice((8, 64, 4096))] + data[end:]
        case 7:
            return data[:at] + random.choice(_NUMBERS) + data[_number_end(data, at) :]
        case 8:
            return data[:at] + random.randbytes(random.choice((1, 2, 8))) + data[end:]
    return data[:at] if random.random() < 0.2 else data[:at] + data[end:]


def _number_end(data: bytes, at: int) -> int:
    while at < len(data) and data[at : at + 1].isdigit():
        at += 1
    return at


def _by_structure(random: Random, data: bytes) -> bytes:
    """The same with one JSON value of one of its documents changed; as it is where it holds none."""
    parts = data.split(BETWEEN)
    which = random.randrange(len(parts))
    head, between, body = parts[which].rpartition(b"\n\n")
    try:
        whole = [json.loads(body)]
        if random.random() < 0.2:
            whole = _poisoned(random.choice(_STRANGE).decode("utf-8", "replace"), whole)
        else:
            _spoil(random, *random.choice(_places(whole, 400)))
        parts[which] = head + between + _text(random, whole[0])
    except (ValueError, RecursionError):
        return data
    return BETWEEN.join(parts)


def _poisoned(sign: str, value: Any) -> Any:
    """The value with that in the middle of all its texts: wherever one of them is shown, it is seen."""
    match value:
        case str():
            return f"{value[: len(value) // 2]}{sign}{value[len(value) // 2 :]}"
        case dict():
            return {key: _poisoned(sign, each) for key, each in value.items()}
        case list():
            return [_poisoned(sign, each) for each in value]
    return value


def _text(random: Random, value: Any) -> bytes:
    plain = random.random() < 0.7
    return json.dumps(value, ensure_ascii=plain).encode("utf-8", "surrogatepass")


def _places(whole: list[Any], most: int) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    left: list[Any] = [whole]
    while left and len(found) < most:
        container = left.pop()
        pairs = container.items() if isinstance(container, dict) else enumerate(container)
        for key, inner in pairs:
            found.append((container, key))
            if isinstance(inner, dict | list):
                left.append(inner)
    return found


def _spoil(random: Random, container: Any, key: Any) -> None:
    value = container[key]
    match random.randrange(11):
        case 0 if isinstance(container, dict):
            del container[key]
        case 1:
            container[key] = [value]
        case 2:
            container[key] = str(value)
        case 3 if isinstance(container, list):
            container[key:key] = [value] * random.choice((1, 2, 40))
        case 4 if isinstance(container, dict):
            container[random.choice((key.upper(), f" {key}", f"{key}\u0007", key[::-1], ""))] = value
        case 5 if isinstance(value, str):
            container[key] = (
                value[: len(value) // 2] + random.choice(_STRANGE).decode("utf-8", "replace") + value[len(value) // 2 :]
            )
        case 6 if isinstance(value, int | float) and not isinstance(value, bool):
            container[key] = random.choice(
                (-value, 0, value * 10**20, f"{value}", 1e-30, 10**38, -(10**39), 1e38, 10**4000)
            )
        case 7:
            deep: Any = value
            for _ in range(random.choice((2, 30, 700, 950))):
                deep = [deep] if random.random() < 0.5 else {"error": deep}
            container[key] = deep
        case 8:
            container[key] = random.choice(("x", "\u202e", "9", "[", "株", "\u0301", "\ud800")) * random.choice(
                (1, 60, 500, 5000)
            )
        case _:
            container[key] = random.choice(JUNK)
