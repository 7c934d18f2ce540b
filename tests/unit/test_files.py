"""Files are written whole or not at all, and keep what a user has set."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from tui.files import write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of this kind are POSIX")


def names(folder: Path) -> list[str]:
    """What lies in the folder."""
    return sorted(each.name for each in folder.iterdir())


def mode_of(path: Path) -> int:
    """The file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_private_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert write_whole(path, b"one\r\n") == path.resolve()
    assert path.read_bytes() == b"one\r\n"
    assert names(tmp_path) == ["a.csv"]
    if sys.platform != "win32":
        assert mode_of(path) == 0o600


@posix
def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old, and longer")
    path.chmod(0o644)
    write_whole(path, b"new")
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o644)


@posix
def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "a.csv"
    target.write_bytes(b"old")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    assert write_whole(link, b"new") == target.resolve()
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_what_is_there_is_kept_unless_it_may_go(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_whole(path, b"new", overwrite=False)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.csv"]
    write_whole(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"


def test_a_file_that_comes_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    fsync = os.fsync

    def another_was_faster(handle: int) -> None:
        fsync(handle)
        path.write_bytes(b"another's")

    monkeypatch.setattr(os, "fsync", another_was_faster)
    with pytest.raises(FileExistsError):
        write_whole(path, b"new", overwrite=False)
    assert path.read_bytes() == b"another's"
    assert names(tmp_path) == ["a.csv"]


def test_it_works_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "a.csv"
    write_whole(path, b"new", overwrite=False)
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.csv"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.csv"]


def test_folders_are_refused_and_missing_ones_told(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"new")
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "nowhere" / "a.csv", b"new")


@posix
def test_links_that_name_each_other_are_an_error_as_any_other(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(OSError, match=r"symbolic links|File exists"):
        write_whole(one, b"new", overwrite=False)
