"""Makes the pictures of the README: the simulated gateway, a clock driven by hand, and the real screens.

Run `python screenshots/render.py` from the project's folder after a change that shows; a test fails when a picture
is out of date.
"""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from tests.support.clock import START, ManualClock  # noqa: E402
from tests.support.rig import Rig, rig  # noqa: E402
from tui.clock import Clock  # noqa: E402
from tui.config.themes import ThemeName  # noqa: E402
from tui.domain.state import Here, MonitorState, Pace  # noqa: E402
from tui.simulator.scenarios import Scenario  # noqa: E402
from tui.ui.app import CpwatchApp  # noqa: E402

Story = Callable[[Rig], Awaitable[None]]


class Still:
    """A source that shows one state for ever."""

    def __init__(self, state: MonitorState, clock: Clock) -> None:
        self.snapshot = state
        self.clock = clock

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Nothing will change."""

    def choose_account(self, account_id: str) -> None:
        """Nothing will change."""

    def start(self) -> None:
        """Nothing runs."""

    def stop(self) -> None:
        """Nothing runs."""


async def an_hour(running: Rig) -> None:
    """A morning with two incidents: another login for two minutes, and a restart of the gateway."""
    await running.clock.advance(1260)
    running.gateway.set_scenario(Scenario.COMPETING)
    await running.clock.advance(120)
    running.gateway.set_scenario(Scenario.READY)
    await running.clock.advance(1115)
    running.transport.refused = True
    await running.clock.advance(13)
    running.transport.refused = False
    await running.clock.advance(1124)


async def logged_out_overnight(running: Rig) -> None:
    """A good while, and then nobody is logged in any more."""
    await running.clock.advance(3512)
    running.gateway.set_scenario(Scenario.LOGIN_REQUIRED)
    await running.clock.advance(120)


AT_HOME = Here("you")
OVER_SSH = Here("you", "203.0.113.7")


@dataclass(frozen=True)
class Picture:
    """One file, and how it comes about."""

    name: str
    size: tuple[int, int]
    story: Story
    theme: ThemeName = ThemeName.DARK
    here: Here = AT_HOME


PICTURES = (
    Picture("monitor-120x36", (120, 36), an_hour),
    Picture("monitor-80x24", (80, 24), an_hour, ThemeName.LIGHT),
    Picture("login-required-80x24", (80, 24), logged_out_overnight, here=OVER_SSH),
)


async def render(picture: Picture) -> str:
    """The picture as SVG; always the same for the same program."""
    clock = ManualClock(START - timedelta(seconds=3632))
    made = rig(clock=clock, here=picture.here, pace=Pace(positions=20))
    made.transport.latency = 0.037
    made.transport.round_trip = 0.0004
    async with made.running() as running:
        await picture.story(running)
        app = CpwatchApp(Still(running.state, clock), theme=picture.theme.value)
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause()
            svg = app.export_screenshot(title="cpwatch", simplify=True)
    return _without_web_fonts(svg)


def _without_web_fonts(svg: str) -> str:
    """A README shows pictures without fetching anything: the viewer's own fixed-width font will do."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    return svg.replace("font-family: Fira Code,", "font-family: Menlo, Consolas, 'DejaVu Sans Mono',") + "\n"


def main() -> None:
    """Write all pictures."""
    for picture in PICTURES:
        target = FOLDER / f"{picture.name}.svg"
        target.write_text(asyncio.run(render(picture)), encoding="utf-8")
        print(target.relative_to(FOLDER.parent))


if __name__ == "__main__":
    main()
