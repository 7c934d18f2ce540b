"""Who shall reach the gateway -> the two lists that let in just them, each entry with whom it admits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from tui.setup.admitted import Total, total_of
from tui.setup.conf import Listed
from tui.setup.edit import MOST_ENTRIES, Change
from tui.setup.entries import Effect, EntryReport, reports_of
from tui.setup.finding import Severity
from tui.setup.judge import LOOPBACK
from tui.setup.matcher import Act, Decision, Matcher, rule_of
from tui.setup.networks import FEW, Entries, Network, NetworkKind, Peer, entries_for

NOBODY = "255.255.255.255"
"""An entry for `deny` that no client has: the gateway looks at its lists only where there are both."""
TAILNET = r"100.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]).\d+.\d+"
"""All of 100.64.0.0/10, as the gateway reads it: as a regular expression. No address of the internet is in it."""


class Who(StrEnum):
    """Those for whom an entry is made."""

    THIS_MACHINE = "this-machine"
    MACHINES = "machines"
    LAN = "lan"
    CONTAINERS = "containers"
    TAILSCALE = "tailscale"
    WIREGUARD = "wireguard"
    TUNNEL = "tunnel"
    """A tunnel's agent on this machine, which is let in as this machine."""
    KEPT = "kept"
    """An entry that the file has, and the user keeps."""


@dataclass(frozen=True, slots=True)
class Admit:
    """Entries for somebody. label: who that is, safe to print."""

    who: Who
    entries: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the lists that result. label: for whom, empty in `deny`. report: what it does, by the judge."""

    entry: str
    who: Who
    label: str
    report: EntryReport

    @property
    def addresses(self) -> int | None:
        """How many it admits; None where that can't be counted."""
        return self.report.reach.addresses

    @property
    def public(self) -> bool:
        """Whether strangers' addresses are among them."""
        return self.report.reach.public


@dataclass(frozen=True, slots=True)
class Plan:
    """Both lists, so that they are in force. notes: sentences about what they do not do. total: of all addresses."""

    allow: tuple[Line, ...]
    deny: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    total: Total | None = None

    @property
    def public(self) -> bool:
        """Whether strangers' addresses get in."""
        return any(line.public for line in self.allow)

    @property
    def reports(self) -> tuple[EntryReport, ...]:
        """Both lists' reports, as the gateway comes to them."""
        return tuple(line.report for line in (*self.deny, *self.allow))

    @property
    def change(self) -> Change:
        """The lists, to be put into a file."""
        return Change(tuple(line.entry for line in self.allow), tuple(line.entry for line in self.deny))


def plan(admits: Iterable[Admit], deny: Sequence[Listed] | None = None) -> Plan:
    """The lists that let in this machine and these. deny: what the file has; of it stays what does no harm.

    Where more entries would come of it than are written, the last are left out, and a note says so.
    """
    chosen = [Admit(Who.THIS_MACHINE, (LOOPBACK,), "this machine"), *admits]
    entries: dict[str, Admit] = {}
    for each in chosen:
        for entry in each.entries:
            entries.setdefault(entry, each)
    notes = [*_notes({each.who for each in chosen})]
    if len(entries) > MOST_ENTRIES:
        notes.append(f"There are {len(entries)} entries: the first {MOST_ENTRIES} are written.")
    wanted = list(entries)[:MOST_ENTRIES]
    kept, dropped = _kept(deny or (), wanted)
    denied = kept or [NOBODY]
    notes += dropped
    if not kept:
        notes.append(
            f"{NOBODY} in `deny` keeps nobody out: it is there because the gateway looks at `allow` only then."
        )
    reports = reports_of([Listed(each, 0) for each in wanted], [Listed(each, 0) for each in denied])
    of_deny, of_allow = reports[: len(denied)], reports[len(denied) :]
    allow = tuple(
        Line(entry, entries[entry].who, entries[entry].label, report)
        for entry, report in zip(wanted, of_allow, strict=True)
    )
    lines = tuple(
        Line(entry, Who.KEPT if kept else Who.THIS_MACHINE, "", report)
        for entry, report in zip(denied, of_deny, strict=True)
    )
    total = total_of([rule_of(each) for each in wanted], [rule_of(each) for each in denied])
    return Plan(allow, lines, tuple(notes), total)


def _kept(deny: Sequence[Listed], allow: Sequence[str]) -> tuple[list[str], list[str]]:
    """The entries of `deny` that stay, and a sentence on each that goes: for what it is, or whom it would keep out."""
    kept: list[str] = []
    said: list[str] = []
    single = [each for each in allow if rule_of(each).act is Act.SET and _is_address(each)]
    for report, listed in zip(reports_of([], deny), deny, strict=True):
        if not isinstance(listed.entry, str) or report.effect in (Effect.ERROR, Effect.MALFORMED):
            said.append(f"{report.entry} goes from `deny`: the gateway can't read it.")
        elif report.finding is not None and report.finding.severity is not Severity.INFO:
            said.append(f"{report.entry} goes from `deny`: it keeps nobody out.")
        elif (met := _denied(listed.entry, single)) is not None:
            said.append(f"{report.entry} goes from `deny`: it would keep {met} out, whatever `allow` says.")
        elif listed.entry not in kept and len(kept) < MOST_ENTRIES:
            kept.append(listed.entry)
    return kept, said[:FEW]


def _denied(entry: str, addresses: Sequence[str]) -> str | None:
    matcher = Matcher([], [entry])
    return next((each for each in addresses if matcher.denies(each)), None)


def _is_address(entry: str) -> bool:
    try:
        return str(IPv4Address(entry)) == entry
    except ValueError:
        return False


def _notes(who: set[Who]) -> list[str]:
    found = []
    if Who.TUNNEL in who:
        found.append(
            "A tunnel's agent on this machine comes from 127.0.0.1, which is let in anyway: nothing needs admitting. "
            "So the lists are no guard for what comes through it; the tunnel needs its own, a login at its edge."
        )
    if Who.TAILSCALE in who:
        found.append(
            "Over Tailscale, each machine comes from its own address, if it asks this machine's Tailscale address. "
            "`100.*` would let in all of 100.0.0.0/8, most of which are strangers on the internet."
        )
    if Who.CONTAINERS in who:
        found.append("Containers get other addresses when their network is made anew, and then need other entries.")
    return found


def of_networks(found: Iterable[Network], kind: NetworkKind) -> tuple[Admit, ...]:
    """One for each of this machine's networks of that kind; its label says where more are let in than it has."""
    who = {
        NetworkKind.CONTAINERS: Who.CONTAINERS,
        NetworkKind.TAILSCALE: Who.TAILSCALE,
        NetworkKind.WIREGUARD: Who.WIREGUARD,
        NetworkKind.VPN: Who.WIREGUARD,
    }.get(kind, Who.LAN)
    made: dict[tuple[str, ...], Admit] = {}
    for each in found:
        if each.kind is not kind:
            continue
        entries = Entries((str(each.address),)) if each.network.prefixlen == 32 else entries_for(each.network)
        label = each.label + (f"; {', '.join(entries.entries)} is more than that network" if entries.wider else "")
        made.setdefault(entries.entries, Admit(who, entries.entries, label))
    return tuple(made.values())


def of_peers(peers: Iterable[Peer], who: Who) -> tuple[Admit, ...]:
    """One for each machine behind a VPN."""
    return tuple(Admit(who, (each.address,), each.name) for each in peers)


def of_own(found: Iterable[Network]) -> tuple[Admit, ...]:
    """This machine by its other addresses, from which it comes where it asks for them itself."""
    own = (each for each in found if each.kind is not NetworkKind.LOOPBACK)
    return tuple(Admit(Who.THIS_MACHINE, (str(each.address),), f"this machine, {each.interface}") for each in own)


def of_kept(entries: Iterable[str]) -> Admit:
    """Entries that the file has, and that the user keeps."""
    return Admit(Who.KEPT, tuple(entries), "as before")


def decides(made: Plan, address: str) -> Decision:
    """What the first request from that IPv4 address gets of a gateway with these lists."""
    change = made.change
    return Matcher(change.allow, change.deny).decide(address)
