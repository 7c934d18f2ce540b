"""The legs: what each takes as far as it can be told, why not where it can't, and where the way is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.states import NOW, ago
from tui.domain.address import Address, PathKind, parse_address
from tui.domain.legs import Leg, LegName, broken_leg, legs
from tui.domain.path import PathState
from tui.domain.stamped import Stamped
from tui.domain.tunnel import Tunnel
from tui.domain.verdict_name import VerdictName
from tui.domain.way import ToldBy, Way

L, V, P = LegName, VerdictName, PathKind
HERE = Address("https", "localhost", 5000)
NGROK = parse_address("https://quiet.ngrok-free.app")
OLD, NEW = ago(2), NOW


def took(found: tuple[Leg, ...]) -> list[tuple[LegName, float | None]]:
    """Names and times, rounded to a microsecond."""
    return [(leg.name, round(leg.took.value, 6) if leg.took else None) for leg in found]


def way(kind: PathKind, tunnel: Tunnel | None = None) -> Stamped[Way]:
    return Stamped(Way(kind, ToldBy.SETTINGS, tunnel=tunnel), OLD)


def test_the_legs_are_told_apart_only_where_they_can_be() -> None:
    connect, answer = Stamped(0.0004, OLD), Stamped(0.0374, NEW)
    assert took(legs(PathState(HERE), V.READY)) == [(L.GATEWAY, None), (L.IBKR, None)]
    assert took(legs(PathState(HERE, connect), V.READY)) == [(L.GATEWAY, 0.0004), (L.IBKR, None)]
    assert took(legs(PathState(HERE, connect, answer, forwarded=True), V.READY)) == [
        (L.GATEWAY, 0.0004),
        (L.IBKR, 0.037),
    ]
    assert took(legs(PathState(HERE, connect, answer, forwarded=False), V.READY)) == [
        (L.GATEWAY, 0.0004),
        (L.IBKR, None),
    ]
    assert took(legs(PathState(HERE, None, answer, forwarded=True), V.READY)) == [(L.GATEWAY, None), (L.IBKR, None)]
    # Faster than the way there: no leg.
    swift = legs(PathState(HERE, answer, connect, forwarded=True), V.READY)
    assert took(swift) == [(L.GATEWAY, 0.0374), (L.IBKR, None)]
    assert swift[1].reason


def test_an_answer_of_the_gateways_own_is_the_better_measure_of_the_way_to_ibkr() -> None:
    path = PathState(HERE, Stamped(0.0004, OLD), Stamped(0.040, NEW), forwarded=True, own=Stamped(0.003, OLD))
    gateway, ibkr = legs(path, V.READY)
    assert gateway.took == Stamped(0.0004, OLD)
    assert ibkr.took is not None
    assert ibkr.took.value == pytest.approx(0.037)
    assert ibkr.took.at == NEW


@pytest.mark.parametrize("kind", [P.SSH, P.FRP])
def test_through_a_program_on_this_machine_connecting_tells_nothing(kind: PathKind) -> None:
    path = PathState(HERE, Stamped(0.0001, OLD), Stamped(0.090, NEW), forwarded=True, way=way(kind))
    assert took(legs(path, V.READY)) == [(L.GATEWAY, None), (L.IBKR, None)]
    path = PathState(
        HERE, Stamped(0.0001, OLD), Stamped(0.090, NEW), forwarded=True, own=Stamped(0.05, OLD), way=way(kind)
    )
    assert took(legs(path, V.READY)) == [(L.GATEWAY, 0.05), (L.IBKR, 0.04)]


def test_through_an_edge_there_are_four_legs() -> None:
    path = PathState(NGROK, Stamped(0.02, OLD), Stamped(0.2, NEW), forwarded=True)
    found = legs(path, V.READY)
    assert took(found) == [(L.EDGE, 0.02), (L.AGENT, None), (L.GATEWAY, None), (L.IBKR, None)]
    assert "agent" in found[1].reason
    path = PathState(NGROK, Stamped(0.02, OLD), Stamped(0.2, NEW), forwarded=True, own=Stamped(0.12, OLD))
    assert took(legs(path, V.READY)) == [(L.EDGE, 0.02), (L.AGENT, None), (L.GATEWAY, 0.1), (L.IBKR, 0.08)]
    tunnel = Tunnel(P.NGROK, "gw", up=True, edge=0.03)
    path = PathState(
        NGROK, Stamped(0.02, OLD), Stamped(0.2, NEW), forwarded=True, own=Stamped(0.12, OLD), way=way(P.NGROK, tunnel)
    )
    assert took(legs(path, V.READY)) == [(L.EDGE, 0.02), (L.AGENT, 0.03), (L.GATEWAY, 0.07), (L.IBKR, 0.08)]


def test_an_agent_that_does_not_measure_says_why() -> None:
    tunnel = Tunnel(P.CLOUDFLARE, "gw", up=True, edge_reason="http2 tells no round trip")
    agent = legs(PathState(NGROK, way=way(P.CLOUDFLARE, tunnel)), V.READY)[1]
    assert agent == Leg(L.AGENT, None, "http2 tells no round trip")


@pytest.mark.parametrize(
    ("verdict", "edge", "direct"),
    [
        (V.TUNNEL_DOWN, L.AGENT, L.GATEWAY),
        (V.TUNNEL_DENIED, L.EDGE, L.GATEWAY),
        (V.UNREACHABLE, L.EDGE, L.GATEWAY),
        (V.GATEWAY_DOWN, L.GATEWAY, L.GATEWAY),
        (V.WRONG_SCHEME, L.GATEWAY, L.GATEWAY),
        (V.DENIED, L.GATEWAY, L.GATEWAY),
        (V.BACKEND_HUNG, L.IBKR, L.IBKR),
        (V.BACKEND_DOWN, L.IBKR, L.IBKR),
        (V.EDGE_DENIED, L.IBKR, L.IBKR),
        (V.LOGIN_REQUIRED, None, None),
        (V.RATE_LIMITED, None, None),
        (V.UNKNOWN, None, None),
        (V.READY, None, None),
    ],
)
def test_where_the_way_is_broken(verdict: VerdictName, edge: LegName | None, direct: LegName | None) -> None:
    for kind in P:
        path = PathState(parse_address("https://gw.example.com"), way=way(kind))
        assert broken_leg(path, verdict) is (edge if kind.by_edge else direct)


def test_what_lies_behind_the_break_is_not_known_whatever_was_measured_before() -> None:
    path = PathState(NGROK, Stamped(0.02, OLD), Stamped(0.2, NEW), forwarded=True, own=Stamped(0.12, OLD))
    edge, agent, gateway, ibkr = legs(path, V.TUNNEL_DOWN)
    assert edge.took == Stamped(0.02, OLD)
    assert (agent.took, agent.broken) == (None, True)
    assert all(leg.took is None and leg.reason and not leg.broken for leg in (gateway, ibkr))


seconds = st.none() | st.floats(0, 10).map(lambda value: Stamped(value, NEW))


@given(
    seconds,
    seconds,
    seconds,
    st.booleans(),
    st.sampled_from(list(P)),
    st.none() | st.floats(0, 10),
    st.sampled_from(list(V)),
    st.sampled_from([HERE, parse_address("https://gw.example.com")]),
)
def test_every_leg_has_a_time_or_a_reason_and_one_at_most_is_broken(
    connect: Stamped[float] | None,
    answer: Stamped[float] | None,
    own: Stamped[float] | None,
    forwarded: bool,
    kind: PathKind,
    edge: float | None,
    verdict: VerdictName,
    address: Address,
) -> None:
    tunnel = Tunnel(kind, "x", edge=edge)
    path = PathState(address, connect, answer, forwarded=forwarded, own=own, way=way(kind, tunnel))
    found = legs(path, verdict)
    assert [leg.name for leg in found] == [leg for leg in L if path.by_edge or leg in {L.GATEWAY, L.IBKR}]
    assert all((leg.took is None) is bool(leg.reason) for leg in found)
    assert all(leg.took.value >= 0 for leg in found if leg.took)
    assert [leg.name for leg in found if leg.broken] == [each for each in [broken_leg(path, verdict)] if each]
    known = sum(leg.took.value for leg in found if leg.took and leg.name is not L.IBKR)
    if own and path.by_edge and found[2].took:
        assert known == pytest.approx(own.value)
