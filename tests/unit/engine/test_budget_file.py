"""The shared file itself: private, whole or not at all, and its lock never outlives nor stops anybody."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from tui.domain.address import parse_address
from tui.engine import record_text
from tui.engine.record import Record
from tui.engine.shared_file import Busy, SharedFile
from tui.engine.shared_record import SharedRecord, file_name, gateway_name, shared_record

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
MOST = 1000


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_there_is_nothing_until_something_is_written(tmp_path: Path) -> None:
    file = SharedFile(tmp_path / "cpwatch" / "budget", "x")
    assert not file.folder.exists()
    with file.locked():
        assert file.read(MOST) is None
        file.write(b"one")
        file.write(b"another, longer")
        assert file.read(MOST) == b"another, longer"
        assert file.read(7) == b"another"
    assert sorted(path.name for path in file.folder.iterdir()) == ["x.json", "x.lock"]


@posix
def test_nobody_else_may_look(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = SharedFile(tmp_path / "cpwatch" / "budget", "x")
        with file.locked():
            file.write(b"one")
    finally:
        os.umask(before)
    assert [mode(path) for path in (file.folder.parent, file.folder)] == [0o700, 0o700]
    assert [mode(path) for path in file.folder.iterdir()] == [0o600, 0o600]


@posix
def test_a_folder_that_was_open_to_all_is_closed(tmp_path: Path) -> None:
    (tmp_path / "budget").mkdir(mode=0o755)
    with SharedFile(tmp_path / "budget", "x").locked():
        assert mode(tmp_path / "budget") == 0o700


def test_one_at_a_time(tmp_path: Path) -> None:
    first, second = SharedFile(tmp_path, "x"), SharedFile(tmp_path, "x")
    with first.locked(), pytest.raises(Busy), second.locked():
        pass
    with second.locked(), pytest.raises(Busy), first.locked():
        pass


def test_the_lock_is_let_go_whatever_happens_under_it(tmp_path: Path) -> None:
    file = SharedFile(tmp_path, "x")
    with pytest.raises(RuntimeError), file.locked():
        raise RuntimeError
    with file.locked():
        pass


@posix
def test_a_child_that_is_started_meanwhile_does_not_keep_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inherited: list[int] = []
    honest = os.open

    def opened(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = honest(path, flags, mode)
        inherited.append(os.dup(descriptor))
        return descriptor

    file = SharedFile(tmp_path, "x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", opened)
        with file.locked():
            pass
    try:
        with file.locked():
            assert len(inherited) == 1
    finally:
        os.close(inherited[0])


def test_a_lock_file_that_lies_about_holds_up_nobody(tmp_path: Path) -> None:
    (tmp_path / "x.lock").write_text("left by a process that was killed")
    (tmp_path / "x.json.new").write_text("half of a")
    file = SharedFile(tmp_path, "x")
    with file.locked():
        assert file.read(MOST) is None
        file.write(b"whole")
        assert file.read(MOST) == b"whole"


def test_a_folder_that_is_removed_meanwhile_is_made_again(tmp_path: Path) -> None:
    file = SharedFile(tmp_path / "budget", "x")
    with file.locked():
        pass
    (tmp_path / "budget" / "x.lock").unlink()
    (tmp_path / "budget").rmdir()
    with file.locked():
        file.write(b"one")
    assert file.path.read_bytes() == b"one"


def test_a_full_disk_leaves_the_old_content_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SharedFile(tmp_path, "x")
    with file.locked():
        file.write(b"old")
    honest = os.write
    for left in (0, 1):

        def full(descriptor: int, data: memoryview, left: int = left) -> int:
            """Takes what there is room for, and then nothing more."""
            if left and len(data) == 3:
                return honest(descriptor, data[:left])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch, file.locked():
            patch.setattr(os, "write", full)
            with pytest.raises(OSError, match="space"):
                file.write(b"new")
    assert file.path.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.json", "x.lock"]


def test_a_write_that_is_taken_in_pieces_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: honest(descriptor, data[:2]))
    file = SharedFile(tmp_path, "x")
    with file.locked():
        file.write(b"in pieces")
    assert file.path.read_bytes() == b"in pieces"


def test_a_few_of_those_set_aside_are_kept(tmp_path: Path) -> None:
    file = SharedFile(tmp_path, "x")
    for second in range(6):
        file.path.write_text(f"garbage {second}")
        assert file.set_aside(f"20261120T14032{second}Z").exists()
    assert not file.path.exists()
    kept = sorted(path.read_text() for path in tmp_path.iterdir())
    assert kept == ["garbage 3", "garbage 4", "garbage 5"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://localhost:5000", "localhost-5000"),
        ("http://127.0.0.1:5000", "localhost-5000"),
        ("https://[::1]:5000", "localhost-5000"),
        ("https://localhost:5001", "localhost-5001"),
        ("https://GW.example.org.", "gw.example.org-443"),
        ("https://10.1.2.3:5000", "10.1.2.3-5000"),
    ],
)
def test_one_file_a_gateway_however_it_is_spelt(url: str, name: str) -> None:
    assert file_name(gateway_name(parse_address(url))) == name


def test_odd_names_are_short_plain_and_different() -> None:
    odd = ["[fe80::1%25eth0]", "[fe80::1%25eth1]", "[2001:db8::1]", "a_b", ".".join(["a" * 60] * 4)]
    names = {file_name(gateway_name(parse_address(f"https://{host}:5000"))) for host in odd}
    assert len(names) == len(odd)
    assert all(
        len(name) < 130 and name.replace("_", "-").replace(".", "-").replace("-", "").isalnum() for name in names
    )


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="these systems have a fixed place for it")
def test_it_lies_in_the_platforms_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = shared_record(parse_address("https://localhost:5000"), ManualClock()).file
    assert file.path == tmp_path / "cpwatch" / "budget" / "localhost-5000.json"
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_else_has_written_since_is_not_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []

    def from_text(data: bytes, gateway: str) -> Record:
        parsed.append(data)
        return record_text.from_text(data, gateway)

    monkeypatch.setattr("tui.engine.shared_record.from_text", from_text)
    clock, address = ManualClock(), parse_address("https://localhost:5000")
    ours, other = shared_record(address, clock, tmp_path), shared_record(address, clock, tmp_path)

    def turns(shared: SharedRecord, by: str | None = None) -> list[str]:
        def take(record: Record, now: float) -> tuple[Record, list[str]]:
            taken = record if by is None else record.taken(now, "x", by)
            return taken, [turn.by for turn in taken.turns]

        return shared.exchange((), take)[2]

    for _ in range(3):
        turns(ours, "ours")
    assert turns(ours) == ["ours"] * 3
    assert not parsed
    assert turns(other, "other") == ["ours"] * 3 + ["other"]
    assert turns(ours) == turns(ours) == ["ours"] * 3 + ["other"]
    assert len(parsed) == 2
    ours.file.path.write_bytes(b"broken")
    assert turns(ours) == []
