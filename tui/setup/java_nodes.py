"""A Java regular expression as a tree, over the eleven characters of which an IPv4 address consists."""

from dataclasses import dataclass, field
from enum import StrEnum

DIGITS = frozenset("0123456789")
ALPHABET = DIGITS | {"."}
LONGEST = 15
"""Characters of the longest address: `255.255.255.255`."""


class Anchor(StrEnum):
    """What stands between two characters and takes none."""

    BEGIN = "begin"
    END = "end"
    WORD = "word"
    NO_WORD = "no_word"


class Mode(StrEnum):
    """How a repetition looks for its end. Only POSSESSIVE changes what the whole matches."""

    GREEDY = "greedy"
    LAZY = "lazy"
    POSSESSIVE = "possessive"


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of these. Empty: one that no address has."""

    of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Between:
    """An anchor."""

    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these, the first that fits before the others."""

    ways: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """From `least` to `most` times; None is without end."""

    node: "Node"
    least: int
    most: int | None
    mode: Mode = Mode.GREEDY


@dataclass(frozen=True, slots=True)
class Group:
    """A group that remembers what it matched."""

    number: int
    node: "Node"


@dataclass(frozen=True, slots=True)
class Atomic:
    """`(?>…)`: the first way that fits is the only one."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Look:
    """`(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`."""

    node: "Node"
    behind: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Back:
    """What a group matched, once more."""

    number: int


Node = Chars | Between | Sequence | Choice | Repeat | Group | Atomic | Look | Back


@dataclass(slots=True)
class Tree:
    """A whole expression. regular: whether it needs nothing that goes beyond a finite automaton."""

    root: Node = field(default_factory=Sequence)
    regular: bool = True


def holds(anchor: Anchor, before: str, after: str) -> bool:
    """Whether an anchor holds between two characters; each empty at the address's begin or end."""
    match anchor:
        case Anchor.BEGIN:
            return not before
        case Anchor.END:
            return not after
    differs = (before in DIGITS) is not (after in DIGITS)
    return differs is (anchor is Anchor.WORD)
