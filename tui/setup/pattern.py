"""A pattern of the allow list: which addresses it matches, and how many of all there are."""

from collections.abc import Sequence

from tui.setup.automaton import DEAD, Automaton
from tui.setup.backtrack import Trial
from tui.setup.java_errors import Unfollowed
from tui.setup.java_regex import read

LONGEST = 4_000
"""Signs of the longest expression that is followed."""
EVERY = 2**32
"""How many addresses there are."""
ALL = range(256)

Box = tuple[range, range, range, range]
"""Addresses by what each of their four parts may be."""

EVERYWHERE: Box = (ALL, ALL, ALL, ALL)


class Begin:
    """A pattern that is known by its beginning: `127.0.0.1`, or `10.0.*`. parts: what stands there, one to four."""

    unfollowed = ""

    def __init__(self, parts: Sequence[str]) -> None:
        self._text = ".".join(parts) + ("" if len(parts) == 4 else ".")
        self._whole = len(parts) == 4
        numbers = [int(each) for each in parts if len(each) <= 3]
        # No address has a part such as 007 or 300: then nothing is matched.
        fits = [str(each) for each in numbers if each in ALL] == list(parts)
        self.numbers = tuple(numbers) if fits else None
        """The parts as numbers; None where no address begins so."""

    def matches(self, address: str) -> bool:
        """Whether it matches the whole address."""
        return address == self._text if self._whole else address.startswith(self._text)

    def count(self, box: Box = EVERYWHERE) -> int:
        """How many of these addresses it matches."""
        if self.numbers is None or any(number not in parts for number, parts in zip(self.numbers, box, strict=False)):
            return 0
        total = 1
        for parts in box[len(self.numbers) :]:
            total *= len(parts)
        return total


class Pattern:
    """A regular expression, compiled. unfollowed: what is in it that cpwatch can't follow; then it matches nothing.

    Raises BadPattern where Java refuses it.
    """

    def __init__(self, text: str) -> None:
        self.unfollowed = ""
        self.automaton: Automaton | None = None
        """None where it needs more than one."""
        self._trial = False
        try:
            if len(text) > LONGEST:
                raise Unfollowed("more signs than can be followed")
            tree = read(text)
            self._root = tree.root
            self._trial = not tree.regular
            if tree.regular:
                self.automaton = Automaton(tree.root)
        except Unfollowed as error:
            self.unfollowed = str(error)
        except RecursionError:
            self.unfollowed = "groups within each other too deep"

    def matches(self, address: str) -> bool:
        """Whether it matches the whole address."""
        try:
            if self.automaton is not None:
                return self.automaton.matches(address)
            return self._trial and not self.unfollowed and Trial(self._root, address).matches()
        except Unfollowed as error:
            self.unfollowed = str(error)
            return False

    def count(self, box: Box = EVERYWHERE) -> int | None:
        """How many of these addresses it matches; None where that can't be counted."""
        if self.automaton is None:
            return None
        try:
            return _count(self.automaton, box)
        except Unfollowed:
            return None


def _count(automaton: Automaton, box: Box) -> int:
    states = {automaton.start: 1}
    for place, parts in enumerate(box):
        after: dict[int, int] = {}
        for state, number in states.items():
            begin = automaton.step(state, ".") if place else state
            for end, ways in _over(automaton, begin, parts).items():
                after[end] = after.get(end, 0) + number * ways
        states = after
    return sum(number for state, number in states.items() if automaton.ends(state))


def _over(automaton: Automaton, begin: int, parts: Sequence[int]) -> dict[int, int]:
    """The states after one part of an address, each with the number of parts that lead to it; never the dead one."""
    found: dict[int, int] = {}
    if begin == DEAD:
        return found
    for part in parts:
        state = begin
        for sign in str(part):
            state = automaton.step(state, sign)
        if state != DEAD:
            found[state] = found.get(state, 0) + 1
    return found
