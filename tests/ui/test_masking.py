"""What stands in for what is not to be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.text import DASH, money, signed
from tui.ui.glyphs import printable
from tui.ui.masking import MASK, masked_amount, masked_id, masked_name


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("DU1234567", "DU•••567"),
        ("U7654321", "U•••321"),
        ("DUO123456", "DUO•••456"),
        ("F1234567", "F•••567"),
        ("U12345", "U•••"),  # the end of a short id would tell most of it
        ("7654321", "•••321"),
        ("VERYLONGNAME", "VER•••AME"),
        ("", "•••"),
        ("All", "All"),
    ],
)
def test_an_id_keeps_its_kind_and_its_end(account: str, shown: str) -> None:
    assert masked_id(account) == shown


@given(st.from_regex(r"[A-Z]{0,3}[0-9]{1,9}", fullmatch=True))
def test_at_least_half_of_an_ids_digits_are_hidden(account: str) -> None:
    digits = sum(char.isdigit() for char in account)
    assert sum(char.isdigit() for char in masked_id(account)) * 2 <= digits


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_every_amount_looks_alike(amount: object) -> None:
    texts = {money(amount), signed(amount)} - {DASH}  # type: ignore[arg-type]
    assert {masked_amount(text) for text in texts} <= {MASK}


def test_what_is_unknown_stays_a_dash_and_no_name_stays_none() -> None:
    assert masked_amount(DASH) == DASH
    assert masked_name(None) is None
    assert masked_name("") is None
    assert masked_name("income") == MASK


def test_a_terminal_of_ascii_shows_the_mask_in_as_many_cells() -> None:
    assert printable(MASK, "ascii") == "*****"
    assert printable(masked_id("DU1234567"), "ascii") == "DU***567"
