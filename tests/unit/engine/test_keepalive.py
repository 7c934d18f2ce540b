"""The keep-alive under a clock that the test drives: every due tickle goes out, whatever happens."""

import math
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.clock import settle
from tests.support.rig import Rig, rig
from tui.domain.failure import Failure, FailureKind
from tui.domain.session import Tickle
from tui.engine.core import FAST_RETRY
from tui.engine.keepalive import FAST_RETRIES, TickleJob
from tui.engine.record import Record
from tui.gateway.endpoints import Endpoint
from tui.simulator.messages import Hang, Reply, Request, reply
from tui.simulator.scenarios import Scenario

TICKLE = "/tickle"


def this_hour(running: Rig) -> tuple[int, int]:
    return running.state.session.keep_alive.this_hour(running.clock.now())


async def test_a_tickle_a_minute_for_an_hour() -> None:
    async with rig().running() as running:
        await running.clock.advance(3599)
        assert running.asked(TICKLE) == 60
        assert this_hour(running) == (60, 60)


async def test_none_goes_out_where_another_program_does_it() -> None:
    async with rig(keep_alive=False).running() as running:
        await running.clock.advance(600)
        assert running.asked(TICKLE) == 0
        assert running.verdict().name == "ready"


async def test_the_rhythm_does_not_drift_with_slow_answers() -> None:
    async with rig().running() as running:
        running.transport.latency = 4.0
        await running.clock.advance(1199)  # 20 answers of 4 s each would have cost it one
        assert running.asked(TICKLE) == 20


async def test_hung_requests_of_others_do_not_hold_it_up() -> None:
    async with rig().running() as running:
        await running.clock.advance(5)
        before = running.asked(TICKLE)
        running.gateway.set_scenario(Scenario.BACKEND_HUNG)
        await running.clock.advance(59)
        assert running.asked(TICKLE) > before


async def test_a_failure_is_retried_fast_and_answers_the_same_slot() -> None:
    async with rig().running() as running:
        await running.clock.advance(59)
        running.transport.refused = True
        await running.clock.advance(2)
        assert this_hour(running) == (1, 2)
        running.transport.refused = False
        await running.clock.advance(5)
        assert this_hour(running) == (2, 2)
        texts = [entry.text for entry in running.state.journal]
        assert any(text.startswith("keep-alive unanswered") for text in texts)
        assert "keep-alive answered again after 1 failure" in texts


async def test_fast_retries_end_after_twelve() -> None:
    async with rig().running() as running:
        running.gateway.set_scenario(Scenario.BACKEND_DOWN)
        await running.clock.advance(60 * 10)
        due = running.state.session.keep_alive.this_hour(running.clock.now())[1]
        # One a minute stays, and the first failures alone were tried again in between.
        assert running.asked(TICKLE) - FAST_RETRIES == pytest.approx(due, abs=2)


async def test_the_end_of_a_long_outage_is_not_waited_out_for_a_minute() -> None:
    async with rig().running() as running:
        await running.clock.advance(10)
        running.transport.refused = True
        await running.clock.advance(200)  # the fast retries are spent
        running.transport.refused = False
        since = running.clock.now().ticks
        await running.clock.advance(12)
        assert running.transport.times(TICKLE, since)


@pytest.mark.parametrize("scenario", list(Scenario))
async def test_its_rhythm_in_every_scenario_for_minutes(scenario: Scenario) -> None:
    async with rig(scenario).running() as running:
        # The fast retries are spent within the second minute, and the longest play, a day's, is played three times.
        # Five thousand rows every few seconds would cost more than they tell of a tickle.
        seconds = 65 if scenario is Scenario.LARGE else 600
        await running.clock.advance(seconds - 1)
        assert running.state.faults == {}
        tickles = [flight for flight in running.transport.flights if flight.endpoint.endswith(TICKLE)]
        assert tickles[0].at == 1000
        fast = 0
        for before, after in pairwise(tickles):
            # One that hangs has its read timeout before the next, and none is ever missed.
            assert after.at - before.at <= 60 + running.state.pace.read_timeout
            if before.status == 200:
                fast = 0
            if (after.at - 1000) // 60 == (before.at - 1000) // 60:  # a retry: none has come due in between
                # Among the garbage is an error of IBKR's that comes with 200.
                assert before.status is None or before.status >= 500 or scenario is Scenario.GARBAGE
                assert after.at - (before.ended or before.at) >= FAST_RETRY - 0.01
                fast += 1
            assert fast <= FAST_RETRIES
        answered, due = this_hour(running)
        assert due in {math.ceil(seconds / 60) - 1, math.ceil(seconds / 60)}
        assert answered <= due


async def test_after_its_fast_retries_are_spent_a_success_brings_new_ones() -> None:
    async with rig().running() as running:
        for _ in range(2):
            running.transport.refused = True
            since = running.clock.now().ticks
            await running.clock.advance(300)
            assert len(running.transport.times(TICKLE, since)) >= FAST_RETRIES + 3
            running.transport.refused = False
            await running.clock.advance(120)


async def test_under_a_429_it_keeps_its_minute_and_freezes_nothing_else_by_itself() -> None:
    running = rig()
    limited = [True]
    honest = running.gateway.respond

    def respond(request: Request) -> Reply | Hang:
        usual = honest(request)
        return reply(429, b"{}") if limited[0] and request.path.endswith(TICKLE) else usual

    running.gateway.respond = respond  # type: ignore[method-assign]
    running.transport.latency = 0.01
    async with running.running():
        await running.clock.advance(601)
        times = running.transport.times(TICKLE)
        assert all(later - at == pytest.approx(60, abs=0.1) for at, later in pairwise(times))
        now = running.clock.now()
        assert running.core.budget.penalty(Endpoint.SUMMARY) == 0
        assert running.state.positions.books["DU1234567"].age(now) < 5
        limited[0] = False
        await running.clock.advance(60)
        assert this_hour(running)[0] == 1


@pytest.mark.parametrize("scenario", [Scenario.LOGIN_REQUIRED, Scenario.DENIED])
async def test_what_only_a_person_can_mend_is_not_retried_fast(scenario: Scenario) -> None:
    async with rig(scenario).running() as running:
        await running.clock.advance(599)
        assert running.asked(TICKLE) == 10
        assert this_hour(running) == (0, 10)


async def test_a_429_is_never_retried_fast() -> None:
    running = rig()
    job = TickleJob(running.core)

    async def limited() -> None:
        from tui.domain.path import Timing
        from tui.gateway.errors import error_for

        raise error_for(Failure(FailureKind.RATE_LIMITED, "429", 429), Timing())

    running.core.client.tickle = limited  # type: ignore[method-assign, assignment]
    assert await job.round() == pytest.approx(60)
    await running.core.client.aclose()


async def test_after_a_429_what_fails_waits_for_its_minute_and_is_not_taken_for_another_processs_success() -> None:
    running = rig()
    honest, said = running.gateway.respond, [429]
    replies = {429: reply(429, b"{}"), 503: reply(503, b"{}")}

    def respond(request: Request) -> Reply | Hang:
        wanted = request.path.endswith(TICKLE) and said[0] in replies
        return replies[said[0]] if wanted else honest(request)

    running.gateway.respond = respond  # type: ignore[method-assign]
    async with running.running():
        await running.clock.advance(30)
        said[0] = 200
        await running.clock.advance(60)
        said[0] = 503
        await running.clock.advance(60)
        keep_alive = running.state.session.keep_alive
        assert keep_alive.failures == 1
        assert not keep_alive.elsewhere
        assert keep_alive.next_at is not None
        assert running.clock.now().seconds_until(keep_alive.next_at) > 20
        await running.clock.advance(60)
        # The auth status sees that IBKR answers, which has the tickle tried as early as a 429 allows.
        assert all(49.9 < later - at < 60.1 for at, later in pairwise(running.transport.times(TICKLE)))
        assert not any("another cpwatch" in entry.text for entry in running.state.journal)


async def test_after_a_suspend_one_tickle_goes_out_and_the_lost_ones_are_not_made_up_for() -> None:
    async with rig().running() as running:
        await running.clock.advance(120)
        before = running.asked(TICKLE)
        await running.clock.suspend(3600)
        await running.clock.advance(61)
        assert running.asked(TICKLE) - before in {1, 2}


@pytest.mark.parametrize("wrong", [20.0, 90.0, 7200.0, -90.0, -7200.0])
async def test_a_clock_that_is_set_wrong_and_right_again_makes_no_tickle_late(wrong: float) -> None:
    async with rig().running() as running:
        await running.clock.advance(65)
        for by in (wrong, -wrong):
            running.clock.jump_wall(by)
            await running.clock.advance(95)
        await running.clock.advance(200)
        times = running.transport.times(TICKLE)
        assert max(later - at for at, later in pairwise(times)) < 60.1


async def test_a_tickle_that_raises_a_defect_is_shown_and_tried_again() -> None:
    running = rig()
    honest = running.core.client.tickle

    async def broken() -> None:
        raise RuntimeError("a defect in /account U1234567")

    running.core.client.tickle = broken  # type: ignore[method-assign, assignment]
    async with running.running():
        await settle()
        assert "keep-alive" in running.state.faults
        assert "U1234567" not in running.state.journal[-1].text + running.state.faults["keep-alive"].error
        running.core.client.tickle = honest  # type: ignore[method-assign]
        await running.clock.advance(10)
        assert running.state.faults == {}
        assert any(entry.text == "the keep-alive job runs again" for entry in running.state.journal)
        assert isinstance(running.state.session.tickle.outcome, Tickle)  # type: ignore[union-attr]


@pytest.mark.parametrize(("other", "shut"), [(None, False), (Endpoint.AUTH_STATUS, True)])
def test_two_refused_tickles_a_hair_less_than_a_minute_apart_stop_no_polling(
    other: Endpoint | None, shut: bool
) -> None:
    record = Record().limited(1000.0, Endpoint.TICKLE, 0.0)
    if other is not None:
        record = record.limited(1000.5, other, 0.0).limited(1000.6, Endpoint.TICKLE, 0.0)
    record = record.limited(1059.99, Endpoint.TICKLE, 0.0)
    assert (record.penalty(1060.0, Endpoint.SUMMARY) > 0) is shut


async def test_two_monitors_under_a_429_keep_one_minute(tmp_path: Path) -> None:
    first = rig(Scenario.RATE_LIMITED, folder=tmp_path, name="first")
    second = rig(beside=first, folder=tmp_path, name="second")
    async with first.running(), second.running():
        await first.clock.advance(600)
        times = sorted(first.transport.times(TICKLE) + second.transport.times(TICKLE))
        assert len(times) == 11
        assert all(later - at > 59.9 for at, later in pairwise(times))
        for running in (first, second):
            assert running.verdict().name == "rate_limited"
