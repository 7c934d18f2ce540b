"""What terminals get that have fewer signs or colours than ours: bytes, and what can still be told apart."""

import sys
from pathlib import Path

import pytest

from tests.support.escapes import colours
from tests.support.pseudo import Pseudo, pseudo

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of this kind are POSIX"),
]

OF_16 = frozenset(str(number) for start in (30, 40, 90, 100) for number in range(start, start + 8))
ESCAPE, PALETTE, STOP = "\x1b", "\x10", "\x1a"


def look_around(terminal: Pseudo) -> None:
    """Open all that has a frame, a list or a line to type in, one after the other; then leave."""
    terminal.until("AAPL")
    terminal.until("Keep-alive")
    for keys, shown in ((PALETTE, "Search for commands"), ("o", "Sort the positions by"), (STOP, "Stop it anyway")):
        terminal.press(keys)
        terminal.until(shown)
        terminal.press(ESCAPE)
        terminal.until(lambda shown=shown: shown not in terminal.screen)
    terminal.press("/")
    terminal.until("type:opt")
    terminal.press("zzz")
    terminal.until(lambda: "0 of 12" in terminal.screen and "MSFT" not in terminal.screen)
    terminal.press(ESCAPE)
    terminal.until("MSFT")
    terminal.press("?")
    terminal.until("order round")
    terminal.press("q")
    terminal.until("MSFT")
    terminal.press("q")
    assert terminal.ended() == 0


@pytest.mark.parametrize(
    ("said", "size"), [({"LANG": "C"}, (120, 36)), ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, (80, 24))]
)
def test_in_an_ascii_locale_every_byte_is_ascii(tmp_path: Path, said: dict[str, str], size: tuple[int, int]) -> None:
    environment = {"TERM": "xterm-256color", **said}
    with pseudo(tmp_path, "--demo", width=size[0], height=size[1], environment=environment) as terminal:
        look_around(terminal)
        assert "* READY" in terminal.seen
        assert terminal.written.isascii(), sorted({char for char in terminal.written.decode() if not char.isascii()})


def test_without_colours_states_and_the_cursor_are_still_seen(tmp_path: Path) -> None:
    environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "NO_COLOR": "1"}
    with pseudo(tmp_path, "--demo", environment=environment) as terminal:
        terminal.until("MSFT")  # a row below AAPL: a screen may come in two readings
        terminal.until("● READY")
        assert all(cell.reverse and cell.bold for cell in terminal.looks(" PAPER "))
        assert all(cell.reverse for cell in terminal.looks("AAPL"))
        assert not any(cell.reverse for cell in terminal.looks("MSFT"))
        look_around(terminal)
        assert colours(bytes(terminal.written)) == frozenset()


@pytest.mark.parametrize(
    ("term", "theme"),
    [("xterm-256color", "terminal"), ("xterm", "light"), ("xterm", "contrast")],
)
def test_16_colours_are_enough(tmp_path: Path, term: str, theme: str) -> None:
    environment = {"TERM": term, "LANG": "C.UTF-8"}
    with pseudo(tmp_path, "--demo", "--theme", f"cpwatch-{theme}", environment=environment) as terminal:
        terminal.until("MSFT")  # a row below AAPL: a screen may come in two readings
        badge, ground = terminal.looks(" PAPER ")[1], terminal.looks("cpwatch")[0]
        assert badge.bg != ground.bg
        assert badge.fg != badge.bg
        assert all(cell.reverse for cell in terminal.looks("AAPL"))
        assert not any(cell.reverse for cell in terminal.looks("MSFT"))
        if theme == "terminal":
            look_around(terminal)
        chosen = colours(bytes(terminal.written))
        assert chosen <= OF_16
        assert chosen & {"32", "92"}


def test_256_colours_show_badge_and_cursor(tmp_path: Path) -> None:
    with pseudo(tmp_path, "--demo", environment={"TERM": "xterm-256color", "LANG": "C.UTF-8"}) as terminal:
        terminal.until("MSFT")  # a row below AAPL: a screen may come in two readings
        assert terminal.looks(" PAPER ")[1].bg != terminal.looks("cpwatch")[0].bg
        assert terminal.looks("AAPL")[0].bg != terminal.looks("MSFT")[0].bg
        assert colours(bytes(terminal.written)) == {"38;5", "48;5"}


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_can_not_place_text_gets_none_of_it(tmp_path: Path, term: str) -> None:
    with pseudo(
        tmp_path, "--demo", environment={"TERM": term, "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    ) as terminal:
        assert terminal.ended() == 2
        assert f"(TERM={term}): use `cpwatch status`, or set TERM" in " ".join(terminal.seen.split())
        assert ESCAPE.encode() not in terminal.written


def test_it_follows_the_terminal_and_not_a_size_that_was_exported_once(tmp_path: Path) -> None:
    """On one that does not say what it is, either."""
    environment = {"LANG": "C.UTF-8", "COLUMNS": "40", "LINES": "10", "PYTHONIOENCODING": "ascii"}
    with pseudo(tmp_path, "--demo", environment=environment) as terminal:
        terminal.until("MSFT")
        terminal.resize(120, 36)
        terminal.until("Exc. liq.")
        terminal.press("q")
        assert terminal.ended() == 0
        assert colours(bytes(terminal.written)) <= OF_16
        assert b"* READY" in terminal.written, "PYTHONIOENCODING was not heard"
        assert b"\\u25cf" not in terminal.written
