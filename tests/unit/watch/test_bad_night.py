"""A scripted bad night under `cpwatch watch`: not one gap in the keep-alive that could have been avoided."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.support.alerting import Keeping, titles
from tests.support.clock import ManualClock
from tests.support.rig import Rig, rig
from tests.support.watching import Watched, watched
from tui.config.alert_settings import AlertSettings
from tui.domain.state import Pace
from tui.simulator.messages import HANG, Hang, Reply, reply
from tui.simulator.session import Link
from tui.watch.alerts.service import Alerts
from tui.watch.watcher import watch_pace

EVENING = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)  # a Wednesday, ten hours before New Jersey's midnight
USUAL = Pace()
TICKLE, INIT = "/tickle", "/ssodh/init"
BROKEN = reply(500, b'{"error":"Internal Server Error"}', ((b"Content-Type", b"application/json"),))


@dataclass
class Night:
    """watched: the watch. outages: from when to when no tickle could be answered, by the monotonic clock.

    sink: who is told, with the settings as they come.
    """

    watched: Watched
    outages: list[tuple[float, float]]
    sink: Keeping

    @property
    def rig(self) -> Rig:
        return self.watched.rig

    @property
    def link(self) -> Link:
        """How far the session behind the gateway reaches now."""
        self.rig.gateway.session.pass_to(self.rig.clock.now())
        return self.rig.gateway.session.link

    def answered(self) -> list[float]:
        """When tickles were sent that were answered."""
        flights = self.rig.transport.flights
        return [each.at for each in flights if each.endpoint.endswith(TICKLE) and each.status == 200]

    async def outage(self, seconds: float, answer: Reply | Hang | None) -> None:
        """IBKR answers so to everything for that long; None: nobody listens at the gateway's port."""
        gateway, began = self.rig.gateway, self.rig.clock.now().ticks
        honest = gateway.respond
        if answer is None:
            self.rig.transport.refused = True
        else:
            gateway.respond = lambda request: answer  # type: ignore[method-assign]
        await self.watched.advance(seconds)
        self.rig.transport.refused = False
        gateway.respond = honest  # type: ignore[method-assign]
        self.outages.append((began, self.rig.clock.now().ticks))


@asynccontextmanager
async def night(pace: Pace = USUAL, begins: datetime = EVENING) -> AsyncIterator[Night]:
    sink = Keeping()
    engine = rig(clock=ManualClock(begins), pace=watch_pace(pace))
    async with watched(engine, reopen=True, services=[Alerts(AlertSettings(), [sink])]) as seen:
        await seen.advance(600)
        yield Night(seen, [], sink)


async def test_a_bad_night_has_no_gap_that_could_have_been_avoided() -> None:
    async with night() as bad:
        for seconds, answer in ((95.0, None), (180.0, BROKEN), (240.0, HANG), (17.0, HANG), (30.0, BROKEN)):
            await bad.outage(seconds, answer)
            assert bad.link is Link.LIVE
            await bad.watched.advance(400)
            assert bad.rig.verdict().name == "ready"
        awake = bad.rig.clock.now()
        await bad.rig.clock.suspend(240)
        await bad.watched.advance(2)
        assert bad.answered()[-1] > awake.ticks, "a tickle goes out as soon as the machine is awake"
        assert bad.link is Link.LIVE
        await bad.watched.advance(600)
        for earlier, later in pairwise(bad.answered()):
            ends = [end for began, end in bad.outages if earlier < end and began < later]
            # Without an outage the next one is a minute later; after one it is a minute after its end at the latest.
            since = max(ends, default=earlier)
            assert later - since <= 60.5, (earlier, later, bad.outages)
        sent = bad.rig.transport.times(TICKLE)
        assert max(later - earlier for earlier, later in pairwise(sent)) <= 60.5
        assert bad.rig.transport.times(INIT) == []
        assert bad.rig.state.faults == {}
        assert bad.watched.text.count("verdict: ready") == 1 + len(bad.outages) + 1
        # The others were no longer than a moment, and the gateway was up while this machine slept.
        down, hung, over = "cpwatch: BACKEND DOWN", "cpwatch: BACKEND HUNG", "cpwatch: READY AGAIN"
        assert titles(bad.sink.got) == [down, over, hung, over]
        ids = [each["id"] for each in bad.sink.got]
        assert ids[0] == ids[1] != ids[2] == ids[3]


async def test_a_short_outage_costs_no_tickle_at_all() -> None:
    async with night() as bad:
        # It begins right before one is due.
        next_at = bad.rig.state.session.keep_alive.next_at
        assert next_at is not None
        await bad.watched.advance(bad.rig.clock.now().seconds_until(next_at) - 1)
        await bad.outage(21.0, BROKEN)
        ended = bad.rig.clock.now().ticks
        await bad.watched.advance(6)
        assert ended <= bad.answered()[-1] <= ended + 5
        await bad.watched.advance(600)
        due, all_due = bad.rig.state.session.keep_alive.this_hour(bad.rig.clock.now())
        assert due == all_due


@pytest.mark.parametrize("answer", [None, BROKEN, HANG], ids=["refused", "broken", "hung"])
async def test_after_a_long_outage_no_tickle_waits_for_its_minute(answer: Reply | Hang | None) -> None:
    async with night() as bad:
        next_at = bad.rig.state.session.keep_alive.next_at
        assert next_at is not None
        await bad.watched.advance(bad.rig.clock.now().seconds_until(next_at) - 1)
        # It ends right after a try for which a minute had come, when the quick ones are spent.
        await bad.outage(263.0, answer)
        ended = bad.rig.clock.now().ticks
        await bad.watched.advance(30)
        assert ended <= bad.answered()[-1] <= ended + 28, "an auth status every 15 s, or as long as one that hangs"
        assert len([at for at in bad.answered() if at > ended]) == 1
        assert bad.link is Link.LIVE


@pytest.mark.parametrize("tickle", [60.0, 120.0])
async def test_a_long_suspend_ends_the_session_which_is_re_opened_without_competing(tickle: float) -> None:
    async with night(Pace(tickle=tickle)) as bad:
        await bad.rig.clock.suspend(3600)
        woken = bad.rig.clock.now().ticks
        await bad.watched.advance(3)
        assert bad.answered()[-1] >= woken
        assert "this machine slept for 1 h" in bad.watched.text
        assert bad.link is Link.LAPSED
        await bad.watched.advance(45)
        assert bad.link is Link.LIVE
        assert len(bad.rig.transport.times(INIT)) == 1
        assert 30 <= bad.rig.transport.times(INIT)[0] - woken <= 34
        assert bad.rig.verdict().name == "ready"


async def test_clocks_that_are_set_cost_no_tickle() -> None:
    async with night() as bad:
        for jump in (7200.0, -7200.0, -90.0):
            bad.rig.clock.jump_wall(jump)
            await bad.watched.advance(300)
            assert bad.rig.verdict().name == "ready"
        assert max(later - earlier for earlier, later in pairwise(bad.answered())) <= 60.5


async def test_the_daily_reset_is_told_at_once_as_a_persons_business() -> None:
    async with night(begins=EVENING + timedelta(hours=9, minutes=45)) as bad:
        await bad.watched.advance(15 * 60 - 600 - 5)
        assert "log in" not in bad.watched.text
        await bad.watched.advance(35)
        told = [line for line in bad.watched.lines if "a person has to log in" in line]
        assert len(told) == 1
        assert "as expected at this hour" in told[0]
        await bad.watched.advance(900)
        assert bad.rig.transport.times(INIT) == []
        assert sum("a person has to log in" in line for line in bad.watched.lines) == 1
        assert bad.sink.got == []


async def test_a_gateways_restart_is_told_at_once_as_a_persons_business() -> None:
    async with night() as bad:
        bad.rig.transport.restart()
        await bad.watched.advance(20)
        assert bad.rig.verdict().name == "login_required"
        assert sum("ALARM journal: a person has to log in" in line for line in bad.watched.lines) == 1
        assert titles(bad.sink.got) == ["cpwatch: LOGIN REQUIRED"]
        await bad.outage(60, BROKEN)  # the same spell
        await bad.watched.advance(120)
        assert sum("a person has to log in" in line for line in bad.watched.lines) == 1
        bad.rig.gateway.session.log_in(bad.rig.clock.now())
        await bad.watched.advance(60)
        assert bad.rig.verdict().name == "ready"
        assert titles(bad.sink.got) == ["cpwatch: LOGIN REQUIRED", "cpwatch: READY AGAIN"]
        bad.rig.transport.restart()
        await bad.watched.advance(20)
        assert sum("a person has to log in" in line for line in bad.watched.lines) == 2
        assert bad.rig.transport.times(INIT) == []
