"""The latency strip: a fixed scale, gaps that stay, and a picture that stands still while nothing comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import START
from tui.clock import Moment
from tui.domain.latency import Sample
from tui.ui.glyphs import printable
from tui.ui.line import Part, Tone, line, plain, width
from tui.ui.widgets.strip import BLOCKS, SCALE, block, scale_words, strip


def at(ticks: float, seconds: float | None) -> Sample:
    """A sample at that time of the monotonic clock."""
    return Sample(Moment(START, ticks), seconds)


def shown(*samples: Sample, cells: int = 40, high: float | None = None) -> str:
    """The strip's text."""
    return plain(strip(samples, cells, high))


@pytest.mark.parametrize(
    ("seconds", "height"),
    [
        (0.0, "▁"),
        (0.0004, "▁"),
        (0.005, "▂"),
        (0.037, "▃"),
        (0.05, "▄"),
        (0.18, "▅"),
        (0.5, "▆"),
        (1.5, "▇"),
        (5.0, "█"),
    ],
)
def test_the_scale_is_fixed(seconds: float, height: str) -> None:
    assert block(seconds) == height
    assert shown(at(0, seconds)) == height


def test_the_scale_is_said_in_words() -> None:
    assert scale_words() == ("▁ below 5.0 ms, ▂ 15 ms, ▃ 50 ms, ▄ 150 ms, ▅ 500 ms, ▆ 1.5 s, ▇ 5.0 s, █ longer, · lost")
    assert len(BLOCKS) == len(SCALE) + 1


def test_a_cell_is_five_seconds_and_shows_its_longest_time() -> None:
    assert shown(at(100, 0.001), at(104.9, 0.06), at(105, 0.001), at(110, 0.2)) == "▄▁▅"


def test_losses_and_missing_time_are_gaps_of_their_own() -> None:
    assert shown(at(0, 0.001), at(5, None), at(20, 0.001)) == "▁·  ▁"
    # Where something did answer, the loss is told by the figures beside the strip.
    assert shown(at(0, None), at(1, 0.001)) == "▁"


def test_the_newest_are_at_the_right_and_older_ones_fall_off() -> None:
    samples = [at(5 * n, 0.001 if n < 8 else 0.2) for n in range(10)]
    assert shown(*samples, cells=4) == "▁▁▅▅"
    assert shown(*samples, cells=0) == ""
    assert shown() == ""


def test_it_stands_still_within_a_cell() -> None:
    # As samples come within the same five seconds, no cell moves.
    before = [at(5 * n, 0.02) for n in range(6)]
    assert shown(*before) == shown(*before, at(25.1, 0.02), at(29.9, 0.02))


def test_what_is_high_warns_by_more_than_its_height() -> None:
    samples = (at(0, 0.049), at(5, 0.05), at(10, 0.3), at(15, None), at(20, 0.01))
    assert strip(samples, 9, 0.05) == line("▃", Part("▄▅·", Tone.WARN), "▃".replace("▃", "▂"))
    assert all(part.tone is Tone.PLAIN for part in strip(samples[:3], 9))


def test_a_terminal_without_blocks_shows_digits() -> None:
    text = shown(*(at(5 * n, each) for n, each in enumerate([0.001, 0.01, 0.04, 0.1, 0.4, 1, 4, 9, None])))
    assert printable(text, "ascii") == "12345678."


@given(
    st.lists(st.tuples(st.floats(0, 3000), st.none() | st.floats(0, 20)), max_size=60),
    st.integers(0, 60),
    st.sampled_from([1.0, 5.0, 60.0]),
)
def test_it_never_outgrows_its_cells_and_ends_with_the_newest(
    times: list[tuple[float, float | None]], cells: int, per_cell: float
) -> None:
    samples = [at(when, took) for when, took in sorted(times, key=lambda pair: pair[0])]
    made = strip(samples, cells, 0.05, per_cell)
    assert width(made) <= cells
    assert set(plain(made)) <= {*BLOCKS, "·", " "}
    if samples and cells:
        assert plain(made)[-1] != " "
        newest = [took for when, took in times if when // per_cell == samples[-1].at.ticks // per_cell]
        answered = [took for took in newest if took is not None]
        assert plain(made)[-1] == (block(max(answered)) if answered else "·")
