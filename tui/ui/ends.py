"""How the program ends without its own key: by a signal, and where its terminal goes away without one."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from textual.driver import Driver

_NAMES = ("SIGTERM", "SIGHUP", "SIGINT")
"""Asked to end, e.g. at a shutdown; the terminal has gone; and an interruption from outside, as Ctrl+C is a key."""
HUNG_UP = 129
"""The exit code where the terminal has gone: what a shell gives an end by SIGHUP."""


def on_signals(leave: Callable[[int], None], make_way: Callable[[], None] = lambda: None) -> None:
    """Have `leave` called on the running loop, with the exit code that a shell gives such an end: 128 and the number.

    It restores the terminal. make_way: called at once, also while the loop waits for a terminal that does not read;
    it sees to it that the loop runs again. What whoever started us has had ignored (nohup) stays ignored. Windows has
    no such signals.
    """
    if os.name == "nt":
        return
    loop = asyncio.get_running_loop()
    for name in _NAMES:
        number = signal.Signals[name]
        if signal.getsignal(number) is signal.SIG_IGN:
            continue
        # Signals are the main thread's business only.
        with contextlib.suppress(RuntimeError, ValueError):
            loop.add_signal_handler(number, leave, 128 + number)
            # The loop is woken up all the same: it has asked for that, whatever the handler.
            signal.signal(number, lambda *_: make_way())


def mend_continue(driver: Driver, repaint: Callable[[], object]) -> None:
    """Have the driver, which is in application mode, take the terminal anew only where it had left it, or can be had.

    A SIGCONT also comes with a hang-up, and from whoever stopped us with SIGSTOP, which leaves no time to say so.
    Textual would read a second time then, on a thread that nothing ends, so that the process would not end either.
    """
    if os.name == "nt" or threading.current_thread() is not threading.main_thread():
        return
    stop, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(stop) or not callable(resume):
        return
    loop = asyncio.get_running_loop()
    asked = stopped = False

    def stop_now(number: int) -> None:
        nonlocal asked, stopped
        if asked:
            asked, stopped = False, True
            stop(number, None)

    def on_stop(number: int, _: FrameType | None) -> None:
        nonlocal asked
        asked = True
        # Not at once: what the signal came upon may hold the lock that writing needs.
        try:
            loop.call_soon_threadsafe(stop_now, number)
        except RuntimeError:  # the loop has ended, and given the terminal back
            os.kill(os.getpid(), signal.SIGSTOP)

    def on_continue(number: int, frame: FrameType | None) -> None:
        nonlocal asked, stopped
        # A stop that has not come about yet is off, as it is for any program.
        asked = False
        if stopped:
            stopped = False
            resume(number, frame)
        elif _readable():
            # Not at once either.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(take_anew)

    def take_anew() -> None:
        driver.suspend_application_mode()
        driver.resume_application_mode()
        repaint()

    signal.signal(signal.SIGTSTP, on_stop)
    signal.signal(signal.SIGCONT, on_continue)


class OurTerminal:
    """The terminal that we read from, if it is one.

    Where the hang-up is ignored (nohup, `trap '' HUP`), Textual would go on to read from what is no more, without a
    pause.
    """

    def __init__(self) -> None:
        self._was_there = _readable()

    @property
    def gone(self) -> bool:
        """Whether it was there when we began, and is no more."""
        return self._was_there and not _readable()


def _readable() -> bool:
    if sys.__stdin__ is None:
        return False
    try:
        return os.isatty(sys.__stdin__.fileno())
    except (OSError, ValueError):
        return False
