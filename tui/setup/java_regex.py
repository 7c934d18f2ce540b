"""Reads a regular expression as `java.util.regex.Pattern` does: what it refuses is refused, what differs is kept."""

import re

from tui.setup.java_class import Source, character_class, escaped
from tui.setup.java_errors import BadPattern, Unfollowed
from tui.setup.java_nodes import (
    ALPHABET,
    LONGEST,
    Anchor,
    Atomic,
    Back,
    Between,
    Chars,
    Choice,
    Group,
    Look,
    Mode,
    Node,
    Repeat,
    Sequence,
    Tree,
)

_DEEPEST = 40
_LARGEST_COUNT = 2**31 - 1
_ANCHORS = {
    "A": Anchor.BEGIN,
    "G": Anchor.BEGIN,
    "Z": Anchor.END,
    "z": Anchor.END,
    "b": Anchor.WORD,
    "B": Anchor.NO_WORD,
}
_FLAGS = frozenset("imsducxU")
_MODES = {"?": Mode.LAZY, "+": Mode.POSSESSIVE}


def read(text: str) -> Tree:
    """The expression's tree.

    Raises BadPattern where Java refuses it too, Unfollowed where only this reader does.
    """
    return _Reader(text).whole()


class _Reader:
    def __init__(self, text: str) -> None:
        self._source = Source(text)
        self._tree = Tree()
        self._groups = 0
        self._names: dict[str, int] = {}
        self._depth = 0

    def whole(self) -> Tree:
        self._tree.root = self._choice()
        if self._source.peek() == ")":
            raise BadPattern("a ) without its (")
        return self._tree

    def _choice(self) -> Node:
        ways = [self._sequence()]
        while self._source.take("|"):
            ways.append(self._sequence())
        return ways[0] if len(ways) == 1 else Choice(tuple(ways))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while (sign := self._source.peek()) not in ("", "|", ")"):
            if sign in "*+?":
                raise BadPattern(f"a {sign} with nothing before it that it could repeat")
            if (atom := self._atom()) is not None:
                parts.append(self._repeated(atom))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _atom(self) -> Node | None:
        """The next part; None where it was only flags, which nothing can repeat."""
        source = self._source
        match source.peek():
            case "(":
                return self._group()
            case "[":
                source.next()
                return Chars(character_class(source))
            case "^":
                source.next()
                return Between(Anchor.BEGIN)
            case "$":
                source.next()
                return Between(Anchor.END)
            case ".":
                source.next()
                return Chars(ALPHABET)
            case "\\":
                source.next()
                return self._escape()
            case "{":
                # Java repeats the nothing before it.
                return Sequence()
        return Chars(frozenset(source.next()) & ALPHABET)

    def _escape(self) -> Node | None:
        source = self._source
        sign = source.peek()
        if sign == "Q":
            return self._quoted()
        if sign == "E":
            raise BadPattern("\\E without \\Q")
        if sign in _ANCHORS and sign:
            source.next()
            if sign == "b" and source.peek() == "{":
                raise Unfollowed("\\b{…}")
            return Between(_ANCHORS[sign])
        if sign == "k":
            source.next()
            return self._named_back()
        if sign in "123456789" and sign:
            return self._back()
        if sign == "R":
            source.next()
            return Chars(frozenset())
        if sign == "X":
            source.next()
            return Chars(ALPHABET)
        return Chars(escaped(source))

    def _quoted(self) -> Node | None:
        source = self._source
        source.next()
        text = source.until("\\E")
        if not text:
            return None
        parts: list[Node] = [Chars(frozenset(each) & ALPHABET) for each in text]
        parts[-1] = self._repeated(parts[-1])
        return Sequence(tuple(parts))

    def _back(self) -> Node:
        source = self._source
        number = int(source.next())
        # More digits belong to it as long as there is such a group.
        while (sign := source.peek()) and sign in "0123456789" and number * 10 + int(sign) <= self._groups:
            number = number * 10 + int(source.next())
        return self._irregular(Back(number))

    def _named_back(self) -> Node:
        if not self._source.take("<"):
            raise BadPattern("\\k without <")
        name = self._name()
        if name not in self._names:
            raise BadPattern("a reference to a group that there is not")
        return self._irregular(Back(self._names[name]))

    def _name(self) -> str:
        name = self._source.until(">", must=True)
        if not re.fullmatch("[A-Za-z][A-Za-z0-9]*", name):
            raise BadPattern("a name that no group can have")
        return name

    def _group(self) -> Node | None:
        source = self._source
        source.next()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unfollowed("groups within each other too deep")
        try:
            if not source.take("?"):
                self._groups += 1
                number = self._groups
                return self._closed(Group(number, self._choice()))
            return self._special()
        finally:
            self._depth -= 1

    def _special(self) -> Node | None:
        source = self._source
        match source.peek():
            case ":":
                source.next()
                return self._closed(self._choice())
            case "=" | "!" as sign:
                source.next()
                return self._closed(self._irregular(Look(self._choice(), behind=False, negative=sign == "!")))
            case ">":
                source.next()
                return self._closed(self._irregular(Atomic(self._choice())))
            case "<":
                source.next()
                return self._behind_or_named()
        return self._flags()

    def _behind_or_named(self) -> Node:
        source = self._source
        if (sign := source.peek()) and sign in "=!":
            source.next()
            node = self._choice()
            if endless(node):
                # Java refuses most of them and takes some, by rules that its versions don't share.
                raise Unfollowed("a look back of any length")
            return self._closed(self._irregular(Look(node, behind=True, negative=sign == "!")))
        name = self._name()
        if name in self._names:
            raise BadPattern("two groups of one name")
        self._groups += 1
        number = self._names[name] = self._groups
        return self._closed(Group(number, self._choice()))

    def _flags(self) -> Node | None:
        """`(?i)` and `(?i:…)`: none of them matters to digits and dots, but x, which makes comments of signs."""
        source = self._source
        while (sign := source.peek()) and sign not in ":)":
            source.next()
            if sign == "x":
                raise Unfollowed("the flag x")
            if sign != "-" and sign not in _FLAGS:
                raise BadPattern("a flag that Java does not know")
        if source.take(")"):
            return None
        if not source.take(":"):
            raise BadPattern("a ( without its )")
        return self._closed(self._choice())

    def _closed(self, node: Node) -> Node:
        if not self._source.take(")"):
            raise BadPattern("a ( without its )")
        return node

    def _repeated(self, atom: Node) -> Node:
        source = self._source
        least: int
        most: int | None
        match source.peek():
            case "?":
                least, most = 0, 1
            case "*":
                least, most = 0, None
            case "+":
                least, most = 1, None
            case "{":
                least, most = self._counts()
            case _:
                return atom
        source.next()
        mode = _MODES.get(source.peek(), Mode.GREEDY)
        if mode is not Mode.GREEDY:
            source.next()
        # Nothing longer than an address is ever matched, so that higher counts mean the same.
        least = min(least, LONGEST + 1)
        most = None if most is None or most > LONGEST else most
        node = Repeat(atom, least, most, mode)
        return self._irregular(node) if mode is Mode.POSSESSIVE else node

    def _counts(self) -> tuple[int, int | None]:
        """The counts of `{2}`, `{2,}` or `{2,5}`; afterwards the } is next."""
        source = self._source
        source.next()
        first = source.digits()
        if not first:
            raise BadPattern("a { without a count")
        least = self._count(first)
        most: int | None = least
        if source.take(","):
            last = source.digits()
            # Java takes `{2,x` for a count without its end, `{2,}` for one that is open.
            most = self._count(last) if last else None
        if source.peek() != "}":
            raise BadPattern("a { without its }")
        if most is not None and most < least:
            raise BadPattern("a count that ends before it begins")
        return least, most

    def _count(self, digits: str) -> int:
        if len(digits) > 20 or (value := int(digits)) > _LARGEST_COUNT:
            raise BadPattern("a count that is too large")
        return value

    def _irregular(self, node: Node) -> Node:
        self._tree.regular = False
        return node


def endless(node: Node) -> bool:
    """Whether there is no longest text that it could match."""
    match node:
        case Repeat(inner, _, most):
            return most is None or endless(inner)
        case Sequence(parts) | Choice(parts):
            return any(endless(each) for each in parts)
        case Group(_, inner) | Atomic(inner):
            return endless(inner)
        case Back():
            return True
    return False
