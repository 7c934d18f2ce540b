"""Hostile text becomes one harmless line."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.domain.sanitise import EVIDENCE_LIMIT, evidence, safe_block, safe_text

REPLACED = "\N{REPLACEMENT CHARACTER}"
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain text, [b]with[/b] marks", "plain text, [b]with[/b] marks"),
        ("", ""),
        ("\x1b[31mred\x1b[0m", f"{REPLACED}[31mred{REPLACED}[0m"),
        ("\x1b]52;c;c3RlYWw=\x07", f"{REPLACED}]52;c;c3RlYWw={REPLACED}"),
        ("\x9b2J\x9d0;title\x9c", f"{REPLACED}2J{REPLACED}0;title{REPLACED}"),
        ("a\x00b\x07c\x08d\x7fe", f"a{REPLACED}b{REPLACED}c{REPLACED}d{REPLACED}e"),
        ("abc\u202edcba\u202c", f"abc{REPLACED}dcba{REPLACED}"),
        ("\u2066x\u2069\u200e\u200f\u061c", f"{REPLACED}x{REPLACED * 4}"),
        ("zero\u200bwidth\u200d\ufeff\u2060\u00ad", f"zero{REPLACED}width{REPLACED * 4}"),
        ("tag\U000e0041", f"tag{REPLACED}"),
        ("lone \ud800 and \udc80", f"lone {REPLACED} and {REPLACED}"),
        ("private \ue000, unassigned \U0003ffff", f"private {REPLACED}, unassigned {REPLACED}"),
        ("two\nlines\r\nand\ttabs", "two lines  and tabs"),
        ("line\u2028and\u2029paragraph\x85", f"line{REPLACED}and{REPLACED}paragraph{REPLACED}"),
        ("no\u00a0break", "no break"),
        ("トヨタ自動車 🚗 é שלום", "トヨタ自動車 🚗 é שלום"),
    ],
)
def test_what_could_steer_a_terminal_is_taken_out_and_the_rest_is_kept(text: str, safe: str) -> None:
    assert safe_text(text) == safe


@pytest.mark.parametrize(
    ("text", "limit", "safe"),
    [
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("abcdef", 1, "…"),
        ("トヨタ自動車", 4, "トヨタ…"),
        ("x" * 201, 200, "x" * 199 + "…"),
    ],
)
def test_the_end_is_cut_off_visibly(text: str, limit: int, safe: str) -> None:
    assert safe_text(text, limit) == safe


@given(st.text(alphabet=st.characters()), st.integers(1, 300))
@example("\ud800\udfff", 2)
@example("\x1b" * 400, 300)
def test_the_result_is_one_bounded_line_without_controls(text: str, limit: int) -> None:
    safe = safe_text(text, limit)
    assert len(safe) <= limit
    assert not {unicodedata.category(c) for c in safe} & HARMFUL
    assert len(safe.splitlines()) <= 1
    assert safe_text(safe, limit) == safe
    safe.encode()


@given(st.text(alphabet=st.characters()))
@example("\x1b[2J\r\n\tx\udc80")
def test_a_block_keeps_its_lines_and_nothing_that_steers(text: str) -> None:
    safe = safe_block(text)
    assert len(safe) == len(text)
    assert not {unicodedata.category(c) for c in safe if c not in "\n\t"} & HARMFUL
    assert [i for i, c in enumerate(safe) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]


def test_a_harmless_block_stays_as_it_is() -> None:
    text = "Traceback:\n\tFile “x”, line 1\n    ● é\n"
    assert safe_block(text) == text


@pytest.mark.parametrize(
    ("status", "body", "seen"),
    [
        (404, b"Access Denied", '404 "Access Denied"'),
        (401, b"", "401 with an empty body"),
        (200, b" \r\n\t ", "200 with an empty body"),
        (None, b"", "an empty body"),
        (None, b"SSH-2.0-OpenSSH_9.6\r\n", '"SSH-2.0-OpenSSH_9.6"'),
        (403, b"<html>\n  <body>\n  Forbidden", '403 "<html> <body> Forbidden"'),
        (500, b"\x1b]0;owned\x07", f'500 "{REPLACED}]0;owned{REPLACED}"'),
        (200, b"\xff\xfe\x80", f'200 "{REPLACED * 3}"'),
        (200, "é".encode()[:1], f'200 "{REPLACED}"'),
    ],
)
def test_evidence_quotes_what_was_received(status: int | None, body: bytes, seen: str) -> None:
    assert evidence(status, body) == seen


@given(st.one_of(st.none(), st.integers(100, 599)), st.binary(max_size=4000))
@example(200, b"x" * 5000)
@example(503, "é".encode() * 600)
def test_evidence_of_anything_is_short_and_safe(status: int | None, body: bytes) -> None:
    seen = evidence(status, body)
    assert len(seen) <= EVIDENCE_LIMIT + len('503 ""')
    assert not {unicodedata.category(c) for c in seen} & HARMFUL
    assert str(status) in seen or status is None
