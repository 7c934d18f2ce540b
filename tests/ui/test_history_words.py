"""The History screen's lines: bands and plots over one time axis, gaps, masks, and whatever the size."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.parts import ACCOUNT, NOW
from tests.support.project import run_python
from tests.support.sessions import Watched, an_afternoon
from tests.support.states import ready
from tui.domain.history import History
from tui.domain.verdict_name import VerdictName
from tui.ui.glyphs import printable
from tui.ui.history_bands import keep_alive_band, time_axis, verdict_band, window_of
from tui.ui.history_words import SPANS, history_lines, long_time, title_words
from tui.ui.line import Line, Tone, plain, width
from tui.ui.plotting import LEFT, Curve, plotted, runs_of


def text_of(history: History, span: float | None = None, cells: int = 80, height: int = 22, **how: bool) -> str:
    """The lines' text."""
    return "\n".join(plain(row) for row in history_lines(history, span, cells, height, **how))


def band(history: History, which: object, cells: int = 80, span: float | None = None) -> Line:
    """A band of the history."""
    window = window_of(history, span, cells)
    assert window is not None
    return which(window)  # type: ignore[operator, no-any-return]


@pytest.mark.parametrize(("cells", "height"), [(80, 22), (118, 34), (60, 15), (200, 60)])
@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("masked", [False, True])
def test_it_fits_and_tells_all(cells: int, height: int, span: float | None, masked: bool) -> None:
    rows = history_lines(an_afternoon(), span, cells, height, masked=masked)
    text = "\n".join(plain(row) for row in rows)
    assert max(width(row) for row in rows) <= cells
    assert len(rows) <= max(height, 20)  # in a lower terminal they scroll
    for said in ("verdict", "keep-alive", "READY", "tickles answered", "to the gateway", "to IBKR", "net liquidation"):
        assert said in text
    # The same time of day stands below the bands and below the plots.
    assert sum(plain(row) == plain(band(an_afternoon(), time_axis, cells, span)) for row in rows) == 2


def test_masked_amounts_and_accounts_are_told_nowhere() -> None:
    history = an_afternoon()
    assert ACCOUNT in text_of(history)
    assert "1,00" in text_of(history)
    masked = text_of(history, masked=True)
    assert ACCOUNT not in masked
    assert "1,00" not in masked
    assert "hidden, as amounts are masked" in masked


def test_the_verdicts_band_has_words_and_looks_of_its_own_for_each() -> None:
    row = band(an_afternoon(), verdict_band, 120)
    text = plain(row)
    assert text.count(" READY ") == 3
    tones = {part.text[0]: part.tone for part in row}
    assert tones == {"─": Tone.OK, "✕": Tone.ALARM, " ": Tone.PLAIN}
    # The machine slept: nobody looked, and nothing is made up.
    assert 7 <= text.count(" ") - 6 <= 10


def test_a_short_outage_is_seen_however_long_the_session() -> None:
    watched = Watched()
    watched.passes(600, look=10)
    watched.verdict = VerdictName.BACKEND_DOWN
    watched.passes(1)
    watched.verdict = VerdictName.READY
    watched.passes(30 * 3600, look=10)
    assert "▲" in plain(band(watched.history, verdict_band))
    assert "backend down" in text_of(watched.history, None)


def test_the_keep_alives_band_marks_what_was_not_answered() -> None:
    row = plain(band(an_afternoon(), keep_alive_band))
    assert set(row) == {"·", "✕", " "}
    first, last = row.index("✕"), row.rindex("✕")
    seconds = an_afternoon().end / len(row)
    assert 2000 - 60 - seconds <= first * seconds
    assert last * seconds <= 2400 + 60
    assert "; ✕ where not; blank: nobody looked" in text_of(an_afternoon())


def test_without_gaps_and_losses_nothing_is_said_of_them() -> None:
    watched = Watched(ready())
    watched.lives(320)
    text = text_of(watched.history)
    assert "5 of 5 tickles answered\n" in text
    assert "blank" not in text
    assert "The verdict has not changed" not in text  # the first one is a change


def test_changes_are_told_in_words_the_newest_first() -> None:
    text = text_of(an_afternoon(), cells=118)
    at = NOW.plus(2400).wall
    assert f"{at:%H:%M:%S} ● ready" in text
    assert text.index("● ready") < text.index("▲ gateway down")
    assert "The verdict has not changed in this time." in text_of(an_afternoon(), 900.0)
    watched = Watched()
    for n in range(30):
        watched.passes(10)
        watched.verdict = (VerdictName.GATEWAY_DOWN, VerdictName.READY)[n % 2]
    watched.passes(10)
    assert " before" in text_of(watched.history, cells=80).splitlines()[3]


def test_the_title_says_how_much_is_shown_and_how_finely() -> None:
    assert title_words(History(), None) == "nothing yet"
    assert title_words(an_afternoon(), 3600.0) == "the last hour of 1 h 30 min · a point every 10 s"
    assert title_words(an_afternoon(), None).startswith("all of ")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(10, "10 s"), (640, "10 min"), (3600, "1 h"), (5400, "1 h 30 min"), (172800, "2 d"), (180000, "2 d 2 h")],
)
def test_long_times(seconds: float, said: str) -> None:
    assert long_time(seconds) == said


def test_before_the_first_point_it_says_what_will_come() -> None:
    for history in (History(), Watched(ready()).passes(5)):
        text = text_of(history)
        assert "a point every 10 s" in text
        assert "what each leg of the way took" in text


def test_what_was_not_measured_is_said_and_not_drawn() -> None:
    watched = Watched()
    watched.verdict = VerdictName.GATEWAY_DOWN
    text = text_of(watched.passes(30))
    assert "No leg of the way was measured in this time." in text
    assert "net liquidation  not known in this time" in text
    assert "No tickle was due in this time." in text
    assert "┤" not in text


def test_a_gap_in_the_figures_is_a_gap_in_the_curve() -> None:
    assert runs_of([(0, 1.0), (10, 1.0), (50, 1.0), (60, 1.0)], 15) == [[(0, 1.0), (10, 1.0)], [(50, 1.0), (60, 1.0)]]
    assert runs_of([], 15) == []
    runs = [[(0.0, 5.0), (30.0, 5.0)], [(70.0, 5.0), (100.0, 5.0)], [(50.0, 9.0)]]
    rows = plotted(Curve(runs, (), (0, 100), (0, 10), [(0, "0"), (10, "10 ms")]), LEFT + 50, 5)
    texts = [plain(row)[LEFT:].ljust(50) for row in rows]
    assert len(rows) == 5
    line_at = next(text for text in texts if text.strip() and len(text.split()) == 2)
    assert line_at[20:30].strip() == ""
    assert sum(bool(text[20:30].strip()) for text in texts) == 1  # the lone point


def test_what_is_too_high_is_drawn_at_the_top_and_told() -> None:
    watched = Watched(ready())
    watched.lives(1200)
    watched.passes(1)
    watched.answers(9.0)
    watched.passes(20)
    text = text_of(watched.history)
    assert "highest 9.0 s" in text
    assert ">100 ms┤" in text or ">50 ms┤" in text


def test_another_account_is_another_curve() -> None:
    watched = Watched(ready())
    watched.is_worth("1000000")
    watched.passes(30)
    watched.state = replace(watched.state, accounts=replace(watched.state.accounts, visible="DU7"))
    watched.is_worth("5", "DU7", "EUR")
    text = text_of(watched.passes(30))
    assert "DU7  5.00 EUR" in text
    assert "1,000" not in text


def test_an_encoding_without_finer_marks_gets_plain_ones() -> None:
    rows = text_of(an_afternoon(), ascii_only=True).splitlines()
    shown = [printable(row, "ascii") for row in rows]
    assert "?" not in "".join(shown)
    assert any("***" in row for row in shown)
    assert any(row.lstrip().startswith("0+") for row in shown)


@settings(max_examples=15)
@given(
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e18"), max_value=Decimal("1e18")),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.floats(1e-9, 1e5), max_size=4),
    st.integers(12, 90),
    st.integers(1, 30),
)
def test_whatever_was_measured_it_is_drawn(amounts: list[Decimal], times: list[float], cells: int, height: int) -> None:
    watched = Watched(ready())
    for amount in amounts:
        watched.passes(10)
        watched.is_worth(str(amount), currency="[bold]")
    for took in times:
        watched.passes(10)
        watched.connects(took)
    watched.passes(10)
    for ascii_only in (False, True):
        for row in history_lines(watched.history, None, cells, height, ascii_only=ascii_only):
            assert width(row) <= cells


def test_the_plotting_library_is_loaded_with_the_first_plot_and_not_before() -> None:
    done = run_python("-c", "import sys, tui.ui.app; print('plotext' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr
