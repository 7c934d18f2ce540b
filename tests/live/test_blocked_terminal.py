"""A terminal that stops reading (Ctrl-S, a frozen ssh) stops the screen, and never a tickle."""

import os
import select
import signal
import struct
import subprocess
import sys

import pytest

from tests.support.waiting import DEADLINE, wait_until
from tui.simulator.child import SimulatorChild

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of this kind are POSIX"),
]

TICKLE = "POST /v1/api/tickle"


def set_size(terminal: int, width: int, height: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))


def read_until(terminal: int, mark: bytes) -> None:
    seen = b""
    while mark not in seen:
        ready, _, _ = select.select([terminal], [], [], DEADLINE)
        assert ready, f"never saw {mark!r} in {seen[-2000:]!r}"
        seen += os.read(terminal, 65536)


def full(terminal: int) -> bool:
    """True once the program can't write any more: nobody reads, and what waits has stopped to grow."""
    import fcntl
    import termios

    def waiting() -> int:
        return int(struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, b"\0" * 4))[0])

    before = waiting()
    select.select([], [], [], 0.2)  # the program's chance to write more, if it could
    return before > 1000 and waiting() == before


def test_the_keep_alive_goes_on_behind_a_stopped_reader() -> None:
    ours, theirs = os.openpty()
    set_size(theirs, 200, 60)
    with SimulatorChild(positions=60) as child:
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        monitor = subprocess.Popen(
            [sys.executable, "-m", "tests.live.quick_monitor", child.url],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        try:
            read_until(ours, b"READY")
            for width in (199, 150, 199, 150, 199):
                set_size(ours, width, 60)
                os.kill(monitor.pid, signal.SIGWINCH)  # a whole screen to write each time
            wait_until(lambda: full(ours))
            before = child.requests()["counters"][TICKLE]
            wait_until(lambda: child.requests()["counters"][TICKLE] >= before + 4)
            assert full(ours), "the terminal took more meanwhile: it was not blocked"
            read_until(ours, b"READY")
            os.write(ours, b"q")
            wait_until(lambda: drained(ours) and monitor.poll() is not None)
            assert monitor.returncode == 0
        finally:
            monitor.kill()
            monitor.wait()
            os.close(ours)


def drained(terminal: int) -> bool:
    """Read what waits, so that the program can end; always True."""
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if ready:
        try:
            os.read(terminal, 65536)
        except OSError:  # its other end is closed: the program has ended
            return True
    return True
