"""A regular expression as a finite automaton: no text makes it hang, and it can be counted what it matches."""

from dataclasses import dataclass, field

from tui.setup.java_errors import Unfollowed
from tui.setup.java_nodes import Anchor, Between, Chars, Choice, Group, Node, Repeat, Sequence, holds

_MOST_PLACES = 20_000
_MOST_WORK = 200_000
"""Places that are gone through while states are made; the expressions that people write need a tenth."""
DEAD = 0
"""The state from which nothing is matched any more."""


@dataclass(slots=True)
class _Place:
    """A place in the expression: where it leads without a character, under which anchor, and with one of which."""

    on: list[tuple[Anchor | None, int]] = field(default_factory=list)
    of: frozenset[str] = frozenset()
    to: int = -1


class Automaton:
    """Its states are numbers and are made as they are needed; `start` is the first.

    Raises Unfollowed: the expression is too large.
    """

    def __init__(self, root: Node) -> None:
        self._places: list[_Place] = []
        self._end = self._place()
        begin = self._build(root, self._end)
        # A state: the places at which it waits, and the character before them, which anchors look back at.
        self._states: list[tuple[frozenset[int], str]] = [(frozenset(), "")]
        self._numbers: dict[tuple[frozenset[int], str], int] = {}
        self._steps: dict[tuple[int, str], int] = {}
        self._ends: dict[int, bool] = {}
        self._begin = begin
        self._work = 0
        self.start = self._state(frozenset({begin}), "")

    def step(self, state: int, sign: str) -> int:
        """The state after that character. Raises Unfollowed: there are too many."""
        if state == DEAD:
            return DEAD
        found = self._steps.get((state, sign))
        if found is None:
            if self._work > _MOST_WORK:
                raise Unfollowed("more states than can be counted")
            waiting, before = self._states[state]
            after = self._after(waiting, before, sign)
            found = self._state(after, sign) if after else DEAD
            self._steps[state, sign] = found
        return found

    def ends(self, state: int) -> bool:
        """Whether what led here is matched, where nothing follows it."""
        found = self._ends.get(state)
        if found is None:
            waiting, before = self._states[state]
            found = self._ends[state] = self._end in self._spread(waiting, before, "")
        return found

    def matches(self, text: str) -> bool:
        """Whether the whole text is matched. It makes no states, so that there are never too many."""
        waiting, before = frozenset({self._begin}), ""
        for sign in text:
            waiting = self._after(waiting, before, sign)
            before = sign
        return self._end in self._spread(waiting, before, "")

    def _after(self, waiting: frozenset[int], before: str, sign: str) -> frozenset[int]:
        places = (self._places[at] for at in self._spread(waiting, before, sign))
        return frozenset(place.to for place in places if sign in place.of)

    def _state(self, waiting: frozenset[int], before: str) -> int:
        key = (waiting, before)
        if key not in self._numbers:
            self._numbers[key] = len(self._states)
            self._states.append(key)
        return self._numbers[key]

    def _spread(self, waiting: frozenset[int], before: str, after: str) -> set[int]:
        """All places that are reached without a character, between these two."""
        seen = set(waiting)
        todo = list(waiting)
        while todo:
            for anchor, to in self._places[todo.pop()].on:
                if to not in seen and (anchor is None or holds(anchor, before, after)):
                    seen.add(to)
                    todo.append(to)
        self._work += len(seen)
        return seen

    def _place(self) -> int:
        if len(self._places) >= _MOST_PLACES:
            raise Unfollowed("more repetitions than can be followed")
        self._places.append(_Place())
        return len(self._places) - 1

    def _build(self, node: Node, then: int) -> int:
        """The place at which the node begins, where what follows it begins at `then`."""
        match node:
            case Chars(of):
                at = self._place()
                self._places[at].of, self._places[at].to = of, then
                return at
            case Between(anchor):
                at = self._place()
                self._places[at].on.append((anchor, then))
                return at
            case Sequence(parts):
                for part in reversed(parts):
                    then = self._build(part, then)
                return then
            case Choice(ways):
                at = self._place()
                self._places[at].on += [(None, self._build(way, then)) for way in ways]
                return at
            case Group(_, inner):
                return self._build(inner, then)
            case Repeat(inner, least, most):
                return self._repeat(inner, least, most, then)
        raise Unfollowed("what needs more than an automaton")

    def _repeat(self, inner: Node, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = self._place()
            self._places[loop].on += [(None, self._build(inner, loop)), (None, then)]
            then = loop
        else:
            out = then
            for _ in range(most - least):
                at = self._place()
                self._places[at].on += [(None, self._build(inner, then)), (None, out)]
                then = at
        for _ in range(least):
            then = self._build(inner, then)
        return then
