"""A regular expression tried out the way Java does, within a number of steps, for what no automaton can follow."""

from collections.abc import Iterator

from tui.setup.java_errors import Unfollowed
from tui.setup.java_nodes import (
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
    holds,
)

MOST_STEPS = 5_000


class Trial:
    """One text against one expression. Raises Unfollowed: it takes more than MOST_STEPS, in Java perhaps hours."""

    def __init__(self, root: Node, text: str) -> None:
        self._root = root
        self._text = text
        self._groups: dict[int, tuple[int, int]] = {}
        self._steps = 0

    def matches(self) -> bool:
        """Whether the whole text is matched."""
        try:
            return any(end == len(self._text) for end in self._ends(self._root, 0))
        except RecursionError:
            raise Unfollowed("repetitions within each other too deep") from None

    def _ends(self, node: Node, at: int) -> Iterator[int]:
        """Where the node can end that begins at `at`, in the order in which Java looks for it."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Unfollowed("more attempts than can be made")
        match node:
            case Chars(of):
                if at < len(self._text) and self._text[at] in of:
                    yield at + 1
            case Between(anchor):
                if holds(anchor, self._text[max(at - 1, 0) : at], self._text[at : at + 1]):
                    yield at
            case Sequence(parts):
                yield from self._in_turn(parts, at)
            case Choice(ways):
                for way in ways:
                    yield from self._ends(way, at)
            case Group(number, inner):
                yield from self._remembered(number, inner, at)
            case Repeat(inner, least, most, mode):
                ends = self._again(inner, least, most, at, lazy=mode is Mode.LAZY)
                yield from self._first(ends) if mode is Mode.POSSESSIVE else ends
            case Atomic(inner):
                yield from self._first(self._ends(inner, at))
            case Look():
                if self._seen(node, at) is not node.negative:
                    yield at
            case Back(number):
                yield from self._once_more(number, at)

    def _in_turn(self, parts: tuple[Node, ...], at: int) -> Iterator[int]:
        if not parts:
            yield at
            return
        for end in self._ends(parts[0], at):
            yield from self._in_turn(parts[1:], end)

    def _remembered(self, number: int, inner: Node, at: int) -> Iterator[int]:
        before = self._groups.get(number)
        for end in self._ends(inner, at):
            self._groups[number] = (at, end)
            yield end
            self._forget(number, before)

    def _forget(self, number: int, before: tuple[int, int] | None) -> None:
        if before is None:
            self._groups.pop(number, None)
        else:
            self._groups[number] = before

    def _again(self, inner: Node, least: int, most: int | None, at: int, *, lazy: bool) -> Iterator[int]:
        if least:
            for end in self._ends(inner, at):
                yield from self._again(inner, least - 1, None if most is None else most - 1, end, lazy=lazy)
            return
        if lazy:
            yield at
        if most != 0:
            for end in self._ends(inner, at):
                # An attempt that takes nothing would go on for ever.
                if end > at:
                    yield from self._again(inner, 0, None if most is None else most - 1, end, lazy=lazy)
        if not lazy:
            yield at

    def _first(self, ends: Iterator[int]) -> Iterator[int]:
        for end in ends:
            yield end
            return

    def _seen(self, look: Look, at: int) -> bool:
        if not look.behind:
            return next(self._ends(look.node, at), None) is not None
        return any(end == at for begin in range(at, -1, -1) for end in self._ends(look.node, begin))

    def _once_more(self, number: int, at: int) -> Iterator[int]:
        if (found := self._groups.get(number)) is None:
            return
        again = self._text[found[0] : found[1]]
        if self._text.startswith(again, at):
            yield at + len(again)
