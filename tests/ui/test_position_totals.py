"""What the rows come to, in words and under their columns."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.parts import ACCOUNT, BOOK, NOW, ago
from tests.support.slices import text
from tests.support.states import ready
from tui.clock import Moment
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.ui.line import Tone, width
from tui.ui.position_totals import LastTotals, TotalsLook, totals_lines
from tui.ui.position_words import PositionsView
from tui.ui.widgets.columns import Align, Slot

WIDE = {"value": Slot(5, 50, 12, Align.RIGHT), "unrealised": Slot(7, 70, 12, Align.RIGHT)}
NARROW = {"unrealised": Slot(7, 30, 12, Align.RIGHT)}
RATES = {"USD": "1", "EUR": "1.1", "CHF": "1.25"}


def ledgers(seconds_ago: float = 10, **rates: str) -> Mapping[str, Stamped[Ledger]]:
    """The account's ledger with those rates into USD."""
    lines = tuple(LedgerLine(currency, exchange_rate=Decimal(rate)) for currency, rate in rates.items())
    return {ACCOUNT: Stamped(Ledger(lines), ago(seconds_ago))}


def view(seconds_ago: float = 10, base: str | None = "USD", **rates: str) -> PositionsView:
    """A slice with those rates."""
    return PositionsView(
        ACCOUNT,
        Stamped(BOOK, NOW),
        None,
        ready().pace,
        3.0,
        ledgers=ledgers(seconds_ago, **(rates or RATES)),
        base_currencies={ACCOUNT: base},
    )


def said(
    of: PositionsView,
    rows: tuple[Position, ...] = BOOK,
    most: int = 9,
    places: Mapping[str, Slot] | None = None,
    look: TotalsLook | None = None,
    now: Moment = NOW,
) -> list[str]:
    """The lines' texts."""
    made = totals_lines(LastTotals()(rows, of), places or WIDE, now, most, look or TotalsLook())
    return text(made)


def test_by_currency_and_in_the_base_currency_under_their_columns() -> None:
    rows = said(view())
    assert [row.split("  ")[0] for row in rows] == ["Total USD", "Total EUR", "Total CHF", "Total in USD"]
    usd = sum(row.value or 0 for row in BOOK if row.currency == "USD")
    eur, chf = (sum(row.value or 0 for row in BOOK if row.currency == each) for each in ("EUR", "CHF"))
    base = usd + eur * Decimal("1.1") + chf * Decimal("1.25")
    assert rows[-1].split()[-2] == f"{base:,.2f}"
    assert {row[:62].rstrip() == row[:62] for row in rows} == {True}
    assert all(row[61].isdigit() and row[62] == " " and len(row) == 82 for row in rows)


def test_one_currency_has_one_line() -> None:
    dollars = tuple(row for row in BOOK if row.currency == "USD")
    assert [row.split("  ")[0] for row in said(view(), dollars)] == ["Total USD"]
    euros = tuple(row for row in BOOK if row.currency == "EUR")
    assert [row.split("  ")[0] for row in said(view(), euros)] == ["Total EUR", "Total in USD"]
    assert said(view(), ()) == []


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, []),
        (1, ["Total in USD · 3 currencies"]),
        (2, ["Total USD · 2 more currencies", "Total in USD"]),
        (3, ["Total USD", "Total EUR · 1 more currency", "Total in USD"]),
        (4, ["Total USD", "Total EUR", "Total CHF", "Total in USD"]),
    ],
)
def test_where_room_is_short_what_is_left_out_is_told(most: int, expected: list[str]) -> None:
    assert [row[:48].rstrip() for row in said(view(), most=most)] == expected


def test_without_a_common_base_there_are_the_currencies_alone() -> None:
    rows = said(view(base=None), most=2)
    assert [row[:48].rstrip() for row in rows] == ["Total CHF", "Total EUR · 1 more currency"]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (WIDE, "Total in USD · incomplete: no rate for CHF"),
        ({**WIDE, "value": Slot(5, 40, 12, Align.RIGHT)}, "Total in USD · no rate for CHF"),
        ({**WIDE, "value": Slot(5, 22, 12, Align.RIGHT)}, "Total in USD ▲"),
        ({**WIDE, "value": Slot(5, 13, 12, Align.RIGHT)}, "Total in USD"),
    ],
)
def test_a_missing_rate_is_told_in_as_much_room_as_there_is(places: Mapping[str, Slot], expected: str) -> None:
    row = said(view(USD="1", EUR="1.1"), most=1, places=places)[0]
    end = places["value"].x
    assert row[:end].rstrip() == expected


def test_rows_of_unknown_value_are_told() -> None:
    book = (replace(BOOK[0], value=None), *(replace(row, currency="USD") for row in BOOK[1:3]))
    assert said(view(), book)[0].startswith("Total USD · incomplete: 1 row unknown ")


def test_a_filtered_total_says_so_and_old_rates_their_age() -> None:
    look = TotalsLook(filtered=True, fresh_for=60)
    assert said(view(), most=1, look=look)[0].startswith("Total in USD · of the rows shown · 3 currencies ")
    row = said(view(200), most=4, look=TotalsLook(fresh_for=60))[-1]
    assert row.startswith("Total in USD · rates 14:00 · 3 min old ")


@pytest.mark.parametrize("places", [WIDE, NARROW])
def test_masked_totals_tell_nothing(places: Mapping[str, Slot]) -> None:
    made = totals_lines(LastTotals()(BOOK, view()), places, NOW, 9, TotalsLook(masked=True))
    assert not any(char.isdigit() for row in text(made) for char in row)
    assert not {Tone.GAIN, Tone.LOSS} & {part.tone for row in made for part in row}


def test_old_rows_make_old_totals() -> None:
    made = totals_lines(LastTotals()(BOOK, view()), WIDE, NOW, 9, TotalsLook(stale=True))
    assert {part.tone for part in made[-1] if any(char.isdigit() for char in part.text)} == {Tone.STALE}


def test_numbers_too_wide_for_their_columns_stay_apart_and_whole() -> None:
    wide = replace(BOOK[0], value=Decimal(10) ** 9, unrealised=Decimal(10) ** 9)
    huge = replace(BOOK[0], value=Decimal(10) ** 18, unrealised=Decimal(10) ** 18)
    places = {"value": Slot(5, 30, 10, Align.RIGHT), "unrealised": Slot(7, 41, 10, Align.RIGHT)}
    assert said(view(), (wide,), places=places) == ["Total USD        1,000,000,000.00 +1,000,000,000.00"]
    row = totals_lines(LastTotals()((huge,), view()), places, NOW, 9, TotalsLook())[0]
    assert text([row])[0].split()[-2:] == ["##########", "+1,000,000,000,000,000,000.00"]
    assert width(row) == 51


def test_the_same_rows_and_rates_are_added_up_once() -> None:
    last, of = LastTotals(), view()
    made = last(BOOK, of)
    assert last(BOOK, replace(of, interval=9.0)) is made
    assert last(BOOK[:3], of) is not made
    assert last(BOOK[:3], view(10, **{**RATES, "EUR": "2"})).base != made.base
