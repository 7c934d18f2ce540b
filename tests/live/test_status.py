"""`cpwatch status` as scripts call it: the real command, a real socket, every scenario's verdict and exit code."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.ports import free_port
from tui.simulator.child import SimulatorChild
from tui.simulator.scenarios import Scenario

pytestmark = pytest.mark.live

EXPECTED = {
    Scenario.READY: ("ready", 0),
    Scenario.LOGIN_REQUIRED: ("login_required", 1),
    Scenario.COMPETING: ("competing", 1),
    Scenario.DENIED: ("denied", 4),
    Scenario.BACKEND_DOWN: ("backend_down", 6),
    Scenario.BACKEND_HUNG: ("backend_hung", 6),
}


def status(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", "status", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


def document(*arguments: str) -> tuple[dict[str, Any], int]:
    ended = status("--json", *arguments)
    assert ended.stderr == ""
    return json.loads(ended.stdout), ended.returncode


def test_every_scenario_has_its_expectation() -> None:
    assert set(EXPECTED) == set(Scenario)


@pytest.mark.parametrize("scenario", list(Scenario))
def test_scenario(scenario: Scenario) -> None:
    with SimulatorChild(scenario) as child:
        seen, code = document("--url", child.url)
        assert (seen["verdict"], code) == EXPECTED[scenario]
        assert seen["schema"] == 1
        assert (seen["remedy"] is None) == (scenario is Scenario.READY)
        assert seen["path"]["url"] == child.url
        assert "POST /v1/api/tickle" not in child.requests()["counters"]


def test_ready_tells_all_that_the_contract_shows() -> None:
    with SimulatorChild(accounts=2, positions=3) as child:
        seen, _ = document("--url", child.url)
    assert list(seen) == ["schema", "at", "verdict", "summary", "remedy", "path", "session", "accounts"]
    assert list(seen["session"]) == [
        *("sso", "brokerage", "connected", "competing", "established", "paper"),
        *("server", "login_at", "resets_at", "expected_reset"),
    ]
    assert seen["session"]["paper"] is True
    assert [account["id"] for account in seen["accounts"]] == ["DU1234567", "DU1234568"]
    assert [account["positions"] for account in seen["accounts"]] == [3, 3]
    assert [leg["name"] for leg in seen["path"]["legs"]] == ["gateway", "ibkr"]


def test_competing_does_not_blank_what_the_login_still_delivers() -> None:
    with SimulatorChild(Scenario.COMPETING) as child:
        seen, _ = document("--url", child.url)
    assert seen["session"]["sso"] is True
    assert seen["session"]["brokerage"] is False
    assert seen["accounts"][0]["positions"] == 12


def test_nothing_listens() -> None:
    seen, code = document("--url", f"https://localhost:{free_port()}")
    assert (seen["verdict"], code) == ("gateway_down", 3)


@pytest.mark.parametrize("tls", [True, False])
def test_the_wrong_scheme(tls: bool) -> None:
    with SimulatorChild(tls=tls) as child:
        wrong = child.url.replace("https:", "http:") if tls else child.url.replace("http:", "https:")
        seen, code = document("--url", wrong)
        assert (seen["verdict"], code) == ("wrong_scheme", 3)
        assert child.url in seen["remedy"]


def test_a_name_that_does_not_exist() -> None:
    seen, code = document("--url", "https://no-such-host.invalid:5000")
    assert (seen["verdict"], code) == ("unreachable", 3)


def test_a_name_service_that_hangs_does_not_outlast_the_deadline() -> None:
    script = (
        "import socket, sys, threading\n"
        "socket.getaddrinfo = lambda *_, **__: threading.Event().wait()\n"
        "from tui.cli import main\n"
        "sys.exit(main(['status', '--json', '--url', 'https://slow.invalid:5000']))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=15, check=False)
    assert (json.loads(ended.stdout)["verdict"], ended.returncode) == ("unreachable", 3)


def test_text_names_the_verdict_and_the_next_act_without_escape_codes() -> None:
    with SimulatorChild(Scenario.LOGIN_REQUIRED) as child:
        ended = status("--url", child.url)
        assert ended.returncode == 1
        assert ended.stdout.startswith("▲ LOGIN REQUIRED  The gateway runs, nobody is logged in.\n")
        assert child.url in ended.stdout
        assert "\x1b" not in ended.stdout


def test_a_pipe_that_takes_ascii_only_gets_ascii() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "status", "--url", f"https://localhost:{free_port()}"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin"},
        timeout=30,
        check=False,
    )
    assert ended.returncode == 3
    assert ended.stdout.startswith(b"! GATEWAY DOWN")
    assert ended.stderr == b""


def test_the_log_tells_what_happened_without_secrets(tmp_path: Any) -> None:
    log = tmp_path / "cpwatch.log"
    with SimulatorChild() as child:
        assert status("--url", child.url, "--log", str(log), "--debug").returncode == 0
    text = log.read_text(encoding="utf-8")
    assert "POST /v1/api/iserver/auth/status" in text
    assert "DU1234567" not in text
    assert "ready: trading session live" in text
