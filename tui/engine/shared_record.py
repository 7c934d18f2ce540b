"""The record of one gateway's requests in the file that all processes share, and by what name it is kept."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tui.clock import Clock
from tui.config.locations import state_folder
from tui.domain.address import Address
from tui.engine.record import Record
from tui.engine.record_text import LONGEST, NotARecord, from_text, to_text
from tui.engine.shared_file import SharedFile

log = logging.getLogger(__name__)

T = TypeVar("T")
Change = Callable[[Record, float], Record]
"""A record and the time -> the record with something more in it."""
Question = Callable[[Record, float], tuple[Record, T]]
"""A settled record and the time -> the record as it is then to be, and what is to be known of it."""

_LONGEST_NAME = 100


class SharedRecord:
    """Reads, asks and writes under the file's lock. gateway: whose record it is; another's is not taken for it."""

    def __init__(self, file: SharedFile, gateway: str, clock: Clock) -> None:
        self.file = file
        self._gateway = gateway
        self._clock = clock
        # What was last read or written, and what it says: mostly nobody else has written since.
        self._known: tuple[bytes, Record] | None = None

    def exchange(self, late: Iterable[tuple[float, Change]], question: Question[T]) -> tuple[Record, float, T]:
        """The record as it is now, the time by the wall clock in seconds since 1970, and what came of the question.

        late: what happened earlier and is not in the file yet. Takes some hundred microseconds and writes only what
        has changed. Raises Busy: another process has it just now. Raises OSError: the file can't be used.
        """
        with self.file.locked():
            # Read under the lock: no process has written anything later.
            now = self._clock.now().wall.timestamp()
            found = self._read()
            told = found
            for at, change in late:
                told = change(told, at)
            told = told.anchored(now)
            settled = told.settled(now)
            record, result = question(settled, now)
            if told is not found or record is not settled:
                data = to_text(record, self._gateway, now).encode()
                self._known = None
                self.file.write(data)
                self._known = data, record
        return record, now, result

    def _read(self) -> Record:
        data = self.file.read(LONGEST + 1)
        if data is None:
            return Record()
        if self._known is not None and self._known[0] == data:
            return self._known[1]
        try:
            found = from_text(data, self._gateway)
        except NotARecord as error:
            aside = self.file.set_aside(f"{self._clock.now().wall:%Y%m%dT%H%M%SZ}")
            log.warning("the request budget could not be read (%s): it is now %s, and a new one begun", error, aside)
            return Record()
        self._known = data, found
        return found


def shared_record(address: Address, clock: Clock, folder: Path | None = None) -> SharedRecord:
    """The record that this user's processes share for that gateway.

    folder: where it is kept, by default within the platform's state folder.
    """
    gateway = gateway_name(address)
    return SharedRecord(SharedFile(folder or state_folder() / "budget", file_name(gateway)), gateway, clock)


def gateway_name(address: Address) -> str:
    """Host and port, the scheme aside: every spelling of this machine is `localhost`."""
    host = "localhost" if address.loopback else address.host.lower().removesuffix(".")
    return f"{host}:{address.port}"


def file_name(gateway: str) -> str:
    """A file's name for that gateway, good on every system and another one for every gateway."""
    host, _, port = gateway.rpartition(":")
    plain = f"{re.sub(r'[^a-z0-9.-]', '_', host)[:_LONGEST_NAME]}-{port}"
    if plain == f"{host}-{port}":
        return plain
    return f"{plain}-{hashlib.sha256(gateway.encode()).hexdigest()[:8]}"
