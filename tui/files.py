"""Files that are written whole or not at all, those that grow within bounds, and folders for their owner alone."""

import contextlib
import errno
import os
import stat
import tempfile
from io import BufferedReader
from pathlib import Path

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
FILE_SIZE = 1_000_000
"""Bytes at which a file that grows is put aside."""
KEPT = 4
"""Files that were put aside and are kept: NAME.1 is the newest."""


def private_folder(folder: Path) -> None:
    """Make the folder, and whatever is missing above it, for its owner alone; one that is there stays as it is.

    Path.mkdir makes what is missing above by the umask alone, so that others could exchange the folder below.
    Raises OSError: NotADirectoryError where something else has its name.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        private_folder(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None


def opened(path: Path, flags: int = 0) -> BufferedReader:
    """The file, to be read; of a pipe or a device nothing is waited for. flags: of os.open's, beside these.

    Raises OSError, IsADirectoryError for a folder: of that nothing is left open, as there is with os.fdopen.
    """

    def unwaiting(name: str, mode: int) -> int:
        return os.open(name, mode | flags | getattr(os, "O_NONBLOCK", 0))

    return open(path, "rb", opener=unwaiting)


def write_whole(path: Path, data: bytes, *, overwrite: bool = True, mode: int = PRIVATE) -> Path:
    """Write the file so that a reader, and a crash, finds either what stood there before or all that is new.

    It is written beside its place under another name, brought to the disk, and moved there. A link is followed to
    what it names. mode: of a new file; one that is there keeps its own. Returns the path that was written, with links
    resolved.

    Raises OSError: FileExistsError where there is one and `overwrite` is False, IsADirectoryError for a folder, and for
    anything else that is no regular file.
    """
    target = _resolved(path)
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder")
    if target.exists():
        if not overwrite:
            raise FileExistsError(f"{target} exists")
        there = target.stat().st_mode
        if not stat.S_ISREG(there):
            # A device or a pipe would be gone, and for everybody, where we are root.
            raise OSError(errno.EINVAL, "not a regular file", str(target))
        mode = stat.S_IMODE(there)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if hasattr(os, "fchmod"):
                # By the open file: in a folder of others, its name might lead elsewhere by now.
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if not hasattr(os, "fchmod"):
            part.chmod(mode)
        _put(part, target, overwrite=overwrite)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    sync_folder(target.parent)
    return target


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # what Python 3.11 and 3.12 make of links that name each other
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


def _put(part: Path, target: Path, *, overwrite: bool) -> None:
    if overwrite:
        part.replace(target)
        return
    try:
        # Unlike a rename, this fails where another program has put a file there meanwhile.
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        part.replace(target)
    else:
        part.unlink()


def sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too, where the system knows how."""
    if os.name == "nt":
        return
    # The file itself is safe; some network file systems refuse this.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class RotatingFile:
    """A file that is put aside as NAME.1 before it grows beyond `most` bytes; 0600, and opened for each line anew.

    So it may be moved or removed meanwhile. Where it can't be put aside, nothing more is written to it.
    """

    def __init__(self, path: Path, most: int = FILE_SIZE, kept: int = KEPT) -> None:
        self.path = path
        self._most = most
        self._kept = kept

    def check(self) -> None:
        """Make it, where it is not there yet. Raises OSError: no line could be written."""
        os.close(self._opened())

    def write(self, line: str) -> None:
        """Write the line and its end, whole or not at all as far as that can be had. Raises OSError."""
        data = f"{line}\n".encode("utf-8", "backslashreplace")
        descriptor = self._opened()
        try:
            size = os.fstat(descriptor).st_size
            if size and size + len(data) > self._most:
                mine = os.fstat(descriptor)
                os.close(descriptor)
                descriptor = -1
                self._put_aside(mine)
                descriptor = self._opened()
                size = os.fstat(descriptor).st_size
            try:
                write_all(descriptor, data)
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, size)  # half a line would spoil the next one
                raise
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def _opened(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        return os.open(self.path, flags, PRIVATE)

    def _put_aside(self, full: os.stat_result) -> None:
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return  # moved or removed just now
        if (there.st_dev, there.st_ino) != (full.st_dev, full.st_ino):
            return  # another process that writes it has put it aside just now
        names = [self.path, *(self.path.with_name(f"{self.path.name}.{number}") for number in range(1, self._kept + 1))]
        for newer, older in zip(reversed(names[:-1]), reversed(names[1:]), strict=True):
            with contextlib.suppress(FileNotFoundError):
                newer.replace(older)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it to the open file, in as many pieces as it is taken. Raises OSError."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
