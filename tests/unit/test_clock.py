"""Moments: two clocks that disagree, and the real ones."""

from datetime import UTC, timedelta

import pytest

from tests.support.clock import START, ManualClock
from tui.clock import Moment, SystemClock

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
