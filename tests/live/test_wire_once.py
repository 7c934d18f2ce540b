"""Behind a wire with faults: what goes out once goes out once, and an answer is taken for its own question only."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.support.doubles import server_context
from tests.support.fault_proxy import Fault, FaultProxy
from tests.support.wire_faults import LAPSED, Cuts, Follows, LosesAnswers, OneBehind
from tui.clock import SystemClock
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState
from tui.engine.core import Core
from tui.gateway.client import GatewayClient
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import Cut, GatewayError, NotAGateway
from tui.gateway.lane import Slot
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live

ACCOUNT = "DU1234567"
Ask = Callable[[GatewayClient], Awaitable[object]]
LIMITED: dict[Endpoint, Ask] = {
    Endpoint.TICKLE: GatewayClient.tickle,
    Endpoint.VALIDATE: GatewayClient.sso_validate,
    Endpoint.PORTFOLIO_ACCOUNTS: GatewayClient.portfolio_accounts,
    Endpoint.PNL: GatewayClient.pnl,
    Endpoint.SUBACCOUNTS: GatewayClient.subaccounts,
}
ON_THE_USERS_WORD: dict[Endpoint, Ask] = {
    Endpoint.SSODH_INIT: lambda client: client.reopen(compete=False),
    Endpoint.INVALIDATE: lambda client: client.invalidate_positions(ACCOUNT),
}
OTHERS: dict[Endpoint, Ask] = {
    Endpoint.AUTH_STATUS: GatewayClient.auth_status,
    Endpoint.SUMMARY: lambda client: client.summary(ACCOUNT),
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with SimulatorChild(tls=False) as child:
        child.set_pacing(on=False)
        yield child.port


@asynccontextmanager
async def asking(port: int, fault: Fault | None = None) -> AsyncIterator[tuple[GatewayClient, FaultProxy]]:
    with FaultProxy(port, http=True, tls=server_context()) as proxy:
        client = GatewayClient(parse_address(proxy.url), clock=SystemClock())
        try:
            if fault is not None:
                proxy.set(fault)
            yield client, proxy
        finally:
            await client.aclose()


def count(proxy: FaultProxy, endpoint: Endpoint) -> int:
    return Counter(proxy.asked)[f"{endpoint.method} {endpoint.path(ACCOUNT)}"]


async def warm(client: GatewayClient) -> None:
    """A kept connection in each lane."""
    await client.tickle()
    await client.auth_status()
    await client.portfolio_accounts()


@pytest.mark.parametrize("reset", [False, True])
async def test_an_answer_that_is_lost_has_nothing_asked_again_that_may_not_be(port: int, reset: bool) -> None:
    async with asking(port) as (client, proxy):
        repeated: list[Endpoint] = []
        client.when_repeated(repeated.append)
        for endpoint, ask in {**LIMITED, **ON_THE_USERS_WORD, **OTHERS}.items():
            proxy.heal()
            await warm(client)
            before = count(proxy, endpoint)
            proxy.set(LosesAnswers(reset=reset))
            with pytest.raises(Cut):
                await ask(client)
            # What IBKR does not count by itself is tried once more, on a new connection.
            assert count(proxy, endpoint) - before == (2 if endpoint in OTHERS else 1), endpoint
        assert repeated == list(OTHERS)


async def test_what_goes_out_once_more_counts_in_the_budget(port: int) -> None:
    async with asking(port, Cuts()) as (client, proxy):
        clock = SystemClock()
        core = Core(client, clock, MonitorState(proxy.url, PathState(client.address), clock.now()))
        for _ in range(7):
            await client.auth_status()  # past the budget itself, which counts the second ones all the same
        assert core.budget.traffic(0).own == round(6 / 60, 1)


@pytest.mark.parametrize("reset", [False, True])
async def test_kept_connections_that_were_cut_meanwhile_are_no_failure(port: int, reset: bool) -> None:
    async with asking(port, Cuts(reset=reset)) as (client, proxy):
        for _ in range(4):
            assert (await client.auth_status()).value.authenticated
        assert proxy.links >= 4


@pytest.mark.parametrize("extra", [None, LAPSED, b"\r\n\r\n"], ids=["same", "other", "blank"])
@pytest.mark.parametrize(("cut", "apart"), [(None, False), (3, False), (60, False), (None, True)])
async def test_what_nobody_asked_for_answers_no_question(
    port: int, extra: bytes | None, cut: int | None, apart: bool
) -> None:
    async with asking(port, Follows(extra, cut, apart)) as (client, proxy):
        for _ in range(2):
            assert (await client.auth_status()).value.authenticated
            assert (await client.portfolio_accounts()).value
            assert (await client.tickle()).value.auth is not None
            proxy.rest()  # what comes behind an answer is there before the next question goes out
            await client.own_answer()
            assert (await client.summary(ACCOUNT)).value.net_liquidation is not None
            proxy.rest()
            assert (await client.ledger(ACCOUNT)).value.lines
            proxy.rest()
        assert proxy.links > 5


async def test_where_no_layer_shows_what_it_keeps_the_next_answers_beginning_tells(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Slot, "unread", False)
    for cut in (None, 3, 60):
        async with asking(port, Follows(LAPSED, cut)) as (client, _):
            for _ in range(3):
                assert (await client.auth_status()).value.authenticated


async def test_answers_that_are_one_behind_are_noticed_and_their_connection_left(port: int) -> None:
    async with asking(port, OneBehind()) as (client, proxy):
        for _ in range(2):
            assert (await client.auth_status()).value.authenticated
        with pytest.raises(NotAGateway):
            await client.own_answer()
        assert (await client.auth_status()).value.authenticated
        assert proxy.links == 2
        await client.portfolio_accounts()
        with suppress(GatewayError):  # it was given the list of accounts
            await client.ledger(ACCOUNT)
            raise AssertionError("the accounts were read as a ledger")
        assert (await client.summary(ACCOUNT)).value.net_liquidation is not None
