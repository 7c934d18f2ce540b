"""The latency gauge against figures computed by hand, and as properties against a slow reference."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.parts import NOW
from tui.domain.address import PathKind
from tui.domain.gauge import gauged
from tui.domain.latency import (
    RING,
    Gauges,
    Height,
    Limits,
    Reach,
    Ring,
    Sample,
    Series,
    Stats,
    nearest_rank,
    stats,
)
from tui.domain.path import Timing

FRESH = Timing(connect=0.0004, tls=0.003, first_byte=0.09, forwarded=True)
ANSWER = Timing(first_byte=0.037, forwarded=True)
OWN = Timing(first_byte=0.002)
times = st.lists(st.none() | st.floats(1e-5, 30.0, allow_nan=False), max_size=60)


def taken(*seconds: float | None) -> tuple[Sample, ...]:
    """Samples of these times, a second apart."""
    return tuple(Sample(NOW.plus(n), each) for n, each in enumerate(seconds))


def fed(*exchanges: tuple[Timing, bool], start: Gauges | None = None) -> Gauges:
    """The gauges after these exchanges, each a timing and whether it was lost."""
    gauges = start or Gauges()
    for n, (timing, lost) in enumerate(exchanges):
        gauges = gauged(gauges, timing, NOW.plus(n), lost=lost)
    return gauges


def seconds(ring: Ring) -> list[float | None]:
    """The ring's times."""
    return [sample.seconds for sample in ring.samples]


def test_figures_computed_by_hand() -> None:
    found = stats(taken(0.100, 0.200, None, 0.140, 0.100))
    assert (found.count, found.lost, found.loss) == (5, 1, 0.2)
    # In order: 100, 100, 140, 200 ms; the second, the fourth and the fourth of four.
    assert (found.minimum, found.p50, found.p95, found.p99) == (0.100, 0.100, 0.200, 0.200)
    # RFC 6298: 100/50; 112.5 and 50 + (100 - 50) / 4 = 62.5; 115.9375 and 62.5 + (27.5 - 62.5) / 4 = 53.75;
    # 113.9453125 and 53.75 + (15.9375 - 53.75) / 4 = 44.296875.
    assert found.ewma == pytest.approx(0.1139453125)
    assert found.rttvar == pytest.approx(0.044296875)
    # RFC 3550, D = 100, 60, 40: 6.25; 6.25 + 53.75 / 16 = 9.609375; 9.609375 + 30.390625 / 16 = 11.5087890625.
    assert found.jitter == pytest.approx(0.0115087890625)


def test_of_few_samples_only_so_much_is_told() -> None:
    assert stats(()) == Stats()
    assert stats(taken(None, None)) == Stats(2, 2, 1.0)
    assert stats(taken(0.04)) == Stats(1, 0, 0.0, 0.04, 0.04, 0.04, 0.04, 0.04, 0.02, None)


@pytest.mark.parametrize(
    ("count", "percent", "rank"), [(1, 50, 1), (2, 50, 1), (20, 95, 19), (21, 95, 20), (100, 99, 99), (300, 99, 297)]
)
def test_nearest_rank_by_hand(count: int, percent: int, rank: int) -> None:
    assert nearest_rank([float(n) for n in range(1, count + 1)], percent) == rank


def slow(samples: list[float | None]) -> dict[str, object]:
    """The figures in the words of their definitions, in exact fractions."""
    answers = [Fraction(each) for each in samples if each is not None]

    def rank(percent: int) -> Fraction | None:
        enough = [x for x in answers if sum(y <= x for y in answers) * 100 >= percent * len(answers)]
        return min(enough, default=None)

    ewma = rttvar = jitter = None
    for n, took in enumerate(answers):
        if ewma is None or rttvar is None:
            ewma, rttvar = took, took / 2
            continue
        rttvar = Fraction(3, 4) * rttvar + Fraction(1, 4) * abs(ewma - took)
        ewma = Fraction(7, 8) * ewma + Fraction(1, 8) * took
        jitter = Fraction(15, 16) * (jitter or Fraction(0)) + Fraction(1, 16) * abs(took - answers[n - 1])
    return {
        "minimum": min(answers, default=None),
        "p50": rank(50),
        "p95": rank(95),
        "p99": rank(99),
        "ewma": ewma,
        "rttvar": rttvar,
        "jitter": jitter,
    }


@given(times)
def test_the_figures_are_those_of_a_slow_reference(samples: list[float | None]) -> None:
    found = stats(taken(*samples))
    assert found.count == len(samples)
    assert found.lost == samples.count(None)
    for name, expected in slow(samples).items():
        value = getattr(found, name)
        assert (value is None) is (expected is None), name
        if expected is not None:
            assert value == pytest.approx(float(expected), rel=1e-9), name  # type: ignore[arg-type]


def test_a_ring_leaves_out_the_first_time_but_no_loss() -> None:
    assert seconds(Ring().with_sample(Sample(NOW, 0.5))) == []
    assert seconds(Ring().with_sample(Sample(NOW, 0.5)).with_sample(Sample(NOW, 0.04))) == [0.04]
    assert seconds(Ring().with_sample(Sample(NOW, None)).with_sample(Sample(NOW, 0.04))) == [None, 0.04]


def test_a_ring_keeps_the_newest() -> None:
    ring = Ring()
    for sample in taken(*(float(n) for n in range(RING + 10))):
        ring = ring.with_sample(sample)
    assert seconds(ring) == [float(n) for n in range(10, RING + 10)]


@pytest.mark.parametrize(
    ("exchanges", "up"),
    [
        ("", None),
        ("a", True),
        ("l", None),
        ("ll", None),
        ("lll", False),
        ("all", True),
        ("alll", False),
        ("allall", True),
        ("allla", False),
        ("alllaa", True),
        ("alllala", False),
        ("la", True),
    ],
)
def test_three_losses_go_down_and_two_answers_come_up(exchanges: str, up: bool | None) -> None:
    reach = Reach()
    for each in exchanges:
        reach = reach.after(lost=each == "l")
    assert reach.up is up


def test_the_height_rises_at_the_limit_and_falls_below_four_fifths_of_it() -> None:
    height = Height(0.05)
    assert height.after(taken(0.05, 0.05)) is height
    assert not height.after(taken(0.049, 0.049, 0.9)).high
    risen = height.after(taken(0.05, 0.01, 0.05))
    assert risen.high
    assert risen.after(taken(0.04, 0.04, 0.04)) is risen
    assert risen.after(taken(None, None, None)) is risen
    assert not risen.after(taken(0.039, 0.039, 0.039)).high
    # Only the newest five count, and losses are none of them.
    assert not height.after(taken(9, 9, 9, 9, 9, 0.01, None, 0.01, 0.01, 9, 9)).high


@given(st.lists(st.floats(0.001, 0.2), min_size=3, max_size=40))
def test_the_height_changes_only_for_a_reason(answers: list[float]) -> None:
    height = Height(0.05)
    for n in range(1, len(answers) + 1):
        before, height = height.high, height.after(taken(*answers[:n]))
        middle = sorted(answers[max(n - 5, 0) : n])[(min(n, 5) + 1) // 2 - 1]
        if n < 3:
            assert not height.high
        elif before:
            assert height.high is (middle >= 0.04)
        else:
            assert height.high is (middle >= 0.05)


@pytest.mark.parametrize(("kind", "limit"), [(k, 0.05 if k in {"local", "lan"} else 0.5) for k in PathKind])
def test_what_is_far_may_take_longer(kind: PathKind, limit: float) -> None:
    assert Limits().of(kind) == limit


def test_each_exchange_feeds_the_series_that_it_measures() -> None:
    gauges = fed(*[(timing, False) for timing in (FRESH, ANSWER, OWN)] * 2)
    assert seconds(gauges.connect) == [0.0004]
    assert seconds(gauges.answer) == [0.037]
    assert seconds(gauges.own) == [0.002]
    assert [gauges.ring(series) for series in Series] == [gauges.connect, gauges.own, gauges.answer]


def test_a_loss_counts_where_an_answer_was_waited_for() -> None:
    gauges = fed((ANSWER, False), (Timing(), True), (FRESH, True), (FRESH, True))
    assert seconds(gauges.answer) == [None, None, None]
    assert seconds(gauges.connect) == [0.0004]
    assert gauges.reach.up is False


def test_what_was_measured_while_this_process_lagged_is_dropped() -> None:
    start = fed((ANSWER, False))
    lagged = Timing(first_byte=4.0, forwarded=True, lagged=True)
    assert fed((lagged, False), (Timing(lagged=True), True), start=start) is start


def test_an_answer_without_a_time_tells_only_that_something_answers() -> None:
    gauges = fed((Timing(), False))
    assert gauges == Gauges(reach=Reach(up=True, answers=1))


def test_another_limit_is_judged_at_once() -> None:
    slow_way = Timing(first_byte=0.2)
    gauges = fed(*[(slow_way, False)] * 5)
    assert gauges.height == Height(0.05, high=True)
    assert fed(*[(replace(slow_way, forwarded=True), False)] * 5).height.high is False  # the way to IBKR is its own
    assert gauged(gauges, ANSWER, NOW, lost=False, limit=0.5).height == Height(0.5, high=False)
    assert gauges.limited(0.05) is gauges


@given(st.lists(st.tuples(st.sampled_from([FRESH, ANSWER, OWN, Timing()]), st.booleans()), max_size=30))
def test_no_series_ever_holds_what_belongs_to_another(exchanges: list[tuple[Timing, bool]]) -> None:
    gauges = fed(*exchanges)
    assert set(seconds(gauges.connect)) <= {0.0004}
    assert set(seconds(gauges.answer)) <= {0.037, None}
    assert set(seconds(gauges.own)) <= {0.002}
    assert seconds(gauges.answer).count(None) == sum(lost for _, lost in exchanges)
