"""Accounts, positions and prices: their shapes on the wire, and that they add up."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.holdings import holdings
from tui.simulator.instruments import DOZEN, Kind
from tui.simulator.messages import HANG, Request
from tui.simulator.scenarios import Scenario
from tui.simulator.world import CASH, World, price

ACCOUNT = "DU1234567"


def get(core: SimulatedGateway, path: str, status: int = 200) -> Any:
    answer = core.respond(Request("GET", f"/v1/api{path}"))
    assert answer is not HANG
    assert answer.status == status
    return json.loads(answer.body, parse_float=Decimal)


def opened(
    clock: ManualClock | None = None, scenario: Scenario = Scenario.READY, positions: int = 12, accounts: int = 1
) -> SimulatedGateway:
    """A gateway whose portfolio was opened, and that counts no requests."""
    core = SimulatedGateway(clock or ManualClock(), scenario, positions=positions, accounts=accounts, paced=False)
    get(core, "/portfolio/accounts")
    return core


@pytest.fixture
def core() -> SimulatedGateway:
    return opened()


def test_the_dozen_is_of_several_kinds() -> None:
    kinds = {held.instrument.kind for held in DOZEN}
    assert kinds == set(Kind)
    assert len(DOZEN) == 12
    assert {"USD", "EUR", "JPY", "CHF"} <= {held.instrument.currency for held in DOZEN}
    rows = World().valued(ACCOUNT, 0)
    assert {row.holding.quantity > 0 for row in rows} == {True, False}
    assert {row.unrealised > 0 for row in rows} == {True, False}
    assert len({held.instrument.conid for held in DOZEN}) == 12


@pytest.mark.parametrize("held", DOZEN, ids=lambda held: held.instrument.ticker)
def test_prices_move_once_a_second_and_stay_in_their_range(held: Any) -> None:
    instrument = held.instrument
    series = [price(instrument, 1, second) for second in range(7200)]
    assert series == [price(instrument, 1, second) for second in range(7200)]
    assert series[0] == instrument.price
    assert series != [price(instrument, 2, second) for second in range(7200)]
    assert len(set(series)) > 20
    for value in series:
        assert abs(value / instrument.price - 1) <= 2 * instrument.swing + instrument.tick / instrument.price
        assert value / instrument.tick == pytest.approx(round(value / instrument.tick), abs=1e-6)


async def test_positions_change_with_whole_seconds_only() -> None:
    clock = ManualClock()
    core = opened(clock)

    def prices() -> list[Decimal]:
        return [row["marketPrice"] for row in get(core, f"/portfolio2/{ACCOUNT}/positions")]

    first = prices()
    await clock.advance(0.9)
    assert prices() == first
    await clock.advance(0.2)
    assert prices() != first


def test_the_two_position_endpoints_agree_in_their_own_words(core: SimulatedGateway) -> None:
    pages = get(core, f"/portfolio/{ACCOUNT}/positions/0")
    lives = get(core, f"/portfolio2/{ACCOUNT}/positions")
    assert len(pages) == len(lives) == 12
    for page, live in zip(pages, lives, strict=True):
        assert str(page["conid"]) == live["conid"]
        assert isinstance(live["conid"], str)
        assert page["contractDesc"] == live["description"]
        assert page["position"] == live["position"]
        assert page["acctId"] == ACCOUNT
        assert float(page["mktPrice"]) == pytest.approx(float(live["marketPrice"]), abs=1e-6)
        assert float(page["mktValue"]) == pytest.approx(float(live["marketValue"]), rel=1e-6)
        assert "acctId" not in live
        assert "mktPrice" not in live
        assert live["timestamp"] == int(ManualClock().now().wall.timestamp())


def test_live_rows_carry_every_digit(core: SimulatedGateway) -> None:
    apple = get(core, f"/portfolio2/{ACCOUNT}/positions")[0]
    assert apple["marketPrice"] == Decimal("268.4700012207031")
    assert apple["avgCost"] == Decimal("187.44153333333333")


def test_gains_are_value_less_cost(core: SimulatedGateway) -> None:
    for row in get(core, f"/portfolio2/{ACCOUNT}/positions"):
        gain = float(row["marketValue"] - row["position"] * row["avgCost"])
        assert float(row["unrealizedPnl"]) == pytest.approx(gain, abs=1e-4)


@pytest.mark.parametrize(("page", "count"), [(0, 100), (1, 100), (2, 50), (3, 0), (999, 0)])
def test_pages_hold_a_hundred(page: int, count: int) -> None:
    core = opened(positions=250)
    rows = get(core, f"/portfolio/{ACCOUNT}/positions/{page}")
    assert len(rows) == count
    richer = get(core, f"/portfolio/{ACCOUNT}/positions/{page}")
    assert [row["conid"] for row in richer] == [row["conid"] for row in rows]
    assert all(row["pageSize"] == 100 for row in richer)


def test_made_up_holdings_are_the_same_every_time_and_all_different() -> None:
    many = holdings(1, 0, 5000)
    assert many == holdings(1, 0, 5000)
    assert many[:12] == DOZEN
    assert len({held.instrument.conid for held in many}) == 5000
    assert len({held.instrument.description for held in many}) == 5000
    assert many[12:] != holdings(2, 0, 5000)[12:]
    assert all(held.instrument.currency in CASH and held.instrument.price > 0 and held.cost > 0 for held in many)
    assert any(held.quantity < 0 for held in many[12:])


def test_net_liquidation_is_what_the_ledger_adds_up_to() -> None:
    core = opened(positions=60)
    ledger = get(core, f"/portfolio/{ACCOUNT}/ledger")
    summary = get(core, f"/portfolio/{ACCOUNT}/summary")
    base = ledger.pop("BASE")
    added = sum(float(block["netliquidationvalue"]) * float(block["exchangerate"]) for block in ledger.values())
    assert float(base["netliquidationvalue"]) == pytest.approx(added, abs=0.01)
    assert float(summary["netliquidation"]["amount"]) == pytest.approx(added, abs=0.01)
    cash = sum(float(block["cashbalance"]) * float(block["exchangerate"]) for block in ledger.values())
    assert float(summary["totalcashvalue"]["amount"]) == pytest.approx(cash, abs=0.01)
    assert {"USD", "EUR", "JPY", "CHF"} <= set(ledger)
    assert ledger["USD"]["exchangerate"] == 1


def test_the_summary_has_ibkrs_keys(core: SimulatedGateway) -> None:
    summary = get(core, f"/portfolio/{ACCOUNT}/summary")
    assert 100 <= len(summary) <= 150
    for key in ("netliquidation", "totalcashvalue", "buyingpower", "excessliquidity", "cushion", "availablefunds"):
        assert set(summary[key]) == {"amount", "currency", "isNull", "timestamp", "value", "severity"}
    assert summary["accountcode"]["value"] == ACCOUNT
    assert summary["netliquidation-c"]["amount"] == 0
    assert summary["netliquidation-s"] == summary["netliquidation"]


def test_several_accounts_have_their_own_figures() -> None:
    core = opened(accounts=3)
    accounts = get(core, "/portfolio/accounts")
    ids = [account["id"] for account in accounts]
    assert ids == ["DU1234567", "DU1234568", "DU1234569"]
    assert get(core, "/iserver/accounts")["accounts"] == ids
    assert {account["type"] for account in accounts} == {"DEMO"}
    assert get(core, f"/portfolio/{ids[2]}/meta") == accounts[2]
    worth = {get(core, f"/portfolio/{name}/summary")["netliquidation"]["amount"] for name in ids}
    assert len(worth) == 3
    assert get(core, "/iserver/account/pnl/partitioned") == {"upnl": {}}
    assert set(get(core, "/iserver/account/pnl/partitioned")["upnl"]) == {f"{name}.Core" for name in ids}


@pytest.mark.parametrize(("page", "count"), [("", 20), ("?page=0", 20), ("?page=7", 5), ("?page=9", 0)])
def test_subaccounts_come_twenty_a_page(page: str, count: int) -> None:
    core = opened(scenario=Scenario.ADVISOR, accounts=145)
    told = get(core, f"/portfolio/subaccounts2{page}")
    assert len(told["subaccounts"]) == count
    assert told["metadata"]["total"] == 145


def test_who_is_no_advisor_gets_a_bare_list(core: SimulatedGateway) -> None:
    assert get(core, "/portfolio/subaccounts2") == get(core, "/portfolio/accounts")


def test_paper_is_said_where_ibkr_says_it(core: SimulatedGateway) -> None:
    assert get(core, "/iserver/accounts")["isPaper"] is True
    assert get(core, "/sso/validate")["LOGIN_TYPE"] == 2


@pytest.mark.parametrize(
    "path",
    ["/portfolio/U999/summary", "/portfolio/U999/positions/0", "/portfolio2/U999/positions", "/portfolio/U999/x"],
)
def test_an_unknown_account(core: SimulatedGateway, path: str) -> None:
    assert get(core, path, 400) == {"error": "Bad Request: accountId is not valid: U999", "statusCode": 400}


@pytest.mark.parametrize(
    "path", ["/nonsense", f"/portfolio/{ACCOUNT}/nonsense", f"/portfolio/{ACCOUNT}/positions/x", "/"]
)
def test_an_unknown_endpoint(core: SimulatedGateway, path: str) -> None:
    assert get(core, path, 404)["statusCode"] == 404


def live_prices(core: SimulatedGateway) -> list[Decimal]:
    return [row["marketPrice"] for row in get(core, f"/portfolio2/{ACCOUNT}/positions")]


@pytest.mark.parametrize(("share", "moved"), [(0.0, 0), (0.2, 10), (0.5, 25), (1.0, 50)])
async def test_a_share_of_the_prices_moves_from_one_look_to_the_next(share: float, moved: int) -> None:
    clock = ManualClock()
    core = opened(clock, positions=50)
    core.set_moving(share)
    await clock.advance(60)
    before, rows = live_prices(core), set()
    for _ in range(5):
        await clock.advance(3)
        after = live_prices(core)
        changed = {i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]}
        # A price whose tick is coarse may come to stand where it stood.
        assert moved * 0.6 <= len(changed) <= moved
        rows |= changed
        before = after
    assert (len(rows) > 40) is (share > 0)  # another share each time


async def test_what_stands_still_adds_up_with_what_moves() -> None:
    clock = ManualClock()
    core = opened(clock, positions=50)
    core.set_moving(0.2)
    for _ in range(3):
        await clock.advance(30)
        rows = get(core, f"/portfolio2/{ACCOUNT}/positions")
        stocks = [row for row in rows if row["assetClass"] == "STK"]
        worth = sum(row["marketValue"] * Decimal(CASH[row["currency"]][1]) for row in stocks)
        assert float(worth) == pytest.approx(core.world.totals(ACCOUNT, 999).stocks)
        paged = get(core, f"/portfolio/{ACCOUNT}/positions/0?waitForSecDef=true")
        assert [float(row["mktPrice"]) for row in paged] == pytest.approx([float(row["marketPrice"]) for row in rows])


async def test_a_share_holds_for_every_scenario() -> None:
    clock = ManualClock()
    core = opened(clock)
    core.set_moving(0.0)
    core.set_scenario(Scenario.LARGE)
    get(core, "/portfolio/accounts")
    before = live_prices(core)
    await clock.advance(60)
    assert live_prices(core) == before


def test_an_empty_account_adds_up_too() -> None:
    core = opened(positions=0)
    assert get(core, f"/portfolio/{ACCOUNT}/positions/0") == []
    summary = get(core, f"/portfolio/{ACCOUNT}/summary")
    assert summary["netliquidation"]["amount"] == summary["totalcashvalue"]["amount"]
