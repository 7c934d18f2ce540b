"""Files that are written whole or not at all."""

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

PRIVATE = 0o600


def write_whole(path: Path, data: bytes, *, overwrite: bool = True, mode: int = PRIVATE) -> Path:
    """Write the file so that a reader, and a crash, finds either what stood there before or all that is new.

    It is written beside its place under another name, brought to the disk, and moved there. A link is followed to
    what it names. mode: of a new file; one that is there keeps its own. Returns the path that was written, with links
    resolved.

    Raises OSError: FileExistsError where there is one and `overwrite` is False, IsADirectoryError for a folder.
    """
    target = _resolved(path)
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder")
    if target.exists():
        if not overwrite:
            raise FileExistsError(f"{target} exists")
        mode = stat.S_IMODE(target.stat().st_mode)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
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
