"""A clock that tests move by hand: nothing sleeps for real, and an hour passes in milliseconds."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

from tui.clock import Moment

START = datetime(2026, 11, 20, 14, 3, 22, tzinfo=UTC)
_TOO_MANY_ROUNDS = 10_000


async def settle() -> None:
    """Let the running loop do all that it can do without time passing or anything arriving from outside.

    Raises AssertionError where the loop never comes to rest, which means that something spins.
    """
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0)
    for _ in range(_TOO_MANY_ROUNDS):
        # The queue of what may run now: empty while we run means that everybody else waits for something.
        if not loop._ready:  # type: ignore[attr-defined]
            return
        await asyncio.sleep(0)
    raise AssertionError(f"the event loop did not come to rest in {_TOO_MANY_ROUNDS} rounds: a busy loop?")


class ManualClock:
    """A Clock that stands still until a test moves it. For one event loop: the one its sleepers run on.

    wall: where the wall clock starts, UTC. ticks: where the monotonic clock starts, seconds.
    """

    def __init__(self, wall: datetime = START, ticks: float = 1000.0) -> None:
        self._origin = wall
        self._start = ticks
        self._ticks = ticks
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> Moment:
        """The present moment of both hand-driven clocks."""
        return Moment(self._origin + timedelta(seconds=self._ticks - self._start), self._ticks)

    @property
    def sleepers(self) -> int:
        """How many tasks sleep on this clock now."""
        return sum(not future.done() for _, _, future in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was advanced that far; after one turn of the loop for 0 or less."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._ticks + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Pass `seconds`: wake every sleeper at its own time, in order, and let the loop settle after each."""
        if seconds < 0:
            raise ValueError("the monotonic clock never goes back; jump_wall sets the wall clock back")
        await settle()
        end = self._ticks + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            if future.done():
                continue
            self._ticks = max(self._ticks, due)
            future.set_result(None)
            await settle()
        self._ticks = max(self._ticks, end)
        await settle()

    def jump_wall(self, seconds: float) -> None:
        """Set the wall clock forward (or back, if negative), as the user or NTP does; no sleeper notices."""
        self._origin += timedelta(seconds=seconds)

    async def suspend(self, seconds: float) -> None:
        """Sleep the machine: the wall clock goes on, the monotonic clock and all sleepers stand still."""
        self.jump_wall(seconds)
        await settle()
