"""What a fresh interpreter loads: scripts pay for no screen, and the first paint waits for no network library."""

import re
import sys
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.project import run_python

SCREEN = {"textual", "rich"}
NETWORK = {"httpx", "httpcore", "pydantic", "pydantic_core"}
# What only a part of the program needs, and loads when it does.
LATE = {"psutil", "yaml", "plotext", "prometheus_client", "shtab"}
_IMPORTED = re.compile(r"^import time:\s+\d+ \|\s+\d+ \|\s+([\w.]+)$", re.MULTILINE)


def loaded(*arguments: str) -> tuple[int, set[str]]:
    """The exit code of `python ARGUMENTS`, and the top-level packages that it imported."""
    code, modules = loaded_modules(*arguments)
    return code, {name.partition(".")[0] for name in modules}


def loaded_modules(*arguments: str) -> tuple[int, set[str]]:
    """The same with every module by its whole name."""
    done = run_python("-X", "importtime", *arguments)
    modules = set(_IMPORTED.findall(done.stderr))
    assert modules & {"argparse", "tui"}, done.stderr[-2000:]
    return done.returncode, modules


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 0),
        (("--help",), 0),
        (("status", "--help"), 0),
        (("simulate", "--help"), 0),
        (("--no-such-option",), 2),
        (("no-such-command",), 2),
        (("--demo", "no-such-scenario"), 2),
        (("status", "--url", "localhost:5000"), 2),
        (("status", "--profile", "nobody"), 2),
        (("config", "show"), 0),
        (("watch", "--help"), 0),
        (("help", "verdicts"), 0),
        (("completion", "zsh"), 0),
        (("watch", "--profile", "nobody"), 2),
        (("status", "--url", "https://localhost:5000", "--ca", "no-such-file.pem"), 2),
        ((), 2),  # no terminal: a usage error before anything of the screen is loaded
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_answers_that_ask_no_gateway_load_neither_screen_nor_network(arguments: tuple[str, ...], code: int) -> None:
    returned, packages = loaded("-m", "tui", *arguments)
    assert returned == code
    assert not packages & (SCREEN | NETWORK)


def test_the_command_line_itself_loads_neither_screen_nor_network() -> None:
    _, packages = loaded("-c", "import tui.cli")
    assert not packages & (SCREEN | NETWORK)


def test_the_command_line_itself_is_small() -> None:
    """What stands between the call and the first thing on the screen, which needs none of it."""
    _, modules = loaded_modules("-c", "import tui.cli")
    assert "argparse" in modules
    assert not modules & {"asyncio", "logging", "ssl", "tui.config.settings", "tui.domain.state", "tui.clock"}


def test_the_monitor_loads_no_screen_but_its_own() -> None:
    _, modules = loaded_modules("-c", "import tui.cli_monitor, tui.doctor.examining, tui.engine.thread, tui.ui.app")
    screens = {name for name in modules if name.startswith("tui.ui.screens.")}
    assert screens == {"tui.ui.screens.monitor"}
    late = ("tui.domain.events", "tui.domain.reduce", "tui.path", "tui.setup", "tui.watch", "tui.gateway")
    assert not {name for name in modules if name.startswith(late)}


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_status_never_loads_the_screen(form: tuple[str, ...]) -> None:
    code, packages = loaded("-m", "tui", "status", *form, "--url", f"https://127.0.0.1:{free_port()}")
    assert code == 3
    assert "httpx" in packages, "the look was not taken, so that this test shows nothing"
    assert not packages & SCREEN


@pytest.mark.skipif(sys.platform == "win32", reason="it ends itself by a signal")
def test_watch_never_loads_the_screen(tmp_path: Path) -> None:
    told_to_end = f"""
import signal, sys
from tui.watch.loglines import LineLog
follow = LineLog.follow
def end(self, state):
    follow(self, state)
    if state.standing is not None:
        LineLog.follow = follow
        signal.raise_signal(signal.SIGTERM)
LineLog.follow = end
from tui.cli import main
url, log = "https://127.0.0.1:{free_port()}", {str(tmp_path / "log")!r}
sys.exit(main(["watch", "--reopen", "--url", url, "--log-file", log]))
"""
    code, packages = loaded("-c", told_to_end)
    assert code == 0
    assert "gateway_down" in (tmp_path / "log").read_text("utf-8")
    assert "httpx" in packages
    assert not packages & (SCREEN | {"plotext", "yaml"})


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("tui.clock", SCREEN | NETWORK),
        ("tui.resources", SCREEN | NETWORK),
        ("tui.domain.reduce", SCREEN | NETWORK),
        ("tui.domain.verdict", SCREEN | NETWORK),
        ("tui.domain.report", SCREEN | NETWORK),
        ("tui.config.environment", SCREEN | NETWORK),
        ("tui.config.settings_file", SCREEN | NETWORK),
        ("tui.config.sources", SCREEN | NETWORK),
        ("tui.config.preferences", SCREEN | NETWORK),
        ("tui.config.logs", SCREEN | NETWORK),
        ("tui.simulator.child", SCREEN | NETWORK),
        ("tui.simulator.serve", SCREEN | NETWORK),
        ("tui.gateway.client", {"textual"}),
        ("tui.path.detect", {"textual"}),
        ("tui.setup.judge", SCREEN | NETWORK),
        ("tui.doctor.checks", {"textual"}),
        ("tui.engine.status", {"textual"}),
        ("tui.engine.thread", {"textual"}),
        ("tui.watch.run", {"textual"}),
        ("tui.watch.shipped", SCREEN | NETWORK | LATE),
        ("tui.watch.health", {"textual"}),
        ("tui.ui.app", NETWORK | LATE),
    ],
)
def test_a_module_loads_no_more_than_its_layer_needs(module: str, absent: set[str]) -> None:
    code, packages = loaded("-c", f"import {module}")
    assert code == 0
    assert not packages & absent


def test_the_engine_brings_no_network_before_it_is_started() -> None:
    _, packages = loaded("-c", "import tui.cli, tui.engine.thread, tui.ui.app")
    assert not packages & (NETWORK | LATE)


def test_the_search_itself_finds_what_it_is_for() -> None:
    code, packages = loaded("-c", "import tui.cli, textual.app, rich.text, pydantic, httpx, httpcore")
    assert code == 0
    assert packages >= SCREEN | NETWORK


@pytest.mark.parametrize("module", ["tui.gateway.client", "tui.path.local_http", "tui.engine.path_job"])
def test_the_network_library_is_loaded_without_its_command_line(module: str) -> None:
    """Which loads click, rich and pygments where they are installed, as they are beside the tests."""
    code, packages = loaded("-c", f"import {module}, httpx; httpx.Client().close(); assert callable(httpx.main)")
    assert code == 0
    assert "httpx" in packages
    assert not packages & {"click", "rich", "pygments"}
