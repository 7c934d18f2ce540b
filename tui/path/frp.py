"""frp's client on this machine: which of its proxies lead to the gateway, and whether they run.

Its web server is on 7400 where the user turned it on. Where it asks for a password, it is not asked any further: trying
some would be breaking in, even on one's own machine.
"""

import asyncio
from collections.abc import Mapping

from tui.domain.address import Address, PathKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.path.local_http import LocalHttp
from tui.path.loose import apart, objects, origin, pairs, place, raw, shown
from tui.path.upstream import upstream

PORTS = (7400,)

_KINDS = frozenset({"tcp", "udp", "http", "https", "tcpmux", "stcp", "sudp", "xtcp"})
# The far side's port of these is the gateway's own TLS, passed through.
_PUBLIC_SCHEMES = {"tcp": "https", "https": "https", "http": "http"}
_NOT_RUNNING = frozenset({"new", "wait start", "start error", "check failed", "closed"})
_REASON = "frp does not measure it"


async def tunnels(ask: LocalHttp, port: int, at: tuple[Address, ...] = ()) -> tuple[Tunnel, ...]:
    """Every proxy of every frpc found; one that asks for a password is one tunnel of which nothing is known.

    port: the gateway's on this machine, 0 where it is elsewhere. at: the user's own addresses of web servers.
    """
    found = await asyncio.gather(*(_asked(ask, each, port, named) for each, named in apart(at, PORTS)))
    return tuple(tunnel for some in found for tunnel in some)


async def _asked(ask: LocalHttp, address: Address, port: int, chosen: bool) -> tuple[Tunnel, ...]:
    reply = await ask.get(address, "/api/status", chosen=chosen)
    if reply is None:
        return ()
    if reply.guarded:
        health = await ask.get(address, "/healthz", chosen=chosen)
        # Anybody may ask for a password: frpc alone tells of its health without one.
        return (_guarded(place(address)),) if health and health.status == 200 and not health.body.strip() else ()
    if reply.status != 200:
        return ()
    return tuple(
        _tunnel(kind, proxy, port, place(address))
        for kind, proxies in pairs(reply.json)
        if kind in _KINDS
        for proxy in objects(proxies)
        if raw(proxy.get("name")) and raw(proxy.get("status"))
    )


def _guarded(at: str) -> Tunnel:
    return Tunnel(PathKind.FRP, "frpc", edge_reason=_REASON, detail="its web server asks for a password", agent=at)


def _tunnel(kind: str, proxy: Mapping[str, object], port: int, at: str) -> Tunnel:
    to = upstream(raw(proxy.get("local_addr")))
    here = to is not None and to.leads_to(port)
    status = raw(proxy.get("status"))
    up = True if status == "running" else False if status in _NOT_RUNNING else None
    return Tunnel(
        PathKind.FRP,
        shown(proxy.get("name")) or "frpc",
        up,
        _public(kind, raw(proxy.get("remote_addr"))),
        to.words if to else None,
        here,
        edge_reason=_REASON,
        detail=f"{kind} proxy",
        down_because=_because(status, proxy) if up is False else None,
        agent=at,
        findings=_findings(kind, port, at) if here else (),
    )


def _public(kind: str, remote: str) -> str | None:
    """`server:6000`, or a list of names; None for a proxy that only frp's own visitors reach, or without a host."""
    scheme = _PUBLIC_SCHEMES.get(kind)
    first = remote.partition(",")[0].strip().rpartition("://")[2]
    if scheme is None or not first or first.startswith(":"):
        return None
    return origin(scheme, first)


def _because(status: str, proxy: Mapping[str, object]) -> str:
    said = shown(proxy.get("err"), 120)
    return f"{status}: {said}" if said else status


def _findings(kind: str, port: int, at: str) -> tuple[Finding, ...]:
    found = []
    if kind == "http":
        found.append(
            Finding(
                "plain-http",
                Level.WARN,
                "frp takes plain http for the gateway: who listens on the way reads the account data and the session",
                f'Give the proxy `type = "tcp"` with `localPort = {port}`, through which the gateway\'s TLS passes.',
            )
        )
    found.append(
        Finding(
            "frp-admin-open",
            Level.WARN,
            f"frpc's web server at {at} asks for no password: every user of this machine can read and change where "
            "its proxies lead",
            "Set `webServer.user` and `webServer.password` in frpc.toml, or turn the web server off.",
        )
    )
    return tuple(found)
