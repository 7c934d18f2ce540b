"""Ctrl+Z, which asks first, and the scenarios that a demo can be put into."""

import threading
from dataclasses import replace

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from tests.support.fake_source import FakeSource
from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, until
from tests.support.states import (
    elsewhere,
    ready,
)
from tui.domain.session import KeepAlive
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.screens.suspend import SuspendScreen, suspend_lines


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """An entry for each time that the process would have been stopped."""
    calls: list[bool] = []
    monkeypatch.setattr(CpwatchApp, "action_suspend_process", lambda self: calls.append(True))
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    return calls


def without_keep_alive() -> MonitorState:
    """Ready, and another program is to keep the session alive."""
    state = ready()
    return replace(state, session=replace(state.session, keep_alive=KeepAlive(enabled=False)))


async def test_ctrl_z_says_first_what_stops_with_it(stopped: list[bool]) -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+z")
        await settled(pilot)
        assert isinstance(app.screen, SuspendScreen)
        assert "Ctrl+Z would stop cpwatch, and with it its keep-alive." in screen_text(app)
        assert stopped == []
        await pilot.press("ctrl+z")
        await settled(pilot)
        assert stopped == [True]
        assert isinstance(app.screen, MonitorScreen)


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+q", "ctrl+c"])
async def test_one_may_stay_instead(stopped: list[bool], key: str) -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+z", key)
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)
        assert app.is_running
    assert stopped == []


async def test_the_question_can_be_answered_by_a_click(stopped: list[bool]) -> None:
    app = app_of(elsewhere())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+z")
        await settled(pilot)
        await pilot.click("#suspend-box #footer", offset=(2, 0))
        await settled(pilot)
        assert stopped == [True]


async def test_without_a_keep_alive_ctrl_z_stops_at_once(stopped: list[bool]) -> None:
    app = app_of(without_keep_alive())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+z")
        await settled(pilot)
        assert stopped == [True]
        assert isinstance(app.screen, MonitorScreen)


async def test_where_nothing_can_be_stopped_ctrl_z_says_so() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "can't be stopped here" in screen_text(app))
        assert isinstance(app.screen, MonitorScreen)


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("cells", [40, 68])
def test_the_question_says_who_else_keeps_the_session_alive(elsewhere: bool, cells: int) -> None:
    rows = ["".join(part.text for part in row) for row in suspend_lines(cells, elsewhere=elsewhere)]
    assert ("Another cpwatch" in " ".join(rows)) is elsewhere
    assert max(len(row) for row in rows) <= cells


class Switch:
    """Scenarios of a simulated gateway; `fails` makes the next switch raise that."""

    names = ("ready", "competing")

    def __init__(self) -> None:
        self.played: list[tuple[str, bool]] = []
        self.fails: Exception | None = None

    def switch(self, name: str) -> None:
        """Remember it, and whether it was called off the main thread."""
        self.played.append((name, threading.current_thread() is threading.main_thread()))
        if self.fails is not None:
            raise self.fails


async def test_the_palette_plays_another_scenario() -> None:
    switch = Switch()
    app = app_of(ready(), profile="demo ready", scenarios=switch)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "demo ready" in screen_text(app)
        await pilot.press("ctrl+p", *"demo: comp")
        await until(pilot, lambda: "Demo: competing" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "demo competing" in screen_text(app))
        assert switch.played == [("competing", False)]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
async def test_a_scenario_that_cannot_be_played_is_told_as_text(encoding: str) -> None:
    switch = Switch()
    switch.fails = OSError("the child has gone [red]…[/red]")
    app = CpwatchApp(FakeSource(ready()), profile="demo ready", encoding=encoding, scenarios=switch)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        await app.run_action("scenario('competing')")
        await until(pilot, lambda: "The scenario competing could not be played" in screen_text(app))
        text = screen_text(app)
        assert "[red]" in text
        assert "demo ready" in text
        assert text.isascii() or encoding == "utf-8"


async def test_a_real_gateway_has_no_scenarios() -> None:
    app = app_of(ready(), profile="home")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await app.run_action("scenario('competing')")
        await settled(pilot)
        assert "home" in screen_text(app).splitlines()[0]
