"""Defaults < settings file < environment < options; and which profile is used."""

from pathlib import Path

import pytest

from tui.config.secrets import WayIn
from tui.config.settings import Settings
from tui.config.settings_file import read_settings
from tui.config.sources import Asked, BadValue, InForce, Source, Value, resolve, resolve_address, resolve_other
from tui.config.themes import ThemeName
from tui.domain.address import Address, PathKind, parse_address
from tui.domain.path import Plan
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


# The way

WAYS = """
keep_alive = true
[intervals]
auth = 7
positions = 4
[profiles.free]
url = "https://a.ngrok-free.app"
[profiles.free.path.headers]
X-Key = "env:KEY"
[profiles.paid]
url = "https://a.ngrok-free.app"
path.metered = false
[profiles.slow]
url = "https://box"
path = { metered = true, monthly = 9, every = 600, kind = "ssh", high = 2, agent = "http://127.0.0.1:4041" }
[profiles.own]
url = "https://a.ngrok-free.app"
keep_alive = true
intervals = { auth = 60, positions = 120 }
"""
REST = {"accounts", "summary", "others", "pnl"}


@pytest.fixture
def ways(tmp_path: Path) -> Settings:
    file = tmp_path / "ways.toml"
    file.write_text(WAYS, encoding="utf-8")
    return read_settings(file).settings


def test_a_metered_way_is_slow_by_itself_whatever_holds_for_all_gateways(ways: Settings) -> None:
    found = resolve(ways, Asked("free"), {})
    profile = found.as_profile
    assert profile.plan == Plan(True, 20_000)
    assert (profile.pace.auth, profile.pace.positions, profile.pace.tickle) == (300, 300, 60)
    assert profile.pace.on_word == REST | {"positions"}
    assert not profile.keep_alive
    assert {found.keep_alive.source, found.intervals["auth"].source} == {Source.PLAN}
    assert found.path.metered.source is Source.DEFAULT


def test_a_plan_that_allows_more_is_as_any_other_way(ways: Settings) -> None:
    profile = resolve(ways, Asked("paid"), {}).as_profile
    assert (profile.plan, profile.keep_alive) == (Plan(), True)
    assert profile.pace == Pace(auth=7, positions=4)


def test_what_the_profile_itself_says_counts_over_its_plan(ways: Settings) -> None:
    profile = resolve(ways, Asked("own"), {}).as_profile
    assert (profile.plan.metered, profile.keep_alive) == (True, True)
    assert (profile.pace.auth, profile.pace.positions, profile.pace.summary) == (60, 120, 300)
    assert profile.pace.on_word == REST


def test_all_that_is_said_of_a_way(ways: Settings) -> None:
    profile = resolve(ways, Asked("slow"), {}).as_profile
    assert (profile.plan, profile.pace.auth, profile.kind) == (Plan(True, 9), 600, PathKind.SSH)
    assert (profile.high, profile.agent) == (2, Address("http", "127.0.0.1", 4041))
    assert profile.way_in == WayIn()


@pytest.mark.parametrize(
    ("address", "metered"),
    [
        ("https://a.ngrok-free.app", True),
        ("https://A.NGROK-FREE.DEV.", True),
        ("https://a.ngrok.io", True),
        ("https://a.ngrok.pizza:8443", True),
        ("https://a.ngrok.app", False),
        ("https://a.ngrok.dev", False),
        ("https://ngrok-free.app.example.com", False),
        ("https://notngrok.io", False),
        ("https://a.trycloudflare.com", False),
        ("https://localhost:5000", False),
    ],
)
def test_which_addresses_are_metered_by_themselves(address: str, metered: bool) -> None:
    assert resolve(Settings(), Asked(url=address), {}).as_profile.plan.metered is metered
    assert resolve(Settings(), Asked(), {"CPWATCH_URL": address}).as_profile.plan.metered is metered
    assert resolve_address(Settings(), parse_address(address)).as_profile.plan.metered is metered


def test_what_is_shown_to_a_guard_belongs_to_the_profiles_own_address(ways: Settings) -> None:
    assert resolve(ways, Asked("free"), {}).as_profile.way_in.headers
    assert resolve_other(ways, "free").as_profile.way_in.headers
    assert resolve(ways, Asked("free", "https://a.ngrok-free.app:443"), {}).as_profile.way_in.headers
    for other in ("http://localhost", "https://b.ngrok-free.app", "https://a.ngrok-free.app:444", "https://box"):
        assert resolve(ways, Asked("free", other), {}).as_profile.way_in == WayIn()
        by_variable = {"CPWATCH_URL": other, "CPWATCH_PROFILE": "free"}
        assert resolve(ways, Asked(), by_variable).as_profile.way_in == WayIn()
    assert resolve_address(ways, parse_address("https://a.ngrok-free.app")).as_profile.way_in == WayIn()


@pytest.mark.parametrize(
    ("address", "high"), [("https://localhost", 0.05), ("https://10.0.0.1", 0.05), ("https://x.ts.net", 0.5)]
)
def test_what_is_high_goes_by_the_address_until_the_way_is_known(address: str, high: float) -> None:
    found = resolve(Settings(), Asked(url=address), {})
    assert found.path.high == Value(high)
    assert found.as_profile.high is None


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
