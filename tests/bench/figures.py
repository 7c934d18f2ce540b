"""What was measured as figures, each with the most that it may be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.bench.cases import BASE, START_RATIO, Case, Part
from tests.bench.measure import Keys, Measured, Use
from tests.bench.references import BARE, CLIENT, Reference
from tests.bench.starting import Start, Starts, typical

_MIB = 1024 * 1024
CLOCK_A_SECOND = 1.05
"""Steps of the clock a second: one, and what the edges of the measured time add."""
_STARTS: tuple[tuple[str, Callable[[Start], float], float | None], ...] = (
    ("first paint", lambda start: start.paint, START_RATIO),
    ("whole screen", lambda start: start.whole, START_RATIO),
    ("CPU to the whole screen", lambda start: start.computed, None),
)
_PARTS = {Part.KEYS: "at rest", Part.REFRESH: "during refresh", Part.HUNG: "gateway hung"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. value: infinite for what never came. goal: the most that it may be; None: only shown."""

    case: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else self.value <= self.goal


def case_name(case: Case) -> str:
    """What a case is, in words."""
    pace = f", every {case.pace:g} s" if case.pace else ""
    return f"{case.positions:,} positions, {case.size[0]}x{case.size[1]}, {case.colours}{pace}"


def figures(measured: Sequence[Measured], starts: Starts | None, references: Sequence[Reference]) -> Iterator[Figure]:
    """All figures, case by case, with the ratios to what was measured in the same run."""
    if starts is not None:
        for what, of, goal in _STARTS:
            yield Figure("start", what, typical(starts.monitor, of), "ms", note=f"of {len(starts.monitor)}")
            yield Figure("start", f"{what}, bare app", typical(starts.bare, of), "ms")
            yield Figure("start", f"{what}, ratio", starts.ratio(of), "x", goal)
    base = next((each.use.get(Part.MOVING) for each in measured if each.case.name == BASE), None)
    memories = {each.name: each.memory.resident for each in references}
    for each in measured:
        yield from _case(each, base, memories)


def _case(found: Measured, base: Use | None, memories: dict[str, int]) -> Iterator[Figure]:
    name, goals = case_name(found.case), found.case.goals
    if found.first_data is not None:
        yield Figure(name, "first data", found.first_data, "ms")
    if found.memory is not None:
        yield Figure(name, "resident memory", found.memory.resident / _MIB, "MiB")
        if found.memory.proportional is not None:
            yield Figure(name, "of it by share (PSS)", found.memory.proportional / _MIB, "MiB")
        for reference, goal in ((CLIENT, goals.memory_ratio), (BARE, None)):
            if found.case.name == BASE and reference in memories:
                ratio = found.memory.resident / memories[reference]
                yield Figure(name, f"memory, ratio to {reference}", ratio, "x", goal)
    if (use := found.use.get(Part.REST)) is not None:
        yield from _rest(name, use, found.case)
    if (use := found.use.get(Part.MOVING)) is not None:
        yield Figure(name, "CPU, a fifth moving", use.cpu, "%", goals.cpu_moving)
        yield Figure(name, "bytes a second, a fifth moving", use.written, "B/s", goals.bytes_moving)
        yield Figure(name, "the same, compressed", use.compressed, "B/s")
        if base is not None and base is not use and base.written:
            yield Figure(name, "bytes, ratio to 50 positions", use.written / base.written, "x", goals.bytes_ratio)
    for part, words in _PARTS.items():
        if (keys := found.keys.get(part)) is not None:
            yield from _keys(name, words, keys, goals.key_hung if part is Part.HUNG else goals.key)
    for action, took in found.actions.items():
        yield Figure(name, f"{action} to the screen", took, "ms", goals.action)


def _rest(name: str, use: Use, case: Case) -> Iterator[Figure]:
    idle = case.goals.idle
    yield Figure(name, "CPU at rest", use.cpu, "%", case.goals.cpu_rest)
    yield Figure(name, "bytes a second at rest", use.written, "B/s", note=f"compressed {use.compressed:.0f}")
    seen = use.repaints
    yield Figure(name, "of it where no cell changed", seen.nothing / use.seconds, "B/s", 0.0 if idle else None)
    yield Figure(name, "of it for the clock alone", seen.clock / use.seconds, "B/s")
    rate = seen.ticks / use.seconds
    yield Figure(name, "steps of the clock a second", rate, "/s", CLOCK_A_SECOND if idle else None)
    yield Figure(name, "repaints a second at rest", seen.count / use.seconds, "/s")


def _keys(name: str, words: str, keys: Keys, goal: float | None) -> Iterator[Figure]:
    lost = f", {keys.lost} without an answer" if keys.lost else ""
    if keys.took or keys.lost:
        yield Figure(name, f"key to cell, p50, {words}", keys.typical, "ms", note=f"{len(keys.took)} keys{lost}")
        yield Figure(name, f"key to cell, p95, {words}", keys.worst, "ms", goal)
