"""One case measured: the monitor is started, left alone, given keys, and looked at from outside all the while."""

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from tests.bench.arithmetic import Chunk, compressed_sizes, median, percentile
from tests.bench.cases import MOVING, Case, Part, Span
from tests.bench.replay import Cursor, Repaints, first, moved, repaints, settled
from tests.bench.running import Memory, Refreshes, cpu_seconds, memory, monitor
from tests.bench.terminal import PATIENCE, BenchFailed, Terminal, ticks
from tui.simulator.child import SimulatorChild

DOWN, UP = b"\x1b[B", b"\x1b[A"
_POSITIONS_PANE, _FIRST_ROW = b"4", b"g"
_REVERSED = b"O"
_ESCAPE = b"\x1b"
_HUNG = "backend-hung"
_HUNG_SHOWN = "HUNG"
_ALONE = (0.06, 0.26)
"""Seconds between an answered key and the next one, drawn anew each time: no phase is hit more often than others."""
_ANSWERED_WITHIN = 2.0
_BURST = 0.01
"""Seconds in which the rest of a repaint comes."""
_REFRESHING = (-0.02, 0.4)
"""Seconds after a question for the positions in which its answer is taken, folded in and drawn."""
_AROUND = (-0.2, 0.7)
"""Seconds around the moment at which the next question is expected, which other questions may put off a little."""
_KEYS_A_REFRESH = 8
_MOST_REFRESHES = 16
_MOST_SPANS, _A_CLOCK = 4, 400
"""How often an action is waited for while no more came than these bytes, which the clock alone may have written."""
_BETWEEN, _DONE = 0.1, 0.4
"""Seconds between keys that lead to an action, and after the last of them."""


@dataclass(slots=True)
class Use:
    """A span of time. cpu: percent of one core. written, compressed: bytes a second."""

    cpu: float
    written: float
    compressed: float
    repaints: Repaints
    seconds: float


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that moves the cursor. at: when. took: seconds until another row was the cursor's; None: it never was."""

    at: float
    took: float | None


@dataclass(slots=True)
class Keys:
    """Milliseconds from keys to the cells that had to change. lost: keys that were not answered: they took for ever."""

    took: list[float]
    lost: int

    @classmethod
    def of(cls, pressed: Iterable[Pressed]) -> "Keys":
        """What these keys took."""
        took = [each.took for each in pressed]
        return cls([1000 * each for each in took if each is not None], took.count(None))

    @property
    def typical(self) -> float:
        """The median."""
        return median(self._all)

    @property
    def worst(self) -> float:
        """What 95 of 100 keys take at the most."""
        return percentile(self._all, 0.95)

    @property
    def _all(self) -> list[float]:
        return self.took + [math.inf] * self.lost


@dataclass(slots=True)
class Measured:
    """What a case came to; milliseconds for what a user waits for. What was not measured is None or absent."""

    case: Case
    first_data: float | None = None
    memory: Memory | None = None
    use: dict[Part, Use] = field(default_factory=dict)
    keys: dict[Part, Keys] = field(default_factory=dict)
    actions: dict[str, float] = field(default_factory=dict)
    failures: dict[Part, str] = field(default_factory=dict)


def measure(case: Case, span: Span, tell: Callable[[str], None]) -> Measured:
    """Run the case. tell: hears what is being done. Raises BenchFailed where the monitor never shows its data.

    A part that can't be measured leaves the others as they are.
    """
    found = Measured(case)
    with SimulatorChild(positions=case.positions) as gateway:
        gateway.set_moving(0)
        with monitor(case, gateway.url) as terminal:
            found.first_data = _first_data(terminal)
            terminal.press(_POSITIONS_PANE)
            terminal.record(span.settle)
            session = _Session(case, span, gateway, terminal, found)
            for part in Part:
                if part in case.parts:
                    tell(f"{case.name}: {part}")
                    try:
                        session.run(part)
                    except BenchFailed as error:
                        found.failures[part] = str(error)
            found.memory = found.memory or memory(terminal)
    return found


def _first_data(terminal: Terminal) -> float:
    """Milliseconds from the start to the verdict and a position on the screen."""
    seen = bytearray()

    def both(chunk: Chunk) -> bool:
        seen.extend(chunk.data)
        return b"READY" in seen and b"AAPL" in seen

    if not terminal.record_until(both):
        raise BenchFailed(f"neither a verdict nor positions came; the screen shows:\n{terminal.shown().text}")
    at = first(terminal.replay, terminal.unseen(), lambda replay: "READY" in replay.text and "AAPL" in replay.text)
    if at is None:
        raise BenchFailed(f"no verdict and positions stand on the screen:\n{terminal.replay.text}")
    return (at - terminal.began) * 1000


class _Session:
    """The parts of one run, which find the program as the part before left it."""

    def __init__(self, case: Case, span: Span, gateway: SimulatorChild, terminal: Terminal, found: Measured) -> None:
        self._case, self._span, self._found = case, span, found
        self._gateway, self._terminal = gateway, terminal
        self._dice = random.Random(9)
        self._direction = DOWN

    def run(self, part: Part) -> None:
        """Do one part, and write down what it came to."""
        self._gateway.set_moving(MOVING if part in {Part.MOVING, Part.REFRESH} else 0)
        match part:
            case Part.REST:
                self._found.use[part] = self._use(self._span.rest)
                self._found.memory = memory(self._terminal)
            case Part.MOVING:
                # As many whole refreshes as come nearest: the last one counts as much as the first.
                apart = self._one_refresh()
                self._found.use[part] = self._use(max(1, round(self._span.moving / apart)) * apart)
            case Part.KEYS:
                self._found.keys[part] = Keys.of(self._walked(self._alone))
            case Part.REFRESH:
                self._found.keys[part] = Keys.of(self._walked(self._while_refreshing))
            case Part.ACTIONS:
                self._acted(self._found.actions)
            case Part.HUNG:
                self._gateway.set_scenario(_HUNG)
                self._terminal.until(_HUNG_SHOWN)
                self._terminal.record(1.0)  # the rest of that repaint
                self._found.keys[part] = Keys.of(self._walked(self._alone))

    def _one_refresh(self) -> float:
        """Record to the end of the next refresh; seconds between two of them now."""
        refreshes = Refreshes(self._gateway)
        before = len(refreshes.seen())
        latest = ticks() + PATIENCE
        while len(seen := refreshes.seen()) == before:
            if ticks() > latest:
                raise BenchFailed(f"the monitor did not ask for the positions within {PATIENCE:g} s")
            self._terminal.record(0.3)
        self._terminal.record(0.5)
        return seen[-1] - seen[-2] if len(seen) > 1 else self._case.pace or 3.0

    def _use(self, seconds: float) -> Use:
        terminal = self._terminal
        replay = terminal.shown()
        begun = len(terminal.tape)
        cpu, at = cpu_seconds(terminal), ticks()
        terminal.record(seconds)
        cpu, lasted = cpu_seconds(terminal) - cpu, ticks() - at
        events = terminal.unseen()
        written = sum(len(event.data) for event in events if isinstance(event, Chunk))
        sent = sum(compressed_sizes(terminal.tape)[begun:])
        return Use(100 * cpu / lasted, written / lasted, sent / lasted, repaints(replay, events), lasted)

    def _walked(self, press: Callable[[Cursor], list[Pressed]]) -> list[Pressed]:
        """What the keys came to, from the table's first row on."""
        self._typed(_FIRST_ROW)
        self._direction = DOWN
        try:
            return press(Cursor(self._terminal.shown()))
        except LookupError as error:
            raise BenchFailed(str(error)) from None

    def _alone(self, cursor: Cursor) -> list[Pressed]:
        """Keys at any time, down and down again, so that the table scrolls."""
        pressed = []
        for _ in range(self._span.keys):
            pressed.append(self._key(cursor))
            self._terminal.record(self._dice.uniform(*_ALONE))
        return pressed

    def _while_refreshing(self, cursor: Cursor) -> list[Pressed]:
        """Keys around each refresh, there and back again, until enough of them have met one: those."""
        refreshes = Refreshes(self._gateway)
        pressed: list[Pressed] = []
        met: list[Pressed] = []
        for _ in range(_MOST_REFRESHES):
            due = refreshes.following()
            for phase in sorted(self._dice.uniform(*_AROUND) for _ in range(_KEYS_A_REFRESH)):
                self._terminal.record(max(0.0, due + phase - ticks()))
                pressed.append(self._key(cursor))
            self._terminal.record(_DONE)
            fits = self._refreshing()
            met = [each for each in pressed if fits(each.at)]
            if len(met) >= self._span.keys:
                break
            self._direction = UP if self._direction == DOWN else DOWN
        return met

    def _key(self, cursor: Cursor) -> Pressed:
        """Move the cursor by a row, and see when it has moved.

        Drawn only between bursts of writes, and timed by when each was read.
        """
        terminal = self._terminal
        has_moved = moved(cursor, cursor.labels(terminal.shown()))
        at = terminal.press(self._direction)
        while (left := at + _ANSWERED_WITHIN - ticks()) > 0:
            if terminal.record_until(lambda _: True, left):
                terminal.record(_BURST)
            if (answer := first(terminal.replay, terminal.unseen(), has_moved)) is not None:
                return Pressed(at, answer - at)
        return Pressed(at, None)

    def _refreshing(self) -> Callable[[float], bool]:
        """Whether a moment lay within a refresh, by when the gateway was asked in truth."""
        seen = Refreshes(self._gateway).seen()
        return lambda at: any(_REFRESHING[0] <= at - asked <= _REFRESHING[1] for asked in seen)

    def _acted(self, found: dict[str, float]) -> None:
        """Milliseconds until a sort, a filter and a new size of the terminal stand on the screen: each one's median."""
        terminal, times = self._terminal, range(self._span.actions)
        self._typed(b"o", *[DOWN] * 5, b"\r")
        found["sort"] = median(self._action(lambda: terminal.press(_REVERSED)) for _ in times)
        narrowed = []
        for _ in times:
            self._typed(b"/")
            narrowed.append(self._action(lambda: terminal.press(b"o")))
            self._typed(_ESCAPE)
        found["filter"] = median(narrowed)
        width, height = self._case.size
        sizes = [(width + 40, height + 12), (width, height)] * len(times)
        found["resize"] = median(self._action(partial(terminal.resize, *size)) for size in sizes)

    def _typed(self, *keys: bytes) -> None:
        for key in keys:
            self._terminal.press(key)
            self._terminal.record(_BETWEEN)
        self._terminal.record(_DONE)

    def _action(self, act: Callable[[], float]) -> float:
        self._terminal.shown()
        began = act()
        for _ in range(_MOST_SPANS):
            self._terminal.record(self._span.acted)
            if self._terminal.written_since(began) > _A_CLOCK:
                break
        took = settled(self._terminal.replay, self._terminal.unseen(), began)
        if took is None:
            raise BenchFailed(f"nothing changed; the screen shows:\n{self._terminal.replay.text}")
        return 1000 * took
