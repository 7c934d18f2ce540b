"""What the Walkthrough screen says: the list of checks, the leading cause, and all about one check."""

import re
from dataclasses import dataclass

from tui.clock import Moment
from tui.doctor.check import Act, Outcome, Result, Status
from tui.doctor.examination import Examination
from tui.domain.accounts import AccountsState
from tui.domain.journal import Level
from tui.domain.redact import redacted
from tui.domain.remedy import Remedy
from tui.domain.reopen import outcome_line
from tui.domain.sanitise import safe_text
from tui.domain.session import Reopening
from tui.domain.state import MonitorState
from tui.domain.text import DASH, duration
from tui.domain.verdict_name import VerdictName
from tui.ui import glyphs
from tui.ui.copying import LONGEST, Copyable, copyables
from tui.ui.line import Line, Part, Tone, clip_line, line, spread, width, wrap
from tui.ui.masking import MASK, masked_id
from tui.ui.widgets.marked_list import Entry
from tui.ui.words import mark, tone, when

_MOST = 2000
_WORD = 9
_TITLE = 36
_NAME = 3
"""Characters from which on an alias is a name: a shorter one would take parts of words with it."""
_BESIDE = 24
"""Cells that must be left for what was seen to stand beside a check's title."""
_LEVELS = {Status.PASSED: Level.OK, Status.WARNED: Level.WARN, Status.FAILED: Level.ALARM}
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“(`])")


@dataclass(frozen=True, slots=True)
class WalkthroughView:
    """What the screen is drawn from.

    verdict: its name now. refusal: why the brokerage session may not be re-opened now, None where it may. masked:
    whether account ids are hidden. browser: whether one can be opened here.
    """

    state: MonitorState
    examination: Examination
    verdict: VerdictName = VerdictName.UNKNOWN
    refusal: str | None = None
    masked: bool = False
    browser: bool = False

    def safe(self, text: str) -> str:
        """The text as it may be shown: one printable line, without any account's id or name where these are hidden."""
        said = safe_text(text, _MOST)
        return _without_accounts(said, self.state.accounts) if self.masked else said

    def outcome(self, check: str | None) -> Outcome | None:
        """That check's, None while there is none."""
        result = self.examination.results.get(check or "")
        return None if result is None else result.outcome


def _without_accounts(text: str, accounts: AccountsState) -> str:
    for each in accounts.all:
        if each.id:
            text = text.replace(each.id, masked_id(each.id))
        if each.alias and len(each.alias) >= _NAME:
            text = text.replace(each.alias, MASK)
    return redacted(text)


def first_sentence(result: Result) -> str:
    """What a check found, in one sentence: the first of what it means, else its title with what was seen."""
    outcome = result.outcome
    if outcome.means:
        return _SENTENCE.split(outcome.means, 1)[0]
    return f"{result.title}: {outcome.evidence}" if outcome.evidence else result.title


def status_of(examination: Examination, check: str) -> tuple[Part, Part]:
    """A check's mark and its word, each with its tone. A check that runs has a still mark."""
    result = examination.results.get(check)
    if check in examination.running:
        return Part(glyphs.MORE, Tone.KEY), Part("running", Tone.STRONG)
    if result is None:
        return Part("·", Tone.MUTED), Part("pending", Tone.MUTED)
    status = result.outcome.status
    if status is Status.SKIPPED:
        return Part(DASH, Tone.MUTED), Part(status.value, Tone.MUTED)
    level = _LEVELS[status]
    return mark(level), Part(status.value, Tone.PLAIN if status is Status.PASSED else tone(level))


def entries(view: WalkthroughView, cells: int) -> list[Entry]:
    """A line a check: `● passed   The port is reached`, with what was seen where there is room for it."""
    titles = {check: view.safe(title) for check, title in view.examination.titles.items()}
    column = min(max((Part(title).width for title in titles.values()), default=0), _TITLE) + 2
    room = cells - 2 - _WORD - column
    made: list[Entry] = []
    for check, title in titles.items():
        glyph, word = status_of(view.examination, check)
        outcome = view.outcome(check)
        muted = outcome is None or outcome.status is Status.SKIPPED
        name = Part(title, Tone.MUTED if muted else Tone.PLAIN)
        head = line(glyph, " ", word, " " * (_WORD - word.width), name)
        if outcome is not None and outcome.evidence and room >= _BESIDE:
            gap = " " * max(column - name.width, 2)
            head = line(*head, gap, Part(view.safe(outcome.evidence), Tone.MUTED))
        made.append((check, clip_line(head, cells)))
    return made


def title_line(view: WalkthroughView, now: Moment, cells: int) -> Line:
    """The screen's name, and at the right how far the run is, or when it ended."""
    examination = view.examination
    said = ""
    if examination.under_way and examination.titles:
        said = f"{len(examination.results)} of {len(examination.titles)} done"
    elif examination.under_way:
        said = "beginning"
    elif examination.ended_at is not None:
        said = f"checked {when(examination.ended_at, now)}"
    return spread(line(Part("cpwatch", Tone.STRONG), "  Walkthrough"), line(Part(said, Tone.MUTED)), cells)


def lead_lines(view: WalkthroughView, cells: int, reopening: Reopening | None = None) -> list[Line]:
    """The leading cause, and what cpwatch does about it. reopening: a try that was made on this screen."""
    rows = wrap(_lead(view), cells, 2)
    if (note := _note(view, reopening)) is not None:
        rows += wrap(line("  ", *note), cells, 2)
    return rows


def _lead(view: WalkthroughView) -> Line:
    examination = view.examination
    if examination.trouble:
        return line(mark(Level.ALARM), " ", Part(view.safe(examination.trouble), Tone.ALARM))
    leading = examination.leading
    if leading is not None:
        level = _LEVELS[leading.outcome.status]
        said = view.safe(first_sentence(leading))
        if leading.outcome.status is Status.WARNED:
            said = f"Nothing failed, but one thing to mind: {said}"
        return line(mark(level), " ", Part(said, Tone.STRONG))
    if examination.ended_at is None:
        return line(Part(glyphs.MORE, Tone.KEY), " ", Part("Looking for the cause, from the settings on.", Tone.STRONG))
    done = [result.outcome.status for result in examination.done]
    skipped = done.count(Status.SKIPPED)
    also = f", and {skipped} had nothing to look at" if skipped else ""
    return line(
        mark(Level.OK), " ", Part(f"All is well: {done.count(Status.PASSED)} checks passed{also}.", Tone.STRONG)
    )


def _note(view: WalkthroughView, reopening: Reopening | None) -> Line | None:
    if reopening is not None and not view.verdict.tradable:
        level, said = outcome_line(reopening)
        said = view.safe(said)
        return line(mark(level), " ", Part(f"{said[:1].upper()}{said[1:]}.", Tone.PLAIN))
    leading = view.examination.leading
    if leading is not None and leading.outcome.act is Act.LOGIN:
        said = "cpwatch notices the login by itself, and checks again then."
        return line(Part(said, Tone.MUTED))
    return None


def can_act(view: WalkthroughView, outcome: Outcome | None) -> bool:
    """Whether the act's key does something about that now."""
    match outcome.act if outcome is not None else None:
        case Act.REOPEN:
            return view.refusal is None
        case Act.LOGIN:
            return login_page(view, outcome) is not None
        case Act.SETUP:
            return True
    return False


def login_page(view: WalkthroughView, outcome: Outcome | None) -> str | None:
    """The page to log in at that a browser of this machine can open; None where there is no browser, or a line has to
    be run elsewhere first."""
    remedy = outcome.remedy if outcome is not None else None
    if not view.browser or remedy is None or remedy.commands:
        return None
    return remedy.address


def detail_lines(
    view: WalkthroughView, check: str | None, cells: int, key: str, copy_key: str, *, dense: bool = False
) -> list[Line]:
    """All about one check.

    key, copy_key: the names of the act's key and of the one that copies. dense: without blank lines, and what to do
    before what it means, since there may be no room for both.
    """
    rows = _detail(view, check, cells, key, copy_key, dense)
    return [row for row in rows if row] if dense else rows


def _detail(view: WalkthroughView, check: str | None, cells: int, key: str, copy_key: str, dense: bool) -> list[Line]:
    if check is None or check not in view.examination.titles:
        return []
    glyph, word = status_of(view.examination, check)
    result = view.examination.results.get(check)
    took = line(Part(duration(result.seconds), Tone.MUTED)) if result is not None and result.seconds >= 0.1 else ()
    title = Part(view.safe(view.examination.titles[check]), Tone.STRONG)
    head = line(glyph, " ", word, "  ", title)
    rows = [spread(head, took, cells)] if width(head) + width(took) + 1 <= cells else wrap(head, cells, 2)
    if check in view.examination.running:
        return [*rows, *_said("It is being looked at.", cells)]
    if result is None:
        later = " yet: first comes what it depends on" if view.examination.under_way else ""
        return [*rows, *_said(f"Not looked at{later}.", cells)]
    rows += _found(view, result.outcome, cells)
    means = [(), *_said(view.safe(result.outcome.means), cells)] if result.outcome.means else []
    to_do = [*_remedy(view, result.outcome, cells, key), *_act(view, result.outcome, cells, key, copy_key)]
    rows += [*to_do, *means] if dense else [*means, *to_do]
    for link in result.outcome.links:
        rows += wrap(line("  ", Part("More: ", Tone.LABEL), Part(view.safe(link), Tone.COMMAND)), cells, 8)
    return rows


def _found(view: WalkthroughView, outcome: Outcome, cells: int) -> list[Line]:
    rows: list[Line] = []
    seen = "Why: " if outcome.status is Status.SKIPPED else "Seen: "
    for label, text, look in (
        ("Looked at: ", outcome.looked_at, Tone.PLAIN),
        (seen, outcome.evidence, Tone.PLAIN),
    ):
        if text:
            rows += wrap(line("  ", Part(label, Tone.LABEL), Part(view.safe(text), look)), cells, 4)
    return rows


def _remedy(view: WalkthroughView, outcome: Outcome, cells: int, key: str) -> list[Line]:
    remedy = outcome.remedy
    if remedy is None:
        return []
    by_key = outcome.act is Act.REOPEN
    said = remedy.said(key) if by_key else remedy.text
    rows = [(), *wrap(line("  ", Part("What to do: ", Tone.LABEL), Part(view.safe(said))), cells, 2)]
    for command in remedy.shown_commands if by_key else remedy.commands:
        rows += _command(view, command, cells)
    return rows


def _act(view: WalkthroughView, outcome: Outcome, cells: int, key: str, copy_key: str) -> list[Line]:
    """The button, which says what it will do; or why there is none, and what there is instead."""
    match outcome.act:
        case Act.REOPEN if view.refusal is None:
            what = "Re-open the brokerage session, within the login that lives. It asks first, and checks again after."
            return [(), *_button(key, what, cells)]
        case Act.REOPEN:
            return [(), *wrap(line("  ", Part(view.safe(view.refusal or ""), Tone.MUTED)), cells, 2)]
        case Act.LOGIN if (page := login_page(view, outcome)) is not None:
            what = f"Open {view.safe(page)} in a browser. It asks first; the login is noticed by itself."
            return [(), *_button(key, what, cells)]
        case Act.LOGIN:
            return [(), *wrap(line("  ", *_instead(outcome.remedy, copy_key)), cells, 2)]
        case Act.SETUP:
            what = "Set it up: see what each line of its conf.yaml does, and mend it. Leaving that checks again."
            return [(), *_button(key, what, cells)]
    return []


def _instead(remedy: Remedy | None, copy_key: str) -> Line:
    what = "the ssh line" if remedy is not None and remedy.commands else "the login address"
    told = "No browser can be opened from here: " if what != "the ssh line" else "The login is made where you sit: "
    return line(Part(told, Tone.MUTED), Part(copy_key, Tone.KEY), Part(f" copies {what}.", Tone.MUTED))


def _button(key: str, what: str, cells: int) -> list[Line]:
    return wrap(
        line("  ", Part(key, Tone.KEY, "walkthrough-act"), " ", Part(what, Tone.STRONG, "walkthrough-act")), cells, 4
    )


def _command(view: WalkthroughView, command: str, cells: int) -> list[Line]:
    return wrap(line("  ", Part("$ ", Tone.MUTED), Part(view.safe(command), Tone.COMMAND)), cells, 4)


def _said(text: str, cells: int) -> list[Line]:
    return wrap(line("  ", text), cells, 2)


def walkthrough_copyables(view: WalkthroughView, outcome: Outcome | None) -> tuple[Copyable, ...]:
    """What a check's remedy names, and the pages that tell more; nothing where it names nothing."""
    if outcome is None:
        return ()
    found: list[Copyable] = []
    remedy = outcome.remedy
    if remedy is not None and (remedy.commands or remedy.address):
        found.extend(copyables(remedy, view.state))
    found.extend(Copyable("a page that tells more", safe_text(link, LONGEST)) for link in outcome.links)
    return tuple({each.text: each for each in reversed(found)}.values())[::-1]
