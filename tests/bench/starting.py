"""How long the monitor takes to show itself, and the bare app beside it: by turns, in one run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.bench.arithmetic import Chunk, median
from tests.bench.cases import Case, Span
from tests.bench.replay import Replay, first, painted
from tests.bench.running import bare, cpu_seconds, home, monitor
from tests.bench.terminal import BenchFailed, Terminal
from tui.simulator.child import SimulatorChild

_LAST = "Quit"
"""Stands in the footer, the last line of both."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start. Milliseconds from it to the first cell that shows something, and to the whole screen with its footer.

    computed: milliseconds of CPU to the whole screen, which tell more where the machine has much else to do.
    """

    paint: float
    whole: float
    computed: float


@dataclass(frozen=True, slots=True)
class Starts:
    """All starts of the monitor and of the bare app."""

    monitor: list[Start] = field(default_factory=list)
    bare: list[Start] = field(default_factory=list)

    def ratio(self, of: Callable[[Start], float]) -> float:
        """The median of the monitor's over that of the bare app's."""
        return typical(self.monitor, of) / typical(self.bare, of)


def typical(starts: Iterable[Start], of: Callable[[Start], float]) -> float:
    """The median of that part of each start."""
    return median(map(of, starts))


def starts(case: Case, span: Span) -> Starts:
    """Start both in turn, once before it counts: so that what Python compiles and the system reads is there."""
    found = Starts()
    with SimulatorChild(positions=case.positions) as gateway, home() as folder:
        for counts in range(span.starts + 1):
            with monitor(case, gateway.url) as terminal:
                ours = start(terminal)
            with bare(folder) as terminal:
                theirs = start(terminal)
            if counts:
                found.monitor.append(ours)
                found.bare.append(theirs)
    return found


def start(terminal: Terminal) -> Start:
    """Record a program that has just been started until its footer stands. Raises BenchFailed where it never does."""
    seen = bytearray()

    def footer(chunk: Chunk) -> bool:
        seen.extend(chunk.data)
        return _LAST.encode() in seen

    if not terminal.record_until(footer):
        raise BenchFailed(f"no {_LAST!r} came; the screen shows:\n{terminal.shown().text}")
    computed = cpu_seconds(terminal)
    screen = terminal.replay.screen
    events = terminal.unseen()
    paint = first(Replay(screen.columns, screen.lines), events, painted)
    whole = first(terminal.replay, events, lambda replay: _LAST in replay.text)
    if paint is None or whole is None:
        raise BenchFailed(f"no {_LAST!r} stands on the screen:\n{terminal.replay.text}")
    return Start(1000 * (paint - terminal.began), 1000 * (whole - terminal.began), 1000 * computed)
