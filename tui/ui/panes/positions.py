"""The Positions pane: what the visible account holds, or all of them together, as the user wants to see it."""

from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.reactive import var

from tui.clock import Moment
from tui.domain.filtering import HELP
from tui.domain.ordering import Sorting, SortKey
from tui.domain.positions import Position
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.glyphs import ASCENDING, DESCENDING
from tui.ui.line import Line, joined, plain, wrap
from tui.ui.position_totals import LastTotals, TotalsLook, totals_lines
from tui.ui.position_words import COLUMNS, Heading, PositionsView, column_name, note_lines, title_line
from tui.ui.positions_arranged import Arrangement, Wishes, neighbour
from tui.ui.size import Density
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.filter_line import FilterLine
from tui.ui.widgets.position_panel import PositionPanel
from tui.ui.widgets.table import KeyedTable
from tui.ui.widgets.titled import TITLE_MARGIN, TitledPane
from tui.ui.words import LABEL_WIDTH, indented, labelled

_BESIDE = 110
"""Cells of the pane from which on the panel stands beside the table, not below it."""
_FEW_MARKS = 3
"""Marked rows in view that a tick clears. Where more move at a time, the next book repaints them anyway, and they wait
for it: Textual paints a line from the widget's left edge, so that clearing a dozen would double what a book costs."""


class PositionsPane(TitledPane):
    """The visible account's positions. sorting, filter_text, show_closed, masked: how the user wants to see them."""

    BINDINGS = bindings(Scope.POSITIONS)
    state: var[PositionsView | None] = var(None)
    now: var[Moment | None] = var(None)
    density: var[Density] = var(Density.FULL)
    sorting: var[Sorting] = var(Sorting())
    filter_text: var[str] = var("")
    show_closed: var[bool] = var(False)
    masked: var[bool] = var(False)
    detailed: var[bool] = var(False)

    class Arranged(Message):
        """The user wants the rows in another way, which can be remembered."""

        def __init__(self, sorting: Sorting, show_closed: bool) -> None:
            super().__init__()
            self.sorting = sorting
            self.show_closed = show_closed

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._arranged = Arrangement()
        self._totals = LastTotals()

    def compose(self) -> ComposeResult:
        """Stacked, a title line; what is to be said of the rows; the filter; the rows, their totals; the panel."""
        yield Computed(self._title, id="positions-title")
        yield Computed(self._note, id="positions-note")
        yield FilterLine(HELP, id="positions-filter")
        with Container(id="positions-body"):
            with Vertical(id="positions-rows"):
                yield KeyedTable(COLUMNS, id="positions-table")
                yield Computed(self._total, id="positions-totals")
            yield PositionPanel(id="positions-detail")

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Where the panel stands and what the title and the totals say depend on the size."""
        self.update_classes({"-beside": event.size.width >= _BESIDE, "-low": event.size.height < 12})
        # Once the table has its new size as well.
        self.call_after_refresh(self._draw)

    def watch_state(self) -> None:
        """Another slice."""
        self._draw()

    def watch_now(self) -> None:
        """Ages may have changed."""
        self._draw()

    watch_density = watch_sorting = watch_filter_text = watch_show_closed = watch_masked = watch_now

    def watch_detailed(self) -> None:
        """Show the panel, or hide it."""
        self.set_class(self.detailed, "-detailed")
        self._draw()

    @property
    def table(self) -> KeyedTable:
        """The rows."""
        return self.query_one(KeyedTable)

    @property
    def marked(self) -> bool:
        """Whether rows carry marks of change, which go with the time."""
        return bool(self._arranged.marks)

    def selected(self) -> Position | None:
        """The position under the cursor."""
        return self._arranged.position(self.table.cursor_key)

    def shown_positions(self) -> tuple[Position, ...]:
        """What is shown, in its order."""
        return self._arranged.shown

    def all_positions(self) -> tuple[Position, ...]:
        """The whole book in IBKR's order, what was sold off today among it."""
        return self.state.book.value if self.state is not None and self.state.book is not None else ()

    def sort(self, sorting: Sorting) -> None:
        """Sort so, as the user wants it."""
        self.sorting = sorting
        self._tell()

    def sort_by(self, step: int) -> None:
        """Sort by the next of the columns that are shown (1), or the one before (-1); IBKR's order is among them."""
        columns = self.state.columns if self.state else COLUMNS
        self.sort(neighbour(self.sorting, columns, self.table.shown_columns, step))

    def reverse(self) -> None:
        """Turn the order round."""
        self.sort(self.sorting.flipped())

    def toggle_closed(self) -> None:
        """Show what was sold off today as well, or hide it."""
        self.show_closed = not self.show_closed
        self._tell()

    def open_filter(self) -> None:
        """Let the user type a filter."""
        self.query_one(FilterLine).open(self.filter_text)

    def close(self) -> bool:
        """Close what is open: the panel, else the filter. False where nothing is."""
        line = self.query_one(FilterLine)
        if line.typing or line.display:
            self._end_filter(dropped=True)
        elif self.detailed:
            self.detailed = False
        elif self.filter_text:
            self.filter_text = ""
        else:
            return False
        return True

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll the panel."""
        if self.detailed:
            self.query_one(PositionPanel).turn(lines)

    @on(KeyedTable.HeaderSelected)
    def sort_by_clicked(self, event: KeyedTable.HeaderSelected) -> None:
        """A click on a header sorts by its column, another one turns the order round."""
        event.stop()
        self.sort(self.sorting.toggled(SortKey(event.column)))

    @on(KeyedTable.RowSelected)
    def detail(self, event: KeyedTable.RowSelected) -> None:
        """Enter, and a click on the row under the cursor, open the panel and close it."""
        event.stop()
        if event.again:
            self.detailed = not self.detailed

    @on(KeyedTable.RowHighlighted)
    def follow(self, event: KeyedTable.RowHighlighted) -> None:
        """The panel follows the cursor."""
        event.stop()
        self._show_detail()

    @on(FilterLine.Changed)
    def filter(self, event: FilterLine.Changed) -> None:
        """Filter as it is typed."""
        event.stop()
        self.filter_text = event.text

    @on(FilterLine.Left)
    def leave_filter(self, event: FilterLine.Left) -> None:
        """Back to the rows, with the filter or without."""
        event.stop()
        self._end_filter(event.dropped)

    def _end_filter(self, dropped: bool) -> None:
        self.query_one(FilterLine).display = False
        if dropped:
            self.filter_text = ""
        if self.table.display:
            self.table.focus()

    def _tell(self) -> None:
        self.post_message(self.Arranged(self.sorting, self.show_closed))

    def _heading(self) -> Heading:
        heading, key = self._arranged.heading, self.sorting.key
        if key is None or key in self.table.shown_columns or not self.state:
            return heading
        names = [column_name(column) for column in self.state.columns if column.id == key]
        return replace(heading, order=f"by {names[0]} {self._arrow}") if names else heading

    @property
    def _arrow(self) -> str:
        return DESCENDING if self.sorting.descending else ASCENDING

    def _title(self, width: int) -> list[Line]:
        if self.state is None or self.now is None:
            return [labelled("Positions", ())]
        heading = self._heading()
        title = title_line(self.state, self.now, heading, width - LABEL_WIDTH)
        unknown = note_lines(self.state, self.now, width, heading) if self.state.book is None else []
        first, *rest = wrap(joined((title, *unknown)), width - LABEL_WIDTH)
        return [labelled("Positions", first), *(indented(row) for row in rest)]

    def _note(self, width: int) -> list[Line]:
        if self.state is None or self.now is None:
            return []
        if self.density is Density.FULL:
            return note_lines(self.state, self.now, width, self._arranged.heading)
        if self.state.book is None:
            # Stacked, the title has room for what there is to say when there are no rows.
            return []
        rows = note_lines(self.state, self.now, width - LABEL_WIDTH, self._arranged.heading)
        return [indented(row) for row in rows]

    def _total(self, width: int) -> list[Line]:
        del width
        view, now, shown = self.state, self.now, self._arranged.shown
        if view is None or now is None or not shown:
            return []
        height = self.size.height
        blank = self.query_one("#positions-rows").size.height - len(shown) - 2
        most = max(1 if height < 16 else 3 if height < 30 else height // 4, min(blank, height // 3))
        if self.detailed:
            most = 1  # the row that is told of comes first
        # The ledgers are asked for as often as the summaries, each account's in turn.
        interval = view.pace.summary * max(len(view.base_currencies), 1)
        fresh_for = view.pace.fresh_for(interval)
        look = TotalsLook(bool(self._arranged.heading.query), self.masked, view.stale(now), fresh_for)
        return totals_lines(self._totals(shown, view), self.table.places, now, most, look)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        if self.now is not None:
            self._arranged.arrange(
                self.state, Wishes(self.sorting, self.filter_text, self.show_closed, self.masked), self.now
            )
        arranged, table = self._arranged, self.table
        if self.now is not None and table.marked_in_view <= _FEW_MARKS:
            arranged.forget(self.now)
        if self.state is not None:
            table.set_columns(self.state.columns)
        table.set_sorted(self.sorting.key, self._arrow)
        table.set_rows(arranged.rows, arranged.marks, arranged.anchor)
        if arranged.marks:
            # The marks' own time begins with this drawing, once it is done.
            self.call_next(self._seen)
        table.display = bool(arranged.rows or arranged.heading.query)
        title = self.query_one("#positions-title", Computed)
        title.display = self.density is not Density.FULL
        title.redraw()
        note = self.query_one("#positions-note", Computed)
        note.display = bool(self._note(80))
        note.redraw()
        self.query_one("#positions-totals", Computed).redraw()
        self._show_detail()
        if self.density is Density.FULL:
            self._entitle()

    def _seen(self) -> None:
        if self.now is not None:
            self._arranged.seen(self.now)

    def _show_detail(self) -> None:
        panel = self.query_one(PositionPanel)
        panel.display = self.detailed and self._arranged.shown != ()
        if panel.display:
            panel.show(self.selected(), self.masked)

    def _entitle(self) -> None:
        room = max(self.size.width - TITLE_MARGIN - len("Positions  "), 10)
        words = plain(title_line(self.state, self.now, self._heading(), room)) if self.state and self.now else ""
        self.entitle(f"Positions  {words}".rstrip())
