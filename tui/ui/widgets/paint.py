"""How lines in parts become what Textual puts on the screen, and which cells of a line have changed."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.ui.glyphs import UTF_8, printable
from tui.ui.line import Line, Part, Tone

TONES = {f"tone--{tone}" for tone in Tone}


class Painted(ScrollView, can_focus=False, inherit_bindings=False):
    """A widget that paints lines of its own; the looks of the tones come from the stylesheet (`tone--ok`, …).

    A tone looks the same wherever it stands, so the tones are component classes of the app, which has to name `TONES`:
    as every widget's own they made Textual match the rules for each of them in each widget at every change of a class.
    """

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._looks: dict[Tone, Style] = {}

    def tone_style(self, tone: Tone) -> Style:
        """The tone's look, without a background unless it has one of its own."""
        look = self._looks.get(tone)
        if look is None:
            look = self._looks[tone] = self.app.get_component_styles(f"tone--{tone}").partial_rich_style
        return look

    def notify_style_update(self) -> None:
        """The stylesheet was applied anew: the tones may look different."""
        self._looks.clear()
        super().notify_style_update()

    def strip(self, parts: Iterable[Part], width: int, base: Style) -> Strip:
        """The parts as a strip of exactly `width` cells on `base`."""
        encoding = str(getattr(self.app, "encoding", UTF_8))
        runs: list[tuple[str, Style]] = []
        for part in parts:
            text, style = printable(part.text, encoding), base + self.tone_style(part.tone)
            if runs and _joins(runs[-1], (text, style)):
                before = runs[-1]
                runs[-1] = (before[0] + text, style if before[0].isspace() else before[1])
            else:
                runs.append((text, style))
        return Strip([Segment(text, style) for text, style in runs]).adjust_cell_length(width, base)


def _joins(before: tuple[str, Style], after: tuple[str, Style]) -> bool:
    """True where two runs look the same in one style: every change of style costs the terminal some 40 bytes."""
    (text, style), (next_text, next_style) = before, after
    if style == next_style:
        return True
    blank = text.isspace() or next_text.isspace()
    return blank and style.bgcolor == next_style.bgcolor and style.underline == next_style.underline


def changed_span(old: Line, new: Line, width: int) -> tuple[int, int] | None:
    """(first cell, count of cells) in which two lines differ, as seen within `width` cells; None where they don't."""
    if old == new:
        return None
    start = 0
    shared = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            # Within a part of the same tone only the text from the first differing character on is new.
            if before.tone == after.tone:
                start += _same_cells(before.text, after.text)
            break
        start += after.width
        shared += 1
    ends = [sum(part.width for part in side) for side in (old, new)]
    tail = 0
    if ends[0] == ends[1]:
        for before, after in zip(reversed(old[shared:]), reversed(new[shared:]), strict=False):
            if before != after:
                break
            tail += after.width
    end = min(max(ends) - tail, width)
    return (start, end - start) if start < end else None


def _same_cells(old: str, new: str) -> int:
    """Cells that both texts begin with alike; only plain ASCII is looked into, as wide marks join with what follows."""
    count = 0
    for before, after in zip(old, new, strict=False):
        if before != after or not before.isascii():
            break
        count += 1
    return count


def changed_regions(old: list[Line], new: list[Line], width: int, top: int = 0) -> list[Region]:
    """The regions in which two stacks of lines differ, `top` cells further down; missing lines are blank."""
    regions: list[Region] = []
    for y in range(max(len(old), len(new))):
        span = changed_span(old[y] if y < len(old) else (), new[y] if y < len(new) else (), width)
        if span is not None:
            regions.append(Region(span[0], y + top, span[1], 1))
    return regions
