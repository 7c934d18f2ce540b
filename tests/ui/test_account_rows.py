"""The accounts as rows: what they say, and that they stay the same objects while they say the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import states
from tests.support.slices import accounts_of
from tests.support.states import ACCOUNT, NOW, ago
from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.stamped import Stamped, with_item
from tui.domain.state import MonitorState
from tui.ui.account_rows import COLUMNS, LONGEST_NAME, AccountRows
from tui.ui.account_view import AccountsView
from tui.ui.line import Part, Tone
from tui.ui.widgets.columns import fit_columns


def cells(state: MonitorState, now: Moment = NOW, query: str = "") -> list[list[str]]:
    """The rows' texts."""
    return [[cell.text for cell in row] for _, row in AccountRows().rows(accounts_of(state), now, query)]


def test_the_accounts_mark_the_visible_one() -> None:
    assert cells(states.several_accounts()) == [
        [" All", "3 accounts", "–", "–", "–", "–", "–", "–"],
        [" DU1234567", "–", "USD", "1,005,166", "88,020", "+1,234", "82.0 %", "14:02:42"],
        ["▸DU1234568", "income", "EUR", "88,020", "1,200", "-87", "82.0 %", "14:03:12"],
        [" DU1234569", "–", "CHF", "–", "–", "–", "–", "–"],
    ]


def test_all_accounts_together_are_the_first_row() -> None:
    assert cells(states.all_accounts())[0] == [
        "▸All",
        "3 accounts",
        "USD",
        "1,113,697",
        "88,911",
        "+1,159",
        "–",
        "14:02:12",
    ]
    assert [row[0] for row in cells(states.ready())] == ["▸DU1234567"]


def test_what_is_old_says_its_age_and_has_no_colour_of_a_gain() -> None:
    ((_, row),) = AccountRows().rows(accounts_of(states.backend_hung()), NOW)
    assert [cell.text for cell in row[3:]] == ["1,005,166", "88,020", "+1,234", "82.0 %", "1 h old"]
    assert {cell.tone for cell in row[3:]} == {Tone.STALE}


def test_the_day_is_toned() -> None:
    rows = AccountRows().rows(accounts_of(states.several_accounts()), NOW)
    assert [row[5].tone for _, row in rows] == [Tone.MUTED, Tone.GAIN, Tone.LOSS, Tone.MUTED]


def test_masked_rows_tell_no_amount_no_id_and_no_name() -> None:
    view = replace(accounts_of(states.several_accounts()), masked=True)
    rows = AccountRows().rows(view, NOW)
    assert [[cell.text for cell in row] for _, row in rows] == [
        [" All", "3 accounts", "–", "–", "–", "–", "–", "–"],
        [" DU•••567", "–", "USD", "•••••", "•••••", "•••••", "82.0 %", "14:02:42"],
        ["▸DU•••568", "•••••", "EUR", "•••••", "•••••", "•••••", "82.0 %", "14:03:12"],
        [" DU•••569", "–", "CHF", "–", "–", "–", "–", "–"],
    ]
    assert not {cell.tone for _, row in rows for cell in row} & {Tone.GAIN, Tone.LOSS}
    assert [key for key, _ in rows] == [ALL, ACCOUNT, "DU1234568", "DU1234569"]


def test_a_search_leaves_out_the_others_and_all_together() -> None:
    assert [row[:2] for row in cells(states.several_accounts(), query="inc")] == [["▸DU1234568", "income"]]
    assert cells(states.several_accounts(), query="no such") == []
    kellers = cells(states.advisor(), query="4000 keller")
    assert [row[1] for row in kellers] == [f"Keller family {n}" for n in range(0, 143, 5)]
    assert len(cells(states.advisor())) == 301


def test_a_name_without_end_leaves_the_columns_their_room() -> None:
    ((_, row),) = AccountRows().rows(accounts_of(states.hostile()), NOW)
    assert Part(row[1].text).width <= LONGEST_NAME


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (26, ["account", "currency", "net"]),
        (40, ["account", "currency", "net", "day"]),
        (50, ["account", "currency", "net", "day", "at"]),
        (74, ["account", "alias", "currency", "net", "cash", "day", "cushion", "at"]),
        (190, [column.id for column in COLUMNS]),
    ],
)
def test_columns_go_by_what_is_needed_most(room: int, shown: list[str]) -> None:
    wanted = [10, 8, 3, 9, 6, 7, 7, 9]
    assert [COLUMNS[slot.index].id for slot in fit_columns(COLUMNS, wanted, room)] == shown


@pytest.mark.parametrize(
    "made", [partial(states.advisor, 12), states.several_accounts, states.all_accounts, states.backend_hung]
)
@given(steps=st.lists(st.sampled_from([0.5, 1.0, 1.0, 7.0, 31.0, 59.0, 60.0, 3599.0, 40_000.0, 200_000.0]), max_size=6))
def test_remembered_rows_are_those_that_would_be_made_now(made: Callable[[], MonitorState], steps: list[float]) -> None:
    view, rows, now = (
        accounts_of(
            made(),
        ),
        AccountRows(),
        NOW,
    )
    for step in [0.0, *steps]:
        now = now.plus(step)
        assert rows.rows(view, now) == AccountRows().rows(view, now)


def test_where_nothing_moved_the_rows_are_the_same_objects() -> None:
    state = states.several_accounts()
    rows, view = AccountRows(), accounts_of(state)
    first = rows.rows(view, NOW)
    assert rows.rows(accounts_of(state), NOW.plus(1)) is first
    # Another second slice that says the same.
    again = replace(state, accounts=replace(state.accounts, accounts=Stamped(state.accounts.all, NOW)))
    assert rows.rows(accounts_of(again), NOW.plus(2)) is first


def test_only_what_changed_is_made_anew() -> None:
    state = states.several_accounts()
    rows = AccountRows()
    before = rows.rows(accounts_of(state), NOW)
    newer = with_item(state.accounts.summaries, ACCOUNT, states.summary("5", "1", seconds_ago=0))
    after = rows.rows(AccountsView(replace(state.accounts, summaries=newer), state.pace), NOW)
    assert [new is old for new, old in zip(after, before, strict=True)] == [True, False, True, True]
    assert after[1][1][3].text == "5"
    masked = rows.rows(AccountsView(replace(state.accounts, summaries=newer), state.pace, masked=True), NOW)
    assert masked[1][1][3].text == "•••••"


def test_a_time_of_yesterday_has_its_date_from_midnight_on() -> None:
    late = Moment(NOW.wall.replace(hour=23, minute=59, second=59), NOW.ticks)
    state = states.ready()
    summaries = {ACCOUNT: replace(states.summary("1", "1"), at=late.plus(-5))}
    view = AccountsView(replace(state.accounts, summaries=summaries, pnl=None), state.pace)
    rows = AccountRows()
    assert rows.rows(view, late)[0][1][-1].text == "23:59:54"
    assert rows.rows(view, late.plus(2))[0][1][-1].text == "11-20 23:59:54"


def test_a_clock_that_was_set_back_is_noticed() -> None:
    rows, view = AccountRows(), accounts_of(states.backend_hung())
    rows.rows(view, NOW)
    back = Moment(NOW.wall - timedelta(days=3), NOW.ticks + 1)
    assert rows.rows(view, back) == AccountRows().rows(view, back)
    assert ago(0) == NOW
