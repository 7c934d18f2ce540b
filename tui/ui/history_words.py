"""What the History screen says: bands for the verdict and the keep-alive, a plot a leg and one of the worth."""

from decimal import Decimal

from tui.domain.history import History
from tui.domain.latency import nearest_rank
from tui.domain.legs import LegName
from tui.domain.levels import level_of
from tui.domain.text import duration, money, signed
from tui.ui import glyphs
from tui.ui.history_bands import (
    DAY,
    Window,
    keep_alive_band,
    time_axis,
    time_words,
    verdict_band,
    window_of,
)
from tui.ui.line import Line, Part, Tone, clip_line, first_fitting, joined, line, wrap
from tui.ui.plotting import LEFT, Curve, plotted
from tui.ui.words import mark

SPANS: tuple[float | None, ...] = (900.0, 3600.0, 8 * 3600.0, None)
"""Seconds that the plots can reach back; None for the whole session."""
_SPAN_WORDS = {900.0: "the last 15 min", 3600.0: "the last hour", 8 * 3600.0: "the last 8 hours", None: "all"}
_NAMES = {LegName.EDGE: "edge", LegName.AGENT: "agent", LegName.GATEWAY: "gateway", LegName.IBKR: "IBKR"}
_LOWEST, _HIGHEST = 3, 12
"""Lines of a plot."""


def span_words(span: float | None) -> str:
    """`the last hour`, `all`."""
    return _SPAN_WORDS[span]


def long_time(seconds: float) -> str:
    """`10 s`, `25 min`, `3 h 20 min`, `4 d 2 h`."""
    minutes = int(seconds // 60)
    if seconds < 60:
        return f"{int(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    if seconds < 2 * DAY:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
    hours = minutes // 60
    return f"{hours // 24} d" + (f" {hours % 24} h" if hours % 24 else "")


def title_words(history: History, span: float | None) -> str:
    """`the last hour of 3 h 20 min · a point every 10 s`; of a shorter session that it is whole."""
    if not history.buckets:
        return "nothing yet"
    whole = span is None or history.end <= span
    shown = f"all of {long_time(history.end)}" if whole else f"{span_words(span)} of {long_time(history.end)}"
    return f"{shown} · a point every {long_time(history.width)}"


def history_lines(
    history: History, span: float | None, width: int, height: int, *, masked: bool = False, ascii_only: bool = False
) -> list[Line]:
    """The screen's lines in `width` cells; the plots are as high as leaves all of them in `height` lines, if they can.

    masked: no amount and no account is told. ascii_only: for an encoding without finer marks.
    """
    window = window_of(history, span, width)
    if window is None:
        return _nothing_yet(history, width)
    plots = [*_leg_plots(window, width), *_worth_plots(window, width, masked=masked)]
    bands = [
        clip_line(row, width)
        for row in (
            line(_label("verdict"), *verdict_band(window)),
            line(_label("keep-alive"), *keep_alive_band(window)),
            time_axis(window),
        )
    ]
    told = [*wrap(_changes(window, width), width, 2)[:2], *wrap(_tickles(window), width, 2)[:2]]
    fixed = len(bands) + len(told) + 1 + sum(len(head) for head, _ in plots)
    curves = sum(curve is not None for _, curve in plots)
    each = min(max((height - fixed) // curves, _LOWEST), _HIGHEST) if curves else 0
    rows = [*bands, *told]
    for head, curve in plots:
        rows += head
        if curve is not None:
            rows += plotted(curve, width, each, ascii_only=ascii_only)
    return [*rows, bands[-1]] if curves else rows


def _nothing_yet(history: History, width: int) -> list[Line]:
    step = long_time(history.width)
    texts = (
        f"The history begins with the start of cpwatch and gets a point every {step}. The first one comes in a moment.",
        "Here will be: what each leg of the way took, the verdict, the tickles, and what your account is worth.",
        "It is kept while cpwatch runs, on this machine, and in its memory only; e writes it to a file.",
    )
    rows: list[Line] = []
    for text in texts:
        rows += [*wrap(line(Part(text, Tone.MUTED)), width), ()]
    return rows


def _label(text: str) -> Part:
    return Part(f"{text:<{LEFT}}"[:LEFT], Tone.LABEL)


def _changes(window: Window, cells: int) -> Line:
    """The window's changes, the newest first, as many as have room."""
    inside = [each for each in reversed(window.history.changes) if each.elapsed >= window.start]
    groups = [
        line(
            Part(f"{time_words(window, each.elapsed, dated=window.dated, seconds=True)} ", Tone.MUTED),
            mark(level_of(each.verdict)),
            f" {each.verdict.words.lower()}",
        )
        for each in inside
    ]
    if not groups:
        return line(Part("The verdict has not changed in this time.", Tone.MUTED))
    variants = [
        joined(
            [*groups[:kept], *([line(Part(f"{len(groups) - kept} before", Tone.MUTED))] if kept < len(groups) else [])]
        )
        for kept in range(min(len(groups), 12), 0, -1)
    ]
    return first_fitting(variants, cells)


def _tickles(window: Window) -> Line:
    due = sum(bucket.due for bucket in window.buckets)
    answered = sum(bucket.answered for bucket in window.buckets)
    if not due:
        return line(
            Part("No tickle was due in this time" + ("; blank: nobody looked." if window.gaps else "."), Tone.MUTED)
        )
    said = line(f"{answered} of {due} tickles answered")
    if answered < due:
        said = line(*said, Part(f"; {glyphs.BROKEN} where not", Tone.WARN))
    return line(*said, Part("; blank: nobody looked", Tone.MUTED)) if window.gaps else said


def _leg_plots(window: Window, width: int) -> list[tuple[list[Line], Curve | None]]:
    found: list[tuple[list[Line], Curve | None]] = []
    for name in LegName:
        spreads = [(window.middle(bucket), spread) for bucket in window.buckets if (spread := bucket.leg(name))]
        if not spreads:
            continue
        highs = sorted(spread.high for _, spread in spreads)
        middles = sorted(spread.middle for _, spread in spreads)
        # A single long wait would flatten all the rest: it is drawn at the top, and told as the highest.
        top = _nice(nearest_rank(highs, 95))
        head = (
            line(Part(f"to {'' if name is LegName.IBKR else 'the '}{_NAMES[name]}", Tone.STRONG)),
            _figure("newest", spreads[-1][1].middle),
            _figure("median", nearest_rank(middles, 50)),
            _figure("highest", highs[-1]),
        )
        legends = (
            () if found else (Part("line: median, dots: highest", Tone.MUTED), Part("line p50, dots max", Tone.MUTED))
        )
        heads = [*(joined((*head, line(legend))) for legend in legends), joined(head), joined(head[::3])]
        curve = Curve(
            window.curve([(x, spread.middle) for x, spread in spreads], window.history.joins),
            [(x, spread.high) for x, spread in spreads if spread.high > spread.middle],
            (window.start, window.end),
            (0.0, top),
            [(0.0, "0"), (top / 2, duration(top / 2)), (top, f"{'>' * (highs[-1] > top)}{duration(top)}")],
        )
        found.append(([clip_line(first_fitting(heads, width), width)], curve))
    if not found:
        return [([line(Part("No leg of the way was measured in this time.", Tone.MUTED))], None)]
    return found


def _figure(name: str, seconds: float) -> Line:
    return line(Part(f"{name} ", Tone.MUTED), duration(seconds))


def _worth_plots(window: Window, width: int, *, masked: bool) -> list[tuple[list[Line], Curve | None]]:
    """The worth of what was looked at last: another account's is another curve."""
    newest = next((bucket.worth for bucket in reversed(window.buckets) if bucket.worth), ())
    title = Part("net liquidation", Tone.STRONG)
    if not newest:
        return [([line(title, Part("  not known in this time", Tone.MUTED))], None)]
    if masked:
        return [([clip_line(line(title, Part("  hidden, as amounts are masked", Tone.MUTED)), width)], None)]
    return [_worth_plot(window, title, key, width) for key in (each.key for each in newest)]


def _worth_plot(
    window: Window, title: Part, key: tuple[str, str | None], width: int
) -> tuple[list[Line], Curve | None]:
    points = [
        (window.middle(bucket), each.value) for bucket in window.buckets for each in bucket.worth if each.key == key
    ]
    account, currency = key
    values = [value for _, value in points]
    low, high = min(values), max(values)
    unit = f" {currency}" if currency else ""
    head = joined(
        (
            line(title, f"  {account}"),
            line(f"{money(values[-1])}{unit}"),
            line(Part("change ", Tone.MUTED), signed(values[-1] - values[0])),
            line(Part("lowest ", Tone.MUTED), money(low)),
            line(Part("highest ", Tone.MUTED), money(high)),
        )
    )
    least, most = float(low), float(high)
    if most - least <= 1e-9 * abs(most):
        # A straight line stands in the middle.
        margin = max(1.0, 1e-6 * abs(most))
        least, most = least - margin, most + margin
    texts = _short_labels(least, most)
    curve = Curve(
        window.curve([(x, float(value)) for x, value in points], window.history.joins),
        (),
        (window.start, window.end),
        (least, most),
        [(least, texts[0]), (most, texts[1])],
    )
    return [clip_line(head, width)], curve


def _short_labels(least: float, most: float) -> tuple[str, str]:
    """Both amounts in at most 9 cells, as exactly as that allows: `1,005,165`, `12.345 M`."""
    for unit, by in (("", 1.0), (" k", 1e3), (" M", 1e6), (" bn", 1e9)):
        texts = []
        for value in (least, most):
            fitting = [
                text for places in (2, 1, 0) if len(text := f"{money(Decimal(value / by), places)}{unit}") < LEFT
            ]
            texts.append(fitting[0] if fitting else None)
        first, last = texts
        if first is not None and last is not None:
            return first, last
    return f"{least:.2e}", f"{most:.2e}"


def _nice(seconds: float) -> float:
    """The next round time from there on: 1, 2 or 5 of a decimal unit, at least 1 ms."""
    unit = 0.001
    while True:
        for step in (1, 2, 5):
            if seconds <= unit * step:
                return unit * step
        unit *= 10
