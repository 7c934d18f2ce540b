"""`cpwatch watch` as a process of its own: signals, a second one, wrong settings, files that can't be written."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.ports import free_port
from tests.support.project import PATIENCE, ROOT, plain_environment, run_python
from tests.support.waiting import wait_until
from tui.simulator.child import SimulatorChild

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them"),
]


@pytest.fixture(scope="module")
def gateway() -> Iterator[SimulatorChild]:
    with SimulatorChild() as child:
        yield child


@dataclass
class Process:
    """A watch. output: the file that its standard output is."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def lines(self) -> list[str]:
        """The whole lines so far."""
        return self.output.read_text("utf-8").split("\n")[:-1]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after that signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def until(self, words: str) -> None:
        """Wait for a line with these words."""
        wait_until(lambda: any(words in line for line in self.lines) or self.process.poll() is not None)
        assert any(words in line for line in self.lines), self.lines


@contextmanager
def watching(state: Path, *arguments: str, **environment: str) -> Iterator[Process]:
    """A watch under way, with its state in that folder; killed at the end, should it still run."""
    output = state / f"output-{len(list(state.iterdir()))}"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", "watch", *arguments],
            cwd=ROOT,
            env=plain_environment(XDG_STATE_HOME=str(state), **environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Process(process, output)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def watch(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A watch that ends by itself."""
    return run_python("-m", "tui", "watch", *arguments, environment=plain_environment(XDG_STATE_HOME=str(state)))


def test_it_says_what_it_sees_is_alone_and_ends_well_by_sigterm(gateway: SimulatorChild, tmp_path: Path) -> None:
    with watching(tmp_path, "--url", gateway.url, "--log-format", "json") as first:
        first.until('"verdict": "ready"')
        second = watch(tmp_path, "--url", gateway.url.replace("localhost", "127.0.0.1"))
        assert second.returncode == 75
        assert f"process {first.process.pid}" in second.stderr
        assert second.stdout == ""
        assert first.end() == 0
        documents: list[dict[str, Any]] = [json.loads(line) for line in first.lines]
        assert documents[0]["event"] == "started"
        assert documents[-1]["event"] == "stopped"
        assert "SIGTERM" in documents[-1]["text"]
    # Its place is free at once.
    with watching(tmp_path, "--url", gateway.url) as third:
        third.until("verdict: ready")
        third.process.kill()
        third.process.wait()
    # So it is after one that was killed.
    with watching(tmp_path, "--url", gateway.url) as fourth:
        fourth.until("verdict: ready")
        assert fourth.end(signal.SIGINT) == 0
        assert "by SIGINT" in fourth.lines[-1]


def test_it_ends_well_while_nothing_answers_and_with_a_log_file(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing, as a hung gateway
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        log = tmp_path / "new" / "watch.log"
        with watching(tmp_path, "--url", url, "--log-file", str(log)) as process:
            wait_until(lambda: log.exists() and "started" in log.read_text("utf-8"))
            assert process.end() == 0
            assert process.lines == []
            assert log.read_text("utf-8").splitlines()[-1].endswith("the gateway's session was left alone")


def test_systemd_is_told(gateway: SimulatorChild, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "2000000"}
        with watching(tmp_path, "--url", gateway.url, **told) as process:
            seen: set[bytes] = set()
            while not seen >= {b"READY=1", b"STATUS=ready: trading session live", b"WATCHDOG=1"}:
                seen.add(manager.recv(4096))
            assert process.end() == 0
            while manager.recv(4096) != b"STOPPING=1":
                pass


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--url", "localhost:5000"), "localhost:5000"),
        (("--profile", "nobody"), "nobody"),
        (("--log-file", "{state}/output/watch.log"), "the log file can't be written"),
        (("--log-file", ""), "--log-file is empty"),
        (("--log-format", "xml"), "--log-format"),
        (("--theme", "dark"), "unrecognized"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_is_wrong_is_said_and_nothing_begun(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "output").write_text("")  # a file, and no folder
    done = watch(tmp_path, *(argument.replace("{state}", str(tmp_path)) for argument in arguments))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "cpwatch" / "watch").exists()


def test_a_state_folder_that_cant_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "cpwatch").write_text("")
    done = watch(tmp_path, "--url", f"https://127.0.0.1:{free_port()}")
    assert done.returncode == 2
    assert "the lock of the watch can't be taken" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the disk that is always full is Linux's")
def test_a_full_disk_ends_no_watch(gateway: SimulatorChild, tmp_path: Path) -> None:
    complaints = tmp_path / "complaints"
    with Path("/dev/full").open("wb") as full, complaints.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", "watch", "--url", gateway.url],
            cwd=ROOT,
            env=plain_environment(XDG_STATE_HOME=str(tmp_path)),
            stdout=full,
            stderr=file,
        )
    try:
        wait_until(lambda: b"No space left on device; the watch goes on" in complaints.read_bytes())
        assert process.poll() is None
        process.terminate()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
