"""Rows of positions on the wire: the minimal and the rich ones of the pages, and the live ones of `portfolio2`."""

import json
import struct
from dataclasses import dataclass
from typing import Any

from tui.simulator.instruments import Holding, Kind
from tui.simulator.world import CASH, Valued

PAGE_SIZE = 100
_EXCHANGES = (
    "SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,ISLAND,DRCTEDGE,BEX,BATS,EDGEA,CSFBALGO,JEFFALGO,BYX,IEX,EDGX,FOXRIVER,"
    "PEARL,NYSENAT,LTSE,MEMX,IBEOS,OVERNIGHT,TPLUS1,PSX,NASDAQBX,CBOE2,EDGXOP,GEMINI,MERCURY,MIAX,EMERALD,BOX,MEMXOP"
)


def single(value: float) -> float:
    """A price as IBKR keeps it: single precision, widened again, with the digits that this brings."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def minimal_row(account: str, row: Valued) -> dict[str, Any]:
    """One row as the first request for a page gets it: the portfolio's own fields, rounded; expiry and strike apart."""
    held = row.holding
    contract = held.instrument
    derivative = contract.kind in {Kind.OPT, Kind.FUT}
    return {
        "acctId": account,
        "conid": contract.conid,
        "contractDesc": contract.description,
        "position": held.quantity,
        "mktPrice": round(single(row.price), 7),
        "mktValue": round(row.value, 2),
        "currency": contract.currency,
        "avgCost": round(held.cost * contract.factor, 8),
        "avgPrice": round(held.cost, 8),
        "realizedPnl": 0.0,
        "unrealizedPnl": round(row.unrealised, 2),
        "exchs": None,
        "expiry": contract.expiry if derivative else None,
        "putOrCall": contract.right,
        "multiplier": contract.factor if derivative else None,
        "strike": f"{contract.strike:g}" if contract.kind is Kind.OPT else 0.0,
        "exerciseStyle": None,
        "conExchMap": [],
        "assetClass": contract.kind.value,
        "undConid": contract.underlying_conid,
        "model": held.model,
    }


def rich_row(account: str, row: Valued, now_ms: int) -> dict[str, Any]:
    """One row as later requests get it: with what is known of the contract, and with the figures in US dollars."""
    held = row.holding
    contract = held.instrument
    derivative = contract.kind in {Kind.OPT, Kind.FUT}
    stock = contract.kind is Kind.STK
    rate = CASH[contract.currency][1]
    return minimal_row(account, row) | {
        "baseMktValue": round(row.value * rate, 2),
        "baseMktPrice": round(row.price * rate, 7),
        "baseAvgCost": round(held.cost * contract.factor * rate, 8),
        "baseAvgPrice": round(held.cost * rate, 8),
        "baseRealizedPnl": 0.0,
        "baseUnrealizedPnl": round(row.unrealised * rate, 2),
        "incrementRules": [{"lowerEdge": 0.0, "increment": contract.tick}],
        "displayRule": {
            "magnification": 0,
            "displayRuleStep": [{"decimalDigits": 2, "lowerEdge": 0.0, "wholeDigits": 4}],
        },
        "time": now_ms % 1000,
        "chineseName": "&#x82F9;&#x679C;&#x516C;&#x53F8;" if stock else None,
        "allExchanges": f"{_EXCHANGES},{contract.exchange}",
        "listingExchange": contract.exchange,
        "countryCode": contract.country,
        "name": contract.name,
        "lastTradingDay": contract.expiry if derivative else None,
        "group": contract.group,
        "sector": contract.sector,
        "sectorGroup": contract.group,
        "ticker": contract.ticker,
        "type": "COMMON" if stock else "",
        "undComp": None,
        "undSym": contract.underlying,
        "hasOptions": stock,
        "fullName": contract.description,
        "isUS": contract.country == "US",
        "isEventContract": False,
        "crossCurrency": contract.currency != "USD",
        "pageSize": PAGE_SIZE,
    }


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A row of `portfolio2` as text, cut where the price, the value, the time and the gain belong.

    Other names than the pages', a conid in quotes, every digit. Prepared once: thousands of them are sent a second.
    """

    start: str
    middle: str
    end: str
    units: float
    paid: float

    def text(self, price: float, second: int) -> str:
        """The row as JSON. second: the data's age, as the epoch second that they are of."""
        shown = single(price)
        value = self.units * shown
        return (
            f'{self.start}{shown!r},"marketValue":{value!r}{self.middle}{second},'
            f'"unrealizedPnl":{value - self.paid!r}{self.end}'
        )


def live_row(held: Holding) -> LiveRow:
    """The parts of a holding's row that stay the same."""
    contract = held.instrument
    units = held.quantity * contract.factor
    before = {
        "position": held.quantity,
        "conid": str(contract.conid),
        "avgCost": held.cost * contract.factor,
        "avgPrice": held.cost,
        "currency": contract.currency,
        "description": contract.description,
        "isLastToLoq": False,
    }
    between = {"realizedPnl": 0.0, "secType": contract.kind.value}
    after = {
        "assetClass": contract.kind.value,
        "sector": contract.sector,
        "group": contract.group,
        "model": held.model,
    }
    return LiveRow(
        f'{_json(before)[:-1]},"marketPrice":',
        f',{_json(between)[1:-1]},"timestamp":',
        f",{_json(after)[1:]}",
        units,
        units * held.cost,
    )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
