"""The one retry loop: defects are shown and survived, sleeps end early when something is worth it."""

import asyncio
import random

from tests.support.clock import ManualClock, settle
from tests.support.rig import rig
from tui.engine.supervise import LONGEST, Backoff, sleep_or_wake, supervise


def test_waits_double_up_to_the_longest_and_are_never_in_step() -> None:
    backoff = Backoff(3.0, random_unit=random.Random(7).random)
    waits = [backoff.next() for _ in range(8)]
    for i, wait in enumerate(waits):
        full = min(3.0 * 2**i, LONGEST)
        assert full * 0.8 <= wait <= full
    assert len(set(waits)) == len(waits)
    backoff.reset()
    assert backoff.next() <= 3.0


async def test_a_sleep_ends_by_time_or_by_waking() -> None:
    clock, wake = ManualClock(), asyncio.Event()
    sleeping = asyncio.create_task(sleep_or_wake(clock, 10, wake))
    await clock.advance(9)
    assert not sleeping.done()
    await clock.advance(1)
    assert sleeping.done()
    sleeping = asyncio.create_task(sleep_or_wake(clock, 10, wake))
    await settle()
    wake.set()
    await settle()
    assert sleeping.done()
    assert not wake.is_set()


class Flaky:
    """A job that fails as often as it is told."""

    name = "flaky"

    def __init__(self, failures: int, delay: float = 1.0) -> None:
        self.failures = failures
        self.delay = delay
        self.rounds = 0

    async def round(self) -> float:
        """Fail, or not."""
        self.rounds += 1
        if self.rounds <= self.failures:
            raise ValueError("\x1b]0;title\x07 a defect")
        return self.delay


async def test_a_defect_is_shown_made_safe_and_survived() -> None:
    running = rig()
    job = Flaky(2)
    task = asyncio.create_task(supervise(job, running.core))
    await settle()
    assert "\x1b" not in running.state.faults["flaky"].error
    assert "ValueError" in running.state.faults["flaky"].error
    await running.clock.advance(60)
    assert running.state.faults == {}
    assert job.rounds > 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await running.core.client.aclose()


async def test_a_penalty_is_served_in_full() -> None:
    running = rig()
    job = Flaky(0, delay=900)
    task = asyncio.create_task(supervise(job, running.core))
    await settle()
    running.core.wake("flaky")
    await running.clock.advance(899)
    assert job.rounds == 1
    await running.clock.advance(1)
    assert job.rounds == 2
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await running.core.client.aclose()
