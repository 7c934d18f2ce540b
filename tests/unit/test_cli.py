"""The command line: what it takes, what it refuses and how, and what it hands on."""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import tui.engine.status
from tests.support.logs import own_log_folder
from tui import cli, cli_monitor, output
from tui.cli_profiles import Plan
from tui.clock import Moment
from tui.config import logs
from tui.domain.address import BadAddress
from tui.domain.state import Here, MonitorState
from tui.domain.way import Told
from tui.opening import opening
from tui.simulator.scenarios import Scenario

CERTIFICATE = Path(__file__).parents[1] / "data" / "test-only-cert.pem"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """No setting of the machine's own, and a log folder of the test's."""
    for name in ("URL", "CA", "THEME", "PROFILE"):
        monkeypatch.delenv(f"CPWATCH_{name}", raising=False)
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with own_log_folder(monkeypatch, tmp_path) as place:
        yield place


@dataclass
class Looked:
    """What the command line handed to the look."""

    states: list[MonitorState] = field(default_factory=list)
    options: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Looked:
    """The look itself, replaced by one that only remembers and finds a backend that hangs."""
    seen = Looked()

    def status(state: MonitorState, clock: Any, deadline: Moment, **options: Any) -> int:
        seen.states.append(state)
        seen.options.append(options)
        seen.seconds.append(clock.now().seconds_until(deadline))
        return 6

    monkeypatch.setattr(tui.engine.status, "status", status)
    return seen


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Watched:
    """What the command line handed to the monitor. err: what it wrote to standard error."""

    err: Terminal = field(default_factory=Terminal)
    calls: list[tuple[str, Path | None, str, bool]] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    wants_demo: list[bool] = field(default_factory=list)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A terminal, and a monitor that only remembers how it was started."""
    seen = Watched()
    # The module's own view of its streams: pytest puts its captures into the real one between set-up and test.
    streams = SimpleNamespace(stdin=Terminal(), stdout=Terminal(), stderr=seen.err)
    monkeypatch.setattr(cli, "sys", streams)
    monkeypatch.setattr(output, "sys", streams)
    monkeypatch.setattr(cli, "opening", lambda name: opening(name, io.StringIO()))

    def watch(plan: Plan, *_: Any, **__: Any) -> cli_monitor.Ended:
        profile = plan.profile
        seen.calls.append((profile.url.url, profile.ca, plan.in_force.theme.value, profile.keep_alive))
        seen.plans.append(plan)
        return cli_monitor.Ended(0, wants_demo=seen.wants_demo.pop() if seen.wants_demo else False)

    monkeypatch.setattr(cli_monitor, "_watch", watch)
    return seen


def code_of(*arguments: str) -> int:
    """The exit code, whether it is returned or argparse exits with it."""
    try:
        return cli.main(arguments)
    except SystemExit as error:
        assert isinstance(error.code, int)  # noqa: PT017 (argparse exits, we return: both are exit codes)
        return error.code


# Usage errors


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["status", "--url", "localhost:5000"], "does not start with"),
        (["status", "--url", ""], "does not start with"),
        (["status", "--url", "https://localhost:5000/v1/api"], "behind the port"),
        (["status", "--url", "https://localhost:x"], "is not a URL"),
        (["--url", "ftp://localhost", "status"], "does not start with"),
        (["status", "--ca", "no such file.pem"], "no such file.pem"),
        (["--ca", "no such file.pem", "status"], "no such file.pem"),
        (["status", "--ca", ""], "--ca"),
        (["status", "--ca", __file__], "no certificate in it"),
        (["status", "--log", "no such folder/x.log"], "the log can't be written"),
        (["status", "--log", ""], "--log is empty"),
        (["--demo", "denied", "status"], "cpwatch simulate"),
        (["--demo", "denied", "--url", "https://localhost:5000"], "leave out --url"),
        (["--demo", "denied", "--url", ""], "leave out --url"),
        ([], "needs a terminal"),
        (["--demo"], "needs a terminal"),
    ],
)
def test_what_cant_be_done_is_one_line_and_exit_2(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str], looked: Looked
) -> None:
    assert code_of(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert why in err
    assert err.startswith("cpwatch: ")
    assert len(err.splitlines()) == 1
    assert looked.states == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--demo", "no-such-scenario"], "no-such-scenario"),
        (["--demo", "status"], "invalid choice"),
        (["--theme", "pink"], "invalid choice"),
        (["--colour"], "unrecognized arguments: --colour"),
        (["sing"], "invalid choice: 'sing'"),
        (["status", "more"], "unrecognized arguments: more"),
        (["status", "--url"], "expected one argument"),
        (["simulate", "--port", "many"], "invalid int value"),
        (["simulate", "--scenario", "no-such-scenario"], "no-such-scenario"),
    ],
)
def test_what_is_not_understood_is_said_with_the_way_to_the_help(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert why in err
    assert err.splitlines()[-1].startswith("Try: cpwatch")
    assert err.splitlines()[-1].endswith("--help")
    assert "Traceback" not in err


def test_an_unknown_scenario_names_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("--demo", "no-such-scenario") == 2
    err = capsys.readouterr().err
    assert all(scenario.value in err for scenario in Scenario)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("CPWATCH_URL", "localhost:5000", "does not start with"),
        ("CPWATCH_CA", "no such file.pem", "no such file.pem"),
    ],
)
def test_a_bad_setting_of_the_environment_is_a_usage_error_too(
    name: str, value: str, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert code_of("status") == 2
    assert why in capsys.readouterr().err


def test_a_password_in_the_address_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("status", "--url", "https://trader:s3cret@localhost:5000") == 2
    assert "s3cret" not in capsys.readouterr().err


def test_an_address_that_only_the_client_finds_bad_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise BadAddress("no such name")

    monkeypatch.setattr(tui.engine.status, "status", refuse)
    assert code_of("status") == 2
    assert capsys.readouterr().err == "cpwatch: no such name\n"


# What is handed on

NOTHING_SAID = {"told": Told(), "way_in": {}}
"""Of the way to the gateway."""


@pytest.mark.parametrize(
    ("arguments", "url", "as_json", "debug"),
    [
        (["status"], "https://localhost:5000", False, False),
        (["status", "--json"], "https://localhost:5000", True, False),
        (["status", "--url", "https://a:1"], "https://a:1", False, False),
        (["--url", "https://a:1", "status"], "https://a:1", False, False),
        (["--url", "https://a:1", "status", "--json"], "https://a:1", True, False),
        (["--url", "https://a:1", "status", "--url", "https://b:2"], "https://b:2", False, False),
        (["--debug", "status", "--url", "https://a:1"], "https://a:1", False, True),
        (["--url", "https://a:1", "status", "--debug"], "https://a:1", False, True),
        (["status", "--url=https://[::1]:5001"], "https://[::1]:5001", False, False),
    ],
)
def test_options_before_and_after_the_command_do_not_undo_each_other(
    arguments: list[str], url: str, as_json: bool, debug: bool, looked: Looked
) -> None:
    assert code_of(*arguments) == 6  # the look's own exit code
    (state,) = looked.states
    assert state.path.address.url == state.gateway == url
    assert looked.options == [{"ca": None, "as_json": as_json, "wait": None, **NOTHING_SAID}]
    assert logging.getLogger(logs.ROOT).isEnabledFor(logging.DEBUG) is debug
    assert 13.0 < looked.seconds[0] <= 15.0


@pytest.mark.parametrize("before", [True, False])
def test_certificates_and_a_log_on_either_side_of_the_command(before: bool, looked: Looked, tmp_path: Path) -> None:
    log = tmp_path / "cpwatch.log"
    options = ["--ca", str(CERTIFICATE), "--log", str(log)]
    assert code_of(*([*options, "status"] if before else ["status", *options])) == 6
    assert looked.options == [{"ca": CERTIFICATE, "as_json": False, "wait": None, **NOTHING_SAID}]
    assert log.exists()


def test_the_environment_stands_for_options_and_options_beat_it(
    looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPWATCH_URL", "https://a:1")
    monkeypatch.setenv("CPWATCH_CA", str(CERTIFICATE))
    monkeypatch.setenv("LOGNAME", "trader")
    monkeypatch.setenv("SSH_CONNECTION", "198.51.100.4 50312 192.0.2.17 22")
    assert code_of("status") == 6
    assert code_of("status", "--url", "https://b:2") == 6
    assert [state.gateway for state in looked.states] == ["https://a:1", "https://b:2"]
    assert looked.states[0].here == Here("trader", "192.0.2.17", 22)
    assert [options["ca"] for options in looked.options] == [CERTIFICATE, CERTIFICATE]


@pytest.mark.parametrize(
    ("arguments", "environment", "call"),
    [
        ([], {}, ("https://localhost:5000", None, "cpwatch-dark", True)),
        (["--no-keep-alive"], {}, ("https://localhost:5000", None, "cpwatch-dark", False)),
        (["--theme", "cpwatch-light"], {}, ("https://localhost:5000", None, "cpwatch-light", True)),
        ([], {"CPWATCH_THEME": "cpwatch-light"}, ("https://localhost:5000", None, "cpwatch-light", True)),
        (
            ["--theme", "cpwatch-dark"],
            {"CPWATCH_THEME": "cpwatch-light"},
            ("https://localhost:5000", None, "cpwatch-dark", True),
        ),
        (
            ["--theme", "cpwatch-dark"],
            {"CPWATCH_THEME": "pink"},
            ("https://localhost:5000", None, "cpwatch-dark", True),
        ),
        (["--url", "http://a:1", "--ca", str(CERTIFICATE)], {}, ("http://a:1", CERTIFICATE, "cpwatch-dark", True)),
        ([], {"CPWATCH_URL": "http://a:1"}, ("http://a:1", None, "cpwatch-dark", True)),
    ],
)
def test_the_monitor_is_started_as_asked(
    arguments: list[str],
    environment: dict[str, str],
    call: tuple[str, Path | None, str, bool],
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert code_of(*arguments) == 0
    assert watched.calls == [call]
    assert watched.err.getvalue() == ""


def test_who_wants_the_demo_instead_gets_it(watched: Watched) -> None:
    watched.wants_demo.append(True)
    assert code_of() == 0
    first, second = watched.plans
    assert (first.profile.url.port, first.profile.title) == (5000, "")
    assert second.profile.url.port != 5000
    assert second.profile.title == "demo ready"


@pytest.mark.parametrize("arguments", [[], ["--demo"]])
def test_an_unknown_theme_in_the_environment_names_those_that_there_are(
    arguments: list[str], watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPWATCH_THEME", "pink")
    assert code_of(*arguments) == 2
    (line,) = watched.err.getvalue().splitlines()
    assert "CPWATCH_THEME" in line
    assert "'pink'" in line
    assert "cpwatch-dark, cpwatch-light" in line
    assert watched.calls == []


@pytest.mark.parametrize("missing", ["stdin", "stdout", "stderr"])
@pytest.mark.parametrize("instead", [io.StringIO(), None], ids=["a pipe", "closed"])
def test_the_monitor_needs_a_whole_terminal(
    missing: str, instead: io.StringIO | None, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.sys, missing, instead)
    assert code_of() == 2
    assert watched.calls == []
    assert missing == "stderr" or "cpwatch status" in watched.err.getvalue()


def test_bad_input_to_the_monitor_is_told_before_the_screen_starts(watched: Watched) -> None:
    assert code_of("--url", "localhost") == 2
    assert code_of("--ca", "no such file.pem") == 2
    assert code_of("--log", "no such folder/x.log") == 2
    assert len(watched.err.getvalue().splitlines()) == 3
    assert watched.calls == []


def test_a_password_in_an_address_is_never_shown(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(cli, "opening", lambda name: opening(name, shown))
    assert code_of("--url", "https://me:hunter2@localhost:5000") == 2
    assert "hunter2" not in shown.getvalue() + watched.err.getvalue()
    assert code_of("--url", "https://localhost:5000") == 0
    assert "https://localhost:5000" in shown.getvalue()


@pytest.mark.usefixtures("watched")
def test_where_the_monitors_log_is_is_said_only_where_nobody_named_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of("--debug") == 0
    assert capsys.readouterr().out == f"The log is in {folder / 'cpwatch.log'}\n"
    assert code_of("--debug", "--log", str(folder / "own.log")) == 0
    assert code_of() == 0
    assert capsys.readouterr().out == ""


def test_the_simulator_gets_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    import tui.simulator.serve

    seen: list[dict[str, Any]] = []

    def run(**options: Any) -> int:
        seen.append(options)
        return 0

    monkeypatch.setattr(tui.simulator.serve, "run", run)
    assert code_of("simulate") == 0
    assert (
        code_of(
            *("simulate", "--port", "0", "--scenario", "denied", "--positions", "200", "--accounts", "3", "--no-tls"),
        )
        == 0
    )
    # Names and values that the contract promises; what else the simulator takes is its own business.
    promised = ("port", "scenario", "positions", "accounts", "tls")
    assert [tuple(options[name] for name in promised) for options in seen] == [
        (5000, "ready", 12, 1, True),
        (0, "denied", 200, 3, False),
    ]


@pytest.mark.parametrize(
    ("environment", "slow", "expected"),
    [
        ({}, False, {"TEXTUAL_FPS": "120"}),
        ({"COLORTERM": "truecolor"}, False, {"TEXTUAL_FPS": "120"}),
        ({"COLORTERM": "truecolor"}, True, {"TEXTUAL_FPS": "15", "TEXTUAL_COLOR_SYSTEM": "256"}),
        ({"COLORTERM": "24bit"}, True, {"TEXTUAL_FPS": "15", "TEXTUAL_COLOR_SYSTEM": "256"}),
        ({"TERM": "xterm-16color"}, True, {"TEXTUAL_FPS": "15"}),  # which 256 would be more than it has
        ({"COLORTERM": "truecolor", "TEXTUAL_COLOR_SYSTEM": "standard", "TEXTUAL_FPS": "30"}, True, {}),
    ],
)
def test_a_slow_link_gets_fewer_colours_and_repaints(
    environment: dict[str, str], slow: bool, expected: dict[str, str]
) -> None:
    assert cli_monitor.for_textual(environment, slow=slow) == expected
