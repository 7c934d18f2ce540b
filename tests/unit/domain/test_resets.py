"""The resets of three regions as tables, across the days on which their clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import resets
from tui.domain.resets import Absence, expected_reset, next_reset, until_text, window, zone_of

REGIONS = ["NJ", "ZG", "HK"]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)


def at(text: str) -> datetime:
    """`2026-11-20 14:03:22` or with an offset behind it, as UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        *((code, "America/New_York") for code in ("NJ", "US", "nj", " NY ", "America/New_York")),
        *((code, "Europe/Zurich") for code in ("EU", "ZG", "CH", "Zug", "Europe/Zurich")),
        *((code, "Asia/Hong_Kong") for code in ("HK", "hk", "Asia/Hong_Kong")),
        *((code, None) for code in (None, "", "XX", "N J", "Europe/Berlin", "../etc/passwd", "NJ\0")),
    ],
)
def test_zones(region: str | None, zone: str | None) -> None:
    assert zone_of(region) == zone


# Clocks change: New York on 8 March and 1 November 2026, 14 March and 7 November 2027; Zurich on 29 March and
# 25 October 2026, 28 March and 31 October 2027; Hong Kong never.
@pytest.mark.parametrize(
    ("region", "now", "reset"),
    [
        ("NJ", "2026-11-20 14:03:22", "2026-11-21 05:00"),
        ("NJ", "2026-11-21 05:00", "2026-11-22 05:00"),
        ("NJ", "2026-11-21 04:59:59.999999", "2026-11-21 05:00"),
        ("NJ", "2026-03-07 12:00", "2026-03-08 05:00"),
        ("NJ", "2026-03-08 06:59:59", "2026-03-09 04:00"),
        ("NJ", "2026-03-08 07:00", "2026-03-09 04:00"),
        ("NJ", "2026-10-31 12:00", "2026-11-01 04:00"),
        ("NJ", "2026-11-01 05:30", "2026-11-02 05:00"),
        ("NJ", "2026-11-01 06:30", "2026-11-02 05:00"),
        ("NJ", "2027-03-13 12:00", "2027-03-14 05:00"),
        ("NJ", "2027-03-14 12:00", "2027-03-15 04:00"),
        ("NJ", "2027-11-06 12:00", "2027-11-07 04:00"),
        ("NJ", "2027-11-07 12:00", "2027-11-08 05:00"),
        ("ZG", "2026-03-28 12:00", "2026-03-28 23:00"),
        ("ZG", "2026-03-29 12:00", "2026-03-29 22:00"),
        ("ZG", "2026-10-24 12:00", "2026-10-24 22:00"),
        ("ZG", "2026-10-25 00:30", "2026-10-25 23:00"),
        ("ZG", "2026-10-25 01:30", "2026-10-25 23:00"),
        ("ZG", "2027-03-27 12:00", "2027-03-27 23:00"),
        ("ZG", "2027-03-28 12:00", "2027-03-28 22:00"),
        ("ZG", "2027-10-30 12:00", "2027-10-30 22:00"),
        ("ZG", "2027-10-31 12:00", "2027-10-31 23:00"),
        ("HK", "2026-03-08 12:00", "2026-03-08 16:00"),
        ("HK", "2026-03-29 12:00", "2026-03-29 16:00"),
        ("HK", "2026-11-01 15:59", "2026-11-01 16:00"),
        ("HK", "2027-03-14 16:00", "2027-03-15 16:00"),
        ("HK", "2027-10-31 12:00", "2027-10-31 16:00"),
        ("NJ", "2026-12-31 23:00-05:00", "2027-01-01 05:00"),
        ("HK", "2026-12-31 10:00-05:00", "2026-12-31 16:00"),
    ],
)
def test_the_next_reset(region: str, now: str, reset: str) -> None:
    assert next_reset(region, at(now)) == at(reset)


@given(st.sampled_from(REGIONS), moments)
def test_a_reset_is_the_first_midnight_to_come(region: str, now: datetime) -> None:
    reset = next_reset(region, now)
    assert reset is not None
    assert reset.tzinfo is UTC
    assert timedelta() < reset - now <= timedelta(hours=25)
    local = reset.astimezone(ZoneInfo(str(zone_of(region))))
    assert (local.hour, local.minute, local.second) == (0, 0, 0)
    assert (local - timedelta(seconds=1)).date() == now.astimezone(local.tzinfo).date()
    assert expected_reset(region, reset) is True


@pytest.mark.parametrize("region", [None, "", "XX"])
def test_of_an_unknown_region_only_the_weekly_maintenance_is_known(region: str | None) -> None:
    assert next_reset(region, at("2026-11-20 14:03")) is None
    assert expected_reset(region, at("2026-11-20 05:10")) is None
    assert expected_reset(region, at("2026-11-20 14:03")) is None
    assert expected_reset(region, at("2026-11-21 18:30-05:00")) is True


OUTSIDE = ("23:54:59", "01:30", "06:00", "12:00")
INSIDE = ("23:55", "23:59:59", "00:00", "00:02", "01:29:59")
CHANGES_2026 = ("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01")
CHANGES_2027 = ("2027-03-14", "2027-03-28", "2027-10-31", "2027-11-07")
DAYS = (*CHANGES_2026, *CHANGES_2027, "2026-03-09", "2026-07-01", "2026-11-02")


@pytest.mark.parametrize(
    ("clock", "inside"), [*((clock, True) for clock in INSIDE), *((clock, False) for clock in OUTSIDE)]
)
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("region", REGIONS)
def test_the_nightly_window_by_the_regions_own_clock(region: str, day: str, clock: str, inside: bool) -> None:
    local = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZoneInfo(str(zone_of(region))))
    found = window(region, local)
    nightly = found is not None and found.absence is Absence.RESET
    assert nightly is inside


def test_the_hour_that_comes_twice_is_in_the_window_once() -> None:
    assert expected_reset("NJ", at("2026-11-01 01:10-04:00")) is True
    assert expected_reset("NJ", at("2026-11-01 01:40-04:00")) is False
    assert expected_reset("NJ", at("2026-11-01 01:10-05:00")) is False


@pytest.mark.parametrize(
    ("now", "inside"),
    [
        ("2026-11-21 17:59:59-05:00", False),
        ("2026-11-21 18:00-05:00", True),
        ("2026-11-21 23:59:59-05:00", True),
        ("2026-11-22 00:00-05:00", False),
        ("2026-11-20 20:00-05:00", False),
        ("2026-11-22 20:00-05:00", False),
        ("2026-03-07 18:00-05:00", True),
        ("2026-10-31 23:30-04:00", True),
        ("2027-07-10 18:00-04:00", True),
        ("2027-07-10 17:30-04:00", False),
    ],
)
@pytest.mark.parametrize("region", [*REGIONS, None])
def test_saturday_evening_is_new_yorks_for_every_region(region: str | None, now: str, inside: bool) -> None:
    found = window(region, at(now))
    if inside:
        # Zurich's nightly window begins then, and New York's ends the evening: these are named before.
        assert found is not None
        assert found.absence is Absence.MAINTENANCE or zone_of(region) in {"Europe/Zurich", "America/New_York"}
    else:
        assert found is None or found.absence is Absence.RESET


@given(st.sampled_from([*REGIONS, None]), moments)
def test_a_window_holds_the_time_it_was_found_for(region: str | None, now: datetime) -> None:
    found = window(region, now)
    if found is None:
        return
    assert found.opens <= now < found.closes
    assert window(region, found.opens) is not None
    assert not found.holds(found.closes)
    assert timedelta(minutes=90) < found.closes - found.opens <= timedelta(hours=6)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (9 * 3600 + 56 * 60 + 38, "in 9 h 57 m"),
        (9 * 3600 + 57 * 60, "in 9 h 57 m"),
        (3600, "in 1 h 0 m"),
        (3599, "in 1 h 0 m"),
        (3540, "in 59 m"),
        (1, "in 1 m"),
        (0, "now"),
        (-90, "now"),
        (25 * 3600, "in 25 h 0 m"),
    ],
)
def test_until(seconds: int, text: str) -> None:
    now = at("2026-11-20 14:03:22")
    assert until_text(now + timedelta(seconds=seconds), now) == text


def test_until_changes_with_the_minute_and_not_within_it() -> None:
    reset = at("2026-11-21 00:00")
    texts = {until_text(reset, at(f"2026-11-20 14:03:{second:02}.5")) for second in range(60)}
    assert texts == {"in 9 h 57 m"}


def test_a_machine_without_time_zone_data_knows_no_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(resets, "ZoneInfo", missing)
    now = at("2026-11-21 18:30-05:00")
    assert (next_reset("NJ", now), window("NJ", now), expected_reset("NJ", now)) == (None, None, None)
