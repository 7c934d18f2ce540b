"""Positions as hypothesis makes them: known and unknown, held and sold off, plausible and absurd."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tui.domain.contracts import Right
from tui.domain.positions import Position

BLANK = Position("k", "S", None, None, None, None, None, None, None)
"""A position of which nothing is known."""

amounts = st.one_of(
    st.none(),
    st.integers(-4, 4).map(Decimal),
    st.decimals(-1_000_000, 1_000_000, places=2),
    st.sampled_from([Decimal(text) for text in ("NaN", "sNaN", "Infinity", "-Infinity", "-0", "1E+60", "-1E-30")]),
)
"""Amounts of money, some of which are none."""
names = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "AAPL", "aapl", "A9", "A10", "A09", "ES DEC 26", "Straße", "トヨタ", "[red]", "9", "۹", "x" * 200]
    ),
    st.text(max_size=8),
)
"""Texts that IBKR might send."""


def positions(**fixed: st.SearchStrategy[object]) -> st.SearchStrategy[Position]:
    """Any position; what is fixed is made by that strategy instead."""
    made: dict[str, st.SearchStrategy[object]] = {
        "symbol": names.map(lambda text: text or ""),
        "kind": st.sampled_from([None, "STK", "OPT", "FUT", "FOP", "CASH"]),
        "quantity": amounts,
        "price": amounts,
        "value": amounts,
        "average_cost": amounts,
        "unrealised": amounts,
        "currency": st.sampled_from([None, "USD", "EUR", "CHF"]),
        "account": st.sampled_from([None, "DU1", "DU2", "DU10"]),
        "name": names,
        "underlying": st.sampled_from([None, "AAPL", "SPX"]),
        "exchange": st.sampled_from([None, "NASDAQ", "CBOE"]),
        "expiry": st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        "strike": st.none() | st.integers(1, 9).map(Decimal),
        "right": st.none() | st.sampled_from(Right),
        **fixed,
    }
    return st.fixed_dictionaries(made).map(lambda facts: replace(BLANK, **facts))  # type: ignore[arg-type]


def books(**fixed: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[Position, ...]]:
    """Up to a dozen of them, each with a key of its own."""
    rows = st.lists(positions(**fixed), max_size=12)
    return rows.map(lambda made: tuple(replace(row, key=f"k{at}") for at, row in enumerate(made)))
