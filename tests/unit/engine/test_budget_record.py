"""Every decision of the budget, against a slow count of what the contract allows."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.limits import OWN_LIMITS, Sent, broken_limits
from tui.engine.limits import BURST, PENALTY, PER_MINUTE, SPACING
from tui.engine.record import EVERYTHING, Answer, Record
from tui.engine.record_text import from_text, to_text
from tui.gateway.endpoints import Endpoint

START = 1_795_183_402.0
GATEWAY = "localhost:5000"
ENDPOINTS = list(Endpoint)


class World:
    """Processes that share a record, on a machine whose wall clock can be set. now: the true time."""

    def __init__(self, through: Callable[[Record, float], Record] = lambda record, _: record) -> None:
        self.now = START
        self.set_by = 0.0
        self.record = Record()
        self.sent: list[Sent] = []
        self._through = through

    @property
    def wall(self) -> float:
        return self.now + self.set_by

    def look(self) -> Record:
        self.record = self._through(self.record, self.wall).anchored(self.wall).settled(self.wall)
        return self.record

    def ask(self, endpoint: str, by: str = "a") -> Answer:
        self.record, answer = self.look().ask(self.wall, endpoint, by)
        if answer.wait == 0:
            self.sent.append(Sent(self.now, endpoint, by))
        return answer

    def claim(self, by: str = "a", *, answered: bool = True, interval: float = 60.0) -> float:
        self.record, answer = self.look().claim_tickle(self.wall, interval, by)
        if answer.wait == 0:
            self.sent.append(Sent(self.now, Endpoint.TICKLE, by))
            if answered:
                self.record = self.record.tickled(self.wall, by)
        return answer.wait

    def limit(self) -> None:
        """The newest request was answered 429."""
        if self.sent and self.sent[-1].at == self.now and not self.sent[-1].limited:
            last = self.sent.pop()
            self.sent.append(Sent(last.at, last.endpoint, last.by, limited=True))
            self.record = self.look().limited(self.wall, last.endpoint, 0.0)

    def until_given(self, endpoint: str, by: str = "a") -> float:
        """Ask and wait as often as it takes; the seconds that it took."""
        began = self.now
        for _ in range(10):
            answer = self.ask(endpoint, by)
            if answer.wait == 0:
                return self.now - began
            self.now += answer.wait
        raise AssertionError(f"not given after {self.now - began} s")


POLLS = [endpoint for endpoint in ENDPOINTS if endpoint is not Endpoint.TICKLE]
PAUSES = st.sampled_from([0.0, 0.0, 0.0, 0.001, 0.2, 0.5, 0.999, 1.0, 1.25, 4.0, 5.0, 12.0, 60.0, 301.0])
ACTIONS = st.sampled_from(["ask"] * 10 + ["claim", "claim in vain", "limit", "set back"])
STEPS = st.lists(st.tuples(PAUSES, st.sampled_from("abcd"), ACTIONS, st.sampled_from(POLLS)), min_size=1, max_size=150)


def play(world: World, steps: list[tuple[float, str, str, Endpoint]]) -> None:
    for pause, by, action, endpoint in steps:
        world.now += pause
        match action:
            case "ask":
                world.ask(endpoint, by)
            case "claim" | "claim in vain":
                world.claim(by, answered=action == "claim")
            case "limit":
                world.limit()
            case "set back":
                world.set_by -= 3600.0


@given(steps=STEPS)
@settings(max_examples=150, deadline=None)
def test_no_sequence_of_any_processes_breaks_a_limit(steps: list[tuple[float, str, str, Endpoint]]) -> None:
    world = World()
    play(world, steps)
    assert not broken_limits(world.sent)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_on_the_way_through_the_file(steps: list[tuple[float, str, str, Endpoint]]) -> None:
    def through(record: Record, now: float) -> Record:
        text = to_text(record, GATEWAY, now)
        read = from_text(text.encode(), GATEWAY)
        assert to_text(read, GATEWAY, now) == text
        return read

    kept, world = World(), World(through)
    play(kept, steps)
    play(world, steps)
    assert not broken_limits(world.sent)
    assert [each.endpoint for each in kept.sent] == [each.endpoint for each in world.sent]


@given(
    retries=st.lists(st.floats(5.0, 20.0), min_size=40, max_size=40),
    askers=st.lists(st.sampled_from("abc"), min_size=250, max_size=250),
)
@settings(max_examples=25, deadline=None)
def test_neither_do_processes_that_want_all_there_is_while_tickles_fail(
    retries: list[float], askers: list[str]
) -> None:
    world = World()
    retry_at = world.now
    for by in askers:
        if world.now >= retry_at and retries:
            world.claim("d", answered=False)
            retry_at = world.now + retries.pop()
        world.until_given(Endpoint.SUMMARY, by)
    assert not broken_limits(world.sent)
    # What the limits leave is used: a minute's polls are given within little more than a minute.
    assert len(world.sent) / (world.now - START) > 0.6


@given(steps=STEPS, endpoint=st.sampled_from(POLLS))
@settings(max_examples=60, deadline=None)
def test_a_wait_is_as_long_as_it_was_said_and_no_longer_than_its_window(
    steps: list[tuple[float, str, str, Endpoint]], endpoint: Endpoint
) -> None:
    world = World()
    play(world, steps)
    longest = 60.0 + SPACING.get(endpoint, 0.0) + (PENALTY if world.look().frozen else 0.0)
    assert world.until_given(endpoint, "a") <= longest + 1.0


def test_a_poll_goes_out_at_once_and_a_crowd_is_spread() -> None:
    world = World()
    waits = [world.until_given(Endpoint.SUMMARY) for _ in range(60)]
    assert waits[:4] == [0.0, 0.0, 1.0, 0.0]  # the third of every second is the tickle's
    # A burst is spent after a few seconds; then it is four in five seconds, never a minute of silence.
    assert max(waits) == pytest.approx(1.25, abs=1e-3)
    assert 58.0 < sum(waits) < 66.0


@pytest.mark.parametrize(("endpoint", "seconds"), list(SPACING.items()))
def test_an_endpoints_own_limit_holds_for_all_processes_and_for_it_alone(endpoint: str, seconds: float) -> None:
    world = World()
    assert world.ask(endpoint, "a") == Answer()
    world.now += 0.25 * seconds
    assert world.ask(endpoint, "b") == Answer(pytest.approx(0.75 * seconds), held=True)  # type: ignore[arg-type]
    assert world.ask(Endpoint.SUMMARY, "b") == Answer()
    world.now += 0.75 * seconds
    assert world.ask(endpoint, "b") == Answer()


def test_every_limit_of_an_endpoint_is_known() -> None:
    assert {str(endpoint) for endpoint in SPACING} == set(OWN_LIMITS)
    # A hair less would do by the contract, but not where the second request is the faster one.
    assert all(
        SPACING[endpoint] >= (seconds if seconds >= 60 else seconds + 0.5) for endpoint, seconds in OWN_LIMITS.items()
    )


def test_a_429_shuts_its_endpoint_for_a_quarter_of_an_hour() -> None:
    world = World()
    world.ask(Endpoint.PNL)
    world.limit()
    assert world.look().penalty(world.wall, Endpoint.PNL) == PENALTY
    assert world.ask(Endpoint.PNL, "b") == Answer(PENALTY, held=True)
    assert world.ask(Endpoint.SUMMARY, "b") == Answer()
    world.now += PENALTY
    assert world.ask(Endpoint.PNL) == Answer()


@pytest.mark.parametrize(("apart", "shut"), [(59.0, True), (61.0, False)])
def test_a_second_429_within_a_minute_shuts_everything_but_the_tickle(apart: float, *, shut: bool) -> None:
    world = World()
    for pause, endpoint in ((0.0, Endpoint.PNL), (apart, Endpoint.POSITIONS)):
        world.now += pause
        world.ask(endpoint)
        world.limit()
    assert (EVERYTHING in world.record.frozen) is shut
    assert (world.look().penalty(world.wall, Endpoint.AUTH_STATUS) > 0) is shut
    assert world.look().held(world.wall, Endpoint.TICKLE) == 0.0
    assert world.claim() == 0.0


@pytest.mark.parametrize(("asked", "given"), [(0.0, 900.0), (30.0, 900.0), (1200.0, 1200.0), (1e9, 3600.0)])
def test_a_server_may_ask_for_more_but_not_for_ever(asked: float, given: float) -> None:
    assert Record().limited(START, Endpoint.PNL, asked).held(START, Endpoint.PNL) == given


def test_a_429_that_is_told_late_shortens_nothing() -> None:
    record = Record().limited(START, Endpoint.PNL, 0.0).limited(START - 30, Endpoint.PNL, 0.0)
    assert record.held(START, Endpoint.PNL) == PENALTY
    assert record.limited_at == START
    assert record.held(START, Endpoint.SUMMARY) > 0


def test_a_due_tickle_never_waits() -> None:
    world = World()
    for _ in range(3):
        assert world.claim() == 0.0
        began = world.now
        while world.now + 2.0 < began + 60.0:
            world.until_given(Endpoint.SUMMARY, "b")
        world.now = began + 60.0
    assert not broken_limits(world.sent)


def test_two_monitors_tickle_once() -> None:
    world = World()
    assert world.claim("a") == 0.0
    world.now += 20.0
    assert world.claim("b") == 40.0
    world.now += 40.0
    assert world.claim("a") == 0.0
    assert world.claim("b") == 60.0
    # The first one ends: the second takes over at the time that it was told.
    world.now += 60.0
    assert world.claim("b") == 0.0


def test_a_tickle_under_way_is_waited_for_and_then_sent_beside() -> None:
    world = World()
    assert world.claim("a", answered=False) == 0.0
    assert world.claim("b") == 5.0
    world.now += 5.0
    assert world.claim("b", answered=False) == 0.0
    # Its own retry keeps the endpoint's limit alone.
    world.now += 0.4
    assert world.claim("b") == pytest.approx(1.1)
    world.now += 1.1
    assert world.claim("b") == 0.0


def test_an_answer_that_is_told_late_hides_no_newer_one() -> None:
    record = Record().tickled(START, "a").tickled(START - 5, "b")
    assert (record.tickled_at, record.tickled_by) == (START, "a")


def test_a_retry_waits_for_room_and_a_429_leaves_none() -> None:
    world = World()
    world.claim(answered=False)
    for _ in range(BURST + PER_MINUTE):
        world.record = world.record.taken(world.wall, Endpoint.SUMMARY, "b")
    world.now += 5.0
    assert world.claim() == pytest.approx(55.0)
    world = World()
    world.claim(answered=False)
    world.limit()
    world.now += 5.0
    assert world.claim() == 45.0
    world.now += 45.0
    assert world.claim() == 0.0


def test_who_has_had_less_goes_first() -> None:
    world = World()
    for _ in range(20):
        world.until_given(Endpoint.SUMMARY, "greedy")
    refused = world.ask(Endpoint.AUTH_STATUS, "script")
    assert refused.wait > 0
    world.now += refused.wait
    back = world.ask(Endpoint.SUMMARY, "greedy")
    assert 0 < back.wait <= 0.2
    assert world.ask(Endpoint.AUTH_STATUS, "script") == Answer()


def test_who_was_killed_while_it_waited_holds_up_nobody_for_long() -> None:
    world = World()
    for _ in range(20):
        world.until_given(Endpoint.SUMMARY, "greedy")
    world.now += world.ask(Endpoint.AUTH_STATUS, "killed").wait
    assert world.until_given(Endpoint.SUMMARY, "greedy") <= 0.2
    world.now += 0.01
    assert world.look().waiting == {}
    world.record = replace(world.record, waiting={"odd": world.wall + 1e6})
    assert world.look().waiting == {}


def test_a_clock_set_back_neither_forgets_nor_blocks() -> None:
    world = World()
    for endpoint in (Endpoint.PNL, Endpoint.POSITIONS):
        world.ask(endpoint)
        world.limit()
    world.claim()
    world.set_by = -86_400.0
    assert world.ask(Endpoint.AUTH_STATUS).wait == PENALTY
    assert world.record.tickled_at == world.wall
    world.now += PENALTY
    assert world.ask(Endpoint.AUTH_STATUS) == Answer()


def test_a_clock_set_forward_ends_what_has_passed_by_it() -> None:
    world = World()
    world.ask(Endpoint.PNL)
    world.limit()
    world.set_by = 3600.0
    assert world.ask(Endpoint.PNL) == Answer()
    assert world.record.frozen == {}


def test_a_record_does_not_grow_without_end() -> None:
    record = Record()
    for number in range(2000):
        record = record.taken(START + number * 0.001, Endpoint.TICKLE, "a")
    assert len(record.turns) == 500
    assert record.turns[-1].at == START + 1999 * 0.001
    assert record.settled(START + 100).turns == ()
