"""The engine over a way where every request counts: what ten minutes cost, and what the user's word brings."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from tests.support.clock import settle
from tests.support.rig import Rig, rig
from tui.domain.accounts import ALL
from tui.domain.path import Plan, Timing
from tui.domain.state import Pace
from tui.engine.core import Core
from tui.engine.on_word import BETWEEN, OnWord, Paced
from tui.engine.supervise import LONGEST
from tui.gateway.client import Answer
from tui.gateway.endpoints import Endpoint
from tui.simulator.scenarios import Scenario

KINDS = frozenset({"accounts", "summary", "others", "pnl", "positions"})
PACE = Pace(auth=300, accounts=300, summary=300, others=300, pnl=300, positions=300, on_word=KINDS)
STATUS, TICKLE = "/iserver/auth/status", "/tickle"
MINUTE = 60.0
# What IBKR answers with nothing, or without the names, the first time.
TWICE = {"/positions/0", "/pnl/partitioned"}


def metered(
    scenario: Scenario = Scenario.READY, *, accounts: int = 1, keep_alive: bool = False, pace: Pace = PACE
) -> Rig:
    """A rig whose way is metered."""
    made = rig(scenario, accounts=accounts, keep_alive=keep_alive, pace=pace)
    state = replace(made.state, path=replace(made.state.path, plan=Plan(True, 20_000)))
    core = Core(made.core.client, made.clock, state, made.published.append, made.core.budget)
    return Rig(made.clock, made.gateway, made.transport, core, made.published)


def cost(running: Rig, since: float = 0.0) -> Counter[str]:
    """What was asked from then on, by the endings of its paths."""
    return Counter(
        flight.endpoint.partition("/v1/api")[2] for flight in running.transport.flights if flight.at >= since
    )


async def test_ten_minutes_cost_what_the_contract_says() -> None:
    async with metered().running() as running:
        began = running.clock.now().ticks
        await running.clock.advance(4 * MINUTE)
        assert running.verdict().name == "ready"  # nobody keeps this session, so that it ends later
        await running.clock.advance(6 * MINUTE)
        assert [at - began for at in running.transport.times(STATUS)] == [0, 300, 600]
        asked = cost(running)
        assert not asked["/tickle"]
        often = {path for path, count in asked.items() if count > 1} - {STATUS}
        assert all(path.endswith(tuple(TWICE)) for path in often)
        assert max(count for path, count in asked.items() if path != STATUS) <= 2
        assert sum(asked.values()) <= 13
        # And all of it is there.
        state = running.state
        assert state.accounts.summaries
        assert state.accounts.ledgers
        assert state.accounts.pnl is not None
        assert state.positions.books["DU1234567"].value[0].name


async def test_the_users_word_asks_each_question_once_more() -> None:
    async with metered().running() as running:
        await running.clock.advance(2 * MINUTE)
        since = running.clock.now().ticks
        running.actions.refresh()
        await running.clock.advance(2 * MINUTE)
        again = cost(running, since)
        assert set(again.values()) == {1}
        endings = ("/status", "/portfolio/accounts", "/DU1234567/positions", "/summary", "/ledger", "/partitioned")
        assert {next((end for end in endings if path.endswith(end)), path) for path in again} == set(endings)


async def test_a_word_while_an_answer_is_under_way_is_not_lost() -> None:
    async with metered().running() as running:
        await running.clock.advance(MINUTE)
        running.transport.latency = 2.0
        since = running.clock.now().ticks
        running.actions.refresh()
        await running.clock.advance(1)
        running.core.wake("auth status", "ledger")
        await running.clock.advance(MINUTE)
        again = cost(running, since)
        assert again[STATUS] == 2
        assert sum(count for path, count in again.items() if path.endswith("/ledger")) in {1, 2}


async def test_another_account_is_asked_about_when_it_is_chosen() -> None:
    async with metered(accounts=3).running() as running:
        await running.clock.advance(2 * MINUTE)
        since = running.clock.now().ticks
        chosen = running.state.accounts.all[1].id
        running.actions.choose(chosen)
        await running.clock.advance(2 * MINUTE)
        assert all(f"/{chosen}/" in path for path in cost(running, since))
        assert chosen in running.state.positions.books
        assert chosen in running.state.accounts.ledgers


async def test_every_account_is_asked_about_once_at_the_start_and_for_all_of_them() -> None:
    async with metered(accounts=4).running() as running:
        await running.clock.advance(3 * MINUTE)
        ids = {account.id for account in running.state.accounts.all}
        assert len(ids) == 4
        assert set(running.state.accounts.summaries) == ids
        since = running.clock.now().ticks
        running.actions.choose(ALL)
        await running.clock.advance(3 * MINUTE)
        again = cost(running, since)
        for question in ("/summary", "/ledger"):
            assert {path.split("/")[2] for path in again if path.endswith(question)} == ids
        assert {path.split("/")[2] for path in again if path.endswith("/positions")} == ids
        assert set(again.values()) <= {1, 2}


async def test_a_login_that_comes_back_is_asked_about_anew() -> None:
    async with metered().running() as running:
        await running.clock.advance(MINUTE)
        running.gateway.set_scenario(Scenario.LOGIN_REQUIRED)
        await running.clock.advance(5 * MINUTE)
        assert running.verdict().name == "login_required"
        since = running.clock.now().ticks
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(6 * MINUTE)
        again = cost(running, since)
        assert sum(count for path, count in again.items() if path.endswith("/portfolio/accounts")) == 1
        assert sum(count for path, count in again.items() if path.endswith("/summary")) == 1


async def test_a_gateway_that_cant_be_reached_costs_one_question_in_five_minutes() -> None:
    running = metered()
    running.transport.refused = True
    async with running.running():
        await running.clock.advance(10 * MINUTE)
        assert cost(running) == {STATUS: 3}
        assert running.verdict().name == "gateway_down"


async def test_what_can_be_asked_only_later_is_not_given_up() -> None:
    """While the session comes up the portfolio answers with nothing; the next status opens it."""
    async with metered(Scenario.LOGIN_REQUIRED).running() as running:
        await running.clock.advance(4 * MINUTE)
        assert set(cost(running)) == {STATUS}
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(3 * MINUTE)
        assert running.state.positions.books


async def test_a_plan_that_allows_more_polls_what_it_names_and_keeps_the_session() -> None:
    pace = replace(PACE, auth=60, positions=30, on_word=KINDS - {"positions"})
    async with metered(keep_alive=True, pace=pace).running() as running:
        await running.clock.advance(10 * MINUTE - 1)
        assert running.asked(STATUS) == 10
        assert running.asked(TICKLE) == 10
        assert 15 <= running.asked("/portfolio2/DU1234567/positions") <= 20
        assert running.asked("/portfolio/accounts") == 1
        assert running.asked("/ledger") == 1


async def test_nobody_is_held_to_it_whose_way_costs_nothing() -> None:
    async with rig().running() as running:
        await running.clock.advance(MINUTE)
        assert running.asked(STATUS) == 13
        assert running.asked("/ledger") == 2


# The wrappers by themselves


class Asks:
    """A job that asks in every round where `delay` is not below 0, and names that pause."""

    name = "asks"

    def __init__(self, core: Core, delay: float = 900.0) -> None:
        self.rounds = 0
        self.delay = delay
        self._core = core

    async def round(self) -> float:
        """Ask once."""
        self.rounds += 1
        if self.delay >= 0:
            await self._core.ask(Endpoint.AUTH_STATUS, self._answer)
        return abs(self.delay)

    async def _answer(self) -> Answer[None]:
        now = self._core.now()
        return Answer(None, Timing(), now, now)


async def test_a_long_pause_ends_by_time_or_by_the_word() -> None:
    made = metered()
    job = Asks(made.core)
    paced = Paced(job, made.core)
    assert await paced.round() == 0
    waiting = asyncio.create_task(paced.round())
    await made.clock.advance(job.delay - 1)
    assert job.rounds == 1
    await made.clock.advance(1)
    assert job.rounds == 2
    await waiting
    waiting = asyncio.create_task(paced.round())
    await settle()
    made.core.wake("asks")
    await settle()
    assert (job.rounds, waiting.done()) == (3, True)
    await made.core.client.aclose()


@pytest.mark.parametrize(("delay", "wait"), [(-900.0, 15.0), (-2.0, 2.0), (900.0, BETWEEN), (40.0, 40.0)])
async def test_what_is_not_all_asked_goes_on(delay: float, wait: float) -> None:
    made = metered()
    job = OnWord(lambda core: Asks(core, delay), made.core, lambda _: 2)
    assert await job.round() == wait
    assert wait < LONGEST
    await made.core.client.aclose()


async def test_the_word_is_waited_for_without_end() -> None:
    made = metered()
    asks: list[Asks] = []

    def make(core: Core) -> Asks:
        asks.append(Asks(core))
        return asks[0]

    job = OnWord(make, made.core, then=("another",))
    await job.round()
    waiting = asyncio.create_task(job.round())
    await made.clock.advance(86_400)
    assert asks[0].rounds == 1
    made.core.wake("asks")
    await waiting
    assert asks[0].rounds == 2
    assert made.core.waker("another").is_set()
    await made.core.client.aclose()
