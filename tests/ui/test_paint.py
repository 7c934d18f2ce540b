"""Only the cells that differ are repainted, and all of them are."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ui.line import Line, Part, Tone
from tui.ui.widgets.paint import changed_regions, changed_span

PARTS = st.builds(Part, st.text(alphabet="ab1 ●ト", min_size=1, max_size=6), st.sampled_from([Tone.OK, Tone.WARN]))
LINES = st.lists(PARTS, max_size=5).map(tuple)
WIDTH = 24


def cells(of: Line) -> list[tuple[str, Tone | None, int]]:
    """(character, tone, half of a wide one) for each cell of a painted line."""
    painted: list[tuple[str, Tone | None, int]] = []
    for part in of:
        for char in part.text:
            painted.extend((char, part.tone, half) for half in range(cell_len(char)))
    return (painted + [(" ", None, 0)] * WIDTH)[:WIDTH]


@given(LINES, LINES)
def test_every_cell_that_differs_is_within_the_span(old: Line, new: Line) -> None:
    span = changed_span(old, new, WIDTH) or (0, 0)
    for at, (before, after) in enumerate(zip(cells(old), cells(new), strict=True)):
        if before != after:
            assert span[0] <= at < span[0] + span[1]


def test_equal_lines_have_no_span() -> None:
    assert changed_span((Part("a"),), (Part("a"),), 10) is None


def test_a_change_beyond_the_edge_is_none() -> None:
    assert changed_span((Part("0123456789"), Part("x")), (Part("0123456789"), Part("y")), 10) is None


def test_the_clock_repaints_the_digit_that_moved() -> None:
    before = (Part("READY  ", Tone.OK), Part("14:03:22"))
    after = (Part("READY  ", Tone.OK), Part("14:03:23"))
    assert changed_span(before, after, 80) == (14, 1)


def test_a_part_in_the_middle_leaves_both_sides_alone() -> None:
    before = (Part("AAPL  "), Part("1.00", Tone.OK), Part("  USD"))
    after = (Part("AAPL  "), Part("2.00", Tone.WARN), Part("  USD"))
    assert changed_span(before, after, 80) == (6, 4)


def test_lines_that_come_and_go_are_repainted() -> None:
    one, two = (Part("one"),), (Part("two"),)
    assert [tuple(region) for region in changed_regions([one], [one, two], 20, top=1)] == [(0, 2, 3, 1)]
    assert [tuple(region) for region in changed_regions([one, two], [one], 20)] == [(0, 1, 3, 1)]
