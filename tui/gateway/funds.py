"""The ledger and the day's profit and loss: their shapes, and what they say in the domain's terms."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from tui.domain.ledger import BASE, Ledger, LedgerLine
from tui.domain.pnl import DayPnl, together
from tui.gateway.endpoints import askable
from tui.gateway.translate import WrongShape, an_object
from tui.gateway.wire import Number, Text, Time, Wire, to_text

CORE = "Core"
_CURRENCY = re.compile(r"[A-Z][A-Z0-9]{1,9}", re.ASCII)


class LedgerLineWire(Wire):
    """One currency of `/portfolio/{id}/ledger`; its names have no capitals."""

    currency: Text = None
    cashbalance: Number = None
    settledcash: Number = None
    netliquidationvalue: Number = None
    exchangerate: Number = None
    unrealizedpnl: Number = None
    realizedpnl: Number = None
    timestamp: Time = None


class PnlRowWire(Wire):
    """One row of `pnl/partitioned`. el, uel: excess liquidity, by whichever name it goes."""

    dpl: Number = None
    upl: Number = None
    nl: Number = None
    el: Number = None
    uel: Number = None
    mv: Number = None


def ledger(value: object) -> Ledger:
    """Each currency once, in the answer's order. Raises WrongShape: no object, or one without any."""
    blocks = an_object(value)
    lines: dict[str, LedgerLine] = {}
    for key, raw in blocks.items():
        if not isinstance(raw, dict):
            continue
        wire = LedgerLineWire.model_validate(raw)
        currency = next((name for name in (to_text(key), wire.currency) if name and _CURRENCY.fullmatch(name)), None)
        if currency is not None and currency not in lines:
            lines[currency] = _line(currency, wire)
    if blocks and not lines:
        raise WrongShape("expected an object with a block a currency")
    base = lines.pop(BASE, None)
    return Ledger(tuple(lines.values()), base)


def _line(currency: str, wire: LedgerLineWire) -> LedgerLine:
    return LedgerLine(
        currency=currency,
        cash=wire.cashbalance,
        settled_cash=wire.settledcash,
        net_liquidation=wire.netliquidationvalue,
        exchange_rate=_rate(wire.exchangerate),
        unrealised=wire.unrealizedpnl,
        realised=wire.realizedpnl,
        as_of=wire.timestamp,
    )


def _rate(value: Decimal | None) -> Decimal | None:
    """A rate of 0 or less is none: it would make everything worth nothing."""
    return value if value is not None and value > 0 else None


def pnl(value: object) -> Mapping[str, DayPnl] | None:
    """By account id, an account's models together; None while IBKR has not begun to count, as after the first question.

    Raises WrongShape: no object, no `upnl` in it, or rows that name no account.
    """
    answer = an_object(value)
    if "upnl" not in answer:
        raise WrongShape("expected an object with the profit and loss under upnl")
    if not answer["upnl"]:
        return None
    parts: dict[str, list[DayPnl]] = {}
    for account, part in _parts(an_object(answer["upnl"])):
        parts.setdefault(account, []).append(part)
    if not parts:
        raise WrongShape("expected rows named by account and model")
    return {account: together(rows) for account, rows in parts.items()}


def _parts(rows: Mapping[str, object]) -> Iterator[tuple[str, DayPnl]]:
    """(account, one of its models' rows). The key is the account's id, a dot, and the model's name or `Core`."""
    for key, raw in rows.items():
        account, _, model = key.partition(".")
        if not isinstance(raw, dict) or not askable(account):
            continue
        wire = PnlRowWire.model_validate(raw)
        yield (
            account,
            DayPnl(
                daily=wire.dpl,
                unrealised=wire.upl,
                net_liquidation=wire.nl,
                excess_liquidity=wire.el if wire.el is not None else wire.uel,
                market_value=wire.mv,
                models=(to_text(model) or CORE,),
            ),
        )
