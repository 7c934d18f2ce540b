"""What the pages tell of a contract, carried over to the rows that are asked for often."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.recordings import recorded
from tui.domain.contracts import Right
from tui.domain.positions import Position
from tui.domain.rich import Merger, merge_rich, without_rich
from tui.gateway import translate


def book(name: str, account: str = "U1234567") -> tuple[Position, ...]:
    return translate.positions(translate.position_rows(recorded(name)).rows, account)


DIRECT = book("positions_direct")
RICH = book("positions_rich")
MINIMAL = book("positions_minimal")


def test_what_belongs_to_the_contract_comes_over_and_figures_stay() -> None:
    for row, merged in zip(DIRECT, merge_rich(DIRECT, RICH), strict=True):
        rich = next(each for each in RICH if each.conid == row.conid)
        assert (merged.name, merged.exchange, merged.underlying) == (rich.name, rich.exchange, rich.underlying)
        assert (merged.key, merged.price, merged.value, merged.quantity) == (
            row.key,
            row.price,
            row.value,
            row.quantity,
        )
        assert merged.symbol == row.symbol == rich.symbol
    option = merge_rich(DIRECT, RICH)[1]
    assert (option.expiry, option.strike, option.right) == (date(2027, 1, 15), Decimal(6000), Right.CALL)
    assert (option.multiplier, option.underlying, option.exchange) == (Decimal(100), "SPX", "CBOE")
    assert merge_rich(DIRECT, RICH)[2].expiry == date(2026, 12, 18)


def test_a_row_without_a_rich_one_stays_as_it_is() -> None:
    assert merge_rich(DIRECT, ()) == DIRECT
    assert merge_rich(DIRECT, MINIMAL) == tuple(replace(row, multiplier=row.multiplier) for row in DIRECT)
    nameless = replace(DIRECT[0], conid=None)
    assert merge_rich([nameless], [replace(RICH[0], conid=None)]) == (nameless,)


@pytest.mark.parametrize("symbol", ["?", "320227571"])
def test_a_rich_row_that_is_not_named_takes_no_name_away(symbol: str) -> None:
    assert merge_rich(DIRECT[:1], [replace(RICH[0], symbol=symbol)])[0].symbol == "QQQ"


def test_what_is_still_to_be_asked_for() -> None:
    conids = {row.conid for row in DIRECT}
    assert without_rich(DIRECT, ()) == conids
    assert without_rich(DIRECT, MINIMAL) == conids
    assert without_rich(DIRECT, RICH) == frozenset()
    assert without_rich(DIRECT, RICH[1:]) == {"320227571"}


def test_the_fields_as_sent_are_the_newest_of_both() -> None:
    fresh = replace(DIRECT[0], sent={"position": 3, "marketPrice": 9, "sector": None, "model": ""})
    rich = replace(RICH[0], conid=fresh.conid, sent={"mktPrice": 8, "baseMktValue": 8, "time": 1, "sector": "Tech"})
    (merged,) = merge_rich([fresh], [rich])
    assert merged.sent == {"position": 3, "marketPrice": 9, "sector": "Tech", "model": ""}
    (untouched,) = merge_rich([fresh], [replace(rich, sent={})])
    assert untouched.sent is fresh.sent


def test_what_was_sent_alone_makes_no_other_row() -> None:
    assert replace(DIRECT[0], sent={"time": 1}) == DIRECT[0]
    assert hash(replace(DIRECT[0], sent={"time": 1})) == hash(DIRECT[0])


def test_a_merger_makes_again_only_what_has_changed() -> None:
    merger = Merger()
    first = merger(DIRECT, RICH)
    assert first == merge_rich(DIRECT, RICH)
    moved = (replace(DIRECT[0], price=Decimal(1)), *DIRECT[1:])
    second = merger(moved, RICH)
    assert second == merge_rich(moved, RICH)
    assert [one is other for one, other in zip(first, second, strict=True)] == [False] + [True] * (len(DIRECT) - 1)
    richer = tuple(replace(row, name="Another") for row in RICH)
    assert merger(moved, richer) == merge_rich(moved, richer)
    assert merger(moved, ()) is moved


def test_a_merger_forgets_the_rows_that_are_gone() -> None:
    merger = Merger()
    for n in range(3):
        merger((replace(DIRECT[0], key=f"{n}"),), RICH)
    assert len(merger._known) == 1


def test_rows_that_are_merged_over_and_over_grow_by_nothing() -> None:
    rows: tuple[Position, ...] = (replace(DIRECT[0], sent={"position": 3}),)
    rich = (replace(RICH[0], conid=DIRECT[0].conid, sent={"sector": "Tech"}),)
    for _ in range(3):
        rows = merge_rich(rows, rich)
        assert rows[0].sent == {"sector": "Tech", "position": 3}
    assert type(rows[0].sent._sent) is dict  # type: ignore[attr-defined]
