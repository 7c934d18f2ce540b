"""The rows that a user wants to see of a book, computed without a screen."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.generated import books
from tests.support.parts import ACCOUNT, BOOK, NOW, ago
from tests.support.states import closed_rows, ready
from tui.clock import Moment
from tui.domain.filtering import parse_filter
from tui.domain.ordering import Sorting, SortKey, ordered
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.ui.glyphs import FALLEN, RISEN
from tui.ui.position_words import ALL_COLUMNS, COLUMNS, PositionsView
from tui.ui.positions_arranged import Arrangement, Wishes, neighbour
from tui.ui.widgets.table import Anchor

VALUE = Sorting(SortKey.VALUE, True)


def view(book: Sequence[Position], account: str = ACCOUNT, at: Moment = NOW) -> PositionsView:
    """A slice of that book."""
    return PositionsView(account, Stamped(tuple(book), at), None, ready().pace, 3.0)


def arranged(book: Sequence[Position], wishes: Wishes | None = None) -> Arrangement:
    """The rows as they are first seen."""
    made = Arrangement()
    made.arrange(view(book), wishes or Wishes(), NOW)
    return made


def symbols(of: Arrangement) -> list[str]:
    """The symbols of the rows."""
    return [row[0].text for _, row in of.rows]


def dearer(position: Position, by: str = "1", **changes: object) -> Position:
    """The position at another price."""
    return replace(position, price=(position.price or Decimal(0)) + Decimal(by), **changes)


@given(
    books(),
    st.builds(Sorting, st.none() | st.sampled_from(SortKey), st.booleans()),
    st.sampled_from(["", "opt", "ccy:usd -", "+", "!long", "aapl"]),
    st.booleans(),
    st.booleans(),
)
def test_rows_are_those_asked_for_in_the_order_asked_for(
    book: tuple[Position, ...], sorting: Sorting, query: str, show_closed: bool, masked: bool
) -> None:
    made = arranged(book, Wishes(sorting, query, show_closed, masked))
    wanted = parse_filter(query)
    expected = [row for row in ordered(book, sorting) if (show_closed or not row.closed) and wanted.matches(row)]
    assert [row.key for row in made.shown] == [key for key, _ in made.rows] == [row.key for row in expected]
    offered = [row for row in book if show_closed or not row.closed]
    assert (made.heading.shown, made.heading.of) == (len(expected), len(offered))
    assert made.heading.hidden == len(book) - len(offered)
    assert all(made.position(row.key) is row for row in expected)


def test_closed_rows_are_hidden_unless_asked_for() -> None:
    book = closed_rows().positions.books[ACCOUNT].value
    hidden, shown = arranged(book), arranged(book, Wishes(show_closed=True))
    assert (len(hidden.rows), hidden.heading.hidden, hidden.heading.closed) == (10, 2, 0)
    assert (len(shown.rows), shown.heading.hidden, shown.heading.closed) == (12, 0, 2)
    assert symbols(shown)[-2:] == ["MSFT", "SAP"]


def test_the_same_book_and_wishes_give_the_very_same_rows() -> None:
    made = arranged(BOOK, Wishes(VALUE, "usd"))
    rows, shown = made.rows, made.shown
    made.arrange(view(BOOK), Wishes(VALUE, "usd"), NOW.plus(1))
    assert made.rows is rows
    assert made.shown is shown
    made.arrange(view((dearer(BOOK[0]), *BOOK[1:])), Wishes(VALUE, "usd"), NOW.plus(2))
    before = dict(rows)
    assert [made_row is before[key] for key, made_row in made.rows] == [key != BOOK[0].key for key, _ in made.rows]


def test_a_filter_that_asks_for_nothing_yet_is_none() -> None:
    assert arranged(BOOK, Wishes(query=" type: ")).heading.query == ""
    assert arranged(BOOK, Wishes(query="  type:opt   - ")).heading.query == "type:opt -"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Wishes(), Wishes(), Anchor.ROW),
        (Wishes(VALUE), Wishes(VALUE), Anchor.PLACE),
        (Wishes(), Wishes(VALUE), Anchor.TOP),
        (Wishes(VALUE), Wishes(VALUE.flipped()), Anchor.TOP),
        (Wishes(), Wishes(query="x"), Anchor.TOP),
        (Wishes(), Wishes(show_closed=True), Anchor.TOP),
        (Wishes(), Wishes(masked=True), Anchor.ROW),
    ],
)
@pytest.mark.parametrize("book", [BOOK, (dearer(BOOK[0]), *BOOK[1:])])
def test_what_the_user_arranges_comes_into_view_from_its_top(
    book: tuple[Position, ...], before: Wishes, after: Wishes, expected: Anchor
) -> None:
    made = arranged(BOOK, before)
    made.arrange(view(book), after, NOW)
    assert made.anchor is expected


def test_changes_are_marked_by_their_way() -> None:
    made = arranged(BOOK)
    assert not made.marks
    book = (dearer(BOOK[0]), dearer(BOOK[1], "-1"), replace(BOOK[2], quantity=Decimal(61)), *BOOK[3:])
    made.arrange(view(book), Wishes(), NOW)
    assert made.marks == {
        BOOK[0].key: {"price": RISEN},
        BOOK[1].key: {"price": FALLEN},
        BOOK[2].key: {"quantity": RISEN},
    }


def test_marks_go_when_their_second_is_over() -> None:
    made = arranged(BOOK)
    book = (dearer(BOOK[0]), *BOOK[1:])
    made.arrange(view(book), Wishes(), NOW)
    made.forget(NOW.plus(5))
    assert made.marks, "their time begins when they are on the screen"
    made.seen(NOW.plus(5))
    made.seen(NOW.plus(5.5))
    made.forget(NOW.plus(5.8))
    assert made.marks
    made.forget(NOW.plus(6))
    assert not made.marks
    made.arrange(view(book), Wishes(), NOW.plus(7))
    assert not made.marks


def test_a_new_book_has_the_marks_of_its_own_changes_alone() -> None:
    made = arranged(BOOK)
    made.arrange(view((dearer(BOOK[0]), *BOOK[1:])), Wishes(), NOW)
    made.arrange(view((dearer(BOOK[0]), dearer(BOOK[1]), *BOOK[2:])), Wishes(), NOW.plus(1))
    assert list(made.marks) == [BOOK[1].key]
    made.arrange(view((dearer(BOOK[0]), dearer(BOOK[1]), *BOOK[2:])), Wishes(), NOW.plus(2))
    assert not made.marks


@pytest.mark.parametrize(
    ("wishes", "account", "at"),
    [
        (Wishes(VALUE), ACCOUNT, NOW),
        (Wishes(query="aapl"), ACCOUNT, NOW),
        (Wishes(show_closed=True), ACCOUNT, NOW),
        (Wishes(masked=True), ACCOUNT, NOW),
        (Wishes(), "DU9", NOW),
        (Wishes(), ACCOUNT, ago(300)),
    ],
    ids=["sorted", "filtered", "closed", "masked", "another account", "stale"],
)
def test_what_is_seen_otherwise_has_not_changed(wishes: Wishes, account: str, at: Moment) -> None:
    made = arranged(BOOK)
    made.arrange(view((dearer(BOOK[0]), *BOOK[1:]), account, at), wishes, NOW)
    assert not made.marks


def test_what_becomes_known_or_comes_in_is_not_marked() -> None:
    made = arranged((replace(BOOK[0], price=None), BOOK[1]))
    made.arrange(view((BOOK[0], replace(BOOK[1], price=Decimal("NaN")), BOOK[2])), Wishes(), NOW)
    assert not made.marks


def test_a_change_that_cannot_be_seen_is_not_marked() -> None:
    made = arranged(BOOK)
    made.arrange(view((dearer(BOOK[0], "0.0001"), *BOOK[1:])), Wishes(), NOW)
    assert not made.marks


def test_masked_only_the_price_is_marked() -> None:
    wishes = Wishes(masked=True)
    made = arranged(BOOK, wishes)
    value = (BOOK[1].value or Decimal(0)) + 1
    made.arrange(view((dearer(BOOK[0], value=value), replace(BOOK[1], value=value), *BOOK[2:])), wishes, NOW)
    assert made.marks == {BOOK[0].key: {"price": RISEN}}


def test_without_a_book_nothing_stays() -> None:
    made = arranged(BOOK, Wishes(VALUE))
    made.arrange(None, Wishes(VALUE), NOW)
    assert (made.rows, made.shown, made.position(BOOK[0].key), made.position(None)) == ([], (), None, None)


def test_the_newest_row_counts_where_only_what_no_column_shows_differs() -> None:
    made = arranged(BOOK)
    newer = tuple(replace(row, sent={"x": 1}) for row in BOOK)
    made.arrange(view(newer), Wishes(), NOW)
    assert made.position(BOOK[0].key) is newer[0]


@pytest.mark.parametrize(
    ("sorting", "step", "expected"),
    [
        (Sorting(), 1, Sorting(SortKey.SYMBOL)),
        (Sorting(SortKey.SYMBOL), 1, Sorting(SortKey.VALUE, True)),
        (Sorting(SortKey.VALUE), 1, Sorting()),
        (Sorting(), -1, Sorting(SortKey.VALUE, True)),
        (Sorting(SortKey.SYMBOL), -1, Sorting()),
        (Sorting(SortKey.PRICE), 1, Sorting(SortKey.VALUE, True)),
        (Sorting(SortKey.PRICE), -1, Sorting(SortKey.SYMBOL)),
        (Sorting(SortKey.ACCOUNT), 1, Sorting(SortKey.SYMBOL)),
    ],
)
def test_the_neighbour_is_among_the_columns_shown(sorting: Sorting, step: int, expected: Sorting) -> None:
    assert neighbour(sorting, COLUMNS, ("symbol", "value"), step) == expected


def test_the_neighbours_go_round() -> None:
    ids = tuple(column.id for column in ALL_COLUMNS)
    sorting = Sorting()
    for name in (*ids, None):
        sorting = neighbour(sorting, ALL_COLUMNS, ids, 1)
        assert sorting.key == name
