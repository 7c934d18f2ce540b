"""When IBKR ends every login, and when its servers are expected to be away, by the login's region.

What is known: IBKR documents that each login ends at midnight in New York, Zug or Hong Kong, whichever region serves
it. Its two descriptions of the nightly restart name 00:00 and about 01:00 of that region's local time, and errors were
logged 2 minutes after midnight; hence a window of 23:55 to 01:30. Of the week's maintenance, which takes the whole
Web API down, IBKR says only "Saturday evening" US/Eastern: the hours, 18:00 to midnight, are what evening means, and
are not IBKR's. Its status page's weekend window, Friday 23:00 to Saturday 03:00 US/Eastern, is about the trading
platform and is not counted here. Which codes `region` takes is documented nowhere; only `NJ` was ever recorded.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NEW_YORK = "America/New_York"
ZURICH = "Europe/Zurich"
HONG_KONG = "Asia/Hong_Kong"

_ZONES = {
    NEW_YORK: ("NJ", "US", "USA", "NY", "NA", "AMERICA", "AMERICAS"),
    ZURICH: ("EU", "ZG", "ZUG", "CH", "EUROPE"),
    HONG_KONG: ("HK", "HKG", "HONGKONG", "ASIA", "APAC"),
}
_ZONE_OF = {code: zone for zone, codes in _ZONES.items() for code in codes}

RESET_OPENS = time(23, 55)
RESET_CLOSES = time(1, 30)
MAINTENANCE_OPENS = time(18, 0)
SATURDAY = 5
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class Absence(StrEnum):
    """Why IBKR's servers are expected to be away."""

    RESET = "reset"
    """The nightly restart at the region's midnight, which also ends the login."""
    MAINTENANCE = "maintenance"
    """The week's maintenance, the same hours for all regions."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which failures are expected. opens, closes: aware, UTC; it holds from `opens` and before `closes`."""

    absence: Absence
    opens: datetime
    closes: datetime

    def holds(self, now: datetime) -> bool:
        """True inside the window; `now` is aware."""
        return self.opens <= now < self.closes


def zone_of(region: str | None) -> str | None:
    """The time zone whose midnight ends the logins of that region; None for a region that is not known.

    region: as `/sso/validate` or the settings name it, in any case: `NJ`, `US`, `ZG`, `EU`, `HK`; or the zone itself.
    """
    if region is None:
        return None
    code = region.strip()
    return code if code in _ZONES else _ZONE_OF.get(code.upper())


def next_reset(region: str | None, now: datetime) -> datetime | None:
    """The region's next local midnight after `now` (aware), as UTC; None where the region is not known."""
    zone = _zone(zone_of(region))
    if zone is None:
        return None
    return _utc(now.astimezone(zone).date() + _DAY, time(0, 0), zone)


def window(region: str | None, now: datetime) -> Window | None:
    """The window in which `now` (aware) lies, the nightly one before the weekly; None where it lies in none.

    For a region that is not known, only the weekly window can be told.
    """
    zone = _zone(zone_of(region))
    nightly = () if zone is None else _nightly(zone, now)
    eastern = _zone(NEW_YORK)
    weekly = () if eastern is None else _weekly(eastern, now)
    return next((found for found in (*nightly, *weekly) if found.holds(now)), None)


def next_maintenance(now: datetime) -> datetime | None:
    """When the week's maintenance begins today, Eastern time, as UTC; None on other days, and once it has begun."""
    eastern = _zone(NEW_YORK)
    weekly = () if eastern is None else _weekly(eastern, now)
    return next((found.opens for found in weekly if now < found.opens), None)


def expected_reset(region: str | None, now: datetime) -> bool | None:
    """True inside a known window; None outside the weekly one where the region's midnight is not known."""
    if window(region, now) is not None:
        return True
    return None if _zone(zone_of(region)) is None else False


def until_text(later: datetime, now: datetime) -> str:
    """`in 9 h 57 m`, `in 12 m`; `now` once it has come. It changes with the clock's minute, not with its seconds."""
    minutes = -((now - later) // _MINUTE)
    if minutes <= 0:
        return "now"
    hours, rest = divmod(minutes, 60)
    return f"in {hours} h {rest} m" if hours else f"in {rest} m"


def _nightly(zone: ZoneInfo, now: datetime) -> tuple[Window, ...]:
    """The windows about the midnights at either end of the region's present day."""
    today = now.astimezone(zone).date()
    return tuple(
        Window(Absence.RESET, _utc(day - _DAY, RESET_OPENS, zone), _utc(day, RESET_CLOSES, zone))
        for day in (today, today + _DAY)
    )


def _weekly(eastern: ZoneInfo, now: datetime) -> tuple[Window, ...]:
    today = now.astimezone(eastern).date()
    if today.weekday() != SATURDAY:
        return ()
    return (
        Window(Absence.MAINTENANCE, _utc(today, MAINTENANCE_OPENS, eastern), _utc(today + _DAY, time(0, 0), eastern)),
    )


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The local time as UTC; the first of the two where a clock that is set back shows it twice."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _zone(name: str | None) -> ZoneInfo | None:
    """The zone's rules; None where it is not known, or where this machine has no time zone data at all."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None
