"""A target: answers of a gateway in the whole app, widgets, titles, tables and all, down to the terminal's bytes."""

import asyncio
import contextvars
import sys
from collections.abc import Coroutine, Iterable
from contextlib import AsyncExitStack
from typing import Any

from rich.color import ColorSystem
from textual.pilot import Pilot

from tests.fuzz.gateway_targets import QUESTIONS, WORDS, Asked, seeds
from tests.fuzz.shown import check
from tests.fuzz.target import Target
from tests.support.screen import SIZE, app_of, source_of
from tests.support.states import ready
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp

SHOWN = ("auth", "accounts", "brokerage", "summary", "ledger", "pnl", "positions", "pages")
"""Questions whose answers change what stands on the screen."""


class _App:
    """One app, started with the first input, that is shown one state after the other; the panel of a row stays open."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # What Textual knows of the app that runs belongs to a context, which all inputs have to share.
        self._context = contextvars.Context()
        self._asked = {each.name.encode(): Asked(each) for each in QUESTIONS if each.name in SHOWN}
        self._app: CpwatchApp | None = None
        self._pilot: Pilot[int] | None = None
        self._running = AsyncExitStack()

    def __call__(self, data: bytes) -> None:
        name, _, answers = data.partition(b"\n")
        asked = self._asked.get(name)
        if asked is not None:
            state = asked.state(answers)
            self._complete(self._shown(state))

    def end(self) -> None:
        """Let the app end; the next input starts another one."""
        self._complete(self._running.aclose())
        self._app = self._pilot = None

    def _complete(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop.run_until_complete(self._loop.create_task(work, context=self._context))

    async def _shown(self, state: MonitorState) -> None:
        if self._pilot is None:
            # While it runs, the app takes what is printed for its own, and finds it in the way of its screen.
            printed = sys.stdout, sys.stderr
            self._app = app_of(ready())
            self._pilot = await self._running.enter_async_context(self._app.run_test(size=SIZE))
            await self._pilot.pause()
            await self._pilot.press("enter")
            sys.stdout, sys.stderr = printed
        assert self._app is not None
        source_of(self._app).push(state)
        await self._pilot.pause()
        await self._pilot.pause()
        assert self._app._exception is None, self._app._exception
        for strip in self._app.screen._compositor.render_strips():
            check(
                "".join(
                    segment.style.render(segment.text, color_system=ColorSystem.TRUECOLOR)
                    if segment.style
                    else segment.text
                    for segment in strip
                )
            )


def _named() -> Iterable[bytes]:
    return [each.name.encode() + b"\n" + data for each in QUESTIONS if each.name in SHOWN for data in seeds(each)]


def targets() -> Iterable[Target]:
    """That of this module."""
    app = _App()
    yield Target("screen", app, _named, WORDS, seconds=5.0, named=True, end=app.end)
