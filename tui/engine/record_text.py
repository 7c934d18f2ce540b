"""The record as a file that a person can read: JSON, one entry a line; and back, believing nothing of it."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tui.domain.login import Login
from tui.domain.sanitise import safe_text
from tui.engine.limits import LONGEST_PENALTY
from tui.engine.record import Freeze, Record, Turn

FORMAT = 1
LONGEST = 512 * 1024
"""Bytes beyond which a file is none of ours; a full record takes 8 kB."""
WHAT = "requests that all cpwatch processes sent to one gateway; times are seconds since 1970, UTC"
_MOST_TURNS = 1000
_MOST_KEYS = 200
_LATEST = 1e11  # in seconds; far beyond any clock, and within what a date can hold


class NotARecord(ValueError):
    """The text is no record of this gateway; the message says what is wrong with it."""


def to_text(record: Record, gateway: str, now: float) -> str:
    """The record as text. gateway: whose it is."""
    turns = ",\n".join(map(_line, record.turns))
    parts = {
        "what": WHAT,
        "format": FORMAT,
        "gateway": gateway,
        "written": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "frozen": {
            key: {"since": _short(freeze.since), "seconds": _short(freeze.seconds)}
            for key, freeze in record.frozen.items()
        },
        "limited_at": _short(record.limited_at),
        "tickled_at": _short(record.tickled_at),
        "tickled_by": record.tickled_by,
        "login": _login_parts(record.login),
        "login_seen_at": _short(record.login_seen_at),
        "waiting": {by: _short(at) for by, at in record.waiting.items()},
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in parts.items()]
    lines.append(f' "turns": [\n{turns}\n ]' if turns else ' "turns": []')
    return "{\n" + ",\n".join(lines) + "\n}\n"


# All but one or two were written a moment ago.
@lru_cache(maxsize=_MOST_TURNS)
def _line(turn: Turn) -> str:
    return "  " + json.dumps({"at": _short(turn.at), "for": turn.endpoint, "by": turn.by})


def from_text(data: bytes, gateway: str) -> Record:
    """The record that was written for that gateway.

    Raises NotARecord: anything else, be it cut short, written by another program or by another version.
    """
    if len(data) > LONGEST:
        raise NotARecord(f"{len(data)} bytes are too many")
    try:
        parts = _mapping(json.loads(data, parse_constant=_no_number))
        if parts.get("format") != FORMAT or parts.get("gateway") != gateway:
            raise NotARecord("it is of another format or another gateway")
        return _record(parts)
    except NotARecord:
        raise
    # A number too long or too large, bytes that are no text, brackets within brackets without end.
    except (ValueError, OverflowError, RecursionError) as error:
        raise NotARecord(safe_text(str(error))) from None


def _record(parts: Mapping[str, Any]) -> Record:
    turns = parts.get("turns")
    if not isinstance(turns, list) or len(turns) > _MOST_TURNS:
        raise NotARecord("its turns are no list")
    return Record(
        turns=tuple(sorted((_turn(_mapping(each)) for each in turns), key=lambda turn: turn.at)),
        waiting={_word(by): _number(at) for by, at in _mapping(parts.get("waiting")).items()},
        frozen={_word(key): _freeze(_mapping(each)) for key, each in _mapping(parts.get("frozen")).items()},
        limited_at=_maybe(parts.get("limited_at")),
        tickled_at=_maybe(parts.get("tickled_at")),
        tickled_by=_word(parts.get("tickled_by")),
        login=None if parts.get("login") is None else _login(_mapping(parts["login"])),
        login_seen_at=_maybe(parts.get("login_seen_at")),
    )


def _turn(parts: Mapping[str, Any]) -> Turn:
    return Turn(_number(parts.get("at")), _word(parts.get("for")), _word(parts.get("by")))


def _freeze(parts: Mapping[str, Any]) -> Freeze:
    return Freeze(_number(parts.get("since")), min(_number(parts.get("seconds")), LONGEST_PENALTY))


def _login_parts(login: Login | None) -> Mapping[str, Any] | None:
    if login is None:
        return None
    at = None if login.login_at is None else login.login_at.timestamp()
    return {"login_at": _short(at), "region": login.region, "paper": login.paper, "valid": login.valid}


def _login(parts: Mapping[str, Any]) -> Login:
    at, region = _maybe(parts.get("login_at")), parts.get("region")
    return Login(
        login_at=None if at is None else datetime.fromtimestamp(at, UTC),
        region=None if region is None else _word(region),
        paper=_flag(parts.get("paper")),
        valid=_flag(parts.get("valid")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict) or len(value) > _MOST_KEYS:
        raise NotARecord("something in it is no object")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotARecord("something in it is no number")
    number = float(value)
    if not (math.isfinite(number) and 0 <= number < _LATEST):
        raise NotARecord("a number in it is out of range")
    return number


def _maybe(value: object) -> float | None:
    return None if value is None else _number(value)


def _flag(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise NotARecord("something in it is neither true nor false")
    return value


def _word(value: object) -> str:
    """Text that may be shown: a file can be written by anybody who runs as this user."""
    if not isinstance(value, str):
        raise NotARecord("something in it is no text")
    return safe_text(value, 128)


def _short(at: float | None) -> float | None:
    """To the microsecond, which is what a wall clock tells, and never before 1970, which is no time of ours."""
    return None if at is None else max(round(at, 6), 0.0)


def _no_number(name: str) -> float:
    raise NotARecord(f"{name} is no number")
