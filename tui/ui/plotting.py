"""Curves as lines of text: plotext draws them, and what it draws becomes parts with tones of ours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tui.ui.line import Line, Part, Tone, line

Point = tuple[float, float]

LEFT = 11
"""Cells from a plot's left edge to its first point: the labels of the heights, and the axis."""
DOT = "·"
_BRAILLE, _STAR, _PERIOD = "braille", "*", "."
_LOOKS = re.compile(r"\x1b\[[0-9;]*m")
_DOTS = re.compile(rf"[{DOT}{_PERIOD}]+|[^{DOT}{_PERIOD}]+")


@dataclass(frozen=True, slots=True)
class Curve:
    """What is plotted.

    runs: points that a line joins, each run on its own, so that a gap stays one. dots: points that stand alone.
    x, y: the least and the greatest that is shown; what is higher is put at the top. labels: texts at heights, of at
    most LEFT - 1 cells.
    """

    runs: Sequence[Sequence[Point]]
    dots: Sequence[Point]
    x: Point
    y: Point
    labels: Sequence[tuple[float, str]]


def plotted(curve: Curve, width: int, height: int, *, ascii_only: bool = False) -> list[Line]:
    """The curve in `height` lines of `width` cells, of which LEFT are the axis. ascii_only: in marks of ASCII."""
    text = _drawn(curve, width, height, ascii_only=ascii_only)
    return [_toned(row) for row in text.split("\n")[:height]]


def runs_of(points: Sequence[Point], joins: float) -> list[list[Point]]:
    """The points, ascending, cut where two are further apart than `joins`."""
    runs: list[list[Point]] = []
    for point in points:
        if runs and point[0] - runs[-1][-1][0] <= joins:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _drawn(curve: Curve, width: int, height: int, *, ascii_only: bool) -> str:
    import plotext  # not before there is something to plot: loading it takes 40 ms

    # One figure, and one thread that draws: the screen's.
    plot: Any = plotext
    plot.clear_figure()
    plot.theme("clear")
    plot.limit_size(False, False)
    plot.plot_size(width, height)
    plot.xaxes(False, False)
    plot.yaxes(True, False)
    plot.xlim(*curve.x)
    plot.ylim(*curve.y)
    top = curve.y[1]
    if curve.dots:
        dot = _PERIOD if ascii_only else DOT
        plot.scatter([x for x, _ in curve.dots], [min(y, top) for _, y in curve.dots], marker=dot)
    for run in curve.runs:
        draw = plot.plot if len(run) > 1 else plot.scatter
        draw([x for x, _ in run], [min(y, top) for _, y in run], marker=_STAR if ascii_only else _BRAILLE)
    plot.xticks([], [])
    heights = [height for height, _ in curve.labels]
    plot.yticks(heights, [f"{label:>{LEFT - 1}}" for _, label in curve.labels])
    text = _LOOKS.sub("", str(plot.build()))
    plot.clear_figure()
    return text


def _toned(row: str) -> Line:
    axis, drawn = row[:LEFT], row[LEFT:].rstrip(" ")
    parts = [Part(axis, Tone.MUTED)]
    parts += [Part(each, Tone.MUTED if each[0] in {DOT, _PERIOD} else Tone.PLAIN) for each in _DOTS.findall(drawn)]
    return line(*parts)
