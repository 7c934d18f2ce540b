"""What each pane says, computed without a screen."""

import pytest

from tests.support import states
from tests.support.slices import accounts_of, path_of, positions_of, session_of, text
from tests.support.states import NOW, ago
from tui.domain.journal import Entry, Level
from tui.domain.state import JobFault
from tui.ui.account_words import (
    account_line,
    detail_lines,
)
from tui.ui.line import width
from tui.ui.panes.events import EventsView, event_lines
from tui.ui.panes.path import path_lines
from tui.ui.panes.session import session_lines
from tui.ui.position_words import Heading, note_lines
from tui.ui.size import Density, density
from tui.ui.words import old, when

LAYOUTS = [(58, Density.BRIEF), (78, Density.COMPACT), (108, Density.COMPACT), (51, Density.FULL), (61, Density.FULL)]


@pytest.mark.parametrize("name", states.STATES)
@pytest.mark.parametrize(("cells", "layout"), LAYOUTS)
def test_no_pane_writes_wider_than_it_is(name: str, cells: int, layout: Density) -> None:
    state = states.STATES[name]()
    rows = [
        *path_lines(path_of(state), NOW, cells, layout),
        *session_lines(session_of(state), NOW, cells, layout),
        *account_line(accounts_of(state), NOW, cells),
        *detail_lines(accounts_of(state), NOW, cells),
        *note_lines(positions_of(state), NOW, cells, Heading(0, 0)),
        *event_lines(EventsView(state.journal, state.faults), NOW, cells, layout),
    ]
    assert max(width(row) for row in rows) <= cells


def test_events_are_newest_first_with_mark_and_time() -> None:
    rows = text(event_lines(EventsView(states.JOURNAL), NOW, 60, Density.FULL))
    assert rows[0] == "14:02:11  ● keep-alive answered again after 1 failure"
    assert rows[-1] == "12:01:22  ● login seen"


def test_an_event_of_another_day_has_its_date() -> None:
    entry = Entry(ago(86400), Level.INFO, "long ago")
    assert text(event_lines(EventsView((entry,)), NOW, 60, Density.FULL)) == ["11-19 14:03:22  ○ long ago"]


@pytest.mark.parametrize(("seconds", "ending"), [(8.0, "until 14:03:25"), (None, "until cpwatch is started again")])
def test_a_job_that_stands_still_is_told_first(seconds: float | None, ending: str) -> None:
    fault = JobFault(ago(5), "ValueError: x", seconds)
    rows = text(event_lines(EventsView(states.JOURNAL, {"summary": fault}), NOW, 120, Density.FULL))
    assert rows[0] == f"▲ the summary job stands still by a defect of cpwatch (ValueError: x), {ending}"


def test_no_events_are_said() -> None:
    assert text(event_lines(EventsView(), NOW, 60, Density.COMPACT)) == ["Events    nothing has changed yet"]


@pytest.mark.parametrize(("seconds", "expected"), [(30, "<1 min old"), (200, "3 min old"), (7300, "2 h old")])
def test_ages_move_by_the_minute_at_most(seconds: float, expected: str) -> None:
    assert old(ago(seconds), NOW) == expected


def test_a_time_of_another_day_has_its_date() -> None:
    assert when(ago(60), NOW) == "14:02:22"
    assert when(ago(-86400), NOW) == "11-21 14:03:22"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((200, 60), Density.FULL),
        ((110, 28), Density.FULL),
        ((109, 28), Density.COMPACT),
        ((200, 27), Density.COMPACT),
        ((80, 24), Density.COMPACT),
        ((80, 21), Density.BRIEF),
        ((60, 18), Density.BRIEF),
        ((59, 18), Density.TOO_SMALL),
        ((60, 17), Density.TOO_SMALL),
    ],
)
def test_the_layout_follows_the_size(size: tuple[int, int], expected: Density) -> None:
    assert density(*size) is expected
