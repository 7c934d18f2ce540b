"""Defaults < settings file < environment < options; and which profile is used."""

from pathlib import Path

import pytest

from tui.config.settings import Settings
from tui.config.settings_file import read_settings
from tui.config.sources import Asked, BadValue, InForce, Source, Value, resolve, resolve_other
from tui.config.themes import ThemeName
from tui.domain.state import Pace

FILE = """
theme = "cpwatch-light"
keep_alive = false
bell = false
ca = "/common.pem"
profile = "paper"
[intervals]
auth = 7
pnl = 60
[keys]
quit = "x"
[profiles.paper]
url = "https://paper:1"
[profiles.live]
url = "https://live:2"
ca = "/live.pem"
title = "LIVE"
badge = "red"
keep_alive = true
region = "HK"
hide_accounts = ["U1"]
[profiles.live.intervals]
auth = 9
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "settings.toml"
    file.write_text(FILE, encoding="utf-8")
    return read_settings(file).settings


def in_short(value: Value[object]) -> tuple[str, Source]:
    return str(getattr(value.value, "url", value.value)), value.source


def test_the_defaults() -> None:
    found = resolve(Settings(), Asked(), {})
    profile = found.as_profile
    assert (profile.name, profile.title, profile.url.url) == ("", "", "https://localhost:5000")
    assert (profile.ca, profile.badge, profile.region, profile.hidden) == (None, None, None, frozenset())
    assert (profile.pace, profile.keep_alive) == (Pace(), True)
    assert (found.theme.value, found.bell.value, found.keys) == (ThemeName.DARK, True, {})
    assert {each.source for each in (found.url, found.theme, *found.intervals.values())} == {Source.DEFAULT}


def test_a_profiles_values_count_over_the_common_ones(settings: Settings) -> None:
    found = resolve(settings, Asked(profile="live"), {})
    profile = found.as_profile
    assert (profile.name, profile.title, profile.badge, profile.region) == ("live", "LIVE", "red", "HK")
    assert (profile.ca, profile.keep_alive, profile.hidden) == (Path("/live.pem"), True, {"U1"})
    assert profile.pace == Pace(auth=9, pnl=60)
    assert found.intervals["auth"].at == ("profiles", "live", "intervals", "auth")
    assert found.intervals["pnl"].at == ("intervals", "pnl")
    assert found.keys["quit"] == Value(("x",), Source.FILE, at=("keys", "quit"))


def test_a_profile_that_says_nothing_has_the_common_values(settings: Settings) -> None:
    profile = resolve(settings, Asked(), {}).as_profile
    assert (profile.name, profile.title, profile.url.url) == ("paper", "paper", "https://paper:1")
    assert (profile.ca, profile.keep_alive, profile.pace) == (Path("/common.pem"), False, Pace(auth=7, pnl=60))


@pytest.mark.parametrize(
    ("asked", "environment", "profile", "url"),
    [
        (Asked(), {}, ("paper", Source.FILE), ("https://paper:1", Source.FILE)),
        (Asked(), {"PROFILE": "live"}, ("live", Source.ENVIRONMENT), ("https://live:2", Source.FILE)),
        (Asked(profile="paper"), {"PROFILE": "live"}, ("paper", Source.OPTION), ("https://paper:1", Source.FILE)),
        (Asked(url="https://o:3"), {}, ("", Source.DEFAULT), ("https://o:3", Source.OPTION)),
        (Asked(url="https://o:3"), {"PROFILE": "live"}, ("", Source.DEFAULT), ("https://o:3", Source.OPTION)),
        (Asked(), {"URL": "https://e:4"}, ("", Source.DEFAULT), ("https://e:4", Source.ENVIRONMENT)),
        (Asked(url="https://o:3"), {"URL": "https://e:4"}, ("", Source.DEFAULT), ("https://o:3", Source.OPTION)),
        (Asked("live", "https://o:3"), {}, ("live", Source.OPTION), ("https://o:3", Source.OPTION)),
        (Asked("live"), {"URL": "https://e:4"}, ("live", Source.OPTION), ("https://live:2", Source.FILE)),
        (
            *(Asked(), {"URL": "https://e:4", "PROFILE": "live"}),
            *(("live", Source.ENVIRONMENT), ("https://e:4", Source.ENVIRONMENT)),
        ),
    ],
)
def test_which_profile_and_which_address(
    settings: Settings,
    asked: Asked,
    environment: dict[str, str],
    profile: tuple[str, Source],
    url: tuple[str, Source],
) -> None:
    found = resolve(settings, asked, {f"CPWATCH_{name}": value for name, value in environment.items()})
    assert (in_short(found.profile), in_short(found.url)) == (profile, url)


def test_a_single_profile_needs_no_naming(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[profiles.only]\nurl = 'https://only:1'\n", encoding="utf-8")
    assert resolve(read_settings(file).settings, Asked(), {}).as_profile.name == "only"


def themes(found: InForce) -> tuple[ThemeName, Source, str]:
    return found.theme.value, found.theme.source, found.theme.name


def test_the_theme_has_five_sources(settings: Settings) -> None:
    environment = {"CPWATCH_THEME": "cpwatch-terminal"}
    dark, light, blind = ThemeName.DARK, ThemeName.LIGHT, ThemeName.COLOUR_BLIND
    assert themes(resolve(Settings(), Asked(), {})) == (dark, Source.DEFAULT, "")
    assert themes(resolve(settings, Asked(), {})) == (light, Source.FILE, "")
    assert themes(resolve(settings, Asked(), {}, blind)) == (blind, Source.REMEMBERED, "")
    by_variable = (ThemeName.TERMINAL, Source.ENVIRONMENT, "CPWATCH_THEME")
    assert themes(resolve(settings, Asked(), environment, blind)) == by_variable
    by_option = (ThemeName.CONTRAST, Source.OPTION, "--theme")
    assert themes(resolve(settings, Asked(theme="cpwatch-contrast"), environment, blind)) == by_option


@pytest.mark.parametrize(
    ("profile", "asked", "environment", "ca"),
    [
        ("paper", None, None, ("/common.pem", Source.FILE)),
        ("paper", None, "/e.pem", ("/e.pem", Source.ENVIRONMENT)),
        ("live", None, "/e.pem", ("/live.pem", Source.FILE)),
        ("live", "/o.pem", "/e.pem", ("/o.pem", Source.OPTION)),
    ],
)
def test_certificates(
    settings: Settings, profile: str, asked: str | None, environment: str | None, ca: tuple[str, Source]
) -> None:
    variables = {} if environment is None else {"CPWATCH_CA": environment}
    found = resolve(settings, Asked(profile=profile, ca=asked), variables)
    assert (str(found.ca.value), found.ca.source) == (str(Path(ca[0])), ca[1])


def test_no_keep_alive_counts_for_every_profile(settings: Settings) -> None:
    assert not resolve(settings, Asked("live", no_keep_alive=True), {}).as_profile.keep_alive
    assert resolve_other(settings, "live").as_profile.keep_alive
    assert not resolve_other(settings, "live", no_keep_alive=True).as_profile.keep_alive


@pytest.mark.parametrize(
    ("asked", "environment", "said"),
    [
        (Asked("lief"), {}, "--profile: there is no profile 'lief': did you mean live? there are paper, live"),
        (Asked(""), {}, "--profile: there is no profile ''"),
        (Asked(), {"CPWATCH_PROFILE": "zzzz"}, "CPWATCH_PROFILE: there is no profile 'zzzz': there are paper, live"),
        (Asked(url=""), {}, "does not start with"),
        (Asked(ca=""), {}, "--ca is empty"),
        (Asked(), {"CPWATCH_URL": "x"}, "does not start with"),
        (Asked(), {"CPWATCH_THEME": "pink"}, "CPWATCH_THEME: there is no theme 'pink'; there are cpwatch-dark"),
    ],
)
def test_what_cant_be(settings: Settings, asked: Asked, environment: dict[str, str], said: str) -> None:
    with pytest.raises(BadValue) as caught:
        resolve(settings, asked, environment)
    assert said in str(caught.value)


def test_a_profile_where_there_are_none() -> None:
    with pytest.raises(BadValue, match=r"write \[profiles.live\] into it, or give --url"):
        resolve(Settings(), Asked("live"), {})
