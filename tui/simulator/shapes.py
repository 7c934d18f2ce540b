"""The JSON shapes of IBKR's answers, with the field names, types and oddities that the real ones have."""

from collections.abc import Iterable, Mapping
from typing import Any

from tui.simulator.instruments import Kind
from tui.simulator.regions import NEW_JERSEY
from tui.simulator.session import Flags
from tui.simulator.world import BASE, Totals, Valued

Json = dict[str, Any]

MAC = "02:00:5E:10:00:01"
SERVER = {"serverName": "JifN19053", "serverVersion": "Build 10.44.1d, Mar 3, 2026 1:55:32 PM"}
NO_SERVER = {"serverName": None, "serverVersion": None}
USER_ID = 100_234_567
USER_NAME = "simul1234"
SESSION = "5f0c9b1de24a4f7c8a31d60b72e94c15"
ALLOWED_TYPES = "STK,CFD,OPT,FOP,WAR,FUT,BAG,PDC,CASH,IND,BOND,BILL,FUND,SLB,News,CMDTY,IOPT,ICU,ICS,PHYSS,CRYPTO"
_YEAR_2024_MS = 1_704_067_200_000


def auth_status(flags: Flags, fail: str = "") -> Json:
    """Body of `iserver/auth/status`; without a link to the brokerage half of its fields are missing."""
    if not flags.connected:
        return {"authenticated": False, "competing": False, "connected": False, "MAC": MAC}
    return opened(flags) | {"fail": fail}


def opened(flags: Flags) -> Json:
    """Body of `iserver/auth/ssodh/init`, and the auth status within a tickle."""
    if not flags.connected:
        return {"authenticated": False, "competing": False, "connected": False, "message": "", "MAC": MAC}
    return {
        "authenticated": flags.authenticated,
        "established": flags.established,
        "competing": flags.competing,
        "connected": flags.connected,
        "message": "",
        "MAC": MAC,
        "serverInfo": SERVER if flags.authenticated else NO_SERVER,
        "hardware_info": f"51a7e11b|{MAC}",
    }


def tickle(flags: Flags, sso_expires_ms: int) -> Json:
    """Body of `tickle`; IBKR spells `collission` so, and an idle `hmds` has no bridge."""
    return {
        "session": SESSION,
        "ssoExpires": sso_expires_ms,
        "collission": False,
        "userId": USER_ID,
        "hmds": {"error": "no bridge"},
        "iserver": {"authStatus": opened(flags)},
    }


def sso_validate(login_ms: int, now_ms: int, expires_ms: int, region: str = NEW_JERSEY) -> Json:
    """Body of `sso/validate`. AUTH_TIME: when the user logged in. LOGIN_TYPE 2: paper."""
    return {
        "USER_ID": USER_ID,
        "USER_NAME": USER_NAME,
        "RESULT": True,
        "AUTH_TIME": login_ms,
        "SF_ENABLED": False,
        "IS_FREE_TRIAL": False,
        "CREDENTIAL": USER_NAME,
        "IP": "192.0.2.17",
        "EXPIRES": expires_ms,
        "QUALIFIED_FOR_MOBILE_AUTH": None,
        "LANDING_APP": "UNIVERSAL",
        "IS_MASTER": False,
        "lastAccessed": now_ms,
        "LOGIN_TYPE": 2,
        "PAPER_USER_NAME": USER_NAME,
        "features": {
            "env": "PROD",
            "wlms": True,
            "realtime": True,
            "bond": True,
            "optionChains": True,
            "calendar": True,
            "newMf": True,
        },
        "region": region,
    }


def iserver_accounts(ids: tuple[str, ...], *, advisor: bool = False) -> Json:
    """Body of `iserver/accounts`; an advisor has all of them as one group besides."""
    properties = {
        "hasChildAccounts": advisor,
        "supportsCashQty": True,
        "liteUnderPro": False,
        "noFXConv": False,
        "isProp": False,
        "supportsFractions": True,
        "allowCustomerTime": False,
        "autoFx": False,
    }
    return {
        "accounts": list(ids),
        "acctProps": dict.fromkeys(ids, properties),
        "aliases": ({"All": "All"} if advisor else {}) | {name: name for name in ids},
        "allowFeatures": {
            "showGFIS": True,
            "showEUCostReport": False,
            "allowFXConv": True,
            "allowFinancialLens": False,
            "allowMTA": True,
            "allowTypeAhead": True,
            "allowEventTrading": True,
            "snapshotRefreshTimeout": 30,
            "liteUser": False,
            "showWebNews": True,
            "research": True,
            "debugPnl": True,
            "showTaxOpt": True,
            "showImpactDashboard": True,
            "allowDynAccount": False,
            "allowCrypto": False,
            "allowFA": advisor,
            "allowLiteUnderPro": False,
            "allowedAssetTypes": ALLOWED_TYPES,
        },
        "chartPeriods": {"STK": ["*"], "OPT": ["2h", "1d", "2d", "1w", "1m"], "FUT": ["*"], "CASH": ["*"]},
        "groups": ["All"] if advisor else [],
        "profiles": [],
        "selectedAccount": ids[0],
        "serverInfo": SERVER,
        "sessionId": "69a1c3f0.00000001",
        "isFT": False,
        "isPaper": True,
    }


def account(name: str, index: int, *, advisor: bool = False) -> Json:
    """One element of `portfolio/accounts`, and the body of `portfolio/{id}/meta`; DEMO is how IBKR spells paper."""
    return {
        "id": name,
        "PrepaidCrypto-Z": False,
        "PrepaidCrypto-P": False,
        # An advisor manages some that it may not trade for.
        "brokerageAccess": not advisor or index % 10 != 9,
        "accountId": name,
        "accountVan": name,
        "accountTitle": f"Simulated Holder {index + 1}",
        "displayName": f"Simulated Holder {index + 1}",
        "accountAlias": None,
        "accountStatus": _YEAR_2024_MS + index * 86_400_000,
        "currency": BASE,
        "type": "DEMO",
        "tradingType": "STKNOPT",
        "businessType": "INDEPENDENT",
        "category": "",
        "ibEntity": "IBLLC-US",
        "faclient": advisor,
        "clearingStatus": "O",
        "covestor": False,
        "noClientTrading": False,
        "trackVirtualFXPortfolio": False,
        "acctCustType": "ADVISOR" if advisor and index == 0 else "INDIVIDUAL",
        "parent": {"mmc": [], "accountId": "", "isMParent": False, "isMChild": False, "isMultiplex": False},
        "desc": name,
    }


def ledger(
    name: str, cash: Iterable[tuple[str, float, float]], rows: tuple[Valued, ...], totals: Totals, second: int
) -> Json:
    """Body of `portfolio/{id}/ledger`: a block a currency, then BASE. second: epoch seconds."""
    blocks: Json = {}
    for currency, amount, rate in cash:
        mine = [row for row in rows if row.holding.instrument.currency == currency]
        worth = amount + sum(row.counted for row in mine)
        blocks[currency] = _ledger_block(name, currency, amount, worth, rate, mine, second)
    blocks["BASE"] = _ledger_block(name, "BASE", totals.cash, totals.net, 1, (), second) | {
        "stockmarketvalue": totals.stocks,
        "unrealizedpnl": totals.unrealised,
    }
    return blocks


def _ledger_block(
    name: str, currency: str, cash: float, worth: float, rate: float, rows: Iterable[Valued], second: int
) -> Json:
    by_kind = dict.fromkeys(Kind, 0.0)
    unrealised = 0.0
    for row in rows:
        by_kind[row.holding.instrument.kind] += row.counted
        unrealised += row.unrealised
    return {
        "commoditymarketvalue": 0.0,
        "futuremarketvalue": by_kind[Kind.FUT],
        "settledcash": cash,
        "exchangerate": 1 if rate == 1 else rate,
        "sessionid": 1,
        "cashbalance": cash,
        "corporatebondsmarketvalue": 0.0,
        "warrantsmarketvalue": 0.0,
        "netliquidationvalue": worth,
        "interest": 0.0,
        "unrealizedpnl": unrealised,
        "stockmarketvalue": by_kind[Kind.STK],
        "moneyfunds": 0.0,
        "currency": currency,
        "realizedpnl": 0.0,
        "funds": by_kind[Kind.FUND],
        "acctcode": name,
        "issueroptionsmarketvalue": 0.0,
        "key": "LedgerList",
        "timestamp": second,
        "severity": 0,
        "stockoptionmarketvalue": by_kind[Kind.OPT],
        "futuresonlypnl": by_kind[Kind.FUT],
        "tbondsmarketvalue": by_kind[Kind.BOND],
        "futureoptionmarketvalue": 0.0,
        "cashbalancefxsegment": 0.0,
        "secondkey": currency,
        "tbillsmarketvalue": 0.0,
        "endofbundle": 1,
        "dividends": 0.0,
        "cryptocurrencyvalue": 0.0,
    }


def partitioned_pnl(totals: Mapping[str, Totals]) -> Json:
    """Body of `iserver/account/pnl/partitioned`: a row an account, under its id and `.Core`."""
    return {
        "upnl": {
            f"{name}.Core": {
                "rowType": 1,
                "dpl": round(total.day, 2),
                "nl": round(total.net, 2),
                "upl": round(total.unrealised, 2),
                "uel": round(total.net - 0.25 * total.gross, 2),
                "el": round(total.net - 0.25 * total.gross, 2),
                "mv": round(total.gross, 2),
            }
            for name, total in totals.items()
        }
    }
