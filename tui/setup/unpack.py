"""Unpacks the zip of a gateway that the user has: within its folder, within bounds, and whole or not at all."""

import contextlib
import os
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tui.setup.recipe import quoted

LARGEST = 512 << 20
"""Bytes, unpacked. A gateway has about 30 MB."""
LARGEST_ZIP = 256 << 20
MOST_ENTRIES = 5_000
STARTER = "bin/run.sh"
PARTS = (STARTER, "root/conf.yaml")
"""What makes a folder a gateway's, with at least one jar in `dist`."""

_AT_A_TIME = 1 << 18
_DEEPEST = 20
_LONGEST = 240
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
# The record at a zip's end: its mark, then at 12 the length of the list of entries; and the mark of a large zip's.
_END_MARK, _LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
_END = struct.Struct("<12xI6x")
_LARGE_SIZE = 20
_END_WITHIN = _END.size + (1 << 16)
_ENTRY_MOST = 400
_UNIX = 3
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# On Windows, these are no files, or names of something else, whatever follows the dot.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE | re.ASCII)
_PLAIN_FILE, _PROGRAM, _FOLDER = 0o644, 0o755, 0o755


class Refused(ValueError):
    """Nothing was unpacked; the message is a sentence that may be shown."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """folder: the gateway's own, in which bin, dist and root lie. files: how many there are. size: their bytes."""

    folder: Path
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class _Entry:
    info: zipfile.ZipInfo
    path: PurePosixPath
    mode: int


def unpack(archive: Path, folder: Path) -> Unpacked:
    """Unpack the zip into that folder, which may not exist yet, or is empty. Blocks for seconds.

    Refused as a whole: a path that leaves the folder, a link, a device, two files of one name, an encrypted file, more
    than LARGEST bytes whatever the zip says of itself, a zip that is no gateway's. It is unpacked beside its place and
    moved there at the end. Modes stay as far as they are the owner's; nobody else may write.
    Raises Refused, also for what the system does not let us do.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 (as written; a link is not followed before it is looked at)
    _fit_folder(folder)
    try:
        with _opened(archive) as source:
            entries = _entries(source.infolist())
            home = _home(entries)
            return _unpacked(source, entries, folder, home)
    except zipfile.BadZipFile:
        raise Refused(f"{quoted(archive.name)} is damaged, or no zip.") from None
    # What zipfile and zlib make of a zip that lies about itself.
    except (zlib.error, struct.error, EOFError, RuntimeError, OverflowError, UnicodeError):
        raise Refused(f"{quoted(archive.name)} is damaged.") from None
    except OSError as error:
        raise Refused(f"{quoted(str(folder))} could not be made: {error.strerror or 'the system refused'}.") from None


def _fit_folder(folder: Path) -> None:
    if "+" in str(folder):
        raise Refused(f"The gateway never listens from a folder with a + in its path: {quoted(str(folder))}.")
    try:
        if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
            raise Refused(f"{quoted(str(folder))} is there already, and not an empty folder.")
        if not folder.parent.is_dir():
            raise Refused(f"There is no folder {quoted(str(folder.parent))} to put it into.")
    except OSError as error:
        raise Refused(f"{quoted(str(folder))} can't be used: {error.strerror or 'the system refused'}.") from None


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        # First, as opening a pipe would wait for its writer.
        told = archive.stat()
        if not stat.S_ISREG(told.st_mode):
            raise Refused(f"{quoted(str(archive))} is no file.")
        if told.st_size > LARGEST_ZIP:
            raise Refused(f"{quoted(archive.name)} is larger than {LARGEST_ZIP >> 20} MB: that is no gateway.")
        _short_list(archive, told.st_size)
        return zipfile.ZipFile(archive)
    except (Refused, zipfile.BadZipFile):
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Refused(f"{quoted(str(archive))} can't be read: {reason or 'it is no path'}.") from None


def _short_list(archive: Path, size: int) -> None:
    """Raises Refused where the list at the zip's end is longer than any gateway's: it is read as a whole."""
    with archive.open("rb") as file:
        file.seek(max(0, size - _END_WITHIN))
        end = file.read(_END_WITHIN)
    at = len(end) - _END.size
    if at < 0 or not end.startswith(_END_MARK, at):
        at = end.rfind(_END_MARK, 0, len(end) - _END.size + len(_END_MARK))
    if at < 0:
        raise zipfile.BadZipFile
    length = _END.unpack_from(end, at)[0]
    if length > MOST_ENTRIES * _ENTRY_MOST or end.rfind(_LARGE_MARK, max(0, at - _LARGE_SIZE), at) >= 0:
        raise Refused(f"The zip has more than {MOST_ENTRIES:,} entries: that is no gateway.")


def _entries(infos: Iterable[zipfile.ZipInfo]) -> list[_Entry]:
    """Every entry with the place where it is to go. Raises Refused for the first that may not go anywhere."""
    entries: list[_Entry] = []
    kinds: dict[str, bool] = {}  # by name, in small letters, as some systems know no other: whether it is a folder
    size = 0
    for info in infos:
        if len(entries) >= MOST_ENTRIES:
            raise Refused(f"The zip has more than {MOST_ENTRIES:,} entries: that is no gateway.")
        entry = _entry(info)
        key = str(entry.path).casefold()
        if key in kinds and not (info.is_dir() and kinds[key]):
            raise Refused(f"The zip has two files of the name {quoted(str(entry.path))}.")
        kinds[key] = info.is_dir()
        size += info.file_size
        if size > LARGEST:
            raise _too_large()
        entries.append(entry)
    for entry in entries:
        if any(kinds.get(str(each).casefold()) is False for each in entry.path.parents):
            raise Refused(f"The zip has a file in a file: {quoted(str(entry.path))}.")
    return entries


def _entry(info: zipfile.ZipInfo) -> _Entry:
    # zipfile cuts a name at a null, and makes / of what the system takes for one.
    name = info.orig_filename
    shown = quoted(name)
    if _UNPRINTABLE.search(name) or name != info.filename:
        raise Refused(f"The zip has a name in it that no file should have: {shown}.")
    if "\\" in name or ":" in name or name.startswith("/"):
        raise Refused(f"The zip has a path in it that leads out of its folder: {shown}.")
    parts = name.removesuffix("/").split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise Refused(f"The zip has a path in it that leads out of its folder: {shown}.")
    if len(name) > _LONGEST or len(parts) > _DEEPEST:
        raise Refused(f"The zip has a path in it that is too long: {shown}.")
    if any(part != part.rstrip(". ") or _DEVICES.fullmatch(part) for part in parts):
        raise Refused(f"The zip has a name in it that Windows reads as another: {shown}.")
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (kind == stat.S_IFDIR) > info.is_dir():
        raise Refused(f"The zip has something in it that is neither file nor folder: {shown}.")
    if kind == stat.S_IFREG and info.is_dir():
        raise Refused(f"The zip has something in it that is neither file nor folder: {shown}.")
    if info.flag_bits & _ENCRYPTED:
        raise Refused(f"The zip is encrypted: {shown}.")
    if info.compress_type not in _METHODS:
        raise Refused(f"The zip is packed in a way that cpwatch does not know: {shown}.")
    return _Entry(info, PurePosixPath(*parts), _mode(info, mode))


def _mode(info: zipfile.ZipInfo, mode: int) -> int:
    """What the zip says, without the rights of others to write and without setuid; and always readable by its owner."""
    if info.is_dir():
        return _FOLDER
    script = info.filename.endswith(".sh")
    if info.create_system == _UNIX and mode & 0o777:
        # The starter has to be one, however it was packed.
        return (mode & _PROGRAM) | (0o700 if script else 0o600)
    return _PROGRAM if script else _PLAIN_FILE


def _home(entries: list[_Entry]) -> PurePosixPath:
    """Where in the zip the gateway lies: at its top, or in the one folder there. Raises Refused where it has none."""
    files = {str(entry.path) for entry in entries if not entry.info.is_dir()}
    tops = {entry.path.parts[0] for entry in entries}
    for home in (PurePosixPath(), *(PurePosixPath(top) for top in tops if len(tops) == 1)):
        jars = str(home / "dist") + "/"
        if all(str(home / part) in files for part in PARTS) and any(
            each.startswith(jars) and each.endswith(".jar") for each in files
        ):
            return home
    raise Refused("The zip is no gateway's: it has no bin/run.sh, root/conf.yaml and dist with a jar in it.")


def _unpacked(source: zipfile.ZipFile, entries: list[_Entry], folder: Path, home: PurePosixPath) -> Unpacked:
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}.", suffix=".part", dir=folder.parent))
    try:
        size, files = 0, 0
        for entry in entries:
            place = part.joinpath(*entry.path.parts)
            if entry.info.is_dir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            size += _file(source, entry, place, LARGEST - size)
            files += 1
        for each in (part, *(path for path in part.rglob("*") if path.is_dir())):
            each.chmod(_FOLDER)
        if folder.exists():
            folder.rmdir()  # only an empty one goes
        # It takes nothing away that another program has put there meanwhile.
        part.rename(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            shutil.rmtree(part)
        raise
    return Unpacked(folder.joinpath(*home.parts), files, size)


def _file(source: zipfile.ZipFile, entry: _Entry, place: Path, most: int) -> int:
    """Write one file, and return its size. Raises Refused where it has more bytes than that, whatever it says."""
    size = 0
    with source.open(entry.info) as packed, place.open("xb") as file:
        while block := packed.read(_AT_A_TIME):
            size += len(block)
            if size > most:
                raise _too_large()
            file.write(block)
    place.chmod(entry.mode)
    return size


def _too_large() -> Refused:
    return Refused(f"The zip unpacks to more than {LARGEST >> 20} MB: that is no gateway.")
