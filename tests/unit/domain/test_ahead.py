"""What is told half an hour before a login ends, or before IBKR's maintenance."""

from datetime import UTC, datetime

import pytest

from tests.support.exchanges import LAPSED, fails, state_of
from tests.support.states import GOOD, NOW
from tui.clock import Moment
from tui.domain.ahead import ahead, reset_ahead
from tui.domain.failure import Failure, FailureKind
from tui.domain.resets import Absence
from tui.domain.session import AuthStatus, Exchange
from tui.domain.state import MonitorState

MIDNIGHT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
"""In New York, of a Friday."""
SATURDAY_EVENING = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
"""18:00 in New York."""


def seen_at(
    wall: datetime, region: str | None = "NJ", outcome: AuthStatus | Failure = GOOD
) -> tuple[MonitorState, Moment]:
    """The state in which that was the newest outcome, a second before the time, and the time."""
    now = Moment(wall, NOW.ticks)
    before = now.plus(-1)
    return state_of(auth=Exchange(outcome, before, before), region=region), now


@pytest.mark.parametrize(
    ("wall", "minutes"),
    [
        (datetime(2026, 11, 21, 4, 29, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 21, 4, 30, tzinfo=UTC), 30),
        (datetime(2026, 11, 21, 4, 32, tzinfo=UTC), 28),
        (datetime(2026, 11, 21, 4, 59, 30, tzinfo=UTC), 1),
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), None),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), None),
    ],
)
def test_the_reset_is_told_for_half_an_hour(wall: datetime, minutes: int | None) -> None:
    state, now = seen_at(wall)
    found = ahead(state, now)
    if minutes is None:
        assert (found, reset_ahead(state, now)) == (None, None)
        return
    assert found is not None
    assert (found.absence, found.at, reset_ahead(state, now)) == (Absence.RESET, MIDNIGHT, MIDNIGHT)
    assert found.words(now.wall) == (
        f"The login ends at {MIDNIGHT.astimezone():%H:%M}, in {minutes} m: IBKR ends every login at midnight in "
        "New York. Finish what needs the brokerage session, and log in again after it."
    )


@pytest.mark.parametrize(
    ("region", "wall", "place"),
    [
        ("NJ", datetime(2026, 7, 21, 3, 45, tzinfo=UTC), "New York"),  # daylight saving time
        ("ZG", datetime(2026, 11, 20, 22, 45, tzinfo=UTC), "Zug"),
        ("Asia/Hong_Kong", datetime(2026, 11, 20, 15, 45, tzinfo=UTC), "Hong Kong"),
    ],
)
def test_each_region_has_its_own_midnight(region: str, wall: datetime, place: str) -> None:
    found = ahead(*seen_at(wall, region))
    assert found is not None
    assert found.place == place
    assert found.words(wall).startswith(f"The login ends at {found.at.astimezone():%H:%M}, in 15 m")


@pytest.mark.parametrize(
    ("outcome", "lives"),
    [
        (GOOD, True),
        (LAPSED, True),
        (fails(FailureKind.NO_BRIDGE), True),
        (fails(FailureKind.NO_LOGIN), False),
        (fails(FailureKind.REFUSED), False),
        (AuthStatus(False, False, False), False),
    ],
)
def test_only_where_a_login_is_known_to_live(outcome: AuthStatus | Failure, lives: bool) -> None:
    state, now = seen_at(datetime(2026, 11, 21, 4, 40, tzinfo=UTC), outcome=outcome)
    assert (ahead(state, now) is not None) is lives
    assert ahead(state, now.plus(120)) is None  # what is known is stale by then


def test_nothing_is_told_of_a_region_that_is_not_known() -> None:
    assert ahead(*seen_at(datetime(2026, 11, 21, 4, 40, tzinfo=UTC), None)) is None


def test_the_weekly_maintenance_is_told_whatever_the_region() -> None:
    for region in (None, "NJ", "HK"):
        state, now = seen_at(datetime(2026, 11, 21, 22, 35, tzinfo=UTC), region)
        found = ahead(state, now)
        assert found is not None
        assert (found.absence, found.at) == (Absence.MAINTENANCE, SATURDAY_EVENING)
        assert f"begins about {SATURDAY_EVENING.astimezone():%H:%M}, in 25 m" in found.words(now.wall)
        assert reset_ahead(state, now) is None
    assert ahead(*seen_at(datetime(2026, 11, 21, 23, 5, tzinfo=UTC))) is None
    assert ahead(*seen_at(datetime(2026, 11, 20, 22, 45, tzinfo=UTC))) is None


def test_a_reset_at_the_same_time_counts_before_the_maintenance() -> None:
    found = ahead(*seen_at(datetime(2026, 11, 21, 22, 35, tzinfo=UTC), "ZG"))
    assert found is not None
    assert (found.absence, found.at) == (Absence.RESET, SATURDAY_EVENING)
