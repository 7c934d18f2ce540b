"""The program's own files are replaced while it runs, as by an upgrade: what is not in memory yet can't be shown."""

import sys
from pathlib import Path

import pytest

from tests.support.screen import SIZE, app_of, screen_text, settled
from tests.support.states import ready
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.monitor import MonitorScreen


@pytest.mark.parametrize("gone", ["module", "stylesheet"])
async def test_a_screen_whose_files_are_gone_ends_nothing_and_is_told_of(
    gone: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        if gone == "module":
            monkeypatch.setitem(sys.modules, HelpScreen.__module__, None)
        else:
            monkeypatch.setattr(HelpScreen, "CSS_PATH", [tmp_path / "help.tcss"])
        await pilot.press("question_mark")
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)
        assert "Start it again" in " ".join(note.message for note in app._notifications)
        await pilot.press("f")
        await settled(pilot)
        assert "FROZEN" in screen_text(app)
        monkeypatch.undo()
        await pilot.press("question_mark")
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
    assert app.defect is None
