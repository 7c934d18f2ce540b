"""Where a watch's lines go: standard output, or a file; written on a thread that may be held up."""

import json
import threading
from collections import deque
from typing import Protocol

from tui.files import write_all
from tui.output import complain

MOST_WAITING = 2000
"""Lines that wait for a reader at the most; what comes beyond is counted, and the count told once there is room."""
STOP_WITHIN = 2.0
"""Seconds for the last lines: a reader that has stopped must not hold up the end."""


class Place(Protocol):
    """Takes lines."""

    def write(self, line: str) -> None:
        """Write the line and its end, whole or not at all as far as that can be had. Raises OSError."""
        ...


class Stream:
    """An open stream such as standard output, in its encoding. It is written past Python's own buffer: what could not
    be written is not tried again at the program's end."""

    def __init__(self, descriptor: int, encoding: str) -> None:
        self._descriptor = descriptor
        self._encoding = encoding

    def write(self, line: str) -> None:
        """Write the line. Raises OSError, as where the reader has gone."""
        write_all(self._descriptor, f"{line}\n".encode(self._encoding, "replace"))


class Writer:
    """Writes lines to a place, on a thread of its own: a terminal that was stopped must not stop the keep-alive.

    failure: why the newest line could not be written, None where it could. It is said once on standard error, and the
    lines are tried on; how many were lost is said in the place itself as soon as that takes lines again.
    """

    def __init__(self, place: Place, *, as_json: bool) -> None:
        self.failure: str | None = None
        self._place = place
        self._as_json = as_json
        self._lines: deque[str] = deque()
        self._lost = 0
        self._ending = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="cpwatch-lines", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Have it written; returns at once."""
        with self._changed:
            if len(self._lines) >= MOST_WAITING:
                self._lost += 1
                return
            self._lines.append(line)
            self._changed.notify()

    def stop(self) -> None:
        """Write what waits, as far as that goes at once."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join(STOP_WITHIN)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._lines or self._ending)
                if not self._lines:
                    return
                line = self._lines.popleft()
            self._write(line)

    def _write(self, line: str) -> None:
        try:
            self._place.write(line)
            if self._lost:
                self._place.write(self._told_lost())
        except OSError as error:
            first, self.failure = self.failure is None, error.strerror or type(error).__name__
            with self._changed:
                self._lost += 1
            if first:
                complain(f"cpwatch: the lines of the watch can't be written: {self.failure}; the watch goes on")
            return
        with self._changed:
            self._lost = 0
        self.failure = None

    def _told_lost(self) -> str:
        text = f"{self._lost} lines were lost before this one: {self.failure or 'they came faster than they went'}"
        return json.dumps({"schema": 1, "event": "lost", "text": text}) if self._as_json else text
