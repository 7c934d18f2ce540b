"""What is said of positions, computed without a screen."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support import states
from tests.support.slices import positions_of, text
from tests.support.states import ACCOUNT, NOW, ago
from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.failure import Failure, FailureKind
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.together import merged_book
from tui.ui.line import Tone, plain
from tui.ui.position_words import (
    ALL_COLUMNS,
    COLUMNS,
    Heading,
    PositionsView,
    base_currencies,
    cells,
    note_lines,
    price,
    title_line,
)
from tui.ui.widgets.columns import Cell


@pytest.mark.parametrize(
    ("state", "said", "noted"),
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
    state: Callable[[], MonitorState], said: str, noted: list[str]
) -> None:
    view = positions_of(state())
    assert title(view) == said
    assert notes(view, 80) == noted


def heading(view: PositionsView, **changes: object) -> Heading:
    """What the title tells of a view whose rows are all shown."""
    rows = view.book.value if view.book else ()
    return replace(Heading(len(rows), len(rows)), **changes)


def title(view: PositionsView, now: Moment = NOW, cells: int = 90, **changes: object) -> str:
    """The title's text."""
    return plain(title_line(view, now, heading(view, **changes), cells))


def notes(view: PositionsView, width: int, **changes: object) -> list[str]:
    """The notes' texts."""
    return text(note_lines(view, NOW, width, heading(view, **changes)))


def cell(position: Position, column: str, stale: bool = False) -> Cell:
    """One cell of the position's row."""
    return cells(position, stale)[[each.id for each in COLUMNS].index(column)]


def all_of(state: MonitorState, **changes: object) -> PositionsView:
    """The Positions pane's slice of all accounts."""
    book = merged_book(state.positions.books)
    view = PositionsView(ALL, book, None, state.pace, 9.0, failures=state.positions.failures)
    return replace(view, **changes)


def test_all_accounts_together_are_as_old_as_the_oldest() -> None:
    view = all_of(states.all_accounts())
    assert title(view) == "All accounts · 11 · oldest 14:03:14"
    assert title(view, NOW.plus(60)) == "All accounts · 11 · oldest 14:03:14 · 1 min old"
    assert (view.stale(NOW), view.stale(NOW.plus(60))) == (False, True)
    assert title(replace(view, book=None)) == "All accounts"
    assert notes(view, 80) == []


def test_what_is_missing_of_all_accounts_is_told() -> None:
    view = all_of(states.all_accounts_partly(), missing=1)
    assert notes(view, 80) == [
        '▲ positions of DU1234568 failed at 14:03:18: 503 "Service Unavailable"',
        "– 1 account is not known yet",
    ]
    failures = {**view.failures, "DU1": Stamped(Failure(FailureKind.BACKEND, "x"), ago(60))}
    view = replace(view, failures=failures, missing=7)
    assert notes(view, 90) == [
        '▲ positions of DU1234568 and 1 more failed at 14:03:18: 503 "Service Unavailable"',
        "– 7 accounts are not known yet",
    ]
    assert notes(replace(view, told=True), 90) == ["– 7 accounts are not known yet"]
    assert notes(replace(view, failures={}, book=None), 90) == ["– not known yet"]


def test_rows_of_all_accounts_name_theirs() -> None:
    mine = states.all_accounts().positions.books["DU1234568"].value[0]
    made = [cell.text for cell in cells(mine, together=True)]
    assert len(made) == len(ALL_COLUMNS)
    assert made[:3] == ["ES DEC 26", "DU1234568", "FUT"]
    assert cells(replace(mine, account=None), together=True)[1].text == "–"
    assert len(cells(mine)) == len(COLUMNS)


def test_what_was_sold_off_stands_back() -> None:
    view = positions_of(states.closed_rows())
    sold = next(row for row in view.book.value if row.closed) if view.book else states.BOOK[0]
    assert {cell.tone for cell in cells(sold)} == {Tone.MUTED}
    assert {cell.tone for cell in cells(sold, stale=True)} == {Tone.STALE}
    assert title(view, closed=2) == "DU1234567 · 10 · 2 closed · 14:03:20"
    assert title(view, shown=10, of=10, hidden=2) == "DU1234567 · 10 · 2 closed hidden · 14:03:20"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (90, "DU1234567 · filter “opt -” · 7 of 42 · 2 closed hidden · by Value ↓ · 14:03:20"),
        (66, "DU1234567 · filter “opt -” · 7 of 42 · by Value ↓ · 14:03:20"),
        (50, "filter “opt -” · 7 of 42 · by Value ↓ · 14:03:20"),
        (20, "filter “opt -” · 7 of 42 · by Value ↓ · 14:03:20"),
    ],
)
def test_the_title_leaves_out_what_matters_least(cells: int, expected: str) -> None:
    view = positions_of(states.ready())
    assert title(view, cells=cells, shown=7, of=42, hidden=2, query="opt -", order="by Value ↓") == expected


def test_a_filter_that_nothing_matches_is_told_with_the_way_out() -> None:
    view = positions_of(states.ready())
    assert notes(view, 90, shown=0, of=12, query="xyz") == ["nothing matches “xyz” among 12; Esc shows all again"]
    assert notes(view, 90, shown=0, of=0, hidden=2) == ["no positions; 2 sold off today not shown"]


def test_masked_rows_tell_neither_size_nor_sign() -> None:
    gain, loss = (replace(each, account="DU1234567") for each in (states.BOOK[0], states.BOOK[2]))
    rows = [
        {column.id: cell for column, cell in zip(ALL_COLUMNS, cells(each, together=True, masked=True), strict=True)}
        for each in (gain, loss)
    ]
    private = ["quantity", "value", "cost", "unrealised", "percent"]
    assert {rows[0][name] for name in private} == {rows[1][name] for name in private} == {Cell("•••••", Tone.PLAIN)}
    assert rows[0]["price"].text == "175.43"
    assert rows[0]["account"].text == "DU•••567"
    assert rows[0]["realised"].text == "–"
    assert title(positions_of(states.ready()), masked=True) == "DU•••567 · 12 · 14:03:20"


def test_masked_failures_name_no_account() -> None:
    view = all_of(states.all_accounts_partly(), missing=1)
    assert "DU1234568" not in notes(view, 90, masked=True)[0]


def test_base_currencies_come_from_the_summaries_first() -> None:
    state = states.several_accounts().accounts
    assert base_currencies(state, ["DU1234567", "DU1234569", "DU9"]) == {
        "DU1234567": "USD",
        "DU1234569": "CHF",
        "DU9": None,
    }


@pytest.mark.parametrize(("interval", "stale"), [(3.0, True), (10.0, True), (20.0, False)])
def test_a_stretched_interval_stretches_what_counts_as_fresh(interval: float, stale: bool) -> None:
    view = replace(positions_of(states.with_book(states.ready(), states.BOOK, 45.0)), interval=interval)
    assert view.stale(NOW) is stale
    assert ("old" in title(view)) is stale


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "0", "1", "-1"])
def test_a_profit_that_is_no_amount_is_no_gain(value: str) -> None:
    row = replace(states.BOOK[0], unrealised=Decimal(value))
    assert cell(row, "unrealised").tone is {"1": Tone.GAIN, "-1": Tone.LOSS}.get(value, Tone.PLAIN)


def test_an_account_without_a_book_has_its_name_alone() -> None:
    assert title(PositionsView(ACCOUNT, None, None, states.ready().pace, 3.0)) == ACCOUNT


def test_gain_and_loss_differ_by_sign_and_tone_until_they_are_old() -> None:
    gain, loss = states.BOOK[0], states.BOOK[2]
    assert (cell(gain, "unrealised").text, cell(gain, "unrealised").tone) == ("+518.00", Tone.GAIN)
    assert (cell(loss, "unrealised").text, cell(loss, "unrealised").tone) == ("-447.00", Tone.LOSS)
    assert {cell.tone for cell in cells(gain, stale=True)} == {Tone.STALE}
    assert cell(gain, "unrealised", stale=True).text == "+518.00"


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
