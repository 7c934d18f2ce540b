"""Tailscale on this machine: whether it is connected, how it reaches a host, what it serves of the gateway.

Asked over the local API's unix socket, and where there is none by the command line program, which prints the same.
Every field may be missing and every list be null. Users' names, keys and addresses are in the answers, and not kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tui.domain.address import Address, PathKind, safe_ip
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.path.local_http import LocalHttp
from tui.path.loose import MOST, mapping, raw, shown
from tui.path.tailscale_api import Places, Source, sources, usual_places
from tui.path.tailscale_serve import Served, served

SOON = timedelta(days=7)
"""How long before a key's end it is told of."""

_STATES = {
    "NeedsLogin": "it is not logged in",
    "NeedsMachineAuth": "this machine waits for the tailnet's administrator",
    "Stopped": "it was turned off",
    "Starting": "it is starting",
    "NoState": "it is starting",
}


_SILENT = Tunnel(
    PathKind.TAILSCALE,
    "Tailscale",
    up=False,
    edge_reason="Tailscale is not running",
    down_because="its service does not run on this machine",
    agent="tailscale status",
)


async def tunnels(
    ask: LocalHttp,
    port: int,
    at: tuple[Address, ...] = (),  # noqa: ARG001 (the agents' common signature; Tailscale has no address to be named)
    *,
    host: str = "",
    tls: bool = True,
    places: Places | None = None,
) -> tuple[Tunnel, ...]:
    """Tailscale itself, then what it serves that leads to the gateway; nothing where it is not installed.

    port: the gateway's on this machine, 0 where it is elsewhere. host: the peer that is asked for the gateway; the
    first tunnel's detail tells how it is reached. tls: whether the gateway speaks TLS on that port.
    """
    ways = sources(ask, places or usual_places())
    # A large network's peers may be more than is taken: without them the rest is still known.
    for with_peers in (True, False) if host else (False,):
        for source in ways:
            status = await source.status(with_peers=with_peers)
            if status.document:
                return await _told(ask.clock.now().wall, source, status.document, port, host, tls)
            if status.refused:
                return (_SILENT,)
    return ()


async def _told(
    now: datetime, source: Source, status: Mapping[str, object], port: int, host: str, tls: bool
) -> tuple[Tunnel, ...]:
    itself = _itself(status, host, now, source.words)
    own = raw(mapping(status.get("Self")).get("DNSName")).rstrip(".")
    return (itself, *(_serving(itself, each) for each in served(await source.serve(), own, port, tls)))


def _itself(status: Mapping[str, object], host: str, now: datetime, source: str) -> Tunnel:
    me = mapping(status.get("Self"))
    state = shown(status.get("BackendState"), 40)
    up = state == "Running" if state else None
    return Tunnel(
        PathKind.TAILSCALE,
        shown(raw(me.get("DNSName")).partition(".")[0]) or shown(me.get("HostName")) or "Tailscale",
        up,
        edge_reason="Tailscale tells it only of a ping",
        detail=peer_words(status, host) if host and up else "",
        down_because=_STATES.get(state, f"its state is {state}") if up is False else None,
        agent=shown(source, 120) or None,
        findings=_key_findings(me, now),
    )


def _key_findings(me: Mapping[str, object], now: datetime) -> tuple[Finding, ...]:
    ends = _time(raw(me.get("KeyExpiry")))
    expired = me.get("Expired") is True or (ends is not None and ends <= now)
    if not expired and (ends is None or ends - now >= SOON):
        return ()
    when = "has expired" if expired or ends is None else f"expires on {ends:%Y-%m-%d %H:%M} UTC"
    return (
        Finding(
            "tailscale-key-expiry",
            Level.WARN,
            f"this machine's Tailscale key {when}: without a key nobody reaches it over Tailscale",
            "Log in anew, or turn off the key's expiry for this machine in Tailscale's admin console.",
            "tailscale up --force-reauth",
        ),
    )


def _time(text: str) -> datetime | None:
    """RFC 3339; None for what is none, for one without a zone, and for Go's year 1, which means never."""
    try:
        found = datetime.fromisoformat(text[:40])
        return found.astimezone(UTC) if found.tzinfo is not None and found.year > 1 else None
    except (ValueError, OverflowError):
        return None


def _serving(itself: Tunnel, each: Served) -> Tunnel:
    """What is served, as connected as Tailscale itself is. The tailnet is a guard, and funnel takes it away."""
    return replace(
        itself,
        name=each.name,
        public_url=each.public_url,
        upstream=each.upstream.words,
        leads_here=True,
        protected=not each.funnel,
        detail="funnel: open to the internet" if each.funnel else "serve: within the tailnet",
        findings=each.findings,
    )


def peer_words(status: object, host: str) -> str:
    """How Tailscale reaches that host: `direct`, `relayed by fra`, `idle`; empty where it knows no such peer.

    status: of `status --json`, with its peers. host: an IP address, or a name, short or whole.
    """
    wanted = (safe_ip(host) or host).lower().rstrip(".")
    if not wanted:
        return ""
    if _is_called(mapping(mapping(status).get("Self")), wanted):
        return "this machine"
    peer = next((each for each in _peers(status) if _is_called(each, wanted)), None)
    if peer is None:
        return ""
    if peer.get("Online") is False:
        return "offline"
    # What it tells of the way is meant only while there is traffic, which is up to two minutes after the last of it.
    if peer.get("Active") is not True:
        return "idle"
    if raw(peer.get("CurAddr")):
        return "direct"
    if raw(peer.get("PeerRelay")):
        return "relayed by a peer"
    relay = shown(peer.get("Relay"), 12)
    return f"relayed by {relay}" if relay else "no way yet"


def _peers(status: object) -> list[Mapping[str, object]]:
    return [mapping(peer) for peer in mapping(mapping(status).get("Peer")).values()]


def _is_called(peer: Mapping[str, object], wanted: str) -> bool:
    name = raw(peer.get("DNSName")).lower().rstrip(".")
    if name and wanted in {name, name.partition(".")[0]}:
        return True
    addresses = peer.get("TailscaleIPs")
    if not isinstance(addresses, list):
        return False
    return any(raw(each) and (safe_ip(raw(each)) or raw(each)) == wanted for each in addresses[:MOST])
