"""What follows from a position's numbers, whatever they are."""

from decimal import Decimal

import pytest

from tui.domain.positions import Position


def holding(value: str | None, unrealised: str | None) -> Position:
    """A position of that value and profit."""
    numbers = [None if text is None else Decimal(text) for text in (value, unrealised)]
    return Position("k", "S", "STK", Decimal(1), None, numbers[0], None, numbers[1], "USD")


@pytest.mark.parametrize(
    ("value", "unrealised", "ratio"),
    [
        ("103", "3", "0.03"),
        ("97", "-3", "-0.03"),
        ("-8240", "-640", str(Decimal(-640) / Decimal(7600))),  # short: sold for 7,600, now worth 8,240
        ("0", "-100", "-1"),  # bought for 100, worth nothing
        ("0", "0", None),
        ("100", "100", None),  # it cost nothing
        (None, "3", None),
        ("100", None, None),
        ("NaN", "3", None),
        ("sNaN", "3", None),
        ("Infinity", "Infinity", None),
        ("9E+999999", "-9E+999999", None),
    ],
)
def test_profit_as_a_share_of_the_cost(value: str | None, unrealised: str | None, ratio: str | None) -> None:
    seen = holding(value, unrealised).unrealised_ratio
    if ratio is None:
        assert seen is None or not seen.is_finite()
    else:
        assert seen == Decimal(ratio)
