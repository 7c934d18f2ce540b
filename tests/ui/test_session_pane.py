"""What the Session pane says, computed without a screen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.support import states
from tests.support.slices import session_of, text
from tests.support.states import NOW, ago
from tui.clock import Moment
from tui.domain.login import Login
from tui.domain.session import KeepAlive, SessionState, Slot
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.ui.line import plain
from tui.ui.panes.session import SessionView, keep_alive_words, login_line, session_lines
from tui.ui.size import Density


@pytest.mark.parametrize(
    ("state", "login", "brokerage", "competing"),
    [
        (states.ready, "● live", "● ready  JifN19053", "○ no"),
        (states.competing, "● live", "▲ competing  JifN19053", "▲ yes"),
        (states.contested, "● live", "▲ ready, contested  JifN19053", "▲ yes"),
        (states.login_required, "▲ none", "▲ none", "– unknown"),
        (states.gateway_down, "– unknown", "– unknown", "– unknown"),
        (states.backend_hung, "– unknown", "– unknown", "– no  13:01:42 · 1 h old"),
        (states.starting, "– unknown", "– unknown", "– unknown"),
    ],
)
def test_the_session_says_each_fact(
    state: Callable[[], MonitorState], login: str, brokerage: str, competing: str
) -> None:
    rows = text(session_lines(session_of(state()), NOW, 80, Density.FULL))
    rows[0], _, told = rows[0].partition("  since")
    assert bool(told) is (login == "● live")
    assert rows[:3] == [f"Login (SSO)  {login}", f"Brokerage    {brokerage}", f"Competing    {competing}"]


def login_of(**changes: object) -> SessionView:
    """A session that is ready, with these changes to it."""
    state = states.ready()
    return session_of(replace(state, session=replace(state.session, **changes)))


@pytest.mark.parametrize(
    ("view", "cells", "expected"),
    [
        (login_of(), 70, "● live  since 08:12 · resets 05:00 here (midnight NJ), in 14 h 57 m"),
        (login_of(), 48, "● live  since 08:12 · resets 05:00, in 14 h 57 m"),
        (login_of(), 47, "● live  since 08:12 · resets in 14 h 57 m"),
        (login_of(), 30, "● live  resets in 14 h 57 m"),
        (login_of(region="ZG"), 48, "● live  since 08:12 · resets 23:00, in 8 h 57 m"),
        (login_of(region="HK"), 48, "● live  since 08:12 · resets 16:00, in 1 h 57 m"),
        (login_of(region=None), 48, "● live  since 08:12 · resets –"),
        (login_of(region="XX"), 48, "● live  since 08:12 · resets –"),
        (login_of(region=None, sign_in=None), 48, "● live  since – · resets –"),
        (login_of(sign_in=None), 48, "● live  since – · resets 05:00, in 14 h 57 m"),
        (
            login_of(sign_in=Stamped(Login(datetime(2026, 11, 19, 22, 5, tzinfo=UTC), "NJ"), ago(80))),
            60,
            "● live  since 11-19 22:05 · resets 05:00, in 14 h 57 m",
        ),
        (session_of(states.login_required()), 60, "▲ none"),
        (session_of(states.backend_hung()), 60, "– unknown"),
    ],
)
def test_since_when_the_login_stands_and_when_it_ends(view: SessionView, cells: int, expected: str) -> None:
    assert plain(login_line(view, NOW, cells)) == expected


def test_the_login_line_moves_with_the_minute_and_not_with_the_second() -> None:
    said = [plain(login_line(login_of(), NOW.plus(second), 48)) for second in range(120)]
    assert len(set(said)) == 3
    assert sum(one != other for one, other in pairwise(said)) == 2


@pytest.mark.parametrize(
    ("view", "cells", "first"),
    [
        (login_of(region="HK"), 78, "Session   Login ● live · resets in 1 h 57 m  Brokerage ● ready  Competing ○ no"),
        (login_of(), 78, "Session   Login ● live · resets 14 h 57 m  Brokerage ● ready  Competing ○ no"),
        (login_of(), 100, "Session   Login ● live · resets in 14 h 57 m  Brokerage ● ready JifN19053  Competing ○ no"),
        (login_of(region=None), 78, "Session   Login ● live · resets –  Brokerage ● ready JifN19053  Competing ○ no"),
        (login_of(), 58, "Session   Login ● live · resets in 14 h 57 m"),
        (
            session_of(states.contested()),
            78,
            "Session   Login ● live · resets in 14 h 57 m  Brokerage ▲ ready, contested",
        ),
        (session_of(states.login_required()), 78, "Session   Login ▲ none  Brokerage ▲ none  Competing –"),
    ],
)
def test_the_session_in_stacked_lines_never_loses_how_long_it_lasts(view: SessionView, cells: int, first: str) -> None:
    assert text(session_lines(view, NOW, cells, Density.COMPACT))[0] == first


def test_a_login_that_is_gone_leaves_no_flags_of_the_session_before() -> None:
    state = states.reset_window()
    rows = text(session_lines(session_of(state), Moment(states.NIGHT, NOW.ticks), 60, Density.FULL))
    assert rows[:3] == ["Login (SSO)  ▲ none", "Brokerage    ▲ none", "Competing    – unknown"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (70, "● 60 of 60 this hour · by another cpwatch · 14:03:10, next 14:04:10"),
        (57, "● 60 of 60 this hour · by another cpwatch · 14:03:10"),
        (48, "● 60 of 60 this hour · by another cpwatch"),
        (37, "● 60/60 · by another cpwatch"),
    ],
)
def test_the_keep_alive_of_another_process(cells: int, expected: str) -> None:
    keep_alive = states.elsewhere().session.keep_alive
    assert plain(keep_alive_words(keep_alive, NOW, cells)) == expected
    ours = replace(keep_alive, slots=(*keep_alive.slots, Slot(ago(2), ago(2))))
    assert "another" not in plain(keep_alive_words(ours, NOW, cells))


@pytest.mark.parametrize("density", list(Density))
def test_over_a_metered_path_the_pane_says_why_no_tickle_is_sent(density: Density) -> None:
    view = replace(session_of(states.ready()), session=SessionState(keep_alive=KeepAlive(enabled=False)), metered=True)
    assert "off (metered path)" in " ".join(plain(row) for row in session_lines(view, NOW, 60, density))


@pytest.mark.parametrize(
    ("keep_alive", "cells", "expected"),
    [
        (KeepAlive(enabled=False), 60, "○ off (by the settings or --no-keep-alive)"),
        (KeepAlive(enabled=False), 30, "○ off (as you set it)"),
        (KeepAlive(), 60, "– none due yet"),
        (KeepAlive(next_at=ago(-48)), 60, "– none due yet, next 14:04:10"),
        (
            KeepAlive(slots=states.slots(), next_at=ago(-48)),
            60,
            "● 60 of 60 this hour · 14:03:10, next 14:04:10",
        ),
        (KeepAlive(slots=states.slots(), next_at=ago(-48)), 30, "● 60/60 · 14:03:10, next 14:04:10"),
        (
            KeepAlive(slots=states.slots(58, 2), next_at=ago(-3), failures=2),
            70,
            "▲ 58 of 60 this hour · 2 unanswered · 14:01:10, next 14:03:25",
        ),
        (
            KeepAlive(slots=states.slots(0, 1), next_at=ago(-3), failures=1),
            60,
            "▲ 0 of 1 this hour · never answered, next 14:03:25",
        ),
        (KeepAlive(slots=states.slots(2), next_at=None), 60, "● 2 of 2 this hour · 14:03:10, sending now"),
    ],
)
def test_the_keep_alive_in_words(keep_alive: KeepAlive, cells: int, expected: str) -> None:
    assert plain(keep_alive_words(keep_alive, NOW, cells)) == expected
