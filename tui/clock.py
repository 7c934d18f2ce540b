"""Time: the only module that reads the machine's clocks or sleeps. Tests drive another Clock by hand."""

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self, TypeVar


@dataclass(frozen=True, slots=True, order=False)
class Moment:
    """One point in time, read from both clocks at once.

    wall: aware, UTC; jumps when the machine's clock is set. ticks: seconds on the monotonic clock;
    stands still while the machine sleeps. Neither alone tells an age that can be trusted.
    """

    wall: datetime
    ticks: float

    def seconds_since(self, earlier: "Moment") -> float:
        """Seconds from `earlier` to this moment, by whichever clock says more, never below 0.

        After a suspend the monotonic clock lags, after a backward step the wall clock does: taking the larger
        means that an old value may be shown as too old for a moment, and never as fresh when it is not.
        """
        return max((self.wall - earlier.wall).total_seconds(), self.ticks - earlier.ticks, 0.0)

    def seconds_until(self, later: "Moment") -> float:
        """Seconds from this moment to `later`, by whichever clock says less, never below 0.

        The counterpart of `seconds_since`: what was due while the machine slept is due now.
        """
        return max(min((later.wall - self.wall).total_seconds(), later.ticks - self.ticks), 0.0)

    def plus(self, seconds: float) -> "Moment":
        """The moment `seconds` later on both clocks."""
        return Moment(self.wall + timedelta(seconds=seconds), self.ticks + seconds)


class Clock(Protocol):
    """What a program may ask of time."""

    def now(self) -> Moment:
        """The present moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds; at once for 0 or less."""
        ...


T = TypeVar("T")


async def within(clock: Clock, seconds: float, doing: Coroutine[Any, Any, T]) -> T:
    """What `doing` returns. Raises TimeoutError, and cancels it, where it has not ended after that many seconds."""
    task = asyncio.ensure_future(doing)
    limit = asyncio.ensure_future(_sleeping(clock, seconds))
    try:
        await asyncio.wait({task, limit}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise TimeoutError
        return task.result()
    finally:
        for each in (task, limit):
            each.cancel()
        await asyncio.gather(task, limit, return_exceptions=True)


async def _sleeping(clock: Clock, seconds: float) -> None:
    await clock.sleep(seconds)


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> Moment:
        """The present moment, from the machine's wall clock and its monotonic clock."""
        return Moment(datetime.now(UTC), time.monotonic())

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running event loop."""
        await asyncio.sleep(max(0.0, seconds))


def worked(clock: Clock) -> float | None:
    """Seconds of a processor that this thread has used so far; None on a clock that is driven by hand."""
    return time.thread_time() if isinstance(clock, SystemClock) else None


async def wait(clock: Clock, seconds: float, event: asyncio.Event) -> None:
    """Return after that many seconds, or as soon as the event is set."""
    with contextlib.suppress(TimeoutError):
        if isinstance(clock, SystemClock):
            # What waits for most of the time, many times over: without a task for each side, it wakes for less.
            async with asyncio.timeout(max(0.0, seconds)):
                await event.wait()
        else:
            await within(clock, seconds, event.wait())


LAG_CHECKED_EVERY = 0.025
"""Seconds between two looks at how late the loop is, at the least."""
LAG_CHECKED_WITHIN = 4
"""The pause until the next look is this part of the time so far: a late loop weighs less the longer it was waited for,
and each look wakes a processor that may have slept."""


class LagWatch:
    """How late the running event loop serves its timers while this is entered: what it takes then is no latency.

    worst: seconds, the longest so far. On a clock that is driven by hand nothing is late.
    """

    def __init__(self, clock: Clock) -> None:
        self.worst = 0.0
        self._watches = isinstance(clock, SystemClock)
        self._began = self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        if self._watches:
            self._began = asyncio.get_running_loop().time()
            self._again()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._note()

    def _again(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._due = now + max(LAG_CHECKED_EVERY, (now - self._began) / LAG_CHECKED_WITHIN)
        self._timer = loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._note()
        self._again()

    def _note(self) -> None:
        self.worst = max(self.worst, asyncio.get_running_loop().time() - self._due)
