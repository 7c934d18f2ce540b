"""The body of `portfolio/{id}/summary`: more than a hundred keys, most of them three times."""

from typing import Any

from tui.simulator.world import BASE, Totals

# Every key exists three times: for the account, for its commodities segment and for its securities segment.
_SEGMENTS = ("", "-c", "-s")
_INITIAL, _MAINTENANCE = 0.25, 0.2


def summary(name: str, totals: Totals, now_ms: int) -> dict[str, Any]:
    """The summary of an account. now_ms: epoch milliseconds."""
    initial, maintenance = totals.gross * _INITIAL, totals.gross * _MAINTENANCE
    available, excess = totals.net - initial, totals.net - maintenance
    body: dict[str, Any] = {}
    texts = {"accountcode": name, "accountready": "true", "accounttype": "INDIVIDUAL"}
    for key, text in texts.items():
        body[key] = _entry(0.0, None, now_ms, text)
    body |= {
        "cushion": _entry(round(excess / totals.net, 6) if totals.net else 0.0, None, now_ms),
        "daytradesremaining": _entry(-1.0, None, now_ms),
        **{f"daytradesremainingt+{day}": _entry(-1.0, None, now_ms) for day in (1, 2, 3, 4)},
        "highestseverity": _entry(0.0, None, now_ms),
        "leverage-s": _entry(round(totals.gross / totals.net, 2) if totals.net else 0.0, None, now_ms),
        "lookaheadnextchange": _entry(0.0, None, now_ms),
        "nlvandmargininreview": _entry(0.0, None, now_ms, "false"),
        "tradingtype-s": _entry(0.0, None, now_ms, "STKNOPT"),
        "segmenttitle-c": _entry(0.0, None, now_ms, "US Commodities"),
        "segmenttitle-s": _entry(0.0, None, now_ms, "US Securities"),
    }
    amounts = {
        "netliquidation": totals.net,
        "totalcashvalue": totals.cash,
        "equitywithloanvalue": totals.net,
        "previousdayequitywithloanvalue": totals.net - totals.day,
        "grosspositionvalue": totals.gross,
        "buyingpower": max(0.0, available * 4),
        "availablefunds": available,
        "excessliquidity": excess,
        "initmarginreq": initial,
        "maintmarginreq": maintenance,
        "fullavailablefunds": available,
        "fullexcessliquidity": excess,
        "fullinitmarginreq": initial,
        "fullmaintmarginreq": maintenance,
        "lookaheadavailablefunds": available,
        "lookaheadexcessliquidity": excess,
        "lookaheadinitmarginreq": initial,
        "lookaheadmaintmarginreq": maintenance,
        "postexpirationexcess": 0.0,
        "postexpirationmargin": 0.0,
        "accruedcash": 0.0,
        "accrueddividend": 0.0,
        "billable": 0.0,
        "guarantee": 0.0,
        "indianstockhaircut": 0.0,
        "pasharesvalue": 0.0,
        "physicalcertificatevalue": 0.0,
        "regtequity": totals.net,
        "regtmargin": initial * 2,
        "sma": max(0.0, available),
        "totaldebitcardpendingcharges": 0.0,
        "columnprio": 1.0,
    }
    for key, amount in amounts.items():
        for segment in _SEGMENTS:
            # All is held in the securities segment, as in an account that never traded a commodity.
            here = 0.0 if segment == "-c" else amount
            body[key + segment] = _entry(here, None if key == "columnprio" else BASE, now_ms)
    return body


def _entry(amount: float, currency: str | None, now_ms: int, value: str | None = None) -> dict[str, Any]:
    return {
        "amount": round(amount, 2) if currency else amount,
        "currency": currency,
        "isNull": False,
        "timestamp": now_ms,
        "value": value,
        "severity": 0,
    }
