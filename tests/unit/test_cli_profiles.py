"""From options, environment and settings to a plan, and from a plan to an engine for any profile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from tui.cli_profiles import (
    ProfileSwitch,
    UsageError,
    at_address,
    first_state,
    plan_for,
    plan_for_demo,
    told,
    way_in,
)
from tui.config.preferences import Preferences
from tui.config.sources import Asked
from tui.config.themes import ThemeName
from tui.doctor.examining import Examining
from tui.domain.address import Address, PathKind, parse_address
from tui.domain.path import Plan
from tui.domain.state import Pace
from tui.domain.way import Told, ToldBy
from tui.engine.thread import MonitorEngine
from tui.ui.source import MonitorSource

CERTIFICATE = Path(__file__).parents[1] / "data" / "test-only-cert.pem"
FILE = f"""\
profile = "paper"
keep_alive = false
[intervals]
positions = 5
[profiles.paper]
url = "https://localhost:5001"
[profiles.live]
url = "https://localhost:5002"
title = "LIVE"
badge = "red"
region = "HK"
hide_accounts = ["U1234567"]
ca = '{CERTIFICATE}'
[profiles.live.intervals]
positions = 30
[profiles.broken]
ca = "missing.pem"
"""


def _engine(source: MonitorSource) -> MonitorEngine:
    """What does all but the walkthrough's checks."""
    assert isinstance(source, Examining)
    assert isinstance(source.engine, MonitorEngine)
    return source.engine


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One that names a settings file with three profiles."""
    file = tmp_path / "settings.toml"
    file.write_text(FILE, encoding="utf-8")
    return {"CPWATCH_CONFIG": str(file)}


@pytest.fixture(autouse=True)
def _no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def profiles(environment: dict[str, str]) -> Iterator[ProfileSwitch]:
    """The switch of a monitor that begins with `paper`."""
    switch = ProfileSwitch(plan_for(Asked(), environment), ManualClock())
    yield switch
    switch.stop()


@pytest.mark.parametrize(
    ("asked", "environment", "first"),
    [
        (Asked(), {}, True),
        (Asked(theme="cpwatch-light"), {"CPWATCH_THEME": "cpwatch-light"}, True),
        (Asked(url="https://localhost:1"), {}, False),
        (Asked(), {"CPWATCH_URL": "https://localhost:1"}, False),
    ],
)
def test_the_first_run_is_where_nobody_named_a_gateway(asked: Asked, environment: dict[str, str], first: bool) -> None:
    assert plan_for(asked, environment).first_run is first


def test_with_a_settings_file_it_is_not_the_first_run(environment: dict[str, str]) -> None:
    plan = plan_for(Asked(), environment)
    assert plan.file.exists
    assert not plan.first_run


def test_a_state_has_all_that_a_profile_says(environment: dict[str, str]) -> None:
    plan = plan_for(Asked(profile="live"), environment)
    state = first_state(plan.profile, ManualClock())
    assert state.gateway == state.path.address.url == "https://localhost:5002"
    assert state.pace == Pace(positions=30)
    assert state.session.region == "HK"
    assert state.accounts.hidden == {"U1234567"}
    assert not state.session.keep_alive.enabled
    assert plan.profile.ca == CERTIFICATE


@pytest.mark.parametrize(
    ("asked", "changes", "said"),
    [
        (Asked(profile="broken"), {}, "settings.toml:17: ca: "),
        (Asked(profile="life"), {}, "did you mean live?"),
        (Asked(ca="missing.pem"), {}, "--ca: "),
        (Asked(), {"CPWATCH_CA": "missing.pem"}, "CPWATCH_CA: "),
        (Asked(), {"CPWATCH_CONFIG": "missing.toml"}, "missing.toml: there is no such file"),
    ],
)
def test_what_cant_be_used(environment: dict[str, str], asked: Asked, changes: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan_for(asked, environment | changes)
    assert said in str(caught.value)


def test_the_users_own_keys_are_judged_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[keys]\nquit = "x"\nquti = "y"\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"settings\.toml:3: .*quti"):
        plan_for(Asked(), {"CPWATCH_CONFIG": str(file)})


def test_a_demo_knows_nothing_of_the_users_gateways(environment: dict[str, str]) -> None:
    asked = Asked(theme="cpwatch-light", no_keep_alive=False)
    others = {"CPWATCH_URL": "nonsense", "CPWATCH_PROFILE": "nobody", "CPWATCH_CA": "missing.pem"}
    plan = at_address(
        plan_for_demo(asked, environment | others, "demo ready", Preferences()), parse_address("https://localhost:6")
    )
    profile = plan.profile
    assert (profile.name, profile.title, profile.url.url) == ("", "demo ready", "https://localhost:6")
    assert (profile.keep_alive, profile.ca, profile.pace) == (True, None, Pace(positions=5))
    assert plan.in_force.theme.value is ThemeName.LIGHT
    assert ProfileSwitch(plan, ManualClock()).names == ()
    assert not plan.first_run


# The switch


def test_the_switch_tells_of_every_profile(profiles: ProfileSwitch) -> None:
    assert (profiles.names, profiles.current) == (("paper", "live", "broken"), "paper")
    assert [profiles.title(name) for name in profiles.names] == ["paper", "LIVE", "broken"]
    assert [profiles.badge(name) for name in profiles.names] == [None, "red", None]
    assert profiles.address("live") == "https://localhost:5002"


def test_each_profile_gets_an_engine_of_its_own(profiles: ProfileSwitch) -> None:
    first, second, third = (profiles.open(name).source for name in ("paper", "live", "paper"))
    assert [each.snapshot.gateway for each in (first, second, third)] == [
        *("https://localhost:5001", "https://localhost:5002", "https://localhost:5001"),
    ]
    assert second.snapshot.pace == Pace(positions=30)
    assert first is not third
    assert profiles.current == "paper"
    assert not any(_engine(each).alive for each in (first, second, third))


@pytest.mark.parametrize(("name", "said"), [("broken", "missing.pem"), ("lief", "did you mean live?")])
def test_what_cant_be_opened_leaves_the_current_one(profiles: ProfileSwitch, name: str, said: str) -> None:
    profiles.open("live")
    with pytest.raises(UsageError) as caught:
        profiles.open(name)
    assert said in str(caught.value)
    assert profiles.current == "live"


def test_an_address_of_its_own_stays_in_the_list(environment: dict[str, str]) -> None:
    switch = ProfileSwitch(plan_for(Asked(url="https://localhost:7"), environment), ManualClock())
    assert switch.names == ("", "paper", "live", "broken")
    assert (switch.title(""), switch.address("")) == ("", "https://localhost:7")
    switch.open("live")
    assert switch.open("").source.snapshot.gateway == "https://localhost:7"


def test_the_address_of_an_option_is_the_first_profiles_only(environment: dict[str, str]) -> None:
    asked = Asked(profile="paper", url="https://localhost:7", no_keep_alive=True)
    switch = ProfileSwitch(plan_for(asked, environment), ManualClock())
    assert switch.address("paper") == "https://localhost:7"
    assert switch.address("live") == "https://localhost:5002"
    assert not switch.open("live").source.snapshot.session.keep_alive.enabled


def test_any_address_can_be_watched_which_no_profile_is_told_of(profiles: ProfileSwitch) -> None:
    opened = profiles.open(parse_address("https://box:5001"))
    assert (opened.source.snapshot.gateway, opened.title, opened.badge) == ("https://box:5001", "", None)
    assert profiles.current == ""


# The way

WAYS = """
[profiles.box]
url = "https://a.ngrok-free.app"
keep_alive = true
title = "BOX"
hide_accounts = ["U1234567"]
[profiles.box.path]
kind = "ngrok"
agent = "http://127.0.0.1:4041"
high = 2
basic_auth = { user = "me", password = "env:CPWATCH_TEST_PASSWORD" }
[profiles.box.path.headers]
X-Key = "env:CPWATCH_TEST_KEY"
[profiles.home]
"""
SECRETS = {"CPWATCH_TEST_PASSWORD": "hunter2", "CPWATCH_TEST_KEY": "c0ffee"}


@pytest.fixture
def ways(tmp_path: Path) -> dict[str, str]:
    """An environment that names a settings file with a guarded way, and has its secrets."""
    file = tmp_path / "ways.toml"
    file.write_text(WAYS, encoding="utf-8")
    return {"CPWATCH_CONFIG": str(file), **SECRETS}


def test_a_state_has_what_the_settings_say_of_the_way(ways: dict[str, str]) -> None:
    plan = plan_for(Asked(profile="box"), ways)
    state = first_state(plan.profile, ManualClock())
    assert state.path.way is not None
    assert (state.path.way.value.kind, state.path.way.value.told_by) == (PathKind.NGROK, ToldBy.SETTINGS)
    assert (state.path.plan, state.path.high) == (Plan(True, 20_000), 2)
    assert state.session.keep_alive.enabled
    assert told(plan.profile) == Told(PathKind.NGROK, (Address("http", "127.0.0.1", 4041),))
    other = plan_for(Asked(profile="home"), ways).profile
    assert first_state(other, ManualClock()).path.way is None
    assert told(other) == Told()


def test_secrets_are_read_when_a_gateway_is_opened_and_stand_nowhere_else(ways: dict[str, str]) -> None:
    plan = plan_for(Asked(profile="box"), {"CPWATCH_CONFIG": ways["CPWATCH_CONFIG"]})
    found = way_in(plan.profile, plan.file, ways)
    assert found["X-Key"].reveal() == "c0ffee"
    assert found["Authorization"].reveal() == "Basic bWU6aHVudGVyMg=="
    everything = f"{plan} {found} {first_state(plan.profile, ManualClock())}"
    assert not any(secret in everything for secret in ("c0ffee", "hunter2", "bWU6aHVudGVyMg"))


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("CPWATCH_TEST_KEY", "ways.toml:13: profiles.box.path.headers.X-Key: the variable CPWATCH_TEST_KEY is not set"),
        ("CPWATCH_TEST_PASSWORD", "ways.toml:11: profiles.box.path.basic_auth.password: the variable"),
    ],
)
def test_a_secret_that_is_missing_is_a_mistake_with_its_place(ways: dict[str, str], missing: str, said: str) -> None:
    plan = plan_for(Asked(profile="box"), ways)
    with pytest.raises(UsageError) as caught:
        way_in(plan.profile, plan.file, {name: value for name, value in ways.items() if name != missing})
    assert said in str(caught.value)


def test_an_engine_is_handed_the_way_in_of_its_own_gateway(
    ways: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = ProfileSwitch(plan_for(Asked(profile="home"), ways), ManualClock())
    with pytest.raises(UsageError, match=r"X-Key: the variable CPWATCH_TEST_KEY is not set"):
        switch.open("box")
    assert switch.current == "home"
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    handed = {}
    for wanted in ("box", "home", parse_address("https://a.ngrok-free.app"), parse_address("https://box")):
        engine = _engine(switch.open(wanted).source)
        handed[str(wanted)] = (list(engine._way_in or ()), engine._told.kind, engine.snapshot.path.plan.metered)
    assert list(handed.values()) == [
        (["X-Key", "Authorization"], PathKind.NGROK, True),
        *(([], None, False), ([], None, True), ([], None, False)),
    ]
    assert not switch.open(parse_address("https://box")).source.snapshot.accounts.hidden
