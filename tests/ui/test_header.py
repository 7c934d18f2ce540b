"""The header: whose money it is, what the verdict is, and whether the panes are held still."""

import pytest

from tests.support import states
from tests.support.clock import START
from tests.support.parts import NOW
from tui.config.settings import Badge
from tui.domain.verdict import Verdict, VerdictName, verdict
from tui.ui.line import Tone, plain, width
from tui.ui.palettes import BADGES
from tui.ui.widgets.header import HeaderView, header_line

URL = "https://localhost:5000"
READY = Verdict(VerdictName.READY, "trading session live")


@pytest.mark.parametrize("name", states.STATES)
@pytest.mark.parametrize("cells", [40, 48, 68, 108, 190])
def test_it_never_leaves_out_badge_and_verdict(name: str, cells: int) -> None:
    state = states.STATES[name]()
    judged = verdict(state, NOW)
    view = HeaderView("a-profile-with-a-long-name", "localhost", URL, state.paper, judged, "red")
    said = plain(header_line(view, cells))
    assert judged.name.words in said
    assert {True: " PAPER ", False: " LIVE ", None: " – "}[state.paper] in said
    assert len(said) <= cells


@pytest.mark.parametrize(("paper", "tone"), [(True, Tone.PAPER), (False, Tone.LIVE), (None, Tone.MUTED)])
def test_live_and_paper_look_different(paper: bool | None, tone: Tone) -> None:
    view = HeaderView("", "localhost", URL, paper, verdict(states.ready(), NOW))
    assert tone in {part.tone for part in header_line(view, 70)}


@pytest.mark.parametrize("name", VerdictName)
@pytest.mark.parametrize("frozen", [True, False])
def test_every_verdict_has_its_words_at_60(name: VerdictName, frozen: bool) -> None:
    view = HeaderView("home", "localhost", URL, True, Verdict(name, "some summary"), "blue", START if frozen else None)
    row = header_line(view, 48)
    assert name.words in plain(row)
    assert (f"FROZEN {START.astimezone():%H:%M:%S}" in plain(row)) is frozen
    assert width(row) <= 48


@pytest.mark.parametrize("badge", BADGES)
def test_a_profiles_name_stands_on_its_colour(badge: str) -> None:
    parts = header_line(HeaderView("home", "localhost", URL, False, READY, badge), 100)
    assert [part.text for part in parts if part.tone == f"badge-{badge}"] == [" home "]


@pytest.mark.parametrize(("profile", "badge"), [("", "red"), ("home", None), ("home", "no such colour")])
def test_what_has_no_colour_stands_on_none(profile: str, badge: str | None) -> None:
    parts = header_line(HeaderView(profile, "localhost", URL, False, READY, badge), 100)
    assert not [part for part in parts if part.tone.startswith("badge")]
    assert profile or "localhost" in plain(parts)


def test_the_colours_are_those_of_the_settings() -> None:
    assert set(BADGES) == set(Badge)
