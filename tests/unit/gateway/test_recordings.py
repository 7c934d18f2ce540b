"""Every answer as it was recorded, and with whatever wrong with it: read right, or refused as a GatewayError."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tests.support.recordings import PERSONAL, all_names, body, recorded, spoiled
from tui.domain.accounts import Account, Summary
from tui.domain.address import Address
from tui.domain.contracts import Right
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.login import Login
from tui.domain.pnl import DayPnl
from tui.domain.rich import merge_rich
from tui.gateway import funds, translate
from tui.gateway.client import Answer, GatewayClient
from tui.gateway.errors import GatewayError
from tui.gateway.login import login
from tui.gateway.subaccounts import Subaccounts, subaccounts
from tui.gateway.translate import WrongShape

Ask = Callable[[GatewayClient], Awaitable[Answer[Any]]]
ASKS: dict[str, Ask] = {
    "sso": lambda client: client.sso_validate(),
    "subaccounts": lambda client: client.subaccounts(),
    "summary": lambda client: client.summary("U1234567"),
    "ledger": lambda client: client.ledger("U1234567"),
    "pnl": lambda client: client.pnl(),
    "positions": lambda client: client.positions("U1234567"),
}
TIME = datetime(2026, 4, 2, 22, 40, 6, tzinfo=UTC)


def ask_of(recording: str) -> Ask:
    return next(ask for start, ask in ASKS.items() if recording.startswith(start))


def always(status: int, content: bytes) -> GatewayClient:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    return GatewayClient(Address("https", "localhost", 5000), clock=ManualClock(), transport=transport)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("sso_validate", Login(datetime(2023, 12, 14, 19, 7, 26, 836000, UTC), "NJ", True, True)),
        ("sso_validate_described", Login(datetime(2023, 12, 14, 19, 7, 26, 836000, UTC), "ZG", False, True)),
    ],
)
def test_logins(name: str, found: Login) -> None:
    assert login(recorded(name)) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"LOGIN_TYPE": "1"}, {"paper": False}),
        ({"LOGIN_TYPE": 3}, {"paper": None}),
        ({"LOGIN_TYPE": None, "loginType": 1}, {"paper": False}),
        ({"RESULT": "false"}, {"valid": False}),
        ({"RESULT": None}, {"valid": None}),
        ({"AUTH_TIME": 1702580846}, {"login_at": datetime(2023, 12, 14, 19, 7, 26, tzinfo=UTC)}),
        ({"AUTH_TIME": "soon"}, {"login_at": None}),
        ({"AUTH_TIME": 0}, {"login_at": None}),
        ({"region": "hk"}, {"region": "HK"}),
        ({"region": "jane.q.public@example.com"}, {"region": None}),
        ({"region": 7}, {"region": None}),
    ],
)
def test_logins_that_are_spelled_otherwise(changes: dict[str, object], found: dict[str, object]) -> None:
    seen = login(recorded("sso_validate") | changes)
    assert {name: getattr(seen, name) for name in found} == found


def test_a_ledger() -> None:
    usd, zero, net = Decimal("971869.6"), Decimal("0.0"), Decimal("1005165.5")
    gain = Decimal("151.57")
    eur = Decimal("-1250.25")
    assert funds.ledger(recorded("ledger")) == Ledger(
        (
            LedgerLine("USD", usd, usd, net, Decimal(1), gain, zero, TIME),
            LedgerLine("EUR", eur, eur, eur, Decimal("1.0842113"), zero, zero, datetime.fromtimestamp(1775169600, UTC)),
        ),
        LedgerLine("BASE", Decimal("970514.07"), usd, Decimal("1003809.97"), Decimal(1), gain, zero, TIME),
    )


@pytest.mark.parametrize(
    ("raw", "ledger"),
    [
        ({}, Ledger()),
        ({"USD": {}}, Ledger((LedgerLine("USD"),))),
        ({"usd": {"currency": "USD"}, "USD": {"cashbalance": 1}, "x": 3}, Ledger((LedgerLine("USD"),))),
        ({"EUR": {"exchangerate": 0}}, Ledger((LedgerLine("EUR"),))),
        ({"EUR": {"timestamp": 1775169606000}}, Ledger((LedgerLine("EUR", as_of=TIME),))),
        ({"BASE": {"cashbalance": "N/A"}}, Ledger((), LedgerLine("BASE"))),
    ],
)
def test_ledgers_with_less(raw: object, ledger: Ledger) -> None:
    assert funds.ledger(raw) == ledger


CORE = DayPnl(
    daily=Decimal("-12510.0"),
    unrealised=Decimal("256000.0"),
    net_liquidation=Decimal("1290000.0"),
    excess_liquidity=Decimal("824600.0"),
    market_value=Decimal("1700000.0"),
    models=("Core",),
)


def test_the_days_profit_and_loss() -> None:
    assert funds.pnl(recorded("pnl")) == {"U1234567": CORE}
    assert funds.pnl(recorded("pnl_unprimed")) is None
    assert funds.pnl(recorded("pnl_models")) == {
        "U1234567": DayPnl(
            Decimal("-57499.75"), Decimal("972101.0"), Decimal("1010.5"), Decimal("825000.0"), Decimal("2005.0"),
            ("Core", "Growth 2"),
        ),
        "U1234568": DayPnl(Decimal("1.5"), Decimal("2.5"), models=("Core",)),
    }  # fmt: skip


@pytest.mark.parametrize(
    "raw", [{"U1": {"dpl": 7}}, {"U1.": {"dpl": "7"}}, {"U1.Core": {"dpl": 7}, "../x.Core": {}, "U2": 1}]
)
def test_rows_that_name_no_model_are_the_core(raw: object) -> None:
    assert funds.pnl({"upnl": raw}) == {"U1": DayPnl(Decimal(7), models=("Core",))}


@pytest.mark.parametrize("name", ["summary", "summary_seconds"])
def test_summaries(name: str) -> None:
    raw = recorded(name)
    wide = (Decimal("3979324.0"), Decimal("994831.0"), Decimal("7654.0")) if name == "summary" else (None, None, None)
    net, cash, excess = Decimal("1005165.5"), Decimal("971869.6"), Decimal("994831.0")
    assert translate.summary(raw) == Summary("USD", net, cash, excess, wide[0], wide[1], wide[2], Decimal("0.989711"))
    seconds = 1702582422 if name == "summary" else 1775169606
    assert translate.summary_as_of(raw) == datetime.fromtimestamp(seconds, UTC)


OWN = Account("U1234567", "USD", None, False, True)
OTHER = Account("U1234568", "EUR", None, False, False)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("subaccounts", Subaccounts((OWN, OTHER), 2)),
        ("subaccounts2", Subaccounts((OWN, OTHER), 2, 2, 20)),
        ("subaccounts2_bare", Subaccounts((Account("DU1234567", "USD", None, True, False),), 1)),
    ],
)
def test_subaccounts(name: str, found: Subaccounts) -> None:
    assert subaccounts(recorded(name)) == found


def test_subaccounts_whose_metadata_say_nothing() -> None:
    raw = recorded("subaccounts2")
    nothing: list[object] = [None, [], {}, {"total": "many", "pageSize": 0}, {"total": -3}]
    for metadata in nothing:
        assert subaccounts(raw | {"metadata": metadata}) == Subaccounts((OWN, OTHER), 2)


def test_every_shape_names_positions_alike() -> None:
    books = {
        name: translate.positions(translate.position_rows(recorded(f"positions_{name}")).rows, "U1234567")
        for name in ("minimal", "rich", "direct")
    }
    for rows in books.values():
        by_conid = {row.conid: row for row in reversed(rows)}
        assert [by_conid[conid].symbol for conid in ("320227571", "812345699", "649180695", "265598")] == [
            "QQQ",
            "SPX 15 JAN 27 6000 C",
            "ES DEC 26",
            "AAPL",
        ]
        option = by_conid["812345699"]
        assert (option.expiry, option.strike, option.right) == (date(2027, 1, 15), Decimal(6000), Right.CALL)
        assert option.multiplier == Decimal(100)
        assert [row.conid for row in rows if row.closed] == ["265598"]
        assert len({row.key for row in rows}) == len(rows)
        assert by_conid["320227571"].strike is None
    keys = {name: {row.key for row in rows} for name, rows in books.items()}
    assert keys["minimal"] == keys["rich"] < keys["direct"]
    assert keys["direct"] - keys["rich"] == {"U1234567/320227571/Growth 2"}
    other = translate.positions(translate.position_rows(recorded("positions_direct")).rows, "U1234568")
    assert keys["direct"].isdisjoint({row.key for row in other})


def test_rich_rows_know_what_minimal_ones_do_not() -> None:
    rows = translate.positions(translate.position_rows(recorded("positions_rich")).rows)
    assert [(row.name, row.exchange, row.underlying, row.multiplier) for row in rows[:3]] == [
        ("INVESCO QQQ TRUST SERIES 1", "NASDAQ", None, None),
        ("S&P 500 Stock Index", "CBOE", "SPX", Decimal("100.0")),
        ("E-mini S&P 500", "CME", "ES", Decimal("50.0")),
    ]
    assert rows[2].expiry == date(2026, 12, 18)
    assert rows[3].realised == Decimal("318.5")


@pytest.mark.parametrize("read", [login, funds.ledger, funds.pnl, translate.summary_as_of, subaccounts])
@pytest.mark.parametrize("raw", [None, "x", 1, True, {"subaccounts": {}, "upnl": [1], "USD": 1}])
def test_what_has_another_shape(read: Callable[[object], object], raw: object) -> None:
    if isinstance(raw, dict) and read in {login, translate.summary_as_of}:
        raw = []
    with pytest.raises(WrongShape):
        read(raw)


@pytest.mark.parametrize("raw", [{}, {"other": {}}, {"upnl": {"": {}}}, {"upnl": {"U1.Core": 3}}, {"upnl": "x"}])
def test_profit_and_loss_of_nobody(raw: object) -> None:
    with pytest.raises(WrongShape):
        funds.pnl(raw)


def floats_in(value: object) -> bool:
    """True where a dataclass, a mapping or a sequence holds a float anywhere."""
    match value:
        case float():
            return True
        case dict():
            return any(floats_in(inner) for inner in value.values())
        case tuple() | list():
            return any(floats_in(inner) for inner in value)
    fields = getattr(value, "__dataclass_fields__", {})
    return any(floats_in(getattr(value, name)) for name in fields)


def judge(answer: Answer[Any]) -> None:
    """What holds of every answer, however wrong: nobody's data, no float, no terminal control, an aware time."""
    told = repr(answer.value)
    assert not [text for text in PERSONAL if text in told]
    assert not floats_in(answer.value)
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert answer.as_of is None or answer.as_of.tzinfo is UTC
    if isinstance(answer.value, tuple) and answer.value and not isinstance(answer.value[0], Account):
        assert len({row.key for row in answer.value}) == len(answer.value)
        assert len(merge_rich(answer.value, answer.value)) == len(answer.value)


async def ask(recording: str, content: bytes) -> None:
    client = always(200, content)
    try:
        judge(await ask_of(recording)(client))
    except GatewayError as error:
        evidence = error.failure.evidence
        assert evidence.isprintable()
        assert not [text for text in PERSONAL[:2] if text in evidence], evidence
    finally:
        await client.aclose()


@pytest.mark.parametrize("name", all_names())
def test_as_it_was_recorded(name: str) -> None:
    async def asked() -> None:
        client = always(200, body(json.loads(json.dumps(recorded(name), default=float))))
        judge(await ask_of(name)(client))
        await client.aclose()

    asyncio.run(asked())


@pytest.mark.parametrize("name", all_names())
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_wrong_with_it(name: str, data: st.DataObject) -> None:
    content = body(data.draw(spoiled(name)))
    if data.draw(st.integers(0, 9)) == 0:
        content = content[: data.draw(st.integers(0, len(content)))]
    asyncio.run(ask(name, content))
