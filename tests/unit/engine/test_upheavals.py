"""Suspend, clocks that are set, restarts and other logins: noticed, said, asked anew; nothing fresh that is not."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from tests.support.clock import ManualClock
from tests.support.rig import Rig, rig
from tui.domain.state import Pace
from tui.engine.jobs import jump
from tui.simulator.scenarios import Scenario
from tui.simulator.session import Link

FIRST = "DU1234567"
Upheaval = Callable[[Rig], Awaitable[None]]
ANEW = ("/auth/status", "/tickle", "/portfolio/accounts", "/summary", "/ledger", "portfolio2/DU1234567/positions")


async def suspended(running: Rig) -> None:
    await running.clock.suspend(3600)


async def set_forward(running: Rig) -> None:
    running.clock.jump_wall(7200)


async def set_back(running: Rig) -> None:
    running.clock.jump_wall(-7200)


def said(running: Rig) -> str:
    return "\n".join(entry.text for entry in running.state.journal)


@pytest.mark.parametrize(
    ("upheaval", "words"),
    [
        (suspended, "this machine slept for 1 h, or its clock was set forward"),
        (set_forward, "this machine slept for 2 h, or its clock was set forward"),
        (set_back, "the clock was set back by 2 h"),
    ],
)
async def test_time_that_jumps_is_said_and_everything_asked_anew(upheaval: Upheaval, words: str) -> None:
    async with rig().running() as running:
        await running.clock.advance(170)
        await upheaval(running)
        since = running.clock.now().ticks
        await running.clock.advance(15)
        assert words in said(running)
        assert "everything is asked anew" in said(running)
        for path in ANEW:
            assert running.transport.times(path, since), path
        now = running.clock.now()
        assert running.state.positions.books[FIRST].age(now) < 10
        assert running.state.accounts.summaries[FIRST].age(now) < 15
        assert running.verdict().name != "unknown"
        assert running.state.faults == {}
        # Said once, and with no more than the usual afterwards.
        await running.clock.advance(120)
        assert said(running).count("asked anew") == 1
        assert len(running.transport.times("/tickle", since)) <= 4


@pytest.mark.parametrize("upheaval", [suspended, set_forward])
async def test_nothing_is_fresh_after_hours_until_it_was_asked_again(upheaval: Upheaval) -> None:
    async with rig().running() as running:
        await running.clock.advance(170)
        await upheaval(running)
        now = running.clock.now()
        assert running.verdict().name == "unknown"
        assert running.state.positions.books[FIRST].age(now) >= 3600
        assert running.state.accounts.summaries[FIRST].age(now) >= 3600
        assert running.state.session.keep_alive.this_hour(now)[0] == 0


async def test_a_clock_set_back_makes_nothing_younger() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        running.transport.refused = True
        await running.clock.advance(300)
        before = running.state.positions.books[FIRST].age(running.clock.now())
        running.clock.jump_wall(-7200)
        assert running.state.positions.books[FIRST].age(running.clock.now()) >= before
        await running.clock.advance(60)
        assert running.verdict().name == "gateway_down"
        assert running.state.positions.books[FIRST].age(running.clock.now()) >= before + 60


async def test_the_rhythm_holds_after_a_clock_was_set_back() -> None:
    async with rig().running() as running:
        await running.clock.advance(100)
        running.clock.jump_wall(-7200)
        since = running.clock.now().ticks
        await running.clock.advance(1199)
        assert 20 <= len(running.transport.times("/tickle", since)) <= 21
        assert running.verdict().name == "ready"


def test_small_steps_are_none() -> None:
    clock = ManualClock()
    before = clock.now()
    clock.jump_wall(9)
    assert jump(before, clock.now().plus(1)) is None
    assert "was stopped for 1 min" in (jump(before, before.plus(62)) or "")


async def test_a_restart_loses_the_login_and_another_one_is_followed() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        running.transport.restart()
        await running.clock.advance(10)
        assert running.verdict().name == "login_required"
        assert "login required" in said(running)
        assert running.state.session.sign_in is None
        since = running.clock.now().ticks
        await running.clock.advance(60)
        assert running.transport.times("/positions", since) == []
        age = running.state.positions.books[FIRST].age(running.clock.now())
        assert age >= 60
        running.gateway.session.log_in(running.clock.now())
        await running.clock.advance(12)
        assert running.verdict().name == "ready"
        assert running.transport.times("/portfolio/accounts", since)
        await running.clock.advance(8)
        assert running.state.positions.books[FIRST].age(running.clock.now()) < 5


async def test_a_gateway_that_goes_and_comes_back() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        running.gateway.set_scenario(Scenario.RESTARTING)
        await running.clock.advance(90)
        lines = [entry.text.partition(":")[0] for entry in running.state.journal]
        assert [line for line in lines if not line.startswith("keep-alive")] == [
            *("ready", "gateway down", "login required", "initialising", "ready"),
        ]
        assert running.state.positions.books[FIRST].age(running.clock.now()) < 5


async def test_the_nightly_reset_ends_the_login_and_is_called_expected() -> None:
    eve = ManualClock(datetime(2026, 11, 21, 4, 50, tzinfo=UTC))  # ten to midnight in New York
    async with rig(clock=eve).running() as running:
        await eve.advance(300)
        assert running.verdict().name == "ready"
        running.gateway.set_scenario(Scenario.BACKEND_DOWN)
        await eve.advance(60)
        assert "nightly reset" in running.verdict().summary
        running.gateway.set_scenario(Scenario.READY)
        await eve.advance(300)
        assert running.verdict().name == "login_required"
        assert running.gateway.session.link is Link.OUT
        assert "Expected at this hour" in str(running.verdict().remedy)
        assert running.state.session.sign_in is None


async def test_another_login_takes_the_session_and_gives_it_back() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        for scenario, verdict in (
            (Scenario.CONTESTED, "contested"),
            (Scenario.COMPETING, "competing"),
            (Scenario.READY, "ready"),
        ):
            running.gateway.set_scenario(scenario)
            await running.clock.advance(10)
            assert running.verdict().name == verdict
            assert running.state.positions.books[FIRST].age(running.clock.now()) < 5
        lines = [entry.text.partition(":")[0] for entry in running.state.journal]
        assert lines == ["ready", "contested", "competing", "ready"]
        await running.clock.advance(30)
        assert running.state.accounts.pnl is not None
        assert running.state.accounts.pnl.age(running.clock.now()) < 20


async def test_a_trading_day_is_followed_from_phase_to_phase() -> None:
    async with rig(Scenario.DAY, pace=Pace()).running() as running:
        await running.clock.advance(190)
        lines = [entry.text.partition(":")[0] for entry in running.state.journal]
        told = [line for line in lines if not line.startswith("keep-alive")]
        assert told[:3] == ["login required", "initialising", "ready"]
        assert {"competing", "backend down", "backend hung", "session lapsed"} <= set(told)
        assert running.state.faults == {}


async def test_a_rare_tickle_goes_out_at_once_after_a_suspend_as_well() -> None:
    async with rig(pace=Pace(tickle=100.0)).running() as running:
        await running.clock.advance(110)
        await running.clock.suspend(3600)
        since = running.clock.now().ticks
        await running.clock.advance(15)
        assert running.transport.times("/tickle", since)
