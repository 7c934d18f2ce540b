"""What the Path pane says of the latency gauge: its figures with their unit, and whether they are high."""

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.latency import Gauges, Ring, Series, Stats, stats
from tui.domain.state import Pace
from tui.domain.text import DASH, age, duration
from tui.ui.line import Line, Part, Tone, joined, line, width
from tui.ui.widgets.strip import SECONDS, strip
from tui.ui.words import mark, stamp

SERIES = {Series.CONNECT: "connect", Series.OWN: "gateway", Series.ANSWER: "answer"}
"""A series' name, as short as a pane needs it."""
_SPAN = 8
"""Cells for the span behind a strip."""
_LONGEST = 60
MEANINGS = {
    Series.CONNECT: "the handshake of a new connection, with whatever listens there",
    Series.OWN: "what the gateway answers by itself",
    Series.ANSWER: "what IBKR answers through the gateway",
}


def shown_series(gauges: Gauges) -> Series | None:
    """The series that stands for the way: the judged one, another while that has no sample; None without any."""
    order = (gauges.judged, Series.ANSWER, Series.OWN, Series.CONNECT)
    return next((series for series in order if gauges.ring(series).samples), None)


def gauge_variants(gauges: Gauges, pace: Pace, now: Moment) -> list[Line]:
    """`answer p50 37 ms  p95 41 ms  jitter 0.4 ms  loss 0 %`, in ever fewer words; empty before the first sample."""
    series = shown_series(gauges)
    if series is None:
        return []
    ring = gauges.ring(series)
    figures = stats(ring)
    name = line(Part(f"{SERIES[series]} ", Tone.LABEL))
    high = high_words(gauges) if series is gauges.judged else ()
    head = line(*name, *high, "  ") if high else name
    old = old_words(ring, pace, now)
    lost = loss_words(gauges)
    if figures.p50 is None:
        return [joined((line(*head, lost[0]), lost[1:], old)), line(*head, *lost)]
    times = (("p50", figures.p50), ("p95", figures.p95), ("jitter", figures.jitter))
    spelt = joined(line(Part(f"{what} ", Tone.MUTED), duration(took)) for what, took in times)
    return [
        joined((line(*head, *spelt), lost, old)),
        joined((line(*head, *_shared(times)), lost, old)),
        joined((line(*head, *_shared(times)), lost)),
        joined((line(*head, *_shared(times[:2])), lost)),
        joined((line(*head, *_shared(times[:1])), lost)),
    ]


def high_words(gauges: Gauges) -> Line:
    """`▲ high`; nothing where the latency is as it should be."""
    return line(mark(Level.WARN), " ", Part("high", Tone.WARN)) if gauges.height.high else ()


def loss_words(gauges: Gauges) -> Line:
    """The loss among everything that was waited for: only the answers' series knows what never came."""
    answers = gauges.ring(Series.ANSWER)
    series = Series.ANSWER if answers.samples else shown_series(gauges)
    return loss(stats(gauges.ring(series)) if series else Stats())


def loss(figures: Stats) -> Line:
    """`loss 0 %`, `loss <1 %`; a dash before the first sample."""
    name = Part("loss ", Tone.MUTED)
    if figures.loss is None:
        return line(name, Part(DASH, Tone.MUTED))
    percent = figures.loss * 100
    shown = f"{percent:.0f}" if not figures.lost or percent >= 1 else "<1"
    return line(name, Part(f"{shown} %", Tone.WARN if figures.lost else Tone.PLAIN))


def old_words(ring: Ring, pace: Pace, now: Moment) -> Line:
    """`13:01:42 · 1 h old` where the newest sample is older than two polls; else nothing."""
    if not ring.samples:
        return ()
    at = ring.samples[-1].at
    interval = max(pace.auth, pace.tickle)
    return stamp(at, now, 0.0) if now.seconds_since(at) > pace.fresh_for(interval) else ()


def _shared(times: tuple[tuple[str, float | None], ...]) -> Line:
    """`p50 0.4 p95 1.1 jitter 0.2 ms`: the unit once, behind the last."""
    known = [took for _, took in times if took is not None]
    seconds = bool(known) and max(known) >= 0.9995
    said = joined((line(Part(f"{what} ", Tone.MUTED), _figure(took, seconds)) for what, took in times), " ")
    return line(*said, " s" if seconds else " ms")


def _figure(took: float | None, seconds: bool) -> str:
    if took is None:
        return DASH
    if seconds:
        return f"{took:.1f}"
    return f"{took * 1000:.1f}" if took < 0.00995 else f"{took * 1000:.0f}"


def strip_cells(gauges: Gauges, pace: Pace, cells: int) -> Line:
    """The newest samples as a strip of that many cells; empty before the first.

    Those of the answers, which come with every look and leave a gap where one did not.
    """
    series = Series.ANSWER if gauges.ring(Series.ANSWER).samples else shown_series(gauges)
    if series is None:
        return ()
    high = gauges.height.limit if series is gauges.judged else None
    return strip(gauges.ring(series).samples, cells, high, _per_cell(pace))


def strip_line(gauges: Gauges, pace: Pace, cells: int) -> Line:
    """The strip and the span that it can show, `▁▁▂▁  3 min`, in `cells` cells; empty before the first sample."""
    room = min(cells - _SPAN, _LONGEST)
    # Twelve cells are a minute.
    shown = strip_cells(gauges, pace, room // 12 * 12 if room >= 12 else max(room, 1))
    if not shown:
        return ()
    return line(*shown, Part(f"  {age(width(shown) * _per_cell(pace))}", Tone.MUTED))


def _per_cell(pace: Pace) -> float:
    """Seconds of a cell: as long as the pause between two samples, where that is longer."""
    return max(SECONDS, pace.auth)
