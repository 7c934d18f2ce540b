"""The engine as a service: what it asks, who is told, what runs beside it, and how it ends."""

import asyncio
from pathlib import Path

import pytest

from tests.support.clock import settle
from tests.support.flights import sent_by
from tests.support.limits import broken_limits
from tests.support.rig import rig
from tests.support.watching import watched
from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.state import MonitorState, Pace
from tui.domain.verdict import Verdict
from tui.simulator.scenarios import Scenario
from tui.watch.watcher import AUTH_EVERY, Watcher, watch_pace


async def test_it_asks_what_the_verdict_the_login_and_the_keep_alive_need_and_no_more() -> None:
    async with watched(rig(pace=watch_pace(Pace()), accounts=3)) as seen:
        await seen.advance(600)
        asked = {flight.endpoint for flight in seen.rig.transport.flights}
        assert asked == {
            "POST /v1/api/iserver/auth/status",
            "POST /v1/api/tickle",
            "GET /v1/api/sso/validate",
            "GET /",
        }
        assert len(seen.rig.transport.flights) < 600 / 6
        assert seen.rig.state.session.sign_in is not None
        assert seen.rig.verdict().name == "ready"
        assert seen.rig.state.faults == {}


def test_the_pace_is_never_faster_than_nobody_needs() -> None:
    assert watch_pace(Pace()).auth == AUTH_EVERY
    assert watch_pace(Pace(auth=300.0, on_word=frozenset({"summary"}))) == Pace(
        auth=300.0, on_word=frozenset({"summary"})
    )
    assert watch_pace(Pace()).tickle == Pace().tickle


async def test_without_a_keep_alive_no_tickle_goes_out() -> None:
    async with watched(rig(keep_alive=False)) as seen:
        await seen.advance(200)
        assert seen.rig.transport.times("/tickle") == []
        assert seen.rig.verdict().name == "ready"


async def test_subscribers_are_called_once_a_second_and_on_every_change() -> None:
    calls: list[tuple[MonitorState, Verdict, Moment]] = []
    async with watched(rig(pace=watch_pace(Pace()))) as seen:
        await seen.advance(100)
        seen.watcher.subscribe(lambda *told: calls.append(told))
        await seen.advance(60)
        assert 59 <= len(calls) <= 59 + 30
        state, found, now = calls[-1]
        assert state is seen.rig.state
        assert found == seen.rig.verdict()
        assert now == seen.watcher.beat_at
        calls.clear()
        seen.rig.core.notice(Level.INFO, "something")
        await settle()  # at once, without any time passing
        assert [told[0].journal[-1].text for told in calls] == ["something"]


async def test_a_subscriber_that_fails_is_told_once_and_holds_up_nobody() -> None:
    others: list[Moment] = []

    def broken(state: MonitorState, found: Verdict, now: Moment) -> None:
        raise ValueError("session=secret-in-here")

    async with watched(rig()) as seen:
        seen.watcher.subscribe(broken)
        seen.watcher.subscribe(lambda state, found, now: others.append(now))
        await seen.advance(130)
        assert len(others) >= 130
        assert seen.text.count("a part of the watch failed by a defect of cpwatch (ValueError") == 1
        assert "secret-in-here" not in seen.text
        assert len(seen.rig.transport.times("/tickle")) == 3


class Steady:
    """A service that notes its life, and fails as often as it is told to. ended: whether it was cancelled."""

    def __init__(self, failures: int = 0, *, returns: bool = False) -> None:
        self.begun = 0
        self.ended = False
        self._failures = failures
        self._returns = returns

    async def run(self, watcher: Watcher) -> None:
        self.begun += 1
        if self.begun <= self._failures:
            raise OSError("token=abcdefgh")
        if self._returns:
            return
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_services_run_beside_the_jobs_and_end_with_them() -> None:
    steady, failing, brief = Steady(), Steady(2), Steady(returns=True)
    async with watched(rig(), services=(steady, failing, brief)) as seen:
        await seen.advance(130)
        assert (steady.begun, failing.begun, brief.begun) == (1, 3, 1)
        assert seen.text.count("the Steady service failed by a defect of cpwatch (OSError") == 2
        assert "abcdefgh" not in seen.text
        assert not steady.ended
        assert len(seen.rig.transport.times("/tickle")) == 3
    assert steady.ended
    assert failing.ended


async def test_it_ends_while_a_request_hangs() -> None:
    async with watched(rig(Scenario.BACKEND_HUNG)) as seen:
        await seen.advance(3)
        assert any(flight.ended is None for flight in seen.rig.transport.flights)
    assert all(flight.ended is not None for flight in seen.rig.transport.flights)


async def test_what_ends_the_work_otherwise_ends_the_watch() -> None:
    engine = rig()
    watcher = Watcher(engine.core)

    def dying() -> object:
        raise MemoryError

    watcher._jobs = dying  # type: ignore[method-assign, assignment]
    with pytest.raises(ExceptionGroup) as ended:
        await watcher.run()
    assert ended.group_contains(MemoryError)
    await engine.core.client.aclose()


async def test_a_monitor_leaves_the_tickle_to_a_watch_and_takes_over_when_it_dies(tmp_path: Path) -> None:
    engine = rig(pace=watch_pace(Pace()), folder=tmp_path, name="watch")
    monitor = rig(beside=engine, folder=tmp_path, name="monitor")
    async with watched(engine) as seen:
        await seen.advance(30)
        async with monitor.running():
            await seen.advance(400)
            assert monitor.transport.times("/tickle") == []
            assert monitor.state.session.keep_alive.elsewhere
            answered, due = monitor.state.session.keep_alive.this_hour(engine.clock.now())
            assert answered == due > 5
            seen.watcher.stop()
            await settle()
            gone = engine.clock.now().ticks
            await engine.clock.advance(300)
            tickles = monitor.transport.times("/tickle")
            assert len(tickles) >= 4
            assert tickles[0] <= gone + 60.5
            assert not monitor.state.session.keep_alive.elsewhere
            assert monitor.verdict().name == "ready"
    assert broken_limits(sent_by([engine.transport, monitor.transport])) == []
