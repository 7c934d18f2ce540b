"""The keep-alive's account of the past hour."""

import pytest

from tests.support.states import NOW, ago
from tui.domain.session import HOUR, KeepAlive, Slot
from tui.domain.state import Pace


def slot(seconds_ago: float, *, answered: bool = True) -> Slot:
    """A tickle that was due that long ago."""
    return Slot(ago(seconds_ago), ago(seconds_ago - 0.05) if answered else None)


@pytest.mark.parametrize(
    ("keep_alive", "counted"),
    [
        (KeepAlive(), (0, 0)),
        (KeepAlive(slots=(slot(62), slot(2)), next_at=ago(-58)), (2, 2)),
        # Under way: neither answered nor due, after successes as after failures.
        (KeepAlive(slots=(slot(62), slot(2, answered=False))), (1, 1)),
        (KeepAlive(slots=(slot(62, answered=False), slot(2, answered=False)), failures=3), (0, 1)),
        (KeepAlive(slots=(slot(2, answered=False),)), (0, 0)),
        # It ended without an answer, and is tried again: due.
        (KeepAlive(slots=(slot(62), slot(2, answered=False)), next_at=ago(-3), failures=1), (1, 2)),
        (KeepAlive(slots=(slot(62), slot(2, answered=False)), next_at=ago(1), failures=1), (1, 2)),
        # What is older than an hour no longer counts, whatever it was.
        (KeepAlive(slots=(slot(HOUR, answered=False), slot(HOUR - 1), slot(2)), next_at=ago(-58)), (2, 2)),
        (KeepAlive(slots=(slot(HOUR + 5, answered=False),)), (0, 0)),
    ],
)
def test_answered_of_due(keep_alive: KeepAlive, counted: tuple[int, int]) -> None:
    assert keep_alive.this_hour(NOW) == counted


def test_sixty_of_sixty_at_any_time_of_the_minute() -> None:
    slots = tuple(slot(60.0 * n + 0.5) for n in reversed(range(61)))
    keep_alive = KeepAlive(slots=slots, next_at=ago(-59.5))
    for seconds in (0.0, 0.4, 30.0, 59.4):
        answered, due = keep_alive.this_hour(NOW.plus(seconds))
        assert answered == due == 60


def test_the_last_answer_may_lie_before_the_last_tickle() -> None:
    assert KeepAlive().answered_at is None
    assert KeepAlive(slots=(slot(2, answered=False),)).answered_at is None
    kept = KeepAlive(slots=(slot(122), slot(62), slot(2, answered=False)), failures=2)
    assert kept.answered_at == slot(62).answered_at


def test_whose_tickle_was_answered_last() -> None:
    other = Slot(ago(62), ago(62), elsewhere=True)
    assert not KeepAlive().elsewhere
    assert KeepAlive(slots=(slot(122), other)).elsewhere
    assert KeepAlive(slots=(other, slot(2, answered=False)), failures=1).elsewhere
    assert not KeepAlive(slots=(other, slot(2))).elsewhere


def test_fresh_is_two_polls_and_the_read_timeout() -> None:
    pace = Pace()
    assert pace.fresh_for(pace.auth) == 22.0
    assert pace.fresh_for(pace.tickle) == 132.0


def test_the_whole_pace_stays_below_one_request_a_second() -> None:
    pace = Pace()
    intervals = (pace.auth, pace.tickle, pace.accounts, pace.summary, pace.positions)
    assert sum(1 / interval for interval in intervals) < 1.0
