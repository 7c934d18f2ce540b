"""`cpwatch status` as scripts call it: the real command, a real socket, every scenario's verdict and exit code."""

import contextlib
import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.expected import EXPECTED
from tests.support.ports import free_port
from tests.support.waiting import wait_until
from tui.simulator.child import SimulatorChild
from tui.simulator.scenarios import Scenario

pytestmark = pytest.mark.live

CHEAP = [scenario for scenario in Scenario if scenario not in {Scenario.BACKEND_HUNG, Scenario.SLOW}]
"""Those that need no answer to be waited for."""


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


@pytest.mark.parametrize("scenario", CHEAP)
def test_scenario(scenario: Scenario) -> None:
    with SimulatorChild(scenario) as child:
        seen, code = document("--url", child.url)
        assert_as_expected(scenario, child, seen, code)
        if scenario is not Scenario.RESTARTING:  # nobody listens who could be asked
            assert "POST /v1/api/tickle" not in child.requests()["counters"]


def assert_as_expected(scenario: Scenario, child: SimulatorChild, seen: dict[str, Any], code: int) -> None:
    assert (seen["verdict"], code) == EXPECTED[scenario]
    assert seen["schema"] == 1
    assert (seen["remedy"] is None) == (seen["verdict"] == "ready")
    assert seen["path"]["url"] == child.url


def test_those_that_take_their_time_end_within_the_deadline() -> None:
    """Side by side, as each of them takes all of its seconds."""
    with contextlib.ExitStack() as stack:
        slow = {scenario: stack.enter_context(SimulatorChild(scenario)) for scenario in set(Scenario).difference(CHEAP)}
        looks = {
            scenario: stack.enter_context(started("--json", "--url", child.url)) for scenario, child in slow.items()
        }
        waiting = stack.enter_context(
            started("--json", "--wait", "ready", "--timeout", "2", "--url", slow[Scenario.BACKEND_HUNG].url)
        )
        printed, _ = waiting.communicate(timeout=15)
        # The gateway has not had the time that makes a silence a hang: nothing is known, and that is no 0.
        assert waiting.returncode != 0
        assert json.loads(printed)["verdict"] in {"unknown", "backend_hung"}
        for scenario, look in looks.items():
            printed, _ = look.communicate(timeout=15)
            assert_as_expected(scenario, slow[scenario], json.loads(printed), look.returncode)


def started(*arguments: str) -> subprocess.Popen[str]:
    """`cpwatch status`, under way; what it prints is text."""
    command = [sys.executable, "-m", "tui", "status", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")


def test_wait_ends_well_when_the_verdict_comes() -> None:
    with SimulatorChild(Scenario.LOGIN_REQUIRED) as child:
        with started("--json", "--wait", "ready", "--timeout", "60", "--url", child.url) as waiting:
            wait_until(lambda: child.requests()["total"] > 0)
            child.set_scenario(Scenario.READY)
            printed, _ = waiting.communicate(timeout=30)
        assert waiting.returncode == 0
        assert [account["positions"] for account in json.loads(printed)["accounts"]] == [12]
        assert json.loads(printed)["verdict"] == "ready"
        counters = child.requests()["counters"]
        assert "POST /v1/api/tickle" not in counters


@pytest.mark.parametrize(
    ("scenario", "wanted", "code"),
    [(Scenario.LOGIN_REQUIRED, "login_required", 0), (Scenario.DENIED, "ready", 4), (Scenario.READY, "competing", 1)],
)
def test_wait_is_over_at_once_or_with_its_time(scenario: Scenario, wanted: str, code: int) -> None:
    with SimulatorChild(scenario) as child:
        seen, ended = document("--wait", wanted, "--timeout", "0.5", "--url", child.url)
        assert (seen["verdict"], ended) == (EXPECTED[scenario][0], code)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--wait", "sunshine"), "sunshine"),
        (("--wait", "ready", "--timeout", "0"), "no number of seconds"),
        (("--wait", "ready", "--timeout", "nan"), "no number of seconds"),
        (("--wait", "ready", "--timeout", "-1"), "--timeout"),
        (("--timeout", "5"), "--timeout goes with --wait"),
        (("--wait",), "--wait"),
    ],
)
def test_a_wait_that_makes_no_sense_is_a_mistake_to_tell(arguments: tuple[str, ...], said: str) -> None:
    ended = status(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_second_of_two_looks_knows_what_the_first_was_told() -> None:
    """The look that comes second is told of the login by the first one, since IBKR would not answer twice."""
    with SimulatorChild() as child:
        first, _ = document("--url", child.url)
        second, code = document("--url", child.url)
        counters = child.requests()["counters"]
        assert (second["verdict"], code) == ("ready", 0)
        assert first["session"]["login_at"] == second["session"]["login_at"] is not None
        assert counters["GET /v1/api/sso/validate"] == 1
        assert second["accounts"][0]["positions"] == 12


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
