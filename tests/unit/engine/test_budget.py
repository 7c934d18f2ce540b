"""The budget: three in any second, sixty in any minute, and the keep-alive never waits."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import ManualClock, settle
from tui.engine.budget import BURST, PER_MINUTE, Budget


async def granted(clock: ManualClock, budget: Budget, wanted: int) -> list[float]:
    """Ask for that many turns at once and drive the clock until all are there; the times at which they came."""
    times: list[float] = []

    async def ask() -> None:
        await budget.turn()
        times.append(clock.now().ticks)

    tasks = [asyncio.create_task(ask()) for _ in range(wanted)]
    await settle()
    while not all(task.done() for task in tasks):
        await clock.advance(0.5)
    return sorted(times)


async def test_no_more_than_a_burst_in_any_second() -> None:
    clock = ManualClock()
    times = await granted(clock, Budget(clock), 20)
    for i in range(len(times) - BURST):
        assert times[i + BURST] - times[i] >= 1.0 - 1e-5


async def test_no_more_than_one_a_second_on_average() -> None:
    clock = ManualClock()
    times = await granted(clock, Budget(clock), 130)
    for i in range(len(times) - PER_MINUTE):
        assert times[i + PER_MINUTE] - times[i] >= 60.0 - 1e-5


async def test_the_keep_alive_does_not_wait_and_is_counted() -> None:
    clock = ManualClock()
    budget = Budget(clock)
    for _ in range(BURST):
        budget.take()
    budget.take()
    turn = asyncio.create_task(budget.turn())
    await settle()
    assert not turn.done()
    await clock.advance(1.0)
    assert turn.done()


@given(pauses=st.lists(st.floats(0, 3), max_size=30))
@settings(max_examples=30, deadline=None)
def test_holds_for_any_rhythm_of_asking(pauses: list[float]) -> None:
    async def check() -> None:
        clock = ManualClock()
        budget = Budget(clock)
        times: list[float] = []
        for pause in pauses:
            await clock.advance(pause)
            times += await granted(clock, budget, 1)
        assert all(times[i + BURST] - times[i] >= 1.0 - 1e-5 for i in range(len(times) - BURST))

    asyncio.run(check())
