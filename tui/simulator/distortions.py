"""What the scenarios `garbage` and `hostile` make of an answer that was fine."""

import json
import re
from collections import Counter
from typing import Any

from tui.simulator.messages import compact_json
from tui.simulator.pages import HTML_TYPE, JSON_TYPE
from tui.simulator.situations import Distortion

_MOST_PATHS = 500
_HTML = b"<html><head><title>Maintenance</title></head><body><p>We will be back soon.</p></body></html>\n"

# Text that a terminal, a markup parser or a table may trip over. None of it may do anything but be shown.
TEXTS = (
    "[red]MARKUP[/] [/b] [link='javascript:x']x[/link] [",
    "\x1b[2J\x1b[31mESC\x1b]0;title\x07 \x1b]52;c;aGFyZGx5\x07 \x1b]8;;http://192.0.2.1\x1b\\link",
    "\x9b31mC1 \x90dcs\x9c \x9d52;c;aGk=\x9c \x85next line",
    "\u202emoc.live\u202c \u2066isolated\u2069 \u200bzero\u200dwidth\ufeff",
    "株式会社東京証券取引所グループ ２２５ ﾊﾝｶｸ",
    "بنك الإمارات דיסקונט שלום",
    "🏦👩‍👩‍👧‍👦🇨🇭 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "two\nlines\tand\x00nul\r\x08\x7f",
    "VERY-LONG-" * 500,
    "",
    "#surrogate#",
    "%s {0} ${x} $(reboot) `id` '; DROP TABLE positions;--",
)
HUGE = "1000000000000000000.01"
_EXACT = re.compile(rb'"#exact:([-0-9.]+)"')
_NAMES = ("contractDesc", "description", "name", "fullName", "ticker", "sector", "group", "listingExchange", "undSym")
_TITLES = ("accountTitle", "displayName", "accountAlias", "desc")
_AMOUNTS = (
    "mktValue",
    "marketValue",
    "unrealizedPnl",
    "baseMktValue",
    "cashbalance",
    "netliquidationvalue",
    "dpl",
    "nl",
)


class Distorter:
    """Distorts answers; each path has its own turn, so that a client sees all of them on every path."""

    def __init__(self) -> None:
        self._turns: Counter[str] = Counter()

    def apply(self, distortion: Distortion, path: str, body: bytes) -> tuple[bytes, bytes]:
        """Body and content type of what comes instead of that JSON."""
        match distortion:
            case Distortion.GARBAGE:
                key = path if path in self._turns or len(self._turns) < _MOST_PATHS else "other"
                turn = self._turns[key]
                self._turns[key] += 1
                return garbage(body, turn)
            case Distortion.HOSTILE:
                return hostile(body), JSON_TYPE
        return body, JSON_TYPE


def garbage(body: bytes, turn: int) -> tuple[bytes, bytes]:
    """What comes instead of that JSON, in turns: a page, half of it, other types, missing fields, an error with 200."""
    match turn % 5:
        case 0:
            return _HTML, HTML_TYPE
        case 1:
            return body[: len(body) // 2], JSON_TYPE
        case 2:
            return compact_json(_retyped(json.loads(body))), JSON_TYPE
        case 3:
            return compact_json(_thinned(json.loads(body))), JSON_TYPE
    return compact_json({"error": "failed to process request"}), JSON_TYPE


def _retyped(value: Any) -> Any:
    match value:
        case dict():
            return {key: _retyped(inner) for key, inner in value.items()} or []
        case list():
            return [_retyped(inner) for inner in value] or {}
        case bool():
            return "yes" if value else 0
        case int() | float():
            return {"value": str(value)}
        case str():
            return [value]
    return 7


def _thinned(value: Any) -> Any:
    """Without every other field, the first of them too."""
    match value:
        case dict():
            return {key: _thinned(inner) for key, inner in list(value.items())[1::2]}
        case list():
            return [_thinned(inner) for inner in value]
    return value


def hostile(body: bytes) -> bytes:
    """The same answer with text that attacks, and with amounts that no float can hold."""
    value = json.loads(body)
    if isinstance(value, list):
        for index, row in enumerate(value):
            _attack(row, index)
        value += _odd_rows(value)
    elif isinstance(value, dict):
        _attack_object(value)
    exact = _EXACT.sub(rb"\1", compact_json(value))
    return exact.replace(b"#surrogate#", b"\\ud83d lone surrogate")


def _attack_object(value: dict[str, Any]) -> None:
    if "aliases" in value:
        value["aliases"] = {name: TEXTS[i % len(TEXTS)] for i, name in enumerate(value["aliases"])}
    if "serverInfo" in value:
        value["message"] = TEXTS[1]
    if "netliquidation" in value:
        value["netliquidation"]["amount"] = f"#exact:{HUGE}"
        value["netliquidation"]["currency"] = TEXTS[0]
    for index, inner in enumerate([*value.values(), *_inner(value.get("upnl"))]):
        _attack(inner, index)


def _inner(value: object) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []


def _attack(row: object, index: int) -> None:
    """Replace the texts in one row by the next ones of TEXTS, and the amounts in the first row."""
    if not isinstance(row, dict):
        return
    for offset, name in enumerate(name for name in (*_NAMES, *_TITLES) if name in row):
        row[name] = TEXTS[(index + (offset if name not in {"contractDesc", "description"} else 0)) % len(TEXTS)]
    if index == 0:
        row.update({name: f"#exact:{HUGE}" for name in _AMOUNTS if name in row})


def _odd_rows(rows: list[Any]) -> list[dict[str, Any]]:
    """A position that was closed today, and one that the account holds a second time in a model."""
    if len(rows) < 2 or "position" not in rows[0]:
        return []
    return [rows[0] | {"position": 0.0, "model": "closed"}, rows[1] | {"model": TEXTS[0]}]
