"""Secrets planted in settings, environment, arguments and agents' answers: none comes out anywhere."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agents import cloudflared_agent, endpoint, ngrok_agent, rule
from tests.support.project import plain_environment, run_python
from tests.support.pseudo import pseudo
from tui.simulator.child import SimulatorChild

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="a program's name is its file's, by the rules of POSIX shells"),
]

TOKEN = "eyJhIjoiNzU2ZGVhZGJlZWYiLCJ0Ijoic2VjcmV0LXRva2VuIn0="
POLICY = "pl4nted-policy-password"
HEADER = "pl4nted-header-value"
PASSWORD = "pl4nted-basic-password"
SECRETS = (TOKEN, TOKEN[:20], POLICY, HEADER, PASSWORD)


@pytest.fixture
def agent_process(tmp_path: Path) -> Iterator[None]:
    """A program of cloudflared's name that was given its token as an argument."""
    program = tmp_path / "bin" / "cloudflared"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nread -r _\n", encoding="utf-8")
    program.chmod(0o755)
    with subprocess.Popen([program, "tunnel", "run", "--token", TOKEN], stdin=subprocess.PIPE) as process:
        yield
        process.terminate()


@pytest.fixture
def home(tmp_path: Path, agent_process: None) -> Iterator[Path]:
    """A user's folder whose settings name a gateway with a guard, and two agents, each with a secret of its own."""
    policy = f'on_http_request: [{{actions: [{{type: basic-auth, config: {{credentials: ["u:{POLICY}"]}}}}]}}]'
    with SimulatorChild() as child:
        upstream = f"https://localhost:{child.port}"
        ngrok = endpoint("https://quiet-river.ngrok-free.app", upstream, traffic_policy=policy)
        rules = [rule("gw.example.com", upstream, noTLSVerify=True, access={"audTag": [TOKEN]})]
        with ngrok_agent([ngrok]) as first, cloudflared_agent(rules):
            settings = f"""
[profiles.box]
url = "{child.url}"
[profiles.box.path]
agent = "{first.url}"
basic_auth = {{ user = "u", password = "env:PLANTED_PASSWORD" }}
[profiles.box.path.headers]
X-Guard = "env:PLANTED_HEADER"
"""
            (tmp_path / "settings.toml").write_text(settings, encoding="utf-8")
            yield tmp_path


def environment(home: Path) -> dict[str, str]:
    return {
        "CPWATCH_CONFIG": str(home / "settings.toml"),
        "PLANTED_HEADER": HEADER,
        "PLANTED_PASSWORD": PASSWORD,
        "XDG_STATE_HOME": str(home / "state"),
    }


def assert_none_in(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


def test_no_planted_secret_comes_out(home: Path) -> None:
    log = home / "log.txt"
    looked = run_python("-m", "tui", "status", "--json", "--log", str(log), "--debug", environment=plain(home))
    assert looked.returncode == 0
    shown = run_python("-m", "tui", "config", "show", environment=plain(home))
    assert "PLANTED_HEADER" in shown.stdout  # where it comes from is told
    told = {"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment(home)}
    with pseudo(
        home, "--log", str(home / "monitor.txt"), "--debug", width=120, height=36, environment=told
    ) as terminal:
        terminal.until("● ready: trading session live")
        terminal.until("ngrok")
        terminal.press("x")
        terminal.until("arguments")
        terminal.press("q")
        terminal.until(lambda: "Keep-alive" in terminal.screen)
        terminal.press("q")
        assert terminal.ended() == 0
        assert_none_in(terminal.seen)
    files = [path for path in home.rglob("*") if path.is_file() and path.name != "settings.toml"]
    assert log in files
    for path in files:
        assert_none_in(path.read_text("utf-8", "replace"))
    for text in (looked.stdout, looked.stderr, shown.stdout, shown.stderr):
        assert_none_in(text)


def plain(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("XDG_")}
    return plain_environment(**(kept | environment(home)))
