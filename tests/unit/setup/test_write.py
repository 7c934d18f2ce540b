"""A conf.yaml is written whole or not at all, keeps what it is and whose, and news is never overwritten."""

import errno
import os
import stat
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from tui.setup.conf_text import LARGEST
from tui.setup.write import Seen, Stage, Unread, Unwritten, Why, Written, seen, written

OLD = b"listenPort: 5000\n" * 100
NEW = b"listenPort: 5001\n" * 90
POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX")


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """A settings file in a folder of its own."""
    path = tmp_path / "root" / "conf.yaml"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def read(path: Path) -> Seen:
    """The file as it is, which can be read."""
    found = seen(path)
    assert isinstance(found, Seen)
    return found


def names(path: Path) -> list[str]:
    """What lies in the file's folder."""
    return sorted(each.name for each in path.parent.iterdir())


def untouched(path: Path, result: Written | Unwritten, why: Why) -> Unwritten:
    """The file is as it was, and nothing lies beside it."""
    assert isinstance(result, Unwritten)
    assert result.why is why
    assert result.reason.endswith(".")
    assert names(path) == [path.name]
    return result


def test_the_new_file_and_a_copy_of_the_old_one(conf: Path) -> None:
    conf.chmod(0o640)
    done = written(read(conf), NEW, ManualClock())
    assert isinstance(done, Written)
    assert done.target == conf.resolve()
    assert done.backup == conf.resolve().with_name("conf.yaml.20261120-140322.bak")
    assert (conf.read_bytes(), done.backup.read_bytes()) == (NEW, OLD)
    assert names(conf) == ["conf.yaml", "conf.yaml.20261120-140322.bak"]
    if os.name != "nt":
        assert {stat.S_IMODE(each.stat().st_mode) for each in (conf, done.backup)} == {0o640}


def test_twice_within_a_second_keeps_both_copies(conf: Path) -> None:
    clock = ManualClock()
    for data in (NEW, OLD, NEW):
        assert isinstance(written(read(conf), data, clock), Written)
    copies = [conf.with_name(f"conf.yaml.20261120-140322{again}.bak") for again in ("", "-2", "-3")]
    assert [each.read_bytes() for each in copies] == [OLD, NEW, OLD]


def test_nothing_is_done_where_nothing_changes(conf: Path) -> None:
    before = conf.stat()
    assert written(read(conf), OLD, ManualClock()) == Written(conf.resolve(), None)
    assert (conf.stat().st_ino, conf.stat().st_mtime_ns, names(conf)) == (
        before.st_ino,
        before.st_mtime_ns,
        [conf.name],
    )


@POSIX
def test_a_link_is_followed_and_stays(conf: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(conf)
    found = read(link)
    assert found.linked
    done = written(found, NEW, ManualClock())
    assert isinstance(done, Written)
    assert done.target == conf.resolve()
    assert link.is_symlink()
    assert link.read_bytes() == NEW
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.yaml", "root"]


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(OLD + b"# more\n"),
        lambda path: path.write_bytes(OLD[::-1]),
        lambda path: path.unlink(),
        lambda path: (path.with_name("other").write_bytes(OLD), path.with_name("other").replace(path)),
        lambda path: os.utime(path, ns=(1, 1)),
    ],
    ids=["longer", "same-length", "gone", "replaced", "touched"],
)
@pytest.mark.parametrize("when", [Stage.BEGUN, Stage.BACKUP_SYNCED])
def test_a_file_that_changed_meanwhile_is_never_overwritten(
    conf: Path, change: Callable[[Path], object], when: Stage
) -> None:
    found = read(conf)
    after: list[bytes | None] = []

    def at(stage: Stage) -> None:
        if stage is when:
            change(conf)
            after.append(conf.read_bytes() if conf.exists() else None)

    result = written(found, NEW, ManualClock(), at)
    assert isinstance(result, Unwritten)
    assert result.why is Why.CHANGED
    assert [conf.read_bytes() if conf.exists() else None] == after
    assert names(conf) == ([conf.name] if conf.exists() else [])


@POSIX
def test_a_link_that_leads_elsewhere_meanwhile(conf: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(conf)
    found = read(link)
    other = tmp_path / "other.yaml"
    other.write_bytes(OLD)
    link.unlink()
    link.symlink_to(other)
    untouched(conf, written(found, NEW, ManualClock()), Why.CHANGED)
    assert (conf.read_bytes(), other.read_bytes()) == (OLD, OLD)


@pytest.mark.parametrize(
    ("number", "why", "word"),
    [
        (errno.EBUSY, Why.MOUNTED, "mounted"),
        (errno.EXDEV, Why.MOUNTED, "mounted"),
        (errno.EACCES, Why.RIGHTS, "can't be written"),
        (errno.EROFS, Why.RIGHTS, "can't be written"),
        (errno.ENOSPC, Why.SPACE, "no room"),
        (errno.EIO, Why.FAILED, "as it was"),
    ],
)
@pytest.mark.parametrize("where", ["replace", "mkstemp"])
def test_a_system_that_refuses_is_said(
    conf: Path, number: int, why: Why, word: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    found = read(conf)
    monkeypatch.setattr(*((Path, "replace") if where == "replace" else (tempfile, "mkstemp")), refuse)
    result = untouched(conf, written(found, NEW, ManualClock()), why)
    assert word in result.reason
    assert conf.read_bytes() == OLD


@POSIX
@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write everything")
@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_is_write_protected_stays(conf: Path, which: str) -> None:
    found = read(conf)
    protected, mode = (conf, 0o444) if which == "file" else (conf.parent, 0o555)
    protected.chmod(mode)
    try:
        untouched(conf, written(found, NEW, ManualClock()), Why.RIGHTS)
    finally:
        protected.chmod(0o755)
    assert conf.read_bytes() == OLD


@POSIX
def test_a_file_with_a_second_name(conf: Path, tmp_path: Path) -> None:
    os.link(conf, tmp_path / "second.yaml")
    untouched(conf, written(read(conf), NEW, ManualClock()), Why.LINKED)


@POSIX
def test_an_owner_that_can_not_be_kept(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(os, "chown", refuse)
    own, status, target = os.stat_result, Path.stat, conf.resolve()

    def as_another(path: Path, **options: bool) -> os.stat_result:
        found = status(path, **options)
        if path == target:
            return own([*found[:4], found.st_uid + 1, *found[5:10]])
        return found

    found = read(conf)
    monkeypatch.setattr(Path, "stat", as_another)
    result = untouched(conf, written(found, NEW, ManualClock()), Why.RIGHTS)
    assert "another user" in result.reason


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no attributes here")
def test_attributes_stay(conf: Path) -> None:
    try:
        os.setxattr(conf, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no attributes")
    done = written(read(conf), NEW, ManualClock())
    assert isinstance(done, Written)
    assert done.backup is not None
    assert {os.getxattr(each, "user.note") for each in (conf, done.backup)} == {b"mine"}


@POSIX
@pytest.mark.parametrize("stage", Stage)
def test_killed_at_any_moment_the_old_file_or_the_new_one_is_whole(conf: Path, stage: Stage) -> None:
    found = read(conf)

    def at(now: Stage) -> None:
        if now is stage:
            os._exit(9)

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # later Pythons warn of threads, of which the child uses none
        child = os.fork()
    if child == 0:
        try:
            written(found, NEW, ManualClock(), at)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9
    is_new = stage in (Stage.MOVED, Stage.DONE)
    assert conf.read_bytes() == (NEW if is_new else OLD)
    backups = [each for each in conf.parent.iterdir() if each.name.endswith(".bak")]
    if is_new or stage is Stage.BACKUP_SYNCED:
        assert [each.read_bytes() for each in backups] == [OLD]
    # And whoever tries again gets there.
    assert isinstance(written(read(conf), OLD if is_new else NEW, ManualClock()), Written)


def test_what_can_not_be_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1)
    cases = {"missing.yaml": "No such file", "": "", "huge.yaml": "larger", "nul\0": "can't be read"}
    if sys.platform == "linux":
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        cases |= {"pipe": "no plain file", "loop": ""}
    for name, word in cases.items():
        found = seen(tmp_path / name)
        assert isinstance(found, Unread), name
        assert word in found.reason
        assert found.reason.isprintable()
