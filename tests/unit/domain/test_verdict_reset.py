"""Verdicts in IBKR's nightly reset and weekly maintenance."""

from datetime import UTC, datetime

import pytest

from tests.support.exchanges import LAPSED, fails, state_of
from tests.support.states import GOOD, NOW
from tui.clock import Moment
from tui.domain.failure import Failure, FailureKind
from tui.domain.session import AuthStatus, Exchange
from tui.domain.state import MonitorState
from tui.domain.verdict import (
    verdict,
)

# IBKR's nightly reset and weekly maintenance

SEEN_IN_RESET = [
    (fails(FailureKind.SILENT), "backend_hung"),
    (fails(FailureKind.BACKEND), "backend_down"),
    (fails(FailureKind.NO_LOGIN), "login_required"),
    (fails(FailureKind.NO_BRIDGE), "session_lapsed"),
    (AuthStatus(False, False, False), "logged_out"),
    (LAPSED, "session_lapsed"),
]


def seen_at(outcome: AuthStatus | Failure, wall: datetime, region: str | None) -> tuple[MonitorState, Moment]:
    """The state in which that was the newest outcome, a second before the time, and the time."""
    now = Moment(wall, NOW.ticks)
    before = now.plus(-1)
    return state_of(auth=Exchange(outcome, before, before), region=region), now


@pytest.mark.parametrize(("outcome", "name"), SEEN_IN_RESET)
@pytest.mark.parametrize(
    ("region", "wall", "until"),
    [
        ("NJ", datetime(2026, 11, 21, 4, 55, tzinfo=UTC), "06:30"),
        ("NJ", datetime(2026, 11, 21, 6, 29, 59, tzinfo=UTC), "06:30"),
        ("ZG", datetime(2026, 11, 20, 23, 10, tzinfo=UTC), "00:30"),
        ("HK", datetime(2026, 11, 20, 16, 10, tzinfo=UTC), "17:30"),
        ("NJ", datetime(2026, 7, 21, 4, 5, tzinfo=UTC), "05:30"),  # daylight saving time
    ],
)
def test_the_nightly_reset_is_said_for_what_it_is(
    outcome: AuthStatus | Failure, name: str, region: str, wall: datetime, until: str
) -> None:
    state, now = seen_at(outcome, wall, region)
    found = verdict(state, now)
    assert found.name.value == name
    assert found.summary.endswith(f": IBKR's nightly reset, until {until}.")
    assert ".:" not in found.summary
    assert found.remedy is not None
    assert found.remedy.text.startswith(
        f"Expected at this hour: IBKR's nightly reset is over by {until} at the latest."
    )


@pytest.mark.parametrize(("outcome", "name"), SEEN_IN_RESET)
@pytest.mark.parametrize(
    ("region", "wall"),
    [
        ("NJ", datetime(2026, 11, 21, 4, 54, 59, tzinfo=UTC)),
        ("NJ", datetime(2026, 11, 21, 6, 30, tzinfo=UTC)),
        ("NJ", datetime(2026, 11, 20, 23, 10, tzinfo=UTC)),  # Zurich's
        (None, datetime(2026, 11, 20, 5, 5, tzinfo=UTC)),
        ("XX", datetime(2026, 11, 20, 5, 5, tzinfo=UTC)),
    ],
)
def test_at_any_other_hour_nothing_is_expected(
    outcome: AuthStatus | Failure, name: str, region: str | None, wall: datetime
) -> None:
    state, now = seen_at(outcome, wall, region)
    found = verdict(state, now)
    assert found.name.value == name
    assert "IBKR's nightly" not in found.summary
    assert "Expected" not in (found.remedy.text if found.remedy else "")


def test_the_weekly_maintenance_is_known_without_a_region() -> None:
    state, now = seen_at(fails(FailureKind.BACKEND), datetime(2026, 11, 22, 0, 30, tzinfo=UTC), None)
    found = verdict(state, now)
    assert "IBKR's weekly maintenance, until 05:00." in found.summary
    assert found.remedy is not None
    assert "weekly maintenance is over by 05:00" in found.remedy.text


@pytest.mark.parametrize(
    "outcome",
    [
        GOOD,
        AuthStatus(True, True, True, True),
        AuthStatus(False, True, True),
        *(fails(kind) for kind in FailureKind if kind.value not in {"silent", "backend", "no-login", "no-bridge"}),
    ],
)
def test_what_has_another_cause_is_not_excused_by_the_hour(outcome: AuthStatus | Failure) -> None:
    state, now = seen_at(outcome, datetime(2026, 11, 21, 5, 5, tzinfo=UTC), "NJ")
    noon, then = seen_at(outcome, datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "NJ")
    assert verdict(state, now) == verdict(noon, then)
