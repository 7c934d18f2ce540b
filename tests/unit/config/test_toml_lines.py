"""The lines of keys: each key of a generated text is named after the line that it stands on."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.rules import KeyPath
from tui.config.toml_lines import lines_of, repeated

VALUES = (
    "1",
    "-1.5e3",
    "true",
    "1979-05-27 07:32:00",
    '"a # = [ ] { } \\" text"',
    "'it \\ is'",
    '"""\nk99 = 1 ""\n"""""',
    "'''\n[k99]\n'''",
    "[]",
    "[ 1, # k99 = 1\n  '''\n''', [ 2,\n\n 3 ],\n]",
    "{}",
)
QUOTES = ("{}", '"{}"', "'{}'", '"{} # ]=."')


@st.composite
def texts(draw: st.DrawFn) -> str:
    """TOML in which every key begins with k, its line, and what keeps it apart from the others of that line."""
    text = ""
    number = 0

    def key() -> str:
        nonlocal number
        number += 1
        return draw(st.sampled_from(QUOTES)).format(f"k{text.count(chr(10)) + 1}-{number}")

    for _ in range(draw(st.integers(0, 8))):
        match draw(st.integers(0, 6)):
            case 0:
                text += draw(st.sampled_from(["\n", "  # [x] = 1\n", "\t\n"]))
            case 1:
                text += f"[ {key()} . {key()} ]  # a table\n"
            case 2:
                text += f"[[{key()}]]\n"
            case 3:
                text += f"{key()} = {{ {key()} = 1, {key()}.{key()} = [ {{ {key()} = 'x' }} ] }}\n"
            case 4:
                text += f"  {key()}.{key()} = {draw(st.sampled_from(VALUES))}\n"
            case _:
                text += f"{key()} = {draw(st.sampled_from(VALUES))} # why\n"
    return text


def paths(found: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path of a parsed text that ends with a key."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield (*at, key)
            yield from paths(value, (*at, key))
    if isinstance(found, list):
        for number, value in enumerate(found):
            yield from paths(value, (*at, number))


@given(texts())
def test_every_key_has_its_line(text: str) -> None:
    lines = lines_of(text)
    for path in paths(tomllib.loads(text)):
        assert f"k{lines[path]}-" in str(path[-1])


@given(st.text(alphabet="[]{}=.,'\"#\n\\ ab1", max_size=60))
def test_any_text_is_followed_as_far_as_it_goes(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())
    try:
        parsed = tomllib.loads(text)
    except ValueError:
        return
    assert set(paths(parsed)) <= set(lines_of(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\nb = 2\n", None),
        ("a = 1\nb = 2\na = 3\n", (("a",), 1, 3)),
        ("[t]\na = 1\n'a' = 2\n", (("t", "a"), 2, 3)),
        ("[t]\n[u]\n[t]\n", (("t",), 1, 3)),
        ("[[t]]\na = 1\n[[t]]\na = 1\n", None),
        ("[t.u]\n[t]\n", None),
    ],
)
def test_what_stands_twice(text: str, found: tuple[KeyPath, int, int] | None) -> None:
    assert repeated(text) == found


def test_tables_within_a_list_of_tables_have_their_number() -> None:
    lines = lines_of("[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[[a]]\n[a.c]\ny = 3\n")
    assert (lines["a", 0, "b", 0, "x"], lines["a", 0, "b", 1, "x"], lines["a", 1, "c", "y"]) == (3, 5, 8)
