"""cloudflared on this machine: whether it is connected, where it leads, and what is amiss with that.

Its metrics server is on the first free port from 20241 on. `/ready` decides whether it is connected: the gauge
`ha_connections` of `/metrics` counts attempts, and `/quicktunnel` and the edge's locations stay when the edge is lost.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tui.domain.address import Address, PathKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.path.local_http import LocalHttp
from tui.path.loose import apart, count, mapping, objects, origin, place, raw, shown
from tui.path.prometheus_text import samples
from tui.path.upstream import Upstream, upstream

PORTS = range(20241, 20246)

_MOST_LOCATIONS = 3
_LONGEST_MS = 20_000


class _Metric(StrEnum):
    BUILD = "build_info"
    REQUESTS = "cloudflared_tunnel_total_requests"
    LOCATIONS = "cloudflared_tunnel_server_locations"
    ROUND_TRIP = "quic_client_smoothed_rtt"


@dataclass(frozen=True, slots=True)
class _Figures:
    """What `/metrics` tells. edge: seconds, the least over the connections; None over http2. requests: of all names."""

    version: str = ""
    locations: tuple[str, ...] = ()
    edge: float | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class _Agent:
    """What holds for all names of one cloudflared. quick: the host of its quick tunnel, empty for a named one."""

    at: str
    connections: int
    quick: str
    figures: _Figures

    @property
    def up(self) -> bool:
        return self.connections > 0


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule of the ingress. host: empty for the one that matches all. verifies: the gateway's certificate."""

    host: str
    upstream: Upstream | None
    verifies: bool
    validates: bool


async def tunnels(ask: LocalHttp, port: int, at: tuple[Address, ...] = (), *, tls: bool = True) -> tuple[Tunnel, ...]:
    """One tunnel for every name whose service is the gateway; one for a cloudflared that has none such.

    port: the gateway's on this machine, 0 where it is elsewhere. at: the user's own addresses of metrics servers. tls:
    whether the gateway speaks TLS there, as it does unless its settings say otherwise.
    """
    found = await asyncio.gather(*(_asked(ask, each, port, named, tls) for each, named in apart(at, PORTS)))
    return tuple(tunnel for some in found for tunnel in some)


async def _asked(ask: LocalHttp, address: Address, port: int, chosen: bool, tls: bool) -> tuple[Tunnel, ...]:
    ready = await ask.get(address, "/ready", chosen=chosen)
    said = mapping(ready.json) if ready else {}
    if ready is None or not raw(said.get("connectorId")):
        return ()
    config, quick, metrics = await asyncio.gather(
        ask.json(address, "/config", chosen=chosen),
        ask.json(address, "/quicktunnel", chosen=chosen),
        ask.text(address, "/metrics", chosen=chosen),
    )
    connections = (count(said.get("readyConnections")) or 0) if ready.status == 200 else 0
    agent = _Agent(place(address), connections, raw(mapping(quick).get("hostname")), _figures(metrics or ""))
    return _tunnels(agent, _rules(mapping(mapping(config).get("config"))), port, tls)


def _figures(text: str) -> _Figures:
    version, locations, spans, requests = "", set(), [], None
    for sample in samples(text, set(_Metric)):
        match sample.name:
            case _Metric.BUILD:
                version = shown(sample.labels.get("version"), 20)
            case _Metric.REQUESTS if 0 <= sample.value < 1 << 53:
                requests = int(sample.value)
            case _Metric.LOCATIONS if sample.value > 0:
                locations.add(shown(sample.labels.get("edge_location"), 12))
            case _Metric.ROUND_TRIP if 0 < sample.value < _LONGEST_MS:
                spans.append(sample.value / 1000)
    return _Figures(version, tuple(sorted(locations - {""})), min(spans, default=None), requests)


def _rules(config: Mapping[str, object]) -> list[_Rule]:
    """The ingress's rules. What a rule says of its origin goes before what is said of all."""
    general = mapping(config.get("originRequest"))
    found = []
    for rule in objects(config.get("ingress")):
        origins = {**general, **mapping(rule.get("originRequest"))}
        named = raw(origins.get("caPool")) or raw(origins.get("originServerName"))
        found.append(
            _Rule(
                raw(rule.get("hostname")).lower(),
                upstream(raw(rule.get("service"))),
                verifies=not (named or origins.get("noTLSVerify") is True),
                validates=mapping(origins.get("access")).get("required") is True,
            )
        )
    return found


def _tunnels(agent: _Agent, rules: list[_Rule], port: int, tls: bool) -> tuple[Tunnel, ...]:
    served = [rule for rule in rules if rule.upstream is not None]
    # The agent counts the requests of all its names together.
    alone = len({rule.host for rule in served}) <= 1
    found: dict[str, Tunnel] = {}
    for rule in served:
        if rule.upstream is not None and rule.upstream.leads_to(port):
            # Several rules of one name differ in the paths that they take: the first is the one that is told of.
            found.setdefault(rule.host, _tunnel(agent, rule, port, tls, here=True, alone=alone))
    if found:
        return tuple(found.values())
    first = served[0] if len(served) == 1 else _Rule("", None, verifies=False, validates=False)
    return (_tunnel(agent, first, port, tls, here=False, alone=True),)


def _tunnel(agent: _Agent, rule: _Rule, port: int, tls: bool, *, here: bool, alone: bool) -> Tunnel:
    quick = not rule.host and bool(agent.quick)
    host = rule.host or agent.quick
    figures = agent.figures
    edge = figures.edge if agent.up else None
    return Tunnel(
        PathKind.CLOUDFLARE,
        shown(host) or f"cloudflared {figures.version}".strip(),
        agent.up,
        origin("https", host) if host else None,
        rule.upstream.words if rule.upstream else None,
        here,
        _protected(rule, quick),
        edge,
        "" if edge is not None else _reason(agent),
        _detail(agent),
        None if agent.up else "it has no connection to Cloudflare's edge",
        agent.at,
        _findings(rule, host if quick else "", port, tls) if here else (),
        figures.requests if alone else None,
    )


def _protected(rule: _Rule, quick: bool) -> bool | None:
    """Access at the edge can't be seen from here, but a quick tunnel can't have it."""
    if rule.validates:
        return True
    return False if quick else None


def _reason(agent: _Agent) -> str:
    return "cloudflared measures it over QUIC alone" if agent.up else "cloudflared is not connected"


def _detail(agent: _Agent) -> str:
    """`4 connections fra03`; empty where it is down, as the locations stay."""
    if not agent.up:
        return ""
    places = agent.figures.locations
    more = " …" if len(places) > _MOST_LOCATIONS else ""
    words = (
        f"{agent.connections} connection{'s' if agent.connections > 1 else ''} {', '.join(places[:_MOST_LOCATIONS])}"
    )
    return words.strip() + more


def _findings(rule: _Rule, quick: str, port: int, tls: bool) -> tuple[Finding, ...]:
    found = []
    right = f"{'https' if tls else 'http'}://localhost:{port}"
    again = f"cloudflared tunnel --url {right}{' --no-tls-verify' if tls else ''}" if quick else None
    scheme = rule.upstream.scheme if rule.upstream else ""
    if scheme in {"http", "https"} and (scheme == "https") is not tls:
        expects = "TLS" if tls else "plain http"
        found.append(
            Finding(
                "cloudflared-upstream-scheme",
                Level.WARN,
                f"cloudflared speaks {'plain http' if tls else 'TLS'} to port {port}, where the gateway expects "
                f"{expects}: every request through it ends in a 502",
                f"Set `service: {right}`{' with `noTLSVerify: true` under `originRequest`' if tls else ''}.",
                again,
            )
        )
    elif scheme == "https" and rule.verifies:
        found.append(
            Finding(
                "cloudflared-verifies",
                Level.WARN,
                "cloudflared verifies the gateway's certificate, which nobody signed: unless it was replaced, every "
                "request through it ends in a 502",
                "Set `noTLSVerify: true` under `originRequest`; or `caPool` and `originServerName` for a certificate "
                "of your own.",
                again,
            )
        )
    if quick:
        found.append(
            Finding(
                "quick-tunnel",
                Level.WARN,
                "a quick tunnel leads to the gateway, and none can have Access before it: whoever learns its name "
                "can use the session",
                "Use a named tunnel with an Access policy instead.",
            )
        )
    return tuple(found)
