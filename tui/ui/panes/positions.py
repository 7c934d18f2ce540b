"""The Positions pane: what the visible account holds, or all of them together, refreshed in place."""

from typing import Self

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.reactive import var

from tui.clock import Moment
from tui.domain.positions import Position
from tui.ui.glyphs import UTF_8, printable
from tui.ui.line import Line, joined, plain, wrap
from tui.ui.position_words import COLUMNS, PositionsView, cells, in_order, note_lines, title_line
from tui.ui.size import Density
from tui.ui.widgets.columns import Cell
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.table import KeyedTable, Row
from tui.ui.words import LABEL_WIDTH, indented, labelled

_TITLE_MARGIN = 8
"""Cells of border and blanks around a title."""


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
        self._shown: tuple[tuple[Position, ...], bool, bool, list[Row]] | None = None
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
        """The rows; those whose position is as it was are the very same objects, which the table sees at once.

        The very same list where the book is the same, so that a second costs nothing however many rows there are.
        """
        if self.state is None or self.now is None or self.state.book is None:
            self._shown = None
            return []
        book, together, stale = self.state.book.value, self.state.together, self.state.stale(self.now)
        if self._shown is not None and self._shown[0] is book and self._shown[1:3] == (together, stale):
            return self._shown[3]
        same_look = self._shown is not None and self._shown[1:3] == (together, stale)
        known = self._made if same_look else {}
        made: dict[str, tuple[Position, tuple[Cell, ...]]] = {}
        for position in in_order(book):
            row = known.get(position.key)
            same = row is not None and (row[0] is position or row[0] == position)
            made[position.key] = row if row and same else (position, cells(position, stale, together))
        self._made = made
        rows = [(key, row) for key, (_, row) in made.items()]
        self._shown = (book, together, stale, rows)
        return rows

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        full = self.density is Density.FULL
        rows = self._rows()
        table = self.query_one(KeyedTable)
        if self.state is not None:
            table.set_columns(self.state.columns)
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
