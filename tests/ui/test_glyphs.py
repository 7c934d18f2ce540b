"""Marks fall back to ASCII, cell for cell, where the encoding has none."""

import ast
import locale
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.cells import cell_len

import tui
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


EXPECTED = frozenset("\xa0＝＠－＋\ufffd")
"""Signs that we know when we read them, and never write; and the mark for what could not be shown, which is `?`."""


@dataclass(frozen=True)
class FlagsOf:
    """What we look at of Python's flags."""

    utf8_mode: int


def literals(module: Path) -> Iterator[str]:
    """The strings in a module's code, but for docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_every_sign_of_ours_has_a_stand_in_of_one_cell() -> None:
    package = Path(tui.__file__).parent
    modules = [module for layer in ("ui", "domain", "engine") for module in (package / layer).rglob("*.py")]
    signs = {char for module in modules for text in literals(module) for char in text if not char.isascii()} - EXPECTED
    assert {"●", "▸", "…"} <= signs
    without = {char for char in signs if printable(char, "ascii") == "?" * cell_len(char)}
    assert without == set()
    assert {char for char in signs if cell_len(char) != 1} == set()


@pytest.mark.skipif(os.name == "nt", reason="Textual writes wide text to Windows' console in any code page")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
        ({"LANG": "POSIX", "LC_CTYPE": "UTF-8"}, "ascii"),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8"),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, "utf-8"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "utf-8"),
        ({"LANG": "en_GB.UTF-8", "LC_CTYPE": "C.UTF-8"}, "utf-8"),
    ],
)
def test_a_locale_that_python_put_in_place_of_c_is_not_believed(
    said: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANG", "LC_CTYPE", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(locale, "getencoding", lambda: "UTF-8")
    monkeypatch.setattr(sys, "flags", FlagsOf(utf8_mode=1))
    assert terminal_encoding() == expected


@pytest.mark.skipif(os.name == "nt", reason="Textual writes wide text to Windows' console in any code page")
def test_a_locale_that_the_user_put_in_place_of_c_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("LC_CTYPE", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setattr(locale, "getencoding", lambda: "UTF-8")
    monkeypatch.setattr(sys, "flags", FlagsOf(utf8_mode=0))
    assert terminal_encoding() == "utf-8"


@pytest.mark.skipif(os.name == "nt", reason="Textual writes wide text to Windows' console in any code page")
@pytest.mark.parametrize(
    ("named", "expected"),
    [("UTF-8", "utf-8"), ("ANSI_X3.4-1968", "ascii"), ("ISO-8859-1", "iso8859-1"), ("no-such-encoding", "ascii")],
)
def test_the_locale_names_the_encoding(named: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "whatever")
    monkeypatch.setattr(locale, "getencoding", lambda: named)
    assert terminal_encoding() == expected
