"""What is asked about the accounts: in which turn, how often, and what becomes of answers that are none."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import START
from tests.support.rig import Rig, rig
from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.events import AccountChosen, PositionsSeen, TimePassed
from tui.domain.failure import FailureKind
from tui.domain.path import Timing
from tui.domain.state import Pace
from tui.engine.account_jobs import COST_FACTOR, LINE_FACTOR, RICH_AGAIN, RICH_ROWS, true_at
from tui.gateway.client import Answer
from tui.simulator.messages import Hang, Reply, Request, reply
from tui.simulator.scenarios import Scenario

FIRST = "DU1234567"
PNL = "/pnl/partitioned"
Instead = Callable[[Request], Reply | None]


def answering(running: Rig, instead: Instead) -> None:
    """Let the gateway answer with what `instead` gives, and as ever where that is None."""
    honest = running.gateway.respond

    def respond(request: Request) -> Reply | Hang:
        usual = honest(request)
        return instead(request) or usual

    running.gateway.respond = respond  # type: ignore[method-assign]


def refusing(status: int, ending: str, body: bytes = b'{"error":"no"}') -> Instead:
    """That status for every path that ends so."""
    return lambda request: reply(status, body) if request.path.endswith(ending) else None


def choose(running: Rig, account: str) -> None:
    core = running.core
    core.apply(AccountChosen(core.gateway, core.now(), account))
    core.wake("positions", "summary", "ledger", "names")


async def test_the_day_is_told_although_the_first_answer_is_empty() -> None:
    async with rig().running() as running:
        await running.clock.advance(12)
        day = running.state.accounts.pnl
        assert day is not None
        assert day.value[FIRST].daily is not None
        first, second, *_ = running.transport.times(PNL)
        assert 5 <= second - first <= 10


async def test_accounts_are_asked_for_where_the_day_wants_them_first() -> None:
    async with rig(Scenario.COMPETING).running() as running:
        await running.clock.advance(30)
        assert running.asked(PNL) == 0
        running.gateway.set_scenario(Scenario.READY)  # another brokerage session, in which nothing was asked
        await running.clock.advance(60)
        assert running.state.accounts.pnl is not None
        assert running.state.accounts.pnl_failure is None


async def test_a_day_that_wants_accounts_for_ever_is_asked_slowly() -> None:
    running = rig()
    wanted = b'{"error":"Bad Request: Please query /accounts first","statusCode":400}'
    answering(running, refusing(400, PNL, wanted))
    async with running.running():
        await running.clock.advance(600)
        assert running.asked(PNL) <= 12
        assert running.asked("/iserver/accounts") <= 14


async def test_a_429_for_the_day_is_given_up_politely_and_all_else_goes_on() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        answering(running, refusing(429, PNL))
        await running.clock.advance(20)
        failure = running.state.accounts.pnl_failure
        assert failure is not None
        assert failure.value.kind is FailureKind.RATE_LIMITED
        assert failure.value.retry_after == pytest.approx(900)
        refused = running.transport.times(PNL)[-1]
        await running.clock.advance(refused + 899 - running.clock.now().ticks)
        assert running.transport.times(PNL)[-1] == refused
        assert running.verdict().name == "ready"
        now = running.clock.now()
        assert running.state.positions.books[FIRST].age(now) < 5
        assert running.state.accounts.summaries[FIRST].age(now) < 35
        await running.clock.advance(5)
        assert running.transport.times(PNL)[-1] == pytest.approx(refused + 900, abs=2)


async def test_names_arrive_and_are_not_asked_for_again() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        assert all(row.name for row in running.state.positions.books[FIRST].value)
        asked = running.asked("/positions/0")
        assert asked <= 2
        await running.clock.advance(RICH_AGAIN * 2)
        assert running.asked("/positions/0") == asked


async def test_names_that_never_come_are_asked_for_every_five_minutes() -> None:
    running = rig()
    answering(running, refusing(200, "/positions/0", b"[]"))
    async with running.running():
        await running.clock.advance(RICH_AGAIN * 3)
        assert running.asked("/positions/0") in {3, 4}


async def test_the_names_of_another_account_do_not_wait_for_those_five_minutes() -> None:
    running = rig(accounts=2)
    answering(running, refusing(500, f"/{FIRST}/positions/0"))
    async with running.running():
        await running.clock.advance(120)
        choose(running, "DU1234568")
        await running.clock.advance(45)
        assert all(row.name for row in running.state.positions.books["DU1234568"].value)


@pytest.mark.parametrize(("rows", "asked"), [(RICH_ROWS, True), (RICH_ROWS + 1, False)])
async def test_names_of_a_book_beyond_all_reading_are_not_asked_for(rows: int, asked: bool) -> None:
    async with rig(positions=rows).running() as running:
        await running.clock.advance(90)
        assert (running.asked("/positions/0") > 0) is asked


async def test_an_advisors_accounts_have_their_turn_and_the_visible_one_comes_first() -> None:
    async with rig(Scenario.ADVISOR).running() as running:
        await running.clock.advance(30)
        accounts = running.state.accounts
        assert len(accounts.all) == 100
        assert next(iter(accounts.summaries)) == accounts.visible == FIRST
        await running.clock.advance(1100)
        asked = [flight for flight in running.transport.flights if flight.endpoint.endswith("/summary")]
        others = [flight.endpoint for flight in asked if FIRST not in flight.endpoint]
        assert len(set(others)) == 99
        assert sorted(others[:99]) == sorted(set(others))  # nobody twice before everybody once
        now = running.clock.now()
        assert running.state.accounts.summaries[FIRST].age(now) < 35
        assert running.state.positions.books.keys() == {FIRST}
        assert len(running.transport.flights) < 1130


async def test_all_accounts_together_have_their_positions_asked_for_in_turn() -> None:
    async with rig(accounts=4).running() as running:
        await running.clock.advance(20)
        choose(running, ALL)
        since = running.clock.now().ticks
        await running.clock.advance(60)
        ids = [account.id for account in running.state.accounts.all]
        books = running.state.positions.books
        assert sorted(books) == ids
        assert all(book.age(running.clock.now()) < 20 for book in books.values())
        asked = [f.endpoint.split("/")[4] for f in running.transport.flights if "portfolio2" in f.endpoint]
        last = asked[-8:]
        assert last[:4] == last[4:]
        assert sorted(last[:4]) == ids
        assert len(running.transport.times("/positions", since)) <= 21
        await running.clock.advance(120)
        assert all(row.name for book in running.state.positions.books.values() for row in book.value)


async def test_positions_come_by_pages_where_the_other_endpoint_fails() -> None:
    running = rig(positions=350)
    answering(running, lambda request: reply(500, b'{"error":"x"}') if "/portfolio2/" in request.path else None)
    async with running.running():
        await running.clock.advance(150)
        assert len(running.state.positions.books[FIRST].value) == 350
        # Three seconds for each of the four requests beyond the first: as many requests as for one that is enough.
        assert running.state.positions.interval == pytest.approx(15)
        spent = [flight for flight in running.transport.flights if "/positions" in flight.endpoint]
        assert 0.25 < len(spent) / 150 < 0.5
        assert len(running.transport.flights) < 150


async def test_pages_that_return_to_one_question_return_to_the_pace() -> None:
    running = rig(positions=350)
    broken = [True]
    answering(
        running,
        lambda request: reply(500, b"{}") if broken[0] and request.path.startswith("/v1/api/portfolio2/") else None,
    )
    async with running.running():
        await running.clock.advance(120)
        assert running.state.positions.interval is not None
        broken[0] = False
        await running.clock.advance(60)
        assert running.state.positions.interval is None


async def test_a_refresh_that_takes_long_to_read_is_asked_for_more_rarely() -> None:
    running = rig()
    honest = running.core.client.positions

    async def costly(*arguments: object, **settings: object) -> object:
        answer = await honest(*arguments, **settings)  # type: ignore[arg-type]
        await running.clock.sleep(0.4)
        return answer

    running.core.client.positions = costly  # type: ignore[method-assign, assignment]
    async with running.running():
        await running.clock.advance(120)
        assert running.state.positions.interval == pytest.approx(0.4 * COST_FACTOR)
        times = running.transport.times("/positions", 1020)
        assert len(times) == pytest.approx(100 / (0.4 * COST_FACTOR), abs=1)


async def test_however_rarely_they_are_asked_for_the_users_word_ends_the_wait() -> None:
    running = rig(pace=Pace(positions=600.0, summary=600.0, accounts=600.0))
    paths = ("/positions", "/summary", "/portfolio/accounts")
    async with running.running():
        await running.clock.advance(60)
        before = [running.asked(path) for path in paths]
        assert all(before)
        running.core.wake("positions", "summary", "accounts")
        await running.clock.advance(10)
        assert all(running.asked(path) > count for path, count in zip(paths, before, strict=True))


async def test_what_a_refresh_costs_is_this_threads_work_and_a_slow_line_counts_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = rig()
    honest, work = running.core.client.positions, [0.0]

    async def costly(*arguments: object, **settings: object) -> object:
        answer = await honest(*arguments, **settings)  # type: ignore[arg-type]
        await running.clock.sleep(2.0)
        work[0] += 0.2
        return answer

    running.core.client.positions = costly  # type: ignore[method-assign, assignment]
    monkeypatch.setattr("tui.engine.account_jobs.worked", lambda _: work[0])
    async with running.running():
        await running.clock.advance(60)
        assert running.state.positions.interval == pytest.approx(0.2 * COST_FACTOR)
        monkeypatch.setattr("tui.engine.account_jobs.worked", lambda _: 0.0)
        await running.clock.advance(60)
        assert running.state.positions.interval == pytest.approx(2.0 * LINE_FACTOR)


async def test_five_thousand_rows_are_shown_and_everything_else_goes_on() -> None:
    async with rig(Scenario.LARGE).running() as running:
        await running.clock.advance(30)
        assert len(running.state.positions.books[FIRST].value) == 5000
        assert running.verdict().name == "ready"
        assert running.state.accounts.ledgers[FIRST].age(running.clock.now()) < 35


async def test_an_account_that_comes_up_empty_is_not_taken_for_an_empty_one() -> None:
    async with rig().running() as running:
        await running.clock.advance(20)
        running.gateway.set_scenario(Scenario.INITIALISING)
        await running.clock.advance(60)
        assert running.verdict().name == "initialising"
        assert [account.id for account in running.state.accounts.all] == [FIRST]
        assert len(running.state.positions.books[FIRST].value) == 12
        assert running.state.positions.books[FIRST].age(running.clock.now()) > 50
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(10)
        assert running.state.positions.books[FIRST].age(running.clock.now()) < 5


async def test_accounts_are_there_soon_after_the_session_has_come_up() -> None:
    async with rig(Scenario.INITIALISING).running() as running:
        await running.clock.advance(120)
        assert running.state.accounts.accounts is None
        asked = running.asked("/portfolio/accounts")
        assert asked <= 10
        running.gateway.set_scenario(Scenario.READY)
        await running.clock.advance(40)
        assert running.state.positions.books[FIRST].age(running.clock.now()) < 5


@pytest.mark.parametrize(("late", "shifted"), [(None, 0), (-3600, 0), (30, 0), (61, 61), (3600, 3600)])
def test_data_is_as_old_as_it_says_where_that_is_more_than_clocks_differ(late: float | None, shifted: float) -> None:
    at = Moment(START, 1000.0)
    as_of = None if late is None else START - timedelta(seconds=late)
    answer = Answer((), Timing(), at, at, as_of)
    assert true_at(answer) == at.plus(-shifted)


async def test_old_data_brings_back_no_old_verdict() -> None:
    running = rig()
    async with running.running():
        await running.clock.advance(10)
    await running.clock.advance(300)
    core = running.core
    core.apply(TimePassed(core.gateway, core.now()))
    before = running.state.journal
    assert before[-1].text.startswith("unknown: ")
    core.apply(PositionsSeen(core.gateway, core.now().plus(-305), FIRST, ()))
    assert running.state.journal == before


async def test_a_book_that_is_old_by_its_own_words_is_shown_as_old_and_changes_no_verdict() -> None:
    running = rig()
    old = int((START - timedelta(hours=1)).timestamp())
    row = f'[{{"conid":"1","position":1.0,"description":"OLD","secType":"STK","timestamp":{old}}}]'.encode()
    answering(running, lambda request: reply(200, row) if "/portfolio2/" in request.path else None)
    async with running.running():
        await running.clock.advance(30)
        assert running.state.positions.books[FIRST].age(running.clock.now()) == pytest.approx(3630)
        standing = running.state.standing
        assert standing is not None
        assert standing.since.wall >= datetime(2026, 11, 20, 14, 3, 22, tzinfo=UTC)
        assert [entry.text for entry in running.state.journal] == ["ready: trading session live"]
