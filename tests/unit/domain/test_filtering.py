"""What is typed, and which positions that leaves, against a slow reference."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.generated import BLANK, books, positions
from tests.support.parts import BOOK, held_in
from tui.domain.filtering import HELP, Filter, filtered, parse_filter
from tui.domain.positions import Position

ROWS = (
    *held_in("DU1234567", BOOK),
    replace(BLANK, key="long", symbol="LONG", name="Longboard Co", kind="STK", exchange="NYSE", quantity=Decimal(-5)),
    replace(BLANK, key="?", symbol="?"),
    replace(BLANK, key="nan", symbol="NANO", unrealised=Decimal("NaN"), quantity=Decimal("sNaN")),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aapl", ["AAPL", "AAPL 18 DEC 26 180 P"]),
        ("AAPL opt", ["AAPL 18 DEC 26 180 P"]),
        ("aapl !opt", ["AAPL"]),
        ("type:opt", ["SPX 15 JAN 27 6000 C", "AAPL 18 DEC 26 180 P"]),
        ("type:o", ["SPX 15 JAN 27 6000 C", "AAPL 18 DEC 26 180 P"]),  # on the way
        ("TYPE:FUT", ["ES DEC 26"]),
        ("ccy:eur", ["SAP", "VWRL"]),
        ("currency:eur", ["SAP", "VWRL"]),
        ("eur", ["SAP", "VWRL", "EUR.USD"]),
        ("ccy:chf long", ["NESN"]),
        ("ccy:eur loss", ["SAP"]),
        ("ccy:eur -", ["SAP"]),
        ("ccy:eur +", ["VWRL"]),
        ("ccy:eur gain", ["VWRL"]),
        ("short", ["SPX 15 JAN 27 6000 C", "EUR.USD", "LONG"]),
        ("symbol:long", ["LONG"]),
        ("symbol:long long", []),
        ("longb", ["LONG"]),
        ("nyse", ["LONG"]),
        ("account:567 type:crypto", ["BTC"]),
        ("4567 btc", ["BTC"]),
        ("!!btc", ["BTC"]),
        ("gold trust", ["GOLD TRUST"]),
        ("trust gold", ["GOLD TRUST"]),
        ("4.25", ["US-T 4.25 15NOV34"]),
        ("!account:du", ["LONG", "?", "NANO"]),
        ("no:such", []),
        ("stkusd", []),  # not across two of the texts
    ],
)
def test_what_is_typed_leaves_these(text: str, expected: list[str]) -> None:
    assert [row.symbol for row in filtered(ROWS, parse_filter(text))] == expected


@pytest.mark.parametrize("text", ["", "  ", "!", "type:", "!type:", "ccy: account:", "symbol: ! !!"])
def test_what_is_not_finished_asks_for_nothing(text: str) -> None:
    assert parse_filter(text).empty
    assert filtered(ROWS, parse_filter(text)) is ROWS


def test_what_is_unknown_has_no_sign() -> None:
    for text in ("+", "-", "long", "short"):
        assert "NANO" not in [row.symbol for row in filtered(ROWS, parse_filter(text))]
    assert "NANO" in [row.symbol for row in filtered(ROWS, parse_filter("!+ !- !long !short"))]


def test_the_same_filter_is_equal_however_it_is_typed() -> None:
    assert parse_filter(" AAPL  aapl ") == parse_filter("aapl")
    assert hash(parse_filter("+")) == hash(parse_filter("gain"))


@pytest.mark.parametrize("word", ["type:", "ccy:", "account:", "symbol:", "gain", "loss", "long", "short", "!"])
def test_the_help_names_what_can_be_typed(word: str) -> None:
    assert word in HELP
    assert len(HELP) <= 80


def reference(text: str, row: Position) -> bool:
    """Whether the row is shown, word by word."""
    for typed in text.split():
        word, negated = typed.lower(), False
        while word.startswith("!"):
            word, negated = word[1:], not negated
        texts = [row.symbol, row.name, row.underlying, row.kind, row.currency, row.account, row.exchange]
        of = {"type": [row.kind], "ccy": [row.currency], "currency": [row.currency]}
        within = {"account": [row.account], "symbol": [row.symbol]}
        name, _, rest = word.partition(":")
        amount = row.unrealised if word in {"+", "-", "gain", "loss"} else row.quantity
        signed = amount is not None and not amount.is_nan() and not amount.is_infinite()
        if word in {"+", "gain", "long"}:
            found = signed and amount is not None and amount > 0
        elif word in {"-", "loss", "short"}:
            found = signed and amount is not None and amount < 0
        elif ":" in word and name in {*of, *within}:
            if not rest:
                continue
            if name in of:
                found = any(each is not None and each.lower()[: len(rest)] == rest for each in of[name])
            else:
                found = any(each is not None and rest in each.lower() for each in within[name])
        elif not word:
            continue
        else:
            found = any(word in each.lower() for each in texts if each is not None)
        if found == negated:
            return False
    return True


WORDS = [
    *("type:", "ccy:", "account:", "symbol:", "currency:", "name:"),
    *(
        "+",
        "-",
        "gain",
        "loss",
        "long",
        "short",
        "!",
        "!!",
        ":",
        "du",
        "1",
        "a",
        "opt",
        "eur",
        "stk",
        "nas",
        "spx",
        " ",
    ),
]
typed_texts = st.lists(st.sampled_from(WORDS), max_size=6).map("".join)
ascii_books = books(
    symbol=st.text(st.sampled_from("aApl19 :!"), max_size=4), name=st.none() | st.text("aS 1", max_size=4)
)


@given(ascii_books, st.lists(typed_texts, max_size=3).map(" ".join))
def test_rows_are_left_as_a_slow_reference_leaves_them(rows: tuple[Position, ...], text: str) -> None:
    assert [row.key for row in filtered(rows, parse_filter(text))] == [row.key for row in rows if reference(text, row)]


@given(st.text(), positions())
def test_nothing_that_is_typed_raises(text: str, row: Position) -> None:
    wanted = parse_filter(text)
    assert wanted.matches(row) in {True, False}
    assert wanted.empty == (wanted == Filter())


@given(st.text(), st.text(), books())
def test_more_words_never_show_more(one: str, two: str, rows: tuple[Position, ...]) -> None:
    fewer = {row.key for row in filtered(rows, parse_filter(f"{one} {two}"))}
    assert fewer == {row.key for row in filtered(filtered(rows, parse_filter(one)), parse_filter(two))}
