"""The footer: the commands that are offered, the most needed first; and what cpwatch costs, where there is room."""

from dataclasses import dataclass

from textual import on
from textual.reactive import var

from tui.clock import Moment
from tui.domain.text import clock_time
from tui.ui.command import Command, Scope, key_name
from tui.ui.commands import BY_ID, footer_commands
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, joined, line, width
from tui.ui.widgets.lines import Lines

TOLD_EVERY = 5.0
"""Seconds for which the traffic stays as it is shown, so that it does not tick; a 429 is shown at once."""
FIRST = 7
"""Commands that must fit before the traffic has any room."""
_EDITING = frozenset({"left", "right", "up", "down", "home", "end", "backspace", "delete", "space", "tab", "ctrl+c"})
"""What a line that is typed in does something of its own with."""


@dataclass(frozen=True, slots=True)
class TrafficView:
    """What cpwatch costs.

    requests: a second, by this process. together: by all cpwatch processes on this machine. limited: the 429s that
    this process was answered. until: when the longest penalty that holds ends, None where none does. sent: bytes a
    second to the terminal. None: not known yet. every: seconds between two drawings where the link is spared, None
    where it is not.
    """

    requests: float | None = None
    together: float | None = None
    limited: int = 0
    until: Moment | None = None
    sent: float | None = None
    every: int | None = None


def rate_text(sent: float) -> str:
    """Bytes a second: `0.0 kB/s`, `1.1 kB/s`, `12 kB/s`. To tenths, so that the clock's few bytes are one text."""
    unit, sent = "kB", sent / 1000
    if sent >= 995:
        unit, sent = "MB", sent / 1000
    if sent < 9.95:
        return f"{sent:.1f} {unit}/s"
    return f"{sent if sent < 99.5 else round(sent, -1):.0f} {unit}/s"


def traffic_variants(view: TrafficView) -> tuple[Line, ...]:
    """The traffic as `0.6 req/s  0×429  1.1 kB/s`, and with ever less of it; a penalty that holds goes last.

    That the link is spared stands in each of them: what is drawn is up to so many seconds old.
    """
    spared = line(Part(f"slow link: every {view.every} s", Tone.LABEL)) if view.every is not None else ()
    asked: Line = ()
    if view.requests is not None:
        ours = f"{view.requests:.1f}"
        all_of_them = ours if view.together is None else f"{view.together:.1f}"
        text = f"{ours} req/s" if ours == all_of_them else f"{ours} of {all_of_them} req/s"
        asked = line(Part(text, Tone.MUTED))
    refused: Line = ()
    if view.until is not None:
        refused = line(Part(f"429 until {clock_time(view.until.wall)}", Tone.WARN))
    elif view.requests is not None:
        refused = line(Part(f"{view.limited}×429", Tone.MUTED))
    sent = line(Part(rate_text(view.sent), Tone.MUTED)) if view.sent is not None else ()
    variants = [(asked, refused, sent), (asked, refused), (refused,) if view.until is not None else (asked,), ()]
    return tuple(made for groups in variants if (made := joined((*groups, spared))))


def typing_keys(command: Command, keymap: Keymap, entered: str) -> str:
    """The command's key while a line is typed in: no letter, which would be typed. entered: the id of Enter's."""
    keys = [key for key in keymap.keys(command) if len(key) > 1 and key not in _EDITING]
    return "Enter" if command.id == entered else key_name(keys[0]) if keys else keymap.shown(command)


def commands_line(
    offered: tuple[Command, ...], cells: int, keymap: Keymap = DEFAULT, entered: str | None = None
) -> tuple[Line, int]:
    """` ? Help  q Quit  …` in at most that many cells, and how many commands those are: whole entries only.

    entered: where a line is typed in, the id of the command that Enter stands for.
    """
    parts: list[Part] = []
    for count, command in enumerate(offered):
        entry = (
            Part(" " if not parts else "  "),
            Part(
                keymap.shown(command) if entered is None else typing_keys(command, keymap, entered),
                Tone.KEY,
                command.id,
            ),
            Part(f" {command.label}", Tone.MUTED, command.id),
        )
        if width((*parts, *entry)) > cells:
            return line(*parts), count
        parts.extend(entry)
    return line(*parts), len(offered)


def footer_line(
    offered: tuple[Command, ...],
    cells: int,
    keymap: Keymap = DEFAULT,
    traffic: TrafficView | None = None,
    entered: str | None = None,
) -> Line:
    """The commands at the left, and at the right as much of the traffic as leaves room for the first of them."""
    variants = traffic_variants(traffic) if traffic is not None else ()
    for told in variants:
        room = cells - width(told) - 1
        shown, count = commands_line(offered, room - 2, keymap, entered)
        must = traffic is not None and traffic.every is not None and told is variants[-1]
        if must or count >= min(FIRST, len(offered)):
            return line(*shown, " " * (room - width(shown)), *told)
    return commands_line(offered, cells, keymap, entered)[0]


class Footer(Lines):
    """One line of commands, which can be clicked.

    idle: ids of those that would do nothing now, and are left out. keymap: the keys in force. entered: on a screen with
    a line to type in, the id of the command that Enter stands for.
    """

    idle: var[frozenset[str]] = var(frozenset())
    keymap: var[Keymap] = var(DEFAULT)

    def __init__(self, scope: Scope, entered: str | None = None) -> None:
        super().__init__(id="footer")
        self._scope = scope
        self._entered = entered
        self._traffic: TrafficView | None = None
        self._told_at: Moment | None = None

    def on_mount(self) -> None:
        """The app's keys."""
        self.keymap = getattr(self.app, "keymap", DEFAULT)

    def lines(self, width: int) -> list[Line]:
        """The line."""
        offered = tuple(command for command in footer_commands(self._scope) if command.id not in self.idle)
        return [footer_line(offered, width, self.keymap, self._traffic, self._entered)]

    def tell(self, traffic: TrafficView, now: Moment) -> None:
        """Show the traffic, unless it was shown a moment ago; what is shown stays until it is told anew."""
        limited = self._traffic is not None and self._traffic.until is not None
        urgent = limited is (traffic.until is None)
        if not urgent and self._told_at is not None and now.seconds_since(self._told_at) < TOLD_EVERY:
            return
        self._told_at, self._traffic = now, traffic
        self.redraw()

    def watch_idle(self) -> None:
        """Draw what is offered now."""
        self.redraw()

    def watch_keymap(self) -> None:
        """Draw the keys in force."""
        self.redraw()

    @on(Lines.Clicked)
    async def run_clicked(self, event: Lines.Clicked) -> None:
        """A click on a command runs it."""
        event.stop()
        command = BY_ID[event.link]
        target = self.app if command.scope is Scope.APP else self.screen
        await self.app.run_action(command.action, target)
