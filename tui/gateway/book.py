"""Positions out of an answer's text, of which only what has changed since the last one is parsed and validated.

Thousands of rows are asked for every few seconds, and most of them say what they said before. The array is cut where
one row seems to end and the next to begin. Where each piece is an object by itself, as parsing shows now or has shown
before, the whole is an array of them and of nothing else. Where one piece is none, the whole is parsed at once instead.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from tui.clock import Clock
from tui.domain.as_sent import STAMP, AsSent
from tui.domain.positions import Position
from tui.gateway.translate import MOST_ROWS, Rows, first_known, position, positions
from tui.gateway.wire import PositionWire, to_decimal, to_time

AS_OF_KEPT = 60.0
"""Seconds by which an unchanged row's `as_of` and `sent` may lag: within them it stays the very same object."""
WORK_AT_ONCE = 1000
"""Rows that are found unchanged before the event loop, and another thread, have a turn."""
_CHANGED_COSTS = 20
"""As many unchanged rows take as long as one that has changed."""
_MOST_BOOKS = 256
"""Answers whose rows are remembered; each takes about as much as its text."""
_LONGEST_ROW = 64 * 1024
"""Bytes of one row: what is longer may hold more values than are read, which whoever parses the whole looks for."""

_OPENING = re.compile(rb'\[(\{"[A-Za-z0-9_]{1,40}":)')
# Digits that say a time, whichever they are: a row without one must not pass for the same row with one.
_TIME = re.compile(STAMP + rb"([1-9][0-9]{0,13})(?=,|\Z)")
_FIGURES = frozenset(
    {
        "position",
        "mkt_price",
        "market_price",
        "mkt_value",
        "market_value",
        "avg_cost",
        "avg_price",
        "unrealized_pnl",
        "realized_pnl",
        "timestamp",
        "page_size",
    }
)
_OWN_NAMES = frozenset(PositionWire.model_fields)
_NAMES = {name: field.alias or name for name, field in PositionWire.model_fields.items()}
_OF_THE_CONTRACT = tuple(alias for name, alias in _NAMES.items() if name not in _FIGURES)
_ODD_NAMES = _OWN_NAMES - frozenset(_NAMES.values())


@dataclass(frozen=True, slots=True)
class Page:
    """Holdings of one answer, their keys not yet made different where two are alike (`translate.with_own_keys`).

    received: how many there were, counting what is no row. full: a page's size, if told. as_of: the newest time that
    they carry, UTC.
    """

    rows: tuple[Position, ...]
    received: int
    full: int | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Book:
    """The newest answer's rows by their text, from behind `opening` to before the closing brace, without a time."""

    opening: bytes
    rows: Mapping[bytes, Position]


class BookReader:
    """Reads positions, and remembers the newest answer of each account (and page) to tell what has changed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._books: OrderedDict[tuple[str, int | None], _Book] = OrderedDict()

    async def read(self, body: bytes, account: str, page: int | None = None) -> Page | None:
        """The rows in a 200's body; None where it has to be parsed as a whole. page: None for all rows at once.

        An unchanged row is the very same object as before. Long answers are read in short stretches, between which
        the event loop has a turn.
        """
        cut = _pieces(body)
        if cut is None:
            return None
        opening, pieces = cut
        before = self._books.pop((account, page), None)
        known = before.rows if before is not None and before.opening == opening else {}
        timed = STAMP not in opening
        times: dict[bytes, datetime | None] = {}
        told: set[datetime | None] = set()
        found: dict[bytes, Position] = {}
        by_contract: Mapping[tuple[object, object], Position] | None = None
        rows, work = [], 0
        for piece in pieces:
            text, time = _without_time(piece) if timed else (piece, None)
            row = known.get(text)
            if row is None:
                if len(text) > _LONGEST_ROW:
                    return None
                sent = AsSent(opening, text, time)
                try:
                    raw = sent.fields()
                except (ValueError, RecursionError):
                    return None
                if by_contract is None:
                    by_contract = {(each.conid, each.model): each for each in known.values()}
                row = _moved(raw, sent, by_contract) or position(PositionWire.model_validate(raw), sent, account)
                work += _CHANGED_COSTS
                told.add(row.as_of)
            elif time is None:
                told.add(row.as_of)
            elif row.as_of is not None:  # else the time is of something within the row
                if time not in times:
                    times[time] = to_time(int(time))
                row = _as_of(row, times[time], opening, text, time)
            found[text] = row
            rows.append(row)
            work += 1
            if work >= WORK_AT_ONCE:
                work = 0
                await self._clock.sleep(0)
        self._remember((account, page), _Book(opening, found))
        full = _page_size(rows) if b'"pageSize":' in body else None
        return Page(tuple(rows), len(rows), full, max(filter(None, (*times.values(), *told)), default=None))

    def _remember(self, key: tuple[str, int | None], book: _Book) -> None:
        self._books[key] = book
        if len(self._books) > _MOST_BOOKS:
            self._books.popitem(last=False)


def parsed_page(rows: Rows, account: str) -> Page:
    """The same of an answer that was parsed as a whole."""
    found = positions(rows.rows, account, rows.sent)
    return Page(found, rows.received, rows.full, max(filter(None, _times(found)), default=None))


def _times(rows: Iterable[Position]) -> Iterable[datetime | None]:
    return {row.as_of for row in rows}


def _pieces(body: bytes) -> tuple[bytes, list[bytes]] | None:
    """How every row begins, and what follows that in each, up to its closing brace; None where that can't be seen."""
    begins = _OPENING.match(body)
    if begins is None or not body.endswith(b"}]"):
        return None
    between = b"}," + begins[1]
    if body.count(between) >= MOST_ROWS:
        return None  # whoever parses it says so
    return begins[1], body[begins.end() : -2].split(between)


def _without_time(piece: bytes) -> tuple[bytes, bytes | None]:
    """The row without the digits of its timestamp, which change at every look, and those digits; None where unclear."""
    if piece.count(STAMP) != 1 or (time := _TIME.search(piece)) is None:
        return piece, None
    start, end = time.span(1)
    return piece[:start] + piece[end:], time[1]


def _as_of(row: Position, time: datetime | None, opening: bytes, text: bytes, digits: bytes) -> Position:
    """The row, as of that time where it differs by much."""
    if row.as_of is None or time is None or abs((time - row.as_of).total_seconds()) < AS_OF_KEPT:
        return row
    return replace(row, as_of=time, sent=AsSent(opening, text, digits))


def _moved(
    raw: Mapping[str, object], sent: AsSent, by_contract: Mapping[tuple[object, object], Position]
) -> Position | None:
    """The row that was there before, with these figures; None where it was not, or more than figures has changed."""
    conid, model = raw.get("conid"), raw.get("model") or None
    if not isinstance(conid, str | int) or not isinstance(model, str | None):
        return None
    before = by_contract.get((str(conid), model))
    if before is None or not isinstance(before.sent, AsSent):
        return None
    old = before.sent.fields()
    if not (old.keys() | raw.keys()).isdisjoint(_ODD_NAMES):
        return None
    if not _same(list(map(old.get, _OF_THE_CONTRACT)), list(map(raw.get, _OF_THE_CONTRACT))):
        return None
    # By hand, as `replace` takes twice the time.
    return Position(
        key=before.key,
        symbol=before.symbol,
        kind=before.kind,
        quantity=to_decimal(raw.get("position")),
        price=first_known(to_decimal(raw.get("marketPrice")), to_decimal(raw.get("mktPrice"))),
        value=first_known(to_decimal(raw.get("marketValue")), to_decimal(raw.get("mktValue"))),
        average_cost=first_known(to_decimal(raw.get("avgCost")), to_decimal(raw.get("avgPrice"))),
        unrealised=to_decimal(raw.get("unrealizedPnl")),
        currency=before.currency,
        realised=to_decimal(raw.get("realizedPnl")),
        account=before.account,
        conid=before.conid,
        model=before.model,
        expiry=before.expiry,
        strike=before.strike,
        right=before.right,
        multiplier=before.multiplier,
        underlying=before.underlying,
        name=before.name,
        exchange=before.exchange,
        as_of=to_time(raw.get("timestamp")),
        sent=sent,
    )


def _same(some: list[object], others: list[object]) -> bool:
    """Whether they were the same in the text, as far as that is read: 1, 1.0 and true are equal, and not the same."""
    if some != others:
        return False
    types = list(map(type, some))
    if types != list(map(type, others)):
        return False
    return Decimal not in types or list(map(str, some)) == list(map(str, others))


def _page_size(rows: Iterable[Position]) -> int | None:
    sizes = (to_decimal(row.sent.get("pageSize")) for row in rows)
    return next((int(size) for size in sizes if size is not None and size >= 1), None)
