"""The question into which file the positions are to be written, and the writing."""

import re
from collections.abc import Sequence
from pathlib import Path

from textual import events, on

from tui.clock import Moment
from tui.domain.export import csv_text
from tui.domain.positions import Position
from tui.ui import glyphs
from tui.ui.line import Line, Part, Tone, joined, line, wrap
from tui.ui.screens.save import SaveScreen, count, refusal
from tui.ui.widgets.lines import Lines

__all__ = ["ExportScreen", "count", "default_name", "refusal"]

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]")
_LONGEST_ID = 32
_SHOWN, _ALL = "shown", "all"


def default_name(rows: Sequence[Position], at: Moment, masked: bool) -> str:
    """`positions-DU1234567-20261121-140322.csv`; without the account where there are several, or ids are masked."""
    accounts = {row.account for row in rows}
    only = accounts.pop() if len(accounts) == 1 and not masked else None
    account = f"{_NOT_IN_NAMES.sub('', only)[:_LONGEST_ID]}-" if only else ""
    return f"positions-{account}{at.wall.astimezone():%Y%m%d-%H%M%S}.csv"


class ExportScreen(SaveScreen):
    """Writes the positions.

    shown, all: the rows as they are filtered, and the whole book. at: when they were seen.
    """

    def __init__(
        self,
        folder: Path,
        shown: tuple[Position, ...],
        all: tuple[Position, ...],  # noqa: A002 (what the user chooses it by)
        at: Moment,
        masked: bool,
    ) -> None:
        super().__init__(folder, default_name(all, at, masked), masked)
        self._rows = {_SHOWN: shown, _ALL: all}
        self._chosen = _SHOWN if shown else _ALL
        self._differ = len(shown) != len(all) and bool(shown)
        self._at = at

    @property
    def heading(self) -> str:
        """What is exported."""
        return "Export the positions as CSV"

    @property
    def rows(self) -> int:
        """How many rows are chosen."""
        return len(self._rows[self._chosen])

    def about(self, width: int) -> list[Line]:
        """The choice between the rows shown and all, where they differ."""
        if self._differ:
            return wrap(joined([self._choice(_SHOWN), self._choice(_ALL), line(Part("↑ ↓", Tone.KEY))], "   "), width)
        if self.rows:
            return [line(f"{count(self.rows)}, as they are sorted")]
        return [line(Part("There are no positions to export.", Tone.WARN))]

    def text(self) -> str:
        """The chosen rows as CSV."""
        return csv_text(self._rows[self._chosen], self._at)

    def on_key(self, event: events.Key) -> None:
        """The arrows, which an input has no use for, change between the rows shown and all."""
        if event.key in {"up", "down"} and self._differ:
            event.stop()
            self._choose(_ALL if self._chosen == _SHOWN else _SHOWN)

    @on(Lines.Clicked)
    def choose_clicked(self, event: Lines.Clicked) -> None:
        """A click chooses too."""
        if event.link in self._rows:
            event.stop()
            self._choose(event.link)

    def _choice(self, which: str) -> Line:
        rows = count(len(self._rows[which]))
        text = f"the {rows} shown" if which == _SHOWN else f"all {rows}"
        chosen = which == self._chosen
        sign = Part(glyphs.OK if chosen else glyphs.NONE, Tone.STRONG if chosen else Tone.MUTED, which)
        return line(sign, Part(f" {text}", Tone.STRONG if chosen else Tone.PLAIN, which))

    def _choose(self, which: str) -> None:
        if self._writing:
            return
        self._chosen = which
        self.redraw()
