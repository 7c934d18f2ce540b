"""Reads the settings file, and explains everything that is wrong with one: where it is, and what to do about it."""

import codecs
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tui.config.rules import KeyPath, Tell, dotted
from tui.config.settings import SETTINGS, Settings, judge_together
from tui.domain.sanitise import safe_text

LARGEST = 65_536
"""Bytes; the longest file that a person writes is a tenth of it."""
LONGEST_LINE = 1000
_MOST_TOLD = 40
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
ELSEWHERE = "or name another file with CPWATCH_CONFIG"
"""What else can be done about a file that is of no use."""

Judge = Callable[[Settings], Iterable[tuple[KeyPath, str]]]
"""Judges values that this package can't: (where, sentence) for each that is wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. line: from 1; None where it is the whole file."""

    line: int | None
    text: str


class BadSettings(Exception):
    """The settings file can't be used. problems: all that is wrong, in the file's order; the message has them all."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        told = [self._line(each) for each in self.problems[:_MOST_TOLD]]
        if len(self.problems) > _MOST_TOLD:
            told.append(f"… and {len(self.problems) - _MOST_TOLD} more")
        super().__init__("\n".join(told))

    def _line(self, problem: Problem) -> str:
        where = shown(self.path) + ("" if problem.line is None else f":{problem.line}")
        return f"{where}: {problem.text}"


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What stands in the file. exists: whether there is one. lines: where each key stands, by its path."""

    path: Path
    exists: bool = False
    settings: Settings = field(default_factory=Settings)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)

    def line(self, at: KeyPath) -> int | None:
        """The line of the value at that path, or of the table in which it is missing; None for the file as a whole."""
        return next((self.lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in self.lines), None)

    def place(self, at: KeyPath) -> str:
        """`FILE:LINE`, for a message about that value."""
        line = self.line(at)
        return shown(self.path) + ("" if line is None else f":{line}")


def shown(path: Path) -> str:
    """A path as it is printed."""
    return safe_text(str(path), 1000)


def read_settings(path: Path, judge: Judge = lambda _: (), *, required: bool = False) -> SettingsFile:
    """The settings of that file; the defaults where there is none, unless it is required.

    judge: what else must hold; asked where all else is well. Raises BadSettings, with all that is wrong.
    """
    data = _bytes(path, required=required)
    if data is None:
        return SettingsFile(path)
    text = _text(path, data)
    raw = _parsed(path, text)
    from tui.config.toml_lines import lines_of

    lines = lines_of(text)
    mistakes: list[tuple[KeyPath, str]] = []

    def tell(at: KeyPath, said: str) -> None:
        mistakes.append((at, said))

    settings = _judged(raw, tell)
    found = SettingsFile(path, True, _absolute(settings, path.parent), lines)
    if not mistakes:
        mistakes += judge(found.settings)
    if mistakes:
        problems = (Problem(found.line(at), said) for at, said in mistakes)
        raise BadSettings(path, sorted(problems, key=lambda each: each.line or 0))
    return found


def _judged(raw: dict[str, Any], tell: Tell) -> Settings:
    """The settings; what is wrong in them is told. Where the file is a newer cpwatch's, that alone."""
    told: list[tuple[KeyPath, str]] = []
    settings: Settings = SETTINGS.read(raw, (), lambda at, said: told.append((at, said)))
    version = [each for each in told if each[0] == ("schema",)]
    for at, said in version or told:
        tell(at, said)
    if not told:
        judge_together(settings, tell)
    return settings


def _absolute(settings: Settings, folder: Path) -> Settings:
    """The same with the names of files taken from the settings file's own folder."""
    profiles = {
        name: replace(profile, ca=None if profile.ca is None else folder / profile.ca)
        for name, profile in settings.profiles.items()
    }
    return replace(settings, ca=None if settings.ca is None else folder / settings.ca, profiles=profiles)


def _bytes(path: Path, *, required: bool) -> bytes | None:
    """The file's bytes, None where there is none. Raises BadSettings."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise _whole(path, f"this is a folder: name the file in it, {ELSEWHERE}")
        if not stat.S_ISREG(kind) and not path.samefile(os.devnull):
            raise _whole(path, f"this is no plain file: put one in its place, {ELSEWHERE}")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        if required:
            raise _whole(path, "there is no such file; `cpwatch config init` writes one to begin with") from None
        return None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it has no name that a file can have"
        raise _whole(path, f"the settings can't be read: {why}; mend that, {ELSEWHERE}") from None
    if len(data) > LARGEST:
        raise _whole(path, f"this file is larger than {LARGEST // 1024} KiB, so it can't be cpwatch's settings")
    return data


def _text(path: Path, data: bytes) -> str:
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise _whole(path, f"this file is {encoding}: save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadSettings(path, [Problem(line, "this line is not UTF-8: save the file as UTF-8")]) from None
    text = text.replace("\r\n", "\n")
    for number, line_text in enumerate(text.split("\n"), 1):
        if len(line_text) > LONGEST_LINE:
            said = f"this line is longer than {LONGEST_LINE} characters: divide it; a list may go over several lines"
            raise BadSettings(path, [Problem(number, said)])
    return text


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _whole(path, "lists and tables stand within each other too deep to be read") from None
    except ValueError as error:
        raise BadSettings(path, [_syntax(text, str(error))]) from None


def _syntax(text: str, said: str) -> Problem:
    """What the parser said, with its line, and a word on the mistakes that are made most often."""
    found = _AT_LINE.search(said)
    if found is None:
        line: int | None = None
    else:
        line = int(found[1]) if found[1] else text.rstrip("\n").count("\n") + 1
        said = said[: found.start()]
    if said.startswith("Cannot"):
        from tui.config.toml_lines import repeated

        if (twice := repeated(text)) is not None:
            at, first, again = twice
            return Problem(again, f"{dotted(at)} stands here a second time, after line {first}: take one of them out")
    hint = next((hint for begin, hint in _HINTS.items() if said.startswith(begin)), "correct this line")
    return Problem(line, f"this is no TOML ({safe_text(said, 160)}): {hint}")


_HINTS = {
    "Invalid value": 'a text stands in quotes ("…"), true and false are written small, and a list in [ ]',
    "Unescaped '\\'": "write a path with a backslash in single quotes ('C:\\…')",
    "Invalid hex value": "write a path with a backslash in single quotes ('C:\\…')",
    "Expected '=' after a key": "a setting is written key = value, and a table [name]",
    "Illegal character": "a text ends on its line with the quote that it began with",
    "Unclosed array": "a list ends with ]",
    "Unterminated string": "a text ends with the quotes that it began with",
    "Expected newline or end of document": "each setting has a line of its own",
}


def _whole(path: Path, text: str) -> BadSettings:
    return BadSettings(path, [Problem(None, text)])
