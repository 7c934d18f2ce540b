"""Pictures of the monitor in every named state, of each layout, and of the help screen; look at those that change."""

from collections.abc import Callable
from datetime import datetime

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from tests.support.clock import START, ManualClock
from tests.support.fake_source import FakeSource
from tests.support.states import STATES, WALLS, all_accounts, competing, ready, several_accounts
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp
from tui.ui.theme import DARK, LIGHT

Compare = Callable[..., bool]


def app_of(state: MonitorState, theme: str = DARK, encoding: str = "utf-8", wall: datetime = START) -> CpwatchApp:
    """The app as it is always drawn here."""
    return CpwatchApp(FakeSource(state, ManualClock(wall)), profile="home", theme=theme, encoding=encoding)


async def settled(pilot: Pilot[int]) -> None:
    """Before the picture is taken."""
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", STATES)
def test_state(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(app_of(STATES[name](), wall=WALLS.get(name, START)), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", [(60, 18), (200, 60), (40, 10), (100, 30)], ids=["60x18", "200x60", "40x10", "100x30"])
@pytest.mark.parametrize("state", [ready, several_accounts, all_accounts, competing])
def test_size(snap_compare: Compare, state: Callable[[], MonitorState], size: tuple[int, int]) -> None:
    assert snap_compare(app_of(state()), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_light(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app_of(STATES["backend_hung"](), LIGHT), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_ascii(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app_of(competing(), encoding="ascii"), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)], ids=["60x18", "80x24", "120x36"])
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def help_shown(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("question_mark")
        await settled(pilot)

    assert snap_compare(app_of(ready()), terminal_size=size, run_before=help_shown)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)], ids=["60x18", "80x24", "120x36"])
def test_suspend(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], encoding: str) -> None:
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)

    async def asked(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("ctrl+z")
        await settled(pilot)

    assert snap_compare(app_of(ready(), encoding=encoding), terminal_size=size, run_before=asked)


@pytest.mark.parametrize("pane", ["accounts-table", "events"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_focus(snap_compare: Compare, pane: str, size: tuple[int, int]) -> None:
    async def focused(pilot: Pilot[int]) -> None:
        await settled(pilot)
        pilot.app.screen.query_one(f"#{pane}").focus()
        await settled(pilot)

    assert snap_compare(app_of(several_accounts()), terminal_size=size, run_before=focused)
