"""`cpwatch doctor` from its options to its end: what is refused, what is printed when, and when a bundle is written."""

import io
import json
import stat
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support import doctoring
from tests.support.logs import own_log_folder
from tests.support.ports import free_port
from tests.support.states import starting
from tui import cli, cli_doctor, output
from tui.clock import SystemClock
from tui.doctor import command
from tui.doctor.check import Outcome, Result, Status
from tui.doctor.checks import CHECKS
from tui.doctor.command import Progress, Wish, doctor
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """No setting of the machine's own, and a log folder of the test's."""
    for name in ("URL", "CA", "THEME", "PROFILE", "CONFIG"):
        monkeypatch.delenv(f"CPWATCH_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with own_log_folder(monkeypatch, tmp_path):
        yield


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A terminal for standard input, output and error; what is typed is `y`."""
    streams = SimpleNamespace(stdin=Terminal("y\n"), stdout=Terminal(), stderr=Terminal())
    for module in (command, output, cli_doctor):
        monkeypatch.setattr(module, "sys", streams)
    return streams


def nobody_there() -> MonitorState:
    address = parse_address(f"https://127.0.0.1:{free_port()}")
    state = starting()
    return MonitorState(address.url, PathState(address), SystemClock().now(), session=state.session)


def looked(wish: Wish | None = None, *, as_json: bool = False) -> int:
    """The real command against a port on which nobody listens, on a machine of the test's own making."""
    return doctor(
        nobody_there(), SystemClock(), ca=None, as_json=as_json, wish=wish, host=doctoring.host(doctoring.IDLE)
    )


def code_of(*arguments: str) -> int:
    try:
        return cli.main(arguments)
    except SystemExit as error:
        assert isinstance(error.code, int)  # noqa: PT017 (argparse exits, we return: both are exit codes)
        return error.code


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["doctor", "--url", "localhost:5000"], "does not start with"),
        (["doctor", "--profile", "nobody"], "there is no profile 'nobody'"),
        (["--demo", "denied", "doctor"], "cpwatch simulate"),
        (["--theme", "cpwatch-dark", "doctor"], "doctor has no colours"),
        (["doctor", "--yes"], "go with --bundle"),
        (["doctor", "--include-addresses"], "go with --bundle"),
        (["doctor", "--bundle", ""], "--bundle is empty"),
        (["doctor", "--bundle", "no such folder/x.zip", "--yes"], "there is no such folder"),
        (["doctor", "--bundle", "tests", "--yes"], "there already"),
        (["doctor", "--bundle", "x\0.zip", "--yes"], "no file can have this name"),
        (["doctor", "--bundle", "not-there.zip"], "no terminal to ask on: add --yes"),
    ],
)
def test_what_cant_be_done_is_one_line_and_exit_2(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert why in err
    assert err.startswith("cpwatch: ")
    assert len(err.splitlines()) == 1
    assert not Path("not-there.zip").exists()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ulr = 1\n", "settings.toml:1: there is no setting ulr"),
        ('[profiles.box]\nurl = "https://localhost:5000"\nca = "none.pem"\n', "none.pem"),
        (
            '[profiles.box]\nurl = "https://localhost:5000"\npath.headers = { X-Guard = "env:CPWATCH_UNSET" }\n',
            "the variable CPWATCH_UNSET is not set",
        ),
    ],
)
def test_settings_that_cant_be_used_have_failed_and_nothing_is_asked(
    text: str, seen: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config" / "cpwatch" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    assert code_of("doctor", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["verdict"]) == (1, "unknown")
    assert [each["id"] for each in told["checks"]] == [check.id for check in CHECKS]
    assert [each["status"] for each in told["checks"]] == ["failed", *["skipped"] * (len(CHECKS) - 1)]
    assert seen in told["checks"][0]["evidence"]
    bundle = tmp_path / "bundle.zip"
    assert code_of("doctor", "--bundle", str(bundle), "--yes") == 2
    out, err = capsys.readouterr()
    assert out.startswith("✗ cpwatch's own settings can't be used as they are")
    assert out.endswith("Exit code 2: the settings, or the command itself.\n")
    assert "settings.toml" in err
    # What is in force is known where only a secret is missing.
    assert ("settings.json" in zipfile.ZipFile(bundle).namelist()) == ("CPWATCH_UNSET" in text)


def test_nobody_there_is_told_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert looked() == 3
    out, err = capsys.readouterr()
    assert err == ""
    assert "\x1b" not in out
    assert out.splitlines()[0].startswith("✗ Nothing answers at 127.0.0.1 port ")
    assert out.endswith("Exit code 3: the gateway, or the network before it.\n")
    assert looked(as_json=True) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "gateway_down"
    assert [each["id"] for each in told["checks"]] == [check.id for check in CHECKS]
    assert next(each for each in told["checks"] if each["status"] == "failed")["id"] == "port"


def test_on_a_terminal_the_checks_come_in_their_order_and_the_cause_last(
    terminal: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert looked() == 3
    printed = capsys.readouterr().out.splitlines()
    titles = [next((c.title for c in CHECKS if line[2:].startswith(c.title)), "") for line in printed]
    assert [title for title in titles if title] == [check.title for check in CHECKS]
    assert printed[-1].endswith("the network before it.")
    assert next(line for line in printed[::-1] if line.startswith("✗")).startswith("✗ Nothing answers at")


def test_a_line_waits_for_those_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    first, second = (Result(check.id, check.title, Outcome(Status.PASSED, "x")) for check in CHECKS[:2])
    progress(second.id, None)
    progress(second.id, second)
    assert capsys.readouterr().out == ""
    progress(first.id, first)
    assert capsys.readouterr().out == f"✓ {first.title}\n✓ {second.title}\n"


def test_a_bundle_is_listed_asked_for_and_written_for_its_owner(terminal: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    assert looked(Wish(path)) == 3
    told = terminal.stderr.getvalue()
    assert told.index("is to hold:") < told.index("checks.json") < told.index("Write it?") < told.index("Wrote ")
    assert "latency.json" in zipfile.ZipFile(path).namelist()
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["bundle.zip"]


@pytest.mark.parametrize("typed", ["", "\n", "n\n", "yeah\n"])
def test_without_a_yes_nothing_is_written(terminal: SimpleNamespace, tmp_path: Path, typed: str) -> None:
    terminal.stdin = Terminal(typed)
    assert looked(Wish(tmp_path / "bundle.zip")) == 3
    assert not (tmp_path / "bundle.zip").exists()
    assert terminal.stderr.getvalue().endswith("Nothing was written.\n")


def test_what_came_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(output.OutputFailed, match=r"bundle\.zip"):
        looked(Wish(path, unasked=True))
    assert path.read_text("utf-8") == "mine"
