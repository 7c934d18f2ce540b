"""The header: which gateway, LIVE or PAPER, the verdict, and the one clock."""

from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.text import DASH, clock_time
from tui.domain.verdict import Verdict, VerdictName
from tui.ui.line import Line, Part, Tone, clip, joined, line, spread, width
from tui.ui.palettes import BADGES
from tui.ui.widgets.lines import Lines
from tui.ui.words import mark, tone

_WARNINGS = {VerdictName.CONTESTED, VerdictName.INITIALISING}


@dataclass(frozen=True, slots=True)
class HeaderView:
    """What the header says.

    profile: may be empty. paper: None where nothing tells. badge: the colour behind the profile's name, one of
    `tui.ui.palettes.BADGES`. frozen_at: since when the panes are held still, None while they are not.
    """

    profile: str
    host: str
    url: str
    paper: bool | None
    verdict: Verdict
    badge: str | None = None
    frozen_at: datetime | None = None


def level(name: VerdictName) -> Level:
    """How much a verdict matters."""
    if name is VerdictName.READY:
        return Level.OK
    if name is VerdictName.UNKNOWN:
        return Level.INFO
    return Level.WARN if name in _WARNINGS else Level.ALARM


def badge(paper: bool | None) -> Part:
    """LIVE or PAPER; a dash while nothing tells."""
    if paper is None:
        return Part(f" {DASH} ", Tone.MUTED)
    return Part(" PAPER ", Tone.PAPER) if paper else Part(" LIVE ", Tone.LIVE)


def header_line(view: HeaderView, cells: int) -> Line:
    """As much as fits. LIVE or PAPER, FROZEN and the verdict's words are never left out; the address goes first, then
    our own name, then the summary."""
    judged = level(view.verdict.name)
    words = line(mark(judged), " ", Part(view.verdict.name.words, tone(judged)))
    ready = view.verdict.name.tradable or view.verdict.name is VerdictName.UNKNOWN
    # Whatever else is wrong, the banner says it in full.
    told = joined((words, line(view.verdict.summary))) if ready else words
    us = line(Part("cpwatch", Tone.STRONG))
    name = line(_name(view, view.profile or view.host))
    url = line(Part(view.url, Tone.MUTED))
    frozen = "" if view.frozen_at is None else f"FROZEN {clock_time(view.frozen_at)}"
    mode = joined((line(badge(view.paper)), line(Part(frozen, Tone.WARN))), " ")
    short = line(_name(view, clip(view.profile or view.host, 12)))
    left_variants = ((us, name, url, mode), (us, name, mode), (us, short, mode), (us, mode), (mode,))
    for left_groups, right_group in [
        *((groups, told) for groups in left_variants[:4]),
        *((groups, words) for groups in left_variants),
    ]:
        left, right = joined(left_groups), right_group
        if width(left) + width(right) + 2 <= cells:
            return spread(left, right, cells)
    return spread(mode, words, cells)


def _name(view: HeaderView, text: str) -> Part:
    """The profile's name on its colour; a host's, which has none, as it is."""
    if view.profile and view.badge in BADGES:
        return Part(f" {text} ", Tone(f"badge-{view.badge}"))
    return Part(text)


class HeaderText(Lines):
    """All of the header but the clock."""

    state: var[HeaderView | None] = var(None)

    def watch_state(self) -> None:
        """Another verdict or mode."""
        self.redraw()

    def lines(self, width: int) -> list[Line]:
        """The line."""
        return [header_line(self.state, width)] if self.state else [()]


class Clock(Lines):
    """The time of day: the only thing that moves each second, and a widget of its own, since Textual sends a line
    from its widget's left edge up to the cell that changed."""

    now: var[Moment | None] = var(None)

    def watch_now(self) -> None:
        """Another second."""
        self.redraw()

    def lines(self, width: int) -> list[Line]:
        """The time."""
        del width
        return [line(Part(clock_time(self.now.wall), Tone.STRONG)) if self.now else ()]


class Header(Horizontal):
    """One line: the gateway and its verdict, and the clock."""

    def compose(self) -> ComposeResult:
        """The text, and the clock at its right."""
        yield HeaderText(id="header-text")
        yield Clock(id="clock")

    def show(self, view: HeaderView, now: Moment) -> None:
        """Draw this, at this time."""
        self.query_one(HeaderText).state = view
        self.query_one(Clock).now = now
