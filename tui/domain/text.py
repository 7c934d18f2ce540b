"""Values -> short text. An unknown value is a dash, never a 0 and never blank."""

from datetime import datetime
from decimal import Decimal

DASH = "–"
LARGEST_EXPONENT = 40

_ASCII = str.maketrans(
    {
        "●": "*",
        "▲": "!",
        "○": "o",
        "▸": ">",
        "–": "-",
        "─": "-",
        "…": "...",
        "·": "|",
        "“": '"',
        "”": '"',
        "•": "*",
        "✓": "+",
        "✗": "x",
    }
)


def to_ascii(text: str) -> str:
    """The text for a terminal or pipe that takes ASCII only; what has no stand-in becomes a question mark."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def _finite(value: Decimal | None) -> bool:
    # Beyond 40 digits it is not money but an attack on the column's width.
    return value is not None and value.is_finite() and value.adjusted() < LARGEST_EXPONENT


def money(value: Decimal | None, places: int = 2) -> str:
    """`1,005,165.50`; `-640.00`; a dash where unknown. Never `-0.00`."""
    if value is None or not _finite(value):
        return DASH
    # Exact at any magnitude, and half to even, as quantize would make it; six times as fast.
    text = f"{value:,.{places}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def signed(value: Decimal | None, places: int = 2) -> str:
    """As `money`, with a plus before a gain, so that gain and loss differ without colour."""
    text = money(value, places)
    return f"+{text}" if value is not None and _finite(value) and value > 0 and text.strip("0.,") else text


def quantity(value: Decimal | None) -> str:
    """`100`, `0.3333`, `-2`: as many decimals as there are, at most 4."""
    text = money(value, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: Decimal | None) -> str:
    """A ratio as a signed percentage with one decimal: 0.0304 is `+3.0`."""
    return DASH if ratio is None or not _finite(ratio) else signed(ratio * 100, 1)


def duration(seconds: float | None) -> str:
    """A measured time: `0.4 ms`, `37 ms`, `1.2 s`; a dash where unknown."""
    if seconds is None:
        return DASH
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s"


def age(seconds: float) -> str:
    """How old a value is, coarse enough not to change at every look: `12 s`, `3 min`, `2 h`, `4 d`."""
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} d"


def clock_time(moment: datetime) -> str:
    """`14:03:22` in the machine's own time zone."""
    return f"{moment.astimezone():%H:%M:%S}"


def rfc3339(moment: datetime) -> str:
    """`2026-11-20T14:03:22Z`; `moment` is UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
