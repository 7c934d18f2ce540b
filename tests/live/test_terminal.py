"""The monitor in a real terminal: it starts, follows resizes, quits, and leaves the terminal as it was."""

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.requirements import needs_program
from tests.support.terminal import Terminal, terminal
from tests.support.waiting import DEADLINE, wait_until
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live

CPWATCH = (sys.executable, "-m", "tui")


@pytest.fixture(autouse=True)
def _tmux() -> None:
    needs_program("tmux")


def settings_of(window: Terminal, mark: str) -> str:
    """The terminal's line settings, as stty tells them."""
    window.press("C-l")
    window.type(f"clear; stty -g; echo {mark}-$?")
    window.press("Enter")
    return window.until(f"{mark}-0").splitlines()[0]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_demo_starts_and_quits_and_the_terminal_is_as_it_was(tmp_path: Path, size: tuple[int, int]) -> None:
    with terminal(tmp_path, *size) as window:
        before = settings_of(window, "before")
        window.run(*CPWATCH, "--demo")
        window.until("READY")
        window.until("AAPL")
        window.until("PAPER")
        assert window.flag("alternate_on") == "1"
        window.press("q")
        window.until("$ ")
        assert window.flag("alternate_on") == "0"
        assert window.flag("cursor_flag") == "1"
        assert window.flag("mouse_any_flag") == "0"
        assert settings_of(window, "after") == before


def whole(window: Terminal, height: int, framed: bool) -> bool:
    """Whether the screen is that of its size, from the header to the footer, with nothing left of another size."""
    lines = window.screen.splitlines()
    panes = [line for line in lines if line.startswith(" Path  ")]
    return (
        len(lines) == height
        and lines[0].startswith(" cpwatch")
        and "READY" in lines[0]
        and lines[-1].startswith(" ? Help")
        and any("AAPL" in line for line in lines)
        and (any(line.startswith("╭─ Path") for line in lines) if framed else len(panes) == 1)
        and ("╭" in window.screen) is framed
    )


def test_told_to_end_it_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    number = tmp_path / "pid"
    with terminal(tmp_path, 80, 24) as window:
        before = settings_of(window, "before")
        window.run("sh", "-c", f"echo $$ > {number}; exec {sys.executable} -m tui --demo")
        window.until("AAPL")
        os.kill(int(number.read_text()), signal.SIGTERM)
        window.until("$ ")
        assert [window.flag(name) for name in ("alternate_on", "cursor_flag", "mouse_any_flag")] == ["0", "1", "0"]
        assert settings_of(window, "after") == before


def test_it_follows_every_resize(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24) as window:
        window.run(*CPWATCH, "--demo")
        window.until("AAPL")
        for width, height, framed in (
            (80, 24, False),
            (120, 36, True),
            (60, 18, False),
            (200, 60, True),
            (81, 25, False),
            (80, 24, False),
        ):
            window.resize(width, height)
            window.until_so(lambda height=height, framed=framed: whole(window, height, framed))
            assert max(len(line) for line in window.screen.splitlines()) <= width


def test_a_gateway_killed_under_the_monitor_is_shown_and_so_is_its_return(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24) as window, SimulatorChild() as child:
        window.run(*CPWATCH, "--url", child.url)
        window.until("READY")
        child.kill()
        window.until("GATEWAY DOWN")
        with SimulatorChild(port=child.port):
            window.until("READY")


def test_following_the_remedy_leads_to_ready(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24) as window, SimulatorChild("login-required") as child:
        window.run(*CPWATCH, "--url", child.url)
        screen = window.until("LOGIN REQUIRED")
        assert child.url in screen
        child.set_scenario("ready")
        window.until("READY")


@pytest.mark.parametrize("key", ["q", "C-c", "C-q"])
def test_ways_to_quit(tmp_path: Path, key: str) -> None:
    with terminal(tmp_path, 80, 24) as window:
        window.type(f"{sys.executable} -m tui --demo; echo ended-$?")
        window.press("Enter")
        window.until("READY")
        window.press(key)
        window.until("ended-0")


def test_ctrl_z_asks_and_then_stops_the_process_which_fg_continues(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24) as window:
        window.run(*CPWATCH, "--demo")
        window.until("AAPL")
        window.press("C-z")
        window.until("Stop it anyway")
        window.press("Escape")
        wait_until(lambda: "Stop it anyway" not in window.screen)
        assert "READY" in window.screen
        window.press("C-z")
        window.until("Stop it anyway")
        window.press("C-z")
        window.until("Stopped")
        assert window.flag("alternate_on") == "0"
        window.run("fg")
        window.until_so(lambda: whole(window, 24, framed=False))
        assert window.flag("alternate_on") == "1"
        window.press("q")
        window.until("$ ")
        assert window.flag("alternate_on") == "0"


def test_nothing_of_it_stays_on_the_shells_screen_of_a_grown_window(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24) as window:
        window.run("echo", "before")
        window.run(*CPWATCH, "--demo")
        window.until("AAPL")
        window.resize(120, 36)
        window.until_so(lambda: whole(window, 36, framed=True))
        window.press("q")
        window.until_so(lambda: window.flag("alternate_on") == "0" and window.screen.rstrip().endswith("$"))
        assert "READY" not in window.screen
        assert "AAPL" not in window.screen


def test_stopped_from_outside_it_stays_so_in_the_background_and_ends_with_its_window(tmp_path: Path) -> None:
    with terminal(tmp_path, 80, 24) as window:
        before = settings_of(window, "before")
        window.run(*CPWATCH, "--demo")
        window.until("AAPL")
        (ours,) = psutil.Process(int(window.flag("pane_pid"))).children()
        all_of_it = [ours, *ours.children(recursive=True)]
        ours.send_signal(signal.SIGTSTP)
        window.until("Stopped")
        assert [window.flag(name) for name in ("alternate_on", "cursor_flag", "mouse_any_flag")] == ["0", "1", "0"]
        assert settings_of(window, "stopped") == before
        window.run("bg")
        window.until_so(lambda: ours.status() == psutil.STATUS_STOPPED)
        assert window.flag("alternate_on") == "0"
        window.run("fg")
        window.until_so(lambda: whole(window, 24, framed=False))
        ours.send_signal(signal.SIGTSTP)
        window.until("Stopped")
    _, alive = psutil.wait_procs(all_of_it, DEADLINE)
    assert not alive
