"""The types of the wire: everything that was ever seen is read, and what is no value is none."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.gateway.wire import PositionWire, to_bool, to_decimal, to_text, to_time

NONSENSE: list[object] = [None, "", "None", "N/A", "x", [], {}, [1], {"a": 1}]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (3, Decimal(3)),
        (Decimal("584.6799926757812"), Decimal("584.6799926757812")),
        ("440", Decimal(440)),
        ("-0.5", Decimal("-0.5")),
        (".5", Decimal("0.5")),
        ("1,005,254 USD", Decimal(1005254)),
        (" 1,005,254.25 EUR ", Decimal("1005254.25")),
        ("1.5E3", Decimal(1500)),
        (Decimal("1000000000000000000.01"), Decimal("1000000000000000000.01")),
        (0, Decimal(0)),
    ],
)
def test_numbers(raw: object, value: Decimal) -> None:
    assert to_decimal(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        *NONSENSE,
        True,
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+999999999"),
        Decimal("1E-999999999"),
        10**60,
        "1e999",
        "9" * 300,
        "1.2.3",
        "0x10",
        "١٢",
        "NaN",
    ],
)
def test_no_numbers(raw: object) -> None:
    assert to_decimal(raw) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("FALSE", False),
        (" True ", True),
        (1, True),
        (0, False),
        ("1", True),
        ("no", False),
        (2, None),
        (Decimal(1), None),
        *((raw, None) for raw in NONSENSE),
    ],
)
def test_flags(raw: object, value: bool | None) -> None:
    assert to_bool(raw) is value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("QQQ", "QQQ"),
        (" QQQ ", "QQQ"),
        (320227571, "320227571"),
        ("a\x1b[31mb", "a\N{REPLACEMENT CHARACTER}[31mb"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("x" * 1000, "x" * 199 + "…"),
        ("", None),
        ("N/A", None),
        ("None", None),
        (None, None),
        (True, None),
        ([], None),
        ({}, None),
    ],
)
def test_texts(raw: object, value: str | None) -> None:
    assert to_text(raw) == value


@pytest.mark.parametrize("raw", [1702582422, 1702582422000, "1702582422", Decimal("1702582422.0")])
def test_seconds_and_milliseconds_are_told_apart(raw: object) -> None:
    assert to_time(raw) == datetime(2023, 12, 14, 19, 33, 42, tzinfo=UTC)


@pytest.mark.parametrize("raw", [*NONSENSE, 0, -1, 10**30, True])
def test_no_times(raw: object) -> None:
    assert to_time(raw) is None


def test_both_spellings_and_no_stranger() -> None:
    row = {
        "conid": 1,
        "mktPrice": 2,
        "marketValue": "3",
        "unrealizedPnl": 4,
        "pageSize": 100,
        "accountTitle": "Jane Doe",
    }
    wire = PositionWire.model_validate(row)
    assert (wire.conid, wire.mkt_price, wire.market_value, wire.unrealized_pnl) == ("1", 2, 3, 4)
    assert "Jane Doe" not in repr(wire)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(json_values)
def test_no_value_is_ever_an_error(value: object) -> None:
    number, text, time = to_decimal(value), to_text(value), to_time(value)
    to_bool(value)
    assert number is None or number.is_finite()
    assert text is None or text.isprintable()
    assert time is None or time.tzinfo is UTC
