"""The marks that stand before every state, and what stands in for them where the terminal's encoding lacks them."""

import codecs
import locale
import os
import sys

from rich.cells import cell_len

from tui.domain.journal import Level

OK = "●"
WARN = "▲"
NONE = "○"
CHOSEN = "▸"
BROKEN = "✕"
WIRE = "─"
MORE = "…"
RISEN = "▴"
FALLEN = "▾"
ASCENDING = "↑"
DESCENDING = "↓"

BY_LEVEL = {Level.OK: OK, Level.INFO: NONE, Level.WARN: WARN, Level.ALARM: WARN}

# One cell for one cell, so that nothing shifts.
_ASCII = str.maketrans(
    {
        OK: "*",
        WARN: "!",
        NONE: "o",
        CHOSEN: ">",
        BROKEN: "x",
        WIRE: "-",
        MORE: "~",
        "–": "-",
        "·": ".",
        "•": "*",
        "“": '"',
        "”": '"',
        RISEN: "^",
        FALLEN: "v",
        ASCENDING: "^",
        DESCENDING: "v",
        "←": "<",
        "→": ">",
        "│": "|",
        "┤": "+",
        "×": "x",
        "✓": "+",
        "✗": "x",
        # Heights: the latency strip's.
        **dict(zip("▁▂▃▄▅▆▇█", "12345678", strict=True)),
    }
)
UTF_8 = "utf-8"
_PYTHONS_OWN = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})


def terminal_encoding() -> str:
    """The encoding that the terminal is told to be in: the locale's; UTF-8 on Windows, where Textual is.

    What Python writes in, which PYTHONIOENCODING may say, comes first where that has fewer signs.
    """
    if os.name == "nt":
        return UTF_8
    if _coerced():
        return "ascii"
    try:
        written = codecs.lookup(getattr(sys.__stderr__, "encoding", None) or UTF_8).name
        return written if written != UTF_8 else codecs.lookup(locale.getencoding()).name
    except LookupError:
        return "ascii"


def _coerced() -> bool:
    """Whether the user's locale is C or POSIX, and Python has put its own, which is UTF-8, in its place (PEP 538).

    Where no locale is given at all, nothing is known of the terminal, and Python's guess stands.
    """
    environment = os.environ
    return (
        bool(sys.flags.utf8_mode)
        and not environment.get("LC_ALL")
        and environment.get("LC_CTYPE") in _PYTHONS_OWN
        and environment.get("LANG") in {"C", "POSIX"}
    )


def printable(text: str, encoding: str) -> str:
    """The text as a terminal of that encoding can show it, of the same width in cells: `* ready` for `● ready`."""
    if encoding == UTF_8 or text.isascii():
        return text
    plain = text.translate(_ASCII)
    return "".join(char if _fits(char, encoding) else "?" * cell_len(char) for char in plain)


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
