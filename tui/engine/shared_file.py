"""A small file that several processes read and write in turn: whole or not at all, under a lock that dies with them."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from tui.files import opened, private_folder, write_all

_KEPT_ASIDE = 3
# Where the folder is shared against all advice, nobody's link leads what is written here to another file of ours.
_OWN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Busy(Exception):
    """Another process reads or writes just now."""


class SharedFile:
    """`NAME.json` in a folder that is made when it is first needed: 0700, the file 0600.

    The lock is the operating system's own on `NAME.lock`: it ends with the process that holds it, however that ends,
    and the file that it is taken on stays for good and means nothing. All methods but `locked` are for its holder.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.path = folder / f"{name}.json"
        self._lock = folder / f"{name}.lock"
        self._new = folder / f"{name}.json.new"
        self._prepared = False

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, without ever waiting for it.

        Raises Busy: another process holds it. Raises OSError: the folder can't be used.
        """
        if not self._prepared:
            self._prepare()
        try:
            descriptor = self._opened()
        except FileNotFoundError:  # the folder was removed under a running program
            self._prepare()
            descriptor = self._opened()
        try:
            _lock(descriptor)
            try:
                yield
            finally:
                # By itself, before the file is closed: a child that is just being started shares the open file, and
                # would hold the lock on.
                _unlock(descriptor)
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        return os.open(self._lock, os.O_RDWR | os.O_CREAT | _OWN, 0o600)

    def _prepare(self) -> None:
        private_folder(self.folder)
        if sys.platform != "win32":
            found = self.folder.stat()
            if stat.S_IMODE(found.st_mode) & 0o077 and found.st_uid == os.geteuid():
                self.folder.chmod(0o700)
        self._prepared = True

    def read(self, most: int) -> bytes | None:
        """Its first `most` bytes; None where there is no file yet."""
        try:
            # What is no plain file, a pipe say, must not hold up the event loop.
            with opened(self.path) as file:
                return file.read(most)
        except FileNotFoundError:
            return None

    def write(self, data: bytes) -> None:
        """Put `data` in the file's place. A process that dies meanwhile leaves the old content or the new one.

        Not forced to the disk, which would take the event loop's time: what a power cut leaves is set aside.
        """
        # Made beside it, always under the same name: what a killed process, or anybody, left there goes.
        with contextlib.suppress(FileNotFoundError):
            self._new.unlink()
        descriptor = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OWN, 0o600)
        try:
            try:
                write_all(descriptor, data)
            finally:
                os.close(descriptor)
            self._new.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                self._new.unlink()
            raise

    def set_aside(self, stamp: str) -> Path:
        """Rename what is no content of ours; the new path. The newest few of them are kept."""
        aside = self.path.with_name(f"{self.path.name}.corrupt-{stamp}")
        self.path.replace(aside)
        found = sorted(self.folder.glob(f"{self.path.name}.corrupt-*"))
        for old in found[:-_KEPT_ASIDE]:
            with contextlib.suppress(OSError):
                old.unlink()
        return aside


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:  # it tells a lock that is held as one of several errors
            raise Busy from error

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
