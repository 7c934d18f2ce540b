"""The setup wizard's part of the registry of commands: how it is reached, and its own keys."""

from tui.ui.command import Command, Scope

_HERE = Scope.WIZARD

MONITOR_COMMANDS: tuple[Command, ...] = (
    Command(
        "setup",
        "app.setup",
        ("s",),
        "Setup",
        "Set a gateway up: judge its conf.yaml, say who may reach it, write it safely; nothing is written unasked.",
        Scope.MONITOR,
        footer=4,
        palette=True,
    ),
)
WIZARD_COMMANDS: tuple[Command, ...] = (
    Command(
        "wizard-back",
        "back",
        ("escape", "left", "backspace"),
        "Back",
        "To the step before, as it was left; from the first one, out of the setup.",
        _HERE,
        "Esc ←",
        footer=1,
    ),
    Command(
        "wizard-next",
        "next",
        ("n", "right"),
        "Next",
        "On to the next step; Enter does so too where nothing is to be chosen.",
        _HERE,
        "n →",
        footer=2,
    ),
    Command(
        "wizard-toggle",
        "mark",
        ("x",),
        "Mark",
        "In a list of which several may be chosen: choose the line under the cursor, or not.",
        _HERE,
        "Enter x",
        footer=3,
    ),
    Command(
        "wizard-do",
        "act",
        ("b",),
        "Do it",
        "Do what the step says that cpwatch can do: restart a service of yours, write a file. It asks first.",
        _HERE,
        footer=3,
    ),
    Command("wizard-copy", "copy", ("c",), "Copy", "Copy a line that the step names.", _HERE, footer=4),
    Command(
        "wizard-again",
        "again",
        ("r",),
        "Again",
        "Look, read or ask anew.",
        _HERE,
        footer=5,
    ),
    Command(
        "wizard-leave",
        "leave",
        ("q", "ctrl+q", "ctrl+c"),
        "Leave",
        "Out of the setup; what was not written yet stays as it is.",
        _HERE,
        footer=6,
    ),
)
