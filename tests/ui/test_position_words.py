"""What is said of positions, computed without a screen."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support import states
from tests.support.slices import positions_of, text
from tests.support.states import ACCOUNT, NOW, ago
from tui.domain.accounts import ALL
from tui.domain.failure import Failure, FailureKind
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.together import merged_book
from tui.ui.line import Tone, plain
from tui.ui.position_words import ALL_COLUMNS, COLUMNS, PositionsView, cells, in_order, note_lines, price, title_line


@pytest.mark.parametrize(
    ("state", "title", "notes"),
    [
        (states.ready, "DU1234567 · 12 · 14:03:20", []),
        (states.stale_positions, "DU1234567 · 12 · 14:00:02 · 3 min old", []),
        (states.empty_book, "DU1234567 · 0 · 14:03:20", ["no positions"]),
        (states.starting, "", ["– not known yet"]),
        (
            states.failing_positions,
            "DU1234567 · 12 · 14:02:17 · 1 min old",
            ['▲ positions failed at 14:03:18: 503 "Service Unavailable"'],
        ),
    ],
)
def test_positions_tell_empty_unknown_old_and_failed_apart(
    state: Callable[[], MonitorState], title: str, notes: list[str]
) -> None:
    view = positions_of(state())
    assert plain(title_line(view, NOW)) == title
    assert text(note_lines(view, NOW, 80)) == notes


def all_of(state: MonitorState, **changes: object) -> PositionsView:
    """The Positions pane's slice of all accounts."""
    book = merged_book(state.positions.books)
    view = PositionsView(ALL, book, None, state.pace, 9.0, failures=state.positions.failures)
    return replace(view, **changes)


def test_all_accounts_together_are_as_old_as_the_oldest() -> None:
    view = all_of(states.all_accounts())
    assert plain(title_line(view, NOW)) == "All accounts · 11 · oldest 14:03:14"
    assert plain(title_line(view, NOW.plus(60))) == "All accounts · 11 · oldest 14:03:14 · 1 min old"
    assert (view.stale(NOW), view.stale(NOW.plus(60))) == (False, True)
    assert plain(title_line(replace(view, book=None), NOW)) == "All accounts"
    assert text(note_lines(view, NOW, 80)) == []


def test_what_is_missing_of_all_accounts_is_told() -> None:
    view = all_of(states.all_accounts_partly(), missing=1)
    assert text(note_lines(view, NOW, 80)) == [
        '▲ positions of DU1234568 failed at 14:03:18: 503 "Service Unavailable"',
        "– 1 account is not known yet",
    ]
    failures = {**view.failures, "DU1": Stamped(Failure(FailureKind.BACKEND, "x"), ago(60))}
    view = replace(view, failures=failures, missing=7)
    assert text(note_lines(view, NOW, 90)) == [
        '▲ positions of DU1234568 and 1 more failed at 14:03:18: 503 "Service Unavailable"',
        "– 7 accounts are not known yet",
    ]
    assert text(note_lines(replace(view, told=True), NOW, 90)) == ["– 7 accounts are not known yet"]
    assert text(note_lines(replace(view, failures={}, book=None), NOW, 90)) == ["– not known yet"]


def test_rows_of_all_accounts_name_theirs() -> None:
    mine = states.all_accounts().positions.books["DU1234568"].value[0]
    made = [cell.text for cell in cells(mine, together=True)]
    assert len(made) == len(ALL_COLUMNS)
    assert made[:3] == ["ES DEC 26", "DU1234568", "FUT"]
    assert cells(replace(mine, account=None), together=True)[1].text == "–"
    assert len(cells(mine)) == len(COLUMNS)


def test_what_was_sold_off_stands_back_and_last() -> None:
    book = states.closed_rows().positions.books[ACCOUNT].value
    shown = in_order(book)
    assert [each.symbol for each in shown[-2:]] == ["MSFT", "SAP"]
    assert [each.symbol for each in shown[:2]] == ["AAPL", "VWRL"]
    assert {cell.tone for cell in cells(shown[-1])} == {Tone.MUTED}
    assert {cell.tone for cell in cells(shown[-1], stale=True)} == {Tone.STALE}
    assert in_order(states.BOOK) is states.BOOK
    assert plain(title_line(positions_of(states.closed_rows()), NOW)) == "DU1234567 · 10 · 2 closed · 14:03:20"


@pytest.mark.parametrize(("interval", "stale"), [(3.0, True), (10.0, True), (20.0, False)])
def test_a_stretched_interval_stretches_what_counts_as_fresh(interval: float, stale: bool) -> None:
    view = replace(positions_of(states.with_book(states.ready(), states.BOOK, 45.0)), interval=interval)
    assert view.stale(NOW) is stale
    assert ("old" in plain(title_line(view, NOW))) is stale


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "0", "1", "-1"])
def test_a_profit_that_is_no_amount_is_no_gain(value: str) -> None:
    row = replace(states.BOOK[0], unrealised=Decimal(value))
    assert cells(row)[6].tone is {"1": Tone.GAIN, "-1": Tone.LOSS}.get(value, Tone.PLAIN)


def test_an_account_without_a_book_has_its_name_alone() -> None:
    assert plain(title_line(PositionsView(ACCOUNT, None, None, states.ready().pace, 3.0), NOW)) == ACCOUNT


def test_gain_and_loss_differ_by_sign_and_tone_until_they_are_old() -> None:
    gain, loss = states.BOOK[0], states.BOOK[2]
    assert (cells(gain)[6].text, cells(gain)[6].tone) == ("+518.00", Tone.GAIN)
    assert (cells(loss)[6].text, cells(loss)[6].tone) == ("-447.00", Tone.LOSS)
    assert {cell.tone for cell in cells(gain, stale=True)} == {Tone.STALE}
    assert cells(gain, stale=True)[6].text == "+518.00"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "–"),
        ("175.43", "175.43"),
        ("10", "10.00"),
        ("1.0842", "1.0842"),
        ("6.15", "6.15"),
        ("0.00039", "0.0004"),
        ("-3", "-3.00"),
        ("NaN", "–"),
    ],
)
def test_small_prices_keep_their_decimals(value: str | None, expected: str) -> None:
    assert price(Decimal(value) if value else None) == expected
