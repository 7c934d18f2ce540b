"""Lines in parts: nothing is lost by wrapping, nothing is wider than it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ui.line import Part, Tone, clip, clip_line, first_fitting, line, packed, plain, spread, width, wrap

WORDS = st.text(alphabet="ab –▲トヨタש", max_size=60)


@given(st.lists(WORDS, max_size=4), st.integers(4, 40), st.integers(0, 2))
def test_wrapping_loses_no_text_and_keeps_the_width(texts: list[str], cells: int, indent: int) -> None:
    tones = list(Tone)
    whole = line(*(Part(text, tones[at]) for at, text in enumerate(texts)))
    rows = wrap(whole, cells, indent)
    assert all(width(row) <= cells for row in rows)
    assert "".join(plain(row) for row in rows).replace(" ", "") == plain(whole).replace(" ", "")


@given(WORDS, st.integers(0, 30))
def test_clipping_keeps_what_fits_and_marks_what_does_not(text: str, cells: int) -> None:
    cut = clip(text, cells)
    assert cell_len(cut) <= cells
    if cell_len(text) <= cells:
        assert cut == text
    elif cells > 0:
        assert cut.endswith("…")


def test_wrapping_breaks_at_blanks_and_indents() -> None:
    rows = wrap(line(Part("▲", Tone.WARN), " one two three"), 9, indent=2)
    assert [plain(row) for row in rows] == ["▲ one two", "  three"]
    assert rows[0][0] == Part("▲", Tone.WARN)


def test_a_word_longer_than_the_line_is_broken_where_the_line_ends() -> None:
    assert [plain(row) for row in wrap(line("ab 0123456789"), 6)] == ["ab", "012345", "6789"]


def test_a_blank_line_stays_one_line() -> None:
    assert wrap((), 10) == [()]


def test_spread_puts_both_ends_at_the_edges() -> None:
    assert plain(spread(line("left"), line("right"), 12)) == "left   right"


def test_spread_gives_the_right_side_the_room() -> None:
    assert plain(spread(line("left side"), line("right"), 10)) == "lef… right"
    assert plain(spread(line("left"), line("right"), 4)) == "rig…"


def test_clip_line_cuts_in_the_part_where_room_ends() -> None:
    cut = clip_line(line(Part("abc", Tone.OK), Part("defgh", Tone.WARN), "x"), 6)
    assert cut == (Part("abc", Tone.OK), Part("de…", Tone.WARN))


@pytest.mark.parametrize(("cells", "expected"), [(20, "long enough"), (5, "short"), (2, "short")])
def test_the_first_variant_that_fits_is_taken(cells: int, expected: str) -> None:
    assert plain(first_fitting([line("long enough"), line("short")], cells)) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(30, ["one ● two  three"]), (10, ["one ● two", "three"]), (5, ["one ●", "two", "three"])],
)
def test_groups_are_packed_and_not_broken_without_need(cells: int, expected: list[str]) -> None:
    assert [plain(row) for row in packed([line("one ● two"), line("three")], cells)] == expected
