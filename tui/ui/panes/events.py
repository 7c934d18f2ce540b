"""The Events pane: what changed, the newest first, and which of our own jobs stand still."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from textual.reactive import var

from tui.clock import Moment
from tui.domain.journal import Entry
from tui.domain.state import JobFault
from tui.ui.event_words import entry_lines, fault_lines
from tui.ui.line import Line, Part, Tone, line
from tui.ui.size import Density
from tui.ui.widgets.pane import LinesPane
from tui.ui.words import LABEL_WIDTH, indented, labelled, when

SHOWN = 200
"""Entries that the pane holds; older ones stay in the journal."""


@dataclass(frozen=True, slots=True)
class EventsView:
    """The slice: the journal, oldest first, and the jobs that wait after a defect."""

    journal: tuple[Entry, ...] = ()
    faults: Mapping[str, JobFault] = field(default_factory=dict)


def event_lines(view: EventsView, now: Moment, width: int, density: Density) -> list[Line]:
    """The pane's lines, each entry wrapped; stacked, the pane's name stands before the first."""
    rows: list[Line] = []
    if density is not Density.FULL:
        width -= LABEL_WIDTH
    for job, fault in sorted(view.faults.items()):
        rows.extend(fault_lines(job, fault, now, width))
    for entry in reversed(view.journal[-SHOWN:]):
        rows.extend(entry_lines(entry, when(entry.at, now), width))
    if not rows:
        rows = [line(Part("nothing has changed yet", Tone.MUTED))]
    if density is Density.FULL:
        return rows
    return [labelled("Events", rows[0]), *(indented(row) for row in rows[1:])]


class EventsPane(LinesPane):
    """What changed, scrollable."""

    state: var[EventsView] = var(EventsView())

    def on_mount(self) -> None:
        """The pane's name."""
        self.border_title = "Events"

    def lines(self, width: int) -> list[Line]:
        """The pane's lines."""
        return event_lines(self.state, self.now, width, self.density) if self.now else []
