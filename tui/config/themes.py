"""The names of the themes, known without loading the screens."""

from enum import StrEnum


class ThemeName(StrEnum):
    """What `--theme` takes."""

    DARK = "cpwatch-dark"
    LIGHT = "cpwatch-light"
    CONTRAST = "cpwatch-contrast"
    COLOUR_BLIND = "cpwatch-colour-blind"
    TERMINAL = "cpwatch-terminal"
