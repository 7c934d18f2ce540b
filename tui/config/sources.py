"""What is in force and from where: defaults < settings file < environment < options, for one profile at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from tui.config.environment import setting
from tui.config.profile import Profile
from tui.config.rules import KeyPath, nearest
from tui.config.settings import Badge, Intervals, ProfileSettings, Settings, pace_of
from tui.config.themes import ThemeName
from tui.domain.path import DEFAULT_URL, Address, BadAddress, parse_address

T = TypeVar("T")


class Source(StrEnum):
    """Where a value comes from, the weakest first."""

    DEFAULT = "default"
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
    intervals: Mapping[str, Value[float]] = field(default_factory=dict)
    keys: Mapping[str, Value[tuple[str, ...]]] = field(default_factory=dict)

    @property
    def as_profile(self) -> Profile:
        """The part that is about one gateway."""
        return Profile(
            name=self.profile.value,
            title=self.title.value,
            url=self.url.value,
            ca=self.ca.value,
            badge=self.badge.value,
            pace=replace(pace_of(), **{name: each.value for name, each in self.intervals.items()}),
            region=self.region.value,
            hidden=self.hide_accounts.value,
            keep_alive=self.keep_alive.value,
        )


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
        found = replace(found, url=_parsed(url))
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


def _of_profile(settings: Settings, name: Value[str], *, no_keep_alive: bool) -> InForce:
    own = settings.profiles.get(name.value, ProfileSettings())
    at: KeyPath = ("profiles", name.value)
    keep_alive = (
        Value(False, Source.OPTION, "--no-keep-alive")
        if no_keep_alive
        else _first(
            _filed(own.keep_alive, (*at, "keep_alive")), _filed(settings.keep_alive, ("keep_alive",)), Value(True)
        )
    )
    return InForce(
        profile=name,
        url=_first(_filed(own.url, (*at, "url")), Value(parse_address(DEFAULT_URL))),
        ca=_first(_filed(own.ca, (*at, "ca")), _filed(settings.ca, ("ca",)), Value(None)),
        title=_first(_filed(own.title, (*at, "title")), Value(name.value)),
        badge=_first(_filed(own.badge, (*at, "badge")), Value(None)),
        keep_alive=keep_alive,
        region=_first(_filed(own.region, (*at, "region")), Value(None)),
        hide_accounts=_first(_filed(own.hide_accounts, (*at, "hide_accounts")), Value(frozenset())),
        theme=_first(_filed(settings.theme, ("theme",)), Value(ThemeName.DARK)),
        bell=_first(_filed(settings.bell, ("bell",)), Value(True)),
        intervals=_intervals(settings.intervals, own.intervals, at),
        keys={each: Value(keys, Source.FILE, at=("keys", each)) for each, keys in settings.keys.items()},
    )


def _intervals(common: Intervals, own: Intervals, at: KeyPath) -> dict[str, Value[float]]:
    defaults = pace_of()
    return {
        each.name: _first(
            _filed(getattr(own, each.name), (*at, "intervals", each.name)),
            _filed(getattr(common, each.name), ("intervals", each.name)),
            Value(getattr(defaults, each.name)),
        )
        for each in fields(Intervals)
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
