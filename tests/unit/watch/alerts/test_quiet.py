"""Quiet hours: by the clock of a place through its changes of time, and what waits for their end."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.alerting import Night, an_alert, at, looks
from tui.config.alert_settings import AlertRule, AlertSettings, Hours
from tui.domain.verdict_name import VerdictName
from tui.watch.alerts.alert import Alert, Stage
from tui.watch.alerts.quiet import MOST_HELD, Gate, Quiet

NIGHT = Hours(time(22, 0), time(7, 0))
LUNCH = Hours(time(12, 0), time(13, 30))
LATE = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
QUIET = Gate(Quiet(NIGHT, "UTC"))


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Zurich", "Asia/Hong_Kong"])
@pytest.mark.parametrize("hours", [NIGHT, LUNCH], ids=str)
@pytest.mark.parametrize("day", ["2026-10-25", "2026-11-01", "2027-03-14", "2027-03-28", "2026-12-31"])
def test_they_go_by_the_hands_of_the_place(zone: str, hours: Hours, day: str) -> None:
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    for now in looks(start - timedelta(hours=14), start + timedelta(hours=36), 15):
        hands = now.astimezone(ZoneInfo(zone))
        minutes = hands.hour * 60 + hands.minute
        expected = 720 <= minutes < 810 if hours is LUNCH else not 420 <= minutes < 1320
        assert Quiet(hours, zone).holds(now) is expected


def test_without_a_zone_they_go_by_this_machines_clock() -> None:
    assert Quiet(NIGHT).holds(LATE)
    assert not Quiet(NIGHT).holds(MORNING)


def test_without_quiet_hours_all_goes_through() -> None:
    gate = Gate()
    for alert in (an_alert(), an_alert("b", Stage.ONCE), an_alert(stage=Stage.ENDED)):
        gate, passed, notes = gate.after([alert], LATE)
        assert (passed, notes) == ((alert,), ())
    assert gate == Gate()


def test_what_is_still_so_at_their_end_is_told_then() -> None:
    gate, passed, notes = QUIET.after([an_alert()], LATE)
    assert passed == ()
    assert "held back" in notes[0].text
    assert gate.after([], LATE + timedelta(hours=7, minutes=59))[1] == ()
    gate, passed, _ = gate.after([], MORNING)
    assert passed == (an_alert(),)
    gate, passed, _ = gate.after([an_alert(stage=Stage.ENDED)], MORNING + timedelta(hours=1))
    assert passed == (an_alert(stage=Stage.ENDED),)
    assert gate == QUIET


def test_what_is_over_before_is_told_to_nobody_and_noted() -> None:
    gate, _, _ = QUIET.after([an_alert()], LATE)
    gate, _, notes = gate.after([an_alert(stage=Stage.ENDED)], LATE + timedelta(hours=2))
    assert gate == QUIET
    assert "no alert" in notes[0].text
    assert gate.after([], MORNING)[1] == ()


def test_the_end_of_what_was_told_before_waits_and_comes() -> None:
    gate, passed, _ = QUIET.after([an_alert()], LATE - timedelta(hours=2))
    assert len(passed) == 1
    gate, passed, _ = gate.after([an_alert(rule=AlertRule.LOGIN_REQUIRED)], LATE)
    gate, passed, _ = gate.after([an_alert(stage=Stage.ENDED)], LATE)
    assert passed == ()
    assert gate.after([], MORNING)[1] == (an_alert(stage=Stage.ENDED),)


def test_of_several_words_on_one_outage_the_last_is_told() -> None:
    login = an_alert(rule=AlertRule.LOGIN_REQUIRED)
    gate, _, _ = QUIET.after([an_alert(), an_alert("b", Stage.ONCE), login], LATE)
    assert gate.after([], MORNING)[1] == (an_alert("b", Stage.ONCE), login)


def test_a_night_can_not_hold_back_without_end() -> None:
    gate = QUIET
    for number in range(MOST_HELD + 3):
        gate, _, notes = gate.after([an_alert(f"n{number}")], LATE)
    assert len(gate.held) == MOST_HELD
    assert "undelivered" in notes[0].text
    # The end of one that was dropped is the end of nothing.
    gate, passed, _ = gate.after([an_alert("n0", Stage.ENDED)], MORNING)
    assert len(passed) == MOST_HELD
    assert all(each.stage is Stage.BEGAN for each in passed)


VERDICTS = [VerdictName.READY, VerdictName.GATEWAY_DOWN, VerdictName.LOGIN_REQUIRED, VerdictName.COMPETING]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.integers(1, 240)), max_size=15))
def test_through_quiet_hours_too_each_end_has_a_beginning_and_each_beginning_an_end(
    script: list[tuple[VerdictName, int]],
) -> None:
    """script: verdicts with the minutes for which they last."""
    night = Night(at(datetime(2026, 11, 18, 18, 0, tzinfo=UTC)), AlertSettings(), every=60.0)
    gate, through = Gate(Quiet(NIGHT, "America/New_York")), list[Alert]()
    for name, minutes in (*script, (VerdictName.READY, 1), (VerdictName.READY, 10 * 60)):
        for _ in range(minutes):
            told = night.look(name)
            gate, passed, _ = gate.after(told, night.at.wall)
            assert not (passed and gate.quiet is not None and gate.quiet.holds(night.at.wall))
            through += passed
            night.at = night.at.plus(60)
    assert gate.held == ()
    assert gate.open == frozenset()
    for id_ in {each.id for each in through}:
        stages = [each.stage for each in through if each.id == id_]
        assert stages == [Stage.BEGAN] * (len(stages) - 1) + [Stage.ENDED]
        assert len(stages) >= 2
