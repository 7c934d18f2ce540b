"""What positions come to: against a slow reference, and never silently too small."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.generated import BLANK, books
from tests.support.parts import BOOK, ago, held_in
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.totals import CurrencyTotal, Totals, totals


def ledger(seconds_ago: float = 5.0, **rates: str | None) -> Stamped[Ledger]:
    """A ledger with those rates, seen that long ago."""
    lines = tuple(
        LedgerLine(currency, exchange_rate=None if rate is None else Decimal(rate)) for currency, rate in rates.items()
    )
    return Stamped(Ledger(lines), ago(seconds_ago))


def row(currency: str | None, value: str | None, unrealised: str | None, account: str | None = "U1") -> Position:
    """A position of that value and profit."""
    numbers = [None if text is None else Decimal(text) for text in (value, unrealised)]
    return replace(
        BLANK, currency=currency, value=numbers[0], unrealised=numbers[1], account=account, quantity=Decimal(1)
    )


def total(
    currency: str | None, value: str | None, unrealised: str | None, rows: int, unknown: int = 0
) -> CurrencyTotal:
    """A total as it is expected."""
    numbers = [None if text is None else Decimal(text) for text in (value, unrealised)]
    return CurrencyTotal(currency, numbers[0], numbers[1], rows, unknown)


DOLLARS = {"U1": "USD"}
MIXED = (row("EUR", "100", "-10"), row("USD", "50", "5"), row("USD", "1.50", "0.25"), row("CHF", "1000", "1"))


def test_by_currency_the_largest_first_and_all_in_the_base_currency() -> None:
    seen = totals(MIXED, {"U1": ledger(EUR="1.25", CHF="1.1", USD="1")}, DOLLARS)
    assert seen == Totals(
        (total("CHF", "1000", "1", 1), total("EUR", "100", "-10", 1), total("USD", "51.50", "5.25", 2)),
        total("USD", "1276.50", "-6.15", 4),
        (),
        ago(5),
    )
    assert seen.base is not None
    assert seen.base.complete


def test_the_base_currency_needs_no_ledger() -> None:
    seen = totals(MIXED[1:3], {}, DOLLARS)
    assert seen.base == total("USD", "51.50", "5.25", 2)
    assert seen.rates_at is None
    assert totals(MIXED[1:3], {"U1": ledger(USD="7")}, DOLLARS) == seen


@pytest.mark.parametrize("rate", [None, "0", "-1", "NaN", "sNaN", "Infinity", "9E+999999"])
def test_a_currency_without_a_rate_is_named_and_the_total_is_said_to_lack_it(rate: str | None) -> None:
    seen = totals(MIXED, {"U1": ledger(EUR=rate, CHF="1.1")}, DOLLARS)
    assert seen.base == total("USD", "1151.50", "6.35", 4, 1)
    assert seen.missing == ("EUR",)
    assert seen.base is not None
    assert not seen.base.complete


def test_what_was_never_known_is_not_0() -> None:
    seen = totals((row("EUR", "5", None), row(None, "5", "5")), {}, DOLLARS)
    assert seen.by_currency == (total("EUR", "5", None, 1, 1), total(None, "5", "5", 1))
    assert seen.base == total("USD", None, None, 2, 2)
    assert seen.missing == ("EUR",)


@pytest.mark.parametrize("absurd", ["NaN", "sNaN", "-Infinity", "1E+41", "9E+999999"])
def test_an_amount_that_is_none_counts_as_unknown(absurd: str) -> None:
    seen = totals((row("USD", absurd, "1"), row("USD", "2", "1")), {}, DOLLARS)
    assert seen.base == total("USD", "2", "2", 2, 1)


def test_accounts_of_different_base_currencies_have_no_total_in_one() -> None:
    rows = (row("USD", "1", "1", "U1"), row("USD", "2", "1", "U2"))
    ledgers = {"U1": ledger(USD="1"), "U2": ledger(USD="0.9")}
    seen = totals(rows, ledgers, {"U1": "USD", "U2": "EUR"})
    assert (seen.base, seen.missing, seen.rates_at) == (None, (), None)
    assert seen.by_currency == (total("USD", "3", "2", 2),)
    assert totals(rows, ledgers, {"U1": "USD", "U2": None}).base is None
    assert totals(rows, ledgers, {"U1": "USD"}).base is None
    # Of an account that holds nothing here the currency does not matter.
    assert totals(rows[:1], ledgers, {"U1": "USD", "U2": "EUR"}).base == total("USD", "1", "1", 1)


def test_each_row_is_converted_by_its_own_accounts_ledger_and_the_oldest_counts() -> None:
    rows = (row("EUR", "100", "10", "U1"), row("EUR", "100", "10", "U2"), row("USD", "1", "0", "U3"))
    ledgers = {"U1": ledger(5, EUR="1.2"), "U2": ledger(60, EUR="1.3"), "U3": ledger(900, EUR="2")}
    seen = totals(rows, ledgers, dict.fromkeys(("U1", "U2", "U3"), "USD"))
    assert seen.base == total("USD", "251.0", "25.0", 3)
    assert seen.rates_at == ago(60)
    del ledgers["U2"]
    seen = totals(rows, ledgers, dict.fromkeys(("U1", "U2", "U3"), "USD"))
    assert seen.base == total("USD", "121.0", "12.0", 3, 1)
    assert seen.missing == ("EUR",)


def test_rows_that_name_no_account_are_of_the_only_one() -> None:
    rows = (row("EUR", "100", "10", None),)
    assert totals(rows, {"U1": ledger(EUR="2")}, DOLLARS).base == total("USD", "200", "20", 1)
    assert totals(rows, {"U1": ledger(EUR="2")}, {"U1": "USD", "U2": "USD"}).base is None


def test_what_was_sold_off_is_no_part_of_it() -> None:
    sold = replace(row("JPY", None, None), quantity=Decimal(0))
    assert totals((sold, *MIXED[1:3]), {}, DOLLARS) == totals(MIXED[1:3], {}, DOLLARS)


def test_nothing_held_is_0_where_the_currency_is_known() -> None:
    assert totals((), {}, DOLLARS) == Totals((), total("USD", "0", "0", 0), (), None)
    assert totals((), {}, {}) == Totals((), None, (), None)
    assert totals((), {}, {"U1": None}).base is None


def test_a_whole_book_comes_to_what_its_rows_do() -> None:
    seen = totals(held_in("U1", BOOK), {"U1": ledger(EUR="1.08", CHF="1.12")}, DOLLARS)
    assert seen.base is not None
    assert [each.currency for each in seen.by_currency] == ["USD", "EUR", "CHF"]
    assert sum(each.rows for each in seen.by_currency) == len(BOOK) == seen.base.rows


def test_cents_of_large_sums_are_not_lost() -> None:
    rows = (row("EUR", "123456789012345678901234567890.01", "0.01"), row("USD", "0.01", "0.01"))
    seen = totals(rows, {"U1": ledger(EUR="1.0842345678901234")}, DOLLARS)
    assert seen.base is not None
    exact = Fraction("123456789012345678901234567890.01") * Fraction("1.0842345678901234") + Fraction("0.01")
    assert Fraction(str(seen.base.value)) == exact


def money(value: Decimal | None) -> Fraction | None:
    """The amount; None for what is none."""
    usable = value is not None and value.is_finite() and abs(value) < Decimal(10) ** 40
    return Fraction(str(value)) if usable else None


def reference(
    rows: tuple[Position, ...], rates: Mapping[tuple[str | None, str | None], Fraction], field: str
) -> dict[str | None, Fraction | None]:
    """The sum of that field by currency, and under `base` of all; None where no part of it is known."""
    sums: dict[str | None, list[Fraction]] = {"base": []}
    for each in rows:
        if each.quantity is not None and each.quantity == 0:
            continue
        amount = money(getattr(each, field))
        sums.setdefault(each.currency, [])
        if amount is not None:
            sums[each.currency].append(amount)
            rate = Fraction(1) if each.currency == "USD" else rates.get((each.account, each.currency))
            if rate is not None:
                sums["base"].append(amount * rate)
    return {currency: sum(parts, Fraction(0)) if parts else None for currency, parts in sums.items()}


some_rates = st.dictionaries(
    st.tuples(st.sampled_from(["DU1", "DU2", "DU10"]), st.sampled_from(["EUR", "CHF", "USD"])),
    st.decimals("0.0001", "9000", places=4),
)


@given(
    books(quantity=st.sampled_from([None, Decimal(0), Decimal(2)]), account=st.sampled_from(["DU1", "DU2", "DU10"])),
    some_rates,
)
def test_sums_are_as_a_slow_reference_makes_them(
    rows: tuple[Position, ...], rates: dict[tuple[str, str], Decimal]
) -> None:
    ledgers = {
        account: ledger(at, **{ccy: str(rate) for (of, ccy), rate in rates.items() if of == account})
        for at, account in enumerate(("DU1", "DU2", "DU10"))
        if any(of == account for of, _ in rates)
    }
    seen = totals(rows, ledgers, dict.fromkeys(("DU1", "DU2", "DU10"), "USD"))
    assert seen.base is not None
    held = [each for each in rows if not each.closed]
    fractions = {key: Fraction(str(rate)) for key, rate in rates.items()}
    for field in ("value", "unrealised"):
        expected = reference(rows, {**fractions}, field)
        for each in (*seen.by_currency, replace(seen.base, currency="base")):
            amount = getattr(each, field)
            wanted = expected[each.currency]
            if not held:
                wanted = Fraction(0)
            assert (None if amount is None else Fraction(str(amount))) == wanted
    assert {each.currency for each in seen.by_currency} == {each.currency for each in held}
    assert sum(each.rows for each in seen.by_currency) == seen.base.rows == len(held)
    convertible = [each for each in held if each.currency == "USD" or (each.account, each.currency) in rates]
    whole = [each for each in convertible if money(each.value) is not None and money(each.unrealised) is not None]
    assert seen.base.unknown == len(held) - len(whole)
    assert set(seen.missing) == {each.currency for each in held if each not in convertible} - {None}
    used = {each.account for each in convertible if each.currency != "USD"}
    moments = [ledgers[account].at for account in used if account]
    assert seen.rates_at == (min(moments, key=lambda at: at.ticks) if moments else None)
