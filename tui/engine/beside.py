"""What others have done on an engine's loop, beside its own jobs."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from tui.clock import Clock

Doing = Callable[[Any], Coroutine[Any, Any, None]]
"""Given the engine's Core, which its face knows by no type: nothing slow is imported before the engine is started."""

Never = Callable[[], None]


class Beside:
    """Takes what is to be done from any thread, and keeps it until there is a loop to do it on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._early: list[tuple[Doing, Never]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._core: object = None
        self._over = False
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, doing: Doing, never: Never = lambda: None) -> bool:
        """Have it done as soon as may be; False where nothing is done any more.

        never: called, once and on any thread, where it was taken and the end comes before there is a loop.
        """
        with self._lock:
            if self._over:
                return False
            if self._loop is None:
                self._early.append((doing, never))
            else:
                self._loop.call_soon_threadsafe(self._begin, doing)
            return True

    def open(self, core: object) -> None:
        """The loop runs from now on; called on it."""
        with self._lock:
            self._core = core
            self._loop = asyncio.get_running_loop()
            early, self._early = self._early, []
        for doing, _ in early:
            self._begin(doing)

    def end(self) -> None:
        """Take nothing more; what was taken and never begun is given up."""
        with self._lock:
            self._over = True
            early, self._early = self._early, []
        for _, never in early:
            never()

    async def aclose(self) -> None:
        """Take nothing more, and give up what is under way; called on the loop."""
        self.end()
        # What was put right before the end is begun, so that it learns of its end.
        for _ in range(2):
            await self._clock.sleep(0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, doing: Doing) -> None:
        task = asyncio.ensure_future(doing(self._core))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
