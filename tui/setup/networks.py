"""The networks of this machine, and who is in them, as a gateway's allow list can name them."""

import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from tui.clock import Clock
from tui.domain.address import is_tailscale
from tui.domain.sanitise import safe_text
from tui.path.interfaces import InterfaceKind
from tui.path.local_http import LocalHttp
from tui.path.loose import mapping, raw, shown
from tui.path.machine import Machine
from tui.path.programs import found, ran
from tui.path.tailscale_api import Places, sources, usual_places

MOST_NETWORKS = 64
MOST_PEERS = 200
FEW = 16
"""Entries with which a network is named exactly; for more, a wider one takes its place."""
_BRIDGES = re.compile(
    r"docker\d*|br-[0-9a-f]{8,}|docker_gwbridge|podman\d*|cni-?\w*|lxcbr\d+|lxdbr\d+|incusbr\d+|virbr\d+|vmnet\d*"
    r"|bridge1\d\d|vethernet \(.*\)",
    re.IGNORECASE | re.ASCII,
)
_BRIDGED_BY = {
    "docker": "Docker",
    "br-": "Docker",
    "podman": "Podman",
    "cni": "Podman",
    "virbr": "libvirt",
    "lx": "LXC",
    "incus": "Incus",
    "vmnet": "VMware",
}
_PEER_LINES = 400


class NetworkKind(StrEnum):
    """What is behind one of this machine's addresses."""

    LOOPBACK = "loopback"
    LAN = "lan"
    CONTAINERS = "containers"
    """Containers or virtual machines on this very machine."""
    TAILSCALE = "tailscale"
    WIREGUARD = "wireguard"
    VPN = "vpn"


@dataclass(frozen=True, slots=True)
class Network:
    """One of this machine's IPv4 addresses and the network that it is in. interface: its name, safe to print."""

    kind: NetworkKind
    interface: str
    address: IPv4Address
    network: IPv4Network

    @property
    def label(self) -> str:
        """`eth0, 192.168.1.0/24`; for a bridge with whose it is."""
        whose = ""
        if self.kind is NetworkKind.CONTAINERS:
            name = self.interface.lower()
            whose = next((f" ({words})" for begin, words in _BRIDGED_BY.items() if name.startswith(begin)), "")
        return f"{self.interface}{whose}, {self.network}"


@dataclass(frozen=True, slots=True)
class Peer:
    """A machine behind a VPN. name: safe to print. online: None where that is not told."""

    name: str
    address: str
    online: bool | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """A network in the allow list's own words. wider: whether they admit more than the network has."""

    entries: tuple[str, ...]
    wider: bool = False


def networks(machine: Machine) -> tuple[Network, ...]:
    """This machine's IPv4 networks. Blocks for a moment; empty where the system does not tell."""
    import psutil

    try:
        interfaces: Mapping[str, Iterable[Any]] = psutil.net_if_addrs()
    except (psutil.Error, OSError, RuntimeError, ValueError):
        return ()
    rows = [
        (name, str(each.address), str(each.netmask or ""))
        for name, entries in interfaces.items()
        for each in entries
        if each.family == socket.AF_INET
    ]
    return networks_of(rows, machine)


def networks_of(rows: Iterable[tuple[str, str, str]], machine: Machine) -> tuple[Network, ...]:
    """From interfaces' names, addresses and masks; what is no address is left out."""
    seen: dict[tuple[str, IPv4Network], Network] = {}
    for name, address, mask in rows:
        try:
            own = ipaddress.IPv4Interface(f"{address}/{mask}" if mask else address)
        except ValueError:
            continue
        if own.ip.is_link_local or own.ip.is_unspecified or own.network.prefixlen == 0:
            continue
        kind = _kind(name, own.ip, machine)
        each = Network(kind, safe_text(name, 40), own.ip, own.network)
        seen.setdefault((name, own.network), each)
        if len(seen) >= MOST_NETWORKS:
            break
    return tuple(seen.values())


def _kind(name: str, address: IPv4Address, machine: Machine) -> NetworkKind:
    if address.is_loopback:
        return NetworkKind.LOOPBACK
    if _BRIDGES.fullmatch(name):
        return NetworkKind.CONTAINERS
    match machine.kind_of(name):
        case InterfaceKind.LOOPBACK:
            return NetworkKind.LOOPBACK
        case InterfaceKind.TAILSCALE:
            return NetworkKind.TAILSCALE
        case InterfaceKind.WIREGUARD:
            return NetworkKind.WIREGUARD
        case InterfaceKind.VPN:
            # macOS and Windows call Tailscale's like any other.
            return NetworkKind.TAILSCALE if is_tailscale(str(address)) else NetworkKind.VPN
    return NetworkKind.LAN


def exact(network: IPv4Network) -> tuple[str, ...]:
    """The entries that admit all of the network and nobody else: addresses, or beginnings such as `10.1.*`.

    The allow list knows no other ones, so that 10.0.0.0/12 takes sixteen. At most 256; the network is no /0.
    """
    whole = -(-network.prefixlen // 8)
    numbers = range(2 ** (whole * 8 - network.prefixlen))
    first = int(network.network_address) >> (32 - whole * 8)
    star = (".*",) if whole < 4 else ()
    return tuple(_dotted(first + number, whole) + "".join(star) for number in numbers)


def _dotted(number: int, parts: int) -> str:
    return ".".join(str(number >> 8 * place & 255) for place in reversed(range(parts)))


def entries_for(network: IPv4Network) -> Entries:
    """The network as a few entries: exactly where FEW do, else the next wider network that one names."""
    found_ = exact(network)
    if len(found_) <= FEW or network.prefixlen < 8:
        return Entries(found_)
    return Entries(exact(network.supernet(new_prefix=network.prefixlen // 8 * 8)), wider=True)


def tailscale_peers(status: object) -> tuple[Peer, ...]:
    """The other machines in `tailscale status --json` that have an IPv4 address, those that are online first."""
    found_: list[Peer] = []
    for each in list(mapping(mapping(status).get("Peer")).values())[:MOST_PEERS]:
        peer = mapping(each)
        addresses = peer.get("TailscaleIPs")
        listed = addresses if isinstance(addresses, list) else []
        ip = next((text for a in listed[:8] if (text := _ipv4(raw(a))) is not None), None)
        name = shown(raw(peer.get("DNSName")).partition(".")[0]) or shown(peer.get("HostName")) or "a machine"
        online = peer.get("Online")
        if ip is not None:
            found_.append(Peer(name, ip, online if isinstance(online, bool) else None))
    return tuple(sorted(found_, key=lambda each: (each.online is not True, each.name, each.address)))


async def ask_tailscale(ask: LocalHttp, places: Places | None = None) -> tuple[Peer, ...]:
    """The machines of the tailnet, by Tailscale itself; empty where it is not there or does not tell."""
    for source in sources(ask, places or usual_places()):
        status = await source.status(with_peers=True)
        if status.document:
            return tailscale_peers(status.document)
    return ()


def wireguard_peers(output: str) -> tuple[Peer, ...]:
    """The single addresses in what `wg show all allowed-ips` prints; the keys beside them are not kept."""
    found_: dict[str, Peer] = {}
    for line in output.splitlines()[:_PEER_LINES]:
        interface, separator, rest = line.partition("\t")
        _, second, allowed = rest.partition("\t")
        if not separator or not second:
            continue
        for text in allowed.split()[:MOST_PEERS]:
            ip = _ipv4(text.removesuffix("/32"))
            if ip is not None and len(found_) < MOST_PEERS:
                found_.setdefault(ip, Peer(f"a peer on {safe_text(interface, 40)}", ip))
    return tuple(found_.values())


async def ask_wireguard(clock: Clock) -> tuple[Peer, ...]:
    """WireGuard's peers; empty where there is none, and where only an administrator may ask."""
    program = found("wg")
    # Not `dump`, which prints the private key.
    done = await ran(clock, program, "show", "all", "allowed-ips") if program else None
    return wireguard_peers(done.output) if done is not None and done.code == 0 else ()


def _ipv4(text: str) -> str | None:
    try:
        return str(IPv4Address(text))
    except ValueError:
        return None
