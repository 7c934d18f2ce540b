"""Everything that is known of one position: what we make of it first, then each field as IBKR sent it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from rich.cells import cell_len

from tui.domain.contracts import MONTHS, Right, plain_number
from tui.domain.positions import Position
from tui.domain.sanitise import safe_text
from tui.domain.sent import MOST_FIELDS, sent_fields
from tui.domain.text import DASH, clock_time, money, percent, quantity, signed
from tui.ui.line import Line, Part, Tone, line, spread, width, wrap
from tui.ui.masking import masked_amount, masked_id, masked_name
from tui.ui.position_words import price
from tui.ui.words import profit_tone

Fact = tuple[str, Part]
"""A name, and what stands behind it."""

_TWO_COLUMNS = 50
"""Cells from which on facts stand in two columns."""
_BETWEEN = 2
_LONGEST_NAME = 18
# fmt: off
_PUBLIC = frozenset({
    "assetClass", "conid", "conidEx", "contractDesc", "countryCode", "currency", "description", "exchange", "expiry",
    "exs", "fullName", "group", "hasOptions", "isUS", "lastTradingDay", "listingExchange", "marketPrice", "mktPrice",
    "multiplier", "name", "putOrCall", "right", "secType", "sector", "sectorGroup", "strike", "ticker", "type",
    "underConid", "underSymbol", "undConid", "undSym",
})
# fmt: on
"""Fields, as IBKR names them, that tell of the contract and nothing of who holds it."""


def detail_lines(position: Position, cells: int, masked: bool = False) -> list[Line]:
    """The facts in `cells` cells, as many lines as it takes: nothing is cut."""
    rows = _in_columns(_facts(position, masked), cells)
    sent = _sent(position, masked)
    if sent:
        rows += [(), line(Part("As IBKR sent it", Tone.LABEL)), *_in_columns(sent, cells)]
    if len(position.sent) > MOST_FIELDS:
        rows.append(line(Part(f"and {len(position.sent) - MOST_FIELDS} more fields, which is too many", Tone.WARN)))
    return rows


def detail_head(position: Position, first: int, height: int, count: int, cells: int) -> Line:
    """The panel's title: what it tells of, and which lines of how many are in view."""
    name = line(Part(position.symbol, Tone.STRONG), Part(f"  {position.name}" if position.name else "", Tone.MUTED))
    if count <= height:
        return spread(name, line(Part("Esc", Tone.KEY), Part(" closes", Tone.MUTED)), cells)
    seen = Part(f"{first + 1}–{min(first + height, count)} of {count} ", Tone.MUTED)
    return spread(name, line(seen, Part("Shift+↓ ↑", Tone.KEY)), cells)


def _facts(position: Position, masked: bool) -> list[Fact]:
    account = masked_id(position.account) if masked and position.account else position.account

    def amount(text: str, tone: Tone = Tone.PLAIN) -> Part:
        return _said(masked_amount(text) if masked else text, Tone.PLAIN if masked else tone)

    share = f"  {percent(position.unrealised_ratio)} %" if position.unrealised_ratio is not None else ""
    unrealised = signed(position.unrealised)
    facts = (
        ("Name", _said(position.name)),
        ("Type", _said(position.kind)),
        ("Underlying", _said(position.underlying)),
        ("Expiry", _said(day(position.expiry))),
        ("Strike", _said(None if position.strike is None else _figure(position.strike))),
        ("Right", _said(_right(position.right))),
        ("Multiplier", _said(None if position.multiplier is None else _figure(position.multiplier))),
        ("Quantity", amount(quantity(position.quantity))),
        ("Price", _said(price(position.price))),
        ("Value", amount(money(position.value))),
        ("Average cost", amount(price(position.average_cost))),
        ("Unrealised", amount(unrealised + share if unrealised != DASH else DASH, profit_tone(position.unrealised))),
        ("Realised", amount(signed(position.realised), profit_tone(position.realised))),
        ("Currency", _said(position.currency)),
        ("Account", _said(account)),
        ("Exchange", _said(position.exchange)),
        ("Conid", _said(position.conid)),
        ("Model", _said(masked_name(position.model) if masked else position.model)),
        ("As of", _said(_moment(position.as_of))),
    )
    # A share has no strike: dashes for what a contract can't have would hide those for what is not known.
    contract = {"Underlying", "Expiry", "Strike", "Right", "Multiplier", "Model", "Name", "Exchange", "Account"}
    return [(name, part) for name, part in facts if part.text != DASH or name not in contract]


def _sent(position: Position, masked: bool) -> list[Fact]:
    return [
        (name, _said(masked_amount(text) if masked and name not in _PUBLIC else text))
        for name, text in sent_fields(position.sent)
    ]


def day(expiry: date | None) -> str | None:
    """`15 JAN 2027`, as contracts are spelled in every locale."""
    return None if expiry is None else f"{expiry.day} {MONTHS[expiry.month - 1]} {expiry.year}"


def _figure(value: Decimal) -> str:
    return plain_number(value) if value.is_finite() and abs(value.adjusted()) < 20 else safe_text(str(value))


def _right(right: Right | None) -> str | None:
    match right:
        case Right.CALL:
            return "call"
        case Right.PUT:
            return "put"
    return None


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone():%Y-%m-%d} {clock_time(moment)}"


def _said(text: str | None, tone: Tone = Tone.PLAIN) -> Part:
    return Part(text or DASH, Tone.MUTED if (text or DASH) == DASH else tone)


def _in_columns(facts: Sequence[Fact], cells: int) -> list[Line]:
    """The facts in their order, two in a line where there is room; one that needs more has lines of its own."""
    column = (cells - _BETWEEN) // 2 if cells >= _TWO_COLUMNS else cells
    names = min(max((cell_len(name) for name, _ in facts), default=0), _LONGEST_NAME) + 1
    rows: list[Line] = []
    waiting: Line | None = None
    for entry in _entries(facts, names):
        fits = width(entry) <= column and column < cells
        if fits and waiting is not None:
            rows.append(line(*waiting, " " * (column + _BETWEEN - width(waiting)), *entry))
            waiting = None
            continue
        if waiting is not None:
            rows.append(waiting)
            waiting = None
        if fits:
            waiting = entry
        else:
            rows += wrap(entry, cells, indent=min(names, cells // 2))
    return [*rows, waiting] if waiting is not None else rows


def _entries(facts: Iterable[Fact], names: int) -> Iterable[Line]:
    for name, part in facts:
        yield line(Part(f"{name}{' ' * max(names - cell_len(name), 1)}", Tone.LABEL), part)
