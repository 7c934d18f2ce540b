"""What is held, in words: the columns and cells of a position, the title above them, and what else is to be said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.failure import Failure
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.state import Pace
from tui.domain.text import DASH, money, percent, quantity, signed
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.widgets.columns import Align, Cell, Column
from tui.ui.words import failure_line, profit_tone, stamp

COLUMNS = (
    Column("symbol", "Symbol", 12, roomy=24, whole=20),
    Column("type", "Type", 4, priority=6),
    Column("quantity", "Qty", 7, Align.RIGHT, 1),
    Column("price", "Price", 8, Align.RIGHT, 4),
    Column("value", "Value", 10, Align.RIGHT, 2),
    Column("cost", "Avg cost", 8, Align.RIGHT, 7),
    Column("unrealised", "Unrealised", 10, Align.RIGHT, 0),
    Column("percent", "%", 5, Align.RIGHT, 3),
    Column("currency", "Ccy", 3, priority=5),
)
ALL_COLUMNS = (COLUMNS[0], Column("account", "Account", 7), *COLUMNS[1:])
"""Of all accounts together: the same contract may be held in several."""


@dataclass(frozen=True, slots=True)
class PositionsView:
    """The slice: the visible account, its book as last seen, why the newest look failed; None for what is not so.

    interval: seconds between two questions about a book. told: the banner says already why the newest look failed.
    Of all accounts together the book is merged, failures tells by account id why the newest look at that one failed,
    and missing how many accounts have no book yet.
    """

    account: str | None
    book: Stamped[tuple[Position, ...]] | None
    failure: Stamped[Failure] | None
    pace: Pace
    interval: float
    told: bool = False
    failures: Mapping[str, Stamped[Failure]] = field(default_factory=dict)
    missing: int = 0

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


def price(value: Decimal | None) -> str:
    """`175.43`; below 10 with up to four decimals, as currencies and penny stocks are quoted: `1.0842`, `6.15`."""
    if value is None or not value.is_finite() or abs(value) >= 10:
        return money(value)
    text = money(value, 4)
    return text[:-2] + text[-2:].rstrip("0")


def _amount(text: str) -> Cell:
    return Cell(text, Tone.MUTED if text == DASH else Tone.PLAIN)


def cells(position: Position, stale: bool = False, together: bool = False) -> tuple[Cell, ...]:
    """The position's cells, in the order of COLUMNS, or of ALL_COLUMNS where `together`.

    Stale ones keep their signs and lose their colours; what was sold off stands back.
    """
    made = (
        Cell(position.symbol, Tone.STRONG),
        *((Cell(position.account or DASH),) if together else ()),
        Cell(position.kind or DASH, Tone.MUTED),
        _amount(quantity(position.quantity)),
        _amount(price(position.price)),
        _amount(money(position.value)),
        _amount(price(position.average_cost)),
        Cell(signed(position.unrealised), profit_tone(position.unrealised)),
        Cell(percent(position.unrealised_ratio), profit_tone(position.unrealised)),
        Cell(position.currency or DASH, Tone.MUTED),
    )
    if not stale and not position.closed:
        return made
    return tuple(Cell(cell.text, Tone.STALE if stale else Tone.MUTED) for cell in made)


def in_order(book: tuple[Position, ...]) -> tuple[Position, ...]:
    """The rows as they are shown: what is held in IBKR's order, then what was sold off today."""
    if not any(position.closed for position in book):
        return book
    return tuple(sorted(book, key=lambda position: position.closed))


def title_line(view: PositionsView, now: Moment) -> Line:
    """`DU1234567 · 42 · 14:03:20`, or `… · 42 · 2 closed · …`; with the age where the rows are old.

    What is not known is left out.
    """
    if view.account is None:
        return ()
    dot = Part(" · ", Tone.MUTED)
    name = "All accounts" if view.together else view.account
    if view.book is None:
        return line(name)
    time = stamp(view.book.at, now, view.fresh_for)
    closed = sum(position.closed for position in view.book.value)
    gone = Part(f"{closed} closed · " if closed else "", Tone.MUTED)
    oldest = Part("oldest " if view.together else "", Tone.MUTED)
    return line(name, dot, str(len(view.book.value) - closed), dot, gone, oldest, *time)


def note_lines(view: PositionsView, now: Moment, width: int) -> list[Line]:
    """What the rows alone don't say: that the newest look failed, that nothing is known, that nothing is held."""
    rows: list[Line] = []
    if view.failure is not None and not view.told:
        rows.extend(wrap(failure_line(view.failure, now, "positions"), width, indent=2))
    if view.failures and not view.told:
        account, failure = max(view.failures.items(), key=lambda item: item[1].at.ticks)
        more = f" and {len(view.failures) - 1} more" if len(view.failures) > 1 else ""
        rows.extend(wrap(failure_line(failure, now, f"positions of {account}{more}"), width, indent=2))
    if view.book is None:
        if view.failure is None and not view.failures:
            rows.append(line(Part(f"{DASH} not known yet", Tone.MUTED)))
        return rows
    if view.missing:
        count = "1 account is" if view.missing == 1 else f"{view.missing} accounts are"
        rows.append(line(Part(f"{DASH} {count} not known yet", Tone.MUTED)))
    elif not view.book.value:
        rows.append(line(Part("no positions", Tone.MUTED)))
    return rows
