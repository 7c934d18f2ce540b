"""The way out to the terminal: nothing that becomes of it is an error, and nothing is lost that it can take."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from tests.support.waiting import DEADLINE
from tui.ui.outlet import Outlet

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of this kind are POSIX")


@contextmanager
def terminal(encoding: str = "utf-8") -> Iterator[tuple[int, TextIO]]:
    """The end that reads, and the file that is written to."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w", encoding=encoding) as file:
        try:
            yield ours, file
        finally:
            os.close(ours)


def test_what_was_gathered_is_written_with_the_flush_in_the_files_encoding() -> None:
    with terminal("ascii") as (ours, file):
        outlet = Outlet().onto(file)
        assert outlet.write("on") == 2
        outlet.write("e ● two")
        outlet.flush()
        assert os.read(ours, 100) == b"one \\u25cf two"
        assert outlet.isatty()


def test_a_terminal_that_has_gone_takes_everything_and_says_nothing() -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as file:
        outlet = Outlet().onto(file)
        os.close(ours)
        for _ in range(3):
            outlet.write("x" * 20_000)
            outlet.flush()
        assert not outlet.isatty()
        file.write("and Python, which flushes at its end, has no trouble either")


def test_nothing_is_lost_where_the_terminal_refuses_what_it_can_not_take_at_once() -> None:
    with terminal() as (ours, file):
        os.set_blocking(file.fileno(), False)
        outlet, text = Outlet().onto(file), "abcdefgh" * 20_000
        writer = threading.Thread(target=lambda: (outlet.write(text), outlet.flush()), daemon=True)
        writer.start()
        read = bytearray()
        while len(read) < len(text):
            read += os.read(ours, 65536)
        writer.join(DEADLINE)
        assert read == text.encode()


def test_whoever_must_end_has_the_way_made() -> None:
    with terminal() as (ours, file):
        outlet = Outlet().onto(file)
        written = threading.Event()
        writer = threading.Thread(target=lambda: (outlet.write("x" * 60_000), written.set()), daemon=True)
        writer.start()
        outlet.make_way()
        assert written.wait(DEADLINE), "it still waits for a reader"
        outlet.close()
        outlet.write("last")
        outlet.flush()
        read = b""
        while not read.endswith(b"last"):
            read += os.read(ours, 65536)
        assert len(read) < 60_000
