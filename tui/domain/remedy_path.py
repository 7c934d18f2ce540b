"""What to do about the way to the gateway: each hop's own command, and on which machine it is to be run."""

import re
from shlex import quote

from tui.domain.address import Address, PathKind
from tui.domain.broken_way import BROWSER_PAGES, MONTHLY, Broken, agent_of, forward_of, hop, maker
from tui.domain.failure import Failure
from tui.domain.finding import Finding
from tui.domain.path import PathState
from tui.domain.remedy_parts import GATEWAY_PORT, START, Remedy, far_port

SSH_OPTIONS = "-o ServerAliveInterval=15 -o ServerAliveCountMax=3"
"""With these, ssh ends by itself 45 s after its far side fell silent; without, it may hang for hours."""
_UPSTREAM_FINDINGS = frozenset({"ngrok-upstream-scheme", "cloudflared-upstream-scheme", "cloudflared-verifies"})
# What an agent or the system calls a tunnel or an interface becomes part of a line only where it is a plain word.
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}", re.ASCII)
_SECRETS = 'as "env:NAME" or "keyring:SERVICE/USER", never in the file itself'


def remedy_for_way(broken: Broken, failure: Failure, path: PathState) -> Remedy:
    """What to do about a way that is broken there."""
    kind = hop(failure, path)
    match broken:
        case Broken.FORWARD_GONE | Broken.FORWARD_HANGS | Broken.BEHIND_FORWARD:
            return _forward(broken, path)
        case Broken.AGENT_DOWN:
            return _agent_down(kind, path)
        case Broken.EDGE:
            return Remedy(
                f"Check this machine's internet connection and its firewall: not even {maker(kind)}'s own servers let "
                f"it connect at {path.address.host} port {path.address.port}. Tunnel and gateway may well be up."
            )
        case Broken.OFFLINE:
            return _offline(kind, path)
        case Broken.NO_ROUTE:
            return _no_route(path)
        case Broken.DENIED:
            return _denied(kind, failure)
        case Broken.LIMITED:
            return _limited(failure)
        case Broken.NOTHING_BEHIND:
            return _nothing_behind(kind, path)
        case Broken.UPSTREAM_SCHEME:
            return _wrong_upstream(path) or _agents_upstream(kind, path)


def ssh_template(address: Address) -> str:
    """The line of an `ssh -L` that ends at that port here, with what is not known in capitals."""
    return f"ssh -N -L {address.port}:localhost:{GATEWAY_PORT} USER@HOST"


def unreachable_by_way(path: PathState) -> Remedy | None:
    """What to do where the way's own network does not lead there; None for a way that has none of its own."""
    address = path.address
    firewall = "or a firewall drops what it does not allow"
    match path.kind:
        case PathKind.TAILSCALE:
            return Remedy(
                f"Ask Tailscale whether it reaches {address.host} with the line below. If so, nothing passes on port "
                f"{address.port} there: the gateway is off, its tailnet's rules forbid it, {firewall}. If not, the "
                "gateway's machine is off or logged out of Tailscale.",
                (f"tailscale ping -c 1 {_bare(address)}",),
            )
        case PathKind.WIREGUARD:
            return Remedy(
                "See by the line below, as root, when the VPN last shook hands with the other side: minutes ago means "
                f"that it is down. If it is up, the gateway's machine is off, {firewall} on port {address.port}.",
                (f"wg show {_interface(path)} latest-handshakes", f"wg-quick up {_interface(path)}"),
            )
    return None


def _where(path: PathState) -> str:
    return "On this machine" if agent_of(path) is not None else "On the gateway's machine"


def _forward(broken: Broken, path: PathState) -> Remedy:
    known = forward_of(path)
    line = known.line if known else ssh_template(path.address)
    if path.kind is PathKind.FRP:
        return _frp_forward(broken, path)
    if path.kind is not PathKind.SSH:
        return _edge_forward(path)
    match broken:
        case Broken.FORWARD_GONE:
            fill = "" if known else ", with the gateway's machine in place of HOST"
            return Remedy(f"On this machine, start the ssh tunnel again with the line below{fill}.", (line,))
        case Broken.FORWARD_HANGS:
            return Remedy(
                f"On this machine, end the ssh that hangs{_pid(path)} and start it with the line below: so it gives up "
                "by itself after 45 s of silence (15 s, three times), and can be started anew. If it hangs again, the "
                "far machine or the network to it is gone.",
                (line.replace("ssh -N ", f"ssh -N {SSH_OPTIONS} ", 1),),
            )
    far = known.destination if known else "the machine at the far side of ssh -L"
    port = known.port if known else GATEWAY_PORT
    return Remedy(
        f"On {far}, start the gateway, in its own folder, with the line below (Windows: bin\\run.bat root\\conf.yaml). "
        f"If it runs there, compare listenPort in root/conf.yaml with port {port}, to which the ssh tunnel leads.",
        (START,),
    )


def _pid(path: PathState) -> str:
    owner = path.way.value.owner if path.way else None
    return f" (process {owner.pid})" if owner and owner.pid is not None else ""


def _frp_forward(broken: Broken, path: PathState) -> Remedy:
    if broken is Broken.BEHIND_FORWARD:
        return Remedy(
            "On the gateway's machine, start the gateway, in its own folder, with the first line below; if it runs, "
            "start frpc with the second, and compare its localPort with listenPort in root/conf.yaml.",
            (START, "frpc -c frpc.toml"),
        )
    return Remedy(
        f"Start frpc with the line below, {_frpc_where(path)}; its log names the server that it can't reach.",
        ("frpc -c frpc.toml",),
    )


def _edge_forward(path: PathState) -> Remedy:
    """An edge's own program that takes the connections here, as `cloudflared access tcp` does."""
    start = f"start the gateway, in its own folder, with `{START}`"
    if path.kind is not PathKind.CLOUDFLARE:
        return Remedy(
            f"On this machine, start what leads port {path.address.port} to {maker(path.kind)}. If the gateway is to "
            f"run here itself, {start}, and take the kind out of the profile's path."
        )
    return Remedy(
        "On this machine, start cloudflared with the line below, with the gateway's public name in place of NAME. If "
        f"it runs: on the gateway's machine, {start}, and see that cloudflared there leads to it.",
        (f"cloudflared access tcp --hostname NAME --url localhost:{path.address.port}",),
    )


def _frpc_where(path: PathState) -> str:
    return "on this machine" if path.address.loopback else "on the gateway's machine"


def _agent_down(kind: PathKind, path: PathState) -> Remedy:
    match kind:
        case PathKind.TAILSCALE:
            return Remedy(
                "On this machine, connect Tailscale with the first line below; the second shows whether it reaches "
                "the gateway's machine.",
                ("tailscale up", f"tailscale ping -c 1 {_bare(path.address)}"),
            )
        case PathKind.WIREGUARD:
            return Remedy(
                "On this machine, bring the VPN up with the first line below, as root; the second shows when it last "
                "shook hands with the other side.",
                (f"wg-quick up {_interface(path)}", f"wg show {_interface(path)} latest-handshakes"),
            )
    return _offline(kind, path).after("If this machine has no internet connection, mend that first.")


def _offline(kind: PathKind, path: PathState) -> Remedy:
    where = _where(path)
    match kind:
        case PathKind.NGROK:
            return Remedy(
                f"{where}, start the ngrok agent with the line below (its port: listenPort in root/conf.yaml). If one "
                "runs, compare the address that it shows with this one.",
                (_ngrok_line(path),),
            )
        case PathKind.CLOUDFLARE if path.address.quick_tunnel:
            return _no_route(path)
        case PathKind.CLOUDFLARE:
            return Remedy(
                f"{where}, start cloudflared with the line below, or its service if it runs as one. If it runs, its "
                "log names why it does not get through to Cloudflare (port 7844 outwards).",
                (f"cloudflared tunnel run {_name(path)}",),
            )
        case PathKind.FRP:
            return Remedy(
                f"{where}, start frpc with the line below, and compare its customDomains with {path.address.host}.",
                ("frpc -c frpc.toml",),
            )
    return Remedy(f"{where}, start the tunnel's agent again.")


def _no_route(path: PathState) -> Remedy:
    host = path.address.host
    if path.address.quick_tunnel:
        return Remedy(
            f"{_where(path)}, start a new quick tunnel with the line below, and give cpwatch the address that it shows "
            "with --url. If other names do not resolve either, it is this machine's name service.",
            (f"cloudflared tunnel --no-tls-verify --url https://localhost:{GATEWAY_PORT}",),
        )
    return Remedy(
        f"On the gateway's machine, lead the name {host} to the tunnel with the first line below, and start the tunnel "
        "with the second.",
        (f"cloudflared tunnel route dns {_name(path)} {host}", f"cloudflared tunnel run {_name(path)}"),
    )


def _denied(kind: PathKind, failure: Failure) -> Remedy:
    if failure.code in BROWSER_PAGES:
        return Remedy(
            "On the gateway's machine, log the ngrok agent in to an account, by the authtoken in its ngrok.yml. "
            "cpwatch asks for no page and says so to ngrok: if this stays, something on the way changes its "
            "requests."
        )
    if kind is PathKind.CLOUDFLARE and not failure.code and failure.status != 401:
        return _access()
    redirected = failure.status is not None and 300 <= failure.status < 400
    if failure.status == 401 and not failure.code:
        if kind is PathKind.CLOUDFLARE:
            return _access()
        return Remedy(
            "Give cpwatch the tunnel's user name and password: basic_auth under [profiles.NAME.path] in its settings, "
            f"the password {_SECRETS}. If they are there, they are wrong."
        )
    if redirected:
        return Remedy(
            f"No program can pass a login page: in {maker(kind)}'s policy, let cpwatch in by basic auth or by this "
            "machine's address, and set basic_auth under [profiles.NAME.path] in cpwatch's settings."
        )
    return Remedy(
        f"In {maker(kind)}'s own dashboard, look the refusal up in its log of requests and allow this machine's public "
        "address. Where a guard wants a header, give it under [profiles.NAME.path.headers] in cpwatch's settings."
    )


def _access() -> Remedy:
    return Remedy(
        "Give cpwatch a service token of Cloudflare Access: CF-Access-Client-Id and CF-Access-Client-Secret under "
        f"[profiles.NAME.path.headers] in its settings, each {_SECRETS}. If they are there, the token has expired, or "
        "no policy of the action Service Auth names it."
    )


def _limited(failure: Failure) -> Remedy:
    pace = (
        "With metered = true under [profiles.NAME.path] in its settings, cpwatch asks once in five minutes (8,640 a "
        "month) and sends no tickle."
    )
    if failure.code in MONTHLY:
        return Remedy(
            "Wait until the month is over, take a larger plan, or come another way, such as ssh -L. A free ngrok plan "
            f"has 20,000 requests a month, which is one in 130 s. {pace}"
        )
    return Remedy(f"Wait: cpwatch asks again by itself. See what else asks much through this tunnel. {pace}")


def _nothing_behind(kind: PathKind, path: PathState) -> Remedy:
    if (wrong := _wrong_upstream(path)) is not None:
        return wrong
    mistakes = {
        PathKind.NGROK: f"make the agent lead to https://localhost:{GATEWAY_PORT}",
        PathKind.CLOUDFLARE: (
            f"cloudflared's service has to be https://localhost:{GATEWAY_PORT}, not http, with noTLSVerify: true"
        ),
        PathKind.TAILSCALE: f"tailscale serve has to lead to https+insecure://localhost:{GATEWAY_PORT}",
    }
    return Remedy(
        f"{_where(path)}, start the gateway, in its own folder, with the line below (Windows: bin\\run.bat "
        f"root\\conf.yaml). If it runs: {mistakes.get(kind, 'compare the ports')} (its port: listenPort in "
        "root/conf.yaml).",
        (START,),
    )


def _wrong_upstream(path: PathState) -> Remedy | None:
    """What the agent's own settings show to be wrong, where the agent runs on this machine and was asked."""
    agent = agent_of(path)
    findings: tuple[Finding, ...] = (*(agent.findings if agent else ()), *path.findings)
    found = next((each for each in findings if each.id in _UPSTREAM_FINDINGS), None)
    if found is None:
        return None
    return Remedy(f"{found.text} {found.fix}", (found.command,) if found.command else ())


def _agents_upstream(kind: PathKind, path: PathState) -> Remedy:
    if kind is not PathKind.NGROK:
        return Remedy(f"{_where(path)}, make the tunnel's agent lead to https://localhost:{GATEWAY_PORT}.")
    return Remedy(
        f"{_where(path)}, start the ngrok agent with the line below: a bare port means http, and the gateway speaks "
        "https (listenSsl in root/conf.yaml).",
        (_ngrok_line(path),),
    )


def _ngrok_line(path: PathState) -> str:
    address = path.address
    url = "" if address.loopback else f"--url {quote(f'https://{address.host}')} "
    return f"ngrok http {url}https://localhost:{far_port(address)}"


def _bare(address: Address) -> str:
    """The host as one word of a command line; a zone is of this machine, and no name of another."""
    return quote(address.host.partition("%")[0])


def _name(path: PathState) -> str:
    agent = agent_of(path)
    return agent.name if agent and _WORD.fullmatch(agent.name) and agent.kind is PathKind.CLOUDFLARE else "NAME"


def _interface(path: PathState) -> str:
    way = path.way.value if path.way else None
    names = (way.interface, way.tunnel.name if way.tunnel else None) if way else ()
    return next((name for name in names if name and _WORD.fullmatch(name)), "wg0")
