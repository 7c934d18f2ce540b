"""The Positions pane: what the visible account holds, refreshed in place."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.reactive import var

from tui.clock import Moment
from tui.domain.failure import Failure
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.state import Pace
from tui.domain.text import DASH, money, percent, quantity, signed
from tui.ui.glyphs import UTF_8, printable
from tui.ui.line import Line, Part, Tone, joined, line, plain, wrap
from tui.ui.size import Density
from tui.ui.widgets.columns import Align, Cell, Column
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.table import KeyedTable, Row
from tui.ui.words import LABEL_WIDTH, failure_line, indented, labelled, stamp

COLUMNS = (
    Column("symbol", "Symbol", 12, roomy=24),
    Column("type", "Type", 4, priority=6),
    Column("quantity", "Quantity", 8, Align.RIGHT, 1),
    Column("price", "Price", 8, Align.RIGHT, 4),
    Column("value", "Value", 10, Align.RIGHT, 2),
    Column("cost", "Avg cost", 8, Align.RIGHT, 7),
    Column("unrealised", "Unrealised", 10, Align.RIGHT, 0),
    Column("percent", "%", 5, Align.RIGHT, 3),
    Column("currency", "Ccy", 3, priority=5),
)

_TITLE_MARGIN = 8
"""Cells of border and blanks around a title."""


@dataclass(frozen=True, slots=True)
class PositionsView:
    """The slice: the visible account, its book as last seen, why the newest look failed; None for what is not so.

    told: the banner says already why the newest look failed.
    """

    account: str | None
    book: Stamped[tuple[Position, ...]] | None
    failure: Stamped[Failure] | None
    pace: Pace
    told: bool = False

    def stale(self, now: Moment) -> bool:
        """True where the rows may no longer be so."""
        return self.book is not None and (
            self.failure is not None or self.book.age(now) > self.pace.fresh_for(self.pace.positions)
        )


def _profit(text: str, value: Decimal | None) -> Cell:
    if value is None or not value:
        return Cell(text, Tone.PLAIN if value is not None else Tone.MUTED)
    return Cell(text, Tone.GAIN if value > 0 else Tone.LOSS)


def price(value: Decimal | None) -> str:
    """`175.43`; below 10 with up to four decimals, as currencies and penny stocks are quoted: `1.0842`, `6.15`."""
    if value is None or not value.is_finite() or abs(value) >= 10:
        return money(value)
    text = money(value, 4)
    return text[:-2] + text[-2:].rstrip("0")


def _amount(text: str) -> Cell:
    return Cell(text, Tone.MUTED if text == DASH else Tone.PLAIN)


def cells(position: Position, stale: bool = False) -> tuple[Cell, ...]:
    """The position's cells, in the order of COLUMNS; stale ones keep their signs and lose their colours."""
    made = (
        Cell(position.symbol, Tone.STRONG),
        Cell(position.kind or DASH, Tone.MUTED),
        _amount(quantity(position.quantity)),
        _amount(price(position.price)),
        _amount(money(position.value)),
        _amount(price(position.average_cost)),
        _profit(signed(position.unrealised), position.unrealised),
        _profit(percent(position.unrealised_ratio), position.unrealised),
        Cell(position.currency or DASH, Tone.MUTED),
    )
    return tuple(Cell(cell.text, Tone.STALE) for cell in made) if stale else made


def title_line(view: PositionsView, now: Moment) -> Line:
    """`DU1234567 · 42 · 14:03:20`, with the age where the rows are old; what is not known is left out."""
    if view.account is None:
        return ()
    dot = Part(" · ", Tone.MUTED)
    if view.book is None:
        return line(view.account)
    time = stamp(view.book.at, now, view.pace.fresh_for(view.pace.positions))
    return line(view.account, dot, str(len(view.book.value)), dot, *time)


def note_lines(view: PositionsView, now: Moment, width: int) -> list[Line]:
    """What the rows alone don't say: that the newest look failed, that nothing is known, that nothing is held."""
    rows: list[Line] = []
    if view.failure is not None and not view.told:
        rows.extend(wrap(failure_line(view.failure, now, "positions"), width, indent=2))
    if view.book is None:
        if view.failure is None:
            rows.append(line(Part(f"{DASH} not known yet", Tone.MUTED)))
    elif not view.book.value:
        rows.append(line(Part("no positions", Tone.MUTED)))
    return rows


class PositionsPane(Vertical):
    """The visible account's positions."""

    state: var[PositionsView | None] = var(None)
    now: var[Moment | None] = var(None)
    density: var[Density] = var(Density.FULL)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        # Before the base class, which refreshes while it is made.
        self._entitling = False
        super().__init__(id=id)
        self._made: dict[str, tuple[Position, tuple[Cell, ...]]] = {}
        self._made_stale = False
        self._named: str | None = None

    def compose(self) -> ComposeResult:
        """Stacked, a title line; what is to be said of the rows; the rows."""
        yield Computed(self._title, id="positions-title")
        yield Computed(self._note, id="positions-note")
        yield KeyedTable(COLUMNS, id="positions-table")

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    def watch_state(self) -> None:
        """Another slice."""
        self._draw()

    def watch_now(self) -> None:
        """Ages may have changed."""
        self._draw()

    def watch_density(self) -> None:
        """Another layout."""
        self._draw()

    def _title(self, width: int) -> list[Line]:
        if self.state is None or self.now is None:
            return [labelled("Positions", ())]
        title = title_line(self.state, self.now)
        unknown = note_lines(self.state, self.now, width) if self.state.book is None else []
        first, *rest = wrap(joined((title, *unknown)), width - LABEL_WIDTH)
        return [labelled("Positions", first), *(indented(row) for row in rest)]

    def _note(self, width: int) -> list[Line]:
        if self.state is None or self.now is None:
            return []
        if self.density is Density.FULL:
            return note_lines(self.state, self.now, width)
        # Stacked, the title has room for what there is to say when there are no rows.
        known = self.state.book is not None
        return [indented(row) for row in note_lines(self.state, self.now, width - LABEL_WIDTH)] if known else []

    def _rows(self) -> list[Row]:
        """The rows; those whose position is as it was are the very same objects, which the table sees at once."""
        if self.state is None or self.now is None or self.state.book is None:
            return []
        stale = self.state.stale(self.now)
        known = self._made if stale is self._made_stale else {}
        made: dict[str, tuple[Position, tuple[Cell, ...]]] = {}
        for position in self.state.book.value:
            row = known.get(position.key)
            made[position.key] = row if row and row[0] == position else (position, cells(position, stale))
        self._made, self._made_stale = made, stale
        return [(key, row) for key, (_, row) in made.items()]

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        full = self.density is Density.FULL
        rows = self._rows()
        table = self.query_one(KeyedTable)
        table.set_rows(rows)
        table.display = bool(rows)
        title = self.query_one("#positions-title", Computed)
        title.display = not full
        title.redraw()
        note = self.query_one("#positions-note", Computed)
        note.display = bool(self._note(80))
        note.redraw()
        self._entitle()

    def _entitle(self) -> None:
        """The border's title, as text: what stands in it came from outside."""
        words = plain(title_line(self.state, self.now)) if self.state and self.now else ""
        text = printable(f"Positions  {words}".rstrip(), str(getattr(self.app, "encoding", UTF_8)))
        if text == self._named:
            return
        widest = max(len(text), len(self._named or ""))
        self._named = text
        self._entitling = True
        self.border_title = Content(text)
        self._entitling = False
        # The time in the title moves with every poll: repaint its cells, not the pane. Regions are relative to
        # the content, and the title stands in the border.
        x, y = self.content_offset
        self.refresh(Region(-x, -y, widest + _TITLE_MARGIN, 1))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As everywhere, but setting the title does not repaint the whole pane."""
        if self._entitling and not regions:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
