"""Time: the only module that reads the machine's clocks or sleeps. Tests drive another Clock by hand."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


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


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> Moment:
        """The present moment, from the machine's wall clock and its monotonic clock."""
        return Moment(datetime.now(UTC), time.monotonic())

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running event loop."""
        await asyncio.sleep(max(0.0, seconds))
