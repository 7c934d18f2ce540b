"""Terminals that fail: storms of resizes, a reader that stands still, one that has gone, and one that is stopped."""

import random
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.live.test_terminal_ends import RESTORED
from tests.support.pseudo import CPWATCH, PLAIN_ENVIRONMENT, Pseudo, pseudo, started
from tests.support.requirements import needs_program
from tests.support.waiting import DEADLINE, wait_until
from tui.simulator.child import SimulatorChild

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of this kind are POSIX"),
]

COLOURS = PLAIN_ENVIRONMENT | {"COLORTERM": "truecolor"}
WIDE, HIGH = 200, 60
"""A screen of which one is far more than a pseudo-terminal holds."""
TAKEN = b"\x1b[?1000h"
"""The first that Textual says which the opening does not: it wants the mouse."""


@contextmanager
def blocked(home: Path, before: str = "") -> Iterator[Pseudo]:
    """The demo on a terminal that nobody reads any more. before: what its shell does first."""
    shell = ("/bin/sh", "-c", f"{before}exec {shlex.join(CPWATCH)} --demo")
    with started(Pseudo(shell, WIDE, HIGH, COLOURS | {"HOME": str(home)})) as window:
        window.until("AAPL")
        window.block()
        yield window


def shape(window: Pseudo) -> list[str]:
    """The screen without what changes by itself: its frames, the header's beginning, and the footer's."""
    rows = window.screen.splitlines()
    frames = ["".join(sign if sign in "╭╮╰╯│" else " " for sign in row) for row in rows]
    return [rows[0][:60].rstrip(), *frames[1:-1], rows[-1][:60].rstrip()]


def test_a_storm_of_resizes_leaves_the_right_screen_and_a_quiet_process(tmp_path: Path) -> None:
    sizes = random.Random(9)
    with SimulatorChild() as child:
        with pseudo(tmp_path, "--url", child.url, width=120, height=36) as fresh:
            for each in ("AAPL", "Keep-alive", "/ Filter"):
                fresh.until(each)
            expected = shape(fresh)
        with pseudo(tmp_path, "--url", child.url) as window:
            window.until("AAPL")
            for _ in range(200):
                window.resize(sizes.randint(20, 300), sizes.randint(5, 100))
                window.drain(0.01)
            window.resize(120, 36)
            window.until(lambda: shape(window) == expected)
            window.until_idle()
            assert shape(window) == expected
            window.press("q")
            assert window.ended() == 0
            assert b"Traceback" not in window.written


@pytest.mark.parametrize("before", ["", "trap '' HUP; "], ids=["heard", "ignored"])
def test_it_ends_where_a_terminal_goes_away_that_nobody_read(tmp_path: Path, before: str) -> None:
    """A frozen ssh, whose connection is dropped at last."""
    with blocked(tmp_path, before) as window:
        children = psutil.Process(window.process.pid).children(recursive=True)
        assert children, "the demo has no gateway"
        window.hang_up()
        assert window.process.wait(DEADLINE) == 129
        _, alive = psutil.wait_procs(children, DEADLINE)
        assert not alive
    assert not list(tmp_path.rglob("crash*")), "it took it for a defect"


def test_told_to_end_it_does_not_wait_for_a_reader(tmp_path: Path) -> None:
    with blocked(tmp_path) as window:
        window.process.send_signal(signal.SIGTERM)
        assert window.process.wait(DEADLINE) == 128 + signal.SIGTERM
        window.drain(DEADLINE)
        assert all(each in window.written for each in RESTORED)


def test_a_reader_that_comes_back_sees_the_present_screen(tmp_path: Path) -> None:
    """Also where another program has had the terminal refuse what it can't take at once."""
    with blocked(tmp_path, f'{sys.executable} -c "import os; os.set_blocking(2, False)"; ') as window:
        window.resize(80, 24)
        window.until(lambda: "AAPL" in window.screen and "╭" not in window.screen)
        assert window.opened_help_and_quit() == 0


def test_told_to_end_while_it_starts_it_gives_the_terminal_back(tmp_path: Path) -> None:
    with pseudo(tmp_path, "--demo") as window:
        window.until(lambda: TAKEN in window.written)
        window.process.send_signal(signal.SIGTERM)
        assert window.ended() == 128 + signal.SIGTERM
        assert all(each in window.written for each in RESTORED)
        assert b"defect" not in window.written


def test_stopped_by_a_signal_it_gives_the_terminal_back_and_takes_it_again(tmp_path: Path) -> None:
    with pseudo(tmp_path, "--demo") as window:
        window.until("AAPL")
        ours = psutil.Process(window.process.pid)
        for _ in range(3):
            before = len(window.written)
            ours.send_signal(signal.SIGTSTP)
            window.until(lambda before=before: all(each in window.written[before:] for each in RESTORED))
            wait_until(lambda: ours.status() == psutil.STATUS_STOPPED)
            before = len(window.written)
            ours.send_signal(signal.SIGCONT)
            window.until(lambda before=before: b"AAPL" in window.written[before:].partition(TAKEN)[2])
        threads = ours.num_threads()
        window.press("?")
        window.until("order round")
        assert ours.num_threads() <= threads
        window.press("q")
        window.until("AAPL")
        window.press("q")
        assert window.ended() == 0


def test_in_gnu_screen_it_leaves_a_clean_screen_and_comes_back_after_a_stop(tmp_path: Path) -> None:
    """It has one screen only, as it comes, and would keep the last picture."""
    needs_program("screen")
    sockets, settings = tmp_path / "sockets", tmp_path / "screenrc"
    sockets.mkdir(mode=0o700)
    settings.write_text("startup_message off\ndefutf8 on\nshell /bin/sh\n", encoding="utf-8")
    told = PLAIN_ENVIRONMENT | {"HOME": str(tmp_path), "SCREENDIR": str(sockets), "PS1": "$ "}
    with started(Pseudo(("screen", "-c", str(settings)), 80, 24, told)) as window:
        window.until("$ ")
        window.press(f"{shlex.join(CPWATCH)} --demo\r")
        window.until("AAPL")
        window.resize(120, 36)
        window.until("Exc. liq.")
        window.press("\x1a")
        window.until("Stop it anyway")
        window.press("\x1a")
        window.until("Stopped")
        assert "Exc. liq." not in window.screen
        window.press("fg\r")
        window.until("Exc. liq.")
        window.press("q")
        window.until(lambda: "Exc. liq." not in window.screen and "$ " in window.screen)
        assert "AAPL" not in window.screen
        window.press("exit\r")
        assert window.ended() == 0
