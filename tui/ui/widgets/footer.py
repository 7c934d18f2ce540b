"""The footer: the commands that are offered, as many as fit, the most needed first."""

from textual import on
from textual.reactive import var

from tui.ui.commands import COMMANDS, Command, Scope, footer_commands
from tui.ui.line import Line, Part, Tone, line, width
from tui.ui.widgets.lines import Lines


def footer_line(offered: tuple[Command, ...], cells: int) -> Line:
    """` ? Help  q Quit  …`: whole entries only."""
    parts: list[Part] = []
    for command in offered:
        entry = (
            Part(" " if not parts else "  "),
            Part(command.shown, Tone.KEY, command.id),
            Part(f" {command.label}", Tone.MUTED, command.id),
        )
        if width((*parts, *entry)) > cells:
            break
        parts.extend(entry)
    return line(*parts)


class Footer(Lines):
    """One line of commands, which can be clicked. idle: ids of those that would do nothing now, and are left out."""

    idle: var[frozenset[str]] = var(frozenset())

    def __init__(self, scope: Scope) -> None:
        super().__init__(id="footer")
        self._scope = scope

    def lines(self, width: int) -> list[Line]:
        """The line."""
        offered = tuple(command for command in footer_commands(self._scope) if command.id not in self.idle)
        return [footer_line(offered, width)]

    def watch_idle(self) -> None:
        """Draw what is offered now."""
        self.redraw()

    @on(Lines.Clicked)
    async def run_clicked(self, event: Lines.Clicked) -> None:
        """A click on a command runs it."""
        event.stop()
        action = next(command.action for command in COMMANDS if command.id == event.link)
        target = self.app if self._scope is Scope.APP else self.screen
        await self.app.run_action(action, target)
