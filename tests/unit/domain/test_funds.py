"""Ledgers, the day's profit and loss, and logins: what follows from what IBKR said."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.states import NOW, ago, position
from tui.domain.accounts import Account
from tui.domain.advisors import asked_about, has_subaccounts, next_in_turn
from tui.domain.failure import Failure, FailureKind
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.login import Login
from tui.domain.pnl import DayPnl, together, wants_accounts_first

EUR = LedgerLine("EUR", cash=Decimal(5), exchange_rate=Decimal("1.25"), as_of=datetime(2026, 1, 2, tzinfo=UTC))
BASE = LedgerLine("BASE", cash=Decimal(9), as_of=datetime(2026, 1, 3, tzinfo=UTC))


def test_a_ledger_is_as_new_as_its_newest_line() -> None:
    assert Ledger((EUR,), BASE).as_of == BASE.as_of
    assert Ledger((EUR,)).as_of == EUR.as_of
    assert Ledger((LedgerLine("USD"),)).as_of is None


@pytest.mark.parametrize(
    ("amount", "currency", "in_base"),
    [
        (Decimal(8), "EUR", Decimal(10)),
        (Decimal(-8), "EUR", Decimal(-10)),
        (None, "EUR", None),
        (Decimal(8), "USD", None),
        (Decimal(8), "CHF", None),
        (Decimal(8), None, None),
        (Decimal("sNaN"), "EUR", None),
    ],
)
def test_amounts_in_the_base_currency(amount: Decimal | None, currency: str | None, in_base: Decimal | None) -> None:
    assert Ledger((EUR, LedgerLine("USD"))).in_base(amount, currency) == in_base


def test_what_is_unknown_of_a_part_is_unknown_of_the_whole() -> None:
    parts = [
        DayPnl(Decimal(1), Decimal(2), None, Decimal("sNaN"), None, ("Core",)),
        DayPnl(Decimal("0.5"), None, None, Decimal(1), Decimal(3), ("Growth",)),
    ]
    assert together(parts) == DayPnl(Decimal("1.5"), None, None, None, None, ("Core", "Growth"))
    assert together(parts[1:]) == parts[1]
    assert together([]) == DayPnl()


@pytest.mark.parametrize(
    ("status", "evidence", "wants"),
    [
        (400, '400 "{"error":"Bad Request: Please query /accounts first","statusCode":400}"', True),
        (500, '500 "{"error":"Please query /accounts first"}"', True),
        (400, '400 "{"error":"Bad Request: accountId is not valid"}"', False),
        (429, '429 "{"error":"Please query /accounts first"}"', False),
        (None, "no byte within 12 s", False),
    ],
)
def test_accounts_first(status: int | None, evidence: str, wants: bool) -> None:
    assert wants_accounts_first(Failure(FailureKind.UNEXPECTED, evidence, status)) is wants


def test_a_login_is_never_younger_than_now() -> None:
    now = datetime(2026, 11, 20, 14, tzinfo=UTC)
    assert Login(now - timedelta(hours=2)).age(now) == 7200
    assert Login(now + timedelta(hours=2)).age(now) == 0
    assert Login().age(now) is None


@pytest.mark.parametrize(("marks", "asked"), [((True, None), True), ((False, None), False), ((), False)])
def test_only_an_advisors_login_has_subaccounts(marks: tuple[bool | None, ...], asked: bool) -> None:
    assert has_subaccounts([Account(f"U{n}", advisor=mark) for n, mark in enumerate(marks)]) is asked


def test_every_account_is_asked_about_once() -> None:
    own, first, second = Account("F1", advisor=True), Account("U1"), Account("U2")
    assert asked_about([own, first], [Account("U1", "EUR"), second]) == (own, first, second)
    assert asked_about([own], []) == (own,)


def test_the_others_have_their_turns() -> None:
    accounts = [Account(name) for name in ("U1", "U2", "U3")]
    assert next_in_turn(accounts, "U1", {}) == "U2"
    assert next_in_turn(accounts, "U1", {"U2": NOW}) == "U3"
    assert next_in_turn(accounts, "U1", {"U2": NOW, "U3": ago(5)}) == "U3"
    assert next_in_turn(accounts, "U1", {"U2": ago(9), "U3": ago(5), "U1": ago(99)}) == "U2"
    assert next_in_turn(accounts[:1], "U1", {}) is None
    assert next_in_turn(accounts[:1], None, {}) == "U1"


@pytest.mark.parametrize(("quantity", "closed"), [("0", True), ("0.0", True), ("-1", False), ("0.3333", False)])
def test_what_was_sold_off_today_is_closed(quantity: str, closed: bool) -> None:
    assert position("AAPL", "STK", quantity, "1", "1").closed is closed
