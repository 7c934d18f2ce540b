"""Firewall lines for what the allow list can't guard: websockets, and the port itself, open on all networks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, collapse_addresses

from tui.domain.way import Owner
from tui.path.local import listens_everywhere
from tui.path.machine import System
from tui.setup.matcher import rule_of
from tui.setup.pattern import Begin

_LAST = 2**32 - 1
_MOST = 64


@dataclass(frozen=True, slots=True)
class Advice:
    """text: sentences. commands: the lines, which need an administrator. undo: what takes them back."""

    text: str
    commands: tuple[str, ...]
    undo: tuple[str, ...] = ()


def firewall(port: int, system: System, admitted: Iterable[str] = (), *, ufw: bool = False) -> Advice:
    """The lines that keep all but loopback, and whom `allow` admits, from the port.

    admitted: entries of `allow`; loopback and what can't be said as a network is left out, and a sentence says so. ufw:
    whether Linux is set up by it.
    """
    wanted = tuple(admitted)
    networks = networks_of(wanted)
    plain = listens_everywhere(Owner("java", None, ("0.0.0.0",)), port, system, ufw=ufw).command  # noqa: S104 (named, not bound)
    begin = (
        "The allow list refuses requests, but not websockets, and the gateway listens on all networks: only a "
        f"firewall keeps others from port {port}."
    )
    if _left_out(wanted):
        begin += " Regular expressions among the entries can't be said to a firewall: add their networks yourself."
    if system is System.WINDOWS:
        begin += " Run this in a PowerShell of the administrator."
    if plain is None:
        return Advice(begin, ())
    if not networks:
        return Advice(begin, (plain,), _undo(port, system, (), ufw=ufw))
    return Advice(
        f"{begin} Those whom the list admits still get through.",
        _lines(port, system, networks, ufw=ufw),
        _undo(port, system, networks, ufw=ufw),
    )


def every_system(port: int, admitted: Iterable[str] = ()) -> dict[str, Advice]:
    """The advice for each firewall there is, by its name."""
    entries = tuple(admitted)
    return {
        "nft": firewall(port, System.LINUX, entries),
        "ufw": firewall(port, System.LINUX, entries, ufw=True),
        "pf": firewall(port, System.MACOS, entries),
        "Windows": firewall(port, System.WINDOWS, entries),
    }


def networks_of(entries: Iterable[str]) -> tuple[IPv4Network, ...]:
    """The networks that plain entries admit, without loopback."""
    found = []
    for entry in entries:
        pattern = rule_of(entry).pattern
        if isinstance(pattern, Begin) and pattern.numbers is not None:
            numbers = [*pattern.numbers, 0, 0, 0][:4]
            network = IPv4Network((".".join(map(str, numbers)), 8 * len(pattern.numbers)))
            if not network.is_loopback:
                found.append(network)
    return tuple(collapse_addresses(found))[:_MOST]


def _left_out(entries: Sequence[str]) -> bool:
    return any(each is not None and not isinstance(each, Begin) for each in (rule_of(one).pattern for one in entries))


def _lines(port: int, system: System, networks: Sequence[IPv4Network], *, ufw: bool) -> tuple[str, ...]:
    listed = ", ".join(map(str, networks))
    match system:
        case System.LINUX if ufw:
            # The first rule that fits counts.
            allowed = (f"sudo ufw allow proto tcp from {each} to any port {port}" for each in networks)
            return (*allowed, f"sudo ufw deny {port}/tcp")
        case System.LINUX:
            chain = "add chain inet cpwatch input { type filter hook input priority -10; }"
            rule = f'iifname != "lo" tcp dport {port}'
            four = f"add rule inet cpwatch input {rule} ip saddr != {{ {listed} }} drop"
            # The gateway speaks no IPv6, but what stands before it may.
            six = f"add rule inet cpwatch input {rule} meta nfproto ipv6 drop"
            return (f"sudo nft 'add table inet cpwatch; {chain}; {four}; {six}'",)
        case System.MACOS:
            let_in = f"pass in quick on ! lo0 proto tcp from {{ {listed} }} to any port {port}"
            block = f"block drop in quick on ! lo0 proto tcp from any to any port {port}"
            return (f"printf '%s\\n' '{let_in}' '{block}' | sudo pfctl -a com.apple/cpwatch -Ef -",)
        case System.WINDOWS:
            # There a rule that blocks goes before all that allow, so that it names all others.
            rest = ",".join(f"'{each}'" for each in _others(networks))
            rule = f"-DisplayName 'IBKR gateway {port}' -Direction Inbound -Protocol TCP -LocalPort {port}"
            return (f"New-NetFirewallRule {rule} -Action Block -RemoteAddress {rest}",)
    return ()


def _undo(port: int, system: System, networks: Sequence[IPv4Network], *, ufw: bool) -> tuple[str, ...]:
    match system:
        case System.LINUX if ufw:
            allowed = (f"sudo ufw delete allow proto tcp from {each} to any port {port}" for each in networks)
            return (*allowed, f"sudo ufw delete deny {port}/tcp")
        case System.LINUX:
            return ("sudo nft delete table inet cpwatch",)
        case System.MACOS:
            return ("sudo pfctl -a com.apple/cpwatch -F rules",)
        case System.WINDOWS:
            return (f"Remove-NetFirewallRule -DisplayName 'IBKR gateway {port}'",)
    return ()


def _others(networks: Sequence[IPv4Network]) -> list[str]:
    """All IPv4 addresses but loopback and these, as ranges."""
    kept = sorted(
        (int(each.network_address), int(each.broadcast_address))
        for each in collapse_addresses([*networks, IPv4Network("127.0.0.0/8")])
    )
    ranges = []
    at = 0
    for first, last in kept:
        if at < first:
            ranges.append(f"{IPv4Address(at)}-{IPv4Address(first - 1)}")
        at = last + 1
    if at <= _LAST:
        ranges.append(f"{IPv4Address(at)}-{IPv4Address(_LAST)}")
    return ranges
