"""The jobs together, over the simulated gateway: what is asked, when, and what the state makes of it."""

import httpx
import pytest

from tests.support.rig import rig
from tui.domain.failure import FailureKind
from tui.engine.limits import LONGEST_PENALTY
from tui.simulator.scenarios import Scenario


async def test_all_of_it_is_there_within_a_few_seconds() -> None:
    async with rig().running() as running:
        await running.clock.advance(5)
        state = running.state
        assert running.verdict().name == "ready"
        assert state.accounts.paper is True
        account = state.accounts.visible
        assert account == "DU1234567"
        assert state.accounts.summaries[account].value.net_liquidation is not None
        assert len(state.positions.books[account].value) == 12


async def test_positions_move_with_the_prices() -> None:
    async with rig().running() as running:
        await running.clock.advance(5)
        before = running.state.positions.books["DU1234567"].value
        await running.clock.advance(6)
        after = running.state.positions.books["DU1234567"].value
        assert [p.key for p in before] == [p.key for p in after]
        assert before != after


@pytest.mark.parametrize(
    ("scenario", "verdict"),
    [
        (Scenario.LOGIN_REQUIRED, "login_required"),
        (Scenario.COMPETING, "competing"),
        (Scenario.DENIED, "denied"),
        (Scenario.BACKEND_DOWN, "backend_down"),
        (Scenario.BACKEND_HUNG, "backend_hung"),
    ],
)
async def test_every_change_is_seen_within_two_polls_and_so_is_the_return(scenario: Scenario, verdict: str) -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        running.gateway.set_scenario(scenario)
        within = 2 * running.state.pace.auth + running.state.pace.read_timeout * (verdict == "backend_hung")
        await running.clock.advance(within)
        assert running.verdict().name == verdict
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(within)
        assert running.verdict().name in {"ready", "initialising"}
        book = running.state.positions.books["DU1234567"]
        await running.clock.advance(10)
        assert running.state.positions.books["DU1234567"].at != book.at


async def test_a_gateway_that_dies_and_returns_is_noted_once_each() -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        running.transport.refused = True
        await running.clock.advance(10)
        assert running.verdict().name == "gateway_down"
        running.transport.refused = False
        await running.clock.advance(10)
        assert running.verdict().name == "ready"
        texts = [entry.text.partition(":")[0] for entry in running.state.journal]
        assert [text for text in texts if not text.startswith("keep-alive")] == ["ready", "gateway down", "ready"]


async def test_competing_keeps_the_portfolio_fresh() -> None:
    async with rig(Scenario.COMPETING).running() as running:
        await running.clock.advance(30)
        book = running.state.positions.books["DU1234567"]
        assert book.age(running.clock.now()) < 6


async def test_the_portfolio_is_left_alone_without_a_login_and_while_the_gateway_hangs() -> None:
    for scenario in (Scenario.LOGIN_REQUIRED, Scenario.BACKEND_HUNG, Scenario.DENIED):
        async with rig(scenario).running() as running:
            await running.clock.advance(120)
            assert running.asked("/portfolio/accounts") == 0
            assert running.asked("/positions") == 0


async def test_the_accounts_are_asked_for_anew_after_an_outage() -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        before = running.asked("/portfolio/accounts")
        running.transport.refused = True
        await running.clock.advance(10)
        running.transport.refused = False
        await running.clock.advance(10)
        assert running.asked("/portfolio/accounts") == before + 1


async def test_choosing_an_account_asks_for_it_at_once() -> None:
    from tui.domain.events import AccountChosen

    async with rig(accounts=3).running() as running:
        await running.clock.advance(10)
        core = running.core
        core.apply(AccountChosen(core.gateway, core.now(), "DU1234569"))
        core.wake("positions", "summary")
        await running.clock.advance(5)
        assert running.state.accounts.visible == "DU1234569"
        assert "DU1234569" in running.state.positions.books
        assert "DU1234569" in running.state.accounts.summaries


async def test_twenty_minutes_stay_below_one_request_a_second_and_three_in_any() -> None:
    async with rig().running() as running:
        await running.clock.advance(1200)
        journal = running.gateway.journal
        assert journal.total <= 1200
        times = [entry.at for entry in journal.last]
        assert all(times[i + 4] - times[i] > 0.99 for i in range(len(times) - 4))


async def test_nothing_is_asked_but_what_the_contract_names() -> None:
    async with rig().running() as running:
        for scenario in Scenario:
            running.gateway.set_scenario(scenario)
            await running.clock.advance(90)
        methods_and_paths = set(running.gateway.journal.counters)
        allowed = (
            "POST /v1/api/iserver/auth/status",
            "POST /v1/api/tickle",
            "GET /",
            "GET /v1/api/iserver/accounts",
            "GET /v1/api/portfolio/accounts",
            "GET /v1/api/sso/validate",
            "GET /v1/api/iserver/account/pnl/partitioned",
            "GET /v1/api/portfolio/DU1234567/summary",
            "GET /v1/api/portfolio/DU1234567/ledger",
            "GET /v1/api/portfolio/DU1234567/positions/0",
            "GET /v1/api/portfolio2/DU1234567/positions",
        )
        assert methods_and_paths <= set(allowed)


async def test_time_alone_makes_the_verdict_unknown() -> None:
    running = rig()
    async with running.running():
        await running.clock.advance(20)
        await running.clock.suspend(3600)
        assert running.verdict().name == "unknown"
        await running.clock.advance(6)
        assert running.verdict().name == "session_lapsed"  # an hour without a tickle ends it
        assert any("slept for 1 h" in entry.text for entry in running.state.journal)


async def test_a_dead_connection_leaves_the_old_rows_with_their_age() -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        running.transport.refused = True
        await running.clock.advance(300)
        book = running.state.positions.books["DU1234567"]
        assert len(book.value) == 12
        assert book.age(running.clock.now()) > 290
        assert running.state.session.auth is not None
        assert running.state.session.auth.outcome.kind is FailureKind.REFUSED  # type: ignore[union-attr]


async def test_a_tunnels_limit_is_waited_for_but_never_a_day() -> None:
    """What may be over sooner, by another plan, is seen to be over within an hour."""
    made = rig(keep_alive=False)
    usual = made.transport.handle_async_request

    async def limited(_request: httpx.Request) -> httpx.Response:
        headers = {"ngrok-error-code": "ERR_NGROK_727", "Retry-After": "86400"}
        return httpx.Response(429, headers=headers)

    made.transport.handle_async_request = limited  # type: ignore[method-assign]
    async with made.running() as running:
        await running.clock.advance(1)
        assert running.verdict().name == "tunnel_denied"
        made.transport.handle_async_request = usual  # type: ignore[method-assign]
        await running.clock.advance(LONGEST_PENALTY - 10)
        assert running.verdict().name == "tunnel_denied"
        await running.clock.advance(20)
        assert running.verdict().name == "session_lapsed"  # nobody kept it alive meanwhile
