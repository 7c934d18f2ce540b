"""What a value in the settings file may be: a rule a kind of value, which takes it or says what it expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from tui.domain.address import Address, BadAddress, parse_address
from tui.domain.redact import redacted
from tui.domain.resets import zone_of
from tui.domain.sanitise import safe_text

KeyPath = tuple[str | int, ...]
"""Where a value stands: the keys from the top, and the numbers from 0 of the items of lists."""
Tell = Callable[[KeyPath, str], None]
"""Takes a mistake: where it is, and a sentence without its end."""

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ACCOUNT = re.compile(r"[A-Za-z0-9._-]{1,32}", re.ASCII)
_SHOWN = 40
_MOST_ITEMS = 1000


class Rule(Protocol):
    """One kind of value."""

    @property
    def expected(self) -> str:
        """What the value may be, as it stands behind *must be*."""
        ...

    def read(self, raw: object, at: KeyPath, tell: Tell) -> Any:
        """The value as the program uses it; None where it is none, which was told then."""
        ...


def dotted(at: KeyPath) -> str:
    """The path as TOML writes it: `profiles.live.url`; the number of a list's item is left out."""
    keys = [part for part in at if isinstance(part, str)]
    return ".".join(key if _BARE.fullmatch(key) else f'"{safe_text(key, _SHOWN)}"' for key in keys)


def given(raw: object) -> str:
    """A value as a message shows it: in short, on one line, and without what is secret by its looks."""
    match raw:
        case bool():
            return "true" if raw else "false"
        case str():
            return f'"{safe_text(redacted(raw[:500]), _SHOWN)}"' if raw else "an empty text"
        case int() if abs(raw) < 10**15:
            return str(raw)
        case int():
            return "a number far too large"
        case float():
            return f"{raw:g}"
        case dict():
            return "a table"
        case list():
            return "a list"
        case datetime() | date() | time():
            return "a date or a time"
    return "something else"


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that was probably meant; None where none is near."""
    from difflib import get_close_matches

    found = get_close_matches(word[:_SHOWN].lower(), known, 1, 0.6)
    return found[0] if found else None


def refuse(rule: Rule, raw: object, at: KeyPath, tell: Tell) -> None:
    """Tell that the value is not what the rule expects."""
    tell(at, f"{dotted(at)} must be {rule.expected}, not {given(raw)}")


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    expected: str = "true or false"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> bool | None:
        """The flag."""
        if isinstance(raw, bool):
            return raw
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class Seconds:
    """A span of time."""

    low: float
    high: float

    @property
    def expected(self) -> str:
        """The bounds, both of which are allowed."""
        return f"a number of seconds from {self.low:g} to {self.high:g}"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> float | None:
        """The seconds."""
        # Compared first: an integer may be too long for a float, and no comparison with `nan` holds.
        if isinstance(raw, int | float) and not isinstance(raw, bool) and self.low <= raw <= self.high:
            return float(raw)
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number of things."""

    of: str
    low: int
    high: int

    @property
    def expected(self) -> str:
        """The bounds, both of which are allowed."""
        return f"a whole number of {self.of} from {self.low} to {self.high}"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> int | None:
        """The number."""
        if isinstance(raw, int) and not isinstance(raw, bool) and self.low <= raw <= self.high:
            return raw
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class Words:
    """A text that is shown, on one line."""

    longest: int

    @property
    def expected(self) -> str:
        """Its length."""
        return f"a text of 1 to {self.longest} characters on one line"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> str | None:
        """The text without the blanks around it."""
        if isinstance(raw, str) and 0 < len(text := raw.strip()) <= self.longest and safe_text(text) == text:
            return text
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A word of a closed set."""

    kind: type[StrEnum]

    @property
    def expected(self) -> str:
        """All the words."""
        return f"one of {', '.join(self.kind)}"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> StrEnum | None:
        """The word."""
        if isinstance(raw, str) and raw in list(self.kind):
            return self.kind(raw)
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class Version:
    """The form of the file."""

    known: int

    @property
    def expected(self) -> str:
        """The only one there is."""
        return f"{self.known}"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> int | None:
        """The number."""
        if isinstance(raw, int) and not isinstance(raw, bool):
            if raw == self.known:
                return raw
            if raw > self.known:
                tell(
                    at,
                    f"this file is made for a newer cpwatch ({dotted(at)} {given(raw)}; this one knows {self.known}): "
                    "install that one, or name another file with CPWATCH_CONFIG",
                )
                return None
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class Url:
    """An address, by default a gateway's."""

    expected: str = "a gateway's address such as https://localhost:5000"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> Address | None:
        """The address."""
        if not isinstance(raw, str):
            refuse(self, raw, at, tell)
            return None
        try:
            return parse_address(raw)
        except BadAddress as error:
            tell(at, f"{dotted(at)}: {safe_text(redacted(str(error)), 400)}")
            return None


@dataclass(frozen=True, slots=True)
class File:
    """A file's name."""

    expected: str = "the name of a file"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> Path | None:
        """The path, with `~` filled in."""
        if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
            refuse(self, raw, at, tell)
            return None
        try:
            return Path(raw).expanduser()
        except RuntimeError:
            tell(at, f"{dotted(at)} starts with ~, but whose home folder that is is not known here: write it out")
            return None


@dataclass(frozen=True, slots=True)
class Region:
    """Where IBKR serves the login."""

    expected: str = "a region: US (or NJ), EU (or ZG), HK; America/New_York, Europe/Zurich or Asia/Hong_Kong do as well"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> str | None:
        """The region."""
        if isinstance(raw, str) and zone_of(raw) is not None:
            return raw.strip()
        refuse(self, raw, at, tell)
        return None


@dataclass(frozen=True, slots=True)
class Accounts:
    """Several account ids."""

    expected: str = 'a list of account ids such as ["U1234567"]'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> frozenset[str] | None:
        """The ids."""
        if not isinstance(raw, list) or len(raw) > _MOST_ITEMS:
            refuse(self, raw, at, tell)
            return None
        good = set()
        for number, each in enumerate(raw):
            if isinstance(each, str) and _ACCOUNT.fullmatch(each):
                good.add(each)
            else:
                tell((*at, number), f"{dotted(at)} must be {self.expected}; {given(each)} is no account id")
        return frozenset(good)


@dataclass(frozen=True, slots=True)
class Keys:
    """The user's own keys: command -> the key or keys that stand for it."""

    expected: str = 'a key or a list of keys, such as "x" or ["x", "ctrl+x"]'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> dict[str, tuple[str, ...]] | None:
        """The keys as tuples; whether there are such commands and keys is not known here."""
        if not isinstance(raw, dict):
            tell(at, f"{dotted(at)} must be a table, [{dotted(at)}], not {given(raw)}")
            return None
        good: dict[str, tuple[str, ...]] = {}
        for command, keys in raw.items():
            several = [keys] if isinstance(keys, str) else keys
            if isinstance(several, list) and all(isinstance(each, str) and 0 < len(each) <= 30 for each in several):
                good[command] = tuple(several)
            else:
                refuse(self, keys, (*at, command), tell)
        return good
