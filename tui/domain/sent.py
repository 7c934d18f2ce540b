"""The fields of a holding as IBKR sent them -> names and values that are safe to print."""

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice

from tui.domain.sanitise import safe_text
from tui.domain.text import DASH, LARGEST_EXPONENT

MOST_FIELDS = 200
LONGEST_NAME, LONGEST_VALUE = 60, 300


def sent_fields(sent: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Each field's name and value as one printable line, in the order in which they were sent; a dash for none.

    sent: `Position.sent`. Numbers keep all their digits; lists and objects become JSON, cut to LONGEST_VALUE.
    """
    return tuple(
        (safe_text(str(name), LONGEST_NAME), safe_text(_said(value), LONGEST_VALUE))
        for name, value in islice(sent.items(), MOST_FIELDS)
    )


def _said(value: object) -> str:
    match value:
        case None | "":
            return DASH
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case Decimal() if value.is_finite() and abs(value.adjusted()) < LARGEST_EXPONENT:
            return f"{value:f}"
        case dict() | list() if not value:
            return DASH
        case dict() | list():
            try:
                return json.dumps(value, ensure_ascii=False, default=str)
            except (ValueError, RecursionError):
                return "(not readable)"
    return str(value)
