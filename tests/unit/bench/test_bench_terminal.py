"""A program is recorded on a real pseudo-terminal: what it writes, when, and that it ends."""

import os
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

from tests.bench.arithmetic import Chunk, Resized
from tests.bench.terminal import BenchFailed, Terminal

# It answers each line, and each new size, until it is told to stop.
_ECHO = """
import os, signal, sys
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, b"size %d %d\\n" % os.get_terminal_size()))
print("ready", *os.get_terminal_size(), flush=True)
for line in sys.stdin:
    if line == "stop\\n": break
    print("got", line, end="", flush=True)
"""
ENVIRONMENT = {"PATH": os.defpath, "TERM": "xterm-256color"}


def echo() -> Terminal:
    return Terminal((sys.executable, "-I", "-S", "-c", _ECHO), (40, 10), ENVIRONMENT)


def test_what_a_program_writes_is_recorded_and_drawn_afterwards() -> None:
    with echo() as program:
        assert program.record_until(lambda chunk: b"ready 40 10" in chunk.data)
        first = program.tape[0]
        assert isinstance(first, Chunk)
        assert program.began < first.at
        pressed = program.press(b"hello\n")
        assert program.record_until(lambda chunk: b"got hello" in chunk.data)
        answer = program.tape[-1]
        assert pressed < answer.at
        assert program.written_since(answer.at) == len(answer.data)
        assert program.written_since(answer.at + 1) == 0
        assert "got hello" not in program.replay.text
        assert "got hello" in program.shown().text
        assert program.unseen() == []


def test_the_program_hears_of_a_new_size() -> None:
    with echo() as program:
        program.until("ready")
        program.resize(60, 20)
        program.until("size 60 20")
        assert any(isinstance(event, Resized) for event in program.tape)
        assert (program.replay.screen.columns, program.replay.screen.lines) == (60, 20)


def test_a_program_that_ends_early_is_a_failure_and_what_it_said_is_told() -> None:
    with echo() as program:
        program.until("ready")
        program.press(b"stop\n")
        with pytest.raises(BenchFailed, match=r"ended early(.|\n)*ready 40 10"):
            program.record(30)


def test_what_never_comes_is_a_failure_with_the_screen() -> None:
    with echo() as program:
        program.until("ready")
        with pytest.raises(BenchFailed, match=r"'sunshine' never came(.|\n)*ready"):
            program.until("sunshine", within=0.05)
        assert not program.record_until(lambda _: True, within=0.05)


def test_no_process_is_left() -> None:
    with echo() as program:
        program.until("ready")
    assert program.process.returncode is not None
    program.close()  # and closing it again does nothing


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(BenchFailed, match="no-such-program"):
        Terminal(("./no-such-program",), (40, 10), ENVIRONMENT)
