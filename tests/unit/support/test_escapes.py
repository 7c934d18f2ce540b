"""The judge of a terminal's bytes finds what it is there to find."""

import pytest

from tests.support.escapes import colours, offences, words


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b]52;c;aGk=\x07",
        b"\x1b]0;title\x07",
        b"\x1b]8;;https://x\x1b\\x\x1b]8;;\x1b\\",
        b"\x1bP+q\x1b\\",
        b"\x1bc",
        b"\x1b",
        b"\x1b[3J",
        b"\x1b[6n",
        b"\x1b[?47h",
        b"\x07",
        b"\t",
        "\x9b2J".encode(),
        "\u202e".encode(),
        "\u2066x\u2069".encode(),
        "\u200f".encode(),
        "\u200b".encode(),
        "\u2028".encode(),
        "\ue000".encode(),
    ],
)
def test_what_textual_never_sends_is_an_offence(data: bytes) -> None:
    assert offences(b"fine" + data)


def test_what_textual_sends_is_none() -> None:
    data = "\x1b[?1049h\x1b[?2026$p\x1b[>25u\x1b[1;31mトヨ\x1b[0m\x1b[3;4H\x1b]22;default\x1b\\\x1b[?25l\x1b[<u\r\n"
    assert offences(data.encode()) == []
    assert words(data.encode()) == "トヨ\r\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x1b[0;1;7;39;49m", set()),
        (b"\x1b[1;31;100m", {"31", "100"}),
        (b"\x1b[38;2;30;31;32;48;5;34mx\x1b[92m", {"38;2", "48;5", "92"}),
        (b"\x1b[31;41H31", set()),
    ],
)
def test_the_colours_that_are_chosen(data: bytes, expected: set[str]) -> None:
    assert colours(data) == expected
