"""Ends that are not the user's key: cpwatch is told to end, or its terminal goes away."""

import shlex
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.pseudo import CPWATCH, PLAIN_ENVIRONMENT, Pseudo, pseudo, started
from tests.support.requirements import needs_program
from tests.support.terminal import terminal
from tests.support.waiting import DEADLINE

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of this kind are POSIX"),
]

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b[?1004l", b"\x1b[<u")
"""Said at the end: alternate screen left, cursor shown; mouse, bracketed paste, focus and keyboard protocol off."""

TAKEN = b"\x1b[?7l"
"""Among the last that is said when the terminal is taken: it does not wrap lines."""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_told_to_end_it_restores_the_terminal_and_says_so(tmp_path: Path, told: signal.Signals) -> None:
    with pseudo(tmp_path, "--demo") as window:
        window.until("AAPL")
        window.process.send_signal(told)
        assert window.ended() == 128 + told
        assert all(each in window.written for each in RESTORED)
        assert b"Traceback" not in window.written


@pytest.mark.parametrize("before", ["", "trap '' HUP; "], ids=["heard", "ignored"])
def test_it_ends_when_its_terminal_goes_away(tmp_path: Path, before: str) -> None:
    shell = ("sh", "-c", f"{before}exec {shlex.join(CPWATCH)} --demo")
    with started(Pseudo(shell, 80, 24, PLAIN_ENVIRONMENT | {"HOME": str(tmp_path)})) as window:
        window.until("AAPL")
        window.hang_up()
        window.process.wait(DEADLINE)
    assert not list(tmp_path.rglob("crash*")), "it took it for a defect"


def test_continued_without_having_been_stopped_it_goes_on_and_ends(tmp_path: Path) -> None:
    with pseudo(tmp_path, "--demo") as window:
        window.until("AAPL")
        for _ in range(3):
            before = len(window.written)
            window.process.send_signal(signal.SIGCONT)
            window.until(lambda before=before: b"AAPL" in window.written[before:].partition(TAKEN)[2])
        assert window.opened_help_and_quit() == 0


def test_it_ends_with_its_window(tmp_path: Path) -> None:
    needs_program("tmux")
    number = tmp_path / "pid"
    with terminal(tmp_path, 80, 24) as window:
        window.run("sh", "-c", f"echo $$ > {number}; exec {shlex.join(CPWATCH)} --demo")
        window.until("AAPL")
        ours = psutil.Process(int(number.read_text()))
        started = ours.children(recursive=True)
    gone, alive = psutil.wait_procs([ours, *started], DEADLINE)
    assert not alive
    assert len(gone) >= 2, "the demo's gateway was none of its children"
