"""The question into which file the history is to be written, and the writing."""

from pathlib import Path

from tui.clock import Moment
from tui.domain.history import History
from tui.domain.history_export import history_csv
from tui.ui.history_words import long_time
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.screens.save import SaveScreen, count


class HistoryExportScreen(SaveScreen):
    """Writes the whole history. at: when it was asked for."""

    def __init__(self, folder: Path, history: History, at: Moment, masked: bool) -> None:
        super().__init__(folder, f"history-{at.wall.astimezone():%Y%m%d-%H%M%S}.csv", masked)
        self._history = history

    @property
    def heading(self) -> str:
        """What is exported."""
        return "Export the history as CSV"

    @property
    def rows(self) -> int:
        """A row a bucket."""
        return len(self._history.buckets)

    def about(self, width: int) -> list[Line]:
        """How much there is."""
        if not self.rows:
            return [line(Part("There is no history yet.", Tone.WARN))]
        return wrap(line(f"{count(self.rows)}, one for every {long_time(self._history.width)}"), width)

    def text(self) -> str:
        """The history as CSV."""
        return history_csv(self._history)
