"""The app as the snapshot tests draw it."""

from collections.abc import Callable
from datetime import datetime

from textual.pilot import Pilot

from tests.support.clock import START, ManualClock
from tests.support.fake_source import FakeSource
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp
from tui.ui.theme import DARK

Compare = Callable[..., bool]


def app_of(state: MonitorState, theme: str = DARK, encoding: str = "utf-8", wall: datetime = START) -> CpwatchApp:
    """The app as it is always drawn here."""
    return CpwatchApp(FakeSource(state, ManualClock(wall)), profile="home", theme=theme, encoding=encoding)


async def settled(pilot: Pilot[int]) -> None:
    """Before the picture is taken."""
    await pilot.pause()
    await pilot.pause()
