"""Several accounts as one: every row once, nothing invented, nothing fresher than its oldest part."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.states import BOOK, NOW, ago, day_of, held_in, summary
from tui.domain.accounts import Account, AccountsState, Summary
from tui.domain.pnl import DayPnl
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.together import Book, common_currency, merged_book, merged_day, merged_summary, oldest

ONE, TWO = held_in("U1", BOOK[:3]), held_in("U2", BOOK[:2])


def test_no_books_no_book() -> None:
    assert merged_book({}) is None


def test_the_rows_of_all_books_in_their_order_with_the_oldest_time() -> None:
    merged = merged_book({"U1": Stamped(ONE, ago(2)), "U2": Stamped(TWO, ago(60)), "U3": Stamped((), ago(5))})
    assert merged == Stamped((*ONE, *TWO), ago(60))
    assert all(row is mine for row, mine in zip(merged.value, (*ONE, *TWO), strict=True))


def test_an_empty_book_is_no_unknown_one() -> None:
    assert merged_book({"U1": Stamped((), ago(2))}) == Stamped((), ago(2))


def test_rows_without_an_account_have_that_of_their_book() -> None:
    merged = merged_book({"U1": Stamped(BOOK[:2], NOW), "U2": Stamped(BOOK[:2], NOW)})
    assert merged is not None
    assert [row.account for row in merged.value] == ["U1", "U1", "U2", "U2"]
    assert [row.symbol for row in merged.value] == ["AAPL", "MSFT", "AAPL", "MSFT"]


keys = st.sampled_from(["a", "b", "U1/a", "U2/U2/a"])
books = st.dictionaries(st.sampled_from(["U1", "U2", "U3"]), st.lists(keys, max_size=4))


@given(books)
def test_keys_are_unique_whatever_they_were_and_no_row_is_lost(made: dict[str, list[str]]) -> None:
    held: dict[str, Book] = {
        account: Stamped(tuple(replace(BOOK[0], key=key) for key in names), NOW) for account, names in made.items()
    }
    merged = merged_book(held)
    rows: tuple[Position, ...] = merged.value if merged else ()
    assert len({row.key for row in rows}) == len(rows) == sum(len(names) for names in made.values())
    again = merged_book(held)
    assert merged == again


def state_of(currencies: dict[str, str | None], **changes: object) -> AccountsState:
    """Accounts of those currencies."""
    accounts = tuple(Account(account, currency) for account, currency in currencies.items())
    return replace(AccountsState(accounts=Stamped(accounts, NOW)), **changes)  # type: ignore[arg-type]


DOLLARS = {"U1": "USD", "U2": "USD"}
SUMMARIES = {"U1": summary("100.25", "-3", seconds_ago=5), "U2": summary("200.50", "10", seconds_ago=50)}


def test_worth_is_added_up_and_margin_is_not() -> None:
    merged = merged_summary(state_of(DOLLARS, summaries=SUMMARIES))
    assert merged == Stamped(Summary("USD", Decimal("300.75"), Decimal(7)), ago(50))


@pytest.mark.parametrize(
    ("currencies", "summaries"),
    [
        ({}, {}),
        (DOLLARS, {}),
        (DOLLARS, {"U1": SUMMARIES["U1"]}),
        ({**DOLLARS, "U3": "USD"}, SUMMARIES),
        (DOLLARS, {**SUMMARIES, "U2": summary("1", "1", "EUR")}),
    ],
)
def test_a_sum_of_which_a_part_is_unknown_or_in_another_currency_is_unknown(
    currencies: dict[str, str | None], summaries: dict[str, Stamped[Summary]]
) -> None:
    assert merged_summary(state_of(currencies, summaries=summaries)) is None


@pytest.mark.parametrize("amount", [None, Decimal("sNaN")])
def test_an_amount_that_is_unknown_or_none_leaves_the_others(amount: Decimal | None) -> None:
    broken = Stamped(Summary("USD", amount, Decimal(1)), ago(1))
    merged = merged_summary(state_of(DOLLARS, summaries={**SUMMARIES, "U2": broken}))
    assert merged is not None
    assert (merged.value.net_liquidation, merged.value.cash) == (None, Decimal(-2))


@pytest.mark.parametrize(
    ("currencies", "days", "together"),
    [
        (DOLLARS, {"U1": "1.50", "U2": "-4"}, "-2.50"),
        (DOLLARS, {"U1": "1.50"}, None),
        (DOLLARS, {}, None),
        ({"U1": "USD", "U2": "EUR"}, {"U1": "1.50", "U2": "-4"}, None),
        ({"U1": "USD", "U2": None}, {"U1": "1.50", "U2": "-4"}, None),
        ({"U1": None, "U2": None}, {"U1": "1.50", "U2": "-4"}, None),
        ({"U1": "USD"}, {"U1": "1.50", "gone": "7"}, "1.50"),
    ],
)
def test_the_day_of_all(currencies: dict[str, str | None], days: dict[str, str], together: str | None) -> None:
    merged = merged_day(state_of(currencies, pnl=day_of(**days)))
    assert (merged.daily if merged else None) == (None if together is None else Decimal(together))


def test_a_day_of_which_a_part_is_unknown_is_unknown() -> None:
    days = Stamped({"U1": DayPnl(Decimal(1)), "U2": DayPnl()}, NOW)
    merged = merged_day(state_of(DOLLARS, pnl=days))
    assert merged is not None
    assert merged.daily is None
    assert merged_day(state_of(DOLLARS)) is None


def test_the_summarys_currency_counts_before_the_accounts() -> None:
    assert common_currency(state_of({"U1": None}, summaries={"U1": summary("1", "1", "CHF")})) == "CHF"
    assert common_currency(state_of({})) is None


def test_the_oldest_is_told_by_the_clock_that_nobody_sets() -> None:
    set_back = replace(ago(5), wall=ago(9999).wall)
    assert oldest([ago(1), set_back, ago(20)]) == ago(20)
    with pytest.raises(ValueError, match="empty"):
        oldest([])
