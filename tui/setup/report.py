"""A judgement as one JSON document, and as lines for people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tui.setup.entries import EntryReport
from tui.setup.finding import Finding, Severity
from tui.setup.judge import Answer, Judgement

SCHEMA = 1
_DASH = "–"
_WORDS = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "note"}


def document(file: str, judged: Judgement, clients: Mapping[str, Answer]) -> dict[str, Any]:
    """As the contract has it (*cpwatch allowlist check*)."""
    return {
        "schema": SCHEMA,
        "file": file,
        "starts": judged.starts,
        "listens": judged.listens,
        "open_to_everyone": judged.open_to_everyone,
        "entries": [_entry(each) for each in judged.entries],
        "findings": [_finding(each) for each in judged.findings],
        "clients": {client: answer.value for client, answer in clients.items()},
    }


def _entry(each: EntryReport) -> dict[str, Any]:
    return {
        "list": each.list,
        "entry": each.entry,
        "line": each.line,
        "effect": each.effect.value,
        "addresses": each.reach.addresses,
        "public": each.reach.public,
        "finding": each.finding.message if each.finding else None,
    }


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "id": each.id,
        "severity": each.severity.value,
        "line": each.line,
        "message": each.message,
        "fix": each.fix,
    }


def lines(file: str, judged: Judgement, clients: Mapping[str, Answer]) -> list[str]:
    """The judgement, a table of the entries, the findings and the clients."""
    found = [f"{file}: {verdict(judged)}"]
    if judged.entries:
        head = ("List", "Entry", "Line", "Effect", "Addresses", "Public")
        found += ["", *_table([head, *(_row(each) for each in judged.entries)], right=(2, 4))]
    for each in judged.findings:
        place = "" if each.line is None else f", line {each.line}"
        found += ["", f"{_WORDS[each.severity]}{place}: {each.message}"]
        found += [f"  {each.fix}"] if each.fix else []
    if clients:
        found += ["", *_table([(client, _said(answer)) for client, answer in clients.items()])]
    return found


def verdict(judged: Judgement) -> str:
    """The judgement in a sentence."""
    if not judged.starts:
        return "the gateway ends at its start with this file."
    if not judged.listens:
        return "with this file the gateway's process runs, but never listens."
    if judged.open_to_everyone:
        return "the gateway lets everyone in."
    worst = judged.findings[0].severity if judged.findings else Severity.INFO
    return {
        Severity.ERROR: "the gateway runs with this file, but not as it should.",
        Severity.WARN: "the gateway runs with this file.",
        Severity.INFO: "all is well.",
    }[worst]


def _row(each: EntryReport) -> tuple[str, ...]:
    number = each.reach.addresses
    counted = "?" if number is None else f"{number:,}"
    public = "yes" if each.reach.public else "no" if number != 0 else _DASH
    return (each.list, each.entry, str(each.line), each.effect.value, counted, public)


def _said(answer: Answer) -> str:
    return {
        Answer.ALLOWED: "allowed",
        Answer.DENIED: "denied (404 Access Denied)",
        Answer.ERROR: "500 Internal Server Error",
        Answer.NO_GATEWAY: "finds no gateway",
    }[answer]


def _table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """The rows with aligned columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    aligned = set(right)
    return [
        "  ".join(
            cell.rjust(width) if column in aligned else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
