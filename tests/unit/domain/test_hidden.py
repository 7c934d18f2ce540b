"""Accounts that the settings hide: nothing of them gets into the state."""

from dataclasses import replace

from tests.support.happenings import ACCOUNTS, BROKEN, DAY, GW, LEDGER, WORTH, at, folded, said
from tests.support.states import BOOK, starting
from tui.domain.accounts import ALL, AccountsState
from tui.domain.events import AccountChosen, AccountsSeen, LedgerSeen, PnlSeen, PositionsSeen, SummarySeen
from tui.domain.pnl import DayPnl
from tui.domain.reduce import reduce
from tui.domain.state import MonitorState


def hiding(*accounts: str) -> MonitorState:
    return replace(starting(), accounts=AccountsState(hidden=frozenset(accounts)))


def test_a_hidden_account_is_none() -> None:
    state = folded(AccountsSeen(GW, at(1), ACCOUNTS), state=hiding("DU1"))
    assert [account.id for account in state.accounts.all] == ["DU2"]
    assert state.accounts.visible == "DU2"
    assert state.journal == ()
    for wanted in ("DU1", ALL):
        assert reduce(state, AccountChosen(GW, at(2), wanted)) is state


def test_nothing_is_kept_of_it() -> None:
    state = folded(AccountsSeen(GW, at(1), ACCOUNTS), state=hiding("DU1"))
    for event in (
        SummarySeen(GW, at(2), "DU1", WORTH),
        SummarySeen(GW, at(2), "DU1", BROKEN),
        LedgerSeen(GW, at(2), "DU1", LEDGER),
        LedgerSeen(GW, at(2), "DU1", BROKEN),
        PositionsSeen(GW, at(2), "DU1", BOOK),
        PositionsSeen(GW, at(2), "DU1", BROKEN),
    ):
        assert reduce(state, event) is state
    seen = folded(PnlSeen(GW, at(2), DAY | {"DU2": DayPnl(None)}), state=state)
    assert seen.accounts.pnl is not None
    assert list(seen.accounts.pnl.value) == ["DU2"]


def test_all_of_them_hidden_are_none_and_that_is_said_once() -> None:
    state = hiding("DU1", "DU2")
    for n in range(1, 4):
        state = folded(AccountsSeen(GW, at(n), ACCOUNTS), state=state)
    assert (state.accounts.all, state.accounts.visible) == ((), None)
    assert said(state) == ["every account of this login is hidden by the settings (hide)"]


def test_a_login_without_accounts_hides_nothing() -> None:
    assert folded(AccountsSeen(GW, at(1), ()), state=hiding("DU1")).journal == ()
