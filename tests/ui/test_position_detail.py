"""Everything that is known of a position, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.generated import positions
from tests.support.parts import BOOK
from tests.support.slices import text
from tui.domain.contracts import Right
from tui.domain.positions import Position
from tui.ui.line import Tone, plain, width
from tui.ui.position_detail import detail_head, detail_lines

OPTION = replace(
    BOOK[4],
    name="S&P 500 Index",
    expiry=date(2027, 1, 15),
    strike=Decimal("6000.0"),
    right=Right.CALL,
    multiplier=Decimal(100),
    underlying="SPX",
    account="DU1234567",
    exchange="CBOE",
    conid="756733",
    model="Growth",
    realised=Decimal("12.5"),
    as_of=datetime(2026, 11, 20, 14, 3, 19, tzinfo=UTC),
    sent={
        "conid": 756733,
        "contractDesc": "SPX    JAN2027 6000 C",
        "mktValue": Decimal("-8240.0000"),
        "incrementRules": [{"lowerEdge": 0, "increment": Decimal("0.01")}],
        "acctId": "DU1234567",
        "evil\x1b[31m": "[red]\x07",
        "long": "word " * 40,
    },
)


def facts(position: Position, cells: int = 40, masked: bool = False) -> dict[str, str]:
    """What is said, by name, where each has a line of its own."""
    rows = [row for row in text(detail_lines(position, cells, masked)) if row and not row.startswith(" ")]
    return {name: rest.strip() for name, rest in ((row[:13].strip(), row[13:]) for row in rows)}


def test_our_own_facts_come_first_and_are_readable() -> None:
    said = facts(OPTION)
    expected = {
        "Name": "S&P 500 Index",
        "Type": "OPT",
        "Underlying": "SPX",
        "Expiry": "15 JAN 2027",
        "Strike": "6000",
        "Right": "call",
        "Multiplier": "100",
        "Quantity": "-2",
        "Price": "41.20",
        "Value": "-8,240.00",
        "Average cost": "3,800.00",
        "Unrealised": "-640.00  -8.4 %",
        "Realised": "+12.50",
        "Currency": "USD",
        "Account": "DU1234567",
        "Exchange": "CBOE",
        "Conid": "756733",
        "Model": "Growth",
    }
    assert {name: said[name] for name in expected} == expected
    assert list(said)[: len(expected)] == list(expected)
    assert "2026-11-20" in said["As of"]


def test_every_field_that_was_sent_follows_safe_and_whole() -> None:
    rows = text(detail_lines(OPTION, 100))
    after = "\n".join(rows[rows.index("As IBKR sent it") :])
    for name in ("conid", "contractDesc", "mktValue", "incrementRules", "acctId", "long"):
        assert name in after
    assert "-8240.0000" in after
    assert '[{"lowerEdge": 0, "increment": "0.01"}]' in after
    assert "[red]" in after
    assert "\x1b" not in after
    assert after.count("word") == 40


def test_a_share_has_no_strike_and_what_is_unknown_is_a_dash() -> None:
    said = facts(BOOK[0])
    assert "Strike" not in said
    assert said["Realised"] == "–"
    assert "As IBKR sent it" not in said


@pytest.mark.parametrize("cells", [30, 56, 78, 120])
def test_masked_it_tells_no_amount_and_no_account(cells: int) -> None:
    said = "\n".join(text(detail_lines(OPTION, cells, masked=True)))
    for secret in ("8,240", "8240", "640.00", "3,800", "12.50", "DU1234567", "Growth", "word"):
        assert secret not in said
    for public in ("41.20", "15 JAN 2027", "DU•••567"):
        assert public in said
    assert Tone.LOSS not in {part.tone for row in detail_lines(OPTION, cells, masked=True) for part in row}


@given(positions(), st.integers(20, 120), st.booleans())
def test_no_line_is_wider_than_the_panel(position: Position, cells: int, masked: bool) -> None:
    rows = detail_lines(position, cells, masked)
    assert max((width(row) for row in rows), default=0) <= cells


def test_facts_stand_in_two_columns_where_there_is_room() -> None:
    assert len(detail_lines(BOOK[0], 60)) < len(detail_lines(BOOK[0], 40))
    assert "Price" in text(detail_lines(BOOK[0], 60))[1]


def test_too_many_fields_are_told() -> None:
    rows = text(detail_lines(replace(BOOK[0], sent={f"f{n}": n for n in range(207)}), 80))
    assert rows[-1] == "and 7 more fields, which is too many"


@pytest.mark.parametrize(
    ("first", "count", "expected"),
    [(0, 5, "Esc closes"), (0, 17, "1–6 of 17 Shift+↓ ↑"), (11, 17, "12–17 of 17 Shift+↓ ↑")],
)
def test_the_head_tells_which_lines_are_in_view(first: int, count: int, expected: str) -> None:
    said = plain(detail_head(OPTION, first, 6, count, 60))
    assert said.startswith("SPX 15 JAN 27 6000 C")
    assert said.endswith(expected)
    assert len(said) == 60
