"""Ways, tunnels and findings as the detection tells them."""

from tui.domain.address import PathKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.domain.way import Forward, Owner, ToldBy, Way

FORWARD = Forward("trader@box", 5000, "localhost", 5000)

LOCAL = Way(PathKind.LOCAL, ToldBy.OWNER, Owner("java", 4121, ("0.0.0.0",)))
SSH = Way(PathKind.SSH, ToldBy.OWNER, Owner("ssh", 812, ("127.0.0.1",)), FORWARD)
SSH_GONE = Way(PathKind.SSH, ToldBy.REMEMBERED, forward=FORWARD)

NGROK = Tunnel(
    PathKind.NGROK,
    "ibkr",
    up=True,
    public_url="https://a.ngrok-free.app",
    upstream="https://localhost:5000",
    leads_here=True,
    agent="127.0.0.1:4040",
)
CLOUDFLARED = Tunnel(
    PathKind.CLOUDFLARE,
    "gw.example.com",
    up=True,
    public_url="https://gw.example.com",
    upstream="https://localhost:5000",
    leads_here=True,
    agent="127.0.0.1:20241",
)
SERVED = Tunnel(
    PathKind.TAILSCALE,
    "box",
    up=True,
    public_url="https://box.tail1234.ts.net",
    upstream="https+insecure://localhost:5000",
    leads_here=True,
)
FUNNEL = Finding(
    "funnel-on",
    Level.ALARM,
    "Funnel offers the gateway to the whole internet.",
    "Turn the funnel off.",
    "tailscale funnel --https=443 off",
)
