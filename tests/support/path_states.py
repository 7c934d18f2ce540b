"""Named MonitorStates for every kind of way to the gateway, whole and broken: what the Path pane is drawn from."""

from collections.abc import Callable
from dataclasses import replace

from tests.support.parts import ago
from tests.support.states import failed, ready
from tui.domain.address import PathKind, parse_address
from tui.domain.exposure import Exposure, Openness, Probe
from tui.domain.failure import Failure, FailureKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.latency import Gauges, Ring, Sample
from tui.domain.path import Plan
from tui.domain.session import KeepAlive
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.tunnel import Tunnel
from tui.domain.way import Forward, Owner, ToldBy, Way

QUICK = "https://calm-river-fits-here.trycloudflare.com"
NGROK = "https://quiet-otter-17.ngrok-free.app"
FUNNEL = "https://box.tail1234.ts.net"
FORWARD = Forward("trader@box", 5000, "localhost", 5000)

EVERYWHERE = Finding(
    "listens-everywhere",
    Level.WARN,
    "The gateway listens on every network of this machine, and no firewall rule is known that guards the port.",
    "Let the firewall admit only the machines that need it.",
    "ufw deny in proto tcp to any port 5000",
)
QUICK_TUNNEL = Finding(
    "quick-tunnel",
    Level.WARN,
    "A quick tunnel has no guard: whoever knows its name reaches the gateway.",
    "Make it a named tunnel with an Access application before it.",
)
FUNNEL_ON = Finding(
    "funnel-on",
    Level.ALARM,
    "Funnel offers the gateway to the whole internet.",
    "Turn it off; serve alone keeps it within the tailnet.",
    "tailscale funnel --https=443 off",
)
CLOUDFLARED = Tunnel(
    PathKind.CLOUDFLARE,
    "quick tunnel",
    up=True,
    public_url=QUICK,
    upstream="https://localhost:5000",
    leads_here=True,
    edge=0.012,
    detail="4 connections fra03",
    agent="127.0.0.1:20241",
    findings=(QUICK_TUNNEL,),
    requests=1482,
)
NGROK_AGENT = Tunnel(
    PathKind.NGROK,
    "command_line",
    up=False,
    public_url=NGROK,
    upstream="https://localhost:5000",
    leads_here=True,
    edge_reason="it is not connected",
    down_because="reconnecting",
    agent="127.0.0.1:4040",
)


def gauges(*milliseconds: float | None, fresh: float = 5.0) -> Gauges:
    """Answers, the newest first, five seconds apart; None was lost. fresh: seconds since the newest."""
    taken = [Sample(ago(fresh + 5.0 * n), each if each is None else each / 1000) for n, each in enumerate(milliseconds)]
    ring = Ring(tuple(reversed(taken)), begun=True)
    made = Gauges(answer=ring)
    return replace(made, height=made.height.after(ring.samples))


STEADY = gauges(*(37, 38, 36, 41, 37, 37, 39, 120, 37, 36) * 6)
JAVA = Owner("java", 4121, ("0.0.0.0",))


def with_way(state: MonitorState, url: str, way: Way, seconds_ago: float = 20.0) -> MonitorState:
    """The state with that way to a gateway at that address."""
    path = replace(state.path, address=parse_address(url), way=Stamped(way, ago(seconds_ago)), gauges=STEADY)
    return replace(state, path=path)


def local() -> MonitorState:
    """The gateway is on this machine, as it comes: listening on every network."""
    state = with_way(ready(), "https://localhost:5000", Way(PathKind.LOCAL, ToldBy.OWNER, JAVA))
    return replace(state, path=replace(state.path, findings=(EVERYWHERE,)))


def exposed() -> MonitorState:
    """The same, with two tunnels that lead to it, one of them not connected."""
    state = local()
    return replace(state, path=replace(state.path, tunnels=(CLOUDFLARED, NGROK_AGENT)))


def _probed(openness: Openness, seen: str) -> MonitorState:
    state = exposed()
    exposure = Exposure(ago(31), ago(30), (Probe(QUICK, openness, seen), Probe(NGROK, Openness.CLOSED, "404 3200")))
    return replace(state, path=replace(state.path, exposure=exposure))


def tradable() -> MonitorState:
    """A look showed that anyone can trade."""
    return _probed(Openness.TRADABLE, '200 "authenticated": true')


def funnelled() -> MonitorState:
    """Tailscale's funnel leads here."""
    tunnel = Tunnel(
        PathKind.TAILSCALE, "box", True, FUNNEL, "https+insecure://localhost:5000", True, False, findings=(FUNNEL_ON,)
    )
    state = local()
    return replace(state, path=replace(state.path, tunnels=(tunnel,)))


def by_ssh() -> MonitorState:
    """Through an ssh -L of this machine."""
    way = Way(PathKind.SSH, ToldBy.OWNER, Owner("ssh", 812, ("127.0.0.1",)), FORWARD)
    state = with_way(ready(), "https://localhost:5000", way)
    return replace(state, path=replace(state.path, own=Stamped(0.019, ago(7))))


def by_lan() -> MonitorState:
    """On another machine of the network."""
    return with_way(ready(), "https://192.168.1.20:5000", Way(PathKind.LAN, ToldBy.ROUTE, interface="eth0"))


def by_ngrok() -> MonitorState:
    """Through ngrok from elsewhere, over a plan that counts requests."""
    state = with_way(ready(), NGROK, Way(PathKind.NGROK, ToldBy.ADDRESS))
    path = replace(
        state.path,
        connect=Stamped(0.012, ago(9)),
        own=Stamped(0.044, ago(30)),
        first_byte=Stamped(0.081, ago(2)),
        plan=Plan(metered=True, monthly=20_000),
    )
    pace = replace(state.pace, auth=300.0, on_word=frozenset({"accounts", "summary", "others", "pnl", "positions"}))
    session = replace(state.session, keep_alive=KeepAlive(enabled=False))
    return replace(state, path=path, pace=pace, session=session)


def by_cloudflare() -> MonitorState:
    """Through a tunnel whose agent is on this machine, so that every leg is known."""
    state = with_way(ready(), QUICK, Way(PathKind.CLOUDFLARE, ToldBy.AGENT, tunnel=CLOUDFLARED))
    path = replace(
        state.path,
        connect=Stamped(0.012, ago(9)),
        own=Stamped(0.0249, ago(30)),
        first_byte=Stamped(0.081, ago(2)),
    )
    return replace(state, path=path)


def _failing(state: MonitorState, failure: Failure) -> MonitorState:
    """The newest exchange failed so; the figures are those from before."""
    broken = failed(failure.kind, failure.evidence, failure.status)
    assert broken.session.auth is not None
    keep_alive = replace(broken.session.keep_alive, enabled=state.session.keep_alive.enabled)
    auth = replace(broken.session.auth, outcome=failure)
    session = replace(broken.session, auth=auth, keep_alive=keep_alive)
    lost = gauges(None, None, None, *(37.0,) * 57)
    return replace(state, session=session, path=replace(state.path, gauges=lost))


def ssh_down() -> MonitorState:
    """Nothing listens where the ssh -L did, as it was seen before."""
    way = Way(PathKind.SSH, ToldBy.REMEMBERED, forward=FORWARD)
    state = with_way(ready(), "https://localhost:5000", way)
    return _failing(state, Failure(FailureKind.REFUSED, "connection refused"))


def behind_ssh_down() -> MonitorState:
    """The ssh -L stands, and nothing listens on its far side."""
    return _failing(by_ssh(), Failure(FailureKind.CUT, "closed during the TLS handshake"))


def ngrok_offline() -> MonitorState:
    """ngrok's edge says that no agent is connected."""
    failure = Failure(FailureKind.TUNNEL_DOWN, "404 ERR_NGROK_3200", 404, None, PathKind.NGROK, "ERR_NGROK_3200")
    return _failing(by_ngrok(), failure)


def cloudflare_1033() -> MonitorState:
    """Cloudflare's edge says that no connector is connected."""
    failure = Failure(FailureKind.TUNNEL_DOWN, '530 "error code: 1033"', 530, None, PathKind.CLOUDFLARE, "1033")
    down = replace(CLOUDFLARED, up=False, edge=None, down_because="0 connections")
    state = with_way(ready(), QUICK, Way(PathKind.CLOUDFLARE, ToldBy.AGENT, tunnel=down))
    state = replace(state, path=replace(state.path, connect=Stamped(0.012, ago(9))))
    return _failing(state, failure)


def cloudflare_502() -> MonitorState:
    """The tunnel stands, and its agent does not reach the gateway."""
    failure = Failure(FailureKind.NOTHING_BEHIND, "502 by Cloudflare", 502, None, PathKind.CLOUDFLARE, "502")
    return _failing(by_cloudflare(), failure)


def access_denied() -> MonitorState:
    """Cloudflare Access asks for a login."""
    failure = Failure(FailureKind.TUNNEL_DENIED, "302 to its login", 302, None, PathKind.CLOUDFLARE)
    state = with_way(ready(), "https://gw.example.net", Way(PathKind.CLOUDFLARE, ToldBy.ANSWER))
    return _failing(state, failure)


def lan_unreachable() -> MonitorState:
    """The other machine does not answer."""
    return _failing(by_lan(), Failure(FailureKind.CONNECT_TIMEOUT, "no connection within 3 s"))


PATH_STATES: dict[str, Callable[[], MonitorState]] = {
    made.__name__: made
    for made in (
        local,
        exposed,
        tradable,
        funnelled,
        by_ssh,
        by_lan,
        by_ngrok,
        by_cloudflare,
        ssh_down,
        behind_ssh_down,
        ngrok_offline,
        cloudflare_1033,
        cloudflare_502,
        access_denied,
        lan_unreachable,
    )
}
