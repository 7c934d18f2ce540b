"""Waiting for what other threads and processes do: by their own signals, with a deadline, never for a fixed time."""

import threading
from collections.abc import Callable

from tui.clock import SystemClock
from tui.domain.state import MonitorState
from tui.engine.thread import MonitorEngine

DEADLINE = 45.0


def wait_until(so: Callable[[], bool], within: float = DEADLINE) -> None:
    """Ask until it is so. `so` itself must take a moment (a request, a process), since nothing sleeps here.

    Raises AssertionError when it is not so in time.
    """
    clock = SystemClock()
    began = clock.now()
    while not so():
        if clock.now().seconds_since(began) > within:
            raise AssertionError(f"not within {within} s")


class Watched:
    """An engine's snapshots as they come; `until` waits for one that fits."""

    def __init__(self, engine: MonitorEngine) -> None:
        self._engine = engine
        self._changed = threading.Condition()
        engine.subscribe(self._tell)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, fits: Callable[[MonitorState], bool], within: float = DEADLINE) -> MonitorState:
        """The first snapshot from now on that fits. Raises AssertionError when none does in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: fits(self._engine.snapshot), within):
                raise AssertionError(f"not within {within} s; the last state was {self._engine.snapshot}")
            return self._engine.snapshot
