"""On which line each key of a TOML text stands, which the standard library's parser does not tell.

Made for text that `tomllib` has read; in any other it gives what stands before the first thing that it can't follow.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from tui.config.rules import KeyPath

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_BLANKS = re.compile(r"[ \t]*")
_EMPTY = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_HEADER_END = re.compile(r"[ \t]*\]\]?")
# The longest first; up to two quotes more may stand before the three that end a text of several lines.
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|' + r"'''.*?'{3,5}(?!')|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'", re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}#\n]+")


@dataclass(frozen=True, slots=True)
class Place:
    """One mention of a key. line: from 1. table: whether a header names it, rather than a value."""

    at: KeyPath
    line: int
    table: bool = False


class _Lost(Exception):
    """Something stands here that the scanner can't follow."""


def lines_of(text: str) -> dict[KeyPath, int]:
    """The line of each key and of each item of a list, by its path; of a table, where it is first mentioned.

    text: with `\\n` at the ends of lines.
    """
    found: dict[KeyPath, int] = {}
    for place in places(text):
        for length in range(1, len(place.at) + 1):
            found.setdefault(place.at[:length], place.line)
    return found


def repeated(text: str) -> tuple[KeyPath, int, int] | None:
    """The first key that stands twice, or table that is opened twice: its path, and both lines; None where none is."""
    seen: dict[tuple[KeyPath, bool], int] = {}
    for place in places(text):
        before = seen.setdefault((place.at, place.table), place.line)
        if before != place.line:
            return place.at, before, place.line
    return None


def places(text: str) -> Iterator[Place]:
    """Every key and every item of a list, in the order of the text, as far as it can be followed."""
    try:
        yield from _Scanner(text).run()
    except (_Lost, RecursionError):
        return


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._arrays: dict[KeyPath, int] = {}

    def run(self) -> Iterator[Place]:
        table: KeyPath = ()
        self._skip(_EMPTY)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                several = self._text.startswith("[[", self._at)
                self._at += 1 + several
                self._skip(_BLANKS)
                line = self._now()
                table = self._within_arrays(self._key(), several=several)
                self._expect(_HEADER_END)
                yield Place(table, line, table=True)
            else:
                yield from self._pair(table)
            self._skip(_EMPTY)

    def _within_arrays(self, keys: tuple[str, ...], *, several: bool) -> KeyPath:
        """The header's path with the number of the newest table wherever it leads through a list of tables."""
        path: KeyPath = ()
        for number, key in enumerate(keys, 1):
            path = (*path, key)
            if several and number == len(keys):
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
        return path

    def _pair(self, table: KeyPath) -> Iterator[Place]:
        line = self._now()
        path = (*table, *self._key())
        self._expect(_EQUALS)
        yield Place(path, line)
        yield from self._value(path)

    def _value(self, path: KeyPath) -> Iterator[Place]:
        match self._text[self._at : self._at + 1]:
            case "[":
                yield from self._list(path)
            case "{":
                yield from self._inline(path)
            case '"' | "'":
                self._expect(_TEXT)
            case _:
                self._expect(_PLAIN)

    def _list(self, path: KeyPath) -> Iterator[Place]:
        self._at += 1
        number = 0
        while True:
            self._skip(_EMPTY)
            if self._takes("]"):
                return
            item = (*path, number)
            yield Place(item, self._now())
            yield from self._value(item)
            number += 1
            self._skip(_EMPTY)
            if not self._takes(",") and not self._text.startswith("]", self._at):
                raise _Lost

    def _inline(self, path: KeyPath) -> Iterator[Place]:
        self._at += 1
        while True:
            self._skip(_EMPTY)
            if self._takes("}"):
                return
            yield from self._pair(path)
            self._skip(_EMPTY)
            if not self._takes(",") and not self._text.startswith("}", self._at):
                raise _Lost

    def _key(self) -> tuple[str, ...]:
        found = _KEY.match(self._text, self._at)
        if found is None:
            raise _Lost
        self._at = found.end()
        try:
            inner = tomllib.loads(f"{found[0]} = 0")
        except ValueError:
            raise _Lost from None
        keys: list[str] = []
        while inner:
            ((key, value),) = inner.items()
            keys.append(key)
            inner = value if isinstance(value, dict) else {}
        return tuple(keys)

    def _now(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _takes(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += 1
        return True

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _expect(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise _Lost
        self._at = found.end()
