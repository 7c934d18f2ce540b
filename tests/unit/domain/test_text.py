"""Values as short text: to the digit, at any magnitude, and a dash for what is unknown."""

from datetime import UTC, datetime
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.domain.text import DASH, age, clock_time, duration, money, percent, quantity, rfc3339, signed, to_ascii

HUGE = Decimal(10) ** 18 + Decimal("0.01")


def by_hand(value: Decimal, places: int) -> str:
    """The slow way: whole numbers only, half to even, commas one by one."""
    scaled = round(Fraction(value) * 10**places)  # Fraction rounds half to even, without any precision to run out of
    digits = str(abs(scaled)).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], digits[-places:]) if places else (digits, "")
    groups = []
    while whole:
        whole, group = whole[:-3], whole[-3:]
        groups.insert(0, group)
    return ("-" if scaled < 0 else "") + ",".join(groups) + (f".{decimals}" if places else "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1005165.50", "1,005,165.50"),
        ("-640", "-640.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("-0.001", "0.00"),
        ("0.005", "0.00"),
        ("0.015", "0.02"),
        ("-0.005", "0.00"),
        ("999.995", "1,000.00"),
        ("999999.999", "1,000,000.00"),
        ("1E+3", "1,000.00"),
        ("1E-999999", "0.00"),
        ("0E+30", "0.00"),
        (str(HUGE), "1,000,000,000,000,000,000.01"),
        (str(-HUGE), "-1,000,000,000,000,000,000.01"),
        ("1" * 40, "1," + ",".join(["111"] * 13) + ".00"),
        ("0." + "1" * 400, "0.11"),
        ("1E+40", DASH),
        ("9E+999999", DASH),
        ("NaN", DASH),
        ("sNaN", DASH),
        ("Infinity", DASH),
        ("-Infinity", DASH),
    ],
)
def test_money(value: str, text: str) -> None:
    assert money(Decimal(value)) == text


amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**39), max_value=10**39)


@given(amounts, st.integers(0, 6))
@example(HUGE, 2)
@example(Decimal("-0.5"), 0)
@example(Decimal("1.0000000000000000000000000000000000000000000005"), 2)
def test_money_is_what_it_is_by_hand(value: Decimal, places: int) -> None:
    assert money(value, places) == by_hand(value, places)


@given(amounts)
def test_a_gain_has_a_plus_a_loss_a_minus_and_nothing_neither(value: Decimal) -> None:
    text, rounded = signed(value), by_hand(value, 2)
    assert text.lstrip("+-") == rounded.lstrip("-")
    assert text[0] == ("-" if rounded[0] == "-" else "+" if rounded.strip("0.,") else rounded[0])


@given(st.decimals())
@example(Decimal("9E+999999"))
@example(Decimal("sNaN"))
def test_no_number_at_all_breaks_a_cell(value: Decimal) -> None:
    for text in (money(value), signed(value), quantity(value), percent(value)):
        assert 0 < len(text) < 64


@pytest.mark.parametrize("written", [money, signed, quantity, percent, duration])
def test_unknown_is_a_dash(written: object) -> None:
    assert callable(written)
    assert written(None) == DASH


def test_the_ambient_precision_does_not_matter() -> None:
    context = getcontext()
    before = context.prec
    context.prec = 4
    try:
        assert money(HUGE) == "1,000,000,000,000,000,000.01"
    finally:
        context.prec = before


@pytest.mark.parametrize(
    ("value", "text"),
    [("518", "+518.00"), ("-640", "-640.00"), ("0", "0.00"), ("0.004", "0.00"), ("-0.004", "0.00"), ("NaN", DASH)],
)
def test_signed(value: str, text: str) -> None:
    assert signed(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("100", "100"),
        ("100.0", "100"),
        ("-2", "-2"),
        ("0.3333", "0.3333"),
        ("0.33335", "0.3334"),
        ("0.5000", "0.5"),
        ("-25000", "-25,000"),
        ("1E+3", "1,000"),
        ("0", "0"),
        ("-0.00001", "0"),
        ("Infinity", DASH),
    ],
)
def test_quantity(value: str, text: str) -> None:
    assert quantity(Decimal(value)) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ("0.0304", "+3.0"),
        ("-0.0842", "-8.4"),
        ("0", "0.0"),
        ("0.0004", "0.0"),
        ("-0.0004", "0.0"),
        ("12.5", "+1,250.0"),
        ("9E+999999", DASH),
        ("NaN", DASH),
    ],
)
def test_percent(ratio: str, text: str) -> None:
    assert percent(Decimal(ratio)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.0 ms"),
        (0.0004, "0.4 ms"),
        (0.00994, "9.9 ms"),
        (0.00995, "10 ms"),
        (0.037, "37 ms"),
        (0.99949, "999 ms"),
        (0.9995, "1.0 s"),
        (1.24, "1.2 s"),
        (12.0, "12.0 s"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (59.99, "59 s"),
        (60.0, "1 min"),
        (3599.9, "59 min"),
        (3600.0, "1 h"),
        (48 * 3600 - 0.1, "47 h"),
        (48 * 3600.0, "2 d"),
        (10 * 86400.0, "10 d"),
    ],
)
def test_age(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_times() -> None:
    moment = datetime(2026, 11, 20, 4, 3, 2, 999_000, tzinfo=UTC)
    assert rfc3339(moment) == "2026-11-20T04:03:02Z"
    assert clock_time(moment) == "04:03:02"  # the tests' own time zone is UTC


@given(st.text(alphabet=st.characters()))
@example("● READY – “a” … │ トヨタ \udc80")
def test_what_is_written_to_an_ascii_terminal_is_ascii(text: str) -> None:
    assert to_ascii(text).isascii()


def test_the_marks_of_the_screen_have_stand_ins() -> None:
    assert to_ascii("● ▲ ○ ▸ – ─ … · “x” •••") == '* ! o > - - ... | "x" ***'
    assert to_ascii("é") == "?"
