"""The gateway's own matching of its allow list, entry by entry, with the pattern that stays from one to the next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tui.setup.java_errors import BadPattern
from tui.setup.pattern import Begin, Pattern

_PART = re.compile("[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]", re.ASCII)
_DIGITS = re.compile("[0-9]+", re.ASCII)
_DOT = r"\."
_MOST_COMPILED = 1024


class Decision(StrEnum):
    """What a client gets: in, `404 Access Denied`, or `500 Internal Server Error`."""

    ALLOWED = "allowed"
    DENIED = "denied"
    ERROR = "error"


class Act(StrEnum):
    """What the gateway does when it comes to an entry."""

    SET = "set"
    """It compiles a pattern, which is in force from now on."""
    KEEP = "keep"
    """It logs `invalidate ip address` and tries the pattern once more that is in force."""
    AGAIN = "again"
    """It compiles the text that it compiled last; where there is none, or a bad one, it answers 500."""
    BAD = "bad"
    """It can't compile the text, and answers 500."""
    CHOKE = "choke"
    """The entry is no text but a number, a date, nothing, …: it answers 500."""


@dataclass(frozen=True, slots=True)
class Other:
    """An entry that YAML reads as something else than a text. kind: as what, for a sentence. shown: as it stands."""

    kind: str
    shown: str


Entry = str | Other


@dataclass(frozen=True, slots=True)
class Rule:
    """What comes of an entry. why: of BAD, what is wrong with the expression."""

    act: Act
    pattern: Begin | Pattern | None = None
    why: str = ""
    wildcard: bool = False


def rule_of(entry: Entry) -> Rule:
    """What the gateway makes of an entry."""
    return Rule(Act.CHOKE) if isinstance(entry, Other) else _rule_of(entry)


@lru_cache(_MOST_COMPILED)
def _rule_of(entry: str) -> Rule:
    if entry == "*":
        return _compiled(entry)
    parts = _split(entry)
    match len(parts):
        case 0 | 1:
            return Rule(Act.KEEP)
        case 2 | 3 | 4 as count:
            if parts[-1] == "*" and all(_PART.fullmatch(each) for each in parts[:-1]):
                return Rule(Act.SET, Begin(parts[:-1]), wildcard=True)
            if count == 4 and all(_DIGITS.fullmatch(each) for each in parts):
                return Rule(Act.SET, Begin(parts))
            # All that has four parts is an expression, whatever they hold.
            return _compiled(_DOT.join(parts)) if count == 4 else Rule(Act.KEEP)
    return Rule(Act.AGAIN)


def _compiled(text: str) -> Rule:
    try:
        return Rule(Act.SET, Pattern(text))
    except BadPattern as error:
        return Rule(Act.BAD, why=str(error))


def _split(entry: str) -> list[str]:
    """As Java splits at dots: empty parts at the end are dropped, unless the text has no dot at all."""
    parts = entry.split(".")
    if len(parts) > 1:
        while parts and not parts[-1]:
            parts.pop()
    return parts


class _ChokedError(Exception):
    """The gateway's code failed; it answers 500."""


class Matcher:
    """The gateway's validator since its start: what it decides depends on the requests before.

    allow, deny: the lists; None where there is none, and then everyone is allowed.
    """

    def __init__(self, allow: Sequence[Entry] | None, deny: Sequence[Entry] | None) -> None:
        self._allow = None if allow is None else [rule_of(each) for each in allow]
        self._deny = None if deny is None else [rule_of(each) for each in deny]
        self._pattern: Begin | Pattern | None = None
        # What AGAIN compiles.
        self._last: Begin | Pattern | None = None

    def decide(self, address: str) -> Decision:
        """What the next request from that IPv4 address gets."""
        if self._allow is None or self._deny is None:
            return Decision.ALLOWED
        try:
            if self._matched(address, self._deny):
                return Decision.DENIED
            return Decision.ALLOWED if self._matched(address, self._allow) else Decision.DENIED
        except _ChokedError:
            return Decision.ERROR

    def denies(self, address: str) -> bool:
        """Whether the list `deny` alone refuses the next request from that address."""
        try:
            return self._deny is not None and self._matched(address, self._deny)
        except _ChokedError:
            return False

    def _matched(self, address: str, rules: list[Rule]) -> bool:
        for rule in rules:
            self._come_to(rule)
            if self._pattern is not None and self._pattern.matches(address):
                return True
        return False

    def _come_to(self, rule: Rule) -> None:
        match rule.act:
            case Act.SET:
                self._pattern = self._last = rule.pattern
            case Act.AGAIN:
                if self._last is None:
                    raise _ChokedError
                self._pattern = self._last
            case Act.BAD | Act.CHOKE:
                # A bad text is the last one from now on, but no AGAIN gets that far: those that come before any SET of
                # their own request have ended the first one already, and all after it.
                raise _ChokedError
