"""The app on a source that a test drives, and what stands on its screen."""

from collections.abc import Callable

from textual.pilot import Pilot

from tests.support.fake_source import FakeSource
from tui.clock import SystemClock
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp

SIZE = (120, 36)
SMALL = (80, 24)


def app_of(state: MonitorState, **options: object) -> CpwatchApp:
    """The app on a source that holds that state."""
    return CpwatchApp(FakeSource(state), encoding="utf-8", **options)  # type: ignore[arg-type]


def source_of(app: CpwatchApp) -> FakeSource:
    """The app's source."""
    assert isinstance(app.source, FakeSource)
    return app.source


def screen_text(app: CpwatchApp) -> str:
    """What stands on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def settled(pilot: Pilot[int]) -> None:
    """The screen as it is once everything that was posted is done."""
    await pilot.pause()
    await pilot.pause()


async def until(pilot: Pilot[int], so: Callable[[], bool]) -> None:
    """Wait for what Textual does by timers of its own, with a deadline."""
    clock = SystemClock()
    began = clock.now()
    while not so():
        assert clock.now().seconds_since(began) < 20, "not within 20 s"
        await pilot.pause()
