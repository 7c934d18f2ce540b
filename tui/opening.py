"""The first thing on the screen: what is watched, while the rest of the program is still being read in.

Python and Textual need a third of a second before they can draw anything. This is plain text without colours, in the
places where the monitor shows the same things, and needs neither.
"""

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TextIO

ENTER, LEAVE = "\x1b[?1049h\x1b[H\x1b[2J\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""The terminal's other screen, cleared and without a cursor, and back; the same that Textual takes."""
_STARTING = "starting "
_LABELS = ("Path", "Session", "Account", "Positions")
_USUAL = 80
"""Columns of a terminal that does not tell."""
_NARROW = 110
"""Columns from which on the monitor has panes with borders, whose places depend on what they hold."""


def opening_lines(name: str, width: int) -> list[str]:
    """The screen's first lines. name: of what is watched, as the user gave it, may be empty; it is printable text."""
    left = f" cpwatch  {name}"
    room = width - len(_STARTING)
    header = f"{left[:room]:<{max(room, 0)}}{_STARTING}"[:width]
    return [header, *(f" {label}"[:width] for label in (_LABELS if width < _NARROW else ()))]


class Opening:
    """The terminal's other screen, from before Textual takes it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown = False

    def show(self, name: str) -> None:
        """Take the other screen, and draw what is known. Nothing where the terminal can't, or is not ours (`&`)."""
        if os.name == "nt" or os.environ.get("TERM", "") in {"", "dumb"} or not self._in_foreground():
            return
        self._shown = True
        self._write(ENTER + "\r\n".join(opening_lines(name, self._columns())))

    def hand_on(self) -> None:
        """Textual has taken the screen, and will leave it; the start is over."""
        self._shown = False
        _all_made()

    def leave(self) -> None:
        """Back to the screen that was there before, if Textual has not taken it."""
        if self._shown:
            self._shown = False
            self._write(LEAVE)

    def _in_foreground(self) -> bool:
        try:
            return not self._out.isatty() or os.tcgetpgrp(self._out.fileno()) == os.getpgrp()
        except (OSError, ValueError):
            return True

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns or _USUAL
        except (OSError, ValueError):
            return _USUAL

    def _write(self, text: str) -> None:
        # A terminal that has gone is found out by whoever draws on it next.
        with contextlib.suppress(OSError, ValueError):
            self._out.write(text)
            self._out.flush()


@contextlib.contextmanager
def opening(name: str, out: TextIO | None = None) -> Iterator[Opening]:
    """Show it for the length of the block, or until Textual takes over; also where a signal ends us before that."""
    shown = Opening(sys.stderr if out is None else out)

    def ended(number: int, frame: FrameType | None) -> None:
        del frame
        # What it came upon may be writing: the screen is left by the block's end.
        raise SystemExit(128 + number)

    # Nothing that is made at the start is garbage: looking for some, again and again, takes a tenth of the time.
    gc.disable()
    with _on_signals(ended):
        try:
            shown.show(name)
            yield shown
        finally:
            shown.leave()
            gc.enable()


def _all_made() -> None:
    """Look for garbage from now on, but not among the modules and classes, which stay."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@contextlib.contextmanager
def _on_signals(ended: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have it called on a request to end, unless whoever started us has that ignored; as it was afterwards."""
    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Signals are the main thread's business only.
        with contextlib.suppress(ValueError):
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, ended)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is ended:
                signal.signal(number, handler)
