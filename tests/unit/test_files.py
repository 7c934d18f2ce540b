"""Files are written whole or not at all, and keep what a user has set."""

import errno
import os
import stat
import sys
from pathlib import Path

import psutil
import pytest

from tui.files import RotatingFile, opened, private_folder, write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of this kind are POSIX")


def names(folder: Path) -> list[str]:
    """What lies in the folder."""
    return sorted(each.name for each in folder.iterdir())


def mode_of(path: Path) -> int:
    """The file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_what_can_not_be_read_is_not_left_open(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    os.mkfifo(tmp_path / "pipe")
    before = psutil.Process().num_fds()
    with opened(tmp_path / "a") as file, opened(tmp_path / "pipe") as pipe:
        assert (file.read(), pipe.read()) == (b"one", b"")
    with pytest.raises(IsADirectoryError):
        opened(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match="link"):
        opened(tmp_path / "link", os.O_NOFOLLOW)
    assert psutil.Process().num_fds() <= before


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


@posix
def test_a_folder_and_all_above_it_that_is_missing_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there").chmod(0o755)
    deep = tmp_path / "there" / "one" / "two" / "three"
    before = os.umask(0)
    try:
        private_folder(deep)
        private_folder(deep)
    finally:
        os.umask(before)
    assert [mode_of(each) for each in (deep, deep.parent, deep.parent.parent)] == [0o700] * 3
    assert mode_of(tmp_path / "there") == 0o755


def test_what_has_a_folders_name_is_told_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(NotADirectoryError):
            private_folder(place)


def test_two_that_write_one_file_put_it_aside_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slower one has the full file open while the faster one begins a new one: what is aside is the full one."""
    path = tmp_path / "a.log"
    slower, faster = (RotatingFile(path, most=40, kept=1) for _ in range(2))
    slower.write("x" * 35)
    honest = RotatingFile._opened

    def overtaken(self: RotatingFile) -> int:
        descriptor = honest(self)
        monkeypatch.undo()
        faster.write("faster " + "y" * 20)
        return descriptor

    monkeypatch.setattr(RotatingFile, "_opened", overtaken)
    slower.write("slower")
    assert path.with_name("a.log.1").read_text() == "x" * 35 + "\n"
    assert path.read_text() == "faster " + "y" * 20 + "\nslower\n"


def test_a_full_file_that_is_moved_away_just_then_loses_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.log"
    file = RotatingFile(path, most=40, kept=1)
    file.write("x" * 35)
    honest = RotatingFile._opened

    def moved(self: RotatingFile) -> int:
        descriptor = honest(self)
        monkeypatch.undo()
        path.rename(tmp_path / "moved")
        return descriptor

    monkeypatch.setattr(RotatingFile, "_opened", moved)
    file.write("after")
    assert path.read_text() == "after\n"
    assert names(tmp_path) == ["a.log", "moved"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for place in (pipe, link):
        with pytest.raises(OSError, match="not a regular file"):
            write_whole(place, b"new")
    assert pipe.is_fifo()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "pipe"]
