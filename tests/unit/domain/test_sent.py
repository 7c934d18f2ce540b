"""The fields of a holding as IBKR sent them, made safe to print."""

import json
from decimal import Decimal

import pytest

from tui.domain.as_sent import AsSent
from tui.domain.sent import LONGEST_VALUE, MOST_FIELDS, sent_fields
from tui.domain.text import DASH


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, DASH),
        ("", DASH),
        ([], DASH),
        ({}, DASH),
        ("AAPL", "AAPL"),
        (0, "0"),
        (320227571, "320227571"),
        (True, "yes"),
        (False, "no"),
        (Decimal("584.6799926757812"), "584.6799926757812"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E+300"), "1E+300"),
        ([{"a": Decimal("0.5")}, None], '[{"a": "0.5"}, null]'),
        ("\x1b[31mred\u202e\nline", "\ufffd[31mred\ufffd line"),
        ("[red]bold[/red]", "[red]bold[/red]"),
    ],
)
def test_each_kind_of_value(value: object, text: str) -> None:
    assert sent_fields({"field": value}) == (("field", text),)


def test_names_come_in_their_order_and_are_made_safe_too() -> None:
    assert [name for name, _ in sent_fields({"b": 1, "a": 2, "\x1b]0;x\x07": 3})] == ["b", "a", "\ufffd]0;x\ufffd"]


def test_what_is_endless_is_cut() -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    fields = sent_fields({"exchanges": "SMART," * 5000, "deep": deep} | {f"f{n}": n for n in range(1000)})
    assert len(fields) == MOST_FIELDS
    assert all(len(text) <= LONGEST_VALUE for _, text in fields)


def test_a_row_that_is_kept_as_text_is_parsed_once_for_all_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[AsSent] = []
    parsed = AsSent.fields

    def counted(sent: AsSent) -> dict[str, object]:
        looks.append(sent)
        return parsed(sent)

    monkeypatch.setattr(AsSent, "fields", counted)
    sent = AsSent(b'{"conid":', b'1,"timestamp":,"name":"QQQ"', b"5")
    assert sent_fields(sent) == (("conid", "1"), ("timestamp", "5"), ("name", "QQQ"))
    assert len(looks) == 1
    assert list(sent) == ["conid", "timestamp", "name"]
    assert (len(sent), sent["name"], sent == {"conid": 1, "timestamp": 5, "name": "QQQ"}) == (3, "QQQ", True)
