"""Where the way to the gateway is broken: what a failure means by the kind of the way, and that in a sentence."""

from enum import StrEnum

from tui.domain.address import Address, PathKind
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import PathState
from tui.domain.tunnel import Tunnel
from tui.domain.verdict_name import VerdictName
from tui.domain.way import Forward, ToldBy


class Broken(StrEnum):
    """What a failure shows of the way, beyond what its kind says alone."""

    FORWARD_GONE = "forward-gone"
    """The port of a forwarding program is refused: the program has ended."""
    FORWARD_HANGS = "forward-hangs"
    """A forwarding program takes the connection, and nothing comes through it."""
    BEHIND_FORWARD = "behind-forward"
    """A forwarding program takes the connection and cuts it: its far side reaches no gateway."""
    AGENT_DOWN = "agent-down"
    """The way's own agent on this machine says that it is not connected."""
    EDGE = "edge"
    """The tunnel's servers on the internet are out of reach, or what is between cuts the connection to them."""
    OFFLINE = "offline"
    """The tunnel's servers have no agent to hand the request to."""
    NO_ROUTE = "no-route"
    """The tunnel's name leads to no tunnel, or is gone."""
    DENIED = "denied"
    LIMITED = "limited"
    NOTHING_BEHIND = "nothing-behind"
    UPSTREAM_SCHEME = "upstream-scheme"

    @property
    def verdict(self) -> VerdictName:
        """The contract's verdict."""
        match self:
            case Broken.BEHIND_FORWARD | Broken.NOTHING_BEHIND:
                return VerdictName.GATEWAY_DOWN
            case Broken.DENIED | Broken.LIMITED:
                return VerdictName.TUNNEL_DENIED
            case Broken.UPSTREAM_SCHEME:
                return VerdictName.WRONG_SCHEME
            case Broken.EDGE:
                return VerdictName.UNREACHABLE
        return VerdictName.TUNNEL_DOWN


MONTHLY = frozenset({"ERR_NGROK_725", "ERR_NGROK_727"})
"""Limits that last until the month is over."""
BROWSER_PAGES = frozenset({"ERR_NGROK_6022", "ERR_NGROK_6024"})
"""Pages that ngrok shows to browsers in place of what is behind it."""
_NAMES = frozenset({"1000", "1001", "1002", "1016", "1018"})
"""Cloudflare's errors of a name that leads nowhere."""
# Failures to connect. Where a company's servers take the connections, they are about these, never about the gateway.
_NO_CONNECTION = frozenset({FailureKind.REFUSED, FailureKind.CONNECT_TIMEOUT, FailureKind.TLS_TIMEOUT, FailureKind.CUT})
# Failures by which nothing is known of the gateway itself, so that the way's own agent knows better.
_NO_ANSWER = _NO_CONNECTION | {FailureKind.UNRESOLVED, FailureKind.SILENT}


def broken_way(failure: Failure, path: PathState) -> Broken | None:
    """Where the way is broken; None where the failure is about the gateway, IBKR, or a way without a tunnel."""
    agent = agent_of(path)
    if agent is not None and agent.up is False and failure.kind in _NO_ANSWER and failure.tunnel is None:
        return Broken.AGENT_DOWN
    if failure.kind in _NO_CONNECTION and path.by_edge:
        return Broken.EDGE
    match failure.kind:
        case FailureKind.TUNNEL_DOWN:
            gone = failure.status is None or failure.code in _NAMES
            return Broken.NO_ROUTE if gone else Broken.OFFLINE
        case FailureKind.TUNNEL_DENIED:
            return Broken.DENIED
        case FailureKind.NOT_A_GATEWAY if failure.status == 401 and path.by_edge:
            return Broken.DENIED  # a password is asked for under a name of the user's own
        case FailureKind.TUNNEL_LIMITED:
            return Broken.LIMITED
        case FailureKind.NOTHING_BEHIND:
            return Broken.NOTHING_BEHIND
        case FailureKind.UPSTREAM_SCHEME:
            return Broken.UPSTREAM_SCHEME
        case FailureKind.REFUSED if path.by_program:
            return Broken.FORWARD_GONE
        case FailureKind.TLS_TIMEOUT if path.by_program:
            return Broken.FORWARD_HANGS
        case FailureKind.CUT if path.by_program:
            return Broken.BEHIND_FORWARD
    return None


def agent_of(path: PathState) -> Tunnel | None:
    """The way's own agent on this machine, as it was last seen."""
    return path.way.value.tunnel if path.way else None


def forward_of(path: PathState) -> Forward | None:
    """The `ssh -L` of the way, as it was last seen."""
    return path.way.value.forward if path.way else None


def hop(failure: Failure, path: PathState) -> PathKind:
    """Whose part of the way it is: the one whose mark the answer bears, else that of the way."""
    return failure.tunnel or path.kind


def maker(kind: PathKind) -> str:
    """Whose servers, dashboard and limits they are."""
    return "Cloudflare" if kind is PathKind.CLOUDFLARE else kind.words


def port_words(address: Address) -> str:
    """`port 5000 here`, or of which machine."""
    return f"port {address.port} here" if address.loopback else f"port {address.port} of {address.host}"


def summary_of(broken: Broken, failure: Failure, path: PathState) -> str:
    """What is so, in one sentence for somebody who trades."""
    kind = hop(failure, path)
    whose = _TUNNELS.get(kind, f"The {kind.words} tunnel")
    at = port_words(path.address)
    match broken:
        case Broken.FORWARD_GONE:
            seen = path.way is not None and path.way.value.told_by in {ToldBy.OWNER, ToldBy.REMEMBERED}
            return f"{whose} is down: nothing listens on {at}{' any more' if seen else ''}."
        case Broken.FORWARD_HANGS:
            return f"{whose} hangs: {at} takes the connection, and nothing comes through."
        case Broken.BEHIND_FORWARD:
            return f"{whose} stands, but on its far side no gateway answers."
        case Broken.AGENT_DOWN:
            agent = agent_of(path)
            why = agent.down_because if agent else None
            who = "The VPN" if kind is PathKind.WIREGUARD else kind.words
            return f"{who} is not connected on this machine" + (f": {why.rstrip('.')}." if why else ".")
        case Broken.EDGE:
            return f"{maker(kind)}'s servers can't be reached from here: network or firewall."
        case Broken.OFFLINE:
            return f"{whose} is down: {_offline_words(kind, failure)}."
        case Broken.NO_ROUTE if path.address.quick_tunnel:
            return "The quick tunnel is gone: its name lives only as long as its process."
        case Broken.NO_ROUTE:
            return f"{whose} is not found: the name {path.address.host} leads to none."
        case Broken.DENIED:
            return _denied_words(kind, failure)
        case Broken.LIMITED:
            upto = "until the month is over" if failure.code in MONTHLY else "for now"
            return f"{maker(kind)} passes nothing on {upto}: its own limit is used up."
        case Broken.NOTHING_BEHIND:
            return f"{whose} stands, but at its end no gateway answers."
        case Broken.UPSTREAM_SCHEME:
            return f"{whose} stands, but speaks http to a gateway of https, or the reverse."


_TUNNELS = {
    PathKind.SSH: "The ssh tunnel",
    PathKind.CLOUDFLARE: "The Cloudflare Tunnel",
    PathKind.TAILSCALE: "The way over Tailscale",
    PathKind.WIREGUARD: "The VPN",
    **dict.fromkeys((PathKind.LOCAL, PathKind.LAN, PathKind.REMOTE), "The tunnel"),
}


def _offline_words(kind: PathKind, failure: Failure) -> str:
    match kind:
        case PathKind.NGROK if failure.code == "ERR_NGROK_3210":
            return "ngrok can't hand requests to its agent"
        case PathKind.NGROK if failure.code in {"ERR_NGROK_3200", "ERR_NGROK_724"}:
            return "no agent serves this address"
        case PathKind.CLOUDFLARE if failure.code == "1033":
            return "no cloudflared is connected"
        case PathKind.FRP:
            return "no frpc serves this name"
    return f"{maker(kind)} answers in its place" + (f" ({failure.code})" if failure.code else "")


def _denied_words(kind: PathKind, failure: Failure) -> str:
    if failure.code in BROWSER_PAGES:
        return "ngrok shows a page for browsers in place of the gateway."
    if kind is PathKind.CLOUDFLARE and not failure.code and failure.kind is FailureKind.TUNNEL_DENIED:
        return "Cloudflare Access does not let cpwatch through."
    if failure.status == 401 and not failure.code:
        return "The tunnel asks for a user name and password."
    if failure.status is not None and 300 <= failure.status < 400:
        return f"{maker(kind)} wants a login before it lets anyone through."
    return f"{maker(kind)} refuses cpwatch" + (f" ({failure.code})." if failure.code else ".")
