"""What stands in for amounts, ids and names while values are masked: it tells neither size nor sign."""

from tui.domain.masked_id import masked_id
from tui.domain.text import DASH

__all__ = ["MASK", "masked_amount", "masked_id", "masked_name"]

MASK = "•••••"
"""In place of any amount, of the same length for all."""


def masked_amount(text: str) -> str:
    """The mask; a dash stays one, since what is not known tells nothing."""
    return text if text == DASH else MASK


def masked_name(text: str | None) -> str | None:
    """The mask for a name that the user gave; None where there is none."""
    return MASK if text else None
