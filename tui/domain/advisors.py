"""Logins that see many accounts: which of them are asked about, and whose turn it is."""

from collections.abc import Iterable, Mapping, Sequence

from tui.clock import Moment
from tui.domain.accounts import Account


def has_subaccounts(accounts: Iterable[Account]) -> bool:
    """True where one of the accounts is an advisor's, so that the sub-accounts must be asked for too.

    An absent mark is no advisor's: everybody else gets an error, or the same list again, for the question.
    """
    return any(account.advisor is True for account in accounts)


def asked_about(accounts: Sequence[Account], subaccounts: Sequence[Account]) -> tuple[Account, ...]:
    """All accounts that have books of their own: the login's, the advisor's own among them, then the sub-accounts.

    Each id once, in IBKR's order.
    """
    by_id: dict[str, Account] = {}
    for account in (*accounts, *subaccounts):
        by_id.setdefault(account.id, account)
    return tuple(by_id.values())


def next_in_turn(accounts: Iterable[Account], visible: str | None, asked: Mapping[str, Moment]) -> str | None:
    """The account other than the visible one that was asked about longest ago, one never asked about before all.

    asked: by account id, when its last question went out. None where there is no other account.
    """
    others = [account.id for account in accounts if account.id != visible]
    never = next((account for account in others if account not in asked), None)
    if never is not None or not others:
        return never
    return min(others, key=lambda account: asked[account].ticks)
