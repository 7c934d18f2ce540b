"""The walkthrough's part of the registry of commands: how it is reached, and its own keys."""

from tui.ui.command import Command, Scope

_HERE = Scope.WALKTHROUGH

MONITOR_COMMANDS: tuple[Command, ...] = (
    Command(
        "walkthrough",
        "app.walkthrough",
        ("d",),
        "Walkthrough",
        "Check everything from the settings to the data: find what is wrong, and what mends it.",
        Scope.MONITOR,
        footer=4,
        palette=True,
    ),
)
WALKTHROUGH_COMMANDS: tuple[Command, ...] = (
    Command("walkthrough-close", "close", ("escape", "d", "q"), "Back", "Back to the monitor.", _HERE, footer=1),
    Command(
        "walkthrough-act",
        "act",
        ("b",),
        "Do it",
        "Do what cpwatch can do about the check under the cursor, as its text says; it asks first.",
        _HERE,
        footer=2,
    ),
    Command(
        "walkthrough-copy",
        "copy",
        ("c",),
        "Copy",
        "Copy the line or the address that the check's remedy names.",
        _HERE,
        footer=3,
    ),
    Command(
        "walkthrough-all",
        "all",
        ("r",),
        "Check all again",
        "Run all checks anew.",
        _HERE,
        footer=4,
    ),
    Command(
        "walkthrough-one",
        "one",
        ("a",),
        "This one",
        "Run the check under the cursor anew, and those that need it.",
        _HERE,
        "Enter a",
        footer=5,
    ),
    Command(
        "walkthrough-down",
        "scroll_detail(1)",
        ("shift+down", "J"),
        "Detail down",
        "Scroll what is said of the check under the cursor.",
        _HERE,
        "Shift+↓ J",
        footer=6,
    ),
    Command(
        "walkthrough-up",
        "scroll_detail(-1)",
        ("shift+up", "K"),
        "Detail up",
        "Scroll it back.",
        _HERE,
        "Shift+↑ K",
    ),
)
