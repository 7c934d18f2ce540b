"""How many of all addresses a list admits, and whether strangers' are among them, without trying each."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.setup.automaton import DEAD, Automaton
from tui.setup.java_errors import Unfollowed
from tui.setup.matcher import Act, Rule
from tui.setup.pattern import ALL, EVERY, Begin, Box, Pattern

_MOST_BEGINS = 10_000
_MOST_AUTOMATA = 50
_MOST_STEPS = 20_000


def _only(number: int) -> range:
    return range(number, number + 1)


NOT_PUBLIC: tuple[Box, ...] = (
    (_only(0), ALL, ALL, ALL),
    (_only(10), ALL, ALL, ALL),
    # Shared by providers and by Tailscale; nobody on the internet has one of them.
    (_only(100), range(64, 128), ALL, ALL),
    (_only(127), ALL, ALL, ALL),
    (_only(169), _only(254), ALL, ALL),
    (_only(172), range(16, 32), ALL, ALL),
    (_only(192), _only(168), ALL, ALL),
    # Multicast and what is reserved: nobody sends from there.
    (range(224, 256), ALL, ALL, ALL),
)
"""The addresses from which no stranger on the internet can come."""


@dataclass(frozen=True, slots=True)
class Reach:
    """addresses: how many of the 2**32; None where they can't be counted. public: whether strangers' are among them.

    private: how many are not public.
    """

    addresses: int | None
    public: bool
    private: int | None = None


NOBODY = Reach(0, False, 0)


def reach_of(pattern: Begin | Pattern) -> Reach:
    """Whom a pattern matches. Where that can't be counted, strangers may be among them, and are taken to be."""
    whole = pattern.count()
    inside = [pattern.count(box) for box in NOT_PUBLIC]
    if whole is None or None in inside:
        return Reach(None, True)
    private = sum(number or 0 for number in inside)
    return Reach(whole, whole > private, private)


@dataclass(frozen=True, slots=True)
class Total:
    """Of all addresses: how many the deny list matches, and how many of the others the allow list does."""

    denied: int
    allowed: int

    @property
    def everyone(self) -> bool:
        """Whether all get in but those whom the deny list names, and these are the fewer."""
        return self.allowed + self.denied == EVERY and self.allowed > EVERY // 2


def total_of(allow: Sequence[Rule], deny: Sequence[Rule]) -> Total | None:
    """What both lists together admit after a start; None where that can't be counted.

    A rule that ends in 500 ends the lists for all that come to it, and these are neither allowed nor denied.
    """
    together = _Together()
    compiled = False
    for rule, denies in [*((rule, True) for rule in deny), *((rule, False) for rule in allow)]:
        match rule.act:
            case Act.BAD | Act.CHOKE:
                break
            case Act.AGAIN if not compiled:
                break
        # All others are the pattern before them once more, which is no news.
        if rule.pattern is not None:
            compiled = True
            if not together.add(rule.pattern, denies=denies):
                return None
    try:
        return together.count()
    except Unfollowed:
        return None


@dataclass(frozen=True, slots=True)
class _State:
    """What has become of all patterns after some parts of an address.

    live: the automata that can still match, each with its state. open: the beginnings that have gone on so far.
    denied, allowed: whether one that is through has matched.
    """

    live: frozenset[tuple[int, int]]
    open: frozenset[int]
    denied: bool = False
    allowed: bool = False


class _Together:
    """All patterns side by side."""

    def __init__(self) -> None:
        self._begins: list[tuple[tuple[int, ...], bool]] = []
        self._automata: list[tuple[Automaton, bool]] = []
        self._steps: dict[tuple[frozenset[tuple[int, int]], str], frozenset[tuple[int, int]]] = {}

    def add(self, pattern: Begin | Pattern, *, denies: bool) -> bool:
        """Whether it could be added."""
        match pattern:
            case Begin():
                if pattern.numbers is not None:
                    self._begins.append((pattern.numbers, denies))
                return len(self._begins) <= _MOST_BEGINS
            case Pattern(automaton=Automaton() as automaton):
                self._automata.append((automaton, denies))
                return len(self._automata) <= _MOST_AUTOMATA
        return False

    def count(self) -> Total:
        """Over all addresses. Raises Unfollowed: there are too many states."""
        live = frozenset((i, each.start) for i, (each, _) in enumerate(self._automata))
        states = {_State(live, frozenset(range(len(self._begins)))): 1}
        for place in range(4):
            after: dict[_State, int] = {}
            for state, number in states.items():
                for then, ways in self._over(state, place).items():
                    after[then] = after.get(then, 0) + number * ways
            states = after
        denied = allowed = 0
        for state, number in states.items():
            ended = [self._automata[i][1] for i, at in state.live if self._automata[i][0].ends(at)]
            if state.denied or True in ended:
                denied += number
            elif state.allowed or ended:
                allowed += number
        return Total(denied, allowed)

    def _over(self, state: _State, place: int) -> dict[_State, int]:
        """The states after the next part of the address, each with the number of parts that lead to it."""
        live = self._step(state.live, ".") if place else state.live
        going: dict[int, list[int]] = {}
        for i in state.open:
            going.setdefault(self._begins[i][0][place], []).append(i)
        if not live and not going:
            return {_State(live, frozenset(), state.denied, state.allowed): len(ALL)}
        found: dict[_State, int] = {}
        for part in ALL:
            after = live
            for sign in str(part):
                after = self._step(after, sign)
            met = going.get(part, [])
            through = [self._begins[i][1] for i in met if len(self._begins[i][0]) == place + 1]
            goes_on = frozenset(i for i in met if len(self._begins[i][0]) > place + 1)
            then = _State(after, goes_on, state.denied or True in through, state.allowed or False in through)
            found[then] = found.get(then, 0) + 1
        return found

    def _step(self, live: frozenset[tuple[int, int]], sign: str) -> frozenset[tuple[int, int]]:
        found = self._steps.get((live, sign))
        if found is None:
            if len(self._steps) >= _MOST_STEPS:
                raise Unfollowed("more states than can be counted")
            moved = ((i, self._automata[i][0].step(at, sign)) for i, at in live)
            found = self._steps[live, sign] = frozenset((i, at) for i, at in moved if at != DEAD)
        return found
