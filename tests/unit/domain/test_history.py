"""The history: what each bucket holds, against a slow reference; gaps that stay gaps; and its bounds."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.parts import ACCOUNT, NOW, ago
from tests.support.sessions import Watched
from tests.support.states import all_accounts, ready
from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.history import CHANGES, LIMIT, STEP, History, Spread, Worth, graver, spread_of
from tui.domain.legs import LegName
from tui.domain.verdict_name import VerdictName

READY, DOWN, WAITS = VerdictName.READY, VerdictName.GATEWAY_DOWN, VerdictName.INITIALISING


def test_a_bucket_holds_the_spread_of_each_legs_figures() -> None:
    watched = Watched()
    for n, took in enumerate((0.003, 0.001, 0.009)):
        watched.passes(1)
        if n == 1:
            watched.answers(0.041)
        watched.connects(took)
    watched.passes(8)
    (bucket,) = watched.history.buckets
    assert bucket.index == 0
    assert bucket.leg(LegName.GATEWAY) == Spread(3, 0.001, 0.003, 0.009)
    # One answer from behind the gateway, less what a round trip to the gateway takes.
    assert bucket.leg(LegName.IBKR) == Spread(1, 0.038, 0.038, 0.038)
    assert bucket.leg(LegName.EDGE) is None


@pytest.mark.parametrize(("samples", "middle"), [((3.0,), 3.0), ((1.0, 4.0), 2.5), ((9.0, 1.0, 2.0), 2.0)])
def test_the_middle_is_the_median(samples: tuple[float, ...], middle: float) -> None:
    assert spread_of(samples) == Spread(len(samples), min(samples), middle, max(samples))


def test_while_nothing_is_new_the_history_stays_the_same_object() -> None:
    watched = Watched(ready())
    before = watched.passes(1)
    for _ in range(8):
        watched.now = watched.now.plus(1)
        assert watched.record() is before
    assert watched.passes(1) is not before
    assert len(watched.history.buckets) == 1


def test_other_slices_may_change_without_a_trace() -> None:
    watched = Watched(ready())
    before = watched.passes(1)
    watched.state = replace(watched.state, journal=(), positions=replace(watched.state.positions))
    assert watched.record() is before


def test_a_figure_that_was_measured_while_the_way_was_broken_is_not_taken_later() -> None:
    watched = Watched()
    watched.verdict = DOWN
    watched.connects(0.004)
    watched.passes(15)
    watched.verdict = READY
    watched.state = replace(watched.state, path=replace(watched.state.path))
    watched.passes(20)
    assert all(bucket.legs == () for bucket in watched.history.buckets)


@pytest.mark.parametrize(
    ("suspended", "stepped"), [(3000.0, 0.0), (0.0, 3000.0)], ids=["nobody looked", "wall clock only, as in a suspend"]
)
def test_time_that_nobody_saw_stays_a_gap(suspended: float, stepped: float) -> None:
    watched = Watched()
    watched.passes(20)
    later = watched.now.plus(suspended)
    watched.now = Moment(watched.now.plus(suspended + stepped).wall, later.ticks)
    watched.passes(20)
    indices = [bucket.index for bucket in watched.history.buckets]
    assert indices[:2] == [0, 1]
    assert indices[-1] >= 302
    # The bucket that was open when the machine fell asleep ends there; none is made up for the time between.
    assert not set(range(3, 301)) & set(indices)


def test_a_wall_clock_that_is_set_back_makes_no_time_run_backwards() -> None:
    watched = Watched()
    watched.passes(25)
    watched.now = Moment(watched.now.plus(-7200).wall, watched.now.ticks)
    watched.passes(25)
    indices = [bucket.index for bucket in watched.history.buckets]
    assert indices == [0, 1, 2, 3, 4]
    assert watched.history.wall(watched.history.elapsed(watched.now)) == watched.now.wall


def test_the_gravest_verdict_stands_for_a_bucket_and_every_change_is_kept() -> None:
    watched = Watched()
    for verdict in (WAITS, DOWN, READY):
        watched.passes(2)
        watched.verdict = verdict
        watched.record()
    watched.passes(20)
    assert [bucket.verdict for bucket in watched.history.buckets] == [DOWN, READY]
    changes = [(change.elapsed, change.verdict) for change in watched.history.changes]
    assert changes == [(0.0, READY), (2.0, WAITS), (4.0, DOWN), (6.0, READY)]
    assert watched.history.changes[1].at == NOW.plus(2)


def test_no_more_than_the_newest_changes_are_kept() -> None:
    watched = Watched()
    for n in range(CHANGES + 5):
        watched.verdict = (DOWN, READY)[n % 2]
        watched.record()
    assert len(watched.history.changes) == CHANGES
    assert watched.history.changes[-1].verdict is watched.verdict


@pytest.mark.parametrize(
    ("one", "other", "stands"),
    [
        (READY, DOWN, DOWN),
        (DOWN, READY, DOWN),
        (READY, WAITS, WAITS),
        (VerdictName.DENIED, DOWN, DOWN),
        (VerdictName.CONTESTED, READY, VerdictName.CONTESTED),
    ],
)
def test_what_matters_more_stands(one: VerdictName, other: VerdictName, stands: VerdictName) -> None:
    assert graver(one, other) is stands


def counts(history: History) -> list[tuple[int, int, int]]:
    """(index, due, answered) of the buckets in which a tickle was due."""
    return [(bucket.index, bucket.due, bucket.answered) for bucket in history.buckets if bucket.due]


def test_a_tickle_is_counted_once_where_it_was_due() -> None:
    watched = Watched()
    watched.tickles(answered=True)
    watched.passes(60)
    watched.tickles(answered=False)
    watched.passes(60)
    assert counts(watched.history) == [(0, 1, 1)]  # a retry may still answer for the second
    watched.tickles(answered=True)
    watched.passes(10)
    assert counts(watched.history) == [(0, 1, 1), (6, 1, 0), (12, 1, 1)]


def test_a_late_answer_counts_where_its_tickle_was_due() -> None:
    watched = Watched()
    watched.passes(1)
    watched.tickles(answered=False)
    watched.passes(25)
    slots = watched.state.session.keep_alive.slots
    watched.slots((replace(slots[0], answered_at=watched.now),))
    watched.passes(10)
    assert counts(watched.history) == [(0, 1, 1)]


def test_tickles_from_before_the_first_look_are_not_counted_nor_are_any_twice() -> None:
    watched = Watched(ready())  # with an hour of tickles behind it
    watched.passes(15)
    watched.tickles(answered=True)
    kept = watched.state.session.keep_alive.slots
    watched.slots(kept[40:])  # the oldest are let go after an hour
    watched.passes(15)
    watched.slots(watched.state.session.keep_alive.slots)
    watched.passes(15)
    assert counts(watched.history) == [(1, 1, 1)]


def test_the_worth_of_the_visible_account_is_kept_as_it_comes() -> None:
    watched = Watched(ready())
    watched.passes(5)
    watched.is_worth("1000.50")
    watched.passes(2)
    watched.is_worth("1000.75")
    watched.is_worth("5", "DU9999999")
    watched.passes(30)
    kept = [(bucket.index, bucket.worth) for bucket in watched.history.buckets if bucket.worth]
    assert kept[-1] == (0, (Worth(ACCOUNT, "USD", Decimal("1000.75")),))
    assert all(each.account == ACCOUNT for _, worth in kept for each in worth)


def test_all_accounts_are_worth_their_sums_by_currency() -> None:
    state = all_accounts()
    ids = [account.id for account in state.accounts.all]
    watched = Watched(state)
    watched.passes(5)
    watched.is_worth("10.5", ids[0])
    watched.is_worth("20", ids[1])
    watched.is_worth("7", ids[2], "EUR")
    watched.passes(10)
    (worth,) = [bucket.worth for bucket in watched.history.buckets]
    assert worth == (Worth(ALL, "USD", Decimal("30.5")), Worth(ALL, "EUR", Decimal(7)))
    watched.state = replace(watched.state, accounts=replace(watched.state.accounts, summaries={}))
    watched.passes(5)
    watched.is_worth("11", ids[0])
    watched.passes(10)
    assert watched.history.buckets[-1].worth == ()


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+50"])
def test_what_is_no_money_is_not_kept(amount: str) -> None:
    watched = Watched(ready())
    watched.passes(15)
    watched.is_worth(amount)
    watched.passes(15)
    assert all(bucket.worth == () for bucket in watched.history.buckets[1:])


def test_a_worth_that_is_not_renewed_is_no_news() -> None:
    watched = Watched(ready())
    watched.is_worth("10")
    watched.passes(15)
    accounts = replace(watched.state.accounts, failure=None, hidden=frozenset({"x"}))
    watched.state = replace(watched.state, accounts=accounts)
    watched.passes(15)
    assert [bigger.index for bigger in watched.history.buckets if bigger.worth] == [0]


def test_a_month_is_kept_in_bounded_room_and_keeps_its_extremes() -> None:
    watched = Watched()
    watched.connects(9.0)
    month = 30 * 24 * 3600
    for _ in range(month // 600):
        watched.now = watched.now.plus(600)
        watched.connects(0.001)
    history = watched.history
    assert LIMIT / 2 <= len(history.buckets) <= LIMIT
    assert history.width * LIMIT >= month / 60
    assert history.buckets[0].leg(LegName.GATEWAY) is not None
    assert max(bucket.leg(LegName.GATEWAY).high for bucket in history.buckets) == 9.0  # type: ignore[union-attr]
    total = sum(bucket.leg(LegName.GATEWAY).count for bucket in history.buckets)  # type: ignore[union-attr]
    assert total == month // 600  # the last one's bucket is still open, the first came at the start


steps = st.lists(
    st.tuples(
        st.sampled_from([1, 1, 1, 4, 9, 10, 35, 900]),
        st.sampled_from(["nothing", "connect", "answered", "unanswered", "ready", "down", "waits"]),
        st.floats(0.0001, 3.0),
    ),
    max_size=60,
)


@given(steps, st.integers(2, 12))
def test_the_buckets_are_those_of_a_slow_reference(happened: list[tuple[int, str, float]], limit: int) -> None:
    samples: list[tuple[int, float]] = []
    tickles: list[tuple[int, bool]] = []
    stood: list[tuple[int, VerdictName]] = [(0, READY)]
    watched, elapsed = Watched(), 0
    with patch("tui.domain.history.LIMIT", limit):
        for seconds, what, took in happened:
            elapsed += seconds
            watched.now = watched.now.plus(seconds)
            match what:
                case "connect":
                    watched.connects(took)
                    samples += [(elapsed, took)] if watched.verdict is not DOWN else []
                case "answered" | "unanswered":
                    watched.tickles(answered=what == "answered")
                    tickles.append((elapsed, what == "answered"))
                case "ready" | "down" | "waits":
                    watched.verdict = {"ready": READY, "down": DOWN, "waits": WAITS}[what]
            watched.record()
            stood.append((elapsed, watched.verdict))
        watched.now = watched.now.plus(100)
        history = watched.record()
    if tickles and not tickles[-1][1]:
        tickles.pop()
    ends = [elapsed, elapsed + 100]
    width = int(history.width)
    assert (width / STEP).is_integer()
    assert len(history.buckets) <= limit
    assert [each.index for each in history.buckets] == sorted({at // width for at, _ in stood})
    for bucket in history.buckets:
        expected: dict[str, Any] = {
            "took": [took for at, took in samples if at // width == bucket.index],
            "tickles": [answered for at, answered in tickles if at // width == bucket.index],
            "verdicts": {name for at, name in stood if at // width == bucket.index},
        }
        leg = bucket.leg(LegName.GATEWAY)
        assert (leg.count if leg else 0) == len(expected["took"])
        if leg:
            assert (leg.low, leg.high) == (min(expected["took"]), max(expected["took"]))
            assert leg.low <= leg.middle <= leg.high or leg.middle == pytest.approx(leg.low)
        assert (bucket.due, bucket.answered) == (len(expected["tickles"]), sum(expected["tickles"]))
        assert bucket.verdict == next(name for name in (DOWN, WAITS, READY) if name in expected["verdicts"])
    assert history.end == ends[1]


def test_nothing_is_known_before_the_first_look() -> None:
    assert (History().end, History().elapsed(NOW), History().wall(0.0)) == (0.0, 0.0, None)
    watched = Watched()
    assert watched.history.wall(0.0) == NOW.wall
    assert watched.history.buckets == ()
    assert watched.history.elapsed(ago(-4)) == 4.0
