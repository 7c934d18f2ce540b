"""What a command is: one intent of the user's, with the keys that stand for it."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Where a command's keys work."""

    APP = "app"
    MONITOR = "monitor"
    POSITIONS = "positions"
    TABLE = "table"
    HELP = "help"
    EVENTS = "events"
    HISTORY = "history"
    DIALOG = "dialog"
    SUSPEND = "suspend"
    REOPEN = "reopen"
    FIRST_RUN = "first-run"
    EXPOSURE = "exposure"
    WALKTHROUGH = "walkthrough"
    WIZARD = "wizard"


TOGETHER: tuple[frozenset[Scope], ...] = (
    frozenset({Scope.APP, Scope.MONITOR, Scope.POSITIONS, Scope.TABLE}),
    frozenset({Scope.HELP, Scope.TABLE}),
    frozenset({Scope.EVENTS, Scope.TABLE}),
    frozenset({Scope.HISTORY, Scope.TABLE}),
    frozenset({Scope.DIALOG, Scope.TABLE}),
    frozenset({Scope.SUSPEND}),
    frozenset({Scope.REOPEN}),
    frozenset({Scope.FIRST_RUN, Scope.TABLE}),
    frozenset({Scope.EXPOSURE, Scope.TABLE}),
    frozenset({Scope.WALKTHROUGH, Scope.TABLE}),
    frozenset({Scope.WIZARD, Scope.TABLE}),
)
"""Scopes whose keys work at the same time: within each of these sets a key may stand for one command only.

A screen that lies over the monitor may use a key of the app's anew, as Esc and `q` close what they opened.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One intent.

    action: the Textual action that carries it out. keys: as Textual names them, or a sign itself (`/`). help: one
    sentence. shown: the keys as a person reads them, where that is not the first one's name. footer: its rank there,
    from the left; None keeps it out. palette: whether the palette offers it.
    """

    id: str
    action: str
    keys: tuple[str, ...]
    label: str
    help: str
    scope: Scope = Scope.APP
    shown: str = ""
    footer: int | None = None
    palette: bool = False


_NAMES = {
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "Esc",
}


def key_name(key: str) -> str:
    """A key as a person reads it: `Ctrl+Q` for `ctrl+q`, `/` for `/`."""
    if len(key) == 1:
        return key
    *modifiers, last = key.split("+")
    name = _NAMES.get(last, last)
    if len(name) > 1 or modifiers:
        name = name[0].upper() + name[1:]
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
