"""What `cpwatch status` says: the same state and verdict as on the screen, as lines and as the contract's JSON."""

from datetime import datetime
from decimal import Decimal
from textwrap import wrap
from typing import TypedDict

from tui.clock import Moment
from tui.domain.accounts import Account
from tui.domain.legs import legs
from tui.domain.resets import expected_reset, next_reset, until_text
from tui.domain.state import MonitorState
from tui.domain.text import DASH, LARGEST_EXPONENT, duration, money, rfc3339
from tui.domain.verdict import Verdict, VerdictName, brokerage_live, fresh_status, login_at, login_live

SCHEMA = 1
WIDTH = 79


class Leg(TypedDict):
    name: str
    seconds: float | None


class PathDocument(TypedDict):
    kind: str
    url: str
    legs: list[Leg]


class SessionDocument(TypedDict):
    sso: bool | None
    brokerage: bool | None
    connected: bool | None
    competing: bool | None
    established: bool | None
    paper: bool | None
    server: str | None
    login_at: str | None
    resets_at: str | None
    expected_reset: bool | None


class AccountDocument(TypedDict):
    id: str
    currency: str | None
    net_liquidation: str | None
    positions: int | None


class Document(TypedDict):
    """The contract's *cpwatch status --json*."""

    schema: int
    at: str
    verdict: str
    summary: str
    remedy: str | None
    path: PathDocument
    session: SessionDocument
    accounts: list[AccountDocument]


def document(state: MonitorState, found: Verdict, now: Moment) -> Document:
    """The status as the contract's JSON; what is not known is None, money a decimal string."""
    status = fresh_status(state, now)
    path = state.path
    return {
        "schema": SCHEMA,
        "at": rfc3339(now.wall),
        "verdict": found.name.value,
        "summary": found.summary,
        "remedy": _remedy(found),
        "path": {
            "kind": path.kind.value,
            "url": path.address.url,
            "legs": [
                {"name": leg.name.value, "seconds": _seconds(leg.took.value if leg.took else None)}
                for leg in legs(path, found.name)
            ],
        },
        "session": {
            "sso": login_live(state, now),
            "brokerage": brokerage_live(state, now),
            "connected": status.connected if status else None,
            "competing": status.competing if status else None,
            "established": status.established if status else None,
            "paper": state.paper,
            "server": status.server if status else None,
            "login_at": _time(login_at(state)),
            "resets_at": _time(next_reset(state.session.region, now.wall)),
            "expected_reset": expected_reset(state.session.region, now.wall),
        },
        "accounts": [_account(state, account) for account in state.accounts.all],
    }


def _day_time(moment: datetime) -> str:
    """`Fri 08:12` in the machine's own time zone."""
    return f"{moment.astimezone():%a %H:%M}"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _remedy(found: Verdict) -> str | None:
    if found.remedy is None:
        return None
    return "\n".join((found.remedy.text, *found.remedy.commands))


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _account(state: MonitorState, account: Account) -> AccountDocument:
    summary = state.accounts.summaries.get(account.id)
    book = state.positions.books.get(account.id)
    return {
        "id": account.id,
        "currency": (summary.value.currency if summary else None) or account.currency,
        "net_liquidation": _decimal(summary.value.net_liquidation) if summary else None,
        "positions": len(book.value) if book else None,
    }


def _decimal(value: Decimal | None) -> str | None:
    """All digits, without an exponent; None for what is no amount, or would be written out in millions of zeros."""
    if value is None or not value.is_finite() or abs(value.adjusted()) >= LARGEST_EXPONENT:
        return None
    return f"{value:f}"


def glyph(name: VerdictName) -> str:
    """A full circle where one can trade or soon will, a triangle where something is wrong."""
    match name:
        case VerdictName.READY:
            return "●"
        case VerdictName.UNKNOWN | VerdictName.INITIALISING:
            return "○"
    return "▲"


def lines(state: MonitorState, found: Verdict, now: Moment) -> list[str]:
    """The status as a few lines for a person."""
    said = [f"{glyph(found.name)} {found.name.words}  {found.summary}"]
    if found.seen:
        said.append(f"seen     {found.seen}")
    path = state.path
    status = fresh_status(state, now)
    competing = status.competing if status else None
    said.append(f"path     {path.kind}  {path.address.url}  first byte {_first_byte(state)}")
    said.append(
        f"session  SSO {_yes(login_live(state, now), 'live', 'none')} · "
        f"brokerage {_yes(brokerage_live(state, now), 'ready', 'not ready')} · "
        f"competing {_yes(competing, 'yes', 'no')} · {_yes(state.paper, 'PAPER', 'LIVE')}"
    )
    if (reset := next_reset(state.session.region, now.wall)) is not None:
        since = login_at(state)
        begun = f"since {_day_time(since)} · " if since else ""
        said.append(f"login    {begun}resets {_day_time(reset)}, {until_text(reset, now.wall)}")
    said += [f"account  {_account_line(state, account)}" for account in state.accounts.all]
    if state.accounts.failure is not None:
        said.append(f"accounts could not be had: {state.accounts.failure.value.evidence}")
    if found.remedy is not None:
        said += wrap(found.remedy.text, WIDTH, initial_indent="do       ", subsequent_indent=" " * 9)
        said += [f"         {command}" for command in found.remedy.commands]  # whole, to be copied
    return said


def _first_byte(state: MonitorState) -> str:
    return duration(state.path.first_byte.value if state.path.first_byte else None)


def _yes(value: bool | None, yes: str, no: str) -> str:
    return DASH if value is None else yes if value else no


def _account_line(state: MonitorState, account: Account) -> str:
    summary = state.accounts.summaries.get(account.id)
    book = state.positions.books.get(account.id)
    currency = (summary.value.currency if summary else None) or account.currency or DASH
    count = DASH if book is None else str(len(book.value))
    return f"{account.id}  {currency} {money(summary.value.net_liquidation if summary else None)}  {count} positions"
