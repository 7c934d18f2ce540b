"""The Path pane: what it shows in each layout, what it leaves out, and everything with the whole screen."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import path_states, states
from tests.support.parts import NOW, ago
from tests.support.path_states import CLOUDFLARED, NGROK_AGENT, PATH_STATES
from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, source_of
from tests.support.slices import path_of, text
from tui.domain.address import PathKind
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.verdict_name import VerdictName
from tui.domain.way import ToldBy, Way
from tui.ui.app import CpwatchApp
from tui.ui.line import Line, line, plain, width
from tui.ui.panes.path import Block, PathPane, PathView, blocks, chosen, fitted, flow, path_lines
from tui.ui.path_detail import detail_lines
from tui.ui.screens.exposure import ExposureScreen
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.size import Density
from tui.ui.widgets.strip import scale_words

LAYOUTS = [(Density.BRIEF, 58), (Density.COMPACT, 78), (Density.COMPACT, 108), (Density.FULL, 51), (Density.FULL, 78)]
MANY = {**PATH_STATES, **{name: states.STATES[name] for name in ("starting", "ready", "backend_hung", "denied")}}


def view_of(name: str) -> PathView:
    """That state's slice, with what it costs where it is metered."""
    view = path_of(MANY[name]())
    return replace(view, monthly=8640 if view.path.plan.metered else None)


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize(("density", "cells"), LAYOUTS)
def test_no_line_is_wider_than_the_pane_and_none_too_many(name: str, density: Density, cells: int) -> None:
    rows = path_lines(view_of(name), NOW, cells, density, 5)
    assert max(width(row) for row in rows) <= cells
    assert len(rows) <= {Density.BRIEF: 1, Density.COMPACT: 2, Density.FULL: 5}[density]
    assert all(plain(row).strip() for row in rows)


@pytest.mark.parametrize("name", MANY)
def test_no_word_is_cut_without_a_mark(name: str) -> None:
    """Every word of a layout stands whole in the detail, or is an ellipsis."""
    view = view_of(name)
    everything = " ".join(text([row for block in blocks(view, NOW, 400) for row in block.rows]))
    known = set(re.split(r"[\s·()─…:,]+", everything)) | {"Path", "2", "1", "strangers", "trade", "can", "here", "high"}
    for density, cells in LAYOUTS:
        for row in path_lines(view, NOW, cells, density):
            words = {word for word in re.split(r"[\s·()─…:,]+", plain(row)) if word and word[0] not in "▁▂▃▄▅▆▇█"}
            assert {word for word in words if word.isalpha()} <= known, plain(row)


def test_the_pane_beside_others_says_it_in_seven_lines() -> None:
    assert text(path_lines(view_of("exposed"), NOW, 51, Density.FULL)) == [
        "this machine ──0.4 ms── gateway ──37 ms── IBKR",
        "local · java 4121 · listens on 0.0.0.0 ▲",
        "answer p50 37 p95 120 jitter 16 ms  loss 0 %",
        "cloudflared ● 4 connections fra03  12 ms",
        "  https://calm-river-fits-here.trycloudflare.com",
        "ngrok ▲ not connected: reconnecting",
        "▲ 2 findings: listens everywhere, quick tunnel (x)",
    ]
    assert text(path_lines(view_of("local"), NOW, 51, Density.FULL))[3].endswith("▃▃▃  3 min")


def test_what_is_wrong_comes_before_what_is_well() -> None:
    rows = " ".join(text(path_lines(view_of("exposed"), NOW, 51, Density.FULL, 5)))
    assert "ngrok ▲ not connected" in rows
    assert "▲ 2 findings" in rows
    assert "cloudflared" not in rows
    worst = " ".join(text(path_lines(view_of("tradable"), NOW, 51, Density.FULL, 3)))
    assert "anyone on the internet can use this session" in worst


def test_the_stacked_pane_has_the_chain_with_its_loss_and_strip_and_the_rest_in_short() -> None:
    first, second = text(path_lines(view_of("local"), NOW, 78, Density.COMPACT))
    assert first.startswith("Path      here ──0.4 ms── gateway ──37 ms── IBKR  loss 0 %  ▃▃▃▃▄▃")
    assert second == "          local · java 4121 · listens on 0.0.0.0 ▲ · ▲ 1 finding (x)"


def test_what_has_no_room_in_the_stacked_line_is_marked() -> None:
    _, second = text(path_lines(view_of("tradable"), NOW, 78, Density.COMPACT))
    assert "▲ strangers can trade (x)" in second
    assert "ngrok ▲ not connected" in second
    assert second.endswith(" …")


def test_the_brief_pane_is_one_line_with_what_is_open() -> None:
    assert text(path_lines(view_of("local"), NOW, 58, Density.BRIEF)) == [
        "Path      here ──0.4 ms── gateway ──37 ms── IBKR  ▲ 1 (x)"
    ]
    assert text(path_lines(view_of("by_ngrok"), NOW, 58, Density.BRIEF)) == [
        "Path      here ─12 ms─ edge … ─37 ms─ IBKR"
    ]


def test_an_unmeasured_path_has_its_address() -> None:
    assert text(path_lines(view_of("starting"), NOW, 78, Density.COMPACT)) == [
        "Path      this machine ──–── gateway ──–── IBKR",
        "          local · https://localhost:5000",
    ]


def test_an_old_time_says_its_age_in_full_and_stacked() -> None:
    state = states.ready()
    view = path_of(replace(state, path=replace(state.path, first_byte=Stamped(0.0374, ago(3700)))))
    assert "IBKR 13:01:42 · 1 h old" in text(path_lines(view, NOW, 51, Density.FULL))
    assert text(path_lines(view, NOW, 78, Density.COMPACT))[1].endswith("IBKR 13:01:42 · 1 h old")


def test_a_metered_way_says_what_it_costs_and_how_to_ask_once() -> None:
    rows = text(path_lines(view_of("by_ngrok"), NOW, 51, Density.FULL))
    assert rows[-1] == "metered: 8,640 of 20,000 a month; r asks once"


RANKED = st.lists(
    st.tuples(st.integers(0, 9), st.lists(st.integers(1, 30), min_size=1, max_size=4)), min_size=1, max_size=6
)


@given(RANKED, st.integers(32, 80))
def test_in_one_line_the_important_groups_come_first_and_the_lost_are_marked(
    groups: list[tuple[int, list[int]]], cells: int
) -> None:
    made: list[tuple[int, list[Line]]] = [
        (rank, [line(chr(97 + at) * length) for length in sorted(lengths, reverse=True)])
        for at, (rank, lengths) in enumerate(groups)
    ]
    shown = plain(fitted(made, cells))
    assert len(shown) <= cells
    there = [at for at in range(len(made)) if chr(97 + at) in shown]
    assert (len(there) < len(made)) == shown.endswith("…")
    if len(there) == len(made):
        return
    # The most important that is left out would not have fitted beside those that are more important.
    lost = min((at for at in range(len(made)) if at not in there), key=lambda at: (made[at][0], at))
    before = [at for at in there if (made[at][0], at) < (made[lost][0], lost)]
    needed = sum(width(made[at][1][-1]) for at in before) + 3 * len(before) + width(made[lost][1][-1])
    assert needed + (2 if len(before) + 1 < len(made) else 0) > cells


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9)), max_size=8), st.integers(1, 9))
def test_blocks_are_whole_in_their_order_and_within_the_rows(found: list[tuple[int, int]], rows: int) -> None:
    made = [Block([line(f"{at}")] * count, rank) for at, (count, rank) in enumerate(found)]
    shown = text(chosen(made, rows))
    assert len(shown) <= rows
    assert shown == sorted(shown)
    for at, (count, _) in enumerate(found):
        assert shown.count(f"{at}") in {0, count}
    if found:
        first = min(range(len(found)), key=lambda at: found[at][1])
        assert (f"{first}" in shown) == (found[first][0] <= rows)


def test_a_line_too_short_for_anything_is_cut_with_a_mark() -> None:
    assert plain(fitted([(0, [line("abcdef")])], 4)) == "abc…"


def test_facts_flow_over_lines_between_two_of_them() -> None:
    facts = [line(each) for each in ("one two", "three four", "five")]
    assert text(flow(facts, 20)) == ["one two · three four", "five"]
    assert text(flow(facts, 8)) == ["one two", "three", "four", "five"]


def detail(name: str) -> str:
    """The text with the whole screen, without line ends."""
    return " ".join(" ".join(text(detail_lines(view_of(name), NOW, 76))).split())


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("cells", [56, 76, 116])
def test_the_detail_fits(name: str, cells: int) -> None:
    assert max(width(row) for row in detail_lines(view_of(name), NOW, cells)) <= cells


def test_the_detail_says_why_a_leg_is_not_known() -> None:
    assert "agent – only the agent can tell, on its own machine" in detail("by_ngrok")
    assert "gateway ✕ ssh down here it ends IBKR – the way is broken before it" in detail("ssh_down")
    assert "to its edge – it is not connected" in detail("exposed")


def test_the_detail_says_how_the_way_is_known_and_the_line_that_makes_it() -> None:
    said = detail("ssh_down")
    assert "ssh -L by the program that listened on the port when it was last seen" in said
    assert "$ ssh -N -L 5000:localhost:5000 trader@box" in said
    assert "java 4121 on 0.0.0.0 ▲ every network of this machine" in detail("local")


def test_the_detail_tells_all_of_every_tunnel_and_every_finding() -> None:
    said = detail("exposed")
    for tunnel in (CLOUDFLARED, NGROK_AGENT):
        for told in (tunnel.public_url, tunnel.upstream, tunnel.agent, tunnel.name, tunnel.detail):
            assert not told or told in said
    assert "1,482 since the agent started" in said
    for finding in (path_states.EVERYWHERE, path_states.QUICK_TUNNEL):
        assert finding.text in said
        assert finding.fix in said
    assert "$ ufw deny in proto tcp to any port 5000" in said
    assert "none: whoever knows the address reaches the gateway" in detail("funnelled")


def test_the_detail_has_every_series_and_explains_the_strip() -> None:
    said = detail("local")
    assert "answer p50 37 ms p95 120 ms p99 120 ms" in said
    assert "of 60 samples" in said
    assert scale_words() in said


def test_a_tunnel_that_leads_elsewhere_is_told_of_in_the_detail_only() -> None:
    state = states.ready()
    other = replace(CLOUDFLARED, leads_here=False, findings=())
    way = Stamped(Way(PathKind.LOCAL, ToldBy.ADDRESS, unknown="Who listens can't be told."), ago(9))
    view = path_of(replace(state, path=replace(state.path, tunnels=(other,), way=way)))
    assert "cloudflared" not in " ".join(text(path_lines(view, NOW, 78, Density.FULL)))
    said = " ".join(" ".join(text(detail_lines(view, NOW, 76))).split())
    assert "does not lead to this gateway" in said
    assert "not known Who listens can't be told." in said


def pane(app: CpwatchApp) -> PathPane:
    """The app's pane."""
    return app.screen.query_one(PathPane)


def push(app: CpwatchApp, state: MonitorState) -> None:
    """The source has that state now."""
    source_of(app).push(state)


async def test_the_pane_grows_with_what_it_has_to_say_and_tells_what_has_no_room() -> None:
    app = app_of(path_states.local())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert pane(app).size.height == 5
        assert pane(app).border_title == "Path"
        push(app, path_states.exposed())
        await settled(pilot)
        assert pane(app).size.height == 7
        assert pane(app).border_title == "Path  2 more: z"
        assert "▲ 2 findings" in screen_text(app)
        await pilot.resize_terminal(120, 30)
        await settled(pilot)
        assert pane(app).size.height == 5
        assert pane(app).border_title == "Path  4 more: z"
        assert "▲ 2 findings" in screen_text(app)
        await pilot.press("1", "z")
        await settled(pilot)
        assert pane(app).border_title == "Path"
        assert "Tunnels on this machine" in screen_text(app)
        await pilot.press("z")
        await settled(pilot)
        assert "Tunnels on this machine" not in screen_text(app)


async def test_stacked_and_zoomed_it_shows_the_detail_and_scrolls() -> None:
    app = app_of(path_states.exposed())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert "loss 0 %" in screen_text(app).splitlines()[1]
        await pilot.press("1", "z")
        await settled(pilot)
        assert "Legs, there and back" in screen_text(app)
        assert "What is open" not in screen_text(app)
        await pilot.press("G")
        await settled(pilot)
        assert "Make it a named tunnel" in screen_text(app)


async def test_a_click_on_the_findings_key_opens_the_exposure() -> None:
    app = app_of(path_states.local())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        rows = screen_text(app).splitlines()
        y = next(at for at, row in enumerate(rows) if "1 finding" in row)
        await pilot.click(offset=(rows[y].index("(x)") + 1, y))
        await settled(pilot)
        assert isinstance(app.screen, ExposureScreen)


async def test_u_copies_the_public_address_and_asks_where_there_are_several() -> None:
    app = app_of(path_states.funnelled())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        assert "u Public address" in screen_text(app)
        await pilot.press("u")
        await settled(pilot)
        assert app.clipboard == path_states.FUNNEL
        push(app, path_states.exposed())
        await settled(pilot)
        await pilot.press("u")
        await settled(pilot)
        assert "Copy what?" in screen_text(app)
        await pilot.press("2")
        await settled(pilot)
        assert app.clipboard == path_states.NGROK


async def test_without_a_public_address_nothing_is_offered_and_u_says_so() -> None:
    app = app_of(states.ready())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        footer = screen_text(app).splitlines()[-1]
        assert "Public address" not in footer
        assert "Exposure" not in footer
        await pilot.press("u")
        await settled(pilot)
        assert app.clipboard == ""
        assert "No public address of this gateway is known." in screen_text(app)
        assert isinstance(app.screen, MonitorScreen)


async def test_in_ascii_everything_is_ascii() -> None:
    app = CpwatchApp(source_of(app_of(path_states.exposed())), encoding="ascii")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert screen_text(app).isascii()
        await pilot.press("1", "z")
        await settled(pilot)
        assert screen_text(app).isascii()


def test_the_verdict_alone_moves_the_mark() -> None:
    path = path_states.by_ssh().path
    pace = states.ready().pace
    down = path_lines(PathView(path, VerdictName.TUNNEL_DOWN, pace), NOW, 78, Density.COMPACT)
    well = path_lines(PathView(path, VerdictName.READY, pace), NOW, 78, Density.COMPACT)
    assert "✕ ssh down" in plain(down[0])
    assert "✕" not in plain(well[0])
