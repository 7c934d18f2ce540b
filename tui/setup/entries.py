"""What each entry of the allow list does in fact, and what its owner should know of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tui.setup.admitted import NOBODY, Reach, reach_of
from tui.setup.conf import Listed
from tui.setup.finding import Finding, Severity, shown
from tui.setup.matcher import Act, Other, Rule, rule_of
from tui.setup.pattern import Begin, Pattern
from tui.setup.suggest import instead_of_cidr


class Effect(StrEnum):
    """What an entry does."""

    ADDRESS = "address"
    """It matches one address."""
    WILDCARD = "wildcard"
    """It matches all addresses that begin so."""
    REGEX = "regex"
    """It matches as a regular expression, of which its owner may know nothing."""
    NOTHING = "nothing"
    """It matches no address that there is."""
    MALFORMED = "malformed"
    """The gateway can't read it, and tries the pattern before it once more."""
    ERROR = "error"
    """The gateway answers 500 to all who come to it."""


@dataclass(frozen=True, slots=True)
class EntryReport:
    """list: `allow` or `deny`. entry: as it stands, safe to print. finding: what is to be said of it, if anything."""

    list: str
    entry: str
    line: int
    effect: Effect
    reach: Reach
    finding: Finding | None = None


_MOST_COUNTED = 50
"""Regular expressions of which it is counted whom they match; a file with more of them is out to do harm."""
_PLAIN = re.compile(r"[0-9.]+")
_CIDR = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})/(\d{1,2})")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z][A-Za-z0-9-]*)*")


def reports_of(allow: Sequence[Listed], deny: Sequence[Listed]) -> list[EntryReport]:
    """A report on every entry, in the gateway's order: deny before allow."""
    found: list[EntryReport] = []
    compiled = False
    counted = 0
    for name, listed in (("deny", deny), ("allow", allow)):
        stale = name == "deny"
        for each in listed:
            rule = rule_of(each.entry)
            effect, reach = _effect(rule, compiled=compiled, counted=counted < _MOST_COUNTED)
            counted += isinstance(rule.pattern, Pattern)
            first = stale and effect is Effect.MALFORMED
            finding = _finding(name, each, rule, effect, reach, first=first)
            text = each.entry.shown if isinstance(each.entry, Other) else each.entry
            found.append(EntryReport(name, shown(text), each.line, effect, reach, finding))
            if rule.act is Act.SET:
                compiled, stale = True, False
    return found


def _effect(rule: Rule, *, compiled: bool, counted: bool) -> tuple[Effect, Reach]:
    match rule.act:
        case Act.BAD | Act.CHOKE:
            return Effect.ERROR, NOBODY
        case Act.AGAIN if not compiled:
            return Effect.ERROR, NOBODY
        case Act.KEEP | Act.AGAIN:
            return Effect.MALFORMED, NOBODY
    if isinstance(rule.pattern, Pattern) and not counted:
        return Effect.REGEX, Reach(None, True)
    reach = NOBODY if rule.pattern is None else reach_of(rule.pattern)
    if reach.addresses == 0:
        return Effect.NOTHING, reach
    if rule.wildcard:
        return Effect.WILDCARD, reach
    return (Effect.ADDRESS if isinstance(rule.pattern, Begin) else Effect.REGEX), reach


def _finding(name: str, listed: Listed, rule: Rule, effect: Effect, reach: Reach, *, first: bool) -> Finding | None:
    match effect:
        case Effect.ERROR:
            return _choked(listed, rule)
        case Effect.MALFORMED if first:
            return _stale(listed)
        case Effect.MALFORMED | Effect.NOTHING:
            return _useless(name, listed, effect)
    if rule.pattern is not None and rule.pattern.unfollowed:
        said = (
            f"{_shown(listed)} is a regular expression with {shown(rule.pattern.unfollowed)}, which cpwatch can't "
            "follow: what is said here of this file holds only if it matches nobody."
        )
        return Finding("java-regex", Severity.WARN, listed.line, said, "Name the addresses, or a range such as 10.0.*.")
    if name == "allow" and reach.public:
        return _public(listed, reach)
    if effect is Effect.REGEX:
        number = "addresses that can't be counted" if reach.addresses is None else _addresses(reach.addresses)
        said = f"{_shown(listed)} is read as a regular expression, and matches {number}."
        return Finding("regex", Severity.INFO, listed.line, said, "Make sure that it is meant so.")
    return None


def _choked(listed: Listed, rule: Rule) -> Finding:
    match listed.entry:
        case Other(kind=kind):
            said = f"{_shown(listed)} is {kind} to YAML and no address: the gateway answers 500 to all who come to it."
            fix = "Write all four parts, or a range such as 127.0.*; quotes alone make no address of it."
            return Finding("not-text", Severity.ERROR, listed.line, said, fix)
        case "*":
            said = '"*" admits nobody: the gateway answers 500 to all who come to it.'
            fix = "Name the addresses, or ranges such as 192.168.1.*."
            return Finding("star", Severity.ERROR, listed.line, said, fix)
    why = f" ({rule.why})" if rule.why else ", with nothing before it that could stand in for it"
    said = f"The gateway can't read {_shown(listed)}{why}: it answers 500 to all who come to it."
    return Finding(
        "bad-pattern", Severity.ERROR, listed.line, said, "Write an address, or a range such as 192.168.1.*."
    )


def _stale(listed: Listed) -> Finding:
    said = (
        f"The gateway can't read {_shown(listed)}, the first in `deny`, and takes the pattern for it that the request "
        "before it has left: whoever is allowed gets in once, and from then on is denied."
    )
    return Finding("stale-deny", Severity.ERROR, listed.line, said, "Take it out, or write an address.")


def _useless(name: str, listed: Listed, effect: Effect) -> Finding:
    """An entry that looks as if it did something."""
    text = listed.entry if isinstance(listed.entry, str) else listed.entry.shown
    nobody = "admits nobody" if name == "allow" else "keeps nobody out"
    severity = Severity.WARN
    if cidr := _CIDR.fullmatch(text):
        entry = instead_of_cidr(cidr[1], int(cidr[2]))
        if name == "deny" and cidr[2] == "0":
            said = f"{_shown(listed)} {nobody}: the gateway knows no ranges with a slash. Who is in no list is denied."
            return Finding("deny-everyone", severity, listed.line, said, "Take it out, but leave `deny` where it is.")
        said = f"{_shown(listed)} {nobody}: the gateway knows no ranges with a slash."
        fix = f"Write {entry} in its place." if entry else "Name the addresses, or ranges such as 192.168.1.*."
        return Finding("cidr", severity, listed.line, said, fix)
    if re.fullmatch(r"[xX](\.[xX]){3}", text):
        said = f"{_shown(listed)} is a placeholder and {nobody}."
        return Finding("placeholder", severity, listed.line, said, "Put an address there, or take it out.")
    if ":" in text and text.count(":") > 1:
        said = f"{_shown(listed)} {nobody}: the gateway speaks IPv4 alone, as its start script has it."
        return Finding("ipv6", severity, listed.line, said, "Write the client's IPv4 address.")
    if "," in text or " " in text:
        said = f"{_shown(listed)} {nobody}: a line holds one address, and no blanks."
        return Finding("comma", severity, listed.line, said, "Give each address a line of its own.")
    if effect is Effect.MALFORMED:
        name_or = "names of machines are not looked up" if _WORD.fullmatch(text) else "it has no four parts"
        said = f"{_shown(listed)} {nobody}: {name_or}, and the gateway tries the entry before it once more."
        return Finding("malformed", severity, listed.line, said, "Write the address: 127.0.0.1 in place of localhost.")
    if "*" in text:
        said = f"{_shown(listed)} {nobody}: a star stands for all that is left, and only once, at the end."
        fix = "Write it with one star: 127.* in place of 127.*.*.*."
        return Finding("stars", severity, listed.line, said, fix)
    if not _PLAIN.fullmatch(text):
        said = f"{_shown(listed)} {nobody}: no address looks like that, with its signs read as a regular expression."
        return Finding("no-effect", severity, listed.line, said, "Write an address, or a range such as 192.168.1.*.")
    severity = Severity.WARN if name == "allow" else Severity.INFO
    said = f"{_shown(listed)} {nobody}: no address looks like that (parts up to 255, without leading zeros)."
    return Finding("no-effect", severity, listed.line, said, "Correct it, or take it out.")


def _public(listed: Listed, reach: Reach) -> Finding:
    fix = "Name the machines, or your own network: 192.168.1.* for example."
    if reach.addresses is None:
        said = f"{_shown(listed)} is a regular expression, and how many it admits can't be counted."
        return Finding("public-range", Severity.WARN, listed.line, said, fix)
    if reach.addresses == 1:
        said = f"{_shown(listed)} is an address on the internet: whoever has it, or comes to have it, gets in."
        return Finding("public-address", Severity.INFO, listed.line, said, "Make sure that it is yours, and stays so.")
    private = f" Of them {reach.private:,} are private." if reach.private else ""
    said = f"{_shown(listed)} admits {_addresses(reach.addresses)}, strangers on the internet among them.{private}"
    return Finding("public-range", Severity.WARN, listed.line, said, fix)


def _addresses(number: int) -> str:
    return "1 address" if number == 1 else f"{number:,} addresses"


def _shown(listed: Listed) -> str:
    return f"`{shown(listed.entry.shown if isinstance(listed.entry, Other) else listed.entry)}`"
