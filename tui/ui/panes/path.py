"""The Path pane: the way to the gateway and on to IBKR, and what each leg takes."""

from dataclasses import dataclass

from textual.reactive import var

from tui.clock import Moment
from tui.domain.path import PathState
from tui.domain.state import Pace
from tui.domain.text import DASH, duration
from tui.domain.verdict import VerdictName
from tui.ui import glyphs
from tui.ui.line import Line, Part, Tone, first_fitting, line, wrap
from tui.ui.size import Density
from tui.ui.widgets.pane import LinesPane
from tui.ui.words import LABEL_WIDTH, indented, labelled, stamp

_NO_GATEWAY = {
    VerdictName.GATEWAY_DOWN,
    VerdictName.UNREACHABLE,
    VerdictName.WRONG_SCHEME,
    VerdictName.UNTRUSTED_CERTIFICATE,
    VerdictName.NOT_A_GATEWAY,
    VerdictName.DENIED,
    VerdictName.MISCONFIGURED,
}
_NO_IBKR = {VerdictName.BACKEND_HUNG, VerdictName.BACKEND_DOWN, VerdictName.EDGE_DENIED}


@dataclass(frozen=True, slots=True)
class PathView:
    """The slice: the path, which verdict tells where it is broken, and the pace that tells what is old."""

    path: PathState
    verdict: VerdictName
    pace: Pace


def path_lines(view: PathView, now: Moment, width: int, density: Density) -> list[Line]:
    """The pane's lines in `width` cells: three in full, two stacked, one in brief."""
    path = view.path
    place = line(path.address.kind.value, Part(" · ", Tone.MUTED), path.address.url)
    if density is Density.FULL:
        return [chain(view, width), *wrap(place, width), *_measured(view, now, width)]
    room = width - LABEL_WIDTH
    first = labelled("Path", chain(view, room))
    if density is Density.BRIEF:
        return [first]
    second = line(*place, "  ", *_first_byte(view, now, view.pace.fresh_for(view.pace.auth)))
    return [first, *(indented(row) for row in wrap(second, room))]


def chain(view: PathView, width: int) -> Line:
    """`this machine ──0.4 ms── gateway ──37 ms── IBKR`; a broken leg is crossed, an unknown one has a dash."""
    path = view.path
    broken = view.verdict in _NO_GATEWAY
    to_gateway = _wire(path.to_gateway, broken)
    to_ibkr = _wire(None if broken else path.to_ibkr, view.verdict in _NO_IBKR)
    return first_fitting(
        [line(start, " ", to_gateway, " gateway ", to_ibkr, " IBKR") for start in ("this machine", "here")],
        width,
    )


def _wire(seconds: float | None, broken: bool) -> Part:
    wire = glyphs.WIRE * 2
    if broken:
        return Part(f"{wire}{glyphs.BROKEN}{wire}", Tone.ALARM)
    return Part(f"{wire}{duration(seconds)}{wire}", Tone.MUTED if seconds is None else Tone.PLAIN)


def _leg(name: str, seconds: float | None) -> Line:
    return line(Part(f"{name} ", Tone.MUTED), Part(duration(seconds), Tone.MUTED if seconds is None else Tone.PLAIN))


def _first_byte(view: PathView, now: Moment, fresh_for: float) -> Line:
    first_byte = view.path.first_byte
    if first_byte is None:
        return _leg("first byte", None)
    return line(*_leg("first byte", first_byte.value), "  ", *stamp(first_byte.at, now, fresh_for))


def _measured(view: PathView, now: Moment, width: int) -> list[Line]:
    """What each figure is and when it was measured; connections are opened anew with each tickle at the latest."""
    pace = view.pace
    connect = view.path.connect
    round_trip = _leg("round trip", connect.value if connect else None)
    if connect is not None:
        round_trip = line(*round_trip, "  ", *stamp(connect.at, now, pace.fresh_for(pace.tickle)))
    return [*wrap(round_trip, width), *wrap(_first_byte(view, now, pace.fresh_for(pace.auth)), width)]


class PathPane(LinesPane):
    """The way to the gateway."""

    state: var[PathView | None] = var(None)

    def on_mount(self) -> None:
        """The pane's name."""
        self.border_title = "Path"

    def lines(self, width: int) -> list[Line]:
        """The pane's lines; a dash until there is a slice."""
        if self.state is None or self.now is None:
            return [line(Part(DASH, Tone.MUTED))]
        return path_lines(self.state, self.now, width, self.density)
