"""The themes' colours, by what they mean. Text keeps a contrast of 4.5 on whatever it stands on, 7 in high contrast."""

from dataclasses import dataclass, fields

BADGES = ("red", "green", "yellow", "blue", "magenta", "cyan")
"""The colours that a profile's name can stand on."""
_OF_TEXTUAL = {"ink", "ground", "panel", "accent"}
"""What Textual's themes have names of their own for."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as Textual reads them.

    ink: text on ground (panes), panel (header, footer, dialogs), cursor (the row in a table that has the focus) and
    cursor_blur (in one that has not); so are the tones from ok to
    loss. accent: keys, commands and the focus.
    rule: borders. scrollbar, scrollbar_hover: its bar. live, paper, badges: pairs of text and back; badges in the
    order of BADGES.
    """

    ink: str
    ground: str
    panel: str
    cursor: str
    cursor_blur: str
    accent: str
    ok: str
    warn: str
    alarm: str
    stale: str
    muted: str
    gain: str
    loss: str
    rule: str
    rule_focus: str
    scrollbar: str
    scrollbar_hover: str
    live: tuple[str, str]
    paper: tuple[str, str]
    badges: tuple[tuple[str, str], ...]

    def variables(self) -> dict[str, str]:
        """The stylesheets' own variables: `ok`, `rule-focus`, `live-text`, `badge-red-back`, …"""
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in _OF_TEXTUAL}
        variables = {name.replace("_", "-"): value for name, value in given.items() if isinstance(value, str)}
        named = zip((f"badge-{name}" for name in BADGES), self.badges, strict=True)
        for name, (text, back) in (("live", self.live), ("paper", self.paper), *named):
            variables |= {f"{name}-text": text, f"{name}-back": back}
        for state in ("", "-hover", "-active"):
            variables[f"scrollbar-background{state}"] = self.ground
        variables["scrollbar-corner-color"] = self.ground
        variables["scrollbar-active"] = self.rule_focus
        return variables


_BADGES = (
    ("#ffffff", "#a61b1b"),
    ("#06140c", "#4fd08b"),
    ("#1a1400", "#f0c040"),
    ("#ffffff", "#1f4fa8"),
    ("#ffffff", "#86228a"),
    ("#04161a", "#4cc9d8"),
)
DARK = Palette(
    ink="#d7dee8",
    ground="#0d1117",
    panel="#161d27",
    cursor="#1b3454",
    cursor_blur="#1d2733",
    accent="#58a6ff",
    ok="#4fd08b",
    warn="#f0c040",
    alarm="#ff7272",
    stale="#c4a052",
    muted="#98a5b6",
    gain="#4fd08b",
    loss="#ff8080",
    rule="#3a4757",
    rule_focus="#58a6ff",
    scrollbar="#2c3846",
    scrollbar_hover="#3a4757",
    live=("#ffffff", "#c62828"),
    paper=("#0b1a2b", "#5aa0f0"),
    badges=_BADGES,
)
LIGHT = Palette(
    ink="#1b2430",
    ground="#fbfcfd",
    panel="#eef2f6",
    cursor="#c4dcf6",
    cursor_blur="#e6ebf1",
    accent="#0b5cad",
    ok="#00602a",
    warn="#7a4f00",
    alarm="#a8201a",
    stale="#6b5200",
    muted="#4d5866",
    gain="#00602a",
    loss="#a8201a",
    rule="#b5bec9",
    rule_focus="#0b5cad",
    scrollbar="#c3ccd6",
    scrollbar_hover="#a9b5c2",
    live=("#ffffff", "#b3261e"),
    paper=("#ffffff", "#0b5cad"),
    badges=_BADGES,
)
# Its cursor is the row turned round, which keeps every contrast.
CONTRAST = Palette(
    ink="#ffffff",
    ground="#000000",
    panel="#000000",
    cursor="#000000",
    cursor_blur="#262626",
    accent="#8fd0ff",
    ok="#5cff9d",
    warn="#ffe14d",
    alarm="#ffaaa3",
    stale="#ffd08a",
    muted="#d6d6d6",
    gain="#5cff9d",
    loss="#ffaaa3",
    rule="#9a9a9a",
    rule_focus="#ffffff",
    scrollbar="#9a9a9a",
    scrollbar_hover="#d6d6d6",
    live=("#ffffff", "#a61b1b"),
    paper=("#000000", "#8fd0ff"),
    badges=_BADGES,
)
# After Okabe and Ito: blue is well and won, orange is wrong and lost, yellow warns.
COLOUR_BLIND = Palette(
    ink="#dfe3e8",
    ground="#10141a",
    panel="#1a2029",
    cursor="#33384a",
    cursor_blur="#252a33",
    accent="#d9a3c6",
    ok="#56b4e9",
    warn="#f0e442",
    alarm="#ff8a3d",
    stale="#c9b458",
    muted="#a3adba",
    gain="#56b4e9",
    loss="#ff9d5c",
    rule="#434b58",
    rule_focus="#d9a3c6",
    scrollbar="#343b47",
    scrollbar_hover="#434b58",
    live=("#1a0d00", "#ff8a3d"),
    paper=("#06151f", "#56b4e9"),
    badges=_BADGES,
)
# Whatever the terminal makes of its names. What has no name of its own is dim (base.tcss), and the cursor's row is
# turned round: bright black, the usual grey, is the ground itself in some terminals.
TERMINAL = Palette(
    ink="ansi_default",
    ground="ansi_default",
    panel="ansi_default",
    cursor="ansi_default",
    cursor_blur="ansi_default",
    accent="ansi_blue",
    ok="ansi_green",
    warn="ansi_yellow",
    alarm="ansi_red",
    stale="ansi_yellow",
    muted="ansi_default",
    gain="ansi_green",
    loss="ansi_red",
    rule="ansi_default",
    rule_focus="ansi_blue",
    scrollbar="ansi_default",
    scrollbar_hover="ansi_blue",
    live=("ansi_bright_white", "ansi_red"),
    paper=("ansi_black", "ansi_cyan"),
    badges=(
        ("ansi_bright_white", "ansi_red"),
        ("ansi_black", "ansi_green"),
        ("ansi_black", "ansi_yellow"),
        ("ansi_bright_white", "ansi_blue"),
        ("ansi_bright_white", "ansi_magenta"),
        ("ansi_black", "ansi_cyan"),
    ),
)
