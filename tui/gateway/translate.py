"""JSON values -> the domain's types, by way of the wire models; personal data stays behind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from tui.domain.accounts import Account, BrokerageAccounts, Summary
from tui.domain.contracts import (
    DERIVATIVES,
    FUTURES,
    Contract,
    expiry_of,
    known,
    readable,
    some,
    tidied,
    to_day,
    to_right,
)
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

MOST_ROWS = 20_000
"""Items of a list, or fields of an object, that are taken: nobody holds as much, and a hostile answer might."""


class WrongShape(ValueError):
    """A JSON value that is not of the kind that this endpoint gives; the message says what was expected."""


class TooMany(WrongShape):
    """More than MOST_ROWS in one answer; the message says so."""

    def __init__(self) -> None:
        super().__init__(f"more than {MOST_ROWS:,} rows")


def an_object(value: object) -> Mapping[str, object]:
    """The value, where it is a JSON object. Raises WrongShape."""
    if not isinstance(value, dict):
        raise WrongShape("expected a JSON object")
    if len(value) > MOST_ROWS:
        raise TooMany
    return value


def an_array(value: object) -> Sequence[object]:
    """The value, where it is a JSON array. Raises WrongShape."""
    if not isinstance(value, list):
        raise WrongShape("expected a JSON array")
    if len(value) > MOST_ROWS:
        raise TooMany
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
    status = _status(AuthStatusWire.model_validate(an_object(value)))
    if status is None:
        raise WrongShape("expected an object that says whether it is authenticated")
    return status


def tickle(value: object) -> Tickle:
    """Raises WrongShape: no object."""
    wire = TickleWire.model_validate(an_object(value))
    return Tickle(_status(wire.iserver.auth_status if wire.iserver else None))


def _other_than(identifier: str, alias: str | None) -> str | None:
    return None if alias == identifier else alias


def accounts(value: object) -> tuple[Account, ...]:
    """Each account once, in the answer's order. Raises WrongShape: no array."""
    found: dict[str, Account] = {}
    for row in an_array(value):
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
            advisor=wire.faclient if wire.faclient is not None else wire.fa_client,
        )
    return tuple(found.values())


def brokerage_accounts(value: object) -> BrokerageAccounts:
    """Raises WrongShape: no object. An alias that only repeats the id is none."""
    wire = BrokerageAccountsWire.model_validate(an_object(value))
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
    wire = SummaryWire.model_validate(an_object(value))
    named = (amount.currency for amount in (wire.net_liquidation, wire.total_cash) if amount is not None)
    return Summary(
        currency=next((currency for currency in named if currency), None),
        net_liquidation=_amount(wire.net_liquidation),
        cash=_amount(wire.total_cash),
        excess_liquidity=_amount(wire.excess_liquidity),
        buying_power=_amount(wire.buying_power),
        available_funds=_amount(wire.available_funds),
        maintenance_margin=_amount(wire.maintenance_margin),
        cushion=_amount(wire.cushion),
    )


def summary_as_of(value: object) -> datetime | None:
    """The newest time that the summary's net liquidation and cash carry. Raises WrongShape: no object."""
    wire = SummaryWire.model_validate(an_object(value))
    amounts = (wire.net_liquidation, wire.total_cash)
    return max((each.timestamp for each in amounts if each is not None and each.timestamp is not None), default=None)


@dataclass(frozen=True, slots=True)
class Rows:
    """Holdings of either shape. received: how many, counting what is no row. full: a page's size, if told.

    sent: of each row the object that it was read from, as it came.
    """

    rows: tuple[PositionWire, ...]
    received: int
    full: int | None
    sent: tuple[Mapping[str, object], ...] = ()


def position_rows(value: object) -> Rows:
    """Raises WrongShape: no array."""
    array = an_array(value)
    sent = tuple(row for row in array if isinstance(row, dict))
    rows = tuple(PositionWire.model_validate(row) for row in sent)
    sizes = (int(row.page_size) for row in rows if row.page_size is not None and row.page_size >= 1)
    return Rows(rows, len(array), next(sizes, None), sent)


def identity(row: Position) -> tuple[str | None, ...]:
    """What makes a row that row, whatever its figures are by now."""
    return row.conid, row.model, row.account


def first_known(*values: Decimal | None) -> Decimal | None:
    """The first that is not None; None where there is none."""
    return next((value for value in values if value is not None), None)


def _kind(wire: PositionWire) -> str | None:
    return wire.asset_class or wire.sec_type


def _described(wire: PositionWire) -> str | None:
    return wire.contract_desc or wire.description


# The same few thousand contracts come again every few seconds.
@lru_cache(maxsize=16384)
def _named(
    kind: str | None,
    described: str | None,
    ticker: str | None,
    underlying: str | None,
    expiry: str | None,
    last_trading_day: str | None,
    strike: Decimal | None,
    right: str | None,
    multiplier: Decimal | None,
) -> tuple[Contract, str | None]:
    """The contract, and how it is named; of what is no derivative the description is not read for more."""
    symbol = ticker or underlying if kind in FUTURES else underlying or ticker
    last_day = expiry_of(to_day(expiry) or to_day(last_trading_day))
    contract = Contract(symbol, last_day, some(strike), to_right(right), some(multiplier))
    if kind is None or kind in DERIVATIVES:
        contract = known(contract, described)
    return contract, readable(kind, contract, described, ticker)


def _key(wire: PositionWire, account: str) -> str:
    """The same in every refresh and from either source. account: whose row it is where it does not say."""
    held_by = wire.acct_id or account
    name = wire.conid or tidied(_described(wire) or wire.ticker or "?")
    return f"{held_by}/{name}/{wire.model or ''}" if held_by else f"{name}/{wire.model or ''}"


def with_own_keys(rows: Iterable[Position]) -> tuple[Position, ...]:
    """The rows, those with another's key under one of their own, the same in every refresh."""
    seen: Counter[str] = Counter()
    used: set[str] = set()
    found = []
    for row in rows:
        key = row.key
        while key in used:
            seen[row.key] += 1
            key = f"{row.key}#{seen[row.key] + 1}"
        used.add(key)
        found.append(row if key == row.key else replace(row, key=key))
    return tuple(found)


def positions(
    rows: Sequence[PositionWire], account: str = "", sent: Sequence[Mapping[str, object]] = ()
) -> tuple[Position, ...]:
    """One Position a row, in order, each with a key of its own.

    account: whose rows they are where they don't say. sent: the objects that the rows were read from, if wanted.
    """
    objects = sent if len(sent) == len(rows) else ({},) * len(rows)
    return with_own_keys(position(wire, raw, account) for wire, raw in zip(rows, objects, strict=True))


def position(wire: PositionWire, sent: Mapping[str, object], account: str) -> Position:
    """The row as a Position; its key may be another row's, too (see `with_own_keys`)."""
    kind = _kind(wire)
    contract, symbol = _named(
        kind,
        _described(wire),
        wire.ticker,
        wire.und_sym,
        wire.expiry,
        wire.last_trading_day,
        wire.strike,
        wire.put_or_call,
        wire.multiplier,
    )
    return Position(
        key=_key(wire, account),
        symbol=symbol or wire.conid or "?",
        kind=kind,
        quantity=wire.position,
        price=first_known(wire.market_price, wire.mkt_price),
        value=first_known(wire.market_value, wire.mkt_value),
        average_cost=first_known(wire.avg_cost, wire.avg_price),
        unrealised=wire.unrealized_pnl,
        currency=wire.currency,
        realised=wire.realized_pnl,
        account=wire.acct_id or account or None,
        conid=wire.conid,
        model=wire.model,
        expiry=contract.expiry.date if contract.expiry else None,
        strike=contract.strike,
        right=contract.right,
        multiplier=contract.multiplier,
        underlying=wire.und_sym,
        name=wire.name,
        exchange=wire.listing_exchange,
        as_of=wire.timestamp,
        sent=sent,
    )
