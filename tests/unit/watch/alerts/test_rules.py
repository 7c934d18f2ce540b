"""The rules: each outage once and its end once, at once where a person is needed, and quiet about what is expected."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.alerting import ALL, Night, at, quiet_state
from tui.config.alert_settings import AlertRule, AlertSettings
from tui.domain.resets import HONG_KONG, NEW_YORK, ZURICH
from tui.domain.verdict_name import VerdictName
from tui.watch.alerts.alert import Severity, Stage
from tui.watch.alerts.rules import RECOVERED_AFTER

V = VerdictName
NOON = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)  # a Wednesday, and noon in New York


def night(**settings_: object) -> Night:
    return Night(at(NOON), AlertSettings(**settings_))  # type: ignore[arg-type]


def test_an_outage_is_told_once_when_it_has_lasted_and_its_end_when_that_has() -> None:
    found = night()
    found.lasts(V.READY, 60).lasts(V.GATEWAY_DOWN, 120)
    assert found.told == []
    found.lasts(V.GATEWAY_DOWN, 1)
    (began,) = found.told
    assert (began.rule, began.stage, began.severity) == (AlertRule.DOWN, Stage.BEGAN, Severity.CRITICAL)
    assert began.since == NOON + timedelta(seconds=60)
    found.lasts(V.GATEWAY_DOWN, 3600).lasts(V.UNKNOWN, 60).lasts(V.UNREACHABLE, 300).lasts(V.READY, RECOVERED_AFTER)
    assert found.words == ["down began"]
    found.lasts(V.READY, 1)
    assert found.words == ["down began", "down ended"]
    assert found.told[1].id == began.id
    assert "1 h" in found.told[1].said
    found.lasts(V.READY, 600).lasts(V.GATEWAY_DOWN, 121).lasts(V.READY, 31)
    assert found.words == ["down began", "down ended"] * 2
    assert found.told[2].id != began.id


def test_what_lasts_no_longer_than_a_moment_is_told_to_nobody() -> None:
    found = night()
    for _ in range(20):
        found.lasts(V.GATEWAY_DOWN, 100).lasts(V.READY, 5).lasts(V.COMPETING, 20).lasts(V.READY, 40)
    assert found.told == []
    assert found.notes == []


def test_what_comes_back_for_a_moment_is_the_same_outage() -> None:
    found = night().lasts(V.TUNNEL_DOWN, 130)
    for _ in range(10):
        found.lasts(V.READY, 20).lasts(V.TUNNEL_DOWN, 200)
    found.lasts(V.READY, 40)
    assert found.words == ["down began", "down ended"]


def test_a_login_that_is_needed_is_told_at_once() -> None:
    found = night().lasts(V.READY, 10)
    assert [each.rule for each in found.look(V.LOGIN_REQUIRED)] == [AlertRule.LOGIN_REQUIRED]
    found.lasts(V.LOGIN_REQUIRED, 600).lasts(V.INITIALISING, 50).lasts(V.SESSION_LAPSED, 400).lasts(V.READY, 40)
    assert found.words == ["login_required began", "login_required ended"]


def test_an_outage_that_turns_out_to_need_a_person_says_so_and_ends_once() -> None:
    found = night().lasts(V.GATEWAY_DOWN, 150).lasts(V.LOGIN_REQUIRED, 300).lasts(V.GATEWAY_DOWN, 300)
    found.lasts(V.LOGIN_REQUIRED, 100).lasts(V.COMPETING, 100).lasts(V.READY, 40)
    assert found.words == ["down began", "login_required began", "competing began", "down ended"]
    assert len({each.id for each in found.told}) == 1


def test_another_program_that_takes_the_session_is_told_with_and_without_it() -> None:
    found = night().lasts(V.CONTESTED, 31).lasts(V.READY, 31)
    found.lasts(V.CONTESTED, 20).lasts(V.UNKNOWN, 5).lasts(V.COMPETING, 20).lasts(V.READY, 31)
    assert found.words == ["competing began", "competing ended"] * 2


def test_a_rival_that_stays_for_days_hides_no_outage_and_no_end_of_one() -> None:
    found = night().lasts(V.CONTESTED, 3600).lasts(V.GATEWAY_DOWN, 121)
    assert found.words == ["competing began", "down began"]
    assert found.lasts(V.CONTESTED, RECOVERED_AFTER).words[2:] == []
    found.lasts(V.CONTESTED, 1)
    assert found.words[2:] == ["competing ended", "competing began"]
    assert "Usable again" in found.told[2].said
    for _ in range(2):
        found.lasts(V.CONTESTED, 3600).lasts(V.LOGIN_REQUIRED, 600)
    found.lasts(V.READY, 40)
    again = ["login_required began", "competing ended"]
    assert found.words[4:] == [*again, "competing began", *again]


def test_a_rival_that_lets_the_session_go_and_stays_is_told_once() -> None:
    found = night().lasts(V.COMPETING, 300).lasts(V.DENIED, 130).lasts(V.CONTESTED, 300).lasts(V.COMPETING, 600)
    assert found.words == ["competing began"]
    found.lasts(V.CONTESTED, 60).lasts(V.DENIED, 130).lasts(V.READY, 40)
    assert found.words == ["competing began", "down began", "competing ended"]


def test_a_session_that_a_rival_leaves_for_a_moment_is_the_same_outage() -> None:
    found = night().lasts(V.BACKEND_DOWN, 130)
    for _ in range(5):
        found.lasts(V.CONTESTED, 20).lasts(V.BACKEND_DOWN, 200)
    assert found.lasts(V.READY, 40).words == ["down began", "down ended"]


def test_a_rule_that_the_settings_leave_out_tells_nothing() -> None:
    found = night(rules=(AlertRule.COMPETING,)).lasts(V.LOGIN_REQUIRED, 300).lasts(V.GATEWAY_DOWN, 300)
    assert found.lasts(V.READY, 60).told == []
    assert night(rules=()).lasts(V.COMPETING, 300).told == []


def test_durations_are_those_of_the_settings() -> None:
    found = night(down_after=0.0, competing_after=600.0)
    assert len(found.look(V.DENIED)) == 1
    assert found.lasts(V.READY, 60).lasts(V.COMPETING, 500).words == ["down began", "down ended"]


def test_what_only_begins_is_not_down_at_once_even_where_all_else_is() -> None:
    found = night(down_after=0.0).lasts(V.UNKNOWN, 20).lasts(V.INITIALISING, 35).lasts(V.READY, 60)
    assert found.told == []
    assert found.lasts(V.INITIALISING, 61).words == ["down began"]


def test_a_session_that_stays_unknown_is_told_like_one_that_is_down() -> None:
    assert night().lasts(V.UNKNOWN, 130).words == ["down began"]
    assert night().lasts(V.INITIALISING, 130).words == ["down began"]


def test_a_suspend_counts_for_nothing_of_what_has_to_last() -> None:
    found = night().lasts(V.READY, 10).lasts(V.BACKEND_HUNG, 10)
    found.at = found.at.plus(6 * 3600)
    found.lasts(V.UNKNOWN, 10).lasts(V.BACKEND_HUNG, 100)
    assert found.told == []
    found.lasts(V.BACKEND_HUNG, 20)
    assert found.words == ["down began"]


def test_what_was_told_before_a_suspend_is_ended_after_it() -> None:
    found = night().lasts(V.DENIED, 130).lasts(V.READY, 5)
    found.at = found.at.plus(6 * 3600)
    found.lasts(V.READY, 20)
    assert found.words == ["down began"]
    assert found.lasts(V.READY, 20).words == ["down began", "down ended"]


SCRIPTS = st.lists(st.tuples(st.sampled_from(list(V)), st.integers(1, 200)), max_size=25)


@settings(max_examples=60)
@given(SCRIPTS, st.sampled_from([1.0, 7.0]))
def test_whatever_the_order_each_outage_is_told_once_and_its_end_once(
    script: list[tuple[VerdictName, int]], every: float
) -> None:
    found = Night(at(NOON), ALL, every=every)
    well = 0.0
    for name, seconds in (*script, (V.READY, 100)):
        end = found.at.plus(seconds)
        while found.at.ticks < end.ticks:
            found.look(name)
            open_ = {each.id for each in found.told if each.stage is Stage.BEGAN}
            open_ -= {each.id for each in found.told if each.stage is Stage.ENDED}
            assert len(open_) <= 1
            if name is V.LOGIN_REQUIRED:
                newest = [each for each in found.told if each.id in open_]
                assert AlertRule.LOGIN_REQUIRED in {each.rule for each in newest}
            assert not (name is V.READY and well >= RECOVERED_AFTER + every and open_)
            found.at = found.at.plus(every)
            well = well + every if name is V.READY else 0.0
    for id_ in {each.id for each in found.told}:
        several = [each for each in found.told if each.id == id_]
        assert [each.stage for each in several] == [Stage.BEGAN] * (len(several) - 1) + [Stage.ENDED]
        assert len(several) >= 2
        began = [each.rule for each in several[:-1]]
        assert len(set(began)) == len(began)
        assert AlertRule.DOWN not in began[1:] or began[:2] == [AlertRule.COMPETING, AlertRule.DOWN]
        assert several[-1].rule == began[0]


# What is expected

NIGHTS = [
    ("NJ", NEW_YORK, date(2026, 11, 19)),
    ("NJ", NEW_YORK, date(2026, 11, 1)),  # the clocks go back at two
    ("US", NEW_YORK, date(2027, 3, 14)),  # they go forward
    ("EU", ZURICH, date(2026, 11, 19)),
    ("EU", ZURICH, date(2026, 10, 25)),
    ("ZG", ZURICH, date(2027, 3, 28)),
    ("HK", HONG_KONG, date(2026, 12, 31)),
]


def local(day: date, zone: str, *, hours: int = 0, minutes: int = 0) -> datetime:
    """That long before or after the day's beginning, by the hands of that place's clock, as UTC."""
    hands = datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)
    return hands.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("region", "zone", "midnight"), NIGHTS, ids=[f"{n[0]}-{n[2]:%Y-%m-%d}" for n in NIGHTS])
def test_the_nightly_reset_is_noted_and_told_only_where_it_outlasts_its_hours(
    region: str, zone: str, midnight: date
) -> None:
    opens, closes = local(midnight, zone, minutes=-5), local(midnight, zone, hours=1, minutes=30)
    if zone == ZURICH and midnight.weekday() == 6:
        closes = local(midnight, NEW_YORK)  # the weekly maintenance goes on meanwhile
    found = Night(at(local(midnight, zone, minutes=-20)), state=quiet_state(region), every=20.0)
    found.until(opens + timedelta(seconds=60), V.READY)
    found.until(opens + timedelta(minutes=9), V.BACKEND_DOWN)
    found.until(opens + timedelta(minutes=40), V.LOGIN_REQUIRED)
    assert found.told == []
    assert len(found.notes) == 1
    assert "nightly reset" in found.notes[0]
    over = replace(found.memory)
    found.lasts(V.READY, 60)
    assert found.told == []
    assert "no alert was sent" in found.notes[-1]
    # And where nobody logs in again:
    again = Night(found.at, state=quiet_state(region), every=20.0, memory=over)
    again.until(closes, V.LOGIN_REQUIRED)
    assert again.told == []
    assert [each.rule for each in again.look(V.LOGIN_REQUIRED)] == [AlertRule.LOGIN_REQUIRED]
    assert again.told[0].since == opens + timedelta(seconds=60)


@pytest.mark.parametrize("region", ["NJ", "EU", "HK"])
def test_the_weekly_maintenance_is_expected_in_every_region(region: str) -> None:
    sunday = date(2026, 11, 22)
    found = Night(at(local(sunday, NEW_YORK, hours=-6)), state=quiet_state(region), every=60.0)
    found.until(local(sunday, NEW_YORK, minutes=-10), V.BACKEND_DOWN)
    assert found.told == []
    assert "IBKR's weekly maintenance" in found.notes[0] or region == "EU"  # where the nightly reset comes with it
    # In New York the nightly reset follows at once; elsewhere the hours are over.
    ends = local(sunday, NEW_YORK, hours=1, minutes=30) if region == "NJ" else local(sunday, NEW_YORK)
    found.until(ends, V.BACKEND_DOWN)
    assert found.told == []
    found.look(V.BACKEND_DOWN)
    assert found.words == ["down began"]


def test_what_no_reset_explains_is_told_in_its_hours_too() -> None:
    midnight = local(date(2026, 11, 19), NEW_YORK)
    assert Night(at(midnight)).lasts(V.GATEWAY_DOWN, 125).words == ["down began"]
    assert Night(at(midnight)).lasts(V.COMPETING, 35).words == ["competing began"]


def test_an_hour_before_its_hours_a_lost_login_is_told_at_once_and_without_a_region_always() -> None:
    midnight = local(date(2026, 11, 19), NEW_YORK)
    assert Night(at(midnight - timedelta(minutes=6))).lasts(V.LOGIN_REQUIRED, 1).words == ["login_required began"]
    assert Night(at(midnight), state=quiet_state(None)).lasts(V.LOGIN_REQUIRED, 1).words == ["login_required began"]


def test_what_was_told_before_the_reset_ends_in_it() -> None:
    midnight = local(date(2026, 11, 19), NEW_YORK)
    found = Night(at(midnight - timedelta(minutes=20))).lasts(V.BACKEND_DOWN, 1800).lasts(V.READY, 40)
    assert found.words == ["down began", "down ended"]
