"""Several monitors and a script on one gateway: one keep-alive, one budget, and everybody sees enough."""

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.flights import Watched, sent_by
from tests.support.limits import TICKLE, broken_limits
from tests.support.rig import Rig, rig
from tui.engine.look import look
from tui.gateway.errors import RateLimited
from tui.simulator.scenarios import Scenario

SLICE = 600.0


def monitors(count: int, folder: Path, scenario: Scenario = Scenario.READY) -> list[Rig]:
    first = rig(scenario, folder=folder, name="0")
    return [first, *(rig(beside=first, folder=folder, name=str(number)) for number in range(1, count))]


def assert_no_limit_broken(transports: Sequence[Watched]) -> None:
    """In slices that overlap by more than the longest limit, since the count is a slow one."""
    sent = sent_by(transports)
    begin = sent[0].at
    while begin < sent[-1].at:
        assert broken_limits([each for each in sent if begin <= each.at < begin + SLICE]) == []
        begin += SLICE / 2


@pytest.mark.parametrize("count", [2, 3])
async def test_every_due_tickle_is_sent_once(count: int, tmp_path: Path) -> None:
    engines = monitors(count, tmp_path)
    async with AsyncExitStack() as running:
        for engine in engines:
            await running.enter_async_context(engine.running())
        await engines[0].clock.advance(299)
        assert engines[0].asked("/tickle") == 5
        for engine in engines:
            assert engine.state.session.keep_alive.this_hour(engine.clock.now()) == (5, 5)
            assert engine.verdict().name == "ready"
        assert sum(engine.state.session.keep_alive.elsewhere for engine in engines) == count - 1


async def test_another_takes_over_within_a_minute_when_one_is_gone(tmp_path: Path) -> None:
    first, second = monitors(2, tmp_path)
    async with second.running():
        async with first.running():
            await first.clock.advance(210)
        tickling, other = (first, second) if first.transport.times("/tickle") else (second, first)
        assert other.transport.times("/tickle") == []
        gone = first.clock.now().ticks
        await first.clock.advance(300)
        if tickling is first:
            assert second.transport.times("/tickle")[0] <= gone + 60
        assert second.verdict().name == "ready"
        everything = sorted(first.transport.times("/tickle") + second.transport.times("/tickle"))
        assert all(later - at <= 60.01 for at, later in pairwise(everything))


async def test_a_tickle_under_way_when_its_monitor_dies_is_sent_by_the_other(tmp_path: Path) -> None:
    first, second = monitors(2, tmp_path)
    first.transport.latency = 3.0
    async with second.running():
        async with first.running():
            await first.clock.advance(61)
        died = first.clock.now().ticks
        await first.clock.advance(10)
        times = first.transport.times("/tickle") + second.transport.times("/tickle")
        assert any(died - 62 < at <= died + 6 for at in times)
        assert second.state.session.keep_alive.answered_at is not None
        assert second.state.session.keep_alive.answered_at.ticks > died - 2


async def test_ten_minutes_of_two_monitors_and_a_script_a_minute(tmp_path: Path) -> None:
    engines = monitors(2, tmp_path)
    clock = engines[0].clock
    looks: list[Rig] = []
    verdicts: set[str] = set()
    async with engines[0].running(), engines[1].running():
        await clock.advance(30)
        for minute in range(10):
            script = rig(beside=engines[0], folder=tmp_path, name=f"look-{minute}")
            looks.append(script)
            looking = asyncio.create_task(look(script.core, clock.now().plus(14)))
            for _ in range(6):
                await clock.advance(10)
                verdicts |= {str(engine.verdict().name) for engine in engines}
            assert looking.done()
            await script.core.client.aclose()
            assert script.state.standing is not None
            assert script.state.standing.verdict == "ready"
            assert script.state.session.sign_in is not None
    assert verdicts == {"ready"}
    assert_no_limit_broken([each.transport for each in (*engines, *looks)])
    tickles = [at for each in engines for at in each.transport.times("/tickle")]
    assert len(tickles) in {10, 11}
    assert not any(each.transport.times("/tickle") for each in looks)
    assert [flight for each in (*engines, *looks) for flight in each.transport.flights if flight.status == 429] == []
    assert sum(len(each.state.positions.books) == 1 for each in looks) >= 9
    for engine in engines:
        assert len(engine.state.journal) == 1


async def test_the_reader_of_limits_sees_a_broken_one(tmp_path: Path) -> None:
    engine = rig(folder=tmp_path)
    async with engine.running():
        await engine.clock.advance(30)
        await engine.clock.advance(1)
        for _ in range(2):
            await engine.clock.advance(1)
            with contextlib.suppress(RateLimited):
                await engine.core.client.portfolio_accounts()
    with pytest.raises(AssertionError, match="portfolio/accounts at"):
        assert_no_limit_broken([engine.transport])
    assert engine.gateway.journal.count(TICKLE) == 1


@pytest.mark.parametrize("scenario", [s for s in Scenario if s not in {Scenario.LARGE, Scenario.ADVISOR}])
async def test_two_monitors_keep_the_limits_in_every_scenario(scenario: Scenario, tmp_path: Path) -> None:
    engines = monitors(2, tmp_path, scenario)
    async with engines[0].running(), engines[1].running():
        await engines[0].clock.advance(310)  # the longest time between two requests to one endpoint is 300
        assert all(engine.state.faults == {} for engine in engines)
        names = {engine.verdict().name for engine in engines}
        if scenario not in {Scenario.DAY, Scenario.FLAPPING, Scenario.GARBAGE}:
            assert len(names) == 1
            assert names != {"unknown"}
    assert_no_limit_broken([engine.transport for engine in engines])
