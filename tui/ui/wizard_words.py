"""What the setup wizard says: of the file, of the lists that result, of what changes, and of what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from tui.domain.failure import FailureKind
from tui.domain.journal import Level
from tui.domain.proof import Proof
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.domain.text import age
from tui.setup.conf_text import text_of
from tui.setup.entries import Effect, EntryReport
from tui.setup.find import By, Found
from tui.setup.finding import Finding, Severity
from tui.setup.judge import Answer, Judgement
from tui.setup.mending import hides
from tui.setup.plan import Plan
from tui.setup.report import verdict
from tui.setup.yaml_nodes import BadYaml
from tui.ui.line import Line, Part, Tone, clip_line, line, spread, width, wrap
from tui.ui.wizard_state import TITLES, Wizard, counted, unchanged
from tui.ui.words import mark

LEVELS = {Severity.ERROR: Level.ALARM, Severity.WARN: Level.WARN, Severity.INFO: Level.INFO}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that the text names, as they are shown: to go on, to do what is offered, to look or ask anew."""

    next: str = "n"
    act: str = "b"
    again: str = "r"


KEYS = Keys()
_MOST = 500
_MOST_FINDINGS = 60
_MOST_ENTRIES = 60
_MOST_DIFF = 400
_CONTEXT = 2


def title_line(wizard: Wizard, cells: int) -> Line:
    """`cpwatch  Setup  Who shall reach it        3 of 10`."""
    at, of = counted(wizard.step)
    left = line(Part("cpwatch", Tone.STRONG), "  Setup  ", Part(TITLES[wizard.step], Tone.STRONG))
    return spread(left, line(Part(f"{at} of {of}", Tone.MUTED)), cells)


def said(text: str, cells: int, indent: int = 2) -> list[Line]:
    """A paragraph."""
    return wrap(line(" " * indent, safe_text(text, _MOST)), cells, indent)


def strong(text: str, cells: int, level: Level | None = None) -> list[Line]:
    """A heading, with a mark before it where it has one."""
    head = Part(safe_text(text, _MOST), Tone.STRONG)
    return wrap(line(head) if level is None else line(mark(level), " ", head), cells, 2)


def commands(lines: Sequence[str], cells: int, indent: int = 2) -> list[Line]:
    """Lines to run, never cut, and broken only where a line ends."""
    rows: list[Line] = []
    for each in lines:
        rows += wrap(line(" " * indent, Part(f"$ {safe_text(each, 4096)}", Tone.COMMAND)), cells, indent + 2)
    return rows


def path_text(path: Path) -> str:
    """A path as it may be shown."""
    return redacted(safe_text(str(path), 300))


def place_lines(place: Found, cells: int) -> list[Line]:
    """The file, and what is known of whoever runs with it."""
    rows = wrap(line("  ", Part(path_text(place.conf), Tone.COMMAND)), cells, 2)
    return rows + said(how(place), cells)


def how(place: Found) -> str:
    """How it was found: `process 4121 runs with it`, or what is in the way of setting it up from here."""
    runs = "" if place.process is None else f"process {place.process.pid} runs with it"
    return "; ".join(each for each in (runs, place.trouble) if each) or _BY[place.by]


_BY = {By.RUNNING: "it runs", By.FOLDER: "none runs with it now", By.NAMED: "as you named it"}


def judged_lines(wizard: Wizard, cells: int, keys: Keys = KEYS) -> list[Line]:
    """The judgement of the file as it was read: in a sentence, its findings, its entries."""
    if wizard.reading is None or wizard.place is None:
        return []
    judged = wizard.reading.judged
    rows = strong(capital(verdict(judged)), cells, worst(judged))
    rows += place_lines(wizard.place, cells)
    for each in judged.findings[:_MOST_FINDINGS]:
        rows += [(), *finding_lines(each, cells)]
    if len(judged.findings) > _MOST_FINDINGS:
        rows += [(), *said(f"… and {len(judged.findings) - _MOST_FINDINGS} more.", cells)]
    if hides(judged):
        rows += [
            (),
            *said(f"cpwatch changes no file that it can't read. Mend it by hand; {keys.again} reads it again.", cells),
        ]
    if judged.entries:
        rows += [(), *strong("The lists as they are", cells)]
        if not judged.in_force:
            rows += said(
                "The gateway looks at neither, for one of the two is missing or empty: everyone gets in.", cells
            )
        rows += entry_lines(judged.entries, cells)
    return rows


def finding_lines(finding: Finding, cells: int) -> list[Line]:
    """The line, what it does, and the fix."""
    where = "" if finding.line is None else f"line {finding.line}: "
    head = line(mark(LEVELS[finding.severity]), " ", Part(where, Tone.LABEL), safe_text(finding.message, _MOST))
    rows = wrap(head, cells, 2)
    return rows + (wrap(line("  ", Part(safe_text(finding.fix, _MOST), Tone.MUTED)), cells, 2) if finding.fix else [])


def worst(judged: Judgement) -> Level:
    """The level of the gravest finding."""
    level = LEVELS[judged.findings[0].severity] if judged.findings else Level.OK
    return Level.OK if level is Level.INFO else level


def entry_lines(entries: Sequence[EntryReport], cells: int) -> list[Line]:
    """Each entry with what it admits: `allow  192.168.1.*   256 addresses, all private`."""
    shown = entries[:_MOST_ENTRIES]
    column = min(max((Part(each.entry).width for each in shown), default=0), 18) + 2
    rows: list[Line] = []
    for each in shown:
        name = Part(each.entry, Tone.COMMAND)
        gap = " " * max(column - name.width, 2)
        text, tone = admits(each)
        rows += wrap(line("  ", Part(f"{each.list:<7}", Tone.LABEL), name, gap, Part(text, tone)), cells, 9)
    if len(entries) > len(shown):
        rows += said(f"… and {len(entries) - len(shown)} more.", cells)
    return rows


def admits(each: EntryReport) -> tuple[str, Tone]:
    """What an entry does, in words."""
    match each.effect:
        case Effect.ERROR:
            return "answers 500 to all who come to it", Tone.ALARM
        case Effect.MALFORMED:
            return "can't be read: the entry before it is tried once more", Tone.WARN
        case Effect.NOTHING:
            return ("admits nobody", Tone.WARN) if each.list == "allow" else ("refuses nobody", Tone.MUTED)
    reached = each.reach.addresses
    count = "addresses that can't be counted" if reached is None else number(reached)
    if each.list == "deny":
        return f"refuses {count}", Tone.PLAIN
    if reached == 1:
        return ("1 address, on the internet", Tone.WARN) if each.reach.public else ("1 address", Tone.PLAIN)
    if not each.reach.public:
        return f"{count}, none on the internet", Tone.PLAIN
    private = each.reach.private
    return f"{count}, strangers' among them" + (f" ({private:,} private)" if private else ""), Tone.WARN


def plan_lines(plan: Plan, cells: int) -> list[Line]:
    """The lists that result, each line with what it admits and for whom; always both, so that they are in force."""
    rows = strong("Who gets in from then on", cells, Level.WARN if plan.public else Level.OK)
    column = min(max((Part(each.entry).width for each in (*plan.allow, *plan.deny)), default=0), 18) + 10
    for each in plan.allow:
        rows += _listed(each.report, cells, column, each.label)
    for each in plan.deny:
        rows += _listed(each.report, cells, column)
    if plan.total is not None:
        rows += [(), *said(f"Let in, all in all: {number(plan.total.allowed)}; all others are refused.", cells)]
    rows += said("Both lists are there, so that the gateway looks at them.", cells)
    for note in plan.notes:
        rows += [(), *wrap(line(mark(Level.INFO), " ", safe_text(note, _MOST)), cells, 2)]
    return rows


def _listed(report: EntryReport, cells: int, column: int, label: str = "") -> list[Line]:
    """`allow 192.168.1.*   256 addresses, none on the internet  eth0`; the label below where there is no room for it.

    column: where what it admits begins.
    """
    text, tone = admits(report)
    name, whom = Part(report.entry, Tone.COMMAND), Part(safe_text(label, _MOST), Tone.MUTED)
    gap = " " * max(column - 8 - name.width, 2)
    head = line("  ", Part(f"{report.list:<6}", Tone.LABEL), name, gap, Part(text, tone))
    if not label:
        return wrap(head, cells, 8)
    if width(head) + 2 + whom.width <= cells:
        return [line(*head, "  ", whom)]
    return [*wrap(head, cells, 8), *wrap(line(" " * column, whom), cells, column)]


def number(count: int) -> str:
    """`1 address`, `256 addresses`."""
    return "1 address" if count == 1 else f"{count:,} addresses"


def diff_of(old: bytes, new: bytes) -> list[str]:
    """What changes, line by line as `diff -u` has it, without its head. Bounded, and safe to print."""
    before, after = (_rows(each) for each in (old, new))
    found = list(unified_diff(before, after, n=_CONTEXT, lineterm=""))[2:]
    cut = [redacted(safe_text(each, _MOST)) for each in found[:_MOST_DIFF]]
    return cut + ([f"… and {len(found) - _MOST_DIFF} lines more"] if len(found) > _MOST_DIFF else [])


def _rows(data: bytes) -> list[str]:
    try:
        return text_of(data).text.splitlines()
    except BadYaml:
        return data.decode("utf-8", "replace").splitlines()


def diff_lines(wizard: Wizard, cells: int, keys: Keys = KEYS) -> list[Line]:
    """What would change in the file, and what is then to be said of it."""
    if wizard.reading is None or wizard.draft is None or wizard.place is None:
        return []
    if unchanged(wizard):
        rows = strong("Nothing in the file needs to change", cells, Level.OK)
        return [*rows, *place_lines(wizard.place, cells)]
    rows = place_lines(wizard.place, cells)
    for each in diff_of(wizard.reading.seen.data, wizard.draft.data):
        rows.append(clip_line(line(" ", Part(each, _DIFF_TONES.get(each[:1], Tone.PLAIN))), cells))
    judged = wizard.draft.judged
    rows += [(), *strong(f"Then {verdict(judged)}", cells, worst(judged))]
    for finding in judged.findings:
        if finding.severity is not Severity.INFO:
            rows += finding_lines(finding, cells)
    rows += [(), *said("Nothing is written yet, and all else in the file stays as it is, to the byte.", cells)]
    rows += said(f"{keys.next} accepts it, and asks once more before it is written.", cells)
    return rows


_DIFF_TONES = {"+": Tone.GAIN, "-": Tone.LOSS, "@": Tone.MUTED}


def proof_lines(wizard: Wizard, expected: dict[str, Answer], cells: int) -> list[Line]:
    """What was answered at each of this machine's own addresses, and whether the file says so.

    expected: by address, what a gateway with this file answers.
    """
    rows: list[Line] = []
    for proof in wizard.proofs:
        level, text = proof_words(proof, expected.get(proof.address.host), new=wizard.written is not None)
        head = line(mark(level), " ", Part(proof.address.url, Tone.COMMAND), "  ", text)
        rows += wrap(head, cells, 4)
    return rows


def proof_words(proof: Proof, expected: Answer | None, *, new: bool) -> tuple[Level, str]:
    """One answer in words. new: whether the file has just been written."""
    failure = proof.failure
    if proof.held > 0:
        return Level.WARN, f"not asked: a limit on requests holds it for {age(proof.held)}"
    match None if failure is None else failure.kind:
        case None:
            answer, text = Answer.ALLOWED, "let in"
        case FailureKind.DENIED:
            answer, text = Answer.DENIED, "refused by the allow list"
        case FailureKind.MISCONFIGURED:
            answer, text = Answer.ERROR, "500: the gateway chokes on its own settings"
        case FailureKind.REFUSED:
            answer, text = Answer.NO_GATEWAY, "nothing listens there"
        case _:
            answer, text = Answer.NO_GATEWAY, failure.evidence if failure else ""
    if expected is None or answer is expected:
        good = answer in {Answer.ALLOWED, Answer.DENIED}
        return (Level.OK if good else Level.ALARM), text + (", as the file has it" if expected and good else "")
    if answer is Answer.NO_GATEWAY:
        return Level.ALARM, f"{text}: is the gateway running?"
    old = "; the gateway goes by the old file until it is started anew" if new else ""
    return Level.ALARM, f"{text}, though by the file it should be {_ANSWERS[expected]}{old}"


_ANSWERS = {
    Answer.ALLOWED: "let in",
    Answer.DENIED: "refused",
    Answer.ERROR: "500",
    Answer.NO_GATEWAY: "nothing",
}


def capital(text: str) -> str:
    """The sentence with a capital at its beginning."""
    return text[:1].upper() + text[1:]
