"""A program on a pseudo-terminal: every byte that it writes, and the screen that they make."""

import os
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pyte

from tests.support.escapes import words
from tests.support.waiting import DEADLINE, wait_until
from tui.clock import SystemClock

CPWATCH = (sys.executable, "-m", "tui")
PLAIN_ENVIRONMENT = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
"""What a terminal says of itself at the least; `COLORTERM=truecolor` is added by those that have every colour."""


def _as_a_shell_starts_it() -> None:
    """With a terminal of its own, so that it hears when that goes away, whatever signals whoever tests ignores."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Pseudo:
    """One program on one pseudo-terminal. `written` grows by whatever it writes, while something waits for it."""

    def __init__(self, command: Sequence[str], width: int, height: int, environment: Mapping[str, str]) -> None:
        import fcntl
        import termios

        self.written = bytearray()
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "COVERAGE_PROCESS_START") if name in os.environ}
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=kept | dict(environment),
            start_new_session=True,
            preexec_fn=_as_a_shell_starts_it,  # noqa: PLW1509 (no threads of ours hold locks)
        )
        os.close(theirs)

    @property
    def screen(self) -> str:
        """What stands on the screen."""
        return "\n".join(self._screen.display)

    @property
    def seen(self) -> str:
        """Everything that was ever written, without what tells the terminal how."""
        return words(bytes(self.written))

    def looks(self, text: str) -> tuple[pyte.screens.Char, ...]:
        """The cells of the first place where that text stands, each with its colours and attributes."""
        for y, row in enumerate(self._screen.display):
            if (x := row.find(text)) >= 0:
                return tuple(self._screen.buffer[y][x + n] for n in range(len(text)))
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen}")

    def press(self, keys: str) -> None:
        """Send keys as the bytes that a terminal sends for them."""
        os.write(self._ours, keys.encode())

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size, of which the program hears by SIGWINCH."""
        import fcntl
        import termios

        self._screen.resize(height, width)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    @property
    def waiting(self) -> int:
        """Bytes that the program has written and nobody has read yet; a pseudo-terminal takes a few thousand."""
        import fcntl
        import termios

        return int(struct.unpack("i", fcntl.ioctl(self._ours, termios.FIONREAD, bytes(4)))[0])

    def hang_up(self) -> None:
        """Close the terminal, as a window or an ssh connection does that goes away."""
        os.close(self._ours)
        self._ours = -1

    def until(self, so: Callable[[], bool] | str) -> None:
        """Read until it is so, or until the screen shows that text. Raises AssertionError when that never comes."""
        met = (lambda: so in self.screen) if isinstance(so, str) else so
        clock = SystemClock()
        began = clock.now()
        while not met():
            if clock.now().seconds_since(began) > DEADLINE or not self._read(DEADLINE):
                raise AssertionError(f"never was {so!r}; the screen shows:\n{self.screen}")

    def drain(self, within: float) -> None:
        """Read whatever comes in that many seconds, or until the program ends."""
        clock = SystemClock()
        began = clock.now()
        while (left := within - clock.now().seconds_since(began)) > 0 and self._read(left):
            pass

    def block(self) -> None:
        """Have it write whole screens, which nobody reads, until it can't go on: a resize costs it nothing any more."""
        width, height = self._screen.columns, self._screen.lines
        measured = psutil.Process(self.process.pid)

        def stuck() -> bool:
            self.resize(width - 1, height)
            self.resize(width, height)
            return measured.cpu_percent(0.25) < 4 and self.waiting > 1000

        wait_until(stuck)

    def until_idle(self) -> None:
        """Read until it has twice taken next to nothing of a core for half a second."""
        measured, quiet = psutil.Process(self.process.pid), 0

        def spent() -> float:
            return float(sum(measured.cpu_times()[:2]))

        def idle() -> bool:
            nonlocal quiet
            before = spent()
            self.drain(0.5)
            quiet = quiet + 1 if spent() - before < 0.1 else 0
            return quiet == 2

        wait_until(idle)

    def ended(self) -> int:
        """Read until the program has ended; its exit code, negative for the signal that ended it."""
        while self._ours >= 0 and self._read(DEADLINE):
            pass
        return self.process.wait(DEADLINE)

    def opened_help_and_quit(self) -> int:
        """Have the monitor, which shows the demo's book, open its help, close it and end; its exit code."""
        self.press("?")
        self.until("order round")
        self.press("q")
        self.until("AAPL")
        self.press("q")
        return self.ended()

    def close(self) -> None:
        """End the program, and its terminal."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.ended()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._ours >= 0:
            self.hang_up()

    def _read(self, within: float) -> bool:
        """Take what waits; False where nothing came in time, or nothing ever will."""
        ready, _, _ = select.select([self._ours], [], [], within)
        if not ready:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the program has ended, and with it its end of the terminal
            return False
        self.written += data
        self._stream.feed(data)
        return bool(data)


@contextmanager
def pseudo(
    home: Path, *arguments: str, width: int = 80, height: int = 24, environment: Mapping[str, str] | None = None
) -> Iterator[Pseudo]:
    """cpwatch with these arguments on a pseudo-terminal for the length of the block. home: the user's folder."""
    given = {"HOME": str(home)} | dict(PLAIN_ENVIRONMENT if environment is None else environment)
    with started(Pseudo((*CPWATCH, *arguments), width, height, given)) as program:
        yield program


@contextmanager
def started(program: Pseudo) -> Iterator[Pseudo]:
    """The program, which ends with the block."""
    try:
        yield program
    finally:
        program.close()
