"""The settings file's keys with their types, rules and meaning; a value that is None was not given.

Plain dataclasses with a rule a field: the settings are needed before the first paint, and importing pydantic for them
would take as long as all the rest of the command line (measured: 70 to 100 ms).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from tui.config.rules import Accounts, File, Flag, KeyPath, Keys, OneOf, Region, Seconds, Tell, Url, Version, Words
from tui.config.tables import Named, Table, rules
from tui.config.themes import ThemeName
from tui.domain.path import Address
from tui.domain.state import Pace

SCHEMA = 1
POLLS_A_MINUTE = 48.0
"""What the budget refills in a minute for everything but the keep-alive (contract: *How much it may ask*)."""


class Badge(StrEnum):
    """The colours of a profile's badge."""

    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"
    BLUE = "blue"
    MAGENTA = "magenta"
    CYAN = "cyan"


@dataclass(frozen=True, slots=True)
class Intervals:
    """Seconds between two questions of a kind. The bounds keep each endpoint's own limit."""

    auth: Annotated[float | None, Seconds(2, 300)] = None
    """The auth status, from which the verdict is made."""
    tickle: Annotated[float | None, Seconds(50, 120)] = None
    """The keep-alive; the session ends after about five minutes without one."""
    positions: Annotated[float | None, Seconds(2, 600)] = None
    """The positions of the account that you look at."""
    accounts: Annotated[float | None, Seconds(10, 3600)] = None
    """The list of accounts."""
    summary: Annotated[float | None, Seconds(10, 3600)] = None
    """The summary and the ledger of the account that you look at, each."""
    others: Annotated[float | None, Seconds(5, 3600)] = None
    """The summary of one of the other accounts, in turn."""
    pnl: Annotated[float | None, Seconds(10, 3600)] = None
    """The day's profit and loss, of all accounts together."""


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """One gateway and what is particular to it."""

    url: Annotated[Address | None, Url()] = None
    """The gateway's address: scheme, host and port, nothing behind."""
    ca: Annotated[Path | None, File()] = None
    """Verify the server's certificate with those in this PEM file; relative to the settings file's folder."""
    title: Annotated[str | None, Words(30)] = None
    """What the header calls it, in place of the profile's name."""
    badge: Annotated[Badge | None, OneOf(Badge)] = None
    """The colour of its name in the header."""
    keep_alive: Annotated[bool | None, Flag()] = None
    """False where another program sends this gateway's tickle."""
    region: Annotated[str | None, Region()] = None
    """Where IBKR serves the login, which ends at that place's midnight; used until the login itself tells."""
    hide_accounts: Annotated[frozenset[str] | None, Accounts()] = None
    """Accounts that are neither shown nor asked about."""
    intervals: Annotated[Intervals, Table(Intervals)] = field(default_factory=Intervals)
    """As `[intervals]`, for this gateway."""


_PLACES = dict.fromkeys(rules(Intervals), "intervals") | {
    key: "profiles.NAME" for key in rules(ProfileSettings) if key not in {"ca", "keep_alive", "intervals"}
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    schema: Annotated[int | None, Version(SCHEMA)] = None
    """The form of this file; a newer one is refused with a word on it rather than misread."""
    profile: Annotated[str | None, Words(32)] = None
    """The profile that is used where none is named. A file with a single profile uses that one."""
    theme: Annotated[ThemeName | None, OneOf(ThemeName)] = None
    """The colours of the screen. The theme that you chose in the palette counts over this one."""
    bell: Annotated[bool | None, Flag()] = None
    """Ring the terminal's bell once when the verdict worsens."""
    keep_alive: Annotated[bool | None, Flag()] = None
    """False where another program of yours sends the tickle."""
    ca: Annotated[Path | None, File()] = None
    """Verify the servers' certificates with those in this PEM file; relative to the settings file's folder."""
    intervals: Annotated[Intervals, Table(Intervals)] = field(default_factory=Intervals)
    """Seconds between two questions of a kind; all processes together keep to the budget whatever stands here."""
    keys: Annotated[Mapping[str, tuple[str, ...]], Keys()] = field(default_factory=dict)
    """Your own keys: the id of a command, and the key or keys that stand for it instead of its own."""
    profiles: Annotated[Mapping[str, ProfileSettings], Named(ProfileSettings)] = field(default_factory=dict)
    """The gateways that you watch, each under a name of yours, as `[profiles.NAME]`."""


SETTINGS = Table(Settings, _PLACES)


def pace_of(*tables: Intervals) -> Pace:
    """The pace by these tables, of which a later one counts over an earlier one, and by the defaults."""
    given: dict[str, float] = {}
    for table in tables:
        given |= {each.name: value for each in fields(table) if (value := getattr(table, each.name)) is not None}
    return Pace(**given)


def polls_a_minute(pace: Pace) -> float:
    """What a monitor with several accounts asks in a minute at that pace, the keep-alive left out."""
    asked = (pace.auth, pace.positions, pace.accounts, pace.summary, pace.summary, pace.others, pace.pnl)
    return sum(60 / each for each in asked)


def judge_together(settings: Settings, tell: Tell) -> None:
    """Tell what is wrong in the values taken together, each of which is well by itself."""
    if settings.profile is not None and settings.profile not in settings.profiles:
        there = f"there are {', '.join(settings.profiles)}" if settings.profiles else "the file has no [profiles.NAME]"
        tell(("profile",), f"profile names {settings.profile}, which is no profile of this file: {there}")
    for at, tables in _paces(settings):
        asked = polls_a_minute(pace_of(*tables))
        if asked > POLLS_A_MINUTE + 1e-6:
            tell(
                at,
                f"with these intervals cpwatch would ask {asked:.0f} times a minute, and {POLLS_A_MINUTE:g} are what "
                "its budget allows: make some longer, such as positions",
            )


def _paces(settings: Settings) -> Iterator[tuple[KeyPath, tuple[Intervals, ...]]]:
    if settings.intervals != Intervals():
        yield ("intervals",), (settings.intervals,)
    for name, profile in settings.profiles.items():
        if profile.intervals != Intervals():
            yield ("profiles", name, "intervals"), (settings.intervals, profile.intervals)
