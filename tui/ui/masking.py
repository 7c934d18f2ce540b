"""What stands in for amounts, ids and names while values are masked: it tells neither size nor sign."""

from tui.domain.accounts import ALL
from tui.domain.text import DASH

MASK = "•••••"
"""In place of any amount, of the same length for all."""
_HIDDEN = "•••"
_HEAD, _TAIL = 3, 3
_LONG_ENOUGH = 6
"""Characters behind the letters from which the last ones may be shown without telling most of the id."""


def masked_amount(text: str) -> str:
    """The mask; a dash stays one, since what is not known tells nothing."""
    return text if text == DASH else MASK


def masked_name(text: str | None) -> str | None:
    """The mask for a name that the user gave; None where there is none."""
    return MASK if text else None


def masked_id(account_id: str) -> str:
    """`DU•••567` for DU1234567: the kind of account and its last three; of a short id only the kind.

    `All` stays: it is no account's.
    """
    if account_id == ALL:
        return account_id
    letters = len(account_id) - len(account_id.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    head = account_id[: min(letters, _HEAD)]
    rest = account_id[len(head) :]
    return f"{head}{_HIDDEN}{rest[-_TAIL:] if len(rest) >= _LONG_ENOUGH else ''}"
