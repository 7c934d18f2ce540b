"""Writes a conf.yaml that was read before: whole or not at all, never over news, with a copy of what stood there."""

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tui.clock import Clock
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.files import opened, sync_folder
from tui.setup.conf_text import LARGEST

_MOST_BACKUPS = 100
_XATTRS_MOST = 64
_SHOWN = 200


class Stage(StrEnum):
    """How far the writing has come; behind each of them, the file is either the old one or the new one."""

    BEGUN = "begun"
    PART_MADE = "part-made"
    PART_WRITTEN = "part-written"
    PART_LIKE = "part-like"
    BACKUP_MADE = "backup-made"
    BACKUP_WRITTEN = "backup-written"
    BACKUP_SYNCED = "backup-synced"
    MOVED = "moved"
    DONE = "done"


class Why(StrEnum):
    """Why nothing was written."""

    CHANGED = "changed"
    """The file is not the one that was read."""
    MOUNTED = "mounted"
    """The file itself is mounted, as one file into a container, and can't be replaced as a whole."""
    RIGHTS = "rights"
    """The system does not let this user write it, or not keep whose it is."""
    LINKED = "linked"
    """The file has a second name, which would go on naming the old one."""
    SPACE = "space"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was read. target: where it lies, with links followed. mark: tells it from every other state."""

    path: Path
    target: Path
    data: bytes = field(repr=False)
    mark: tuple[int, ...]
    digest: bytes = field(repr=False)

    @property
    def linked(self) -> bool:
        """Whether a link led there."""
        return self.path.absolute() != self.target


@dataclass(frozen=True, slots=True)
class Unread:
    """The file could not be read. reason: a sentence, safe to print."""

    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """target: the file, with links followed. backup: the copy of what stood there; None where nothing changed."""

    target: Path
    backup: Path | None


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Nothing was changed. reason, fix: sentences, safe to print; fix may be empty."""

    why: Why
    reason: str
    fix: str = ""


def seen(path: Path) -> Seen | Unread:
    """The file as it is now. Blocks for a moment; nothing is raised. A pipe, a device or a huge file is not read."""
    try:
        target = path.resolve(strict=True)
        data, mark = _content(target)
    except RuntimeError:  # what Python 3.11 and 3.12 make of links that name each other
        return Unread(f"{shown(path)} is a link that leads to itself.")
    except (OSError, ValueError) as error:
        return Unread(f"{shown(path)} can't be read: {_words(error)}.")
    if len(data) > LARGEST:
        return Unread(f"{shown(path)} is larger than {LARGEST // 1024} KiB: that can't be a conf.yaml.")
    return Seen(path, target, data, mark, hashlib.sha256(data).digest())


def written(old: Seen, data: bytes, clock: Clock, at: Callable[[Stage], None] = lambda _: None) -> Written | Unwritten:
    """Put these bytes in the file's place, if it is still the one that was read; what it was is kept beside it.

    The copy is called `conf.yaml.20261120-140322.bak`, by UTC. Mode, owner, access list and attributes stay, the copy
    has them too. Blocks for a moment; nothing is raised. at: is told of each stage, for tests that end it there.
    """
    if data == old.data:
        return Written(old.target, None)
    made: list[Path] = []
    try:
        return _written(old, data, clock, at, made)
    except OSError as error:
        return _unwritten(old, error)
    finally:
        for each in made:
            with contextlib.suppress(OSError):
                each.unlink()


class _RefusedError(OSError):
    """Nothing was written, for a reason that is known."""

    def __init__(self, why: Unwritten) -> None:
        super().__init__(why.reason)
        self.unwritten = why


def _written(old: Seen, data: bytes, clock: Clock, at: Callable[[Stage], None], made: list[Path]) -> Written:
    """As `written`. made: what is to go again where it does not come to an end."""
    target, folder = old.target, old.target.parent
    at(Stage.BEGUN)
    _same(old)
    status = target.stat()
    if status.st_nlink > 1:
        said = f"{shown(target)} has a second name (a hard link), which would go on naming the old file."
        raise _RefusedError(Unwritten(Why.LINKED, said, "Copy it over itself first, so that it has one name."))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected")
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=folder)
    part = Path(name)
    made.append(part)
    at(Stage.PART_MADE)
    _fill(handle, data, at, Stage.PART_WRITTEN)
    _like(part, target, status)
    at(Stage.PART_LIKE)
    backup, handle = _beside(target, clock)
    made.append(backup)
    at(Stage.BACKUP_MADE)
    _fill(handle, old.data, at, Stage.BACKUP_WRITTEN)
    _like(backup, target, status)
    sync_folder(folder)
    at(Stage.BACKUP_SYNCED)
    # Once more: the disk may have taken its time.
    _same(old)
    part.replace(target)
    made.clear()
    at(Stage.MOVED)
    sync_folder(folder)
    at(Stage.DONE)
    return Written(target, backup)


def _content(path: Path) -> tuple[bytes, tuple[int, ...]]:
    """The beginning of a plain file, and its mark. Raises OSError."""
    with opened(path) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        return file.read(LARGEST + 1), _mark(status)


def _mark(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _same(old: Seen) -> None:
    """Raises _RefusedError: the file was changed, replaced or taken away since it was read."""
    try:
        there = old.path.resolve(strict=True)
        data, mark = _content(there)
    except (OSError, RuntimeError):
        there, data, mark = old.target, b"", ()
    if there != old.target or mark != old.mark or hashlib.sha256(data).digest() != old.digest:
        said = f"{shown(old.target)} is not what it was when cpwatch read it: somebody has changed it meanwhile."
        raise _RefusedError(Unwritten(Why.CHANGED, said, "Read it again, and look at the difference anew."))


def _beside(target: Path, clock: Clock) -> tuple[Path, int]:
    """A new, empty file beside it for the copy, and its handle."""
    stamp = f"{clock.now().wall:%Y%m%d-%H%M%S}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    for number in range(1, _MOST_BACKUPS + 1):
        again = "" if number == 1 else f"-{number}"
        backup = target.with_name(f"{target.name}.{stamp}{again}.bak")
        with contextlib.suppress(FileExistsError):
            return backup, os.open(backup, flags, 0o600)
    raise FileExistsError(errno.EEXIST, "there are too many copies of this second")


def _fill(handle: int, data: bytes, at: Callable[[Stage], None], stage: Stage) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        at(stage)
        os.fsync(file.fileno())


def _like(path: Path, model: Path, status: os.stat_result) -> None:
    """Owner, mode, access list and attributes, as that file has them. Raises OSError where one can't be kept."""
    own = path.stat()
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.chown(path, status.st_uid, status.st_gid)
        except OSError:
            said = f"{shown(model)} belongs to another user or group, and would come to belong to you."
            fix = "Run cpwatch as the user to whom it belongs."
            raise _RefusedError(Unwritten(Why.RIGHTS, said, fix)) from None
    path.chmod(stat.S_IMODE(status.st_mode))
    listed: Callable[[Path], list[str]] | None = getattr(os, "listxattr", None)
    if listed is None:
        return
    # Labels of the system's own (security.…) it gives by itself; those of others it may refuse.
    with contextlib.suppress(OSError):
        for name in listed(model)[:_XATTRS_MOST]:
            with contextlib.suppress(OSError):
                os.setxattr(path, name, os.getxattr(model, name))
    if "system.posix_acl_access" in _names(listed, model) and "system.posix_acl_access" not in _names(listed, path):
        said = f"{shown(model)} has an access list that can't be kept here."
        raise _RefusedError(Unwritten(Why.RIGHTS, said, "Make the change by hand."))


def _names(listed: Callable[[Path], list[str]], path: Path) -> list[str]:
    try:
        return listed(path)
    except OSError:
        return []


def _unwritten(old: Seen, error: OSError) -> Unwritten:
    if isinstance(error, _RefusedError):
        return error.unwritten
    name = shown(old.target)
    match error.errno:
        case errno.EBUSY | errno.EXDEV:
            said = (
                f"{name} is mounted as a single file, as into a container: from here, nothing can be put in its place."
            )
            return Unwritten(Why.MOUNTED, said, "Change the file that is mounted, on the machine that holds it.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            said = f"{name} can't be written, or nothing can be put beside it: {_words(error)}."
            return Unwritten(Why.RIGHTS, said, "Run cpwatch as the user to whom the gateway's folder belongs.")
        case errno.ENOSPC | errno.EDQUOT:
            return Unwritten(Why.SPACE, f"There is no room for {name}: {_words(error)}.", "Make room on that disk.")
    return Unwritten(Why.FAILED, f"{name} could not be written: {_words(error)}. It is as it was.")


def _words(error: Exception) -> str:
    said = getattr(error, "strerror", None) or type(error).__name__
    return safe_text(str(said), _SHOWN)


def shown(path: Path) -> str:
    """A path as it may be shown."""
    return redacted(safe_text(str(path), _SHOWN))
