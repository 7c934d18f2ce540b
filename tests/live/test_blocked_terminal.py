"""A terminal that stops reading (Ctrl-S, a frozen ssh) stops the screen, and never a tickle."""

import sys
from pathlib import Path

import pytest

from tests.support.pseudo import PLAIN_ENVIRONMENT, Pseudo, started
from tests.support.waiting import wait_until
from tui.simulator.child import SimulatorChild

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of this kind are POSIX"),
]

TICKLE = "POST /v1/api/tickle"


def test_the_keep_alive_goes_on_behind_a_stopped_reader(tmp_path: Path) -> None:
    environment = PLAIN_ENVIRONMENT | {"COLORTERM": "truecolor", "HOME": str(tmp_path)}
    with SimulatorChild(positions=60) as child:
        command = (sys.executable, "-m", "tests.live.quick_monitor", child.url)
        with started(Pseudo(command, 200, 60, environment)) as window:
            window.until("READY")
            window.block()
            waiting, before = window.waiting, child.requests()["counters"][TICKLE]
            wait_until(lambda: child.requests()["counters"][TICKLE] >= before + 4)
            assert window.waiting == waiting, "the terminal took more meanwhile: it was not blocked"
            window.until("READY")
            window.press("q")
            assert window.ended() == 0
