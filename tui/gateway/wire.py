"""The answers' shapes as pydantic models: every field optional, every type that was ever seen accepted."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator
from pydantic.alias_generators import to_camel

from tui.domain.sanitise import safe_text

# 10^40 of any currency is no amount, and exponents in the millions make Decimal's own arithmetic overflow.
LARGEST_EXPONENT = 40
LONGEST_TEXT = 200
_NOTHING = frozenset({"", "none", "null", "n/a", "nan"})
_AMOUNT = re.compile(r"([-+]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,4})?)(?:\s+[A-Za-z]{3})?", re.ASCII)
_MILLISECONDS_FROM = 10**11
_LATEST = 10**14


def to_text(value: object) -> str | None:
    """A printable line; None for what is absent, empty, `N/A`, or no text."""
    match value:
        case str():
            text = safe_text(value.strip(), LONGEST_TEXT)
            return None if text.lower() in _NOTHING else text
        case bool():
            return None
        case int() | Decimal():
            return to_text(str(value))
        case _:
            return None


def to_decimal(value: object) -> Decimal | None:
    """A number with all its digits, from a number, `"440"` or `"1,005,254 USD"`; None for anything else."""
    match value:
        case bool():
            return None
        case Decimal():
            number = value
        case int():
            number = Decimal(value)
        case str() if len(value) <= LONGEST_TEXT and (amount := _AMOUNT.fullmatch(value.strip())):
            try:
                number = Decimal(amount[1].replace(",", ""))
            except InvalidOperation:
                return None
        case _:
            return None
    return number if number.is_finite() and abs(number.adjusted()) < LARGEST_EXPONENT else None


def to_bool(value: object) -> bool | None:
    """True or False, also as a word or as 1 and 0; None for anything else, which is not False."""
    match value:
        case bool():
            return value
        case int() | str() if (word := str(value).strip().lower()) in {"true", "1", "yes"}:
            return word is not None
        case int() | str() if str(value).strip().lower() in {"false", "0", "no"}:
            return False
        case _:
            return None


def to_time(value: object) -> datetime | None:
    """Seconds or milliseconds since 1970, told apart by magnitude -> aware UTC; None for anything else."""
    number = to_decimal(value)
    if number is None or not 0 < number < _LATEST:
        return None
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    return datetime.fromtimestamp(float(seconds), UTC)


def _object_or_none(value: object) -> object:
    return value if isinstance(value, Mapping) else None


Text = Annotated[str | None, PlainValidator(to_text)]
Number = Annotated[Decimal | None, PlainValidator(to_decimal)]
Flag = Annotated[bool | None, PlainValidator(to_bool)]
Time = Annotated[datetime | None, PlainValidator(to_time)]


class Wire(BaseModel):
    """What all have in common. Fields beyond the known are accepted and not kept: some are personal."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, populate_by_name=True, frozen=True)


class ServerWire(Wire):
    """`serverInfo`."""

    server_name: Text = None


class AuthStatusWire(Wire):
    """`/iserver/auth/status`, and `authStatus` in a tickle. Logged out, most of it is absent."""

    authenticated: Flag = None
    connected: Flag = None
    competing: Flag = None
    established: Flag = None
    message: Text = None
    fail: Text = None
    server_info: Annotated[ServerWire | None, BeforeValidator(_object_or_none)] = None


class IserverWire(Wire):
    """`iserver` in a tickle."""

    auth_status: Annotated[AuthStatusWire | None, BeforeValidator(_object_or_none)] = None


class TickleWire(Wire):
    """`/tickle`. `hmds.error` is no error; the session id and the user's are not looked at."""

    iserver: Annotated[IserverWire | None, BeforeValidator(_object_or_none)] = None


class AccountWire(Wire):
    """One of `/portfolio/accounts`. Its `accountStatus` is its opening day, and its titles are names of people."""

    id: Text = None
    account_id: Text = None
    account_alias: Text = None
    currency: Text = None
    type: Text = None
    faclient: Flag = None
    fa_client: Flag = None


class BrokerageAccountsWire(Wire):
    """`/iserver/accounts`."""

    is_paper: Flag = None
    aliases: Annotated[dict[str, Any] | None, BeforeValidator(_object_or_none)] = None


class AmountWire(Wire):
    """One of the summary's hundred values. Text values, and sometimes amounts, are in `value`."""

    amount: Number = None
    value: Number = None
    currency: Text = None
    is_null: Flag = None
    timestamp: Time = None


Amount = Annotated[AmountWire | None, BeforeValidator(_object_or_none)]


class SummaryWire(Wire):
    """`/portfolio/{id}/summary`: seven of its hundred values."""

    net_liquidation: Amount = Field(None, alias="netliquidation")
    total_cash: Amount = Field(None, alias="totalcashvalue")
    excess_liquidity: Amount = Field(None, alias="excessliquidity")
    buying_power: Amount = Field(None, alias="buyingpower")
    available_funds: Amount = Field(None, alias="availablefunds")
    maintenance_margin: Amount = Field(None, alias="maintmarginreq")
    cushion: Amount = None


class PositionWire(Wire):
    """One holding, in the shape of `portfolio2` (market…, description) or of the pages (mkt…, contractDesc)."""

    acct_id: Text = None
    conid: Text = None
    model: Text = None
    position: Number = None
    mkt_price: Number = None
    market_price: Number = None
    mkt_value: Number = None
    market_value: Number = None
    avg_cost: Number = None
    avg_price: Number = None
    unrealized_pnl: Number = None
    realized_pnl: Number = None
    currency: Text = None
    contract_desc: Text = None
    description: Text = None
    ticker: Text = None
    asset_class: Text = None
    sec_type: Text = None
    timestamp: Time = None
    page_size: Number = None
    expiry: Text = None
    last_trading_day: Text = None
    strike: Number = None
    put_or_call: Text = None
    multiplier: Number = None
    und_sym: Text = None
    name: Text = None
    listing_exchange: Text = None
