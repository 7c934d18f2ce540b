"""`cpwatch config` as it is called: the real command in a process of its own, with folders of its own."""

import asyncio
import json
import os
import stat
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.support.doubles import Double, answers, response
from tests.support.project import plain_environment, run_python
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live


class Home:
    """A user with a folder for settings and one for the state. file: where the settings are to be."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "settings" / "cpwatch.toml"
        self.state = folder / "state"
        self._plain = plain_environment(XDG_STATE_HOME=str(self.state), XDG_CONFIG_HOME=str(folder / "config"))

    def __call__(self, *arguments: str, named: bool = True, **changes: str) -> CompletedProcess[str]:
        """Run cpwatch to its end. named: whether CPWATCH_CONFIG names the settings file."""
        own = {"CPWATCH_CONFIG": str(self.file)} if named else {}
        done = run_python("-m", "tui", *arguments, environment={**self._plain, **own, **changes})
        assert "Traceback" not in done.stdout + done.stderr
        assert "\x1b" not in done.stdout + done.stderr
        return done

    def write(self, text: str) -> None:
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(text, encoding="utf-8")


@pytest.fixture
def cpwatch(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_path_init_check_show_in_their_order(cpwatch: Home) -> None:
    asked = cpwatch("config", "path")
    assert (asked.returncode, asked.stdout) == (0, f"{cpwatch.file}\n")
    assert "cpwatch config init" in asked.stderr
    made = cpwatch("config", "init")
    assert made.returncode == 0
    assert str(cpwatch.file) in made.stdout
    if os.name == "posix":
        assert stat.S_IMODE(cpwatch.file.stat().st_mode) == 0o600
        assert stat.S_IMODE(cpwatch.file.parent.stat().st_mode) == 0o700
    assert cpwatch("config", "path").stderr == ""
    assert cpwatch("config", "check").stdout == f"{cpwatch.file}: all is well\n"
    shown = cpwatch("config", "show")
    assert shown.returncode == 0
    assert shown.stderr == ""
    assert f"Settings file: {cpwatch.file}\n" in shown.stdout


def test_init_never_overwrites(cpwatch: Home) -> None:
    cpwatch.write("# mine\n")
    done = cpwatch("config", "init")
    assert (done.returncode, done.stdout) == (2, "")
    assert "left as it is" in done.stderr
    assert cpwatch.file.read_text(encoding="utf-8") == "# mine\n"
    assert list(cpwatch.file.parent.iterdir()) == [cpwatch.file]


def test_init_where_no_folder_can_be(cpwatch: Home) -> None:
    cpwatch.file.parent.write_text("a file where the folder should be", encoding="utf-8")
    done = cpwatch("config", "init")
    assert done.returncode == 2
    assert done.stderr.startswith(f"cpwatch: {cpwatch.file} can't be written: ")


@pytest.mark.skipif(sys.platform != "linux", reason="XDG's variables are Linux's")
def test_the_platforms_folder(cpwatch: Home, tmp_path: Path) -> None:
    assert cpwatch("config", "init", named=False).returncode == 0
    assert (tmp_path / "config" / "cpwatch" / "settings.toml").is_file()


def test_check_tells_all_that_is_wrong_and_exits_2(cpwatch: Home) -> None:
    cpwatch.write("bell = 1\n[keys]\nfly = 'x'\n")
    done = cpwatch("config", "check")
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == f"{cpwatch.file}:1: bell must be true or false, not 1\n"
    cpwatch.write("ca = 'none.pem'\n[profiles.a]\nca = 'none.pem'\n")
    done = cpwatch("config", "check", str(cpwatch.file), named=False)
    assert done.returncode == 2
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [f"{cpwatch.file}:1", f"{cpwatch.file}:3"]


def test_check_of_no_file(cpwatch: Home) -> None:
    assert cpwatch("config", "check", named=False).returncode == 0
    assert cpwatch("config", "check", "missing.toml").returncode == 2
    assert cpwatch("config", "check", "").returncode == 2


@pytest.mark.parametrize("command", [("status",), ("config", "show"), ("status", "--url", "https://localhost:1")])
def test_a_file_that_is_wrong_stops_every_command_that_needs_it(cpwatch: Home, command: tuple[str, ...]) -> None:
    cpwatch.write("bell = 1\n\nthme = 'x'\n")
    done = cpwatch(*command)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [line.split(": ")[:2] for line in lines] == [["cpwatch", f"{cpwatch.file}:{line}"] for line in (1, 3)]


def shown(done: CompletedProcess[str]) -> dict[str, tuple[Any, str, str | None, int | None]]:
    """The settings that are in force by key: value, source, name, line."""
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["schema"] == 1
    return {
        key: (each["value"], each["source"], each["name"], each["line"]) for key, each in document["settings"].items()
    }


def test_show_tells_each_value_and_where_it_is_from(cpwatch: Home) -> None:
    cpwatch.write(
        'bell = false\n[profiles.a]\ntitle = "of U1234567"\nhide_accounts = ["U7654321"]\n[keys]\nquit = "y"\n'
    )
    (cpwatch.state / "cpwatch").mkdir(parents=True)
    (cpwatch.state / "cpwatch" / "preferences.json").write_text('{"schema": 1, "theme": "cpwatch-light"}')
    found = shown(cpwatch("config", "show", "--json", "--profile", "a", CPWATCH_URL="https://localhost:1"))
    assert found["profile"] == ("a", "option", "--profile", None)
    assert found["url"] == ("https://localhost:1", "environment", "CPWATCH_URL", None)
    assert found["bell"] == (False, "file", None, 1)
    assert found["keys.quit"] == (["y"], "file", None, 6)
    assert found["intervals.auth"] == (5.0, "default", None, None)
    assert found["title"] == ("of U•••567", "file", None, 3)
    assert found["hide_accounts"] == (["U•••321"], "file", None, 4)
    if sys.platform == "linux":
        assert found["theme"] == ("cpwatch-light", "remembered", None, None)
    themed = cpwatch("config", "show", CPWATCH_THEME="cpwatch-contrast").stdout
    assert "cpwatch-contrast" in themed
    assert "CPWATCH_THEME" in themed
    assert "1234567" not in themed


GUARDED = """
[profiles.box]
url = "{url}"
[profiles.box.path]
metered = true
basic_auth = {{ user = "me", password = "env:TEST_PASSWORD" }}
[profiles.box.path.headers]
X-Key = "env:TEST_KEY"
"""
SECRETS = {"TEST_PASSWORD": "hunter2", "TEST_KEY": "c0ffee"}


def test_of_secrets_only_the_place_is_shown_and_none_is_read(cpwatch: Home) -> None:
    cpwatch.write(GUARDED.format(url="https://a.example.com"))
    assert cpwatch("config", "check").returncode == 0
    found = shown(cpwatch("config", "show", "--json", **SECRETS))
    assert found["path.headers.X-Key"] == ("env:TEST_KEY", "file", None, 8)
    assert found["path.basic_auth.password"] == ("env:TEST_PASSWORD", "file", None, 6)
    assert found["path.metered"] == (True, "file", None, 5)
    assert found["keep_alive"] == (False, "plan", None, None)
    in_words = cpwatch("config", "show", **SECRETS)
    assert "At this pace 8,640 requests a month go over it, of 20,000;" in in_words.stdout
    assert in_words.stdout.count("on your word") == 5
    assert not any(secret in in_words.stdout for secret in SECRETS.values())


async def test_what_the_guard_wants_to_see_is_sent_and_nowhere_shown(cpwatch: Home, tmp_path: Path) -> None:
    log = tmp_path / "status.log"
    guard = response("401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="x"')
    async with Double(answers(guard)) as double:
        cpwatch.write(GUARDED.format(url=double.address.url))
        asked = ("status", "--json", "--debug", "--log", str(log))
        done = await asyncio.to_thread(cpwatch, *asked, **SECRETS)
        unset = await asyncio.to_thread(cpwatch, *asked)
    assert all(b"c0ffee" in request and b"bWU6aHVudGVyMg==" in request for request in double.requests)
    assert double.requests
    everything = done.stdout + done.stderr + log.read_text("utf-8")
    assert not any(secret in everything for secret in ("c0ffee", "hunter2", "bWU6aHVudGVyMg"))
    assert (unset.returncode, unset.stdout) == (2, "")
    assert unset.stderr.startswith(f"cpwatch: {cpwatch.file}:8: profiles.box.path.headers.X-Key: the variable TEST_KEY")


def test_show_in_ascii(cpwatch: Home) -> None:
    done = cpwatch("config", "show", named=False, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()


def test_status_looks_at_the_profile(cpwatch: Home) -> None:
    with SimulatorChild() as child:
        cpwatch.write(f'[profiles.here]\nurl = "{child.url}"\n[profiles.other]\nurl = "https://localhost:1"\n')
        done = cpwatch("status", "--json", "--profile", "here")
        assert (done.returncode, json.loads(done.stdout)["path"]["url"]) == (0, child.url)
        by_variable = cpwatch("status", "--json", CPWATCH_PROFILE="here")
        assert json.loads(by_variable.stdout)["path"]["url"] == child.url
    wrong = cpwatch("status", "--profile", "hier")
    assert wrong.returncode == 2
    assert wrong.stderr == "cpwatch: --profile: there is no profile 'hier': did you mean here? there are here, other\n"
