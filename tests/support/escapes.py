"""What a program's bytes tell a terminal to do: its control sequences, its colours, and what it had better not send."""

import re
import unicodedata
from collections.abc import Iterator

_SEQUENCE = re.compile(
    r"\x1b\[(?P<private>[<-?]?)(?P<numbers>[0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b\x9c]*)(?:\x07|\x1b\\)"
    r"|\x1b(?P<other>.?)",
    re.DOTALL,
)
KNOWN = frozenset({"H", "J", "m", "?h", "?l", "?$p", ">u", "<u"})
"""Textual's kinds of CSI: cursor place, look, modes on, off and asked for, the keyboard protocol on and off; and our
own clearing of the screen when it is taken and given back."""
MODES = frozenset({"7", "25", "1000", "1003", "1004", "1006", "1015", "1016", "1049", "2004", "2026", "2048"})
"""Line wrap, cursor, mouse, focus, alternate screen, bracketed paste, whole frames, resizes told in the input."""
OSCS = frozenset({"22"})
"""The pointer's shape."""


def offences(data: bytes) -> list[str]:
    """Everything among these bytes that Textual itself has no cause to send; empty where all is well.

    Raises UnicodeDecodeError for what is no UTF-8.
    """
    text = data.decode("utf-8")
    found = [wrong for match in _SEQUENCE.finditer(text) if (wrong := _offence(match)) is not None]
    signs = sorted(set(_SEQUENCE.sub("", text)) - set("\r\n"))
    unseen = [char for char in signs if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"}]
    return [*found, *(f"U+{ord(char):04X} {unicodedata.name(char, 'a control')}" for char in unseen)]


def _offence(match: re.Match[str]) -> str | None:
    if (osc := match["osc"]) is not None:
        return None if osc.partition(";")[0] in OSCS else f"OSC {osc}"
    if match["final"] is None:
        return f"ESC {match['other']!r}"
    kind = match["private"] + match["between"] + match["final"]
    if kind not in KNOWN or (kind == "J" and match["numbers"] not in {"", "2"}):
        return f"CSI {match[0][2:]!r}"
    strange = set(match["numbers"].split(";")) - MODES if match["private"] == "?" else set()
    return f"mode {', '.join(sorted(strange))}" if strange else None


def words(data: bytes) -> str:
    """The bytes as text, without their control sequences."""
    return _SEQUENCE.sub("", data.decode("utf-8", errors="replace"))


def colours(data: bytes) -> frozenset[str]:
    """The colours that are chosen, as SGR numbers: `31`, `97`, `38;2` for one of 16 million, `48;5` for one of 256.

    The terminal's own, 39 and 49, are none.
    """
    return frozenset(code for match in _SEQUENCE.finditer(data.decode("utf-8")) for code in _colours(match))


def _colours(match: re.Match[str]) -> Iterator[str]:
    if match["final"] != "m" or match["private"]:
        return
    numbers = iter(re.split("[;:]", match["numbers"]))
    for number in numbers:
        if number in {"38", "48"}:
            kind = next(numbers, "")
            yield f"{number};{kind}"
            for _ in range(3 if kind == "2" else 1):
                next(numbers, None)
        elif number.isdigit() and (30 <= int(number) <= 37 or 40 <= int(number) <= 47 or 90 <= int(number) <= 107):
            yield number
