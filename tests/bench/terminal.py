"""A program on a pseudo-terminal that is only recorded: each read with its time, to be looked at afterwards.

Nothing is drawn while something is timed: a terminal emulator in Python is slower than what it would measure.
"""

import contextlib
import os
import select
import signal
import struct
import subprocess
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.bench.arithmetic import Chunk, Event, Resized
from tests.bench.replay import Replay
from tui.clock import SystemClock

PATIENCE = 40.0
"""Seconds after which what was waited for is not coming."""
_END_SECONDS = 5.0
_CLOCK = SystemClock()


class BenchFailed(Exception):
    """The benchmark itself could not do its work. Its text says what was missing."""


def ticks() -> float:
    """Seconds on the monotonic clock."""
    return _CLOCK.now().ticks


class Terminal:
    """A context manager: the program runs for the length of the block. `tape` grows while something is recorded."""

    def __init__(self, command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str]) -> None:
        import fcntl
        import termios

        self.tape: list[Event] = []
        self.replay = Replay(*size)
        self._shown = 0
        self._ours, theirs = os.openpty()
        self._set_size(size)
        self.began = ticks()
        try:
            self.process = subprocess.Popen(
                command,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env=environment,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 (one thread, no locks)
            )
        except OSError as error:
            os.close(self._ours)
            raise BenchFailed(f"can't start {command[0]}: {error}") from error
        finally:
            os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record(self, seconds: float) -> None:
        """Record for so long. Raises BenchFailed where the program ends meanwhile."""
        ends = ticks() + seconds
        while (left := ends - ticks()) > 0:
            self._read(left)

    def record_until(self, so: Callable[[Chunk], bool], within: float = PATIENCE) -> bool:
        """Record until a chunk is so, which has to be quick to tell; False where none was within so many seconds."""
        ends = ticks() + within
        while (left := ends - ticks()) > 0:
            if (chunk := self._read(left)) is not None and so(chunk):
                return True
        return False

    def until(self, text: str, within: float = PATIENCE) -> None:
        """Record and draw until that text stands on the screen; nothing is timed meanwhile. Raises BenchFailed."""
        ends = ticks() + within
        while text not in self.shown().text:
            if (left := ends - ticks()) <= 0:
                raise BenchFailed(f"{text!r} never came within {within:g} s; the screen shows:\n{self.replay.text}")
            self._read(left)

    def press(self, keys: bytes) -> float:
        """Send what a terminal sends for these keys; the time just before."""
        at = ticks()
        os.write(self._ours, keys)
        return at

    def resize(self, width: int, height: int) -> float:
        """Give the terminal that size, of which the system tells the program; the time just before."""
        at = ticks()
        self.tape.append(Resized(at, width, height))
        self._set_size((width, height))
        return at

    def shown(self) -> Replay:
        """The screen as it is by all that was recorded."""
        for event in self.unseen():
            self.replay.feed(event)
        return self.replay

    def unseen(self) -> list[Event]:
        """What was recorded since the last look, for whoever draws it; it counts as seen from now on."""
        events = self.tape[self._shown :]
        self._shown = len(self.tape)
        return events

    def written_since(self, at: float) -> int:
        """Bytes that were read from that time on."""
        return sum(len(event.data) for event in self.tape if isinstance(event, Chunk) and event.at >= at)

    def close(self) -> None:
        """End the program, and its terminal."""
        if self._ours < 0:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(OSError):  # it ends by closing its side
                ends = ticks() + _END_SECONDS
                while (left := ends - ticks()) > 0 and select.select([self._ours], [], [], left)[0]:
                    if not os.read(self._ours, 65536):
                        break
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.2)
        if self.process.poll() is None:
            self.process.kill()
        os.close(self._ours)
        self._ours = -1
        self.process.wait()

    def _set_size(self, size: tuple[int, int]) -> None:
        import fcntl
        import termios

        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def _read(self, within: float) -> Chunk | None:
        """One read; None where nothing came in time. Raises BenchFailed where the program has ended."""
        ready, _, _ = select.select([self._ours], [], [], within)
        if not ready:
            return None
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the program has closed its end
            data = b""
        if not data:
            raise BenchFailed(f"the program ended early; the screen showed:\n{self.shown().text}")
        chunk = Chunk(ticks(), data)
        self.tape.append(chunk)
        return chunk
