"""Every intent a user can have, once: the bindings, the footer, the help screen and the palette are made from it."""

from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType


class Scope(StrEnum):
    """Where a command's keys work."""

    APP = "app"
    TABLE = "table"
    HELP = "help"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Command:
    """One intent.

    action: the Textual action that carries it out. keys: as Textual names them. shown: the keys as a person reads
    them. footer: its rank there, from the left; None keeps it out. palette: whether the palette offers it.
    """

    id: str
    action: str
    keys: tuple[str, ...]
    shown: str
    label: str
    help: str
    scope: Scope = Scope.APP
    footer: int | None = None
    palette: bool = False


COMMANDS: tuple[Command, ...] = (
    Command(
        "help",
        "help",
        ("question_mark", "f1"),
        "?",
        "Help",
        "Show the keys, and what the marks mean.",
        footer=1,
        palette=True,
    ),
    Command(
        "quit",
        "quit",
        ("q", "ctrl+q", "ctrl+c"),
        "q",
        "Quit",
        "Leave cpwatch; the gateway's session stays as it is.",
        footer=2,
        palette=True,
    ),
    Command(
        "account-next",
        "choose_account(1)",
        ("right_square_bracket", "right"),
        "]",
        "Next account",
        "Look at the next account.",
        footer=3,
    ),
    Command(
        "account-previous",
        "choose_account(-1)",
        ("left_square_bracket", "left"),
        "[",
        "Previous account",
        "Look at the previous account.",
    ),
    Command(
        "focus-next",
        "app.focus_next",
        ("tab",),
        "Tab",
        "Next pane",
        "Move the focus to the next pane.",
        footer=4,
    ),
    Command(
        "focus-previous",
        "app.focus_previous",
        ("shift+tab",),
        "Shift+Tab",
        "Previous pane",
        "Move the focus to the previous pane.",
    ),
    Command(
        "palette",
        "command_palette",
        ("ctrl+p",),
        "Ctrl+P",
        "Commands",
        "Find a command, an account or a theme by its name.",
        footer=5,
    ),
    Command(
        "theme",
        "next_theme",
        ("t",),
        "t",
        "Dark or light",
        "Change to the other theme.",
        palette=True,
    ),
    Command(
        "suspend",
        "suspend",
        ("ctrl+z",),
        "Ctrl+Z",
        "Stop",
        "Stop cpwatch until it is continued (fg); it asks first, for the keep-alive stops with it.",
        palette=True,
    ),
    Command("down", "cursor(1)", ("down", "j"), "↓ j", "Down", "One row down.", Scope.TABLE),
    Command("up", "cursor(-1)", ("up", "k"), "↑ k", "Up", "One row up.", Scope.TABLE),
    Command(
        "page-down", "page(1)", ("pagedown", "ctrl+f", "space"), "PgDn", "Page down", "One view down.", Scope.TABLE
    ),
    Command("page-up", "page(-1)", ("pageup", "ctrl+b"), "PgUp", "Page up", "One view up.", Scope.TABLE),
    Command("first", "first", ("home", "g"), "Home g", "First", "To the first row.", Scope.TABLE),
    Command("last", "last", ("end", "G"), "End G", "Last", "To the last row.", Scope.TABLE),
    Command("select", "select", ("enter",), "Enter", "Choose", "In Accounts: look at that account.", Scope.TABLE),
    Command(
        "close", "close", ("escape", "question_mark", "f1", "q"), "Esc", "Back", "Back to the monitor.", Scope.HELP, 1
    ),
    Command(
        "suspend-now",
        "answer(True)",
        ("ctrl+z",),
        "Ctrl+Z",
        "Stop it anyway",
        "Stop cpwatch, and its keep-alive with it.",
        Scope.SUSPEND,
        1,
    ),
    Command(
        "suspend-not",
        "answer(False)",
        ("escape", "q", "ctrl+q", "ctrl+c"),
        "Esc",
        "Stay",
        "Go on as before.",
        Scope.SUSPEND,
        2,
    ),
)


def commands(scope: Scope) -> tuple[Command, ...]:
    """The commands whose keys work there."""
    return tuple(command for command in COMMANDS if command.scope is scope)


def bindings(scope: Scope) -> list[BindingType]:
    """Textual's bindings of a scope, each with the command's id, so that a keymap can move it."""
    return [
        Binding(
            ",".join(command.keys),
            command.action,
            command.label,
            show=False,
            key_display=command.shown,
            tooltip=command.help,
            id=command.id,
        )
        for command in commands(scope)
    ]


def footer_commands(scope: Scope) -> tuple[Command, ...]:
    """The commands that the footer offers, the most needed first."""
    ranked = [(command.footer, command) for command in commands(scope) if command.footer is not None]
    return tuple(command for _, command in sorted(ranked, key=lambda pair: pair[0]))
