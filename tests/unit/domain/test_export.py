"""Positions as CSV: what is read back is what was there, and nothing is a formula."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.generated import BLANK, books, names
from tests.support.parts import BOOK, NOW
from tui.domain.contracts import Right
from tui.domain.export import csv_text
from tui.domain.positions import Position

TEXT_FIELDS = {
    "account": "account",
    "symbol": "symbol",
    "name": "name",
    "type": "kind",
    "currency": "currency",
    "conid": "conid",
    "exchange": "exchange",
}
NUMBER_FIELDS = {
    "quantity": "quantity",
    "price": "price",
    "value": "value",
    "average_cost": "average_cost",
    "unrealised": "unrealised",
    "realised": "realised",
    "strike": "strike",
    "multiplier": "multiplier",
}
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def read(text: str) -> list[dict[str, str]]:
    """The lines as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


OPTION = Position(
    key="a",
    symbol="SPX 15 JAN 27 6000 C",
    kind="OPT",
    quantity=Decimal(-2),
    price=Decimal("41.20"),
    value=Decimal("-8240.00"),
    average_cost=Decimal(3800),
    unrealised=Decimal("-640.00"),
    currency="USD",
    realised=Decimal("0.0"),
    account="DU1234567",
    conid="731",
    expiry=date(2027, 1, 15),
    strike=Decimal(6000),
    right=Right.CALL,
    multiplier=Decimal("100.0"),
    underlying="SPX",
    name='S&P 500 "Index", weekly',
    exchange="CBOE",
    as_of=datetime(2026, 11, 20, 15, 3, 20, tzinfo=timezone(timedelta(hours=1))),
)


def test_every_fact_of_a_row_in_a_line() -> None:
    assert csv_text((OPTION,), NOW) == (
        "account,symbol,name,type,quantity,price,value,average_cost,unrealised,unrealised_percent,realised,currency,"
        "conid,expiry,strike,right,multiplier,exchange,as_of,seen_at\r\n"
        'DU1234567,SPX 15 JAN 27 6000 C,"S&P 500 ""Index"", weekly",OPT,-2,41.20,-8240.00,3800,-640.00,-8.4211,0.0,USD,'
        "731,2027-01-15,6000,C,100.0,CBOE,2026-11-20T14:03:20Z,2026-11-20T14:03:22Z\r\n"
    )


def test_what_is_unknown_is_an_empty_cell() -> None:
    (seen,) = read(csv_text((BLANK,), NOW))
    assert {name: cell for name, cell in seen.items() if cell} == {"symbol": "S", "seen_at": "2026-11-20T14:03:22Z"}


def test_no_rows_are_a_header_alone() -> None:
    assert csv_text((), NOW).count("\r\n") == 1


def test_the_time_of_another_zone_is_utc_and_there_is_no_byte_order_mark() -> None:
    east = replace(NOW, wall=datetime(2026, 11, 20, 23, 3, 22, tzinfo=timezone(timedelta(hours=9))))
    text = csv_text((OPTION,), east)
    assert read(text)[0]["seen_at"] == "2026-11-20T14:03:22Z"
    assert text[0] == "a"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("blank", ["", " ", "\N{NO-BREAK SPACE}"])
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(start: str, blank: str) -> None:
    hostile = f"{blank}{start}HYPERLINK(1)"
    (seen,) = read(csv_text((replace(OPTION, name=hostile, symbol=hostile, conid=hostile),), NOW))
    expected = hostile if blank and start in "\t\r\n" else f"'{hostile}"
    assert {seen["name"], seen["symbol"], seen["conid"]} == {expected}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("FOO;=cmd", "FOO;'=cmd"),
        ("FOO; @x;+1", "FOO; '@x;'+1"),
        ("A\n=1", "A\n'=1"),
        ("BRK-B", "BRK-B"),
        ("AT&T + CO", "AT&T + CO"),
        ("'=1", "'=1"),
        ("", ""),
        ("トヨタ", "トヨタ"),
    ],
)
def test_a_text_within_a_cell(text: str, written: str) -> None:
    assert read(csv_text((replace(OPTION, name=text),), NOW))[0]["name"] == written


def test_numbers_stay_numbers_negative_ones_too() -> None:
    (seen,) = read(csv_text((replace(BOOK[7], realised=Decimal("-1E-7")),), NOW))
    assert (seen["quantity"], seen["value"]) == ("-25000", str(BOOK[7].value))
    assert seen["realised"] == "-1E-7"


@given(books(conid=names, price=st.decimals()))
def test_what_is_read_back_is_what_was_there(rows: tuple[Position, ...]) -> None:
    seen = read(csv_text(rows, NOW))
    assert len(seen) == len(rows)
    for line, row in zip(seen, rows, strict=True):
        for name, field in TEXT_FIELDS.items():
            text = getattr(row, field) or ""
            assert line[name].replace("'", "") == text.replace("'", "")
            assert not line[name].startswith(STARTS)
            assert not line[name].lstrip().startswith(STARTS)
        for name, field in NUMBER_FIELDS.items():
            value = getattr(row, field)
            if value is None or not value.is_finite():
                assert line[name] == ""
            else:
                assert Decimal(line[name]).compare_total(value) == 0
        assert line["expiry"] == (row.expiry.isoformat() if row.expiry else "")
        ratio = row.unrealised_ratio
        if ratio is not None and ratio.is_finite() and ratio.adjusted() < 40:
            assert abs(Decimal(line["unrealised_percent"]) - ratio * 100) <= max(
                Decimal("0.00005"), abs(ratio) / 10**20
            )
        else:
            assert line["unrealised_percent"] == ""


@given(st.text(st.sampled_from("=+-@;,\t\r\n \"'ab\uff1d"), max_size=12))
def test_no_separator_lets_a_formula_begin(text: str) -> None:
    written = csv_text((replace(BLANK, name=text),), NOW).split("\r\n", 1)[1]
    for separator in (";", "\t", "\n", "\r"):
        for piece in written.split(separator)[1:]:
            assert not piece.lstrip(" ").startswith(("=", "+", "-", "@", "\uff1d"))
