"""Which way our requests go, decided from what the machine and the tunnels' agents told."""

from dataclasses import dataclass, field, replace

from tui.domain.address import Address, BadAddress, PathKind, is_tailscale, parse_address
from tui.domain.tunnel import Tunnel
from tui.domain.way import Forward, Owner, ToldBy, Way
from tui.path.interfaces import InterfaceKind
from tui.path.ssh import PROGRAMS as SSH_PROGRAMS
from tui.path.ssh import SshCommand

FRP_PROGRAMS = frozenset({"frpc", "frps"})
# They take connections and hand them to somebody else, who is not to be seen from here.
_PASS_ON = frozenset(
    {
        "caddy",
        "chisel",
        "docker-proxy",
        "gost",
        "haproxy",
        "kubectl",
        "nginx",
        "rootlessport",
        "socat",
        "stunnel",
        "stunnel4",
        "traefik",
        "wstunnel",
    }
)
_NAMES_MOST = 4


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known before looking. kind: the settings' own word. agents: where they say that agents answer.

    remembered: what listened on the port when it was last seen, in this run or by the state file: an `ssh -L`, or only
    its kind where the forward itself was not told. known: tunnels that stand for what their agents would say, where
    those don't answer in time.
    """

    kind: PathKind | None = None
    agents: tuple[Address, ...] = ()
    remembered: Forward | PathKind | None = None
    known: tuple[Tunnel, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What the machine told of an address. here: whether it is the machine's own.

    owners: who listens on the port, the one that a connection ends at first. complete, taken: as in Listeners.
    command: the first owner's, where that is ssh. addresses: of the host's name. interface: the one that leads there.
    """

    here: bool = False
    owners: tuple[Owner, ...] = ()
    complete: bool = True
    taken: bool | None = False
    command: SshCommand = field(default_factory=SshCommand)
    addresses: tuple[str, ...] = ()
    interface: str | None = None
    interface_kind: InterfaceKind | None = None


def the_way(address: Address, hints: Hints, looked: Looked, tunnels: tuple[Tunnel, ...] = ()) -> Way:
    """The way, by the strongest of what is known: settings, who owns the port, an agent's word, the route, the address.

    tunnels: of all agents on this machine, WireGuard's interface among them.
    """
    way = _here(address, hints, looked) if looked.here else _elsewhere(address, looked, tunnels)
    if (tunnel := _own_tunnel(address, way.kind, tunnels)) is not None:
        way = replace(way, tunnel=tunnel)
        if tunnel.kind is not way.kind:
            way = replace(way, kind=tunnel.kind, told_by=ToldBy.AGENT, unknown=None)
    if hints.kind is None:
        return way
    remembered = hints.remembered if isinstance(hints.remembered, Forward) and hints.kind is PathKind.SSH else None
    return replace(way, kind=hints.kind, told_by=ToldBy.SETTINGS, forward=way.forward or remembered)


def _here(address: Address, hints: Hints, looked: Looked) -> Way:
    if looked.owners:
        return _owned(address.port, looked)
    match hints.remembered:
        case Forward() as forward:
            return Way(PathKind.SSH, ToldBy.REMEMBERED, forward=forward)
        case PathKind() as kind if kind.forwarded:
            return Way(kind, ToldBy.REMEMBERED)
    unknown = f"who listens on port {address.port} is not known" if looked.taken is None else None
    return Way(PathKind.LOCAL, ToldBy.ADDRESS, unknown=unknown)


def _owned(port: int, looked: Looked) -> Way:
    owner = looked.owners[0]
    program = owner.program
    kind, told_by, forward, unknown = PathKind.LOCAL, ToldBy.OWNER, None, None
    if program is None:
        told_by = ToldBy.ADDRESS
        unknown = f"the program on port {port} is another user's, and not told: it may be the gateway, or a tunnel"
    elif program in SSH_PROGRAMS:
        kind, forward = PathKind.SSH, looked.command.to(port)
        unknown = None if forward else _without_forward(port, looked.command)
    elif program == "sshd":
        kind, unknown = (
            PathKind.SSH,
            "the far side made the forward (ssh -R), so that its command is not to be seen here",
        )
    elif program in FRP_PROGRAMS:
        kind = PathKind.FRP
    elif program == "cloudflared":
        kind = PathKind.CLOUDFLARE
    elif program in _PASS_ON:
        unknown = f"{program} passes on what comes to port {port}; where to is not to be seen"
    if len(looked.owners) > 1:
        names = ", ".join(each.program or "another user's" for each in looked.owners[:_NAMES_MOST])
        unknown = f"several programs listen on port {port} ({names}): the first is taken to answer"
    return Way(kind, told_by, owner, forward, unknown=unknown)


def _without_forward(port: int, command: SshCommand) -> str:
    to = f" to {command.destination}" if command.destination else ""
    if port in command.socks:
        return f"ssh{to} is a SOCKS proxy on port {port} (-D), not a forward to a gateway (-L)"
    return f"the forward of ssh{to} is not in its arguments: ~/.ssh/config or a shared connection has it"


def _elsewhere(address: Address, looked: Looked, tunnels: tuple[Tunnel, ...]) -> Way:
    kind = address.kind
    if kind.by_edge:
        return Way(kind, ToldBy.ADDRESS)
    by_number = [Address(address.scheme, ip, address.port).kind for ip in looked.addresses]
    # A name tells little beside the number that it stands for, but for one of a tunnel's own.
    number = by_number[0] if by_number and kind is not PathKind.TAILSCALE else kind
    behind = _behind(number, looked)
    way = Way(behind or number, ToldBy.ROUTE if behind or number is not kind else ToldBy.ADDRESS)
    if way.kind is PathKind.TAILSCALE and behind is None:
        way = _confirmed(way, address, tunnels)
    if not looked.addresses and way.unknown is None:
        way = replace(way, unknown=f"the address of {address.host} is not known here")
    return replace(way, interface=looked.interface)


def _behind(number: PathKind, looked: Looked) -> PathKind | None:
    """The tunnel that the route goes through, where the address is one that only a tunnel or a network at hand has."""
    if number is PathKind.REMOTE:
        return None
    kind = looked.interface_kind
    if kind is InterfaceKind.TAILSCALE:
        return PathKind.TAILSCALE
    if number is PathKind.TAILSCALE and (looked.interface or "").startswith("utun"):
        return PathKind.TAILSCALE  # what macOS calls every tunnel
    return PathKind.WIREGUARD if kind in {InterfaceKind.WIREGUARD, InterfaceKind.VPN} else None


def _confirmed(way: Way, address: Address, tunnels: tuple[Tunnel, ...]) -> Way:
    """By what it is known to be Tailscale, other than the route: carriers use its numbers as well."""
    if any(tunnel.kind is PathKind.TAILSCALE for tunnel in tunnels):
        return replace(way, told_by=ToldBy.AGENT)
    if address.kind is PathKind.TAILSCALE and not is_tailscale(address.host):
        return way
    return replace(way, unknown="no Tailscale is seen on this machine, and a carrier's network uses such numbers too")


def _own_tunnel(address: Address, kind: PathKind, tunnels: tuple[Tunnel, ...]) -> Tunnel | None:
    """The agent here that belongs to this very way."""
    host = address.host.lower().removesuffix(".")
    for tunnel in tunnels:
        if tunnel.public_url is not None and not address.loopback and _host_of(tunnel.public_url) == host:
            return tunnel
    if kind not in {PathKind.TAILSCALE, PathKind.WIREGUARD}:
        return None
    of_kind = [tunnel for tunnel in tunnels if tunnel.kind is kind]
    # Tailscale itself before what it serves.
    return min(of_kind, key=lambda tunnel: tunnel.public_url is not None, default=None)


def _host_of(url: str) -> str | None:
    try:
        return parse_address(url).host.lower().removesuffix(".")
    except BadAddress:
        return None
