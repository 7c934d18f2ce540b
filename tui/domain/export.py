"""Positions as CSV, for a spreadsheet or a script, in which no text is taken for a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal

from tui.clock import Moment
from tui.domain.positions import Position
from tui.domain.text import LARGEST_EXPONENT, rfc3339

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What makes a spreadsheet read a cell as a formula, and the full-width forms, which some take for the same."""
_FORMULA = re.compile(rf"[\t\r\n]|\s*[{_SIGNS}]")
# Where the semicolon separates cells, as in much of Europe, quotes in the middle of a line do not keep a text together.
_FURTHER = re.compile(rf"([;\t\r\n]\s*)([{_SIGNS}])")


def _text(value: str | None) -> str:
    """A text that stays one: an apostrophe stands before what a spreadsheet would run."""
    text = _FURTHER.sub(r"\1'\2", value or "")
    return f"'{text}" if _FORMULA.match(text) else text


def _number(value: Decimal | None) -> str:
    """As IBKR wrote it; empty where unknown."""
    return "" if value is None or not value.is_finite() else str(value)


def _percent(ratio: Decimal | None) -> str:
    """`-8.4211` for -0.084211; empty where unknown or beyond all money."""
    if ratio is None or not ratio.is_finite() or ratio.adjusted() >= LARGEST_EXPONENT:
        return ""
    return f"{ratio * 100:.4f}"


def _time(value: datetime | None) -> str:
    return "" if value is None else rfc3339(value.astimezone(UTC))


_COLUMNS: tuple[tuple[str, Callable[[Position], str]], ...] = (
    ("account", lambda row: _text(row.account)),
    ("symbol", lambda row: _text(row.symbol)),
    ("name", lambda row: _text(row.name)),
    ("type", lambda row: _text(row.kind)),
    ("quantity", lambda row: _number(row.quantity)),
    ("price", lambda row: _number(row.price)),
    ("value", lambda row: _number(row.value)),
    ("average_cost", lambda row: _number(row.average_cost)),
    ("unrealised", lambda row: _number(row.unrealised)),
    ("unrealised_percent", lambda row: _percent(row.unrealised_ratio)),
    ("realised", lambda row: _number(row.realised)),
    ("currency", lambda row: _text(row.currency)),
    ("conid", lambda row: _text(row.conid)),
    ("expiry", lambda row: row.expiry.isoformat() if row.expiry else ""),
    ("strike", lambda row: _number(row.strike)),
    ("right", lambda row: row.right or ""),
    ("multiplier", lambda row: _number(row.multiplier)),
    ("exchange", lambda row: _text(row.exchange)),
    ("as_of", lambda row: _time(row.as_of)),
)


def csv_text(rows: Iterable[Position], at: Moment) -> str:
    """RFC 4180: a header, then a line a row; CRLF. What is unknown is an empty cell, times are RFC 3339 in UTC.

    as_of is when IBKR's figures were true, as far as it said; seen_at, of all rows, is `at`. To be written as UTF-8.
    There is no byte order mark: scripts would take it for a part of the first column's name, and without it a
    spreadsheet misreads at most the accents of a name, never a figure.
    """
    seen_at = _time(at.wall)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([*(name for name, _ in _COLUMNS), "seen_at"])
    writer.writerows([*(cell(row) for _, cell in _COLUMNS), seen_at] for row in rows)
    return written.getvalue()
