"""Whole commands on disks that refuse: they do what they are for, say once what is wrong, and end as ever."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from tests.support.disk import ground, not_ours, room_for
from tests.support.logs import own_log_folder
from tests.support.project import PATIENCE, ROOT, plain_environment
from tests.support.pseudo import pseudo
from tests.support.waiting import wait_until
from tui.cli import main
from tui.simulator.child import SimulatorChild

if sys.platform != "win32":
    import resource

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="modes and limits of this kind are POSIX"),
]


@pytest.fixture(scope="module")
def gateway() -> Iterator[SimulatorChild]:
    with SimulatorChild(tls=False) as child:
        child.set_pacing(on=False)
        yield child


def a_file(folder: Path) -> AbstractContextManager[None]:
    shutil.rmtree(folder)
    folder.write_bytes(b"a file")
    return nullcontext()


def a_link_to_itself(folder: Path) -> AbstractContextManager[None]:
    shutil.rmtree(folder)
    folder.symlink_to(folder)
    return nullcontext()


STATE: dict[str, tuple[Callable[[Path], AbstractContextManager[None]], str]] = {
    "a file": (a_file, "Not a directory"),
    "a link to itself": (a_link_to_itself, "Too many levels of symbolic links"),
    "not ours to write": (not_ours, "Permission denied"),
    "full": (lambda _: room_for(20), "File too large"),
}


@pytest.mark.parametrize("fault", STATE)
def test_one_look_without_a_state_folder_and_with_a_log_that_is_full(
    gateway: SimulatorChild, fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ground() as place, own_log_folder(monkeypatch, place):
        state = place / "state"
        state.mkdir()
        monkeypatch.setenv("XDG_STATE_HOME", str(state))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(place))
        arguments = ["status", "--url", gateway.url, "--debug", "--log", str(place / "log.txt")]
        if fault == "not ours to write":
            main(arguments)  # what is imported on the way may be out of reach then
            shutil.rmtree(state)
            state.mkdir()
            (place / "log.txt").unlink()
            capsys.readouterr()
        refused, reason = STATE[fault]
        if fault != "full":
            (place / "log.txt").symlink_to("/dev/full")
        with refused(state):
            assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert "READY" in out
    complaints = err.splitlines()
    (about_budget,) = [line for line in complaints if "budget" in line]
    assert reason in about_budget
    assert "until that is mended this process keeps to the limits by itself" in about_budget
    (about_log,) = [line for line in complaints if "log" in line]
    assert "can't be written any more" in about_log
    assert len(complaints) == 2


def test_the_monitor_goes_on_whatever_becomes_of_its_files(gateway: SimulatorChild, tmp_path: Path) -> None:
    state = tmp_path / "state" / "cpwatch"
    told = {
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "XDG_STATE_HOME": str(state.parent),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    with pseudo(
        tmp_path, "--url", gateway.url, "--debug", "--log", "/dev/full", width=120, height=36, environment=told
    ) as terminal:
        terminal.until("● ready: trading session live")
        (record,) = state.glob("budget/*.json")

        # Whatever comes into the file's place is set aside, and a new one begun.
        record.write_bytes(b"\0" * 5000)
        terminal.until(lambda: bool(list(record.parent.glob("*.corrupt-*"))))
        wait_until(lambda: record.exists() and record.read_bytes().startswith(b"{"))

        # The whole folder is taken away, and something else has its name.
        shutil.rmtree(state)
        state.write_bytes(b"a file")
        terminal.until("request budget is not shared")
        terminal.press("z")
        terminal.until("could not be remembered")
        asked = gateway.requests()["total"]
        terminal.until(lambda: gateway.requests()["total"] > asked + 2)
        assert "READY  trading session live" in terminal.screen

        # It comes back by itself.
        state.unlink()
        terminal.until(lambda: bool(list(state.glob("budget/*.json"))))
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.seen.count("the log could not be written any more: No space left on device") == 1
        assert "Traceback" not in terminal.seen


def test_a_watch_goes_on_when_its_lines_and_its_lock_are_lost(gateway: SimulatorChild, tmp_path: Path) -> None:
    state, lines = tmp_path / "state", tmp_path / "lines.log"
    with (tmp_path / "said").open("wb+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", "watch", "--url", gateway.url, "--log-file", str(lines)],
            cwd=ROOT,
            # Python would cut its own compiled modules short, and not notice.
            env=plain_environment(XDG_STATE_HOME=str(state), PYTHONDONTWRITEBYTECODE="1"),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            # Room for a line or two, and for the complaint.
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150)),  # noqa: PLW1509 (no threads here)
        )
        try:
            wait_until(lambda: bool(gateway.requests()) and (b"written" in said_in(said.fileno()) or gone(process)))
            shutil.rmtree(state)
            gateway.set_scenario("login-required")
            asked = gateway.requests()["total"]
            wait_until(lambda: gateway.requests()["total"] > asked + 2 or gone(process))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()
            gateway.set_scenario("ready")
        text = said_in(said.fileno()).decode()
    assert text.count("can't be written") == 1
    assert "the watch goes on" in text
    assert "Traceback" not in text
    written = lines.read_text()
    assert written.endswith("\n")
    assert len(written) <= 150


def gone(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended."""
    return process.poll() is not None


def said_in(descriptor: int) -> bytes:
    """What a file holds so far."""
    return os.pread(descriptor, 10_000, 0)
