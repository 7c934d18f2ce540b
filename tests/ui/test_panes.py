"""What each pane says, computed without a screen."""

from collections.abc import Callable

import pytest

from tests.support import states
from tests.support.slices import accounts_of, path_of, positions_of, session_of, text
from tests.support.states import NOW, ago
from tui.domain.journal import Entry, Level
from tui.domain.state import JobFault, MonitorState
from tui.domain.verdict import Verdict, VerdictName, verdict
from tui.ui.account_words import (
    account_line,
    detail_lines,
)
from tui.ui.commands import Scope, footer_commands
from tui.ui.line import Tone, plain, width
from tui.ui.panes.events import EventsView, event_lines
from tui.ui.panes.path import chain, path_lines
from tui.ui.panes.session import session_lines
from tui.ui.position_words import note_lines
from tui.ui.size import Density, density
from tui.ui.theme import THEMES
from tui.ui.widgets.banner import banner_lines, needed
from tui.ui.widgets.footer import footer_line
from tui.ui.widgets.header import HeaderView, header_line
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
        *note_lines(positions_of(state), NOW, cells),
        *event_lines(EventsView(state.journal, state.faults), NOW, cells, layout),
        *banner_lines(verdict(state, NOW), cells),
    ]
    assert max(width(row) for row in rows) <= cells


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (states.ready, "this machine ──0.4 ms── gateway ──37 ms── IBKR"),
        (states.starting, "this machine ──–── gateway ──–── IBKR"),
        (states.gateway_down, "this machine ──✕── gateway ──–── IBKR"),
        (states.denied, "this machine ──✕── gateway ──–── IBKR"),
        (states.backend_hung, "this machine ──0.4 ms── gateway ──✕── IBKR"),
    ],
)
def test_the_chain_shows_each_leg(state: Callable[[], MonitorState], expected: str) -> None:
    assert plain(chain(path_of(state()), 60)) == expected


def test_the_chain_shortens_where_room_is_short() -> None:
    assert plain(chain(path_of(states.ready()), 40)).startswith("here ──0.4 ms──")


def test_an_old_leg_says_its_age() -> None:
    assert "first byte 37 ms  13:01:42 · 1 h old" in text(
        path_lines(path_of(states.backend_hung()), NOW, 60, Density.FULL)
    )


def test_the_address_of_an_unmeasured_path() -> None:
    assert text(path_lines(path_of(states.starting()), NOW, 60, Density.COMPACT))[1].strip() == (
        "local · https://localhost:5000  first byte –"
    )


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


@pytest.mark.parametrize("name", states.STATES)
@pytest.mark.parametrize("cells", [40, 48, 68, 108, 190])
def test_the_header_never_leaves_out_badge_and_verdict(name: str, cells: int) -> None:
    state = states.STATES[name]()
    judged = verdict(state, NOW)
    view = HeaderView("a-profile-with-a-long-name", "localhost", "https://localhost:5000", state.paper, judged)
    said = plain(header_line(view, cells))
    assert judged.name.words in said
    assert {True: " PAPER ", False: " LIVE ", None: " – "}[state.paper] in said
    assert len(said) <= cells


@pytest.mark.parametrize(("paper", "tone"), [(True, Tone.PAPER), (False, Tone.LIVE), (None, Tone.MUTED)])
def test_live_and_paper_look_different(paper: bool | None, tone: Tone) -> None:
    view = HeaderView("", "localhost", "https://localhost:5000", paper, verdict(states.ready(), NOW))
    assert tone in {part.tone for part in header_line(view, 70)}


@pytest.mark.parametrize("name", VerdictName)
def test_every_verdict_has_its_words_in_the_header_at_80(name: VerdictName) -> None:
    view = HeaderView("home", "localhost", "https://localhost:5000", False, Verdict(name, "some summary"))
    assert name.words in plain(header_line(view, 68))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (states.ready, False),
        (states.starting, False),
        (states.login_required, True),
        (states.competing, True),
        (states.backend_hung, True),
    ],
)
def test_the_banner_is_there_when_something_is_to_be_done(state: Callable[[], MonitorState], expected: bool) -> None:
    assert needed(verdict(state(), NOW)) is expected


@pytest.mark.parametrize("cells", [58, 78, 118])
def test_the_banner_gives_the_command_whole(cells: int) -> None:
    judged = verdict(states.login_required_over_ssh(), NOW)
    rows = text(banner_lines(judged, cells))
    assert rows[0].startswith("▲ LOGIN REQUIRED  ")
    assert judged.remedy is not None
    assert any(row.strip() == f"$ {judged.remedy.commands[0]}" for row in rows)


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


@pytest.mark.parametrize("cells", [10, 20, 40, 80, 120])
def test_the_footer_shows_whole_commands(cells: int) -> None:
    offered = footer_commands(Scope.APP)
    said = plain(footer_line(offered, cells))
    assert len(said) <= cells
    assert said == "".join(
        f"{' ' if at == 0 else '  '}{each.shown} {each.label}"
        for at, each in enumerate(offered[: said.count("  ") + 1])
    )


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", ["ok", "warn", "alarm", "stale", "muted", "gain", "loss"])
def test_every_meaning_can_be_read_on_its_ground(theme: object, name: str) -> None:
    colours = theme.variables  # type: ignore[attr-defined]
    for ground in (theme.background, theme.panel, colours["cursor"]):  # type: ignore[attr-defined]
        high, low = sorted((luminance(colours[name]), luminance(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= (3.0 if ground == colours["cursor"] else 4.5)
