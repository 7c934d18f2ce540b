"""How futures and options are named, from whatever IBKR tells of them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.contracts import (
    Contract,
    Expiry,
    Right,
    known,
    parsed,
    plain_number,
    readable,
    tidied,
    to_day,
    to_right,
)

SPX = Contract("SPX", Expiry(2027, 1, 15), Decimal(6000), Right.CALL, Decimal(100))


@pytest.mark.parametrize(
    ("description", "contract"),
    [
        ("SPX    JAN2027 6000 C [SPX   270115C06000000 100]", SPX),
        ("SPX   270115C06000000", Contract("SPX", Expiry(2027, 1, 15), Decimal(6000), Right.CALL)),
        (
            "SPX    JAN2027 6000 C [SPXW  270115C06000000 100]",
            Contract("SPXW", Expiry(2027, 1, 15), Decimal(6000), Right.CALL, Decimal(100)),
        ),
        (
            "SPY    DEC2026 642.5 P [SPY   261218P00642500 100]",
            Contract("SPY", Expiry(2026, 12, 18), Decimal("642.5"), Right.PUT, Decimal(100)),
        ),
        (
            "BRK B  JAN2027 500 C [BRKB  270115C00500000 100",
            Contract("BRKB", Expiry(2027, 1, 15), Decimal(500), Right.CALL, Decimal(100)),
        ),
        (
            "ES     DEC2026 6000 C [EW3Z6 C6000 50]",
            Contract("ES", Expiry(2026, 12), Decimal(6000), Right.CALL),
        ),
        ("NVDA MAR2027 200 C", Contract("NVDA", Expiry(2027, 3), Decimal(200), Right.CALL)),
        ("NVDA 19MAR27 200 Put", Contract("NVDA", Expiry(2027, 3, 19), Decimal(200), Right.PUT)),
        ("NVDA MAR 19 '27 200 CALL", Contract("NVDA", Expiry(2027, 3, 19), Decimal(200), Right.CALL)),
        ("NVDA 20270319 0.5 C", Contract("NVDA", Expiry(2027, 3, 19), Decimal("0.5"), Right.CALL)),
        ("ES       DEC2026", Contract("ES", Expiry(2026, 12))),
        ("ES DEC 26", Contract("ES", Expiry(2026, 12))),
        ("ES 18DEC2026", Contract("ES", Expiry(2026, 12, 18))),
        ("QQQ", None),
        ("EUR.USD", None),
        ("US-T 4 1/4 11/15/34", None),
        ("ES FOO2026", None),
        ("ES 31NOV2026", None),
        ("ES 20261399", None),
        ("SPX 271315C06000000", None),
        ("NVDA MAR2027 200 X", None),
        ("", None),
        ("[]", None),
        ("\N{REPLACEMENT CHARACTER}[31m DEC2026", None),
        ("ES DEC٢٠٢٦", None),
    ],
)
def test_descriptions(description: str, contract: Contract | None) -> None:
    assert parsed(description) == contract


FIELDS = Contract("SPX", Expiry(2027, 1, 15), Decimal(6000), Right.CALL)
BARE = Contract()


@pytest.mark.parametrize(
    ("kind", "fields", "description", "ticker", "name"),
    [
        ("OPT", FIELDS, None, "SPX", "SPX 15 JAN 27 6000 C"),
        ("OPT", BARE, "SPX    JAN2027 6000 C [SPX   270115C06000000 100]", None, "SPX 15 JAN 27 6000 C"),
        ("OPT", FIELDS, "SPX    JAN2027 6000 C [SPXW  270115C06000000 100]", "SPX", "SPXW 15 JAN 27 6000 C"),
        ("OPT", BARE, "SPX JAN2027 6000 C", "SPX", "SPX JAN 27 6000 C"),
        ("OPT", Contract("SPX", Expiry(2027, 1, 15)), "SPX JAN2027 6000 C", "SPX", "SPX 15 JAN 27 6000 C"),
        ("OPT", BARE, "whatever   this is [x]", "SPX", "whatever this is"),
        ("OPT", BARE, None, "SPX", "SPX"),
        (
            "FOP",
            Contract("ES", Expiry(2026, 12, 18)),
            "ES DEC2026 6000 C [EW3Z6 C6000 50]",
            "ES",
            "ES 18 DEC 26 6000 C",
        ),
        ("FUT", BARE, "ES       DEC2026", None, "ES DEC 26"),
        ("FUT", Contract("ES", Expiry(2026, 12, 18)), "ES       DEC2026", "ES", "ES DEC 26"),
        ("FUT", Contract("CL", Expiry(2026, 11, 20)), "CL       DEC2026", "CL", "CL DEC 26"),
        ("FUT", Contract("ES", Expiry(2026, 12, 18)), None, "ES", "ES 18 DEC 26"),
        ("FUT", BARE, "Some Future", "SF", "Some Future"),
        (None, BARE, "SPX    JAN2027 6000 C [SPX   270115C06000000 100]", None, "SPX 15 JAN 27 6000 C"),
        (None, BARE, "ES       DEC2026", "ES", "ES DEC 26"),
        ("STK", BARE, "QQQ NASDAQ", "QQQ", "QQQ"),
        ("STK", Contract("QQQ"), "QQQ", None, "QQQ"),
        ("BOND", Contract("US-T", Expiry(2034, 11, 15)), "US-T 4 1/4 11/15/34", "US-T", "US-T 4 1/4 11/15/34"),
        ("CASH", BARE, "EUR.USD", "EUR.USD", "EUR.USD"),
        ("STK", BARE, None, None, None),
        ("STK", BARE, "  ", " ", None),
    ],
)
def test_names(
    kind: str | None, fields: Contract, description: str | None, ticker: str | None, name: str | None
) -> None:
    assert readable(kind, known(fields, description), description, ticker) == name


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("SPY    DEC2026 640 P [SPY   261218P00640000 100]", "SPY DEC2026 640 P"),
        ("  a   b ", "a b"),
        (" [x]", "[x]"),
    ],
)
def test_tidied(text: str, tidy: str) -> None:
    assert tidied(text) == tidy


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("C", Right.CALL),
        ("call", Right.CALL),
        (" P ", Right.PUT),
        ("PUT", Right.PUT),
        ("X", None),
        ("", None),
        (None, None),
    ],
)
def test_rights(text: str | None, right: Right | None) -> None:
    assert to_right(text) is right


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20270115", date(2027, 1, 15)),
        ("2027-01-15", date(2027, 1, 15)),
        ("20270631", None),
        ("0", None),
        ("00000000", None),
        ("202701", None),
        (None, None),
    ],
)
def test_days(text: str | None, day: date | None) -> None:
    assert to_day(text) == day


@pytest.mark.parametrize(
    ("value", "text"), [("6000.00", "6000"), ("0.50", "0.5"), ("1E+3", "1000"), ("600", "600"), ("0.00001", "0.00001")]
)
def test_strikes_are_plain(value: str, text: str) -> None:
    assert plain_number(Decimal(value)) == text


@given(
    st.text(max_size=60)
    | st.from_regex(r"[A-Z]{1,5} ([A-Z]{3}|\d{1,8})\d{0,4}( \d{1,9} [CP])?( \[.{0,30}\])?", fullmatch=True)
)
def test_no_description_is_an_error_and_none_makes_a_name_of_two_lines(description: str) -> None:
    contract = known(Contract(), description)
    for kind in ("OPT", "FUT", "STK", None):
        name = readable(kind, contract, description, None)
        assert name is None or ("\n" not in name and name == name.strip())
