"""The way out to the terminal: it outlives the terminal, is cleared for whoever must end, and is left clean."""

import contextlib
import os
import threading
from itertools import count
from typing import Any, TextIO, cast

from textual.driver import Driver

CLEAN = "\x1b[0m\x1b[H\x1b[J"
"""No colours, the cursor at the top, all cleared: what is said before the screen is given back.

Terminals without a second screen (the Linux console, GNU screen as it comes) would keep the last picture, and tmux
brings lines of it back to the shell's screen where the window has grown meanwhile and the cursor is at the bottom.
"""
PATIENCE = 1.0
"""Seconds that one write may take while we are to end; then nobody reads."""
_AGAIN_AFTER = 0.01
_LOOKS = 2000
_AT_ONCE = 8192
"""Bytes that are gathered at most before they are written."""


class Outlet:
    """The file that the terminal's driver writes to, and what is known of it. Its `write` never raises.

    Textual writes on a thread of its own, which an error would end; the screen would then wait for room in that
    thread's queue for ever, and hear of no signal.
    """

    def __init__(self) -> None:
        self._file: TextIO | None = None
        self._gathered = bytearray()
        self._numbers = count(1)
        self._writing = 0
        self._closed = threading.Event()

    def onto(self, file: TextIO) -> "Outlet":
        """Write to that file's descriptor from now on, in its encoding."""
        self._file = file
        return self

    def write(self, text: str) -> int:
        """Write it, at the latest with `flush`; what the terminal can't take any more is dropped."""
        encoding = (self._file and self._file.encoding) or "utf-8"
        self._gathered += text.encode(encoding, "backslashreplace")
        if len(self._gathered) > _AT_ONCE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Write what was gathered; it takes as long as the terminal does."""
        data, self._gathered = memoryview(self._gathered), bytearray()
        self._writing = next(self._numbers)
        try:
            number = self.fileno()
            while data:
                try:
                    data = data[os.write(number, data) :]
                except BlockingIOError:
                    # Another program that shares the terminal has had it so, and left it so.
                    os.set_blocking(number, True)
        except (OSError, ValueError):
            self._leave()
        finally:
            self._writing = 0

    def fileno(self) -> int:
        """The file's descriptor. Raises OSError: there is none; ValueError: it is closed."""
        if self._file is None:
            raise OSError("there is no file yet")
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file is not None and self._file.isatty()

    def close(self) -> None:
        """The driver has written its last: there is no way to be made."""
        self._closed.set()

    def make_way(self) -> None:
        """We are to end: throw away what waits to be read, while nobody reads. Returns at once; from a signal too."""
        self._closed.clear()
        threading.Thread(target=self._make_way, name="cpwatch-make-way", daemon=True).start()

    def _make_way(self) -> None:
        """A terminal that reads slowly loses nothing: only a write that stands still is in the way."""
        patience, seen = PATIENCE, 0
        for _ in range(_LOOKS):
            if self._closed.wait(patience):
                return
            at = self._writing
            if at and at == seen:
                patience = _AGAIN_AFTER
                self._throw_away()
            seen = at

    def _throw_away(self) -> None:
        import termios

        with contextlib.suppress(OSError, ValueError, termios.error):
            number = self.fileno()
            termios.tcflush(number, termios.TCOFLUSH)
            # Linux wakes up a writer that waits only so.
            termios.tcflow(number, termios.TCOOFF)
            termios.tcflow(number, termios.TCOON)

    def _leave(self) -> None:
        """Where the terminal has gone, write to nowhere: Python would end with 120 for what it can't flush at last."""
        with contextlib.suppress(OSError, ValueError):
            number = self.fileno()
            if not os.isatty(number):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, number)
                os.close(nowhere)


def through(driver: type[Driver], outlet: Outlet) -> type[Driver]:
    """The driver's class, which writes to the terminal through that outlet. Windows' own is left as it is."""
    if os.name == "nt":
        return driver

    class Through(driver):  # type: ignore[misc, valid-type]  # the base is known at run time only
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings)
            # No public name; tests/live/test_terminal_faults.py fails where Textual writes elsewhere.
            self._file: Any = outlet.onto(cast("TextIO", self._file))

        def stop_application_mode(self) -> None:
            self.write(CLEAN)
            super().stop_application_mode()

        def close(self) -> None:
            super().close()
            outlet.close()

    Through.__name__ = Through.__qualname__ = driver.__name__
    return cast("type[Driver]", Through)
