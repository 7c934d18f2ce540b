"""Contracts and how they are named: `SPX 15 JAN 27 6000 C`, from fields where there are any, else from descriptions."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
OPTIONS = frozenset({"OPT", "FOP", "WAR", "IOPT"})
FUTURES = frozenset({"FUT"})
DERIVATIVES = OPTIONS | FUTURES
# Where the ticker names what is held; of everything else it names only what that is derived from.
_NAMED_BY_TICKER = frozenset({None, "STK", "ETF", "FUND", "CRYPTO", "IND"})


class Right(StrEnum):
    """What an option gives the right to do."""

    CALL = "C"
    PUT = "P"


@dataclass(frozen=True, slots=True)
class Expiry:
    """A contract's last day, or only its month. day: None where only the month is known."""

    year: int
    month: int
    day: int | None = None

    @property
    def date(self) -> date | None:
        """The day; None where only the month is known."""
        return None if self.day is None else date(self.year, self.month, self.day)

    def __str__(self) -> str:
        """`15 JAN 27`, or `JAN 27`."""
        month = f"{MONTHS[self.month - 1]} {self.year % 100:02}"
        return month if self.day is None else f"{self.day} {month}"


@dataclass(frozen=True, slots=True)
class Contract:
    """What is known of a contract; None where it is not. symbol: of the underlying, or of the trading class."""

    symbol: str | None = None
    expiry: Expiry | None = None
    strike: Decimal | None = None
    right: Right | None = None
    multiplier: Decimal | None = None


_BRACKETS = re.compile(r"\[([^\]]*)\]?")
# The options clearing house's symbol: class, YYMMDD, right, strike in thousandths; IBKR adds the multiplier.
_CLEARED = re.compile(r"([A-Z0-9./]{1,6}?) *(\d{6})([CP])(\d{8})(?: +(\d{1,7}(?:\.\d{1,4})?))?", re.ASCII)
_EXPIRY = (
    r"(?:(?P<d1>\d{1,2}) ?)?(?P<m1>[A-Z]{3}) ?'?(?P<y1>\d{4}|\d{2})"  # JAN2027, JAN 27, 15JAN27, 15 JAN '27
    r"|(?P<m2>[A-Z]{3}) ?(?P<d2>\d{1,2}) ?'(?P<y2>\d{2})"  # JAN 15 '27
    r"|(?P<day>\d{8})"  # 20270115
)
_STRIKE = r"(?P<strike>\d{1,9}(?:\.\d{1,8})?)"
_SYMBOL = r"(?P<symbol>[A-Z0-9][A-Z0-9./_-]*(?: [A-Z]{1,4})?)"
_FUTURE = re.compile(rf"{_SYMBOL} (?:{_EXPIRY})", re.ASCII)
_OPTION = re.compile(rf"{_SYMBOL} (?:{_EXPIRY}) {_STRIKE} (?P<right>C|P|CALL|PUT)", re.ASCII)
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)


def to_right(text: str | None) -> Right | None:
    """`C`, `P`, `Call`, `put`; None for anything else."""
    match (text or "").strip().upper():
        case "C" | "CALL":
            return Right.CALL
        case "P" | "PUT":
            return Right.PUT
    return None


def to_day(text: str | None) -> date | None:
    """`20270115` or `2027-01-15`; None for anything else, such as a 31st of June."""
    found = _DAY.fullmatch((text or "").strip())
    return None if found is None else _date(*(int(part) for part in found.groups()))


def tidied(description: str) -> str:
    """`SPY    DEC2026 640 P [SPY   261218P00640000 100]` -> `SPY DEC2026 640 P`: what repeats it in brackets goes."""
    return " ".join(description.partition(" [")[0].split()) or " ".join(description.split())


@lru_cache(maxsize=8192)
def parsed(description: str) -> Contract | None:
    """The future or option that IBKR's description names; None where it names neither, or nothing that is known here.

    An option's symbol is its trading class where the brackets tell it: SPXW and SPX are different contracts.
    """
    plain = tidied(description).upper()
    brackets = _BRACKETS.search(description)
    cleared = _cleared(brackets[1] if brackets else plain)
    if cleared is not None:
        return cleared
    if found := _OPTION.fullmatch(plain):
        expiry = _expiry(found)
        return (
            None
            if expiry is None
            else Contract(found["symbol"], expiry, some(Decimal(found["strike"])), to_right(found["right"]))
        )
    if found := _FUTURE.fullmatch(plain):
        expiry = _expiry(found)
        return None if expiry is None else Contract(found["symbol"], expiry)
    return None


def known(fields: Contract, description: str | None) -> Contract:
    """One contract from a row's own fields and its description.

    The fields' figures count before the description's, which are rounded; the description's symbol before the
    fields', which is that of the underlying.
    """
    said = parsed(description) if description else None
    if said is None:
        return fields
    return Contract(
        symbol=said.symbol or fields.symbol,
        expiry=fields.expiry or said.expiry,
        strike=fields.strike if fields.strike is not None else said.strike,
        right=fields.right or said.right,
        multiplier=fields.multiplier if fields.multiplier is not None else said.multiplier,
    )


def readable(kind: str | None, contract: Contract, description: str | None, ticker: str | None) -> str | None:
    """How a holding is named in a row; None where nothing names it. contract: what `known` made of it.

    kind: IBKR's code of the asset class. A future is named by its month, which its last day need not lie in.
    """
    kind = kind or _told_kind(contract, description)
    if kind in OPTIONS and contract.symbol and contract.strike is not None and contract.right is not None:
        expiry = f" {contract.expiry}" if contract.expiry else ""
        return f"{contract.symbol}{expiry} {plain_number(contract.strike)} {contract.right}"
    if kind in FUTURES and contract.symbol and contract.expiry:
        said = parsed(description) if description else None
        return f"{contract.symbol} {said.expiry if said and said.expiry else contract.expiry}"
    names = (ticker, description) if kind in _NAMED_BY_TICKER else (description, ticker)
    return next((tidied(name) for name in names if name and name.strip()), None)


def plain_number(value: Decimal) -> str:
    """`6000`, `2.5`: without trailing zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def some(value: Decimal | None) -> Decimal | None:
    """The value; None for the 0 that IBKR puts where a contract has no strike or no multiplier."""
    return value or None


def _told_kind(contract: Contract, description: str | None) -> str | None:
    """The asset class as the contract itself tells it; only an option has a right and a strike."""
    if contract.right is not None and contract.strike is not None:
        return "OPT"
    return "FUT" if description and parsed(description) else None


def _cleared(text: str) -> Contract | None:
    found = _CLEARED.fullmatch(text.strip().upper())
    if found is None:
        return None
    symbol, day, right, strike, multiplier = found.groups()
    expiry = _date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    if expiry is None:
        return None
    return Contract(
        symbol,
        Expiry(expiry.year, expiry.month, expiry.day),
        some(Decimal(strike) / 1000),
        to_right(right),
        some(Decimal(multiplier)) if multiplier else None,
    )


def _expiry(found: re.Match[str]) -> Expiry | None:
    """The day or month that _EXPIRY found; None where there is no such month or day."""
    if found["day"]:
        return expiry_of(to_day(found["day"]))
    month = found["m1"] or found["m2"]
    if month not in MONTHS:
        return None
    short, day = found["y1"] or found["y2"], found["d1"] or found["d2"]
    expiry = Expiry(int(short) + (2000 if len(short) == 2 else 0), MONTHS.index(month) + 1)
    return expiry if day is None else expiry_of(_date(expiry.year, expiry.month, int(day)))


def expiry_of(day: date | None) -> Expiry | None:
    """The day as an expiry."""
    return None if day is None else Expiry(day.year, day.month, day.day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
