"""What is in force and from where: defaults < settings file < environment < options, for one profile at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from tui.config.alert_settings import ALERT_DEFAULTS, AlertSettings
from tui.config.environment import setting
from tui.config.profile import Profile
from tui.config.rules import KeyPath, nearest
from tui.config.secrets import WayIn
from tui.config.settings import Badge, Intervals, PathSettings, ProfileSettings, Settings, pace_of
from tui.config.themes import ThemeName
from tui.domain.address import DEFAULT_URL, Address, BadAddress, PathKind, parse_address
from tui.domain.latency import Limits
from tui.domain.metered import FREE_MONTHLY, METERED_EVERY, metered_by_default
from tui.domain.path import Plan
from tui.domain.state import Pace

T = TypeVar("T")


class Source(StrEnum):
    """Where a value comes from, the weakest first."""

    DEFAULT = "default"
    PLAN = "plan"
    """What a metered way makes of a default, and of what the file says of all gateways together."""
    FILE = "file"
    REMEMBERED = "remembered"
    ENVIRONMENT = "environment"
    OPTION = "option"


class BadValue(Exception):
    """An option or a variable says what can't be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """A value and its source. name: the option or the variable. at: where it stands in the settings file."""

    value: T
    source: Source = Source.DEFAULT
    name: str = ""
    at: KeyPath = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command's options say; None where they say nothing. An empty text is a mistake, told as one."""

    profile: str | None = None
    url: str | None = None
    ca: str | None = None
    theme: str | None = None
    no_keep_alive: bool = False


@dataclass(frozen=True, slots=True)
class PathInForce:
    """What is in force of the way. way_in: nothing where the address is not the one that the file gives it for."""

    kind: Value[PathKind | None]
    metered: Value[bool]
    monthly: Value[int | None]
    every: Value[float]
    agent: Value[Address | None]
    high: Value[float]
    way_in: Value[WayIn]


@dataclass(frozen=True, slots=True)
class InForce:
    """Every value that a command runs with. profile: the name, empty where no profile is used."""

    profile: Value[str]
    url: Value[Address]
    ca: Value[Path | None]
    title: Value[str]
    badge: Value[Badge | None]
    keep_alive: Value[bool]
    region: Value[str | None]
    hide_accounts: Value[frozenset[str]]
    theme: Value[ThemeName]
    bell: Value[bool]
    notify: Value[bool]
    path: PathInForce
    intervals: Mapping[str, Value[float]] = field(default_factory=dict)
    keys: Mapping[str, Value[tuple[str, ...]]] = field(default_factory=dict)
    alerts: Mapping[str, Value[Any]] = field(default_factory=dict)

    @property
    def as_alerts(self) -> AlertSettings:
        """What is told to somebody, with the defaults in place; None is left where nothing is the default."""
        return AlertSettings(**{name: each.value for name, each in self.alerts.items()})

    @property
    def as_profile(self) -> Profile:
        """The part that is about one gateway."""
        path = self.path
        return Profile(
            name=self.profile.value,
            title=self.title.value,
            url=self.url.value,
            ca=self.ca.value,
            badge=self.badge.value,
            pace=self._pace,
            region=self.region.value,
            hidden=self.hide_accounts.value,
            keep_alive=self.keep_alive.value,
            kind=path.kind.value,
            plan=Plan(path.metered.value, path.monthly.value if path.metered.value else None),
            agent=path.agent.value,
            high=path.high.value if path.high.source is Source.FILE else None,
            way_in=path.way_in.value,
        )

    @property
    def _pace(self) -> Pace:
        """What a metered way slows down is asked on the user's word only, but for what decides the verdict."""
        on_word = {name for name, each in self.intervals.items() if each.source is Source.PLAN} - {"auth"}
        given = {name: each.value for name, each in self.intervals.items()}
        return replace(pace_of(), **given, on_word=frozenset(on_word))


def resolve(
    settings: Settings, asked: Asked, environment: Mapping[str, str], remembered: ThemeName | None = None
) -> InForce:
    """What is in force for the profile that the command starts with.

    remembered: the theme that was chosen in the palette. Raises BadValue.
    """
    profile = _profile(settings, asked, environment)
    found = _of_profile(settings, profile, no_keep_alive=asked.no_keep_alive)
    # The profile that an option names brings its own address, over the environment's: an option is the stronger word.
    by_option = profile.source is Source.OPTION
    url = _said(asked.url, "--url") or (_variable(environment, "URL") if _free(found.url, by_option) else None)
    ca = _said(asked.ca, "--ca") or (_variable(environment, "CA") if _free(found.ca, by_option) else None)
    theme = _said(asked.theme, "--theme") or _variable(environment, "THEME")
    if url is not None:
        # What the way costs, and whom it lets in, goes by the address.
        found = _of_profile(settings, profile, no_keep_alive=asked.no_keep_alive, url=_parsed(url))
    if ca is not None:
        found = replace(found, ca=_file(ca))
    if theme is not None:
        return replace(found, theme=_theme(theme))
    if remembered is not None:
        return replace(found, theme=Value(remembered, Source.REMEMBERED))
    return found


def resolve_other(settings: Settings, name: str, *, no_keep_alive: bool = False) -> InForce:
    """What is in force for another profile of the file, to which no address of the options or the environment belongs.

    Raises BadValue: there is no such profile.
    """
    _known(settings, name, "")
    return _of_profile(settings, Value(name, Source.OPTION), no_keep_alive=no_keep_alive)


def resolve_address(settings: Settings, address: Address, *, no_keep_alive: bool = False) -> InForce:
    """What is in force for an address that the user gave, to which nothing applies that is said of any profile."""
    return _of_profile(settings, Value(""), no_keep_alive=no_keep_alive, url=Value(address, Source.OPTION))


def _free(value: Value[T], by_option: bool) -> bool:
    return not by_option or value.at[:1] != ("profiles",)


def _profile(settings: Settings, asked: Asked, environment: Mapping[str, str]) -> Value[str]:
    """The profile to start with; none where an address is given and no profile is named beside it."""
    named = _said(asked.profile, "--profile")
    if named is None and asked.url is None:
        named = _variable(environment, "PROFILE")
    if named is not None:
        _known(settings, named.value, f"{named.name}: ")
        return named
    if asked.url is not None or setting(environment, "URL") is not None:
        return Value("")
    if settings.profile is not None:
        return Value(settings.profile, Source.FILE, at=("profile",))
    if len(settings.profiles) == 1:
        (only,) = settings.profiles
        return Value(only, Source.FILE, at=("profiles", only))
    return Value("")


def _known(settings: Settings, name: str, said: str) -> None:
    if name in settings.profiles:
        return
    if not settings.profiles:
        raise BadValue(
            f"{said}there is no profile {name!r}, since the settings file has none: write [profiles.{name or 'NAME'}] "
            "into it, or give --url"
        )
    near = nearest(name, list(settings.profiles))
    meant = f"did you mean {near}? " if near else ""
    raise BadValue(f"{said}there is no profile {name!r}: {meant}there are {', '.join(settings.profiles)}")


def _of_profile(
    settings: Settings, name: Value[str], *, no_keep_alive: bool, url: Value[Address] | None = None
) -> InForce:
    """url: what an option or a variable says of the address."""
    own = settings.profiles.get(name.value, ProfileSettings())
    at: KeyPath = ("profiles", name.value)
    address = url or _first(_filed(own.url, (*at, "url")), Value(parse_address(DEFAULT_URL)))
    path = _path(own, address.value, (*at, "path"))
    return InForce(
        profile=name,
        url=address,
        ca=_first(_filed(own.ca, (*at, "ca")), _filed(settings.ca, ("ca",)), Value(None)),
        title=_first(_filed(own.title, (*at, "title")), Value(name.value)),
        badge=_first(_filed(own.badge, (*at, "badge")), Value(None)),
        keep_alive=_keep_alive(settings, own, at, path.metered, no_keep_alive=no_keep_alive),
        region=_first(_filed(own.region, (*at, "region")), Value(None)),
        hide_accounts=_first(_filed(own.hide_accounts, (*at, "hide_accounts")), Value(frozenset())),
        theme=_first(_filed(settings.theme, ("theme",)), Value(ThemeName.DARK)),
        bell=_first(_filed(settings.bell, ("bell",)), Value(True)),
        notify=_first(_filed(settings.notify, ("notify",)), Value(False)),
        path=path,
        intervals=_intervals(settings.intervals, own.intervals, at, path),
        keys={each: Value(keys, Source.FILE, at=("keys", each)) for each, keys in settings.keys.items()},
        alerts=_alerts(settings.alerts),
    )


def _path(own: ProfileSettings, address: Address, at: KeyPath) -> PathInForce:
    path = own.path
    metered = _first(_filed(path.metered, (*at, "metered")), Value(metered_by_default(address)))
    kind = path.kind or address.kind
    return PathInForce(
        kind=_first(_filed(path.kind, (*at, "kind")), Value(None)),
        metered=metered,
        monthly=_first(_filed(path.monthly, (*at, "monthly")), Value(FREE_MONTHLY if metered.value else None)),
        every=_first(_filed(path.every, (*at, "every")), Value(METERED_EVERY)),
        agent=_first(_filed(path.agent, (*at, "agent")), Value(None)),
        high=_first(_filed(path.high, (*at, "high")), Value(Limits().of(kind))),
        way_in=_way_in(path, at) if address == own.url else Value(WayIn()),
    )


def _way_in(path: PathSettings, at: KeyPath) -> Value[WayIn]:
    return Value(WayIn(path.headers or {}, path.basic_auth), Source.FILE, at=at) if path.shows else Value(WayIn())


def _keep_alive(
    settings: Settings, own: ProfileSettings, at: KeyPath, metered: Value[bool], *, no_keep_alive: bool
) -> Value[bool]:
    """Over a metered way only the profile's own word has the tickle sent, not what the file says of all gateways."""
    if no_keep_alive:
        return Value(False, Source.OPTION, "--no-keep-alive")
    common = _filed(settings.keep_alive, ("keep_alive",))
    if metered.value and (common is None or common.value):
        common = Value(False, Source.PLAN)
    return _first(_filed(own.keep_alive, (*at, "keep_alive")), common, Value(True))


def _intervals(common: Intervals, own: Intervals, at: KeyPath, path: PathInForce) -> dict[str, Value[float]]:
    """Likewise: of the common ones only the tickle's rhythm, which has nothing to do with what a request costs."""
    defaults = pace_of()
    slowed = Value(path.every.value, Source.PLAN)
    return {
        each.name: _first(
            _filed(getattr(own, each.name), (*at, "intervals", each.name)),
            slowed if path.metered.value and each.name != "tickle" else None,
            _filed(getattr(common, each.name), ("intervals", each.name)),
            Value(getattr(defaults, each.name)),
        )
        for each in fields(Intervals)
    }


def _alerts(given: AlertSettings) -> dict[str, Value[Any]]:
    return {
        each.name: _first(
            _filed(getattr(given, each.name), ("alerts", each.name)), Value(getattr(ALERT_DEFAULTS, each.name))
        )
        for each in fields(AlertSettings)
    }


def _filed(value: T | None, at: KeyPath) -> Value[T] | None:
    return None if value is None else Value(value, Source.FILE, at=at)


def _first(*candidates: Value[T] | None) -> Value[T]:
    return next(each for each in candidates if each is not None)


def _said(text: str | None, option: str) -> Value[str] | None:
    return None if text is None else Value(text, Source.OPTION, option)


def _variable(environment: Mapping[str, str], name: str) -> Value[str] | None:
    text = setting(environment, name)
    return None if text is None else Value(text, Source.ENVIRONMENT, f"CPWATCH_{name}")


def _parsed(said: Value[str]) -> Value[Address]:
    try:
        return Value(parse_address(said.value), said.source, said.name)
    except BadAddress as error:
        raise BadValue(str(error)) from None


def _file(said: Value[str]) -> Value[Path | None]:
    if not said.value:
        raise BadValue(f"{said.name} is empty: name a file with certificates, or leave it out")
    return Value(Path(said.value), said.source, said.name)


def _theme(said: Value[str]) -> Value[ThemeName]:
    if said.value not in list(ThemeName):
        raise BadValue(f"{said.name}: there is no theme {said.value!r}; there are {', '.join(ThemeName)}")
    return Value(ThemeName(said.value), said.source, said.name)
