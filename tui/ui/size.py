"""How densely the screen is laid out, by the size of the terminal."""

from enum import StrEnum

MIN_WIDTH, MIN_HEIGHT = 60, 18


class Density(StrEnum):
    """The layouts, the roomiest first."""

    FULL = "full"
    """Bordered panes side by side."""
    COMPACT = "compact"
    """Panes stacked as lines, without borders."""
    BRIEF = "brief"
    """As compact, with as few lines as answer the questions."""
    TOO_SMALL = "too-small"
    """Too little room for the answers."""


def density(width: int, height: int) -> Density:
    """The layout for a terminal of that many cells."""
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return Density.TOO_SMALL
    if width >= 110 and height >= 28:
        return Density.FULL
    return Density.COMPACT if height >= 22 else Density.BRIEF
