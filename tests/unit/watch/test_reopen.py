"""Re-opening a lapsed session without a person: when, how often, and never against another login."""

from datetime import UTC, datetime

import pytest

from tests.support.clock import ManualClock
from tests.support.rig import Rig, rig
from tests.support.watching import watched
from tui.domain.events import AuthSeen
from tui.domain.path import Timing
from tui.domain.session import AuthStatus
from tui.domain.state import Pace
from tui.simulator.messages import Request, reply
from tui.simulator.scenarios import Scenario
from tui.simulator.session import Link
from tui.watch.watcher import watch_pace

INIT = "/ssodh/init"
NEEDED = "a person is needed"
BUSY = reply(500, b'{"error":"failed to generate sso dh token"}', ((b"Content-Type", b"application/json"),))
LATE_IN_THE_RESET = datetime(2026, 11, 19, 6, 10, tzinfo=UTC)  # New Jersey's, which lasts until 01:30 there


def engine(scenario: Scenario = Scenario.READY, clock: ManualClock | None = None) -> Rig:
    return rig(scenario, pace=watch_pace(Pace()), clock=clock)


def refusing(running: Rig) -> None:
    """IBKR takes no try to re-open the session, and says so."""
    honest = running.gateway.respond

    def respond(request: Request) -> object:
        return BUSY if request.path.endswith(INIT) else honest(request)

    running.gateway.respond = respond  # type: ignore[method-assign, assignment]


def lapse(running: Rig, link: Link = Link.LAPSED) -> float:
    """The session ends now; when that is."""
    running.gateway.session.become(link, running.clock.now())
    return running.clock.now().ticks


async def test_a_lapsed_session_is_re_opened_half_a_minute_after_it_is_seen() -> None:
    async with watched(engine(), reopen=True) as seen:
        await seen.advance(100)
        lapsed = lapse(seen.rig)
        await seen.advance(120)
        (tried,) = seen.rig.transport.times(INIT)
        # Seen with the next auth status or tickle.
        assert 30 <= tried - lapsed <= 47
        assert seen.rig.verdict().name == "ready"
        assert "re-opening the brokerage session, without competing" in seen.text
        assert NEEDED not in seen.text


async def test_three_tries_and_then_a_person() -> None:
    async with watched(engine(Scenario.LAPSED), reopen=True) as seen:
        refusing(seen.rig)
        since = seen.rig.clock.now().ticks
        await seen.advance(3600)
        # The third and the second wait for the minute that has to lie between two tries.
        assert [round(at - since) for at in seen.rig.transport.times(INIT)] == pytest.approx([31, 91, 151], abs=3)
        told = [line for line in seen.lines if NEEDED in line]
        assert len(told) == 1
        assert " ALARM journal: " in told[0]
        assert "Not re-opened" not in seen.text


async def test_the_tries_are_counted_anew_only_once_a_session_has_held() -> None:
    async with watched(engine(), reopen=True) as seen:
        await seen.advance(60)
        for expected in (1, 2, 3, 3):
            lapse(seen.rig)
            await seen.advance(180)  # re-opened, and lost again before long
            assert len(seen.rig.transport.times(INIT)) == expected
        assert seen.text.count(NEEDED) == 1
        seen.rig.actions.reopen(compete=False)  # as a person does
        await seen.advance(600)
        assert seen.rig.verdict().name == "ready"
        lapse(seen.rig)
        await seen.advance(90)
        assert seen.rig.verdict().name == "ready"
        assert len(seen.rig.transport.times(INIT)) == 5


@pytest.mark.parametrize("scenario", [Scenario.COMPETING, Scenario.LOGGED_OUT, Scenario.LOGIN_REQUIRED])
async def test_nothing_else_is_re_opened(scenario: Scenario) -> None:
    async with watched(engine(scenario), reopen=True) as seen:
        await seen.advance(600)
        assert seen.rig.transport.times(INIT) == []
        assert (" a person has to log in" in seen.text) is (scenario is Scenario.LOGIN_REQUIRED)


async def test_without_the_option_nothing_is() -> None:
    async with watched(engine(Scenario.LAPSED)) as seen:
        await seen.advance(600)
        assert seen.rig.transport.times(INIT) == []


async def test_another_login_that_takes_it_meanwhile_ends_the_tries() -> None:
    async with watched(engine(), reopen=True) as seen:
        await seen.advance(60)
        lapse(seen.rig)
        await seen.advance(20)
        lapse(seen.rig, Link.TAKEN)
        await seen.advance(600)
        assert seen.rig.transport.times(INIT) == []


async def test_a_login_that_takes_it_while_a_try_waits_for_its_turn_is_left_alone() -> None:
    async with watched(engine(Scenario.LAPSED), reopen=True) as seen:
        await seen.advance(25)
        assert seen.rig.verdict().name == "session_lapsed"
        async with seen.rig.core.deciding:  # as while an auth status is under way
            await seen.advance(15)
            assert "re-opening the brokerage session, without competing" in seen.text
            now = seen.rig.clock.now()
            taken = AuthStatus(authenticated=False, connected=True, competing=True, established=False)
            seen.rig.core.apply(AuthSeen(seen.rig.core.gateway, now, now, taken, Timing()))
            lapse(seen.rig, Link.TAKEN)
        await seen.advance(120)
        assert seen.rig.transport.times(INIT) == []
        assert "not sent: Not re-opened: the verdict is COMPETING." in seen.text


async def test_what_the_reset_spoils_is_tried_anew_when_it_is_over() -> None:
    async with watched(engine(Scenario.LAPSED, ManualClock(LATE_IN_THE_RESET)), reopen=True) as seen:
        refusing(seen.rig)
        await seen.advance(600)
        assert len(seen.rig.transport.times(INIT)) == 3
        assert NEEDED not in seen.text
        await seen.advance(1800)
        assert len(seen.rig.transport.times(INIT)) == 6
        assert seen.text.count(NEEDED) == 1
