"""The driver's bytes: what reaches a terminal when IBKR's texts are hostile, in full and in every encoding."""

import sys
from pathlib import Path

import pytest

from tests.support.escapes import offences
from tests.support.pseudo import pseudo

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of this kind are POSIX"),
]

VISIBLE = (
    "[red]MARKUP[/]",
    "[link=",
    "moc.live",
    "dcs",
    "株式会社",
    "بنك",
    "VERY-LONG",
    "$(reboot",
    "%s {0}",
)
"""Parts of the hostile texts that are only strange, and stand on the screen as they were sent."""


def test_hostile_texts_reach_the_terminal_as_text(tmp_path: Path) -> None:
    with pseudo(tmp_path, "--demo", "hostile", width=200, height=60) as terminal:
        terminal.until("● ready: trading session live")
        terminal.until(lambda: {text for text in VISIBLE if text not in terminal.seen} == set())
        terminal.press("?")
        terminal.until("order round")
        terminal.press("q")
        terminal.until("● ready: trading session live")
        terminal.press("q")
        assert terminal.ended() == 0
        assert offences(bytes(terminal.written)) == []
