"""One watch a gateway: a lock that ends with its holder, whatever is left on the disk."""

import json
import os
from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from tui.domain.address import parse_address
from tui.watch.lock import Held, only_watch

HERE = parse_address("https://localhost:5000")


def test_the_second_is_told_who_was_first(tmp_path: Path) -> None:
    clock = ManualClock()
    same = parse_address("https://127.0.0.1:5000")  # another spelling of it
    with only_watch(HERE, clock, tmp_path):
        with pytest.raises(Held, match=rf"already \(process {os.getpid()}, since 2026-11-20T14:03:22Z\)"):
            only_watch(same, clock, tmp_path).__enter__()
        with only_watch(parse_address("https://localhost:5001"), clock, tmp_path):
            pass
    with only_watch(same, clock, tmp_path):
        pass


def test_it_is_given_back_where_the_watch_ends_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(MemoryError), only_watch(HERE, ManualClock(), tmp_path):
        raise MemoryError
    with only_watch(HERE, ManualClock(), tmp_path):
        pass


@pytest.mark.parametrize(
    "left",
    ["", "{", "[]", "null", '{"pid": "x", "since": "2026"}', '{"pid": 1}', "[" * 900, '{"pid":1,"since":"\\u202e"}'],
)
def test_what_stands_beside_the_lock_means_nothing(tmp_path: Path, left: str) -> None:
    with only_watch(HERE, ManualClock(), tmp_path):
        (tmp_path / "localhost-5000.json").write_text(left)
        with pytest.raises(Held, match=r"watches https://localhost:5000 already$"):
            only_watch(HERE, ManualClock(), tmp_path).__enter__()
    (tmp_path / "localhost-5000.json").write_text(json.dumps({"pid": os.getppid(), "since": "2026"}))
    with only_watch(HERE, ManualClock(), tmp_path):
        pass


def test_a_folder_that_cant_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="file"), only_watch(HERE, ManualClock(), tmp_path / "file"):
        pass
