"""The settings file's keys with their types, rules and meaning; a value that is None was not given.

Plain dataclasses with a rule a field: the settings are needed before the first paint, and importing pydantic for them
would take as long as all the rest of the command line (measured: 70 to 100 ms).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from tui.config.alert_settings import AlertSettings
from tui.config.rules import (
    Accounts,
    Count,
    File,
    Flag,
    KeyPath,
    Keys,
    OneOf,
    Region,
    Seconds,
    Tell,
    Url,
    Version,
    Words,
    dotted,
)
from tui.config.secret_rules import Basic, Headers
from tui.config.secrets import BasicAuth, Reference, Store
from tui.config.tables import Named, Table, rules
from tui.config.themes import ThemeName
from tui.domain.address import Address, PathKind
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
class PathSettings:
    """The way to a gateway, as far as cpwatch can't find it out by itself."""

    kind: Annotated[PathKind | None, OneOf(PathKind)] = None
    """What the way is, in place of what cpwatch finds."""
    metered: Annotated[bool | None, Flag()] = None
    """Whether every request counts against an allowance; true by itself on the domains of ngrok's free plan."""
    monthly: Annotated[int | None, Count("requests", 1, 1_000_000_000)] = None
    """How many requests a month the plan of a metered way allows; 20000 where it is metered and nothing is said."""
    every: Annotated[float | None, Seconds(2, 3600)] = None
    """On a metered way, seconds between two questions for the auth status."""
    agent: Annotated[Address | None, Url("an agent's address such as http://127.0.0.1:4040")] = None
    """Where the tunnel's agent answers questions about itself, if not at one of its usual ports."""
    high: Annotated[float | None, Seconds(0.001, 60)] = None
    """Seconds from which the latency is called high; 0.05 on this machine and its network, 0.5 elsewhere."""
    headers: Annotated[Mapping[str, Reference] | None, Headers()] = None
    """What the guard before the gateway wants to see, such as an Access service token; sent to `url` alone."""
    basic_auth: Annotated[BasicAuth | None, Basic()] = None
    """The user and the password that the guard before the gateway asks for; sent to `url` alone."""

    @property
    def shows(self) -> bool:
        """Whether there is anything to be shown to a guard."""
        return bool(self.headers) or self.basic_auth is not None


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
    path: Annotated[PathSettings, Table(PathSettings)] = field(default_factory=PathSettings)
    """The way to this gateway."""


_PLACES = (
    dict.fromkeys(rules(PathSettings), "profiles.NAME.path")
    | dict.fromkeys(rules(Intervals), "intervals")
    | dict.fromkeys(rules(AlertSettings), "alerts")
    | {key: "profiles.NAME" for key in rules(ProfileSettings) if key not in {"ca", "keep_alive", "intervals"}}
)


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
    notify: Annotated[bool | None, Flag()] = None
    """Have the terminal show a notification too when the verdict worsens (OSC 9, which not every terminal knows)."""
    keep_alive: Annotated[bool | None, Flag()] = None
    """False where another program of yours sends the tickle."""
    ca: Annotated[Path | None, File()] = None
    """Verify the servers' certificates with those in this PEM file; relative to the settings file's folder."""
    intervals: Annotated[Intervals, Table(Intervals)] = field(default_factory=Intervals)
    """Seconds between two questions of a kind; all processes together keep to the budget whatever stands here."""
    keys: Annotated[Mapping[str, tuple[str, ...]], Keys()] = field(default_factory=dict)
    """Your own keys: the id of a command, and the key or keys that stand for it instead of its own."""
    alerts: Annotated[AlertSettings, Table(AlertSettings)] = field(default_factory=AlertSettings)
    """What `cpwatch watch` tells somebody, and through what."""
    profiles: Annotated[Mapping[str, ProfileSettings], Named(ProfileSettings)] = field(default_factory=dict)
    """The gateways that you watch, each under a name of yours, as `[profiles.NAME]`."""


SETTINGS = Table(Settings, _PLACES)


def secret_variables(settings: Settings) -> frozenset[str]:
    """The variables that the file names as places of secrets, of whichever profile."""
    named = [*(settings.alerts.urls or ())]
    for profile in settings.profiles.values():
        named += (profile.path.headers or {}).values()
        if profile.path.basic_auth is not None:
            named.append(profile.path.basic_auth.password)
    return frozenset(each.name for each in named if each.store is Store.ENVIRONMENT)


def pace_of(*tables: Intervals) -> Pace:
    """The pace by these tables, of which a later one counts over an earlier one, and by the defaults."""
    given: dict[str, Any] = {}
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
    for name, profile in settings.profiles.items():
        if profile.path.shows:
            _judge_way_in(name, profile, tell)


def _judge_way_in(name: str, profile: ProfileSettings, tell: Tell) -> None:
    """What is shown to a guard is bound to one address, and never goes out in the clear."""
    at: KeyPath = ("profiles", name, "path")
    headers = {header.lower() for header in profile.path.headers or ()}
    secret: KeyPath = (*at, "headers" if headers else "basic_auth")
    url = profile.url
    if url is None:
        said = "is sent to this profile's own address alone, and it has none: give it a url"
        tell(secret, f"what stands in {dotted(secret)} {said}")
    elif url.scheme == "http" and not url.loopback:
        said = "would go out in the clear, for everyone on the way to read: give an https:// address as url"
        tell(secret, f"what stands in {dotted(secret)} {said}")
    if profile.path.basic_auth is not None and "authorization" in headers:
        tell((*at, "basic_auth"), f"{dotted((*at, 'basic_auth'))} makes an Authorization header, and headers has one")


def _paces(settings: Settings) -> Iterator[tuple[KeyPath, tuple[Intervals, ...]]]:
    if settings.intervals != Intervals():
        yield ("intervals",), (settings.intervals,)
    for name, profile in settings.profiles.items():
        if profile.intervals != Intervals():
            yield ("profiles", name, "intervals"), (settings.intervals, profile.intervals)
