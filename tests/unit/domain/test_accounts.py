"""Paper or live: told, or unknown."""

import pytest

from tests.support.states import NOW
from tui.domain.accounts import Account, AccountsState, BrokerageAccounts
from tui.domain.stamped import Stamped


@pytest.mark.parametrize(
    ("brokerage", "marks", "paper"),
    [
        (None, (), None),
        (None, (None,), None),
        (None, (True,), True),
        (None, (False, False), False),
        (None, (True, False), None),
        (None, (True, None), None),
        (True, (), True),
        (False, (True,), False),  # what the session says of itself beats the accounts' marks
        (None, (False,), False),
    ],
)
def test_paper_or_live_is_told_or_unknown(
    brokerage: bool | None, marks: tuple[bool | None, ...], paper: bool | None
) -> None:
    accounts = tuple(Account(f"A{n}", paper=mark) for n, mark in enumerate(marks))
    state = AccountsState(
        accounts=Stamped(accounts, NOW) if marks else None, brokerage=Stamped(BrokerageAccounts(brokerage), NOW)
    )
    assert state.paper is paper
    assert state.all == accounts
