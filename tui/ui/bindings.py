"""The registry's commands as Textual's bindings."""

from textual.binding import Binding, BindingType

from tui.ui.command import Scope, key_name
from tui.ui.commands import commands


def bindings(scope: Scope) -> list[BindingType]:
    """Textual's bindings of a scope, each with the command's id, so that a keymap can move it."""
    return [
        Binding(
            ",".join("comma" if key == "," else key for key in command.keys),
            command.action,
            command.label,
            show=False,
            key_display=command.shown or key_name(command.keys[0]),
            tooltip=command.help,
            id=command.id,
        )
        for command in commands(scope)
    ]
