"""The banner: what is wrong, what was seen, and the next thing to do, while the verdict is not a good one."""

from textual.reactive import var

from tui.domain.verdict import Verdict, VerdictName
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.size import Density
from tui.ui.widgets.header import level
from tui.ui.widgets.lines import Lines
from tui.ui.words import mark, tone

_INDENT = 2
_IN_SESSION = {
    VerdictName.COMPETING,
    VerdictName.CONTESTED,
    VerdictName.INITIALISING,
    VerdictName.LOGGED_OUT,
    VerdictName.SESSION_LAPSED,
}
"""Verdicts that are read from the flags which the Session pane shows."""


def needed(verdict: Verdict) -> bool:
    """False where all is well, or where nothing is known yet and nothing is to be done."""
    quiet = {VerdictName.READY, VerdictName.CONTESTED, VerdictName.UNKNOWN}
    return verdict.name not in quiet or verdict.remedy is not None


def banner_lines(verdict: Verdict, width: int, brief: bool = False) -> list[Line]:
    """The verdict and its summary, what was seen, the remedy's words and its lines to run, all in full.

    brief: leaves out what was seen where the Session pane says the same.
    """
    judged = level(verdict.name)
    head = line(mark(judged), " ", Part(verdict.name.words, tone(judged)), "  ", Part(verdict.summary, Tone.STRONG))
    rows = wrap(head, width, _INDENT)

    def add(*parts: Part | str, deeper: int = 0) -> None:
        rows.extend(wrap(line(" " * _INDENT, *parts), width, _INDENT + deeper))

    if verdict.seen and not (brief and verdict.name in _IN_SESSION):
        add(Part("Seen: ", Tone.LABEL), Part(verdict.seen, Tone.MUTED), deeper=6)
    if verdict.remedy is None:
        return rows
    add(verdict.remedy.text)
    for command in verdict.remedy.commands:
        add(Part("$ ", Tone.MUTED), Part(command, Tone.COMMAND), deeper=2)
    return rows


class Banner(Lines):
    """Shown only while it is needed."""

    state: var[Verdict | None] = var(None)
    density: var[Density] = var(Density.FULL)

    def on_mount(self) -> None:
        """Nothing is known to be wrong yet."""
        self.watch_state()

    def watch_density(self) -> None:
        """Another layout."""
        self.redraw()

    def watch_state(self) -> None:
        """Another verdict."""
        self.set_class(self.state is None or not needed(self.state), "-gone")
        self.set_class(self.state is not None and level(self.state.name) == "warn", "-warn")
        self.redraw()

    def lines(self, width: int) -> list[Line]:
        """The banner's lines."""
        return banner_lines(self.state, width, self.density is Density.BRIEF) if self.state else []
