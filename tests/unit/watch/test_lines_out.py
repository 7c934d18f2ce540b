"""Where the lines go: bounded files, readers that stop or go, disks that are full, and never a hold-up."""

import errno
import json
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tui.files import RotatingFile
from tui.watch import lines_out
from tui.watch.lines_out import MOST_WAITING, Stream, Writer

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and pipes as POSIX has them")


class Disk:
    """A place that may be full, or stop. kept: the lines that it took."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.full = False
        self.going = threading.Event()
        self.going.set()

    def write(self, line: str) -> None:
        self.going.wait()
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.kept.append(line)


@posix
def test_a_file_is_private_bounded_and_put_aside(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "watch.log", most=100, kept=2)
    file.check()
    for number in range(40):
        file.write(f"line {number:03}")
    found = sorted(path.name for path in file.path.parent.iterdir())
    assert found == ["watch.log", "watch.log.1", "watch.log.2"]
    texts = [(file.path.parent / name).read_text() for name in reversed(found)]
    assert all(len(text) <= 100 for text in texts)
    assert "".join(texts).split("\n")[-2] == "line 039"
    numbers = [int(line[5:]) for line in "".join(texts).splitlines()]
    assert numbers == list(range(numbers[0], 40))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_a_line_longer_than_the_file_is_written_all_the_same(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "watch.log", most=10, kept=1)
    file.write("x" * 50)
    file.write("y" * 50)
    assert file.path.read_text() == "y" * 50 + "\n"


def test_a_file_that_is_removed_is_made_anew(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "watch.log")
    file.write("one")
    file.path.unlink()
    file.write("two")
    assert file.path.read_text() == "two\n"


def test_half_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = RotatingFile(tmp_path / "watch.log")
    file.write("whole")
    honest = os.write

    def filling(descriptor: int, data: bytes) -> int:
        if len(data) < 5:
            raise OSError(errno.ENOSPC, "full")
        return honest(descriptor, bytes(data)[:5])

    monkeypatch.setattr(os, "write", filling)
    with pytest.raises(OSError, match="full"):
        file.write("half a")
    monkeypatch.undo()
    file.write("next")
    assert file.path.read_text() == "whole\nnext\n"


def test_a_file_that_cant_be_put_aside_grows_no_more(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "watch.log", most=30, kept=1)
    (tmp_path / "watch.log.1" / "in the way").mkdir(parents=True)
    file.write("x" * 25)
    with pytest.raises(OSError, match=r"watch\.log"):
        file.write("y" * 25)
    assert file.path.stat().st_size == 26


@pytest.mark.parametrize("as_json", [False, True])
def test_a_full_disk_is_said_once_and_survived(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    disk = Disk()
    writer = Writer(disk, as_json=as_json)
    writer.put("one")
    wait_until(lambda: disk.kept == ["one"])
    disk.full = True
    for line in ("two", "three"):
        writer.put(line)
    wait_until(lambda: writer._lost == 2)
    disk.full = False
    writer.put("four")
    writer.stop()
    assert disk.kept[:2] == ["one", "four"]
    said = json.loads(disk.kept[2])["text"] if as_json else disk.kept[2]
    assert said == "2 lines were lost before this one: No space left on device"
    assert len(disk.kept) == 3
    assert capsys.readouterr().err.count("can't be written") == 1
    assert writer.failure is None


def test_a_reader_that_stops_holds_up_neither_the_watch_nor_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_out, "STOP_WITHIN", 0.01)
    disk = Disk()
    disk.going.clear()
    writer = Writer(disk, as_json=False)
    for number in range(MOST_WAITING + 100):
        writer.put(str(number))  # returns
    writer.stop()
    assert writer._thread.is_alive()
    disk.going.set()
    writer._thread.join(5)
    assert disk.kept[0] == "0"
    assert any("lines were lost" in line for line in disk.kept)
    assert len(disk.kept) <= MOST_WAITING + 2


@posix
def test_a_stream_without_a_reader_and_one_of_ascii() -> None:
    reading, writing = os.pipe()
    stream = Stream(writing, "ascii")
    stream.write("price \N{EURO SIGN} …")
    assert os.read(reading, 100) == b"price ? ?\n"
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        stream.write("nobody")
    os.close(writing)
