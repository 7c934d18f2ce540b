"""What stands in for an account's id where others may read it."""

from tui.domain.accounts import ALL

_HIDDEN = "•••"
_HEAD, _TAIL = 3, 3
_LONG_ENOUGH = 6
"""Characters behind the letters from which the last ones may be shown without telling most of the id."""


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
