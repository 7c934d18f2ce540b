"""The latency strip: what the newest samples took, as blocks of a fixed scale, a cell for each stretch of time."""

from collections.abc import Iterable

from tui.domain.latency import Sample
from tui.domain.text import duration
from tui.ui.line import Line, Part, Tone, line

SECONDS = 5.0
"""What a cell stands for, so that the strip moves by time and not by every sample."""
BLOCKS = "▁▂▃▄▅▆▇█"
"""The heights, each of one cell; where an encoding lacks them, the digits 1 to 8 stand in (tui.ui.glyphs)."""
SCALE = (0.005, 0.015, 0.05, 0.15, 0.5, 1.5, 5.0)
"""Seconds below which each height but the last stays. Some three times the one before, whatever was measured: a strip
looks the same on every machine and on every day."""
LOST = "·"
"""A cell in which only losses fell."""
NOTHING = " "
"""A cell from which there is no sample: nobody asked, or cpwatch stood still."""


def block(seconds: float) -> str:
    """The height for a time: `▁` below 5 ms, `█` from 5 s on."""
    return BLOCKS[sum(seconds >= limit for limit in SCALE)]


def scale_words() -> str:
    """The scale in a sentence, for where the strip is explained."""
    steps = ", ".join(f"{BLOCKS[n]} {'below ' if n == 0 else ''}{duration(limit)}" for n, limit in enumerate(SCALE))
    return f"{steps}, {BLOCKS[-1]} longer, {LOST} lost"


def strip(samples: Iterable[Sample], cells: int, high: float | None = None, per_cell: float = SECONDS) -> Line:
    """The newest samples in at most `cells` cells, the newest at the right end.

    samples: oldest first. high: seconds from which on a cell warns, None for never; its height tells it too. per_cell:
    seconds of a cell. A cell shows its longest time: the one that somebody waited for. The cells' borders are
    fixed in time, so that the strip stands still until a sample falls into a new one; it is as long as there are
    samples, and what is older than the cells reach is left out.
    """
    cuts: dict[int, list[float | None]] = {}
    for sample in samples:
        cuts.setdefault(int(sample.at.ticks // per_cell), []).append(sample.seconds)
    if not cuts or cells <= 0:
        return ()
    newest = max(cuts)
    first = max(min(cuts), newest - cells + 1)
    parts: list[Part] = []
    for at in range(first, newest + 1):
        part = _cell(cuts.get(at, ()), high)
        if parts and parts[-1].tone is part.tone:
            parts[-1] = Part(parts[-1].text + part.text, part.tone)
        else:
            parts.append(part)
    return line(*parts)


def _cell(times: Iterable[float | None], high: float | None) -> Part:
    lost, longest = False, None
    for took in times:
        if took is None:
            lost = True
        elif longest is None or took > longest:
            longest = took
    if longest is not None:
        return Part(block(longest), Tone.WARN if high is not None and longest >= high else Tone.PLAIN)
    return Part(LOST, Tone.WARN) if lost else Part(NOTHING)
