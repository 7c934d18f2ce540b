"""Paper or live, as far as anything tells: which of three tellers counts."""

from dataclasses import replace

import pytest

from tests.support.states import NOW, starting
from tui.domain.accounts import Account, AccountsState, BrokerageAccounts
from tui.domain.login import Login
from tui.domain.session import SessionState
from tui.domain.stamped import Stamped


@pytest.mark.parametrize(
    ("brokerage", "login", "marks", "paper"),
    [
        (None, None, (), None),
        (True, False, (False,), True),
        (False, True, (True,), False),
        (None, True, (False,), True),
        (None, False, (True,), False),
        (None, None, (True, True), True),
        (None, None, (False,), False),
        (None, None, (True, False), None),
        (None, None, (None,), None),
    ],
)
def test_the_session_counts_before_the_login_and_the_login_before_the_accounts(
    brokerage: bool | None, login: bool | None, marks: tuple[bool | None, ...], paper: bool | None
) -> None:
    accounts = AccountsState(
        accounts=Stamped(tuple(Account(f"A{n}", paper=mark) for n, mark in enumerate(marks)), NOW),
        brokerage=Stamped(BrokerageAccounts(brokerage), NOW),
    )
    session = SessionState(sign_in=Stamped(Login(paper=login), NOW))
    state = replace(starting(), accounts=accounts, session=session)
    assert state.paper is paper


def test_before_anything_was_told_it_is_not_known() -> None:
    assert starting().paper is None
