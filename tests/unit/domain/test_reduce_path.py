"""What the state knows of the way after each event, and what the journal says of it."""

from dataclasses import replace

import pytest

from tests.support.happenings import GW, at, auth, folded, said
from tests.support.states import GOOD, ready
from tests.support.ways import CLOUDFLARED, FUNNEL, LOCAL, NGROK, SERVED, SSH, SSH_GONE
from tui.domain.address import PathKind, parse_address
from tui.domain.events import ExposureAsked, ExposureSeen, PathSeen, Probed
from tui.domain.exposure import Openness, Probe
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import PathState, Timing
from tui.domain.stamped import Stamped
from tui.domain.tunnel import Tunnel
from tui.domain.way import ToldBy, Way


def seen(way: Way, *tunnels: Tunnel, seconds: float = 1.0) -> PathSeen:
    return PathSeen(GW, at(seconds), way, tunnels)


def test_a_probe_times_the_gateways_own_answer() -> None:
    answer = auth(GOOD, 1, Timing(first_byte=0.04, forwarded=True))
    path = folded(answer, Probed(GW, at(2), Timing(first_byte=0.002))).path
    assert path.own == Stamped(0.002, at(2))
    assert (path.first_byte, path.forwarded) == (Stamped(0.04, at(1)), True)  # what a real question told stays


def test_a_probe_that_failed_times_nothing() -> None:
    failure = Failure(FailureKind.NOT_A_GATEWAY, "200")
    assert folded(Probed(GW, at(1), Timing(first_byte=0.002), failure)).path.own is None


def test_a_forwarded_answer_is_not_the_gateways_own_and_carries_ibkrs_part() -> None:
    path = folded(auth(GOOD, 1, Timing(first_byte=0.04, forwarded=True, ibkr=0.017))).path
    assert (path.own, path.forwarded) == (None, True)
    assert path.ibkr == Stamped(0.017, at(1))


def test_times_taken_while_we_were_busy_count_for_nothing() -> None:
    good, busy = Timing(first_byte=0.04, forwarded=True), Timing(connect=0.9, first_byte=0.9, lagged=True)
    path = folded(auth(GOOD, 1, good), auth(GOOD, 6, busy)).path
    assert (path.first_byte, path.connect) == (Stamped(0.04, at(1)), None)
    assert folded(auth(GOOD, 1, busy)).path.first_byte is not None  # better than nothing at all


def test_the_way_is_kept_with_its_time_and_told_where_it_is_not_this_machine() -> None:
    assert said(folded(seen(LOCAL))) == []
    state = folded(seen(SSH), seen(LOCAL, seconds=61), seen(LOCAL, seconds=121))
    assert said(state) == [
        "the gateway is reached by ssh -L",
        "the gateway is reached by this machine now, and was by ssh -L",
    ]
    assert state.path.way == Stamped(LOCAL, at(121))
    assert state.path.kind is PathKind.LOCAL


def test_the_kind_is_the_addresss_until_the_way_was_looked_at() -> None:
    assert PathState(parse_address("https://x.ngrok-free.app")).kind is PathKind.NGROK
    assert folded(seen(SSH_GONE)).path.kind is PathKind.SSH


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (NGROK, replace(NGROK, up=False, down_because="reconnecting"), "ngrok ibkr is not connected any more: rec"),
        (replace(NGROK, up=False), NGROK, "ngrok ibkr is connected again"),
        (NGROK, replace(NGROK, public_url="https://b.ngrok-free.app"), "ngrok ibkr has another public address: https"),
        (NGROK, None, "ngrok ibkr: its agent is gone"),
        (None, CLOUDFLARED, "Cloudflare Tunnel gw.example.com has come up at https://gw.example.com"),
        (SERVED, replace(SERVED, findings=(FUNNEL,)), FUNNEL.text),
    ],
)
def test_what_changes_about_a_tunnel_is_told_once(before: Tunnel | None, after: Tunnel | None, line: str) -> None:
    first = seen(LOCAL, *filter(None, [before]))
    state = folded(first, seen(LOCAL, *filter(None, [after]), seconds=61))
    assert len(said(state)) == 1
    assert said(state)[0].startswith(line)
    assert said(folded(seen(LOCAL, *filter(None, [after]), seconds=121), state=state)) == said(state)


def test_tunnels_that_were_there_from_the_start_are_no_news() -> None:
    assert said(folded(seen(LOCAL, NGROK, CLOUDFLARED))) == []


def test_the_look_at_the_public_addresses_is_under_way_and_then_told() -> None:
    asked = folded(ExposureAsked(GW, at(1)), state=replace(ready(), gateway=GW, journal=()))
    assert asked.path.exposure is not None
    assert asked.path.exposure.at is None
    probe = Probe("https://gw.example.com", Openness.OPEN, "401 with an empty body")
    done = folded(ExposureSeen(GW, at(2), (probe,)), state=asked)
    assert done.path.exposure is not None
    assert (done.path.exposure.asked_at, done.path.exposure.at) == (at(1), at(2))
    assert said(done)[-1] == "https://gw.example.com: open to the internet (401 with an empty body)"


def test_a_name_of_the_users_own_is_told_by_the_marks_on_an_answer() -> None:
    """And stays told, though a look at this machine finds nothing that would say so."""
    remote = replace(ready(), gateway=GW, path=PathState(parse_address("https://gw.example.com")))
    marked = Timing(first_byte=0.2, forwarded=True, via=PathKind.CLOUDFLARE)
    state = folded(auth(GOOD, 1, marked), state=remote)
    assert state.path.kind is PathKind.CLOUDFLARE
    state = folded(seen(Way(PathKind.REMOTE, ToldBy.ADDRESS), seconds=2), state=state)
    assert state.path.way is not None
    assert (state.path.kind, state.path.way.value.told_by) == (PathKind.CLOUDFLARE, ToldBy.ANSWER)
    assert folded(auth(GOOD, 1, marked)).path.kind is PathKind.LOCAL  # IBKR's own servers could bear them too


def test_an_answer_without_cloudflares_mark_did_not_come_through_it() -> None:
    """Where the name leads elsewhere now, or only one page came from there; ngrok marks nothing but its errors."""
    remote = replace(ready(), gateway=GW, path=PathState(parse_address("https://gw.example.com")))
    for via, kind in ((PathKind.CLOUDFLARE, PathKind.REMOTE), (PathKind.NGROK, PathKind.NGROK)):
        failed = auth(Failure(FailureKind.TUNNEL_DOWN, "530", 530, tunnel=via), 1, Timing(via=via))
        state = folded(failed, state=remote)
        assert state.path.kind is via
        refused = auth(Failure(FailureKind.REFUSED, "refused"), 2, Timing())
        assert folded(failed, refused, state=remote).path.kind is via
        state = folded(auth(GOOD, 3, Timing(first_byte=0.2, forwarded=True)), state=state)
        assert state.path.kind is kind


def test_a_tunnels_own_answer_times_nothing_and_counts_as_lost() -> None:
    failure = Failure(FailureKind.NOTHING_BEHIND, "502", 502, tunnel=PathKind.CLOUDFLARE)
    path = folded(auth(failure, 1, Timing(first_byte=0.1, via=PathKind.CLOUDFLARE))).path
    assert (path.own, path.first_byte) == (None, None)
    assert [sample.seconds for sample in path.gauges.answer.samples] == [None]
