"""An engine behind a proxy with faults: what it says of each fault, counted in its own polls, and how it recovers."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.support.doubles import server_context
from tests.support.fault_proxy import HEALTHY, Fault, FaultProxy
from tui.clock import SystemClock
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState, Pace
from tui.domain.verdict import VerdictName, verdict
from tui.engine.thread import MonitorEngine

DEADLINE = 30.0
PACE = Pace(auth=1.0, tickle=60.0, accounts=60.0, summary=60.0, positions=60.0, pnl=60.0, others=60.0)
LIMITS = {"connect_timeout": 1.5, "read_timeout": 1.5}
LANES = 3
POLLS = 2
"""Questions for the auth status, asked after a change, within which the verdict is right."""


@dataclass(frozen=True)
class Case:
    """One fault. expected: what the contract's table says of it; `ready` where it must do no harm.

    http: whether the fault is of answers rather than of bytes. ca: the file by which the certificate is verified, None
    where it is not. first: what may be said after the first poll, which goes out on a connection that was there before.
    """

    name: str
    fault: Fault
    expected: str
    http: bool = False
    ca: Path | None = None
    first: str = ""


@dataclass(frozen=True)
class Poll:
    """One question that decides, when it was asked, and the verdict once it had ended."""

    asked: float
    kind: str
    verdict: VerdictName


@dataclass
class Trial:
    """Use it as a context manager: the engine runs within it. target: the gateway's port, in the clear for http."""

    target: int
    http: bool = False
    ca: Path | None = None
    pace: Pace = PACE
    limits: dict[str, float] = field(default_factory=lambda: dict(LIMITS))
    fault: Fault = HEALTHY
    polls: list[Poll] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        tls = server_context() if self.http else None
        self.proxy = self._stack.enter_context(FaultProxy(self.target, self.http, tls, self.fault))
        self.clock = SystemClock()
        address = parse_address(self.proxy.url)
        pace = Pace(**{**_fields(self.pace), **self.limits})
        state = MonitorState(address.url, PathState(address), self.clock.now(), pace=pace)
        self.engine = MonitorEngine(state, self.clock, ca=self.ca, shared=False)
        self._changed = threading.Condition()
        self._last: dict[str, object] = {}
        self.engine.subscribe(self._note)
        self.engine.start()
        self._stack.callback(self.engine.stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def state(self) -> MonitorState:
        """The engine's latest state."""
        return self.engine.snapshot

    @property
    def tasks(self) -> int:
        """How many tasks the engine's loop has."""
        return len(asyncio.all_tasks(self.engine._loop))

    def _note(self) -> None:
        session = self.engine.snapshot.session
        with self._changed:
            for kind, exchange in (("auth", session.auth), ("tickle", session.tickle)):
                if exchange is not None and exchange is not self._last.get(kind):
                    self._last[kind] = exchange
                    name = verdict(self.engine.snapshot, self.clock.now()).name
                    self.polls.append(Poll(exchange.asked.ticks, kind, name))
            self._changed.notify_all()

    def until(self, so: Callable[[], bool], within: float = DEADLINE) -> bool:
        """Wait for a change after which it is so; False where none came in time."""
        with self._changed:
            return self._changed.wait_for(so, within)

    def since(self, ticks: float, kind: str = "auth") -> list[VerdictName]:
        """The verdicts after each poll that was asked from then on."""
        return [poll.verdict for poll in self.polls if poll.asked >= ticks and poll.kind == kind]

    def set(self, fault: Fault) -> float:
        """Switch the fault; ticks from when on it is so."""
        self.proxy.set(fault)
        return self.clock.now().ticks

    def heal(self) -> float:
        """Nothing is wrong any more; ticks from when on."""
        self.proxy.heal()
        return self.clock.now().ticks

    def live(self) -> str | None:
        """Wait for the first live session with positions; what is wrong where none came."""
        ready = self.until(lambda: bool(self.polls) and self.polls[-1].verdict == "ready")
        shown = ready and self.until(lambda: bool(self.state.positions.books))
        return None if shown else f"never live: {self.polls}, {self.state.journal[-3:]}"

    def becomes(self, expected: str, since: float, first: str = "", polls: int = POLLS) -> str | None:
        """Wait until it is so within so many polls; what came instead, where it is not. first: may come before it."""
        self.until(lambda: expected in self.since(since) or len(self.since(since)) >= polls)
        seen = self.since(since)[:polls]
        right = expected in seen and all(name in {expected, first} for name in seen)
        return None if right else f"expected {expected} in {polls} polls, not {seen}"

    def stays(self, expected: str, since: float, polls: int) -> str | None:
        """Wait for so many polls; what else came, where something did."""
        self.until(lambda: len(self.since(since)) >= polls)
        seen = [*self.since(since), *self.since(since, "tickle")]
        wrong = len(self.since(since)) < polls or any(name != expected for name in seen)
        return f"expected {expected} throughout, not {seen}" if wrong else None


def try_all(cases: Sequence[Case], port_of: Callable[[bool], int]) -> list[str]:
    """Try the cases side by side: live, then the fault, then live again without a key. What went wrong, in words.

    port_of: the gateway's port, given whether answers are tampered with.
    """
    with ExitStack() as stack:
        trials = [stack.enter_context(Trial(port_of(case.http), case.http, case.ca)) for case in cases]
        pairs = list(zip(cases, trials, strict=True))
        wrong = list(_told((case.name, trial.live()) for case, trial in pairs))
        since = [trial.set(case.fault) for case, trial in pairs]
        for (case, trial), at in zip(pairs, since, strict=True):
            ready = case.expected == "ready"
            found = trial.stays("ready", at, 3) if ready else trial.becomes(case.expected, at, case.first)
            wrong += _told([(case.name, found)])
        since = [trial.heal() for trial in trials]
        for (case, trial), at in zip(pairs, since, strict=True):
            wrong += _told([(f"{case.name}, healed", trial.becomes("ready", at, case.expected))])
            # One connection a lane: what a fault began has ended with it.
            clean = trial.until(lambda trial=trial: trial.proxy.open <= LANES, 5.0)  # type: ignore[misc]
            wrong += [] if clean else [f"{case.name}: {trial.proxy.open} connections are left"]
        return wrong


def _told(found: Iterable[tuple[str, str | None]]) -> list[str]:
    return [f"{name}: {what}" for name, what in found if what is not None]


def _fields(pace: Pace) -> dict[str, object]:
    return {name: getattr(pace, name) for name in Pace.__slots__}
