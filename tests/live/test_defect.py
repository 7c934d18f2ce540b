"""A defect of ours ends the monitor with the terminal as it was, one sentence, a file to send, and exit code 70."""

import sys
from pathlib import Path

import pytest

from tests.support.requirements import needs_program
from tests.support.terminal import terminal

pytestmark = pytest.mark.live

BROKEN = """
import os, sys
import tui.ui.app as app
from tui.cli import main
os.environ["XDG_STATE_HOME"] = os.environ["HOME"] = sys.argv[1]

class Broken(app.CpwatchApp):
    def on_snapshot_ready(self):
        raise RuntimeError("a defect about U1234567 in [/] here")

app.CpwatchApp = Broken
sys.exit(main(["--url", "https://localhost:1"]))
"""


def test_a_defect_in_the_screen_leaves_no_traceback(tmp_path: Path) -> None:
    needs_program("tmux")
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    with terminal(tmp_path, 120, 30) as window:
        window.type(f"PYTHONPATH={Path.cwd()} {sys.executable} {script} {tmp_path}; echo ended-$?")
        window.press("Enter")
        screen = window.until("ended-70")
        assert "a defect of cpwatch ended it (RuntimeError)" in screen
        assert "Traceback" not in screen
        assert window.flag("alternate_on") == "0"
    (crash,) = tmp_path.rglob("crash-*.txt")
    text = crash.read_text(encoding="utf-8")
    assert "on_snapshot_ready" in text
    assert "U1234567" not in text
