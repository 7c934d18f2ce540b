"""What is said of accounts and their worth, computed without a screen."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support import states
from tests.support.slices import accounts_of, text
from tests.support.states import ACCOUNT, NOW, ago
from tui.domain.accounts import ALL, Account, AccountsState
from tui.domain.failure import Failure, FailureKind
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState, Pace
from tui.ui.account_view import AccountsView, found, looked_at, search_line, worth_of, worth_of_all
from tui.ui.account_words import account_line, day_note, detail_lines
from tui.ui.line import Tone, plain, width


@pytest.mark.parametrize(
    ("state", "cells", "expected"),
    [
        (states.ready, 78, "Account   ▸DU1234567  USD 1,005,165.50  cash 88,020.12  day +1,234.50"),
        (states.ready, 68, "Account   ▸DU1234567  USD 1,005,166  cash 88,020  day +1,234.50"),
        (states.ready, 60, "Account   ▸DU1234567  USD 1,005,165.50  cash 88,020.12"),
        (
            states.several_accounts,
            84,
            "Account   ▸DU1234568 (income)  EUR 88,020.00  cash 1,200.40  day -87.10  2 of 3",
        ),
        (states.several_accounts, 78, "Account   ▸DU1234568 (income)  EUR 88,020  cash 1,200  day -87.10  2 of 3"),
        (states.several_accounts, 60, "Account   ▸DU1234568  EUR 88,020.00  cash 1,200.40  2 of 3"),
        (states.all_accounts, 80, "Account   ▸All  USD 1,113,697.25  cash 88,910.52  day +1,159.40  3 accounts"),
        (states.all_accounts_partly, 78, "Account   ▸All  USD –  cash –  day +1,159.40  3 accounts"),
        (states.day_limited, 78, "Account   ▸DU1234567  USD 1,005,165.50  cash 88,020.12  day –  again at 14:18"),
        (states.day_limited, 70, "Account   ▸DU1234567  USD 1,005,165.50  cash 88,020.12  day –"),
        (states.several_accounts, 50, "Account   ▸DU1234568 (income)  EUR 88,020  2 of 3"),
        (states.starting, 78, "Account   – not known yet"),
        (
            states.backend_hung,
            78,
            "Account   ▸DU1234567  USD 1,005,165.50  cash 88,020.12  13:01:42 · 1 h old",
        ),
    ],
)
def test_the_account_in_one_line(state: Callable[[], MonitorState], cells: int, expected: str) -> None:
    assert text(account_line(accounts_of(state()), NOW, cells))[0] == expected


def test_an_accounts_failure_is_told() -> None:
    state = states.ready()
    failure = Stamped(Failure(FailureKind.BACKEND, '503 "x"', 503), ago(4))
    failing = replace(state.accounts, summary_failures={ACCOUNT: failure}, failure=failure)
    view = AccountsView(failing, state.pace)
    assert '▲ summary failed at 14:03:18: 503 "x"' in " ".join(text(account_line(view, NOW, 78)))
    words = " ".join(text(detail_lines(view, NOW, 60)))
    assert "▲ accounts failed at 14:03:18" in words
    assert "▲ summary failed at 14:03:18" in words


def test_no_accounts_and_no_summary_are_said() -> None:
    state = states.ready()
    none = replace(state.accounts, accounts=Stamped((), ago(1)), visible=None, summaries={})
    assert text(detail_lines(AccountsView(none, state.pace), NOW, 30)) == ["no accounts"]
    unknown = replace(state.accounts, summaries={})
    unknown = replace(unknown, pnl=None)
    assert {row.split()[-1] for row in text(detail_lines(AccountsView(unknown, state.pace), NOW, 30))} == {"–"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            24,
            [
                "Net liq.  1,005,165.50",
                "Cash      88,020.12 USD",
                "As of     14:03:12",
                "Day P&L   +1,234.50 USD",
                "Exc. liq. 824,235.71 USD",
                "Buy power 3,296,942.84",
                "Cushion   82.0 %",
            ],
        ),
        (
            50,
            [
                "Net liquidation   1,005,165.50 USD",
                "Cash              88,020.12 USD",
                "As of             14:03:12",
                "Day P&L           +1,234.50 USD",
                "Excess liquidity  824,235.71 USD",
                "Buying power      3,296,942.84 USD",
                "Cushion           82.0 %",
            ],
        ),
    ],
)
def test_the_details_of_an_account(cells: int, expected: list[str]) -> None:
    assert text(detail_lines(accounts_of(states.ready()), NOW, cells)) == expected


def test_old_details_say_how_old_and_lose_the_colour_of_a_gain() -> None:
    rows = detail_lines(accounts_of(states.backend_hung()), NOW, 24)
    assert text(rows)[2:6] == [
        "As of     13:01:42",
        "          1 h old",
        "Day P&L   +1,234.50 USD",
        "          1 h old",
    ]
    assert rows[4][1].tone is Tone.STALE
    assert detail_lines(accounts_of(states.ready()), NOW, 24)[3][1].tone is Tone.GAIN


def with_day_failure(failure: Failure) -> AccountsView:
    """Ready, but the newest look at the day failed so, 20 s ago."""
    state = states.ready()
    return AccountsView(replace(state.accounts, pnl_failure=Stamped(failure, ago(20))), state.pace)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (
            Failure(FailureKind.RATE_LIMITED, "429", 429, 900.0),
            "○ day P&L: another program seems to use it; asked again at 14:18",
        ),
        (
            Failure(FailureKind.RATE_LIMITED, "429", 429),
            "○ day P&L: another program seems to use it; asked again later",
        ),
        (Failure(FailureKind.BACKEND, '503 "x"', 503), '▲ day P&L failed at 14:03:02: 503 "x"'),
        # The verdict and its banner say these.
        (Failure(FailureKind.NO_LOGIN, "401", 401), ""),
        (Failure(FailureKind.NO_BRIDGE, "400", 400), ""),
    ],
)
def test_a_day_that_could_not_be_had_is_told_politely(failure: Failure, said: str) -> None:
    view = with_day_failure(failure)
    assert plain(day_note(view, NOW)) == said
    details = text(detail_lines(view, NOW, 80))
    assert (said in details) is bool(said)
    assert "Day P&L           +1,234.50 USD" in details
    assert (said in text(account_line(view, NOW, 150))[0]) or not said


@pytest.mark.parametrize(("seconds", "stale"), [(71, False), (73, True), (33, False)])
def test_the_visible_account_counts_as_fresh_for_two_of_its_polls(seconds: float, stale: bool) -> None:
    accounts = states.ready().accounts
    old_summary = {ACCOUNT: states.summary("1", "1", seconds_ago=seconds)}
    worth = looked_at(AccountsView(replace(accounts, summaries=old_summary), Pace(summary=30)))
    assert worth is not None
    assert worth.stale(NOW) is stale


def test_accounts_that_are_asked_in_turn_count_as_fresh_for_two_turns() -> None:
    many = tuple(Account(f"U{n}", "USD") for n in range(100))
    state = AccountsState(accounts=Stamped(many, NOW), visible="U0")
    pace = Pace(others=10, summary=30)
    assert worth_of(AccountsView(state, pace), many[1]).fresh_for == 2 * 990 + 12
    assert worth_of(AccountsView(state, pace), many[0]).fresh_for == 2 * 30 + 12
    together = replace(state, visible=ALL)
    assert worth_of(AccountsView(together, pace), many[1]).fresh_for == 2 * 3000 + 12
    assert worth_of_all(AccountsView(together, pace)).fresh_for == 2 * 3000 + 12


def masked(view: AccountsView) -> AccountsView:
    """The same, masked."""
    return replace(view, masked=True)


def test_masked_details_tell_no_amount_no_id_and_no_name() -> None:
    state = states.several_accounts()
    rows = detail_lines(masked(accounts_of(state)), NOW, 50)
    assert text(rows) == [
        "Net liquidation   ••••• EUR",
        "Cash              ••••• EUR",
        "As of             14:03:12",
        "Day P&L           ••••• EUR",
        "Excess liquidity  ••••• EUR",
        "Buying power      ••••• EUR",
        "Cushion           82.0 %",
        "Name              •••••",
    ]
    assert not {part.tone for row in rows for part in row} & {Tone.GAIN, Tone.LOSS}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (states.several_accounts, "Account   ▸DU•••568 (•••••)  EUR •••••  cash •••••  day •••••  2 of 3"),
        (states.ready, "Account   ▸DU•••567  USD •••••  cash •••••  day •••••"),
        (states.all_accounts_partly, "Account   ▸All  USD –  cash –  day •••••  3 accounts"),
    ],
)
def test_the_masked_account_in_one_line(state: Callable[[], MonitorState], expected: str) -> None:
    rows = account_line(masked(accounts_of(state())), NOW, 78)
    assert text(rows) == [expected]
    assert not {part.tone for row in rows for part in row} & {Tone.GAIN, Tone.LOSS}


@pytest.mark.parametrize("made", [states.ready, states.live, states.hostile])
@pytest.mark.parametrize("cells", [24, 50, 80])
def test_gain_and_loss_look_the_same_when_masked(made: Callable[[], MonitorState], cells: int) -> None:
    state = made()
    seen = []
    for daily in ("1.00", "-98765.43"):
        accounts = replace(state.accounts, pnl=states.day_of(**{state.accounts.visible or "": daily}))
        view = masked(AccountsView(accounts, state.pace))
        seen.append((detail_lines(view, NOW, cells), account_line(view, NOW, cells)))
    assert seen[0] == seen[1]


def test_the_ledger_stands_beside_the_details_where_there_is_room() -> None:
    view = accounts_of(states.advisor(4))
    assert text(detail_lines(view, NOW, 73)) == [
        "Net liquidation   11,713.50 EUR         Cash by currency  14:03:14",
        "Cash              -849.25 EUR           USD   88,020.12         1",
        "As of             14:02:52              EUR    1,200.40    1.0842",
        "Day P&L           -1,609.10 EUR         JPY  -31,500.00  0.006421",
        "Excess liquidity  9,605.07 EUR          SEK           –         –",
        "Buying power      38,420.28 EUR",
        "Cushion           82.0 %",
        "Name              trust 3",
    ]
    assert "Cash by currency" not in " ".join(text(detail_lines(view, NOW, 60)))
    assert "USD  •••••         1" in " ".join(text(detail_lines(masked(view), NOW, 73)))


@pytest.mark.parametrize("cells", [66, 73, 80, 120, 198])
@pytest.mark.parametrize("made", [states.advisor, states.hostile, states.all_accounts])
def test_the_details_fit_beside_the_ledger(made: Callable[[], MonitorState], cells: int) -> None:
    state = made()
    ledgers = {account.id: Stamped(states.LEDGER, ago(4000)) for account in state.accounts.all}
    failure = Stamped(Failure(FailureKind.BACKEND, "503 “x”", 503), ago(4))
    failures = {account.id: failure for account in state.accounts.all}
    accounts = replace(state.accounts, ledgers=ledgers, ledger_failures=failures)
    for view in (AccountsView(accounts, state.pace), AccountsView(accounts, state.pace, masked=True)):
        assert max(width(row) for row in detail_lines(view, NOW, cells)) <= cells


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", 3),
        ("  ", 3),
        ("INCOME", 1),
        ("568 inc", 1),
        ("du12345", 3),
        ("9", 1),
        ("du1234568 trust", 0),
        ("567 income", 0),
        ("[", 0),
    ],
)
def test_accounts_are_found_by_id_and_alias(query: str, ids: int) -> None:
    view = accounts_of(states.several_accounts())
    assert len(found(view, query)) == ids
    assert found(masked(view), query) == found(view, query)
    said = plain(search_line(view, query))
    words = " ".join(query.split())
    assert said == (f"{ids or 'none'} of 3 · {words}" if words else "")
    assert plain(search_line(masked(view), query)) == (f"{ids or 'none'} of 3 · •••••" if words else "")
