"""From recordings, and from what is nearly one, to the domain's types."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tui.domain.accounts import Account, BrokerageAccounts, Summary
from tui.domain.positions import Position
from tui.domain.session import AuthStatus, Tickle
from tui.gateway import translate
from tui.gateway.translate import WrongShape


def loads(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


LIVE = loads(
    '{"authenticated":true,"established":true,"competing":false,"connected":true,"message":"","MAC":"AA:BB:CC:DD:EE:FF",'
    '"serverInfo":{"serverName":"JifN19053","serverVersion":"Build 10.44.1d"},"hardware_info":"x|AA:BB","fail":""}'
)
PAGES_ROW = (
    '{"acctId":"U1234567","conid":320227571,"contractDesc":"QQQ","position":3.0,"mktPrice":584.6799927,'
    '"mktValue":1754.04,"currency":"USD","avgCost":584.31333335,"avgPrice":584.31333335,"realizedPnl":0.0,'
    '"unrealizedPnl":1.1,"exchs":null,"expiry":null,"multiplier":null,"strike":"440","assetClass":"STK","model":""}'
)
DIRECT_ROW = (
    '{"position":3.0,"conid":"320227571","avgCost":584.3133333333334,"avgPrice":584.3133333333334,"currency":"USD",'
    '"description":"QQQ","isLastToLoq":false,"marketPrice":584.6799926757812,"marketValue":1754.0399780273438,'
    '"realizedPnl":0.0,"secType":"STK","timestamp":1775169611,"unrealizedPnl":1.0999780273436954,"assetClass":"STK",'
    '"sector":null,"group":null,"model":""}'
)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (LIVE, AuthStatus(True, True, False, True, "JifN19053", None)),
        (
            {"authenticated": False, "competing": False, "connected": False, "MAC": "98:B2:C3:45:DE:F6"},
            AuthStatus(False, False, False),
        ),
        (
            {
                "authenticated": False,
                "competing": False,
                "connected": True,
                "message": "",
                "serverInfo": {"serverName": None, "serverVersion": None},
                "fail": "Force compete capability must be used",
            },
            AuthStatus(False, True, False, None, None, "Force compete capability must be used"),
        ),
        ({"authenticated": "true", "serverInfo": []}, AuthStatus(True)),
    ],
)
def test_auth_status(raw: object, status: AuthStatus) -> None:
    assert translate.auth_status(raw) == status


@pytest.mark.parametrize("raw", [{}, {"authenticated": None}, {"authenticated": "maybe"}, [], None, "x", 1])
def test_an_auth_status_that_does_not_say_whether_it_is_one(raw: object) -> None:
    with pytest.raises(WrongShape):
        translate.auth_status(raw)


@pytest.mark.parametrize(
    ("raw", "auth"),
    [
        (
            {"session": "bb665d", "hmds": {"error": "no bridge"}, "iserver": {"authStatus": LIVE}},
            translate.auth_status(LIVE),
        ),
        (
            {"ssoExpires": 594650, "iserver": {"tickle": True, "authStatus": {"authenticated": False}}},
            AuthStatus(False),
        ),
        ({"session": "bb665d", "ssoExpires": 460311}, None),
        ({"iserver": {}}, None),
        ({"iserver": None}, None),
        ({"iserver": {"authStatus": []}}, None),
        ({"iserver": {"authStatus": {}}}, None),
        ({}, None),
    ],
)
def test_tickle(raw: object, auth: AuthStatus | None) -> None:
    assert translate.tickle(raw) == Tickle(auth)


def test_accounts() -> None:
    raw = [
        {"id": "U1234567", "accountId": "U1234567", "accountTitle": "Test User", "accountAlias": None, "type": "DEMO",
         "currency": "USD", "accountStatus": 1769922000000},
        {"accountId": "U7654321", "accountAlias": "Pension", "type": "INDIVIDUAL"},
        {"id": "U1", "accountAlias": "U1", "currency": ""},
        "no row",
        {"accountTitle": "nobody"},
        {"id": "U1", "type": "DEMO"},
    ]  # fmt: skip
    assert translate.accounts(raw) == (
        Account("U1234567", "USD", None, True),
        Account("U7654321", None, "Pension", False),
        Account("U1", None, None, None),
    )
    assert "Test User" not in repr(translate.accounts(raw))


@pytest.mark.parametrize(
    ("raw", "accounts"),
    [
        (
            {"accounts": ["U1"], "aliases": {"U1": "U1", "U2": "Pension", "U3": 4, "U4": None}, "isPaper": True},
            BrokerageAccounts(True, {"U2": "Pension", "U3": "4"}),
        ),
        ({"accounts": [], "aliases": [], "isPaper": "false"}, BrokerageAccounts(False, {})),
        ({}, BrokerageAccounts(None, {})),
    ],
)
def test_brokerage_accounts(raw: object, accounts: BrokerageAccounts) -> None:
    assert translate.brokerage_accounts(raw) == accounts


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            (
                '{"netliquidation":{"amount":1005165.50,"currency":"USD","isNull":false,"timestamp":1702582422000,"value":null},'
                '"totalcashvalue":{"amount":971870.0,"currency":"USD","isNull":false},"accountcode":{"value":"U1234567"}}'
            ),
            Summary("USD", Decimal("1005165.50"), Decimal("971870.0")),
        ),
        (
            '{"netliquidation":{"amount":0.0,"currency":null,"value":"1,005,165.5"},"totalcashvalue":{"currency":"EUR"}}',
            Summary("EUR", Decimal("1005165.5"), None),
        ),
        ('{"netliquidation":{"amount":7,"isNull":true},"totalcashvalue":[]}', Summary(None, None, None)),
        ('{"totalcashvalue":{"amount":0.0,"value":null}}', Summary(None, None, Decimal("0.0"))),
        ("{}", Summary(None, None, None)),
    ],
)
def test_summary(text: str, summary: Summary) -> None:
    assert translate.summary(loads(text)) == summary


def book(text: str) -> tuple[Position, ...]:
    return translate.positions(translate.position_rows(loads(text)).rows)


def test_both_shapes_give_the_same_position_with_all_digits() -> None:
    (direct,), (paged,) = book(f"[{DIRECT_ROW}]"), book(f"[{PAGES_ROW}]")
    assert direct == Position(
        key="320227571/",
        symbol="QQQ",
        kind="STK",
        quantity=Decimal("3.0"),
        price=Decimal("584.6799926757812"),
        value=Decimal("1754.0399780273438"),
        average_cost=Decimal("584.3133333333334"),
        unrealised=Decimal("1.0999780273436954"),
        currency="USD",
        realised=Decimal("0.0"),
        conid="320227571",
    )
    assert direct.as_of == datetime(2026, 4, 2, 22, 40, 11, tzinfo=UTC)
    assert (paged.key, paged.symbol, paged.kind) == ("U1234567/320227571/", direct.symbol, direct.kind)
    assert translate.positions(translate.position_rows(loads(f"[{DIRECT_ROW}]")).rows, "U1234567")[0].key == paged.key
    assert (paged.price, paged.value, paged.unrealised) == (Decimal("584.6799927"), Decimal("1754.04"), Decimal("1.1"))


@pytest.mark.parametrize(
    ("row", "symbol"),
    [
        ({"conid": 1, "ticker": "SPY", "contractDesc": "SPY ARCA", "assetClass": "STK"}, "SPY"),
        ({"conid": 1, "ticker": "SPY", "contractDesc": "SPY NOV2026 600 C", "assetClass": "OPT"}, "SPY NOV 26 600 C"),
        ({"conid": 1, "ticker": "SPY", "assetClass": "OPT"}, "SPY"),
        ({"conid": 1, "description": "EUR.USD", "secType": "CASH"}, "EUR.USD"),
        ({"conid": 1}, "1"),
        ({}, "?"),
    ],
)
def test_a_position_is_named_by_what_it_is(row: dict[str, object], symbol: str) -> None:
    assert book(json.dumps([row]))[0].symbol == symbol


def test_keys_are_stable_and_never_the_same() -> None:
    rows = [
        {"conid": 1},
        {"conid": "1", "model": ""},
        {"conid": 1, "model": "#2"},
        {"conid": 1, "model": "Core"},
        {},
        {},
    ]
    keys = [position.key for position in book(json.dumps(rows))]
    assert keys[:2] == ["1/", "1/#2"]
    assert keys[3] == "1/Core"
    assert len(set(keys)) == len(rows)
    assert keys == [position.key for position in book(json.dumps(rows))]


def test_a_bad_row_costs_no_other_row() -> None:
    rows = translate.position_rows(loads(f'["x",{DIRECT_ROW},null,{{"conid":{{}},"position":"lots"}},[]]'))
    assert rows.received == 5
    assert [position.symbol for position in translate.positions(rows.rows)] == ["QQQ", "?"]


@pytest.mark.parametrize("read", [translate.accounts, translate.position_rows])
@pytest.mark.parametrize("raw", [{}, None, "x", 1])
def test_what_is_no_array(read: Any, raw: object) -> None:
    with pytest.raises(WrongShape):
        read(raw)


@pytest.mark.parametrize("read", [translate.tickle, translate.brokerage_accounts, translate.summary])
@pytest.mark.parametrize("raw", [[], None, "x", 1])
def test_what_is_no_object(read: Any, raw: object) -> None:
    with pytest.raises(WrongShape):
        read(raw)
