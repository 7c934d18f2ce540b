"""Cash by currency, in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.slices import text
from tests.support.states import LEDGER, NOW, ago
from tui.domain.failure import Failure, FailureKind
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.stamped import Stamped
from tui.ui.ledger_words import MOST, ledger_lines, rate
from tui.ui.line import Tone, width


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (Decimal(1), "1"),
        (Decimal("1.0842"), "1.0842"),
        (Decimal("1.08421999999"), "1.08422"),
        (Decimal("0.0000398"), "0.00004"),
        (Decimal("150.2500"), "150.25"),
        (Decimal("NaN"), "–"),
    ],
)
def test_a_rate_has_the_decimals_that_it_needs(value: Decimal | None, shown: str) -> None:
    assert rate(value) == shown


def test_currencies_without_cash_are_left_out_and_unknown_ones_are_not() -> None:
    assert text(ledger_lines(Stamped(LEDGER, ago(8)), None, NOW, 40, 72)) == [
        "Cash by currency  14:03:14",
        "USD   88,020.12         1",
        "EUR    1,200.40    1.0842",
        "JPY  -31,500.00  0.006421",
        "SEK           –         –",
    ]


def test_an_old_ledger_says_how_old_and_looks_it() -> None:
    rows = ledger_lines(Stamped(LEDGER, ago(4000)), None, NOW, 60, 72)
    assert text(rows)[0] == "Cash by currency  12:56:42 · 1 h old"
    assert all(row[1].tone is Tone.STALE for row in rows)


def test_a_failure_is_told_with_what_was_known_before() -> None:
    failure = Stamped(Failure(FailureKind.BACKEND, "503 “x”", 503), ago(4))
    assert text(ledger_lines(None, failure, NOW, 60, 72)) == ["▲ ledger failed at 14:03:18: 503 “x”"]
    assert len(ledger_lines(Stamped(LEDGER, ago(8)), failure, NOW, 60, 72)) == 6
    assert ledger_lines(None, None, NOW, 60, 72) == []


def test_nothing_held_and_very_much_are_said() -> None:
    assert text(ledger_lines(Stamped(Ledger(), ago(8)), None, NOW, 40, 72))[1:] == ["none"]
    many = Ledger(tuple(LedgerLine(f"C{n:02}", cash=Decimal(n + 1)) for n in range(MOST + 3)))
    rows = text(ledger_lines(Stamped(many, ago(8)), None, NOW, 40, 72))
    assert len(rows) == MOST + 2
    assert rows[-1] == "and 3 more"


def test_masked_cash_tells_nothing_and_odd_names_do_not_shift_it() -> None:
    odd = replace(LEDGER, lines=(LedgerLine("A LONG NAME", cash=Decimal(10) ** 18), *LEDGER.lines))
    rows = ledger_lines(Stamped(odd, ago(8)), None, NOW, 40, 72, masked=True)
    assert text(rows)[1:] == [
        "A L… •••••         –",
        "USD  •••••         1",
        "EUR  •••••    1.0842",
        "JPY  •••••  0.006421",
        "SEK      –         –",
    ]
    assert len({width(row) for row in rows[1:]}) == 1
