"""The banner: what is wrong, what was seen, and the next thing to do, while the verdict is not a good one."""

from dataclasses import dataclass

from textual import on
from textual.reactive import var

from tui.domain.journal import Level
from tui.domain.remedy import REOPEN
from tui.domain.verdict import Verdict, VerdictName
from tui.ui.commands import BY_ID
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, joined, line, width, wrap
from tui.ui.size import Density
from tui.ui.widgets.header import level
from tui.ui.widgets.lines import Lines
from tui.ui.words import mark, tone

WALKTHROUGH = "walkthrough"
"""The command that is offered whatever is wrong, by its id."""
_INDENT = 2
_IN_SESSION = {
    VerdictName.COMPETING,
    VerdictName.CONTESTED,
    VerdictName.INITIALISING,
    VerdictName.LOGGED_OUT,
    VerdictName.SESSION_LAPSED,
}
"""Verdicts that are read from the flags which the Session pane shows."""


@dataclass(frozen=True, slots=True)
class BannerView:
    """What the banner says. notice: what is about to happen, in sentences, said even while all is well; None for
    nothing. idle: ids of commands that would do nothing now.
    """

    verdict: Verdict
    notice: str | None = None
    idle: frozenset[str] = frozenset()


def needed(verdict: Verdict) -> bool:
    """False where all is well, or where nothing is known yet and nothing is to be done."""
    quiet = {VerdictName.READY, VerdictName.CONTESTED, VerdictName.UNKNOWN}
    return verdict.name not in quiet or verdict.remedy is not None


def banner_lines(view: BannerView, cells: int, brief: bool = False, keymap: Keymap = DEFAULT) -> list[Line]:
    """The verdict and its summary, what was seen, the remedy's words with its keys, its lines to run, all in full;
    then the notice.

    brief: leaves out what was seen where the Session pane says the same, and keys that would take a line.
    """
    rows = _verdict_lines(view, cells, brief, keymap) if needed(view.verdict) else []
    if view.notice is not None:
        rows.extend(wrap(line(mark(Level.WARN), " ", Part(view.notice, Tone.WARN)), cells, _INDENT))
    return rows


def _verdict_lines(view: BannerView, cells: int, brief: bool, keymap: Keymap) -> list[Line]:
    verdict = view.verdict
    judged = level(verdict.name)
    head = line(mark(judged), " ", Part(verdict.name.words, tone(judged)), "  ", Part(verdict.summary, Tone.STRONG))
    rows = wrap(head, cells, _INDENT)

    def add(*parts: Part | str, deeper: int = 0) -> None:
        rows.extend(wrap(line(" " * _INDENT, *parts), cells, _INDENT + deeper))

    if verdict.seen and not (brief and verdict.name in _IN_SESSION):
        add(Part("Seen: ", Tone.LABEL), Part(verdict.seen, Tone.MUTED), deeper=6)
    remedy = verdict.remedy
    if remedy is not None:
        add(remedy.said(keymap.shown(BY_ID[REOPEN])))
    keys = (*(remedy.keys if remedy is not None else ()), WALKTHROUGH)
    hints = _hints(tuple(each for each in keys if each not in view.idle), keymap)
    if hints and width(rows[-1]) + 2 + width(hints) <= cells:
        rows[-1] = line(*rows[-1], "  ", *hints)
    elif hints and not brief:
        add(*hints)
    for command in remedy.shown_commands if remedy is not None else ():
        add(Part("$ ", Tone.MUTED), Part(command, Tone.COMMAND), deeper=2)
    return rows


def _hints(ids: tuple[str, ...], keymap: Keymap) -> Line:
    """`b Re-open  c Copy`, each of which can be clicked."""
    offered = (BY_ID[each] for each in ids)
    return joined(
        line(Part(keymap.shown(each), Tone.KEY, each.id), Part(f" {each.label}", Tone.MUTED, each.id))
        for each in offered
    )


class Banner(Lines):
    """Shown only while it is needed. keymap: the keys in force."""

    state: var[BannerView | None] = var(None)
    density: var[Density] = var(Density.FULL)
    keymap: var[Keymap] = var(DEFAULT)

    def on_mount(self) -> None:
        """Nothing is known to be wrong yet."""
        self.keymap = getattr(self.app, "keymap", DEFAULT)
        self.watch_state()

    def watch_density(self) -> None:
        """Another layout."""
        self.redraw()

    def watch_keymap(self) -> None:
        """Other keys."""
        self.redraw()

    def watch_state(self) -> None:
        """Another verdict, or another notice."""
        view = self.state
        alarmed = view is not None and needed(view.verdict)
        self.set_class(not alarmed and (view is None or view.notice is None), "-gone")
        self.set_class(not alarmed or (view is not None and level(view.verdict.name) == Level.WARN), "-warn")
        self.redraw()

    def lines(self, width: int) -> list[Line]:
        """The banner's lines."""
        return banner_lines(self.state, width, self.density is Density.BRIEF, self.keymap) if self.state else []

    @on(Lines.Clicked)
    async def run_clicked(self, event: Lines.Clicked) -> None:
        """A click on a key does what the key does."""
        event.stop()
        await self.app.run_action(BY_ID[event.link].action, self.screen)
