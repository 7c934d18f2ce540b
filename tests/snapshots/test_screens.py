"""Pictures of the monitor in every named state, of each layout, and of the help screen; look at those that change."""

from collections.abc import Callable

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from tests.support.clock import START, ManualClock
from tests.support.fake_source import FakeSource
from tests.support.pictures import Compare, app_of, settled
from tests.support.states import STATES, WALLS, advisor, all_accounts, competing, ready, several_accounts
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp
from tui.ui.preset import Preset
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.theme import LIGHT, NAMES


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


@pytest.mark.parametrize("theme", NAMES[2:])
@pytest.mark.parametrize("state", [competing])
def test_theme(snap_compare: Compare, state: Callable[[], MonitorState], theme: str) -> None:
    assert snap_compare(app_of(state(), theme), terminal_size=(80, 24), run_before=settled)


SCREENS: dict[str, tuple[Callable[[], MonitorState], tuple[str, ...]]] = {
    "sort": (ready, ("o",)),
    "sorted": (ready, (">", ">", ">")),
    "filter": (ready, ("/", "o", "p", "t")),
    "nothing-found": (ready, ("/", "z", "z", "z")),
    "detail": (ready, ("j", "j", "j", "j", "enter")),
    "export": (ready, ("e",)),
    "masked": (several_accounts, ("m",)),
    "frozen": (ready, ("f",)),
    "copy": (STATES["login_required_over_ssh"], ("c",)),
    "reopen": (competing, ("b",)),
    "take-over": (competing, ("b", "t")),
    "reopen-refused": (ready, ("b",)),
    "events": (ready, ("l",)),
}


@pytest.mark.parametrize("size", [(60, 18), (80, 24)], ids=["60x18", "80x24"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    state, keys = SCREENS[name]

    async def pressed(pilot: Pilot[int]) -> None:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    assert snap_compare(app_of(state()), terminal_size=size, run_before=pressed)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_zoom(snap_compare: Compare, number: int, size: tuple[int, int]) -> None:
    async def zoomed(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press(str(number))
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, MonitorScreen)
        if screen.zoomed is None:
            await pilot.press("z")
        await settled(pilot)

    assert snap_compare(app_of(advisor(12)), terminal_size=size, run_before=zoomed)


@pytest.mark.parametrize("keys", [(), ("3",), ("4",)], ids=["choices", "address", "steps"])
@pytest.mark.parametrize("size", [(60, 18), (80, 24)], ids=["60x18", "80x24"])
def test_first_run(snap_compare: Compare, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async def pressed(pilot: Pilot[int]) -> None:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    source = FakeSource(STATES["gateway_down"](), ManualClock(START))
    app = CpwatchApp(source, encoding="utf-8", preset=Preset(first_run=True))
    assert snap_compare(app, terminal_size=size, run_before=pressed)


def test_badge(snap_compare: Compare) -> None:
    app = CpwatchApp(
        FakeSource(ready(), ManualClock(START)), profile="work", encoding="utf-8", preset=Preset(badge="red")
    )
    assert snap_compare(app, terminal_size=(80, 24), run_before=settled)
