"""Colours by meaning: what is well, what warns, what alarms, what is old; and the themes that give them."""

from textual.theme import Theme

DARK = "cpwatch-dark"
LIGHT = "cpwatch-light"

# Each is told apart by a word and a glyph too; nearest of 16: green, yellow, red, and greys.
_DARK = {
    "ok": "#4fd08b",
    "warn": "#f0c040",
    "alarm": "#ff6464",
    "stale": "#b3903c",
    "muted": "#8593a5",
    "gain": "#4fd08b",
    "loss": "#ff7a7a",
    "rule": "#3a4757",
    "rule-focus": "#58a6ff",
    "cursor": "#1f3a5f",
    "cursor-blur": "#1d2733",
    "live-text": "#ffffff",
    "live-back": "#c62828",
    "paper-text": "#0b1a2b",
    "paper-back": "#5aa0f0",
}
_LIGHT = {
    "ok": "#006b2d",
    "warn": "#8a5a00",
    "alarm": "#b3261e",
    "stale": "#806000",
    "muted": "#5a6675",
    "gain": "#006b2d",
    "loss": "#b3261e",
    "rule": "#b5bec9",
    "rule-focus": "#0b5cad",
    "cursor": "#b7d3f2",
    "cursor-blur": "#e6ebf1",
    "live-text": "#ffffff",
    "live-back": "#b3261e",
    "paper-text": "#ffffff",
    "paper-back": "#0b5cad",
}

THEMES: tuple[Theme, ...] = (
    Theme(
        name=DARK,
        primary="#58a6ff",
        secondary="#7fb4ea",
        accent="#58a6ff",
        success=_DARK["ok"],
        warning=_DARK["warn"],
        error=_DARK["alarm"],
        foreground="#d7dee8",
        background="#0d1117",
        surface="#0d1117",
        panel="#161d27",
        dark=True,
        variables=_DARK
        | {
            "scrollbar": "#2c3846",
            "scrollbar-hover": "#3a4757",
            "scrollbar-active": "#58a6ff",
            "scrollbar-background": "#0d1117",
            "scrollbar-background-hover": "#0d1117",
            "scrollbar-background-active": "#0d1117",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#0b5cad",
        secondary="#31699f",
        accent="#0b5cad",
        success=_LIGHT["ok"],
        warning=_LIGHT["warn"],
        error=_LIGHT["alarm"],
        foreground="#1b2430",
        background="#fbfcfd",
        surface="#fbfcfd",
        panel="#eef2f6",
        dark=False,
        variables=_LIGHT
        | {
            "scrollbar": "#c3ccd6",
            "scrollbar-hover": "#a9b5c2",
            "scrollbar-active": "#0b5cad",
            "scrollbar-background": "#fbfcfd",
            "scrollbar-background-hover": "#fbfcfd",
            "scrollbar-background-active": "#fbfcfd",
        },
    ),
)
NAMES: tuple[str, ...] = tuple(theme.name for theme in THEMES)
DEFAULTS: dict[str, str] = _DARK
"""The variables as any theme that lacks them has them; ours have all."""
