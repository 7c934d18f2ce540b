"""`cpwatch doctor` as a user calls it: the real command, real sockets, and secrets planted wherever it looks."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.agents import endpoint, ngrok_agent
from tests.support.ports import free_port
from tests.support.project import plain_environment, run_python
from tests.support.pseudo import pseudo
from tui.simulator.child import SimulatorChild
from tui.simulator.scenarios import Scenario

pytestmark = pytest.mark.live
posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals and scripts as programs are POSIX's")

HEADER = "pl4nted-header-value"
PASSWORD = "pl4nted-basic-password"
POLICY = "pl4nted-policy-password"
TOKEN = "eyJhIjoiNzU2ZGVhZGJlZWYiLCJ0Ijoic2VjcmV0LXRva2VuIn0="
KEYSTORE = "pl4nted-keystore-password"
COOKIE = "pl4nted-cookie"
TITLE = "Pl4nted's savings"
PUBLIC = "quiet-river-17.ngrok-free.app"
SECRETS = (HEADER, PASSWORD, POLICY, TOKEN, TOKEN[:20], KEYSTORE, COOKIE, TITLE, "DU1234567")
LOG = f"""\
17:33:48.465 INFO  main GatewayStart         : config ../root/conf.yaml !!ibgroup.Config
sslPwd: {KEYSTORE}
17:36:58.208 ERROR vert.x-eventloop-thread-0 IPv4Validator        : ipv4 address 203.0.113.77 is forbidden
17:48:00.000 DEBUG vert.x-eventloop-thread-1 CookieJar            : Cookie: XYZAB={COOKIE}
"""


def doctor(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return run_python("-m", "tui", "doctor", *arguments, environment=environment)


def document(*arguments: str) -> tuple[dict[str, Any], int]:
    ended = doctor("--json", *arguments)
    assert ended.stderr == ""
    return json.loads(ended.stdout), ended.returncode


def failed(told: dict[str, Any]) -> list[str]:
    return [each["id"] for each in told["checks"] if each["status"] == "failed"]


def test_all_is_well_and_costs_a_dozen_requests_at_the_most() -> None:
    with SimulatorChild() as child:
        told, code = document("--url", child.url)
        asked = child.requests()["total"]
    assert (told["verdict"], code) == ("ready", 0)
    assert failed(told) == []
    assert 0 < asked <= 12


@pytest.mark.parametrize(
    ("scenario", "verdict", "code", "first", "said"),
    [
        (Scenario.LOGIN_REQUIRED, "login_required", 1, "login", "nobody is logged in"),
        (Scenario.DENIED, "denied", 4, "allow-list", "allow list"),
    ],
)
def test_the_first_failure_and_the_first_line_name_the_cause(
    scenario: Scenario, verdict: str, code: int, first: str, said: str
) -> None:
    with SimulatorChild(scenario) as child:
        told, ended = document("--url", child.url)
        text = doctor("--url", child.url)
    assert (told["verdict"], ended) == (verdict, code)
    assert failed(told)[0] == first
    assert next(each["remedy"] for each in told["checks"] if each["id"] == first)
    assert text.returncode == code
    assert text.stdout.startswith("✗ ")
    assert said in text.stdout.splitlines()[0]
    assert "\x1b" not in text.stdout


def test_nobody_there_ends_soon() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "doctor", "--json", "--url", f"https://localhost:{free_port()}"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    told = json.loads(ended.stdout)
    assert (told["verdict"], ended.returncode, failed(told)[0]) == ("gateway_down", 3, "port")


@posix
def test_on_a_terminal_it_asks_before_it_writes_a_bundle(tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    with pseudo(tmp_path, "doctor", "--url", f"https://localhost:{free_port()}", "--bundle", str(file)) as terminal:
        terminal.until("Write it?")
        assert not file.exists()
        terminal.press("y\n")
        assert terminal.ended() == 3
        assert b"\x1b" not in terminal.written
    assert "checks.json" in zipfile.ZipFile(file).namelist()


@contextmanager
def gateway_process(folder: Path) -> Iterator[None]:
    """What looks like a gateway's java, in a folder with its logs; its command has a token in it."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nread -r _\n", encoding="utf-8")
    program.chmod(0o755)
    (folder / "root").mkdir()
    (folder / "root" / "conf.yaml").write_text(f"listenPort: 5000\nsslPwd: {KEYSTORE}\n", encoding="utf-8")
    (folder / "logs").mkdir()
    (folder / "logs" / "gw.2026-11-20.log").write_text(LOG, encoding="utf-8")
    command = [
        *(str(program), f"-Dtoken={TOKEN}", "ibgroup.web.core.clientportal.gw.GatewayStart"),
        *("--conf", "../root/conf.yaml", "--token", TOKEN),
    ]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE) as process:
        yield
        process.terminate()


@posix
def test_no_planted_secret_comes_out(tmp_path: Path) -> None:
    policy = f'on_http_request: [{{actions: [{{type: basic-auth, config: {{credentials: ["u:{POLICY}"]}}}}]}}]'
    with SimulatorChild() as child, gateway_process(tmp_path / "gateway"):
        tunnel = endpoint(f"https://{PUBLIC}", f"https://localhost:{child.port}", traffic_policy=policy)
        with ngrok_agent([tunnel]) as agent:
            settings = f"""
# {PASSWORD}
[profiles.box]
url = "{child.url}"
title = "{TITLE}"
hide_accounts = ["DU1234567"]
[profiles.box.path]
agent = "{agent.url}"
basic_auth = {{ user = "u", password = "env:PLANTED" }}
[profiles.box.path.headers]
X-Guard = "env:PLANTED_HEADER"
"""
            (tmp_path / "settings.toml").write_text(settings, encoding="utf-8")
            environment = plain_environment(
                CPWATCH_CONFIG=str(tmp_path / "settings.toml"),
                XDG_STATE_HOME=str(tmp_path / "state"),
                PLANTED=PASSWORD,
                PLANTED_HEADER=HEADER,
                SOME_TOKEN=TOKEN,
            )
            log, file = tmp_path / "log.txt", tmp_path / "bundle.zip"
            bundle = ("--bundle", str(file), "--yes")
            text = doctor("--log", str(log), "--debug", *bundle, environment=environment)
            child.set_scenario(Scenario.LOGIN_REQUIRED)  # which costs fewer requests
            told = doctor("--json", environment=environment)
    assert (text.returncode, told.returncode) == (0, 1), text.stderr
    archive = zipfile.ZipFile(file)
    within = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"logs/gw.2026-11-20.log", "settings.toml", "latency.json", "events.json"} < set(within)
    assert "IPv4Validator" in within["logs/gw.2026-11-20.log"]
    assert "env:PLANTED_HEADER" in within["settings.toml"]
    assert '"ngrok"' in within["latency.json"]
    printed = {"text": text.stdout, "error": text.stderr, "json": told.stdout, "log": log.read_text("utf-8")}
    for name, each in (printed | within).items():
        assert [secret for secret in SECRETS if secret in each] == [], name
    for name, each in within.items():
        assert PUBLIC not in each, name
        assert "203.0.113.77" not in each, name
