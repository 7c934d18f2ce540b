"""The themes: colours by meaning, each told apart by a word and a glyph too."""

from textual.theme import Theme

from tui.config.themes import ThemeName
from tui.ui import palettes
from tui.ui.palettes import Palette

DARK = ThemeName.DARK.value
LIGHT = ThemeName.LIGHT.value
TERMINAL = ThemeName.TERMINAL.value


_NAMED = {
    # Textual would let what lies below shine through.
    "surface": "ansi_default",
    "panel": "ansi_default",
    "boost": "ansi_default",
    # Textual's own stylesheets want them, and only its own themes have them.
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "border": "ansi_blue",
}


def theme(name: str, palette: Palette, *, dark: bool = True, ansi: bool = False) -> Theme:
    """A theme of that palette. ansi: its colours are names, which the terminal itself gives their looks."""
    return Theme(
        name=name,
        primary=palette.accent,
        secondary=palette.accent,
        accent=palette.accent,
        success=palette.ok,
        warning=palette.warn,
        error=palette.alarm,
        foreground=palette.ink,
        background=palette.ground,
        surface=palette.ground,
        panel=palette.panel,
        boost=palette.panel,
        dark=dark,
        ansi=ansi,
        variables=palette.variables() | (_NAMED if ansi else {}),
    )


THEMES: tuple[Theme, ...] = (
    theme(DARK, palettes.DARK),
    theme(LIGHT, palettes.LIGHT, dark=False),
    theme(ThemeName.CONTRAST, palettes.CONTRAST),
    theme(ThemeName.COLOUR_BLIND, palettes.COLOUR_BLIND),
    theme(TERMINAL, palettes.TERMINAL, ansi=True),
)
_IN_16 = frozenset({ThemeName.CONTRAST, ThemeName.TERMINAL})
"""Themes whose colours keep apart where a terminal has 16: those of the others fall together, and shades vanish."""


def themes_for(colours: str | None) -> tuple[Theme, ...]:
    """The themes as a terminal shows them. colours: as Rich names them, `standard` for 16, `256`, `truecolor`.

    With 16, a theme that would be spoilt keeps its name, and has the terminal's own colours.
    """
    if colours != "standard":
        return THEMES
    return tuple(
        each if each.name in _IN_16 else theme(each.name, palettes.TERMINAL, dark=each.dark, ansi=True)
        for each in THEMES
    )


NAMES: tuple[str, ...] = tuple(each.name for each in THEMES)
DEFAULTS: dict[str, str] = palettes.DARK.variables()
"""The variables as any theme that lacks them has them; ours have all."""
