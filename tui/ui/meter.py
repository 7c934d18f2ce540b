"""How many bytes the terminal is sent: counted where the driver writes them."""

import threading
from collections import deque
from typing import cast

from textual.driver import Driver

from tui.clock import Moment

WINDOW = 10.0
"""Seconds over which the rate is taken."""


class Meter:
    """Counts bytes, from any thread; whoever asks for the rate does so about once a second, from one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = 0
        self._looks: deque[tuple[float, int]] = deque()

    def add(self, count: int) -> None:
        """So many bytes were sent."""
        with self._lock:
            self._total += count

    def rate(self, now: Moment) -> float | None:
        """Bytes a second since a look about WINDOW seconds ago, or since the first one; None at that one."""
        with self._lock:
            total = self._total
        while len(self._looks) > 1 and self._looks[1][0] <= now.ticks - WINDOW:
            self._looks.popleft()
        if not self._looks or self._looks[-1][0] < now.ticks:
            self._looks.append((now.ticks, total))
        first, before = self._looks[0]
        elapsed = now.ticks - first
        return (total - before) / elapsed if elapsed >= 1 else None


def metered(driver: type[Driver], meter: Meter) -> type[Driver]:
    """The driver's class, which tells the meter of everything that it writes, in UTF-8 as Textual sends it."""

    class Metered(driver):  # type: ignore[misc, valid-type]  # the base is known at run time only
        def write(self, data: str) -> None:
            meter.add(len(data) if data.isascii() else len(data.encode("utf-8", errors="replace")))
            super().write(data)

    Metered.__name__ = Metered.__qualname__ = driver.__name__
    return cast("type[Driver]", Metered)
