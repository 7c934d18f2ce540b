"""What the figures say: a gap in the keep-alive, slow answers, another public address, a login that ends."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.support.alerting import ALL, Night, at, quiet_state
from tui.clock import Moment
from tui.config.alert_settings import AlertRule, AlertSettings
from tui.domain.address import PathKind, parse_address
from tui.domain.latency import Gauges, Ring, Sample
from tui.domain.login import Login
from tui.domain.path import PathState
from tui.domain.session import KeepAlive, Slot
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.tunnel import Tunnel
from tui.domain.verdict_name import VerdictName
from tui.watch.alerts.alert import Severity
from tui.watch.alerts.conditions import limits_of, plain, slowest

V = VerdictName
NOON = at(datetime(2026, 11, 18, 17, 0, tzinfo=UTC))


def with_slots(state: MonitorState, *slots: Slot, enabled: bool = True) -> MonitorState:
    return replace(state, session=replace(state.session, keep_alive=KeepAlive(enabled, slots)))


def with_answers(state: MonitorState, answers: Iterable[tuple[Moment, float | None]]) -> MonitorState:
    """The state with those answers of the gateway's own; each its moment and its seconds."""
    ring = Ring(tuple(Sample(moment, took) for moment, took in answers), begun=True)
    return replace(state, path=replace(state.path, gauges=Gauges(own=ring)))


def with_tunnels(state: MonitorState, *urls: str | None, leads_here: bool = True) -> MonitorState:
    tunnels = tuple(
        Tunnel(PathKind.CLOUDFLARE, f"t{n}", True, url, leads_here=leads_here) for n, url in enumerate(urls)
    )
    return replace(state, path=replace(state.path, tunnels=tunnels))


def test_a_keep_alive_with_a_gap_is_told_and_that_it_is_answered_again() -> None:
    found = Night(NOON, ALL)
    found.state = with_slots(found.state, Slot(NOON, NOON), Slot(NOON.plus(60)))
    found.lasts(V.READY, 194)
    assert found.told == []
    found.lasts(V.READY, 10)
    assert found.words == ["keep_alive began"]
    assert "ago" in found.told[0].figures["last_tickle"]
    found.lasts(V.READY, 200)
    found.state = with_slots(found.state, Slot(found.at, found.at))
    found.lasts(V.READY, 29)
    assert found.words == ["keep_alive began"]
    assert found.lasts(V.READY, 5).words == ["keep_alive began", "keep_alive ended"]
    assert found.told[0].id == found.told[1].id


def test_a_gap_that_an_outage_explains_is_not_told_beside_it() -> None:
    found = Night(NOON, ALL)
    found.state = with_slots(found.state, Slot(NOON, NOON))
    found.lasts(V.GATEWAY_DOWN, 900)
    assert found.words == ["down began"]


def test_after_an_outage_the_tickle_has_its_time_to_be_answered_again() -> None:
    found = Night(NOON, ALL)
    found.state = with_slots(found.state, Slot(NOON, NOON), Slot(NOON.plus(60)))
    found.lasts(V.BACKEND_HUNG, 400).lasts(V.READY, 170)
    assert found.words == ["down began", "down ended"]
    assert found.lasts(V.READY, 30).words[2:] == ["keep_alive began"]


def test_a_gap_right_after_a_suspend_is_none() -> None:
    found = Night(NOON, ALL)
    found.state = with_slots(found.state, Slot(NOON, NOON))
    found.lasts(V.READY, 20)
    found.at = found.at.plus(4 * 3600)
    found.lasts(V.READY, 60)
    found.state = with_slots(found.state, Slot(found.at, found.at))
    assert found.lasts(V.READY, 60).told == []


def test_where_another_program_sends_the_tickle_there_is_no_gap_to_tell() -> None:
    found = Night(NOON, ALL)
    found.state = with_slots(found.state, Slot(NOON), enabled=False)
    assert found.lasts(V.READY, 600).told == []
    found.state = with_slots(found.state)
    assert found.lasts(V.READY, 600).told == []
    found.state = with_slots(found.state, Slot(found.at))
    assert found.lasts(V.READY, 200).words == ["keep_alive began"]


def test_slow_answers_are_told_where_they_last_and_quick_ones_where_those_do() -> None:
    found = Night(NOON, AlertSettings(latency=0.2, latency_after=60.0, rules=(AlertRule.LATENCY,)))
    took = {"quick": 0.05, "slow": 0.4, "between": 0.17}

    def answers(kind: str, seconds: float) -> None:
        end = found.at.plus(seconds)
        while found.at.ticks < end.ticks:
            samples = [(found.at.plus(-5.0 * n), took[kind]) for n in reversed(range(40))]
            found.state = with_answers(found.state, samples)
            found.lasts(V.READY, 5)

    answers("quick", 100)
    answers("slow", 60)
    answers("quick", 60)
    assert found.told == []
    answers("slow", 70)
    answers("between", 60)
    assert found.words == ["latency began"]
    assert found.told[0].severity is Severity.WARNING
    assert found.told[0].figures["latency_p95"] == "400 ms"
    answers("quick", 20)
    assert found.words == ["latency began"]
    answers("quick", 20)
    assert found.words == ["latency began", "latency ended"]


def test_answers_that_were_slow_before_and_after_an_outage_have_not_been_slow_throughout() -> None:
    found = Night(NOON, AlertSettings(latency=0.3, latency_after=60.0, down_after=3600.0))

    def slow(name: V, seconds: int) -> None:
        end = found.at.plus(seconds)
        while found.at.ticks < end.ticks:
            found.state = with_answers(found.state, [(found.at.plus(-5.0 * n), 0.4) for n in reversed(range(40))])
            found.lasts(name, 5)

    slow(V.READY, 30)
    slow(V.BACKEND_DOWN, 300)
    slow(V.READY, 60)
    assert found.told == []
    slow(V.READY, 5)
    assert found.words == ["latency began"]


def test_of_the_answers_only_the_recent_ones_count_and_too_few_of_them_say_nothing() -> None:
    state = quiet_state()
    old = [(NOON.plus(-301.0 - n), 9.0) for n in reversed(range(50))]
    assert slowest(with_answers(state, old), NOON) is None
    nine = [(NOON.plus(-9.0 + n), 0.1) for n in range(9)]
    lost: list[tuple[Moment, float | None]] = [(NOON, None)]
    assert slowest(with_answers(state, [*old, *nine, *lost]), NOON) is None
    assert slowest(with_answers(state, [*old, *nine, (NOON, 0.3)]), NOON) == 0.3


def test_the_limit_is_twice_what_is_high_on_such_a_way_unless_the_settings_say_it() -> None:
    found = Night(NOON, AlertSettings(latency_after=0.0))
    for seconds, words in ((0.099, []), (0.1, ["latency began"])):
        found.state = with_answers(found.state, [(found.at.plus(float(n - 20)), seconds) for n in range(20)])
        assert found.lasts(V.READY, 1).words == words


def test_another_public_address_is_told_once_whatever_the_tunnel_does_meanwhile() -> None:
    found = Night(NOON)
    steps: list[tuple[str | None, ...]] = [
        ("https://a.example",),
        ("https://a.example", "https://b.example"),
        ("https://b.example",),
        (None,),
        (),
        ("https://b.example", "https://a.example"),
    ]
    for urls in steps:
        found.state = with_tunnels(found.state, *urls)
        found.lasts(V.READY, 5)
    assert found.words == ["address once"]  # the second place at which it may be reached
    found.state = with_tunnels(found.state, "https://c.example")
    found.lasts(V.READY, 60)
    assert found.words == ["address once"] * 2
    assert found.told[0].id != found.told[1].id
    assert "example" not in found.told[1].said
    assert found.told[1].figures["public_addresses"] == "https://c.example"


def test_a_tunnel_that_leads_elsewhere_is_no_concern_of_this() -> None:
    found = Night(NOON)
    for url in ("https://a.example", "https://b.example"):
        found.state = with_tunnels(found.state, url, leads_here=False)
        found.lasts(V.READY, 5)
    assert found.told == []


def test_a_login_that_ends_soon_is_told_once_each_night_where_it_is_wished_for() -> None:
    found = Night(at(datetime(2026, 11, 19, 3, 0, tzinfo=UTC)), ALL, every=60.0)  # 22:00 in New York
    found.state = replace(found.state, session=replace(found.state.session, sign_in=None))
    found.lasts(V.READY, 3600 + 300)
    assert found.told == []
    login = Login(datetime(2026, 11, 18, 13, 0, tzinfo=UTC), "NJ")
    session = replace(found.state.session, sign_in=Stamped(login, found.at), login=True)
    found.state = replace(found.state, session=session)
    found.lasts(V.READY, 3300)
    assert found.words == ["login_ends once"]
    midnight = datetime(2026, 11, 19, 5, 0, tzinfo=UTC).astimezone()
    assert f"ends at {midnight:%H:%M};" in found.told[0].said
    found.until(datetime(2026, 11, 20, 6, 0, tzinfo=UTC), V.READY)
    assert found.words == ["login_ends once"] * 2
    assert AlertRule.LOGIN_ENDS not in limits_of(AlertSettings()).rules


def test_where_the_midnight_is_not_known_a_login_ends_after_a_day() -> None:
    found = Night(NOON, ALL, state=quiet_state(None), every=60.0)
    login = Login(NOON.wall - timedelta(hours=22), None)
    session = replace(found.state.session, sign_in=Stamped(login, NOON), login=True)
    found.state = replace(found.state, session=session)
    found.lasts(V.READY, 3540)
    assert found.told == []
    assert found.lasts(V.READY, 3 * 3600).words == ["login_ends once"]


def test_what_is_said_names_no_place_at_which_the_gateway_is_reached() -> None:
    state = with_tunnels(quiet_state(), "https://calm-river.trycloudflare.com")
    state = replace(
        state, path=replace(PathState(parse_address("https://secret.example:8443")), tunnels=state.path.tunnels)
    )
    said = plain("Nothing answers at secret.example port 8443, nor calm-river.trycloudflare.com.", state)
    assert said == "Nothing answers at its address port 8443, nor its address."
    assert plain("at localhost port 5000", quiet_state()) == "at localhost port 5000"
