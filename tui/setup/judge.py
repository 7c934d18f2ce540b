"""Judges a conf.yaml: whether the gateway starts with it and listens, whom it lets in, and what else is to be said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from tui.setup.admitted import total_of
from tui.setup.conf import Conf, Listed
from tui.setup.conf_reader import ConfReader
from tui.setup.conf_text import LARGEST, text_of
from tui.setup.context import NOTHING_KNOWN, Context
from tui.setup.entries import Effect, EntryReport, reports_of
from tui.setup.finding import Finding, Severity, Stop
from tui.setup.matcher import Decision, Matcher, Rule, rule_of
from tui.setup.meaning import own_findings
from tui.setup.upstream import upstream_findings
from tui.setup.yaml_nodes import BadYaml, compose

LOOPBACK = "127.0.0.1"
_MOST_COMPARED = 200
_NO_SETTINGS = frozenset({"yaml-empty", "conf-shape"})


class Answer(StrEnum):
    """What a client gets from a gateway with these settings."""

    ALLOWED = "allowed"
    DENIED = "denied"
    ERROR = "error"
    NO_GATEWAY = "no_gateway"
    """The settings keep it from serving at all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """starts: the gateway's process stays. listens: it serves. open_to_everyone: all get in but whom `deny` names.

    entries: of both lists, in the order in which the gateway comes to them. findings: those of the worst first. conf:
    what is in force; of a file that can't be read, the defaults.
    """

    starts: bool
    listens: bool
    open_to_everyone: bool
    entries: tuple[EntryReport, ...]
    findings: tuple[Finding, ...]
    conf: Conf

    @property
    def in_force(self) -> bool:
        """Whether the gateway looks at its lists at all."""
        return self.conf.in_force

    def decide(self, client: str) -> Answer:
        """What the first request after a start gets. client: an IPv4 address, without leading zeros."""
        return self.decide_all([client])[0]

    def decide_all(self, clients: Iterable[str]) -> list[Answer]:
        """What requests from these clients get, one after the other since a start: some lists change between two."""
        if not self.listens:
            return [Answer.NO_GATEWAY for _ in clients]
        matcher = _matcher(self.conf)
        return [Answer(matcher.decide(client)) for client in clients]


def judge(data: bytes, context: Context = NOTHING_KNOWN) -> Judgement:
    """What the gateway makes of the file. Bad files, of whatever kind, are findings; nothing is raised."""
    reader = ConfReader()
    entries: list[EntryReport] = []
    everyone = False
    readable = True
    try:
        if len(data) > LARGEST:
            raise BadYaml(
                "size", None, f"More than {LARGEST // 1024} KiB can't be a conf.yaml.", "Name the right file."
            )
        reader.read(compose(text_of(data).text))
    except BadYaml as error:
        readable = False
        reader.findings.append(Finding(error.id, Severity.ERROR, error.line, error.message, error.fix, Stop.START))
    findings = reader.findings
    conf = reader.conf
    # Of what ends the gateway, only what keeps the file from being read hides the rest of what is wrong with it.
    if readable and not any(each.id in _NO_SETTINGS for each in findings):
        findings += own_findings(conf, context)
        findings += upstream_findings(conf)
        entries = reports_of(conf.allow or (), conf.deny or ())
        of_entries = [each.finding for each in entries if each.finding is not None]
        findings += of_entries if conf.in_force else [_once_in_force(each) for each in of_entries]
        everyone, of_lists = _lists(conf, entries, findings)
        findings += of_lists
    starts = all(each.stops is not Stop.START for each in findings)
    listens = starts and all(each.stops is not Stop.LISTEN for each in findings)
    order = list(Severity)
    stops = [Stop.START, Stop.LISTEN, Stop.NOTHING]
    findings.sort(key=lambda each: (order.index(each.severity), stops.index(each.stops), each.line or 0))
    return Judgement(starts, listens, listens and everyone, tuple(entries), tuple(findings), conf)


def _once_in_force(finding: Finding) -> Finding:
    """What is to be said of an entry while nobody looks at it."""
    severity = Severity.WARN if finding.severity is Severity.ERROR else finding.severity
    return replace(finding, severity=severity, message=f"Once the lists are in force: {finding.message}")


def _rules(listed: tuple[Listed, ...] | None) -> list[Rule]:
    return [rule_of(each.entry) for each in listed or ()]


def _matcher(conf: Conf) -> Matcher:
    allow, deny = (None if each is None else [one.entry for one in each] for each in (conf.allow, conf.deny))
    return Matcher(allow, deny)


def _lists(conf: Conf, entries: list[EntryReport], before: list[Finding]) -> tuple[bool, list[Finding]]:
    """Whether everyone gets in, and what is to be said of both lists together."""
    if any(each.id in ("ips-null", "list-shape") for each in before):
        return False, []
    if any(each.id == "wrong-type" and each.line == conf.line("ips") for each in before):
        return False, []
    if not conf.in_force:
        return True, [_not_in_force(conf)]
    line = conf.line("ips")
    found = []
    total = total_of(_rules(conf.allow), _rules(conf.deny))
    everyone = total.everyone if total is not None else _seems_open(conf)
    if everyone:
        said = "The entries of `allow` together let everyone in who is not in `deny`: strangers too."
        fix = "Name the machines, or your own network: 192.168.1.* for example."
        found.append(Finding("open-to-everyone", Severity.ERROR, conf.line("ips.allow", "ips"), said, fix))
    if total is not None and not total.allowed and not any(each.effect is Effect.ERROR for each in entries):
        said = "No address there is gets in: the gateway answers Access Denied to all, to this machine too."
        fix = "Add `- 127.0.0.1` below `allow`."
        found.append(Finding("nobody-allowed", Severity.ERROR, conf.line("ips.allow", "ips"), said, fix))
    elif _matcher(conf).decide(LOOPBACK) is Decision.DENIED:
        said = f"{LOOPBACK} is denied: neither a browser nor cpwatch on the gateway's own machine gets in."
        found.append(Finding("loopback", Severity.WARN, line, said, "Add `- 127.0.0.1` below `allow`."))
    found += _denied_anyway(conf, entries)
    said = "The lists hold for requests alone: whoever reaches the port opens a websocket, and gets what it sends."
    found.append(
        Finding("websockets", Severity.INFO, line, said, "Keep others from the gateway's port with a firewall.")
    )
    return everyone, found


def _seems_open(conf: Conf) -> bool:
    """Whether all of some addresses from everywhere get in, where they can't be counted."""
    strangers = (f"{first}.{17 * first % 256}.{91 * first % 256}.{53 * first % 255 + 1}" for first in range(1, 224, 9))
    return all(_matcher(conf).decide(each) is Decision.ALLOWED for each in strangers)


def _not_in_force(conf: Conf) -> Finding:
    missing = [name for name, listed in (("allow", conf.allow), ("deny", conf.deny)) if listed is None]
    what = " and ".join(f"`{name}`" for name in missing)
    verb = "are" if len(missing) > 1 else "is"
    there = any(f"ips.{name}" in conf.lines for name in missing)
    state = "empty" if there else "missing"
    said = f"Everyone gets in: {what} {verb} {state}, and then the gateway looks at neither list."
    fix = "Give `ips` both lists. An empty one is written [], as in `deny: []`."
    line = conf.line(*(f"ips.{name}" for name in missing), "ips")
    return Finding("open-to-everyone", Severity.ERROR, line, said, fix)


def _denied_anyway(conf: Conf, entries: list[EntryReport]) -> list[Finding]:
    """Single addresses that both lists have."""
    found = []
    matcher = _matcher(conf)
    single = (each for each in entries if each.list == "allow" and each.effect is Effect.ADDRESS)
    for each in islice(single, _MOST_COMPARED):
        if matcher.denies(each.entry):
            said = f"`{each.entry}` is denied all the same: `deny` has it too, and goes before `allow`."
            found.append(Finding("denied-anyway", Severity.WARN, each.line, said, "Take it out of one of the two."))
    return found
