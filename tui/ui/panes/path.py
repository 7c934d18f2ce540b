"""The Path pane: the way to the gateway and on to IBKR, what each leg takes, which tunnels lead here, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.reactive import var

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.public import leading_here, standing
from tui.domain.text import DASH
from tui.domain.tunnel import Tunnel
from tui.ui import glyphs
from tui.ui.commands import BY_ID
from tui.ui.gauge_words import gauge_variants, high_words, loss_words, shown_series, strip_cells, strip_line
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, clip_line, first_fitting, joined, line, plain, width, wrap
from tui.ui.path_detail import detail_lines
from tui.ui.path_words import (
    DOT,
    PathView,
    chain,
    chain_lines,
    chains,
    exposed_variants,
    findings_variants,
    metered_variants,
    old_legs,
    tunnel_variants,
    way_facts,
)
from tui.ui.size import Density
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.pane import LinesPane
from tui.ui.words import LABEL_WIDTH, indented, labelled

__all__ = ["PathPane", "PathView", "path_lines"]

MOST_ROWS = 7
"""Lines that the pane takes at most beside the Session pane."""
_STRIP_CELLS = (12, 10, 8, 6)
"""Cells of the strip behind the stacked chain."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together. rank: the lower, the sooner they are shown where not all find room."""

    rows: list[Line]
    rank: int


def path_lines(
    view: PathView, now: Moment, width: int, density: Density, rows: int = MOST_ROWS, keymap: Keymap = DEFAULT
) -> list[Line]:
    """The pane's lines in `width` cells: at most `rows` in full, two stacked, one in brief. keymap: that in force."""
    if density is Density.FULL:
        return chosen(blocks(view, now, width, keymap), rows)
    room = width - LABEL_WIDTH
    if density is Density.BRIEF:
        return [labelled("Path", _with_tail(view, now, room, _brief_tails(view, keymap)))]
    first = _with_tail(view, now, room, _tails(view))
    return [labelled("Path", first), indented(fitted(_groups(view, now, keymap), room))]


def chosen(found: Sequence[Block], rows: int) -> list[Line]:
    """The blocks that find room in that many lines, the most important first, in their order."""
    kept: set[int] = set()
    for at in sorted(range(len(found)), key=lambda at: found[at].rank):
        if len(found[at].rows) <= rows:
            kept.add(at)
            rows -= len(found[at].rows)
    return [row for at, block in enumerate(found) if at in kept for row in block.rows]


def blocks(view: PathView, now: Moment, width: int, keymap: Keymap = DEFAULT) -> list[Block]:
    """Everything there is to say in `width` cells, in the order in which it is shown."""
    found = standing(view.path)
    grave = bool(found) and found[0].level is Level.ALARM
    gauges = view.path.gauges
    made = [
        Block(chain_lines(view, now, width), 0),
        Block(_wrapped(old_legs(view, now), width), 6),
        Block(flow(way_facts(view, now), width), 1),
        Block(_one(gauge_variants(gauges, view.pace, now), width), 5),
        Block(_wrapped(strip_line(gauges, view.pace, width), width), 9),
        Block(_one(exposed_variants(view, keymap), width), 2),
    ]
    for tunnel in leading_here(view.path):
        made += _tunnel_blocks(tunnel, width)
    made.append(Block(_one(findings_variants(view, keymap), width), 2 if grave else 4))
    made.append(Block(_one(metered_variants(view, keymap), width), 10))
    return [block for block in made if block.rows]


def _tunnel_blocks(tunnel: Tunnel, width: int) -> list[Block]:
    """The tunnel, and where the line does not hold it, its public address on one of its own."""
    rows = _one(tunnel_variants(tunnel), width)
    made = [Block(rows, 3 if tunnel.up is False else 7)]
    if tunnel.public_url is not None and not any(tunnel.public_url in plain(row) for row in rows):
        made.append(Block(wrap(line("  ", Part(tunnel.public_url, Tone.MUTED)), width, indent=2), 8))
    return made


def flow(facts: Sequence[Line], cells: int) -> list[Line]:
    """The facts with dots between, a line broken between two of them; one that is wider than a line is broken."""
    rows: list[Line] = []
    for fact in facts:
        together = line(*rows[-1], DOT, *fact) if rows else fact
        if rows and width(together) <= cells:
            rows[-1] = together
        else:
            rows.extend(wrap(fact, cells))
    return rows


def fitted(groups: Sequence[tuple[int, Sequence[Line]]], cells: int) -> Line:
    """One line of the groups, each (rank, ever shorter variants): the most important have room first, then words.

    A group for which there is no room at all is marked by an ellipsis at the end.
    """
    ranked = sorted((at for at, (_, variants) in enumerate(groups) if variants), key=lambda at: groups[at][0])
    taken: dict[int, Line] = {}

    def together(found: dict[int, Line]) -> Line:
        return joined((found[at] for at in sorted(found)), DOT)

    more = line(Part(f" {glyphs.MORE}", Tone.MUTED))
    for at in ranked:
        shortest = {**taken, at: groups[at][1][-1]}
        left_out = len(shortest) < len(ranked)
        if width(together(shortest)) + (width(more) if left_out else 0) <= cells:
            taken = shortest
    for at in (each for each in ranked if each in taken):
        for variant in groups[at][1]:
            longer = {**taken, at: variant}
            if width(together(longer)) + (width(more) if len(taken) < len(ranked) else 0) <= cells:
                taken = longer
                break
    if not taken:
        return clip_line(groups[ranked[0]][1][-1], cells) if ranked else ()
    return together(taken) if len(taken) == len(ranked) else line(*together(taken), *more)


def _one(variants: Sequence[Line], cells: int) -> list[Line]:
    """The first variant that fits into a line; the last one broken where none does."""
    return wrap(first_fitting(variants, cells), cells, indent=2) if variants else []


def _wrapped(of: Line, cells: int) -> list[Line]:
    return wrap(of, cells) if of else []


def _with_tail(view: PathView, now: Moment, cells: int, tails: Sequence[Line]) -> Line:
    """The chain, and behind it the longest tail for which there is room; the chain's words give way first."""
    for tail in tails:
        for each in chains(view, now)[:3]:
            if width(each) + 2 + width(tail) <= cells:
                return joined((each, tail))
    return clip_line(chain(view, now, cells), cells)


def _tails(view: PathView) -> list[Line]:
    """`▲ high  loss 0 %` and the strip; ever less of it."""
    gauges = view.path.gauges
    if shown_series(gauges) is None:
        return []
    lost = loss_words(gauges)
    high = high_words(gauges)
    strips = [strip_cells(gauges, view.pace, cells) for cells in _STRIP_CELLS]
    return [
        *(joined((high, lost, strip)) for strip in strips if strip),
        joined((high, lost)),
        *([high] if high else [lost]),
    ]


def _brief_tails(view: PathView, keymap: Keymap) -> list[Line]:
    grave = exposed_variants(view, keymap)
    return [*grave[-1:], *findings_variants(view, keymap)[-2:], *_tails(view)[-2:]]


def _groups(view: PathView, now: Moment, keymap: Keymap) -> list[tuple[int, Sequence[Line]]]:
    facts = way_facts(view, now)
    ways = [joined(facts[:count], DOT) for count in range(len(facts), 0, -1)]
    old = old_legs(view, now)
    found = standing(view.path)
    grave = bool(found) and found[0].level is Level.ALARM
    return [
        (0, ways),
        (5, [old] if old else []),
        (1, exposed_variants(view, keymap)),
        *((2 if tunnel.up is False else 4, tunnel_variants(tunnel)) for tunnel in leading_here(view.path)),
        (1 if grave else 3, findings_variants(view, keymap)),
        (6, metered_variants(view, keymap)),
    ]


class PathPane(LinesPane):
    """The way to the gateway. zoomed: whether it has the whole screen, and tells all it knows."""

    state: var[PathView | None] = var(None)
    zoomed: var[bool] = var(False)
    keymap: var[Keymap] = var(DEFAULT)

    def on_mount(self) -> None:
        """The pane's name, and the keys in force."""
        self.keymap = getattr(self.app, "keymap", DEFAULT)
        self._entitle()

    def watch_zoomed(self) -> None:
        """All of it, or the most important."""
        self.redraw()

    def watch_keymap(self) -> None:
        """Other keys."""
        self.redraw()

    def redraw(self) -> None:
        """As all lines, and the title tells of lines for which there is no room."""
        super().redraw()
        self._entitle()

    def on_resize(self, event: events.Resize) -> None:
        """What is left out depends on the height too."""
        self._drawn_width = -1
        super().on_resize(event)
        self._entitle()

    def wanted(self, width: int) -> int:
        """How many lines there are to show in that width beside other panes."""
        if self.state is None or self.now is None:
            return 1
        return sum(len(block.rows) for block in blocks(self.state, self.now, width, self.keymap))

    def lines(self, width: int) -> list[Line]:
        """The pane's lines; a dash until there is a slice."""
        if self.state is None or self.now is None:
            return [line(Part(DASH, Tone.MUTED))]
        if self.zoomed:
            return detail_lines(self.state, self.now, width, self.keymap)
        return path_lines(self.state, self.now, width, self.density, self.size.height or MOST_ROWS, self.keymap)

    @on(Lines.Clicked)
    async def run_clicked(self, event: Lines.Clicked) -> None:
        """A click on a key does what the key does."""
        event.stop()
        await self.app.run_action(BY_ID[event.link].action, self.screen)

    def _entitle(self) -> None:
        """`Path`, and how much more there is for which the pane is too low."""
        title = "Path"
        if self.density is Density.FULL and not self.zoomed and self._drawn_width > 0:
            left_out = self.wanted(self._drawn_width) - len(self._drawn)
            if left_out > 0:
                title += f"  {left_out} more: {self.keymap.shown(BY_ID['zoom'])}"
        if title != self.border_title:
            self.border_title = title
