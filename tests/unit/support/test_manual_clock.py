"""The hand-driven clock keeps its promises."""

import asyncio
from datetime import timedelta

import pytest

from tests.support.clock import START, ManualClock


async def test_sleepers_wake_at_their_own_time_and_in_order() -> None:
    clock = ManualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float, times: int) -> None:
        for _ in range(times):
            await clock.sleep(seconds)
            woken.append((name, clock.now().ticks - 1000.0))

    tasks = [asyncio.create_task(sleeper("slow", 5, 1)), asyncio.create_task(sleeper("fast", 2, 3))]
    await clock.advance(4.5)
    assert woken == [("fast", 2.0), ("fast", 4.0)]
    assert clock.sleepers == 2
    await clock.advance(10)
    assert woken[2:] == [("slow", 5.0), ("fast", 6.0)]
    assert clock.now().ticks == 1014.5
    assert clock.now().wall == START + timedelta(seconds=14.5)
    await asyncio.gather(*tasks)


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = ManualClock()
    task = asyncio.create_task(clock.sleep(5))
    await clock.advance(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.sleepers == 0
    await clock.advance(10)


async def test_zero_and_less_return_at_once() -> None:
    clock = ManualClock()
    await clock.sleep(0)
    await clock.sleep(-3)
    assert clock.now().ticks == 1000.0


async def test_an_hour_of_one_second_sleeps() -> None:
    clock = ManualClock()
    ticks = 0

    async def every_second() -> None:
        nonlocal ticks
        while True:
            await clock.sleep(1)
            ticks += 1

    task = asyncio.create_task(every_second())
    await clock.advance(3600)
    task.cancel()
    assert ticks == 3600


async def test_the_wall_clock_jumps_alone_and_a_suspend_wakes_nobody() -> None:
    clock = ManualClock()
    before = clock.now()
    task = asyncio.create_task(clock.sleep(10))
    clock.jump_wall(-60)
    assert clock.now().wall == before.wall - timedelta(seconds=60)
    await clock.suspend(3600)
    assert not task.done()
    assert clock.now().ticks == before.ticks
    assert clock.now().seconds_since(before) == 3540
    await clock.advance(10)
    assert task.done()


async def test_time_never_goes_back() -> None:
    with pytest.raises(ValueError, match="never goes back"):
        await ManualClock().advance(-1)


async def test_a_busy_loop_is_named() -> None:
    async def spin() -> None:
        while True:  # noqa: ASYNC110 (spinning is what this is about)
            await asyncio.sleep(0)

    task = asyncio.create_task(spin())
    with pytest.raises(AssertionError, match="did not come to rest"):
        await ManualClock().advance(1)
    task.cancel()
