"""IBKR's regions and the midnights at which each of them ends every login."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

NEW_JERSEY = "NJ"
# Region as `sso/validate` names it -> the zone whose midnight is its reset.
ZONES: Mapping[str, str] = MappingProxyType(
    {NEW_JERSEY: "America/New_York", "ZG": "Europe/Zurich", "HK": "Asia/Hong_Kong"}
)


def next_reset(after: datetime, region: str) -> datetime:
    """The first reset later than that time. Both UTC; a day is 23 or 25 hours long where summer time begins or ends."""
    zone = ZoneInfo(ZONES[region])
    tomorrow = after.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)


def last_reset(until: datetime, region: str) -> datetime:
    """The last reset that is not later than that time. Both UTC."""
    zone = ZoneInfo(ZONES[region])
    return datetime.combine(until.astimezone(zone).date(), time(), zone).astimezone(UTC)
