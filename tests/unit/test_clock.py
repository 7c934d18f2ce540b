"""Moments: two clocks that disagree, and the real ones."""

import asyncio
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest

from tests.support.clock import START, ManualClock, settle
from tui.clock import LAG_CHECKED_EVERY, Clock, LagWatch, Moment, SystemClock, wait, worked

EARLIER = Moment(START, 1000.0)


def later(wall: float, ticks: float) -> Moment:
    """EARLIER, that many seconds on by either clock."""
    return Moment(START + timedelta(seconds=wall), 1000.0 + ticks)


@pytest.mark.parametrize(
    ("wall", "ticks", "age"),
    [
        (5.0, 5.0, 5.0),
        (3600.0, 5.0, 3600.0),  # the machine slept, or the wall clock was set forward
        (-3600.0, 5.0, 5.0),  # the wall clock was set back
        (0.0, 0.0, 0.0),
        (-3600.0, -1.0, 0.0),  # asked the wrong way round: no age at all, never a negative one
    ],
)
def test_the_clock_that_says_more_tells_the_age(wall: float, ticks: float, age: float) -> None:
    assert later(wall, ticks).seconds_since(EARLIER) == pytest.approx(age)


@pytest.mark.parametrize(
    ("wall", "ticks", "left"),
    [
        (60.0, 60.0, 60.0),
        (-3540.0, 60.0, 0.0),  # it came due while the machine slept
        (3660.0, 60.0, 60.0),  # the wall clock was set back
        (-1.0, -1.0, 0.0),
    ],
)
def test_the_clock_that_says_less_tells_the_wait(wall: float, ticks: float, left: float) -> None:
    assert EARLIER.seconds_until(later(wall, ticks)) == pytest.approx(left)


def test_plus_moves_both_clocks() -> None:
    moment = EARLIER.plus(90.5)
    assert moment.wall == START + timedelta(seconds=90.5)
    assert moment.ticks == 1090.5
    assert moment.plus(-90.5) == EARLIER


async def test_a_suspend_ages_what_was_known_and_makes_due_what_was_to_come() -> None:
    clock = ManualClock()
    known, due = clock.now(), clock.now().plus(60.0)
    await clock.suspend(7200.0)
    assert clock.now().seconds_since(known) == 7200.0
    assert clock.now().seconds_until(due) == 0.0


async def test_a_wall_clock_that_jumps_back_makes_nothing_young() -> None:
    clock = ManualClock()
    known = clock.now()
    await clock.advance(30.0)
    clock.jump_wall(-86400.0)
    assert clock.now().seconds_since(known) == 30.0
    clock.jump_wall(2 * 86400.0)
    assert clock.now().seconds_since(known) == 86430.0


def test_the_systems_clock_is_in_utc_and_goes_on() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.wall.tzinfo is UTC
    assert second.ticks >= first.ticks


@pytest.mark.parametrize("seconds", [0.0, -5.0])
async def test_the_systems_clock_does_not_sleep_for_nothing(seconds: float) -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(seconds)
    assert clock.now().ticks >= before.ticks


@pytest.mark.parametrize("clock", [ManualClock(), SystemClock()])
async def test_a_wait_ends_with_its_event_or_its_time(clock: Clock) -> None:
    event = asyncio.Event()
    await wait(clock, 0.0, event)
    waiting = asyncio.ensure_future(wait(clock, 3600.0, event))
    await settle()
    assert not waiting.done()
    event.set()
    await waiting
    assert event.is_set()


async def test_a_wait_that_is_given_up_says_so() -> None:
    waiting = asyncio.ensure_future(wait(SystemClock(), 3600.0, asyncio.Event()))
    await settle()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_loop_that_was_held_up_is_seen_to_be_late() -> None:
    clock = SystemClock()
    with LagWatch(clock) as lag:
        began = clock.now()
        while clock.now().seconds_since(began) < 0.1:
            pass
    assert lag.worst >= 0.1 - 2 * LAG_CHECKED_EVERY
    with LagWatch(ManualClock()) as lag:
        pass
    assert lag.worst == 0.0


async def test_the_longer_it_waits_the_more_rarely_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no lateness of more than a fifth of the whole wait goes unseen."""
    loop, now, looks = asyncio.get_running_loop(), [0.0], list[tuple[float, Callable[[], None]]]()
    unused = asyncio.TimerHandle(3600.0, print, (), loop)
    monkeypatch.setattr(loop, "time", lambda: now[0])
    monkeypatch.setattr(loop, "call_at", lambda at, look: looks.append((at, look)) or unused)
    with LagWatch(SystemClock()) as lag:
        while now[0] < 12.0:
            due, look = looks[-1]
            assert due - now[0] <= max(LAG_CHECKED_EVERY, 0.2 * due) + 1e-9
            now[0] = due
            look()
    assert len(looks) < 50
    assert lag.worst == 0.0


def test_only_a_real_clock_tells_of_work() -> None:
    assert worked(ManualClock()) is None
    first = worked(SystemClock())
    again = worked(SystemClock())
    assert first is not None
    assert again is not None
    assert again >= first
