"""JSON values -> the domain's types, by way of the wire models; personal data stays behind."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tui.domain.accounts import Account, BrokerageAccounts, Summary
from tui.domain.positions import Position
from tui.domain.session import AuthStatus, Tickle
from tui.gateway.wire import (
    AccountWire,
    AmountWire,
    AuthStatusWire,
    BrokerageAccountsWire,
    PositionWire,
    SummaryWire,
    TickleWire,
    to_text,
)

# Where the ticker names what is held; of everything else it names only what that is derived from.
_NAMED_BY_TICKER = frozenset({None, "STK", "ETF", "FUND", "CASH", "CRYPTO", "IND"})


class WrongShape(ValueError):
    """A JSON value that is not of the kind that this endpoint gives; the message says what was expected."""


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WrongShape("expected a JSON object")
    return value


def _status(wire: AuthStatusWire | None) -> AuthStatus | None:
    if wire is None or wire.authenticated is None:
        return None
    return AuthStatus(
        authenticated=wire.authenticated,
        connected=wire.connected,
        competing=wire.competing,
        established=wire.established,
        server=wire.server_info.server_name if wire.server_info else None,
        message=wire.message or wire.fail,
    )


def auth_status(value: object) -> AuthStatus:
    """Raises WrongShape: no object, or one that does not say whether it is authenticated."""
    status = _status(AuthStatusWire.model_validate(_object(value)))
    if status is None:
        raise WrongShape("expected an object that says whether it is authenticated")
    return status


def tickle(value: object) -> Tickle:
    """Raises WrongShape: no object."""
    wire = TickleWire.model_validate(_object(value))
    return Tickle(_status(wire.iserver.auth_status if wire.iserver else None))


def _other_than(identifier: str, alias: str | None) -> str | None:
    return None if alias == identifier else alias


def accounts(value: object) -> tuple[Account, ...]:
    """Each account once, in the answer's order. Raises WrongShape: no array."""
    if not isinstance(value, list):
        raise WrongShape("expected a JSON array")
    found: dict[str, Account] = {}
    for row in value:
        if not isinstance(row, dict):
            continue
        wire = AccountWire.model_validate(row)
        identifier = wire.id or wire.account_id
        if identifier is None or identifier in found:
            continue
        found[identifier] = Account(
            id=identifier,
            currency=wire.currency,
            alias=_other_than(identifier, wire.account_alias),
            paper=None if wire.type is None else wire.type.upper() == "DEMO",
        )
    return tuple(found.values())


def brokerage_accounts(value: object) -> BrokerageAccounts:
    """Raises WrongShape: no object. An alias that only repeats the id is none."""
    wire = BrokerageAccountsWire.model_validate(_object(value))
    aliases: dict[str, str] = {}
    for key, raw in (wire.aliases or {}).items():
        identifier, alias = to_text(key), to_text(raw)
        if identifier is not None and alias is not None and alias != identifier:
            aliases[identifier] = alias
    return BrokerageAccounts(paper=wire.is_paper, aliases=aliases)


def _amount(wire: AmountWire | None) -> Decimal | None:
    if wire is None or wire.is_null:
        return None
    # `amount` is 0.0 where the value is given as text.
    return wire.amount or wire.value if wire.value is not None else wire.amount


def summary(value: object) -> Summary:
    """Raises WrongShape: no object."""
    wire = SummaryWire.model_validate(_object(value))
    named = (amount.currency for amount in (wire.net_liquidation, wire.total_cash) if amount is not None)
    return Summary(
        currency=next((currency for currency in named if currency), None),
        net_liquidation=_amount(wire.net_liquidation),
        cash=_amount(wire.total_cash),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Holdings of either shape. received: how many, counting what is no row. full: a page's size, if told."""

    rows: tuple[PositionWire, ...]
    received: int
    full: int | None


def position_rows(value: object) -> Rows:
    """Raises WrongShape: no array."""
    if not isinstance(value, list):
        raise WrongShape("expected a JSON array")
    rows = tuple(PositionWire.model_validate(row) for row in value if isinstance(row, dict))
    sizes = (int(row.page_size) for row in rows if row.page_size is not None and row.page_size >= 1)
    return Rows(rows, len(value), next(sizes, None))


def _first(*values: Decimal | None) -> Decimal | None:
    return next((value for value in values if value is not None), None)


def _kind(wire: PositionWire) -> str | None:
    return wire.asset_class or wire.sec_type


def _symbol(wire: PositionWire) -> str:
    described = wire.contract_desc or wire.description
    names = (wire.ticker, described) if _kind(wire) in _NAMED_BY_TICKER else (described, wire.ticker)
    return next((_tidy(name) for name in names if name), wire.conid or "?")


def _tidy(name: str) -> str:
    """`SPY    DEC2026 640 P [SPY   261218P00640000 100]` -> `SPY DEC2026 640 P`: what repeats it in brackets goes."""
    return " ".join(name.partition(" [")[0].split()) or name


def _keys(rows: Iterable[PositionWire]) -> Iterator[str]:
    """A key for each row, the same in every refresh, and different from all others."""
    seen: Counter[str] = Counter()
    used: set[str] = set()
    for wire in rows:
        base = key = f"{wire.conid or _symbol(wire)}/{wire.model or ''}"
        while key in used:
            seen[base] += 1
            key = f"{base}#{seen[base] + 1}"
        used.add(key)
        yield key


def positions(rows: Sequence[PositionWire]) -> tuple[Position, ...]:
    """One Position a row, in order, each with a key of its own."""
    return tuple(
        Position(
            key=key,
            symbol=_symbol(wire),
            kind=_kind(wire),
            quantity=wire.position,
            price=_first(wire.market_price, wire.mkt_price),
            value=_first(wire.market_value, wire.mkt_value),
            average_cost=_first(wire.avg_cost, wire.avg_price),
            unrealised=wire.unrealized_pnl,
            currency=wire.currency,
        )
        for key, wire in zip(_keys(rows), rows, strict=True)
    )


def as_of(rows: Iterable[PositionWire]) -> datetime | None:
    """The newest time that the rows carry; None where they carry none, as those of the pages do."""
    return max((row.timestamp for row in rows if row.timestamp is not None), default=None)
