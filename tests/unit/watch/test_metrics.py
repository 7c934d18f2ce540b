"""The figures: parsed by the client library's own parser, compared with the states, and bounded in number."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.support.parts import ACCOUNT, BOOK, NOW, ago, moved
from tests.support.path_states import CLOUDFLARED, NGROK_AGENT, PATH_STATES
from tests.support.states import STATES, WALLS, advisor, elsewhere, gateway_down, login_required, ready, starting
from tui.clock import Moment
from tui.domain.events import Event, TickledElsewhere, TickleDue, TickleSeen
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing
from tui.domain.positions import PositionsState
from tui.domain.reduce import reduce
from tui.domain.session import Tickle
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.traffic import Traffic
from tui.domain.verdict import VerdictName, verdict
from tui.watch.metrics import ACCOUNTS, BUCKETS, Metrics

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]
ALL_STATES = {**STATES, **{f"path_{name}": made for name, made in PATH_STATES.items()}}


def parsed(text: bytes) -> Figures:
    """Every sample by its name and labels. Raises ValueError for what is not the format, or comes twice."""
    found: Figures = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in found:
                raise ValueError(f"{key} comes twice")
            found[key] = sample.value
    return found


def figures(state: MonitorState, now: Moment = NOW, *, account_ids: bool = False) -> Figures:
    """What is told of one state."""
    metrics = Metrics(account_ids=account_ids)
    metrics.take(state, verdict(state, now))
    return parsed(metrics.text(now))


def labelled(found: Figures, name: str) -> dict[tuple[str, ...], float]:
    """The figures of that name, by the values of their labels."""
    return {tuple(value for _, value in labels): figure for (each, labels), figure in found.items() if each == name}


def one(found: Figures, name: str) -> float | None:
    """The figure of that name; None where it is absent."""
    return found.get((name, ()))


@pytest.mark.parametrize("name", sorted(ALL_STATES))
def test_every_state_is_told_with_exactly_one_verdict(name: str) -> None:
    now = Moment(WALLS.get(name, NOW.wall), NOW.ticks)
    state = ALL_STATES[name]()
    found = labelled(figures(state, now), "cpwatch_verdict")
    assert set(found) == {(each.value,) for each in VerdictName}
    assert [key for key, figure in found.items() if figure] == [(verdict(state, now).name.value,)]


def test_what_is_known_of_a_good_session() -> None:
    state = replace(ready(), traffic=Traffic(0.4, 0.9, 3, NOW.plus(90.0)))
    found = figures(state)
    assert one(found, "cpwatch_tradable") == 1
    assert labelled(found, "cpwatch_session") == {
        ("sso",): 1,
        ("brokerage",): 1,
        ("connected",): 1,
        ("competing",): 0,
        ("established",): 1,
        ("paper",): 1,
    }
    assert one(found, "cpwatch_login_age_seconds") == pytest.approx(5 * 3600 + 51 * 60 + 22)
    assert one(found, "cpwatch_login_ends_seconds") == pytest.approx(14 * 3600 + 56 * 60 + 38)
    assert one(found, "cpwatch_status_age_seconds") == pytest.approx(2.0)
    assert one(found, "cpwatch_tickle_age_seconds") == pytest.approx(12.0)
    assert one(found, "cpwatch_expected_reset") == 0
    assert labelled(found, "cpwatch_requests_per_second") == {("this",): 0.4, ("all",): 0.9}
    assert one(found, "cpwatch_budget_used_ratio") == pytest.approx(0.9)
    assert one(found, "cpwatch_rate_limited_total") == 3
    assert one(found, "cpwatch_penalty_seconds") == pytest.approx(90.0)
    assert labelled(found, "cpwatch_positions_age_seconds") == {("DU•••567",): pytest.approx(2.0)}


def test_what_is_not_known_is_absent() -> None:
    found = figures(starting())
    absent = [
        *("login_age_seconds", "login_ends_seconds", "status_age_seconds", "tickle_age_seconds", "expected_reset"),
        *("reached", "verdict_age_seconds", "rate_limited_total", "penalty_seconds", "budget_used_ratio"),
    ]
    assert not [name for name in absent if one(found, f"cpwatch_{name}") is not None]
    for name in ("session", "positions_age_seconds", "tunnels", "leg_seconds_bucket", "requests_per_second"):
        assert not labelled(found, f"cpwatch_{name}")


def test_before_the_first_state_there_is_the_process_alone() -> None:
    assert {name.partition("_")[0] for name, _ in parsed(Metrics().text(NOW))} <= {"cpwatch", "process"}


def test_what_was_ready_is_not_once_nothing_fresh_comes() -> None:
    later = figures(ready(), NOW.plus(3600.0))
    assert labelled(later, "cpwatch_verdict")[("unknown",)] == 1
    assert one(later, "cpwatch_tradable") == 0
    assert one(later, "cpwatch_status_age_seconds") == pytest.approx(3602.0)


def test_tunnels_are_counted_by_their_kind_and_state() -> None:
    second = replace(NGROK_AGENT, name="second", up=True, public_url=None)
    third = replace(NGROK_AGENT, name="third", up=None, public_url=None)
    far = replace(CLOUDFLARED, name="far", leads_here=False)
    state = replace(ready(), path=replace(ready().path, tunnels=(CLOUDFLARED, NGROK_AGENT, second, third, far)))
    assert labelled(figures(state), "cpwatch_tunnels") == {
        ("cloudflare", "up"): 1,
        ("cloudflare", "down"): 0,
        ("cloudflare", "unknown"): 0,
        ("ngrok", "up"): 1,
        ("ngrok", "down"): 1,
        ("ngrok", "unknown"): 1,
    }


def test_accounts_are_masked_unless_asked_for_and_few() -> None:
    state = advisor(300)
    books = {account.id: Stamped(BOOK, ago(n)) for n, account in enumerate(state.accounts.all)}
    state = replace(state, positions=PositionsState(books=books))
    masked = Metrics()
    masked.take(state, verdict(state, NOW))
    text = masked.text(NOW).decode()
    assert not [account for account in books if account in text]
    named = labelled(figures(state, account_ids=True), "cpwatch_positions_age_seconds")
    assert {account for (account,) in named} == set(sorted(books)[:ACCOUNTS])
    assert labelled(parsed(text.encode()), "cpwatch_positions_age_seconds")


def test_of_two_accounts_with_one_mask_the_older_is_told() -> None:
    books = {ACCOUNT: Stamped(BOOK, ago(2)), "DU7654567": Stamped(BOOK, ago(50)), "DU9994567": Stamped(BOOK, ago(9))}
    found = figures(replace(ready(), positions=PositionsState(books=books)))
    assert labelled(found, "cpwatch_positions_age_seconds") == {("DU•••567",): pytest.approx(50.0)}


def test_a_measurement_counts_once_however_often_it_is_seen() -> None:
    metrics = Metrics()
    state = ready()
    for n, seconds in enumerate((0.0004, 0.0004, 0.3, 99.0)):
        at = NOW.plus(5.0 * n)
        state = replace(state, path=replace(state.path, connect=Stamped(seconds, at)))
        for _ in range(3):
            metrics.take(state, verdict(state, at))
            state = replace(state, path=replace(state.path))  # another slice, with the same figures
    found = parsed(metrics.text(NOW.plus(20.0)))
    counts = {le: n for (le, leg), n in labelled(found, "cpwatch_leg_seconds_bucket").items() if leg == "gateway"}
    assert counts["0.0005"] == 2
    assert counts["0.25"] == 2
    assert counts["0.5"] == 3
    assert counts[str(BUCKETS[-1])] == 3
    assert counts["+Inf"] == labelled(found, "cpwatch_leg_seconds_count")[("gateway",)] == 4
    assert labelled(found, "cpwatch_leg_seconds_sum")[("gateway",)] == pytest.approx(99.3008)


def test_changes_of_the_verdict_are_counted() -> None:
    metrics = Metrics()
    for made in (ready, ready, gateway_down, login_required, login_required, elsewhere):
        metrics.take(made(), verdict(made(), NOW))
    assert one(parsed(metrics.text(NOW)), "cpwatch_verdict_changes_total") == 3


@hypothesis_settings(max_examples=40)
@given(st.lists(st.sampled_from(["answered", "failed", "late", "elsewhere"]), max_size=150))
def test_tickles_are_counted_over_hours(nights: list[str]) -> None:
    """One a minute; of the late ones the first try fails and a retry five seconds later is answered."""
    metrics = Metrics()
    state = starting()
    sent = 0

    def fold(*events: Event) -> None:
        nonlocal state
        for event in events:
            state = reduce(state, event)
            metrics.take(state, verdict(state, event.at))

    def seen(at: Moment, outcome: Tickle | Failure) -> Event:
        return TickleSeen("gw", at.plus(0.05), at, outcome, Timing(), at.plus(60.0))

    failure = Failure(FailureKind.SILENT, "no byte")
    for n, night in enumerate(nights):
        at = NOW.plus(60.0 * n)
        match night:
            case "elsewhere":
                fold(TickledElsewhere("gw", at, at.plus(-1.0), at.plus(59.0)))
            case "late":
                fold(TickleDue("gw", at), seen(at, failure), seen(at.plus(5.0), Tickle(None)))
                sent += 2
            case _:
                fold(TickleDue("gw", at), seen(at, failure if night == "failed" else Tickle(None)))
                sent += 1
    found = parsed(metrics.text(NOW.plus(60.0 * len(nights))))
    if not nights:
        assert one(found, "cpwatch_tickles_due_total") is None
        return
    assert one(found, "cpwatch_tickles_due_total") == len(nights)
    assert one(found, "cpwatch_tickles_sent_total") == sent
    here = nights.count("answered") + nights.count("late")
    assert labelled(found, "cpwatch_tickles_answered_total") == {
        ("this",): here,
        ("another",): nights.count("elsewhere"),
    }


def test_a_day_of_all_states_makes_no_more_series_than_its_first_hours() -> None:
    """Every ten minutes another state and other accounts; counters never go back."""
    metrics = Metrics()
    series: list[int] = []
    seen: set[object] = set()
    counted: Figures = {}
    makers: list[Callable[[], MonitorState]] = list(ALL_STATES.values())
    for step in range(144):
        wall = NOW.wall + timedelta(minutes=10 * step)
        state = moved(makers[step % len(makers)](), wall)
        books = {f"DU{4_000_000 + 7919 * step + n}": Stamped(BOOK, NOW) for n in range(step)}
        state = replace(state, positions=PositionsState(books=books))
        now = Moment(wall, NOW.ticks)
        metrics.take(state, verdict(state, now))
        found = parsed(metrics.text(now))
        assert len(labelled(found, "cpwatch_positions_age_seconds")) <= ACCOUNTS
        seen |= {key for key in found if key[0] != "cpwatch_positions_age_seconds"}
        series.append(len(seen))
        counters = {key: figure for key, figure in found.items() if is_counter(key[0])}
        assert all(counters.get(key, 0.0) >= figure for key, figure in counted.items())
        counted = counters
    assert series[-1] == series[len(makers)]
    assert series[-1] < 200
    assert names(seen) >= {"cpwatch_verdict", "cpwatch_tunnels", "cpwatch_leg_seconds_bucket"}


def is_counter(name: str) -> bool:
    """Whether it only rises; what tells of the state's own counts begins anew with another state."""
    ends = ("_total", "_bucket", "_count")
    return name.startswith("cpwatch_") and name.endswith(ends) and "rate_limited" not in name


def names(seen: Iterable[object]) -> set[object]:
    """The figures' names."""
    return {key[0] for key in seen if isinstance(key, tuple)}
