"""Draws what a state makes of the screen, all panes in all densities, down to the bytes that a terminal would get."""

import json
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from rich.color import ColorSystem
from rich.style import Style

from tests.support.escapes import offences
from tests.support.parts import NOW
from tui.clock import Moment
from tui.domain import report
from tui.domain.ahead import ahead
from tui.domain.export import csv_text
from tui.domain.filtering import Filter, filtered, parse_filter
from tui.domain.ordering import Sorting, SortKey, ordered
from tui.domain.state import MonitorState
from tui.domain.verdict import login_live, verdict
from tui.ui.account_rows import COLUMNS, AccountRows
from tui.ui.account_view import AccountsView
from tui.ui.account_words import account_line
from tui.ui.account_words import detail_lines as account_detail
from tui.ui.line import Line, Part, Tone, plain, width
from tui.ui.panes.events import EventsView, event_lines
from tui.ui.panes.path import PathView, path_lines
from tui.ui.panes.session import SessionView, session_lines
from tui.ui.path_detail import detail_lines as path_detail
from tui.ui.position_detail import detail_head
from tui.ui.position_detail import detail_lines as position_detail
from tui.ui.position_totals import LastTotals, TotalsLook, totals_lines
from tui.ui.position_words import PositionsView, note_lines, title_line
from tui.ui.positions_arranged import Arrangement, Wishes
from tui.ui.positions_slice import PositionsSlice
from tui.ui.size import Density
from tui.ui.widgets.banner import BannerView, banner_lines
from tui.ui.widgets.columns import Cell, Column, fit_columns, padded
from tui.ui.widgets.header import HeaderView, header_line
from tui.ui.widgets.paint import Painted

LAYOUTS = ((Density.BRIEF, 58), (Density.COMPACT, 78), (Density.FULL, 51), (Density.FULL, 118))
MOST_ROWS = 40
"""Rows of a table, and positions in detail, that one input draws: no screen shows more at once."""
_MOST_PAINTED = 20_000
ENCODINGS = ("utf-8", "ascii")


class _Glass(Painted):
    """Paints lines as all widgets do, without an app."""

    encoding = "utf-8"

    @property
    def app(self) -> Any:
        """What a widget asks its app for when it paints."""
        return SimpleNamespace(encoding=self.encoding)

    def tone_style(self, tone: Tone) -> Style:
        """One look for all: what a tone looks like changes no text."""
        return Style(color="red") if tone is Tone.ALARM else Style()


class Screen:
    """Draws states, and raises AssertionError where bytes would go out that the terminal takes for more than text."""

    def __init__(self) -> None:
        self._glass = _Glass()
        self._before: dict[str, object] = {}
        self._painted: set[tuple[Line, int]] = set()
        self._slice = PositionsSlice()
        self._totals = LastTotals()

    def draw(self, state: MonitorState, now: Moment = NOW) -> None:
        """Everything that the state shows; what was drawn for the state before it is not drawn again."""
        judged = verdict(state, now)
        coming = ahead(state, now)
        path = PathView(state.path, judged.name, state.pace, 20_000)
        session = SessionView(state.session, login_live(state, now), judged.name, state.pace)
        self._changed("path", path, lambda: _path(path, now))
        self._changed("session", session, lambda: _session(session, now))
        accounts = AccountsView(state.accounts, state.pace)
        self._changed("accounts", accounts, lambda: _accounts(accounts, now))
        positions = self._slice.of(state, judged)
        self._changed("positions", positions, lambda: self._positions(positions, now))
        events = EventsView(state.journal, state.faults)
        self._changed("events", events, lambda: _events(events, now))
        self._changed(
            "judged",
            (judged, coming, state.path.address, state.paper),
            lambda: _judged(
                state, HeaderView("", path.path.address.host, path.path.address.url, state.paper, judged), now
            ),
        )
        # Printed, not painted: the terminal gets it as it is.
        said = "\n".join(report.lines(state, judged, now))
        check(said)
        check(json.dumps(report.document(state, judged, now), allow_nan=False))

    def lines(self, lines: Iterable[Line], cells: int) -> None:
        """Paint these lines; one that was painted before looks as it did."""
        if len(self._painted) > _MOST_PAINTED:
            self._painted.clear()
        for each in lines:
            if (each, cells) in self._painted:
                continue
            self._painted.add((each, cells))
            for encoding in ENCODINGS:
                self._glass.encoding = encoding
                strip = self._glass.strip(each, cells, Style())
                assert strip.cell_length == cells
                data = "".join(
                    segment.style.render(segment.text, color_system=ColorSystem.TRUECOLOR)
                    if segment.style
                    else segment.text
                    for segment in strip
                )
                check(data, encoding)

    def _changed(self, name: str, slice_: object, made: Any) -> None:
        if self._before.get(name) == slice_:
            return
        for cells, lines in made():
            self.lines(lines, cells)
        self._before[name] = slice_

    def _positions(self, view: PositionsView, now: Moment) -> Iterator[tuple[int, Iterable[Line]]]:
        arrangement = Arrangement()
        for masked in (False, True):
            for sorting in (Sorting(), Sorting(SortKey.VALUE), Sorting(SortKey.SYMBOL, descending=True)):
                arrangement.arrange(view, Wishes(sorting, "", True, masked), now)
        totals = self._totals(arrangement.shown, view)
        look = TotalsLook(False, False, view.stale(now), 60.0)
        for cells in (58, 118):
            yield cells, [title_line(view, now, arrangement.heading, cells)]
            yield cells, note_lines(view, now, cells, arrangement.heading)
            yield cells, _table(view.columns, [row for _, row in arrangement.rows], cells)
            slots = fit_columns(view.columns, [column.width for column in view.columns], cells)
            places = {view.columns[slot.index].id: slot for slot in slots}
            yield cells, totals_lines(totals, places, now, 4, look)
            for position in arrangement.shown[: MOST_ROWS // 4]:
                rows = position_detail(position, cells)
                yield (
                    cells,
                    [
                        detail_head(position, 0, 10, len(rows), cells),
                        *rows,
                        *position_detail(position, cells, masked=True),
                    ],
                )
        if view.book is not None:
            for key in SortKey:
                ordered(view.book.value, Sorting(key))
            filtered(view.book.value, parse_filter("value>1 a -b type:opt"))
            filtered(view.book.value, Filter())
            csv_text(view.book.value[:MOST_ROWS], view.book.at)


def check(text: str, encoding: str = "utf-8") -> None:
    """Raises AssertionError where the text, as it would be written, tells the terminal anything but text."""
    found = offences(text.encode(encoding))
    assert not found, found[:5]


def _table(columns: Iterable[Column], rows: list[Any], cells: int) -> Iterator[Line]:
    wanted = list(columns)
    shown = rows[:MOST_ROWS]
    widths = [max([column.width, *(width((_part(row[at]),)) for row in shown)]) for at, column in enumerate(wanted)]
    for row in shown:
        slots = fit_columns(wanted, widths, cells)
        yield tuple(part for slot in slots for part in padded(row[slot.index], slot))


def _part(cell: Cell) -> Part:
    return Part(cell.text, cell.tone)


def _path(view: PathView, now: Moment) -> Iterator[tuple[int, Iterable[Line]]]:
    for density, cells in LAYOUTS:
        yield cells, path_lines(view, now, cells, density)
    yield 76, path_detail(view, now, 76)


def _session(view: SessionView, now: Moment) -> Iterator[tuple[int, Iterable[Line]]]:
    for density, cells in LAYOUTS:
        yield cells, session_lines(view, now, cells, density)


def _accounts(view: AccountsView, now: Moment) -> Iterator[tuple[int, Iterable[Line]]]:
    for cells in (58, 118):
        yield cells, account_line(view, now, cells)
        yield cells, account_detail(view, now, cells)
        yield cells, _table(COLUMNS, [row for _, row in AccountRows().rows(view, now)], cells)
    assert AccountRows().rows(view, now, "DU") is not None


def _events(view: EventsView, now: Moment) -> Iterator[tuple[int, Iterable[Line]]]:
    for density, cells in LAYOUTS:
        yield cells, event_lines(view, now, cells, density)


def _judged(state: MonitorState, header: HeaderView, now: Moment) -> Iterator[tuple[int, Iterable[Line]]]:
    coming = ahead(state, now)
    for cells in (58, 78, 118):
        yield cells, [header_line(header, cells)]
        view = BannerView(header.verdict, coming.words(now.wall) if coming else None)
        yield cells, banner_lines(view, cells)
        yield cells, banner_lines(view, cells, brief=True)
    for command in header.verdict.remedy.shown_commands if header.verdict.remedy else ():
        check(command)
    assert plain(header_line(header, 78))
