"""The pieces of the Path pane: the chain with its broken hop, the way, the tunnels, the gauge, findings and costs."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support import path_states, states
from tests.support.parts import NOW, ago
from tests.support.path_states import CLOUDFLARED, FORWARD, NGROK_AGENT, PATH_STATES, STEADY, gauges
from tests.support.slices import path_of
from tui.domain.address import PathKind, parse_address
from tui.domain.exposure import Exposure, Openness, Probe
from tui.domain.latency import Gauges, Height, Ring, Sample, stats
from tui.domain.path import Plan
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState, Pace
from tui.domain.tunnel import Tunnel
from tui.domain.verdict_name import VerdictName
from tui.domain.way import Forward, Owner, ToldBy, Way
from tui.ui.gauge_words import gauge_variants, loss, strip_line
from tui.ui.keymap import Keymap
from tui.ui.line import Line, Tone, joined, plain, width
from tui.ui.path_words import (
    DOT,
    PathView,
    broken_words,
    chain,
    chain_lines,
    chains,
    exposed_variants,
    findings_variants,
    metered_variants,
    old_legs,
    tunnel_variants,
    way_facts,
)


def judged(state: MonitorState, verdict: VerdictName) -> PathView:
    """The slice under that verdict."""
    return PathView(state.path, verdict, state.pace)


def facts(view: PathView) -> str:
    """The way's facts in a line."""
    return plain(joined(way_facts(view, NOW), DOT))


def by_way(way: Way, url: str = "https://localhost:5000", seconds_ago: float = 20.0) -> PathView:
    """The slice of a way to that address."""
    return path_of(path_states.with_way(states.ready(), url, way, seconds_ago))


@pytest.mark.parametrize(
    ("state", "verdict", "expected"),
    [
        (states.ready, VerdictName.READY, "this machine ──0.4 ms── gateway ──37 ms── IBKR"),
        (states.starting, VerdictName.UNKNOWN, "this machine ──–── gateway ──–── IBKR"),
        (states.gateway_down, VerdictName.GATEWAY_DOWN, "this machine ──✕ down── gateway ──–── IBKR"),
        (states.denied, VerdictName.DENIED, "this machine ──✕ denied── gateway ──–── IBKR"),
        (states.backend_hung, VerdictName.BACKEND_HUNG, "this machine ──0.4 ms── gateway ──✕ silent── IBKR"),
        (path_states.by_ssh, VerdictName.READY, "this machine ──19 ms── gateway ──18 ms── IBKR"),
        (path_states.ssh_down, VerdictName.TUNNEL_DOWN, "this machine ──✕ ssh down── gateway ──–── IBKR"),
        (
            path_states.behind_ssh_down,
            VerdictName.GATEWAY_DOWN,
            "this machine ──✕ down behind ssh── gateway ──–── IBKR",
        ),
        (path_states.lan_unreachable, VerdictName.UNREACHABLE, "this machine ──✕ unreachable── gateway ──–── IBKR"),
        (
            path_states.ngrok_offline,
            VerdictName.TUNNEL_DOWN,
            "here ─12 ms─ edge ─✕ offline─ agent ─–─ gateway ─–─ IBKR",
        ),
        (
            path_states.cloudflare_1033,
            VerdictName.TUNNEL_DOWN,
            "here ─12 ms─ edge ─✕ offline─ agent ─–─ gateway ─–─ IBKR",
        ),
        (
            path_states.cloudflare_502,
            VerdictName.GATEWAY_DOWN,
            "here ─12 ms─ edge ─12 ms─ agent ─✕ down─ gateway ─–─ IBKR",
        ),
        (
            path_states.access_denied,
            VerdictName.TUNNEL_DENIED,
            "here ──✕ refused── edge ──–── agent ──–── gateway ──–── IBKR",
        ),
    ],
)
def test_the_chain_shows_each_leg_and_says_where_it_is_broken(
    state: Callable[[], MonitorState], verdict: VerdictName, expected: str
) -> None:
    assert plain(chain(judged(state(), verdict), NOW, 60)) == expected


@pytest.mark.parametrize("kind", PathKind)
@pytest.mark.parametrize("verdict", VerdictName)
def test_every_verdict_has_its_word_at_its_hop(kind: PathKind, verdict: VerdictName) -> None:
    view = judged(path_states.with_way(states.ready(), "https://gw.example.net", Way(kind, ToldBy.SETTINGS)), verdict)
    said = plain(chains(view, NOW)[0])
    crossed = f"✕ {broken_words(view.path, verdict)}"
    assert ("✕" in said) == (crossed in said)
    # A word of its own for each of them: the last resort is never needed.
    assert "broken" not in said


@pytest.mark.parametrize("name", PATH_STATES)
@pytest.mark.parametrize("cells", [34, 40, 48, 51, 68, 100])
def test_a_chain_fits_and_keeps_the_broken_hop(name: str, cells: int) -> None:
    view = path_of(PATH_STATES[name]())
    whole = plain(chains(view, NOW)[0])
    for rows in ([chain(view, NOW, cells)], chain_lines(view, NOW, cells)):
        said = " ".join(plain(row) for row in rows)
        assert said.startswith(("this machine ", "here "))
        assert said.endswith(" IBKR")
        assert ("✕" in whole) == ("✕" in said)
        assert max(width(row) for row in rows) <= max(cells, 49)
        if "…" not in said:
            assert [word for word in ("edge", "agent", "gateway") if word in said] == [
                word for word in ("edge", "agent", "gateway") if word in whole
            ]


def test_a_long_chain_takes_two_lines_broken_between_hops() -> None:
    rows = chain_lines(path_of(path_states.by_cloudflare()), NOW, 51)
    assert [plain(row) for row in rows] == [
        "here ──12 ms── edge ──12 ms── agent",
        "    ──0.9 ms── gateway ──56 ms── IBKR",
    ]


def test_where_one_short_line_is_all_hops_are_left_out_and_that_is_marked() -> None:
    view = judged(path_states.ngrok_offline(), VerdictName.TUNNEL_DOWN)
    assert plain(chain(view, NOW, 45)) == "here ─12 ms─ edge ─✕ offline─ agent … ─–─ IBKR"
    assert plain(chain(path_of(path_states.by_ngrok()), NOW, 45)) == "here ─12 ms─ edge … ─37 ms─ IBKR"


def test_an_old_leg_looks_old_and_says_its_age() -> None:
    state = states.ready()
    view = path_of(replace(state, path=replace(state.path, first_byte=Stamped(0.0374, ago(3700)))))
    (old,) = [part for part in chain(view, NOW, 60) if "37 ms" in part.text]
    assert old.tone is Tone.STALE
    assert plain(old_legs(view, NOW)) == "IBKR 13:01:42 · 1 h old"
    assert old_legs(path_of(states.ready()), NOW) == ()


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (Way(PathKind.LOCAL, ToldBy.OWNER, Owner("java", 4121, ("127.0.0.1",))), "local · java 4121"),
        (
            Way(PathKind.LOCAL, ToldBy.OWNER, Owner("java", 4121, ("0.0.0.0",))),
            "local · java 4121 · listens on 0.0.0.0 ▲",
        ),
        (Way(PathKind.LOCAL, ToldBy.OWNER, Owner(None, None, ("::",))), "local · a program that is not known · "),
        (Way(PathKind.LOCAL, ToldBy.OWNER, Owner(None, 17)), "local · process 17"),
        (Way(PathKind.LOCAL, ToldBy.ADDRESS), "local · https://localhost:5000"),
        (Way(PathKind.SSH, ToldBy.OWNER, Owner("ssh", 812), FORWARD), "ssh -L · ssh 812 → trader@box:5000"),
        (
            Way(PathKind.SSH, ToldBy.OWNER, Owner("ssh", 812), Forward("box", 5000, "db", 5001)),
            "ssh -L · ssh 812 → box → db:5001",
        ),
        (
            Way(PathKind.SSH, ToldBy.REMEMBERED, forward=FORWARD),
            "ssh -L · ssh → trader@box:5000 · as last seen",
        ),
        (Way(PathKind.SSH, ToldBy.SETTINGS, Owner("ssh", 812)), "ssh -L · ssh 812 · by the settings"),
    ],
)
def test_the_way_is_named_with_how_it_is_known_where_that_is_not_sure(way: Way, expected: str) -> None:
    said = facts(by_way(way))
    assert said.startswith(expected)
    assert ("listens on ::" in said) == (way.owner is not None and way.owner.binds == ("::",))


@pytest.mark.parametrize(
    ("way", "url", "expected"),
    [
        (
            Way(PathKind.LAN, ToldBy.ROUTE, interface="eth0"),
            "https://192.168.1.20:5000",
            "lan · eth0 · https://192.168.1.20:5000",
        ),
        (Way(PathKind.NGROK, ToldBy.ADDRESS), "https://a.ngrok.app", "ngrok · https://a.ngrok.app"),
        (
            Way(PathKind.CLOUDFLARE, ToldBy.ANSWER),
            "https://gw.example.net",
            "Cloudflare Tunnel · by its answers · https://gw.example.net",
        ),
        (
            Way(PathKind.WIREGUARD, ToldBy.ROUTE, interface="wg0"),
            "https://10.8.0.1:5000",
            "VPN · wg0 · https://10.8.0.1:5000",
        ),
    ],
)
def test_a_way_elsewhere_has_its_interface_and_its_address(way: Way, url: str, expected: str) -> None:
    assert facts(by_way(way, url)) == expected


def test_a_way_that_was_not_looked_at_lately_says_so() -> None:
    assert facts(by_way(Way(PathKind.LOCAL, ToldBy.ADDRESS), seconds_ago=132)).endswith("5000")
    assert facts(by_way(Way(PathKind.LOCAL, ToldBy.ADDRESS), seconds_ago=133)).endswith("14:01:09 · 2 min old")


@pytest.mark.parametrize(
    ("tunnel", "first", "last"),
    [
        (
            CLOUDFLARED,
            f"cloudflared ● 4 connections fra03  12 ms  {path_states.QUICK}",
            "cloudflared ●",
        ),
        (NGROK_AGENT, f"ngrok ▲ not connected: reconnecting  {path_states.NGROK}", "ngrok ▲ not connected"),
        (replace(CLOUDFLARED, detail="", edge=None, public_url=None), "cloudflared ● connected", "cloudflared ●"),
        (
            replace(CLOUDFLARED, up=None, detail="", edge=None, public_url=None),
            "cloudflared – not known whether it is up",
            "cloudflared –",
        ),
        (
            replace(CLOUDFLARED, kind=PathKind.WIREGUARD, name="wg0", detail="last handshake 40 s ago", edge=None),
            f"wg0 ● last handshake 40 s ago  {path_states.QUICK}",
            "wg0 ●",
        ),
    ],
)
def test_a_tunnel_in_ever_fewer_words(tunnel: Tunnel, first: str, last: str) -> None:
    variants = [plain(each) for each in tunnel_variants(tunnel)]
    assert (variants[0], variants[-1]) == (first, last)
    assert variants == sorted(variants, key=len, reverse=True)


def test_findings_are_counted_and_named_as_there_is_room_with_the_key_in_force() -> None:
    view = path_of(path_states.funnelled())
    assert [plain(each) for each in findings_variants(view)] == [
        "▲ 2 findings: funnel on, listens everywhere (x)",
        "▲ 2 findings: funnel on, … (x)",
        "▲ 2 findings (x)",
        "▲ 2 (x)",
    ]
    assert plain(findings_variants(view, Keymap({"exposure": ("f9",)}))[2]) == "▲ 2 findings (F9)"
    assert findings_variants(view)[0][0].tone is Tone.ALARM
    assert findings_variants(path_of(states.ready())) == []


@pytest.mark.parametrize(
    ("openness", "said"),
    [
        (Openness.TRADABLE, "▲ anyone on the internet can use this session (x)"),
        (Openness.OPEN, "▲ the gateway is open to the internet (x)"),
        (Openness.PROTECTED, None),
        (Openness.CLOSED, None),
        (Openness.UNCLEAR, None),
    ],
)
def test_what_a_look_showed_is_said_where_it_is_grave(openness: Openness, said: str | None) -> None:
    state = path_states.exposed()
    exposure = Exposure(ago(9), ago(8), (Probe("https://a", Openness.CLOSED, ""), Probe("https://b", openness, "200")))
    view = path_of(replace(state, path=replace(state.path, exposure=exposure)))
    assert [plain(each) for each in exposed_variants(view)[:1]] == ([] if said is None else [said])


def test_what_a_metered_way_costs() -> None:
    view = path_of(path_states.by_ngrok())
    told = [plain(each) for each in metered_variants(replace(view, monthly=8640))]
    assert told[0] == "metered: 8,640 of 20,000 requests a month at this pace; r asks once"
    assert told == sorted(told, key=len, reverse=True)
    assert metered_variants(view) == []
    over = metered_variants(replace(view, monthly=51_840))
    assert plain(over[-1]) == "▲ metered: 51,840 of 20,000 a month"
    unknown = replace(view, path=replace(view.path, plan=Plan(metered=True)), monthly=8640)
    assert plain(metered_variants(unknown)[-1]) == "metered: 8,640 a month"
    assert metered_variants(replace(path_of(states.ready()), monthly=5)) == []


def test_the_gauge_has_its_units_in_any_width() -> None:
    told = [plain(each) for each in gauge_variants(gauges(37, 38, 36, 1.5), Pace(), NOW)]
    assert told[0] == "answer p50 36 ms  p95 38 ms  jitter 2.1 ms  loss 0 %"
    assert told[1] == "answer p50 36 p95 38 jitter 2.1 ms  loss 0 %"
    assert told[-1] == "answer p50 36 ms  loss 0 %"
    slow = [plain(each) for each in gauge_variants(gauges(1200, 800, 900), Pace(), NOW)]
    assert "p50 0.9 p95 1.2 jitter" in slow[1]
    assert slow[1].endswith(" s  loss 0 %")
    assert gauge_variants(Gauges(), Pace(), NOW) == []


def test_a_high_latency_is_a_word_and_not_only_a_colour() -> None:
    high = replace(STEADY, own=STEADY.answer, height=Height(0.03, high=True))
    assert plain(gauge_variants(high, Pace(), NOW)[0]).startswith("gateway ▲ high  p50")
    assert "high" not in plain(gauge_variants(STEADY, Pace(), NOW)[0])


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        ((37,) * 300, "loss 0 %"),
        ((None, *(37,) * 299), "loss <1 %"),
        ((None, 37), "loss 50 %"),
        ((None,), "loss 100 %"),
    ],
)
def test_the_loss_is_never_rounded_to_none(samples: tuple[float | None, ...], said: str) -> None:
    assert plain(gauge_variants(gauges(*samples), Pace(), NOW)[-1]).endswith(said)
    assert plain(loss(stats(gauges(*samples).answer))) == said


def test_an_old_gauge_says_its_age() -> None:
    told = plain(gauge_variants(gauges(37, 38, fresh=3700), Pace(), NOW)[0])
    assert told.endswith("13:01:42 · 1 h old")


def test_the_judged_series_gives_way_while_it_has_no_sample() -> None:
    own = Gauges(own=Ring((Sample(ago(3), 0.0004), Sample(ago(2), 0.0005)), begun=True))
    assert plain(gauge_variants(own, Pace(), NOW)[0]).startswith("gateway p50 0.4 ms  p95 0.5 ms")


@pytest.mark.parametrize(("cells", "span"), [(51, "3 min"), (30, "1 min"), (100, "5 min")])
def test_the_strip_has_its_span(cells: int, span: str) -> None:
    shown = plain(strip_line(STEADY, Pace(), cells))
    assert shown.endswith(f"  {span}")
    assert len(shown) <= cells
    assert strip_line(Gauges(), Pace(), cells) == ()


def test_over_a_metered_way_a_cell_is_as_long_as_the_pause() -> None:
    ring = Ring(tuple(Sample(ago(300.0 * n), 0.04) for n in reversed(range(3))), begun=True)
    shown = plain(strip_line(Gauges(answer=ring), Pace(auth=300.0), 51))
    assert shown == "▃▃▃  15 min"


def test_an_address_without_its_schemes_own_port() -> None:
    path = replace(states.ready().path, address=parse_address("https://a.ngrok.app:443"))
    assert facts(PathView(path, VerdictName.READY, Pace())) == "ngrok · https://a.ngrok.app"


def all_lines(view: PathView) -> list[Line]:
    """Every variant that there is."""
    return [*findings_variants(view), *exposed_variants(view), *way_facts(view, NOW)]


@pytest.mark.parametrize("name", PATH_STATES)
def test_no_piece_is_empty(name: str) -> None:
    assert all(plain(each).strip() for each in all_lines(path_of(PATH_STATES[name]())))


def test_the_loss_is_that_of_the_answers_whatever_series_the_times_are_of() -> None:
    lossy = replace(gauges(*(None, 37) * 5), own=gauges(*(2,) * 10).answer)
    assert plain(gauge_variants(lossy, Pace(), NOW)[0]) == "gateway p50 2.0 ms  p95 2.0 ms  jitter 0.0 ms  loss 50 %"
