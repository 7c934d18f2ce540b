"""The order of positions by each column, against a slow reference."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.generated import BLANK, amounts, books, names
from tests.support.parts import BOOK, book_of
from tui.domain.contracts import Right
from tui.domain.ordering import LastOrder, Sorting, SortKey, natural, ordered
from tui.domain.positions import Position
from tui.ui.position_words import ALL_COLUMNS

NUMBERS: dict[SortKey, Callable[[Position], Decimal | None]] = {
    SortKey.QUANTITY: lambda row: row.quantity,
    SortKey.PRICE: lambda row: row.price,
    SortKey.VALUE: lambda row: row.value,
    SortKey.COST: lambda row: row.average_cost,
    SortKey.UNREALISED: lambda row: row.unrealised,
    SortKey.PERCENT: lambda row: row.unrealised_ratio,
    SortKey.REALISED: lambda row: row.realised,
}
TEXTS: dict[SortKey, Callable[[Position], str | None]] = {
    SortKey.ACCOUNT: lambda row: row.account,
    SortKey.TYPE: lambda row: row.kind,
    SortKey.CURRENCY: lambda row: row.currency,
    SortKey.EXCHANGE: lambda row: row.exchange,
}


def symbols(rows: tuple[Position, ...]) -> list[str]:
    """The rows' symbols."""
    return [row.symbol for row in rows]


def test_there_is_an_order_for_every_column() -> None:
    assert {str(key) for key in SortKey} == {column.id for column in ALL_COLUMNS}


def test_ibkrs_own_order_is_the_rows_own() -> None:
    assert ordered(BOOK, Sorting()) is BOOK
    assert ordered(BOOK, Sorting(None, True)) is BOOK
    assert ordered((), Sorting(SortKey.VALUE)) == ()


@pytest.mark.parametrize(
    ("key", "first", "again"),
    [(SortKey.VALUE, True, False), (SortKey.PERCENT, True, False), (SortKey.SYMBOL, False, True)],
)
def test_a_column_begins_at_its_usual_end_and_is_turned_round_when_chosen_again(
    key: SortKey, first: bool, again: bool
) -> None:
    chosen = Sorting(SortKey.TYPE, True).toggled(key)
    assert chosen == Sorting(key, first)
    assert chosen.toggled(key) == chosen.flipped() == Sorting(key, again)
    assert chosen.toggled(key).toggled(key) == chosen
    assert chosen.toggled(None) == Sorting()


def test_ibkrs_order_cannot_be_turned_round() -> None:
    assert Sorting().flipped() == Sorting()


def compare_numbers(a: Decimal | None, b: Decimal | None, *, descending: bool) -> int:
    """Which comes first: below 0 for a, above for b; what is unknown last."""
    known = [value is not None and value.is_finite() for value in (a, b)]
    if not all(known):
        return known[1] - known[0]
    assert a is not None
    assert b is not None
    return ((a > b) - (a < b)) * (-1 if descending else 1)


def by_insertion(rows: tuple[Position, ...], compare: Callable[[Position, Position], int]) -> list[Position]:
    """The rows put in one by one, each before the first that it must come before; held ones first."""
    done: list[Position] = []
    for row in rows:
        at = 0
        while at < len(done):
            other = done[at]
            first = row.closed - other.closed or compare(row, other)
            if first < 0:
                break
            at += 1
        done.insert(at, row)
    return done


@given(books(), st.sampled_from(list(NUMBERS)), st.booleans())
def test_numbers_are_ordered_as_a_slow_reference_orders_them(
    rows: tuple[Position, ...], key: SortKey, descending: bool
) -> None:
    value = NUMBERS[key]
    expected = by_insertion(rows, lambda a, b: compare_numbers(value(a), value(b), descending=descending))
    seen = ordered(rows, Sorting(key, descending))
    assert [row.key for row in seen] == [row.key for row in expected]


@given(books(), st.sampled_from(list(TEXTS)), st.booleans())
def test_texts_are_ordered_as_a_slow_reference_orders_them(
    rows: tuple[Position, ...], key: SortKey, descending: bool
) -> None:
    # All that the generated accounts, types, currencies and exchanges need: DU10 comes after DU2.
    alphabet = ["CASH", "CBOE", "CHF", "DU1", "DU2", "DU10", "EUR", "FOP", "FUT", "NASDAQ", "OPT", "STK", "USD"]

    def place(row: Position) -> Decimal | None:
        text = TEXTS[key](row)
        return None if text is None else Decimal(alphabet.index(text))

    expected = by_insertion(rows, lambda a, b: compare_numbers(place(a), place(b), descending=descending))
    assert [row.key for row in ordered(rows, Sorting(key, descending))] == [row.key for row in expected]


@given(books(), st.sampled_from(SortKey), st.booleans())
def test_every_order_keeps_all_rows_and_ends_with_what_was_sold_off(
    rows: tuple[Position, ...], key: SortKey, descending: bool
) -> None:
    seen = ordered(rows, Sorting(key, descending))
    assert sorted(row.key for row in seen) == sorted(row.key for row in rows)
    closed = [row.closed for row in seen]
    assert closed == sorted(closed)
    assert ordered(seen, Sorting(key, descending)) == seen


@given(st.lists(st.integers(-2, 2), max_size=20), st.booleans())
def test_equal_rows_keep_ibkrs_order_in_either_direction(values: list[int], descending: bool) -> None:
    rows = tuple(replace(BLANK, key=f"k{at}", value=Decimal(value)) for at, value in enumerate(values))
    seen = ordered(rows, Sorting(SortKey.VALUE, descending))
    for one in set(values):
        keys = [int(row.key[1:]) for row in seen if row.value == one]
        assert keys == sorted(keys)


AAPL = replace(BLANK, symbol="AAPL", kind="STK")
CHAIN = (
    replace(BLANK, symbol="A9", kind="STK"),
    replace(BLANK, symbol="A10", kind="STK"),
    AAPL,
    replace(BLANK, symbol="AAPL 18 DEC 26 180 C", kind="OPT"),
    replace(BLANK, symbol="AAPL 18 DEC 26 180 P", kind="OPT"),
    replace(BLANK, symbol="AAPL 18 DEC 26 1000 C", kind="OPT"),
    replace(BLANK, symbol="AAPL 15 JAN 27 90 C", kind="OPT"),
    replace(BLANK, symbol="aapla", kind="STK"),
    replace(BLANK, symbol="ES SEP 26", kind="FUT"),
    replace(BLANK, symbol="ES DEC 26", kind="FUT"),
    # Known from fields alone, and of a class named otherwise.
    replace(
        BLANK,
        symbol="EW3 15 DEC 26 6000 C",
        kind="FOP",
        underlying="ES",
        expiry=date(2026, 12, 15),
        strike=Decimal(6000),
        right=Right.CALL,
    ),
    replace(BLANK, symbol="ES MAR 27", kind="FUT", expiry=date(2027, 3, 19)),
    replace(BLANK, symbol="ES", kind="FOP"),  # nothing more is known of it
    replace(BLANK, symbol="SPX", kind="IND"),
    replace(BLANK, symbol="SPXW 18 DEC 26 5875 P", kind="OPT", underlying="SPX"),
    replace(BLANK, symbol="SPX 15 JAN 27 6000 C", kind="OPT", underlying="SPX"),
    replace(BLANK, symbol="", kind="STK"),
)


@pytest.mark.parametrize("seed", range(5))
def test_contracts_on_one_underlying_stand_together_in_order(seed: int) -> None:
    shuffled = list(CHAIN)
    random.Random(seed).shuffle(shuffled)
    assert symbols(ordered(tuple(shuffled), Sorting(SortKey.SYMBOL))) == symbols(CHAIN)


def test_turned_round_the_underlyings_are_too_and_the_unknown_stays_last() -> None:
    seen = symbols(ordered(CHAIN, Sorting(SortKey.SYMBOL, True)))
    assert seen[-1] == ""
    assert seen[:3] == ["SPX 15 JAN 27 6000 C", "SPXW 18 DEC 26 5875 P", "SPX"]
    assert seen[3:8] == ["ES MAR 27", "EW3 15 DEC 26 6000 C", "ES DEC 26", "ES SEP 26", "ES"]


contracts = st.builds(
    lambda underlying, kind, expiry, strike, right: replace(
        BLANK,
        symbol=underlying if kind == "STK" else f"{underlying} {kind}",
        underlying=underlying,
        kind=kind,
        expiry=expiry,
        strike=None if kind == "FUT" or strike is None else Decimal(strike),
        right=None if kind == "FUT" else right,
    ),
    st.sampled_from(["A", "B"]),
    st.sampled_from(["STK", "OPT", "FUT"]),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4)),
    st.none() | st.integers(1, 3),
    st.none() | st.sampled_from(Right),
)


@given(st.lists(contracts, max_size=14), st.booleans())
def test_a_chain_is_ordered_as_a_slow_reference_orders_it(made: list[Position], descending: bool) -> None:
    rows = tuple(replace(row, key=f"k{at}") for at, row in enumerate(made))

    def facts(row: Position) -> list[Decimal | None]:
        if row.kind == "STK":
            return [Decimal(ord(row.symbol[0])), Decimal(0)]
        none = Decimal(0) if row.kind == "FUT" else None
        return [
            Decimal(ord((row.underlying or "")[0])),
            Decimal(1),
            None if row.expiry is None else Decimal(row.expiry.toordinal()),
            none if row.strike is None else row.strike,
            none if row.right is None else Decimal(1 if row.right is Right.CALL else 2),
            Decimal(ord(row.kind[0]) if row.kind else 0),  # the symbol, which ends so
        ]

    def compare(a: Position, b: Position) -> int:
        signs = (compare_numbers(x, y, descending=descending) for x, y in zip(facts(a), facts(b), strict=False))
        return next((sign for sign in signs if sign), 0)

    seen = ordered(rows, Sorting(SortKey.SYMBOL, descending))
    assert [row.key for row in seen] == [row.key for row in by_insertion(rows, compare)]


@pytest.mark.parametrize(
    "texts",
    [
        ["a9", "A10", "a11b2", "a11b10", "b"],
        ["7", "08", "9", "10", "1" * 5000],
        ["", "0", "a"],
        ["es dec 26", "ES DEC 27", "es mar 26"],
    ],
)
def test_numbers_in_texts_count_by_their_size(texts: list[str]) -> None:
    backwards = texts[::-1]
    assert sorted(backwards, key=natural) == texts


@given(names, names, names)
def test_any_texts_can_be_compared(a: str | None, b: str | None, c: str | None) -> None:
    one, two, three = sorted(natural(text or "") for text in (a, b, c))
    assert one <= two <= three


@given(amounts, amounts)
def test_a_share_of_the_cost_that_cannot_be_told_is_last(value: Decimal | None, unrealised: Decimal | None) -> None:
    odd = replace(BLANK, key="odd", value=value, unrealised=unrealised)
    good = replace(BLANK, key="good", value=Decimal(103), unrealised=Decimal(3))
    ratio = odd.unrealised_ratio
    unknown = ratio is None or not ratio.is_finite()
    for descending in (True, False):
        seen = ordered((odd, good), Sorting(SortKey.PERCENT, descending))
        assert not unknown or [row.key for row in seen] == ["good", "odd"]


def test_the_same_rows_are_not_ordered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sorting] = []

    def counted(rows: tuple[Position, ...], sorting: Sorting) -> tuple[Position, ...]:
        asked.append(sorting)
        return ordered(rows, sorting)

    monkeypatch.setattr("tui.domain.ordering.ordered", counted)
    order, rows = LastOrder(), book_of(50)
    by_value, by_symbol = Sorting(SortKey.VALUE, True), Sorting(SortKey.SYMBOL)
    first = order(rows, by_value)
    assert first == ordered(rows, by_value)
    assert order(rows, Sorting(SortKey.VALUE, True)) is first
    assert asked == [by_value]
    assert order(rows, by_symbol) == ordered(rows, by_symbol)
    assert order(rows[:10], by_symbol) == ordered(rows[:10], by_symbol)
    assert asked == [by_value, by_symbol, by_symbol]
