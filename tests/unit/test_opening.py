"""What stands on the terminal before Textual does, and that it goes again where Textual never comes."""

import gc
import io
import os
import signal
import sys

import pytest

from tui.opening import ENTER, LEAVE, opening, opening_lines

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shown on POSIX terminals only")


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that knows the sequences."""
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("width", [1, 9, 20, 60, 80, 109, 110, 300])
@pytest.mark.parametrize("name", ["", "home", "https://localhost:5000", "x" * 400], ids=len)
def test_no_line_is_wider_than_the_terminal(width: int, name: str) -> None:
    rows = opening_lines(name, width)
    assert all(len(row) <= width for row in rows)


def test_it_names_what_is_watched_where_the_monitor_will_name_it() -> None:
    rows = opening_lines("https://localhost:5000", 80)
    assert rows[0] == " cpwatch  https://localhost:5000".ljust(71) + "starting "
    assert rows[1:] == [" Path", " Session", " Account", " Positions"]


def test_what_ends_before_textual_comes_leaves_the_terminal_as_it_was() -> None:
    out = io.StringIO()
    with pytest.raises(ValueError, match="no such profile"), opening("home", out):
        raise ValueError("no such profile")
    assert out.getvalue().startswith(ENTER)
    assert out.getvalue().endswith(LEAVE)
    assert out.getvalue().count(LEAVE) == 1


def test_textual_leaves_the_screen_that_it_has_taken() -> None:
    out = io.StringIO()
    with opening("home", out) as shown:
        shown.hand_on()
    assert LEAVE not in out.getvalue()


def test_garbage_is_looked_for_from_the_first_picture_on_and_whatever_happens() -> None:
    with opening("home", io.StringIO()) as shown:
        assert not gc.isenabled()
        shown.hand_on()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 1000
        gc.unfreeze()
    with pytest.raises(ValueError, match="no such profile"), opening("home", io.StringIO()):
        raise ValueError("no such profile")
    assert gc.isenabled()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_it_with_the_terminal_as_it_was(name: str) -> None:
    number, out = signal.Signals[name], io.StringIO()
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended, opening("home", out):
        signal.raise_signal(number)
    assert ended.value.code == 128 + number
    assert out.getvalue().endswith(LEAVE)
    assert signal.getsignal(number) is before


def test_what_textual_has_the_signals_do_stays() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        with opening("", io.StringIO()):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with opening("", io.StringIO()):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_knows_no_sequences_is_sent_none(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    out = io.StringIO()
    with opening("home", out):
        pass
    assert out.getvalue() == ""


class Gone(io.StringIO):
    """A terminal whose window was closed."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_terminal_that_has_gone_is_not_its_business() -> None:
    with opening("home", Gone()):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="jobs of a shell are POSIX")
def test_started_in_the_background_it_leaves_the_terminal_to_whoever_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    monkeypatch.setenv("TERM", "xterm-256color")
    with os.fdopen(theirs, "w", encoding="utf-8") as out:
        monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
        with opening("demo ready", out):
            pass
        monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
        with opening("in front", out):
            pass
        shown = os.read(ours, 4096)
    os.close(ours)
    assert b"in front" in shown
    assert b"demo ready" not in shown
