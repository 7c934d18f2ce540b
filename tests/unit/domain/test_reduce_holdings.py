"""Folding accounts, their worth and their positions into the state."""

import pytest

from tests.support.happenings import ACCOUNTS, BROKEN, DAY, GW, LEDGER, REFUSED, WORTH, at, folded
from tests.support.states import BOOK
from tui.domain.accounts import ALL, BrokerageAccounts
from tui.domain.events import (
    AccountChosen,
    AccountsSeen,
    BrokerageAccountsSeen,
    Event,
    LedgerSeen,
    PnlSeen,
    PositionsPaced,
    PositionsSeen,
    SummarySeen,
)
from tui.domain.ledger import Ledger
from tui.domain.reduce import reduce
from tui.domain.stamped import Stamped

# Accounts and positions


@pytest.mark.parametrize(
    ("events", "visible"),
    [
        ([AccountsSeen(GW, at(1), ACCOUNTS)], "DU1"),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2")], "DU2"),
        (
            [AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2"), AccountsSeen(GW, at(3), ACCOUNTS)],
            "DU2",
        ),
        (
            [AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2"), AccountsSeen(GW, at(3), ACCOUNTS[:1])],
            "DU1",
        ),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2"), AccountChosen(GW, at(3), "?")], "DU2"),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountsSeen(GW, at(3), ())], None),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountsSeen(GW, at(3), REFUSED)], "DU1"),
        ([AccountChosen(GW, at(2), "DU2")], None),
        # All of them together, where there is more than one.
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), ALL)], ALL),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), ALL), AccountsSeen(GW, at(3), ACCOUNTS)], ALL),
        (
            [AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), ALL), AccountsSeen(GW, at(3), ACCOUNTS[1:])],
            "DU2",
        ),
        ([AccountsSeen(GW, at(1), ACCOUNTS[:1]), AccountChosen(GW, at(2), ALL)], "DU1"),
        ([AccountChosen(GW, at(2), ALL)], None),
    ],
)
def test_the_visible_account_is_kept_while_it_exists(events: list[Event], visible: str | None) -> None:
    assert folded(*events).accounts.visible == visible


def test_a_failed_list_stands_beside_the_last_good_one_until_the_next() -> None:
    state = folded(AccountsSeen(GW, at(1), ACCOUNTS), AccountsSeen(GW, at(61), BROKEN))
    assert state.accounts.accounts == Stamped(ACCOUNTS, at(1))
    assert state.accounts.failure == Stamped(BROKEN, at(61))
    state = folded(AccountsSeen(GW, at(121), ACCOUNTS), state=state)
    assert state.accounts.failure is None
    assert state.accounts.accounts == Stamped(ACCOUNTS, at(121))


def test_a_failed_summary_stands_beside_the_last_good_one_of_its_account() -> None:
    state = folded(
        SummarySeen(GW, at(1), "DU1", WORTH),
        SummarySeen(GW, at(2), "DU2", WORTH),
        SummarySeen(GW, at(31), "DU1", BROKEN),
    )
    assert state.accounts.summaries == {"DU1": Stamped(WORTH, at(1)), "DU2": Stamped(WORTH, at(2))}
    assert state.accounts.summary_failures == {"DU1": Stamped(BROKEN, at(31))}
    state = folded(SummarySeen(GW, at(61), "DU1", WORTH), state=state)
    assert state.accounts.summaries["DU1"].at == at(61)
    assert state.accounts.summary_failures == {}


def test_a_failed_book_stands_beside_the_last_good_one_of_its_account() -> None:
    state = folded(PositionsSeen(GW, at(1), "DU1", BOOK), PositionsSeen(GW, at(4), "DU1", BROKEN))
    assert state.positions.books == {"DU1": Stamped(BOOK, at(1))}
    assert state.positions.failures == {"DU1": Stamped(BROKEN, at(4))}
    state = folded(PositionsSeen(GW, at(7), "DU1", ()), state=state)
    assert state.positions.books == {"DU1": Stamped((), at(7))}
    assert state.positions.failures == {}


def test_a_failed_ledger_stands_beside_the_last_good_one_of_its_account() -> None:
    state = folded(LedgerSeen(GW, at(1), "DU1", LEDGER), LedgerSeen(GW, at(2), "DU2", Ledger()))
    state = folded(LedgerSeen(GW, at(31), "DU1", BROKEN), state=state)
    assert state.accounts.ledgers == {"DU1": Stamped(LEDGER, at(1)), "DU2": Stamped(Ledger(), at(2))}
    assert state.accounts.ledger_failures == {"DU1": Stamped(BROKEN, at(31))}
    state = folded(LedgerSeen(GW, at(61), "DU1", LEDGER), state=state)
    assert state.accounts.ledgers["DU1"].at == at(61)
    assert state.accounts.ledger_failures == {}


def test_a_failed_day_stands_beside_the_last_good_one() -> None:
    state = folded(PnlSeen(GW, at(1), DAY), PnlSeen(GW, at(16), BROKEN))
    assert state.accounts.pnl == Stamped(DAY, at(1))
    assert state.accounts.pnl_failure == Stamped(BROKEN, at(16))
    state = folded(PnlSeen(GW, at(31), {}), state=state)
    assert state.accounts.pnl == Stamped({}, at(31))
    assert state.accounts.pnl_failure is None


def test_how_often_the_positions_are_asked_for() -> None:
    state = folded(PositionsPaced(GW, at(1), 9.0))
    assert state.positions.interval == 9.0
    assert reduce(state, PositionsPaced(GW, at(2), 9.0)) is state
    assert folded(PositionsPaced(GW, at(3), None), state=state).positions.interval is None
    assert folded(PositionsSeen(GW, at(4), "DU1", BOOK), state=state).positions.interval == 9.0


def test_what_the_brokerage_session_says_of_the_login() -> None:
    state = folded(BrokerageAccountsSeen(GW, at(1), BrokerageAccounts(True, {"DU1": "savings"})))
    assert state.accounts.paper is True
    assert state.accounts.brokerage == Stamped(BrokerageAccounts(True, {"DU1": "savings"}), at(1))
