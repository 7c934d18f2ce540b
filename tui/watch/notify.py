"""What a service manager is told, by systemd's protocol: that the watch is ready, how it goes, and that it turns."""

import contextlib
import os
import socket
from collections.abc import Mapping

from tui.clock import Moment
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict


class Notifier:
    """Sends datagrams to the manager's socket; does nothing where there is none.

    address: the socket's, as NOTIFY_SOCKET names it; one that begins with "@" has no file. watchdog_every: seconds
    between two signs of life, None where the manager wants none. What can't be sent is left out: the next one will do.
    """

    def __init__(self, address: str | None = None, watchdog_every: float | None = None) -> None:
        self.watchdog_every = watchdog_every if address else None
        self._address = address
        self._ready = False
        self._status: str | None = None
        self._alive_at: Moment | None = None

    def beat(self, state: MonitorState, found: Verdict, now: Moment) -> None:
        """Called by the engine's loop about once a second: a loop that hangs gives no sign of life.

        Ready is said once, after the first look, whatever that has shown.
        """
        if not self._ready and (state.session.auth or state.session.tickle) is not None:
            self._ready = True
            self._send("READY=1")
        status = f"{found.name.value}: {found.summary}"
        if self._ready and status != self._status:
            self._status = status
            self._send(f"STATUS={status}")
        every = self.watchdog_every
        # The next beat comes up to a second later, so that a sign is given rather too early than too late.
        if every is not None and (self._alive_at is None or now.seconds_since(self._alive_at) >= max(every - 1.0, 0.0)):
            self._alive_at = now
            self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """The watch ends by itself or was told to."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if self._address is None:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(text.encode("utf-8", "replace"), address)


def notifier_of(environment: Mapping[str, str], pid: int | None = None) -> Notifier:
    """The notifier that the environment asks for: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID. pid: this process."""
    address = environment.get("NOTIFY_SOCKET") or None
    if address is not None and not address.startswith(("/", "@")):
        address = None
    meant = environment.get("WATCHDOG_PID", "")
    usec = environment.get("WATCHDOG_USEC", "")
    every = None
    if usec.isascii() and usec.isdigit() and int(usec) > 0 and meant in {"", str(pid or os.getpid())}:
        every = int(usec) / 1_000_000 / 2
    return Notifier(address, every)
