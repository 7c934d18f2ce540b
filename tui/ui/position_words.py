"""What is held, in words: the columns and cells of a position, the title above them, and what else is to be said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tui.clock import Moment
from tui.domain.accounts import ALL, AccountsState
from tui.domain.failure import Failure
from tui.domain.ledger import Ledger
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.state import Pace
from tui.domain.text import DASH, money, percent, quantity, signed
from tui.ui.line import Line, Part, Tone, clip, joined, line, width, wrap
from tui.ui.masking import masked_amount, masked_id
from tui.ui.widgets.columns import Align, Cell, Column
from tui.ui.words import failure_line, profit_tone, stamp

COLUMNS = (
    Column("symbol", "Symbol", 12, roomy=24, whole=20),
    Column("type", "Type", 4, priority=6),
    Column("name", "Name", 14, priority=8, most=26, optional=True),
    Column("quantity", "Qty", 7, Align.RIGHT, 1),
    Column("price", "Price", 8, Align.RIGHT, 4),
    Column("value", "Value", 10, Align.RIGHT, 2),
    Column("cost", "Avg cost", 8, Align.RIGHT, 7),
    Column("unrealised", "Unrealised", 10, Align.RIGHT, 0),
    Column("percent", "%", 5, Align.RIGHT, 3),
    Column("realised", "Realised", 8, Align.RIGHT, 9, optional=True),
    Column("currency", "Ccy", 3, priority=5),
    Column("exchange", "Exchange", 6, priority=10, most=10, optional=True),
)
ALL_COLUMNS = (COLUMNS[0], Column("account", "Account", 7), *COLUMNS[1:])
"""Of all accounts together: the same contract may be held in several."""


_NAMES = {"quantity": "Quantity", "cost": "Average cost", "percent": "Unrealised %", "currency": "Currency"}


def column_name(column: Column) -> str:
    """The column's name where there is room to spell it out."""
    return _NAMES.get(column.id, column.title)


@dataclass(frozen=True, slots=True)
class PositionsView:
    """The slice: the visible account, its book as last seen, why the newest look failed; None for what is not so.

    interval: seconds between two questions about a book. told: the banner says already why the newest look failed.
    Of all accounts together the book is merged, failures tells by account id why the newest look at that one failed,
    and missing how many accounts have no book yet. ledgers: by account id. base_currencies: that of each account that
    is looked at, None where it is not known.
    """

    account: str | None
    book: Stamped[tuple[Position, ...]] | None
    failure: Stamped[Failure] | None
    pace: Pace
    interval: float
    told: bool = False
    failures: Mapping[str, Stamped[Failure]] = field(default_factory=dict)
    missing: int = 0
    ledgers: Mapping[str, Stamped[Ledger]] = field(default_factory=dict)
    base_currencies: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def together(self) -> bool:
        """True where all accounts are looked at."""
        return self.account == ALL

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is shown of each row."""
        return ALL_COLUMNS if self.together else COLUMNS

    @property
    def fresh_for(self) -> float:
        """Seconds for which a book counts as fresh."""
        return self.pace.fresh_for(self.interval)

    def stale(self, now: Moment) -> bool:
        """True where the rows may no longer be so."""
        return self.book is not None and (self.failure is not None or self.book.age(now) > self.fresh_for)


def base_currencies(state: AccountsState, ids: Iterable[str]) -> dict[str, str | None]:
    """The base currency of each of those accounts, None where nothing tells."""
    listed = {account.id: account.currency for account in state.all}
    summaries = {each: state.summaries.get(each) for each in ids}
    return {each: (seen.value.currency if seen else None) or listed.get(each) for each, seen in summaries.items()}


def price(value: Decimal | None) -> str:
    """`175.43`; below 10 with up to four decimals, as currencies and penny stocks are quoted: `1.0842`, `6.15`."""
    if value is None or not value.is_finite() or abs(value) >= 10:
        return money(value)
    text = money(value, 4)
    return text[:-2] + text[-2:].rstrip("0")


def _amount(text: str) -> Cell:
    return Cell(text, Tone.MUTED if text == DASH else Tone.PLAIN)


def cells(position: Position, stale: bool = False, together: bool = False, masked: bool = False) -> tuple[Cell, ...]:
    """The position's cells, in the order of COLUMNS, or of ALL_COLUMNS where `together`.

    Stale ones keep their signs and lose their colours; what was sold off stands back. Masked ones have neither signs
    nor the colours of profit; symbols and prices are public.
    """
    account = masked_id(position.account) if masked and position.account else position.account
    gain = Tone.PLAIN if masked else profit_tone(position.unrealised)

    def private(text: str) -> str:
        return masked_amount(text) if masked else text

    made = (
        Cell(position.symbol, Tone.STRONG),
        *((Cell(account or DASH),) if together else ()),
        Cell(position.kind or DASH, Tone.MUTED),
        Cell(position.name or DASH, Tone.MUTED),
        _amount(private(quantity(position.quantity))),
        _amount(price(position.price)),
        _amount(private(money(position.value))),
        _amount(private(price(position.average_cost))),
        Cell(private(signed(position.unrealised)), gain),
        Cell(private(percent(position.unrealised_ratio)), gain),
        Cell(private(signed(position.realised)), Tone.PLAIN if masked else profit_tone(position.realised)),
        Cell(position.currency or DASH, Tone.MUTED),
        Cell(position.exchange or DASH, Tone.MUTED),
    )
    if not stale and not position.closed:
        return made
    return tuple(Cell(cell.text, Tone.STALE if stale else Tone.MUTED) for cell in made)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the title tells of the rows beside the book.

    shown: rows that are shown, of so many that would be without the filter. closed: sold off today and shown too,
    hidden: and not shown. order: `by Value ↓` where no column's header says so.
    """

    shown: int
    of: int
    closed: int = 0
    hidden: int = 0
    query: str = ""
    order: str = ""
    masked: bool = False


_LONGEST_QUERY = 24
_DOT = Part(" · ", Tone.MUTED)


def title_line(view: PositionsView, now: Moment, heading: Heading, cells: int) -> Line:
    """`DU1234567 · 42 · 14:03:20`, `DU1234567 · filter “opt” · 7 of 42 · 14:03:20`; with the age where rows are old.

    What is not known is left out, and in less than `cells` what matters least.
    """
    if view.account is None:
        return ()
    account = masked_id(view.account) if heading.masked else view.account
    name = line("All accounts" if view.together else account)
    if view.book is None:
        return name
    oldest = Part("oldest " if view.together else "", Tone.MUTED)
    time = line(oldest, *stamp(view.book.at, now, view.fresh_for))
    query = clip(heading.query, _LONGEST_QUERY)
    filtered = line(Part(f"filter “{query}”", Tone.WARN)) if query else ()
    count = line(f"{heading.shown} of {heading.of}" if query else f"{heading.shown - heading.closed}")
    order = line(Part(heading.order, Tone.MUTED))
    closed = line(Part(f"{heading.closed} closed", Tone.MUTED)) if heading.closed and not query else ()
    hidden = line(Part(f"{heading.hidden} closed hidden", Tone.MUTED)) if heading.hidden else ()
    variants = (
        (name, filtered, count, closed, hidden, order, time),
        (name, filtered, count, closed, order, time),
        (filtered, count, closed, order, time),
        (filtered, count, order, time),
    )
    lines = [joined(groups, _DOT) for groups in variants]
    return next((each for each in lines if width(each) <= cells), lines[-1])


def note_lines(view: PositionsView, now: Moment, width: int, heading: Heading) -> list[Line]:
    """What the rows alone don't say: that the newest look failed, that nothing is known, held or found."""
    rows: list[Line] = []
    if view.failure is not None and not view.told:
        rows.extend(wrap(failure_line(view.failure, now, "positions"), width, indent=2))
    if view.failures and not view.told:
        account, failure = max(view.failures.items(), key=lambda item: item[1].at.ticks)
        told = masked_id(account) if heading.masked else account
        more = f" and {len(view.failures) - 1} more" if len(view.failures) > 1 else ""
        rows.extend(wrap(failure_line(failure, now, f"positions of {told}{more}"), width, indent=2))
    if view.book is None:
        if view.failure is None and not view.failures:
            rows.append(line(Part(f"{DASH} not known yet", Tone.MUTED)))
        return rows
    if view.missing:
        count = "1 account is" if view.missing == 1 else f"{view.missing} accounts are"
        rows.append(line(Part(f"{DASH} {count} not known yet", Tone.MUTED)))
    if heading.query and not heading.shown:
        rows.extend(wrap(line(f"nothing matches “{heading.query}” among {heading.of}; Esc shows all again"), width))
    elif not heading.of and not view.missing:
        sold = f"; {heading.hidden} sold off today not shown" if heading.hidden else ""
        rows.append(line(Part(f"no positions{sold}", Tone.MUTED)))
    return rows
