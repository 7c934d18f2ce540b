"""What is amiss with the way that the gateway's port is open on this machine."""

from tui.clock import Clock
from tui.domain.address import PathKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.domain.way import Owner
from tui.path.firewall import guards
from tui.path.machine import System
from tui.path.programs import found

GATEWAYS = frozenset({"java", "javaw"})
"""Programs as which the gateway itself runs."""


async def findings(owner: Owner, port: int, system: System, *, root: bool, clock: Clock) -> tuple[Finding, ...]:
    """What a careful owner would change about who listens on the port. root: whether firewall rules may be read."""
    if not owner.everywhere:
        return ()
    filtered = system is System.LINUX and owner.program != _DOCKER
    if filtered and root and await guards(port, owner.binds, clock):
        return ()
    return (listens_everywhere(owner, port, system, ufw=filtered and found("ufw") is not None),)


def listens_everywhere(owner: Owner, port: int, system: System, *, ufw: bool = False) -> Finding:
    """The finding, with the firewall line in this system's words. ufw: whether Linux is set up by it."""
    where = "0.0.0.0" if "0.0.0.0" in owner.binds else "::"  # noqa: S104 (named, not bound)
    if owner.program == _DOCKER:
        return Finding(
            "listens-everywhere", Level.WARN, _DOCKER_TEXT.format(where=where), _DOCKER_FIX.format(port=port)
        )
    known = f"listens on every network of this machine ({where}), and no firewall rule is known that guards port {port}"
    if owner.program in GATEWAYS:
        text = f"The gateway {known}. Its allow list refuses other machines' requests, but not their websockets."
    elif owner.program is None:
        text = f"What {known}. A gateway's allow list refuses other machines' requests, but not their websockets."
    else:
        text = (
            f"{owner.program} {known}. What comes through it comes from the gateway's own machine, "
            "which the allow list lets in."
        )
    return Finding("listens-everywhere", Level.WARN, text, _FIX.format(port=port), _line(system, port, ufw=ufw))


def agent_port(tunnel: Tunnel) -> int | None:
    """The port on this machine at which the agent tells of itself; None where it was asked in another way."""
    host, _, digits = (tunnel.agent or "").rpartition(":")
    return int(digits) if host in {"127.0.0.1", "localhost", "[::1]"} and digits.isdecimal() else None


def agent_open(tunnel: Tunnel, owner: Owner) -> Finding | None:
    """The finding where what an agent tells of itself can be read from every network; None where it can't."""
    fix = _AGENT_FIX.get(tunnel.kind)
    if fix is None or not owner.everywhere:
        return None
    text = (
        f"The agent of {tunnel.kind.words} tells every network of this machine about itself on port "
        f"{agent_port(tunnel)}: its addresses, and what passes through it."
    )
    return Finding("agent-metrics-open", Level.WARN, text, fix)


_AGENT_FIX = {
    PathKind.NGROK: "Set web_addr to 127.0.0.1:4040 in ngrok.yml, and start ngrok again.",
    PathKind.CLOUDFLARE: "Start cloudflared with --metrics 127.0.0.1:20241, or set that as metrics in its config.yml.",
    PathKind.FRP: "Set webServer.addr to 127.0.0.1 in frpc.toml, and start frpc again.",
}


_FIX = "Let the firewall keep other machines from port {port}, unless you mean them to reach it."

_DOCKER = "docker-proxy"
_DOCKER_TEXT = (
    "Docker passes the port on from every network of this machine ({where}), past ufw and other rules at the input. "
    "To the gateway it may all come from an address that its allow list lets in."
)
_DOCKER_FIX = "Publish the port for this machine only: 127.0.0.1:{port}:{port} instead of {port}:{port}."


def _line(system: System, port: int, *, ufw: bool) -> str | None:
    match system:
        case System.LINUX if ufw:
            return f"sudo ufw deny {port}/tcp"
        case System.LINUX:
            # A table of its own, so that it works beside whatever rules there are.
            chain = "add chain inet cpwatch input { type filter hook input priority -10; }"
            rule = f'add rule inet cpwatch input iifname != "lo" tcp dport {port} drop'
            return f"sudo nft 'add table inet cpwatch; {chain}; {rule}'"
        case System.MACOS:
            rule = f"block drop in quick on ! lo0 proto tcp from any to any port {port}"
            return f"echo '{rule}' | sudo pfctl -a com.apple/cpwatch -Ef -"
        case System.WINDOWS:
            name = f"-DisplayName 'IBKR gateway {port}'"
            return f"New-NetFirewallRule {name} -Direction Inbound -Protocol TCP -LocalPort {port} -Action Block"
    return None
