"""Whole ways through the monitor: the first run, another profile, another address."""

from collections.abc import Callable

from textual.pilot import Pilot

from tests.support.fake_source import FakeSource
from tests.support.screen import SMALL, app_of, screen_text, settled, source_of, until
from tests.support.states import (
    competing,
    gateway_down,
    ready,
    starting,
)
from tui.domain.address import Address, parse_address
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp
from tui.ui.preset import Preset
from tui.ui.screens.first_run import FirstRunScreen
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.source import Opened


def header(app: CpwatchApp) -> str:
    """The first line."""
    return screen_text(app).splitlines()[0]


def notices(app: CpwatchApp) -> str:
    """What was said."""
    return "\n".join(notification.message for notification in app._notifications)


async def test_on_the_first_run_it_says_what_can_be_done_and_goes_once_there_is_a_gateway() -> None:
    app = app_of(starting(), preset=Preset(first_run=True))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)
        source_of(app).push(gateway_down())
        await settled(pilot)
        assert isinstance(app.screen, FirstRunScreen)
        source_of(app).push(ready())
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)
        source_of(app).push(gateway_down())
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)


async def test_the_first_run_can_lead_to_the_demo() -> None:
    app = app_of(gateway_down(), preset=Preset(first_run=True))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
    assert app.wants_demo
    assert app.return_value == 0


class Gateways:
    """Two profiles; what was opened is kept."""

    names = ("home", "work")

    def __init__(self, opened: Callable[[], MonitorState], fails: str = "") -> None:
        self.current = "home"
        self.asked: list[str | Address] = []
        self.source = FakeSource(opened())
        self._fails = fails

    def open(self, wanted: str | Address) -> Opened:
        """The source, or the failure."""
        self.asked.append(wanted)
        if self._fails:
            raise ValueError(self._fails)
        self.current = str(wanted)
        return Opened(self.source, "Work", "red")


async def other_profile(pilot: Pilot[int]) -> None:
    """Choose it in the palette's way."""
    await settled(pilot)
    await pilot.app.run_action("profile('work')", pilot.app)


async def test_another_profile_is_watched_and_the_first_one_let_go() -> None:
    gateways = Gateways(competing)
    app = app_of(ready(), gateways=gateways)
    first = source_of(app)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await other_profile(pilot)
        await until(pilot, lambda: "COMPETING" in header(app))
        assert "Work" in header(app)
        await until(pilot, lambda: first.stopped == 1)
        assert gateways.source.started == 1
        assert gateways.asked == ["work"]
    assert gateways.source.stopped == 1


async def test_a_profile_that_can_not_be_watched_changes_nothing() -> None:
    app = app_of(ready(), gateways=Gateways(competing, fails="[b]no such file[/b]"))
    first = source_of(app)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await other_profile(pilot)
        await until(pilot, lambda: "[b]no such file[/b]" in notices(app))
        assert app.source is first
        assert first.stopped == 0


async def test_another_address_can_be_given_on_the_first_run() -> None:
    gateways = Gateways(ready)
    app = app_of(gateway_down(), preset=Preset(first_run=True), gateways=gateways)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("3")
        await settled(pilot)
        await pilot.press(*"https://box:5001", "enter")
        await until(pilot, lambda: "READY" in header(app))
        assert gateways.asked == [parse_address("https://box:5001")]
