"""What the user asks of the engine, over the simulated gateway: the session re-opened, and everything asked anew."""

from pathlib import Path

import pytest

from tests.support.flights import sent_by
from tests.support.limits import broken_limits
from tests.support.rig import Rig, rig
from tests.support.states import GOOD
from tui.domain.accounts import ALL
from tui.domain.events import TickleSeen
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing
from tui.domain.reopen import COOLDOWN
from tui.domain.session import AuthStatus, Tickle
from tui.gateway.endpoints import Endpoint
from tui.simulator.messages import Reply, Request, reply
from tui.simulator.scenarios import Scenario

INIT = "/iserver/auth/ssodh/init"
STATUS = "/auth/status"
FIRST = "DU1234567"


def instead(running: Rig, ending: str, answer: Reply) -> None:
    """Let the gateway answer so to every path that ends so."""
    honest = running.gateway.respond

    def respond(request: Request) -> object:
        return answer if request.path.endswith(ending) else honest(request)

    running.gateway.respond = respond  # type: ignore[method-assign, assignment]


def texts(running: Rig) -> list[str]:
    return [entry.text for entry in running.state.journal]


def tries(*rigs: Rig) -> int:
    """How many requests to re-open the session went out."""
    return sum(len(each.transport.times(INIT)) for each in rigs)


def refreshed(running: Rig) -> str:
    running.actions.refresh()
    assert running.state.refreshed is not None
    assert running.state.refreshed.at == running.clock.now()
    return running.state.refreshed.value


@pytest.mark.parametrize("scenario", [Scenario.LAPSED, Scenario.LOGGED_OUT])
async def test_a_session_that_ended_is_re_opened(scenario: Scenario) -> None:
    async with rig(scenario).running() as running:
        await running.clock.advance(12)
        assert running.verdict().name in {"session_lapsed", "logged_out"}
        before = running.clock.now().ticks
        running.actions.reopen(compete=False)
        reopening = running.state.reopening
        assert reopening is not None
        assert (reopening.outcome, reopening.compete) == (None, False)
        await running.clock.advance(1)
        reopening = running.state.reopening
        assert reopening is not None
        assert isinstance(reopening.outcome, AuthStatus)
        assert reopening.outcome.authenticated
        # What decides the verdict is asked at once, not at the end of its interval; so is a tickle.
        assert running.verdict().name == "initialising"
        assert running.transport.times(STATUS, before)[0] - before < 1
        assert running.transport.times("/tickle", before)
        await running.clock.advance(8)
        assert running.verdict().name == "ready"
        assert tries(running) == 1
        assert "the brokerage session is re-opened; its accounts are loading" in texts(running)
        assert broken_limits(sent_by([running.transport])) == []


async def test_not_twice_within_a_minute_and_never_by_itself() -> None:
    async with rig(Scenario.LAPSED).running() as running:
        instead(running, INIT, reply(500, b'{"error":"Internal Server Error"}'))
        await running.clock.advance(12)
        running.actions.reopen(compete=False)
        running.actions.reopen(compete=False)
        assert texts(running)[-1] == "The brokerage session is being re-opened already."
        await running.clock.advance(5)
        running.actions.reopen(compete=False)
        assert texts(running)[-1].startswith("Not re-opened: not again before ")
        await running.clock.advance(600)
        assert tries(running) == 1
        running.actions.reopen(compete=False)
        await running.clock.advance(COOLDOWN)
        running.actions.reopen(compete=False)
        await running.clock.advance(COOLDOWN)
        assert tries(running) == 3
        assert broken_limits(sent_by([running.transport])) == []


async def test_another_login_keeps_the_session_unless_it_is_thrown_out() -> None:
    async with rig(Scenario.COMPETING).running() as running:
        await running.clock.advance(12)
        running.actions.reopen(compete=False)
        await running.clock.advance(20)
        assert running.verdict().name == "competing"
        assert any(text.startswith("re-opening the brokerage session failed: another login") for text in texts(running))
        await running.clock.advance(COOLDOWN)
        running.actions.reopen(compete=True)
        await running.clock.advance(10)
        assert running.verdict().name == "ready"
        assert tries(running) == 2


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        (Scenario.READY, "Not re-opened: the brokerage session is open."),
        (Scenario.CONTESTED, "Not re-opened: the brokerage session is open."),
        (Scenario.INITIALISING, "Not re-opened: the brokerage session is coming up by itself."),
        (Scenario.LOGIN_REQUIRED, "Not re-opened: nobody is logged in, and it takes a login."),
        (Scenario.BACKEND_HUNG, "Not re-opened: the verdict is BACKEND HUNG, which that does not mend."),
        (Scenario.DENIED, "Not re-opened: the verdict is DENIED, which that does not mend."),
        (Scenario.RATE_LIMITED, "Not re-opened: the verdict is RATE LIMITED, which that does not mend."),
    ],
)
@pytest.mark.parametrize("compete", [True, False])
async def test_the_engine_itself_refuses_where_the_verdict_does_not_call_for_it(
    scenario: Scenario, why: str, compete: bool
) -> None:
    async with rig(scenario).running() as running:
        await running.clock.advance(20)
        running.actions.reopen(compete=compete)
        assert texts(running)[-1] == why
        await running.clock.advance(30)
        assert tries(running) == 0
        assert running.state.reopening is None


async def test_before_anything_is_known_it_is_refused() -> None:
    fresh = rig(Scenario.LAPSED)
    fresh.actions.reopen(compete=False)
    assert texts(fresh) == ["Not re-opened: nothing fresh is known of the session."]
    await fresh.core.client.aclose()


async def test_it_does_not_wait_for_polls_that_are_slow() -> None:
    async with rig(Scenario.LAPSED, positions=3).running() as running:
        running.transport.latency = 4.0
        await running.clock.advance(60)
        assert running.verdict().name == "session_lapsed"
        asked = running.clock.now().ticks
        running.actions.reopen(compete=False)
        await running.clock.advance(10)
        (sent,) = running.transport.times(INIT)
        assert sent - asked <= 5  # one auth status may be under way
        assert running.transport.most_at_once(asked) <= 3


async def test_what_is_open_by_the_time_of_sending_is_left_alone() -> None:
    async with rig(Scenario.LAPSED).running() as running:
        await running.clock.advance(12)
        async with running.core.deciding:  # as an auth status that is under way has it
            running.actions.reopen(compete=True)
            await running.clock.advance(1)
            running.gateway.set_scenario(Scenario.READY)
            now = running.clock.now()
            seen = TickleSeen(running.core.gateway, now, now, Tickle(GOOD), Timing(), now.plus(60))
            running.core.apply(seen)
        await running.clock.advance(5)
        assert tries(running) == 0
        assert texts(running)[-1].endswith("failed: not sent: Not re-opened: the brokerage session is open.")


async def test_a_429_is_remembered_and_holds_the_next_try() -> None:
    async with rig(Scenario.LAPSED).running() as running:
        instead(running, INIT, reply(429, b'{"error":"Too many requests"}'))
        await running.clock.advance(12)
        running.actions.reopen(compete=False)
        await running.clock.advance(5)
        reopening = running.state.reopening
        assert reopening is not None
        assert isinstance(reopening.outcome, Failure)
        assert reopening.outcome.kind is FailureKind.RATE_LIMITED
        await running.clock.advance(300)
        running.actions.reopen(compete=False)
        assert texts(running)[-1].startswith("Not re-opened: not again before ")
        await running.clock.advance(600)
        running.actions.reopen(compete=False)
        await running.clock.advance(5)
        assert tries(running) == 2


async def test_a_gateway_that_falls_silent_ends_the_try() -> None:
    async with rig(Scenario.LAPSED).running() as running:
        await running.clock.advance(12)
        running.gateway.set_scenario(Scenario.BACKEND_HUNG)
        running.actions.reopen(compete=False)
        await running.clock.advance(40)
        reopening = running.state.reopening
        assert reopening is not None
        assert isinstance(reopening.outcome, Failure)
        assert reopening.outcome.kind is FailureKind.SILENT
        assert running.verdict().name == "backend_hung"
        assert tries(running) <= 1


async def test_a_defect_ends_the_try_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with rig(Scenario.LAPSED).running() as running:
        await running.clock.advance(12)

        async def broken(*, compete: bool) -> object:
            raise ValueError(f"compete {compete}")

        monkeypatch.setattr(running.core.client, "reopen", broken)
        running.actions.reopen(compete=False)
        await running.clock.advance(1)
        assert texts(running)[-1].endswith("failed: a defect of cpwatch (ValueError: compete False)")
        await running.clock.advance(COOLDOWN)
        running.actions.reopen(compete=False)
        assert running.state.reopening is not None
        assert running.state.reopening.outcome is None


async def test_an_end_of_the_engine_gives_up_what_is_under_way() -> None:
    running = rig(Scenario.LAPSED)
    async with running.running():
        await running.clock.advance(12)
        running.transport.latency = 60.0
        running.actions.reopen(compete=False)
        await running.clock.advance(1)
    assert running.state.reopening is not None
    assert running.state.reopening.outcome is None
    assert all(flight.ended is not None for flight in running.transport.flights)


async def test_two_processes_keep_one_cooldown(tmp_path: Path) -> None:
    one = rig(Scenario.LAPSED, folder=tmp_path, name="one")
    two = rig(beside=one, folder=tmp_path, name="two")
    instead(one, INIT, reply(500, b'{"error":"Internal Server Error"}'))
    async with one.running(), two.running():
        await one.clock.advance(20)
        one.actions.reopen(compete=False)
        await one.clock.advance(10)
        two.actions.reopen(compete=False)
        assert texts(two)[-1].startswith("Not re-opened: not again before ")
        await one.clock.advance(COOLDOWN)
        two.actions.reopen(compete=False)
        await one.clock.advance(10)
        assert tries(one, two) == 2
        assert broken_limits(sent_by([one.transport, two.transport])) == []


async def test_everything_is_asked_anew_at_once() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        before = running.clock.now().ticks
        assert refreshed(running) == "Asked anew: session, accounts, positions, summary, ledger, day."
        await running.clock.advance(8)
        for ending in (
            STATUS,
            "/portfolio/accounts",
            "portfolio2/DU1234567/positions",
            "/summary",
            "/ledger",
            "/pnl/partitioned",
        ):
            assert running.transport.times(ending, before), ending
        assert running.asked("/positions/invalidate") == 0
        assert broken_limits(sent_by([running.transport])) == []


async def test_not_within_three_seconds_and_a_refusal_does_not_prolong_it() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        refreshed(running)
        for _ in range(2):
            await running.clock.advance(1.4)
            assert refreshed(running) == "Not refreshed: the last time is less than 3 s ago."
        await running.clock.advance(0.3)
        assert refreshed(running).startswith("Asked anew: session, accounts")


async def test_a_user_who_keeps_the_key_down_stays_within_the_budget() -> None:
    async with rig().running() as running:
        for _ in range(120):
            running.actions.refresh()
            await running.clock.advance(1)
        assert broken_limits(sent_by([running.transport])) == []
        assert running.verdict().name == "ready"


async def test_without_a_login_only_the_session_is_asked() -> None:
    async with rig(Scenario.LOGIN_REQUIRED).running() as running:
        await running.clock.advance(12)
        before = running.clock.now().ticks
        assert refreshed(running) == "Asked anew: the session; nothing else can be asked without a login."
        await running.clock.advance(0.5)
        assert running.transport.times(STATUS, before)


async def test_without_a_brokerage_session_there_is_no_day() -> None:
    async with rig(Scenario.COMPETING).running() as running:
        await running.clock.advance(30)
        assert refreshed(running) == "Asked anew: session, accounts, positions, summary, ledger."


async def test_while_the_gateway_hangs_nothing_more_is_asked() -> None:
    async with rig(Scenario.BACKEND_HUNG).running() as running:
        await running.clock.advance(30)
        total = len(running.transport.flights)
        assert refreshed(running).startswith("Not refreshed: the gateway takes questions and answers none")
        await running.clock.advance(0.5)
        assert len(running.transport.flights) == total


async def test_a_penalty_is_told_with_its_end() -> None:
    async with rig().running() as running:
        await running.clock.advance(30)
        running.core.budget.limited(Endpoint.PNL)
        asked_anew = refreshed(running)
        assert asked_anew.startswith(
            "Asked anew: session, accounts, positions, summary, ledger. Not asked after a 429: "
        )
        assert asked_anew.endswith("day until 14:18:52.")
        running.core.budget.limited(Endpoint.LEDGER)
        await running.clock.advance(5)
        assert refreshed(running) == "Not refreshed: IBKR asked to slow down (429), until 14:18:52."


@pytest.mark.parametrize("together", [False, True])
async def test_cached_pages_are_thrown_away_first(together: bool) -> None:
    running = rig(accounts=2)
    instead(running, "portfolio2/DU1234567/positions", reply(404, b'{"error":"not found"}'))
    async with running.running():
        await running.clock.advance(30)
        if together:
            running.actions.choose(ALL)
            await running.clock.advance(30)
        assert running.core.client.paged
        before = running.clock.now().ticks
        refreshed(running)
        await running.clock.advance(20)
        invalidated = running.transport.times("/positions/invalidate", before)
        assert len(invalidated) == 1 + together
        page = min(at for at in running.transport.times(f"{FIRST}/positions/0", before) if at >= invalidated[0])
        assert page - invalidated[0] <= 5
        assert broken_limits(sent_by([running.transport])) == []
        await running.clock.advance(60)
        assert running.asked("/positions/invalidate") == 1 + together


async def test_an_invalidation_that_fails_keeps_nobody_from_asking() -> None:
    running = rig()
    instead(running, "portfolio2/DU1234567/positions", reply(404, b'{"error":"not found"}'))
    async with running.running():
        await running.clock.advance(30)
        instead(running, "/positions/invalidate", reply(404, b'{"error":"not found"}'))
        before = running.clock.now()
        refreshed(running)
        await running.clock.advance(10)
        assert running.state.positions.books[FIRST].at.ticks > before.ticks
