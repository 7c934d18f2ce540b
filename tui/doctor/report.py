"""What `cpwatch doctor` says: the results of the checks as lines, and as the contract's JSON."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from tui.doctor.check import Result, Status
from tui.doctor.run import leading
from tui.domain.redact import redacted
from tui.domain.remedy import Remedy
from tui.domain.report import glyph
from tui.domain.sanitise import safe_text
from tui.domain.verdict import Verdict

SCHEMA = 1
WIDTH = 79
GLYPHS = {Status.PASSED: "✓", Status.WARNED: "▲", Status.FAILED: "✗", Status.SKIPPED: "–"}
EXIT_WORDS = {
    0: "the session can be used",
    1: "the login or the brokerage session",
    2: "the settings, or the command itself",
    3: "the gateway, or the network before it",
    4: "the gateway's settings",
    5: "the tunnel",
    6: "IBKR, or the way from the gateway to it",
    7: "a limit on requests",
}
"""Where an exit code says that the trouble is."""
_LONGEST = 1000
_UNDER = "    "
# A sentence ends where the next one begins; the dot of a file's name is followed by no blank.
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“`(])")


class CheckDocument(TypedDict):
    """One check. remedy: sentences, then each command on a line of its own; None where nothing is to be done."""

    id: str
    title: str
    status: str
    evidence: str
    remedy: str | None
    seconds: float


class Document(TypedDict):
    """The contract's *cpwatch doctor --json*."""

    schema: int
    verdict: str
    checks: list[CheckDocument]


def document(results: Iterable[Result], found: Verdict) -> Document:
    """The results as the contract's JSON, in the order in which the checks depend on each other."""
    return {"schema": SCHEMA, "verdict": found.name.value, "checks": [_check(each) for each in results]}


def _check(result: Result) -> CheckDocument:
    outcome = result.outcome
    return {
        "id": result.id,
        "title": result.title,
        "status": outcome.status.value,
        "evidence": evidence(result),
        "remedy": _whole(outcome.remedy),
        "seconds": round(result.seconds, 3),
    }


def evidence(result: Result) -> str:
    """What was seen, in one line that is safe to print; masked once more, whatever check it comes from."""
    return safe_text(redacted(result.outcome.evidence), _LONGEST)


def _whole(remedy: Remedy | None) -> str | None:
    return None if remedy is None else "\n".join((remedy.text, *remedy.commands))


def lines(results: Sequence[Result], found: Verdict, code: int | None = None) -> list[str]:
    """The whole report: the leading cause, the table, the verdict.

    code: the exit code, where it is not the verdict's.
    """
    width = title_width(each.title for each in results)
    first = leading(results)
    table = [line for each in results for line in check_lines(each, width, told=each is first)]
    return [*headline(results, found), "", *table, "", *verdict_lines(results, found, code)]


def headline(results: Sequence[Result], found: Verdict) -> list[str]:
    """The leading cause in a sentence, and below it what else there is to be known of it."""
    first = leading(results)
    usable = found.name.exit_code == 0
    if first is None or (first.outcome.status is Status.WARNED and not usable):
        if usable:
            return [f"{GLYPHS[Status.PASSED]} All is well: nothing keeps the session from being used."]
        return wrapped(f"{glyph(found.name)} {found.summary}", _UNDER[:2])
    means = first.outcome.means or f"{first.title}: {evidence(first) or first.outcome.status.value}."
    begin, *rest = sentences(means)
    said = wrapped(f"{GLYPHS[first.outcome.status]} {begin}", _UNDER[:2])
    return [*said, *wrapped(_UNDER[:2] + " ".join(rest), _UNDER[:2])] if rest else said


def sentences(text: str) -> list[str]:
    """The sentences of a text, at least one."""
    return _SENTENCES.split(text)


def title_width(titles: Iterable[str]) -> int:
    """How wide the column of titles is."""
    return max(map(cells, titles), default=0)


def check_lines(result: Result, width: int, *, told: bool = False) -> list[str]:
    """One check: its mark, its title, what was seen; below that, where something is amiss, what it means and a remedy.

    width: of the column of titles. told: whether its meaning stands elsewhere. A command stands whole on a line of its
    own, however long it is.
    """
    outcome = result.outcome
    begin = f"{GLYPHS[outcome.status]} {result.title}{' ' * (width - cells(result.title))}  "
    said = wrapped((begin + evidence(result)).rstrip(), " " * cells(begin))
    if outcome.status in {Status.PASSED, Status.SKIPPED}:
        return said
    if outcome.means and not told:
        said += wrapped(_UNDER + sentences(outcome.means)[0], _UNDER)
    return said + _remedy_lines(outcome.remedy)


def _remedy_lines(remedy: Remedy | None) -> list[str]:
    if remedy is None:
        return []
    said = wrapped(f"{_UNDER}Do: {remedy.text}", f"{_UNDER}    ")
    return said + [f"{_UNDER}    {safe_text(command, _LONGEST)}" for command in remedy.commands]


def verdict_lines(results: Sequence[Result], found: Verdict, code: int | None = None) -> list[str]:
    """The verdict, and what the exit code says. The verdict's own words are left out where a failure's stand above."""
    code = found.name.exit_code if code is None else code
    first = leading(results)
    told = first is not None and first.outcome.status is Status.FAILED
    summary = "" if told else f"  {found.summary.rstrip('.')}."
    where = EXIT_WORDS.get(code, "see the manual")
    return wrapped(f"{glyph(found.name)} {found.name.words}{summary}  Exit code {code}: {where}.", _UNDER[:2])


def cells(text: str) -> int:
    """How many columns of a terminal the text takes: signs of East Asia take two, marks on a letter none."""
    if text.isascii():
        return len(text)
    return sum(_cells(c) for c in text)


def _cells(c: str) -> int:
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def wrapped(text: str, under: str, width: int = WIDTH) -> list[str]:
    """The text as lines of at most `width` columns, those after the first indented by `under`.

    Blanks at the beginning and between words stay within a line; a word that is longer than a line is cut.
    """
    return list(_lines(text, under, width))


def _lines(text: str, under: str, width: int) -> Iterator[str]:
    line, indent = "", ""
    for part in re.findall(r" *[^ ]+", text):
        if cells(line) + cells(part) <= width:
            line += part
            continue
        if line.strip():
            yield line
            line, indent = under, under
            part = part.lstrip(" ")  # noqa: PLW2901 (the blanks before a word that begins a line are not wanted)
        while cells(line) + cells(part) > width:
            head = _fitting(part, width - cells(line))
            yield line + head
            line, indent, part = under, under, part[len(head) :]  # noqa: PLW2901 (the rest of a cut word)
        line += part
    if line != indent or not text:
        yield line


def _fitting(word: str, width: int) -> str:
    """As much of the word's beginning as fits, at least one sign."""
    used = 0
    for at, c in enumerate(word):
        used += _cells(c)
        if used > width and at:
            return word[:at]
    return word
