"""A systemd unit read as systemd reads it: sections, lines that go on, words in quotes, backslashes and specifiers."""

import re
from dataclasses import dataclass

LARGEST = 64_000
SECRET_IN_COMMAND = "A secret stands in its command, where every user of the machine can read it."  # noqa: S105 (it tells of one)
_SECTION = re.compile(r"\[([^\[\]\x00-\x1f]+)\]")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
_BLANKS = " \t"
_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "s": " ",
}
_DIGITS = {"x": 2, "u": 4, "U": 8}


class Malformed(ValueError):
    """This is not what it should be; the message is a sentence that may be shown, and holds nothing of the file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One assignment. line: from 1."""

    section: str
    key: str
    value: str
    line: int


def read_unit(data: bytes) -> tuple[Entry, ...]:
    """The assignments in the order of the file. Raises Malformed."""
    if len(data) > LARGEST:
        raise Malformed(f"It is larger than {LARGEST:,} bytes.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("It is not in UTF-8.") from None
    if "\0" in text:
        raise Malformed("It has a null byte in it.")
    entries: list[Entry] = []
    section, going_on, began = "", "", 0
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip(" \t\r")
        if stripped.startswith(("#", ";")) or (not stripped and not going_on):
            continue
        began = began if going_on else number
        if stripped.endswith("\\") and line.rstrip("\r").endswith("\\"):
            going_on += f"{stripped[:-1]} "
            continue
        whole, going_on = going_on + stripped, ""
        if not whole.strip(_BLANKS):
            continue
        if found := _SECTION.fullmatch(whole):
            section = found[1]
            continue
        entries.append(_entry(section, whole, began))
    if going_on:
        raise Malformed(f"Line {began} goes on behind the end of the file.")
    return tuple(entries)


def _entry(section: str, whole: str, line: int) -> Entry:
    key, equals, value = whole.partition("=")
    key = key.rstrip(_BLANKS)
    if not equals or not _KEY.fullmatch(key):
        raise Malformed(f"Line {line} is neither a section nor an assignment.")
    if not section:
        raise Malformed(f"Line {line} stands before the first section.")
    return Entry(section, key, value.strip(_BLANKS), line)


def plain_value(value: str) -> str:
    """A value that is no list, such as WorkingDirectory=. Raises Malformed for a specifier, which %% is not."""
    return _without_specifiers(value)


def path_words(value: str) -> tuple[str, ...]:
    """The paths of a list, such as ReadWritePaths=, in which a backslash is a letter. Raises Malformed."""
    return tuple(_without_specifiers(word) for word, _ in _words(value, escapes=False))


def command_words(value: str) -> tuple[str, ...]:
    """The program and its arguments as they are started. Raises Malformed: a specifier, a variable, an open quote."""
    words = _words(value, escapes=True)
    if any(word == ";" and not in_quotes for word, in_quotes in words):
        raise Malformed("It holds more than one command.")
    plain = [_without_specifiers(word) for word, _ in words]
    return (plain[0], *(_without_variables(word) for word in plain[1:])) if plain else ()


def _without_specifiers(text: str) -> str:
    if re.search(r"%(?!%)", text.replace("%%", "")):
        raise Malformed("It has a % in it for which systemd puts something else; it has to be %%.")
    return text.replace("%%", "%")


def _without_variables(text: str) -> str:
    if re.search(r"\$[A-Za-z_{]", text.replace("$$", "")):
        raise Malformed("It has a $ in it for which systemd puts a variable's value; it has to be $$.")
    return text.replace("$$", "$")


def _words(value: str, *, escapes: bool) -> list[tuple[str, bool]]:
    """The words, each with whether any of it stood in quotes or behind a backslash."""
    found: list[tuple[str, bool]] = []
    word, begun, marked, quote, at = "", False, False, "", 0
    while at < len(value):
        letter = value[at]
        if escapes and letter == "\\":
            taken, at = _escaped(value, at + 1)
            word, begun, marked = word + taken, True, True
            continue
        at += 1
        if quote:
            quote, word = ("", word) if letter == quote else (quote, word + letter)
        elif letter in "\"'":
            quote, begun, marked = letter, True, True
        elif letter in _BLANKS:
            if begun:
                found.append((word, marked))
            word, begun, marked = "", False, False
        else:
            word, begun = word + letter, True
    if quote:
        raise Malformed("It has a quote that is never closed.")
    return [*found, (word, marked)] if begun else found


def _escaped(value: str, at: int) -> tuple[str, int]:
    """What a backslash before that place stands for, and where the text goes on."""
    letter = value[at : at + 1]
    if letter in _ESCAPES:
        return _ESCAPES[letter], at + 1
    length = _DIGITS.get(letter, 3)
    digits = value[at + 1 : at + 1 + length] if letter in _DIGITS else value[at : at + 3]
    try:
        code = int(digits, 16 if letter in _DIGITS else 8)
        if len(digits) != length or not digits.isalnum() or code == 0 or (letter not in _DIGITS and code > 0xFF):
            raise ValueError
        return chr(code), at + length + (letter in _DIGITS)
    except (ValueError, OverflowError):
        raise Malformed("It has a backslash that means nothing to systemd.") from None
