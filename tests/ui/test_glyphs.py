"""Marks fall back to ASCII, cell for cell, where the encoding has none."""

import locale
import os

import pytest
from rich.cells import cell_len

from tui.ui.glyphs import printable, terminal_encoding


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("● ready", "utf-8", "● ready"),
        ("● ready ▲ ○ – …", "ascii", "* ready ! o - ~"),
        ("▸DU1 ──0.4 ms── ✕", "ascii", ">DU1 --0.4 ms-- x"),
        ("トヨ", "ascii", "????"),
        ("naïve ● トヨ", "iso8859-1", "naïve * ????"),
        ("plain", "ascii", "plain"),
    ],
)
def test_text_keeps_its_width_in_every_encoding(text: str, encoding: str, expected: str) -> None:
    assert printable(text, encoding) == expected
    assert cell_len(expected) == cell_len(text)


@pytest.mark.skipif(os.name == "nt", reason="Textual writes wide text to Windows' console in any code page")
@pytest.mark.parametrize(
    ("named", "expected"),
    [("UTF-8", "utf-8"), ("ANSI_X3.4-1968", "ascii"), ("ISO-8859-1", "iso8859-1"), ("no-such-encoding", "ascii")],
)
def test_the_locale_names_the_encoding(named: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: named)
    assert terminal_encoding() == expected
