"""A day of the screen: the monitor without a terminal, drawn once a simulated minute, with a user who looks around."""

import asyncio
from collections.abc import Callable
from itertools import cycle

from textual.pilot import Pilot

from tests.soak.measure import MEGABYTE, Held, grown, held
from tests.soak.soak import Shape, Soak
from tests.support.fake_source import FakeSource
from tui.clock import Clock, Moment
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp

MINUTE = 60.0
HOURS_TO_FILL = 4
"""Hours in which rings, caches and the history fill up, before growth is counted."""
SIZE = (120, 36)
VISITS = (
    ("question_mark", "pagedown", "escape"),
    ("l", "end", "slash", "r", "escape", "escape"),
    ("h", "minus", "plus", "escape"),
    ("x", "escape"),
    ("d", "down", "escape"),
    ("o", "o", "O"),
    ("4", "z", "pagedown", "z"),
    ("slash", "a", "escape", "escape"),
    ("f", "f"),
    ("m", "m"),
    ("t",),
    ("ctrl+p", "escape"),
    ("r",),
    ("c", "escape"),
    ("b", "escape"),
    ("right_square_bracket",),
)
"""Keys of one visit each: a screen that is opened and closed, or something that is arranged otherwise and back."""


class MinuteClock:
    """The soak's clock for a screen that would draw every second: whoever sleeps on it sleeps for a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> Moment:
        """The present moment."""
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        """Return after a minute, or later."""
        await self._clock.sleep(max(seconds, MINUTE))


class Screen:
    """An app that is fed by a soak. hours: what the process held at each hour's end."""

    def __init__(self, shape: Shape, each: Callable[[int, Held], None] = lambda *_: None) -> None:
        self.soak = Soak(shape)
        self.source = FakeSource(self.soak.rig.state, MinuteClock(self.soak.rig.clock))
        self.app = CpwatchApp(self.source, encoding="utf-8")
        self.hours: list[Held] = []
        self.draws = 0
        self._newest: MonitorState = self.soak.rig.state
        self._visits = cycle(VISITS)
        self._each = each

    async def run(self) -> None:
        """All of it."""
        async with self.app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            self.soak.watchers.append(self._keep)
            self.soak.every(MINUTE, lambda: self._draw(pilot))
            await self.soak.run()
            self.soak.broken += self._still_alive()

    def _keep(self, state: MonitorState) -> None:
        self._newest = state

    async def _draw(self, pilot: Pilot[int]) -> None:
        self.source.push(self._newest)
        await pilot.pause()
        self.draws += 1
        if self.draws % 15 == 0:
            await pilot.press(*next(self._visits))
            await pilot.pause()
        if self.draws % 60 == 30:
            await pilot.resize_terminal(80, 24)
        elif self.draws % 60 == 31:
            await pilot.resize_terminal(*SIZE)
        if self.draws % 60 == 0:
            await pilot.press("escape", "escape")
            await pilot.pause()
            self.hours.append(held())
            self._each(len(self.hours), self.hours[-1])

    def _still_alive(self) -> list[str]:
        screens = [type(screen).__name__ for screen in self.app.screen_stack]
        found = [] if self.app.is_running else ["the app has ended"]
        return found + ([] if len(screens) == 2 else [f"screens were left open: {screens}"])


def screened(shape: Shape) -> list[str]:
    """Run it and print; what did not hold."""

    def each(hour: int, now: Held) -> None:
        print(
            f"hour {hour:2}: RSS {now.rss / MEGABYTE:6.1f} MB, {now.blocks} blocks, {now.tasks.total()} tasks",
            flush=True,
        )

    screen = Screen(shape, each)
    asyncio.run(screen.run())
    settled = screen.hours[HOURS_TO_FILL:]
    # The day's growth is what is allowed, whatever part of a day it was counted over.
    found = grown([settled[0], settled[-1]]) if len(settled) > 1 else []
    print(f"{screen.draws} draws")
    return screen.soak.verdicts() + found
