"""The soak itself: the whole engine and the watch beside it through days of happenings, measured at each day's end."""

import heapq
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from tests.soak.beside import Beside, beside
from tests.soak.happenings import KINDS, Asleep, Dice, Script, calendar, person, plan
from tests.soak.measure import Held, grown, held, too_long
from tests.soak.tickles import Tickles
from tests.soak.told import Told
from tests.soak.world import Looks, Theirs, World
from tests.support.clock import START, ManualClock
from tests.support.limits import QUARTER, Sent, broken_limits
from tests.support.rig import rig
from tui.domain.events import Event
from tui.domain.state import MonitorState, Pace
from tui.domain.way import Told as ToldOfWay
from tui.engine.path_job import PathJob

STEP = 5.0
"""Seconds between two looks at whether the verdict is right."""
TWO_POLLS = 11.0
"""Seconds within which a change of the world shows: two polls and their answers."""
HANGS = 15.0
"""Seconds more where a question may still be waited for that nobody answers."""
BY_TICKLE = 75.0
"""Seconds within which it shows while a 429 holds all but the tickle."""
APART = 2.0
"""Seconds between two things that happen: within a second, a sleep and a clock that is set would look like one."""
LIMITS_EVERY = 7200.0
"""Seconds between two counts of it against the limits."""
_ALLOWED = tuple(
    re.compile(pattern)
    for pattern in (
        r"POST /v1/api/(iserver/auth/status|tickle)",
        r"GET /v1/api/(sso/validate|iserver/accounts|portfolio/(accounts|subaccounts2?)|ws)",
        r"GET /v1/api/portfolio/DU\d+/(meta|summary|ledger|positions/\d+)",
        r"GET /v1/api/portfolio2/DU\d+/positions",
        r"GET /v1/api/iserver/account/pnl/partitioned",
        r"GET /",
    )
)
"""The contract's *What it may ask a gateway*; the rest only on the user's word."""
INIT, INVALIDATE = (
    "POST /v1/api/iserver/auth/ssodh/init",
    re.compile(r"POST /v1/api/portfolio/DU\d+/positions/invalidate"),
)


@dataclass(frozen=True)
class Shape:
    """What a soak is of. slot: seconds from one happening to the next. longest: seconds that any may last.

    start: the wall clock at its beginning, UTC. folder: where the budget is shared, as with other processes; None keeps
    it within this one.
    """

    days: float = 7.0
    seed: int = 1
    positions: int = 50
    accounts: int = 1
    slot: float = 3600.0
    longest: float = 7200.0
    pace: Pace = field(default_factory=Pace)
    start: datetime = START
    folder: Path | None = None


@dataclass(frozen=True)
class Day:
    """One line of the table. due: tickles by the monotonic clock; able: those that could be answered when due."""

    number: int
    due: int
    able: int
    sent: int
    answered: int
    requests: int
    limited: int
    events: int
    entries: int
    verdicts: int
    held: Held
    seconds: float


class Soak:
    """days: the lines so far. broken: invariants that did not hold, each with when that was."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.dice = Dice(random.Random(shape.seed), shape.longest)
        clock = ManualClock(shape.start)
        theirs = Theirs(clock)
        self.rig = rig(
            clock=clock,
            theirs=theirs,
            positions=shape.positions,
            accounts=shape.accounts,
            pace=shape.pace,
            folder=shape.folder,
        )
        self.rig.gateway.set_moving(0.2)
        self.looks = Looks()
        self.world = World(self.rig, self.looks, theirs)
        self.told = Told()
        self.tickles = Tickles()
        self.days: list[Day] = []
        self.broken: list[str] = []
        self.requests = self.limited = self.events = self.due = self.able = 0
        self.happened: list[tuple[float, str]] = []
        self.watchers: list[Callable[[MonitorState], None]] = []
        self._scripts: list[tuple[float, int, Script]] = []
        self._order = count()
        self._right = ("unknown", self.rig.clock.now().ticks)
        self._was = "unknown"
        self._due_at = self.rig.clock.now().ticks
        self._free_at = 0.0
        self._inits = 0
        self._invalidated = 0
        self._sent: list[Sent] = []
        self._limits_at = self.rig.clock.now().ticks
        self._beside: Beside | None = None

    async def run(self, each: Callable[[Day], None] = lambda _: None) -> None:
        """All of it. each: called with every day's line."""
        for at, name in plan(self.dice, self.shape.days, self.shape.slot):
            self._begin(at, self._noting(name, KINDS[name](self.world, self.dice)))
        self._begin(0.0, person(self.world, self.dice))
        self._begin(0.0, calendar(self.world, self.dice))
        async with self._running():
            number = 0
            while self.world.elapsed < self.shape.days * 86400 - 1:
                number += 1
                began = time.process_time()
                before = self._counts()
                await self._until(min(number, self.shape.days) * 86400)
                await self._quiet()
                self._check_limits()
                now = self._counts()
                day = Day(
                    number, *(b - a for a, b in zip(before, now, strict=True)), held(), time.process_time() - began
                )
                self.days.append(day)
                each(day)
            self._check_told()
        self._check_end()

    def every(self, seconds: float, doing: Callable[[], Awaitable[None]]) -> None:
        """Have it done again and again, the world standing still meanwhile."""

        def script() -> Script:
            while True:
                yield doing
                yield seconds

        self._begin(seconds, script())

    def verdicts(self) -> list[str]:
        """What is broken, all of it; empty where nothing is."""
        return [*self.broken, *self.tickles.broken, *self.told.broken]

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        core = self.rig.core
        apply = core.apply

        def counted(event: Event) -> None:
            """Every change of the state has to be published, and at once."""
            self.events += 1
            before, published = core.state, self.told.published
            apply(event)
            if (core.state is not before) != (self.told.published > published):
                self._breaks(f"a change by {type(event).__name__} was not published")

        core.apply = counted  # type: ignore[method-assign]
        job = PathJob(core, ToldOfWay(), self.looks, Path())
        job._read = True  # nothing is remembered between two runs
        self.watchers.append(self.told.publish)
        core._publish = self._publish
        async with beside(self.rig) as self._beside:
            self.watchers.append(self._beside.publish)
            async with self.rig.running(job):
                yield

    def _publish(self, state: MonitorState) -> None:
        for watcher in self.watchers:
            watcher(state)

    def _counts(self) -> tuple[int, ...]:
        entries, changes = self.told.entries, self.told.changes
        tickles = self.tickles
        return (
            *(self.due, self.able, tickles.sent, tickles.answered, self.requests, self.limited, self.events),
            *(entries, changes),
        )

    def _noting(self, name: str, script: Script) -> Script:
        self.happened = [*self.happened[-99:], (self.world.elapsed, name)]
        yield from script

    def _begin(self, at: float, script: Script) -> None:
        heapq.heappush(self._scripts, (at, next(self._order), script))

    async def _until(self, end: float) -> None:
        """Let the world go on until so many seconds after its beginning."""
        world = self.world
        while world.elapsed < end:
            if self._scripts and max(self._scripts[0][0], self._free_at) <= world.elapsed:
                await self._go_on(heapq.heappop(self._scripts)[2])
                self._free_at = world.elapsed + APART
            following = max(self._scripts[0][0], self._free_at) if self._scripts else end
            seconds = max(min(STEP, following - world.elapsed, end - world.elapsed), 1e-3)
            await self.rig.clock.advance(seconds)
            world.elapsed += seconds
            self._check()
            self._look()

    async def _go_on(self, script: Script) -> None:
        before = self.rig.clock.now().wall
        step = next(script, None)
        if self.rig.clock.now().wall != before:
            # A clock that was set may make all that is known look old: it is found out anew within two polls.
            self._right = self._right[0], self.rig.clock.now().ticks
        self.world.look()
        after = 0.0
        match step:
            case None:
                return
            case Asleep(seconds):
                await self.world.sleep(seconds)
                # Whatever was known is old; what is so now is to be found out within two polls.
                self._right = self._right[0], self.rig.clock.now().ticks
            case float():
                after = step
            case doing:
                await doing()
        self._begin(self.world.elapsed + after, script)

    def _look(self) -> None:
        """Whether the verdict is what it ought to be, and what of the tickles was due meanwhile."""
        world, now = self.world, self.rig.clock.now()
        world.look()
        while now.ticks - self._due_at >= 60.0:
            self._due_at += 60.0
            self.due += 1
            self.able += world.answerable()
        expected = world.expected()
        if expected != self._right[0]:
            self._was, self._right = self._right[0], (expected, now.ticks)
        since = now.ticks - self._right[1]
        found = self.rig.verdict().name.value
        grace = TWO_POLLS + 2 * self.rig.transport.latency
        if "backend_hung" in {expected, self._was} or "rate_limited" in {expected, self._was}:
            grace += HANGS
        if self.tickles.penalties.hold(now.ticks):
            grace = max(grace, BY_TICKLE)
        settling = expected == "session_lapsed" and found == "initialising"
        if found != expected and since > grace and not settling:
            self._breaks(f"{found} for {since:.0f} s where it is {expected}")
            self._right = expected, now.ticks
        if self.rig.gateway.pacing.boxed(world.theirs.now()):
            self._breaks("IBKR's own limits were exceeded")

    async def _quiet(self) -> None:
        """Until nothing is under way and all is well, so that two days' ends can be compared."""
        quiet, slow = 0, self.rig.transport.latency
        # Where each answer takes its time, something is always under way.
        self.rig.transport.latency = 0.0
        # What happens just then may take two hours to pass.
        for _ in range(20_000):
            under_way = any(flight.ended is None for flight in self.rig.transport.flights)
            quiet = 0 if under_way or self.rig.verdict().name.value != "ready" else quiet + 1
            if quiet > 20:
                self.rig.transport.latency = slow
                return
            await self._until(self.world.elapsed + 0.5)
        self.rig.transport.latency = slow
        self._breaks("never quiet again")

    def _check(self) -> None:
        """What went out since the last time: allowed at all, within the limits, and each tickle in its time."""
        flights = self.rig.transport.flights
        fresh = [flight for flight in flights if flight.ended is not None]
        flights[:] = [flight for flight in flights if flight.ended is None]
        self.tickles.follow(fresh, self.world.outages, self.world.woken)
        sent = [Sent(self.world.there(flight.at), flight.endpoint, limited=flight.status == 429) for flight in fresh]
        self.requests += len(sent)
        self.limited += sum(each.limited for each in sent)
        for each in sent:
            self._allowed(each)
        self._sent += sent
        if self.rig.clock.now().ticks - self._limits_at > LIMITS_EVERY:
            self._check_limits()

    def _check_limits(self) -> None:
        self._sent.sort(key=lambda each: each.at)
        # A clock that is set forward can't be told from a sleep, in which a penalty passes.
        forward = self.world.forward_at
        self._sent = [replace(each, limited=each.limited and each.at > forward) for each in self._sent]
        for what in broken_limits(self._sent):
            self._breaks(what)
        self._limits_at = self.rig.clock.now().ticks
        newest = self.world.theirs.now().ticks
        self._sent = [each for each in self._sent if each.at > newest - QUARTER - 61.0]
        for what in too_long(self.rig.state):
            self._breaks(what)
        if self._beside is not None:
            self.broken += self._beside.look()

    def _allowed(self, sent: Sent) -> None:
        if sent.endpoint == INIT:
            self._inits += 1
        elif INVALIDATE.fullmatch(sent.endpoint):
            self._invalidated += 1
            if self._invalidated > self.world.refreshes * self.shape.accounts:
                self._breaks("positions were invalidated without the user's word")
        elif not any(pattern.fullmatch(sent.endpoint) for pattern in _ALLOWED):
            self._breaks(f"{sent.endpoint} was asked")

    def _check_told(self) -> None:
        """Each thing that happened is in the journal, as often as it happened."""
        told, world, tickles = self.told.counts, self.world, self.tickles
        expected = {
            "verdict": self.told.changes,
            "slept": world.sleeps + world.jumps_forward,
            "set back": world.jumps_back,
            "stopped": 0,
            "unanswered": tickles.began_to_fail,
            "answered again": tickles.came_back,
            "re-opening": self._inits,
            "re-opened": self._inits,
            **self.looks.told,
            "defect": 0,
        }
        for kind, number in expected.items():
            if told[kind] != number:
                self._breaks(f"told {told[kind]} times of {kind!r}, which was so {number} times")

    def _check_end(self) -> None:
        first = self.days[0].held
        for day in self.days:
            now = day.held
            if now.tasks != first.tasks:
                more, gone = dict(now.tasks - first.tasks), dict(first.tasks - now.tasks)
                self.broken.append(f"day {day.number}: tasks that were not there on day 1: {more}; missing: {gone}")
            if now.descriptors != first.descriptors or now.threads != first.threads:
                self.broken.append(f"day {day.number}: {now.descriptors} descriptors, {now.threads} threads")
        self.broken += grown([day.held for day in self.days])

    def _breaks(self, what: str) -> None:
        wall = self.rig.clock.now().wall
        lately = ", ".join(f"{name} {self.world.elapsed - at:.0f} s ago" for at, name in self.happened[-3:])
        self.broken.append(f"{wall:%a %d %H:%M:%S} (elapsed {self.world.elapsed:.0f}): {what} [{lately}]")
