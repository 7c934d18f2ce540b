"""ngrok's agents on this machine: which addresses they serve, and what is amiss with those that lead to the gateway.

The agent's API is on 4040, or the next free port. It names the endpoints at /api/endpoints since 3.30 and at
/api/tunnels before, and the round trip to ngrok's edge at /api/status since 3.9. The unit of its latency figures is not
documented, so that only its counts are taken.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from tui.domain.address import Address, PathKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.path.durations import seconds
from tui.path.local_http import LocalHttp
from tui.path.loose import apart, count, flag, mapping, objects, origin, place, raw, shown
from tui.path.upstream import Upstream, upstream

PORTS = range(4040, 4050)

_PUBLIC = re.compile(r"([a-z]+)://([^/?#]+)")
# The gateway's own TLS passes through these, so that a browser says https to them.
_PASSED_THROUGH = frozenset({"tcp", "tls"})
_GUARD = re.compile(
    r"type[\"']?\s*:\s*[\"']?(?:basic-auth|oauth|oidc|openid-connect|jwt-validation|restrict-ips|verify-webhook)\b"
)
# A rule with conditions guards only against some, and one that is not enforced against nobody.
_LOOSENED = re.compile(r"\bexpressions\b|\benforce[\"']?\s*:\s*[\"']?(?:false|no|off)\b", re.IGNORECASE)
# Blanks of its own line only: over line ends, a policy of many empty lines would take minutes.
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_LONGEST_SPAN = 20.0


@dataclass(frozen=True, slots=True)
class _Agent:
    """What holds for all endpoints of one agent. at: where it was asked."""

    at: str
    up: bool | None
    down_because: str | None
    edge: float | None
    edge_reason: str


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """One endpoint as the agent names it. scheme: of its public address, empty where there is none."""

    name: str
    scheme: str
    host: str
    upstream: Upstream | None
    inspected: bool | None
    guarded: bool | None
    requests: int | None


async def tunnels(ask: LocalHttp, port: int, at: tuple[Address, ...] = (), *, tls: bool = True) -> tuple[Tunnel, ...]:
    """Every endpoint of every agent found; an agent without any is one tunnel without an address.

    port: the gateway's on this machine, 0 where it is elsewhere. at: the user's own addresses of agents. tls: whether
    the gateway speaks TLS there, as it does unless its settings say otherwise.
    """
    found = await asyncio.gather(*(_asked(ask, each, port, named, tls) for each, named in apart(at, PORTS)))
    return tuple(tunnel for some in found for tunnel in some)


async def _asked(ask: LocalHttp, address: Address, port: int, chosen: bool, tls: bool) -> tuple[Tunnel, ...]:
    first, status = await asyncio.gather(
        ask.get(address, "/api/endpoints", chosen=chosen), ask.json(address, "/api/status", chosen=chosen)
    )
    if first is None:
        return ()
    old = first.status == 404
    answer = await ask.json(address, "/api/tunnels", chosen=chosen) if old else first.json
    # An agent without any may say null.
    listed = mapping(answer).get("tunnels" if old else "endpoints", "absent") or []
    if first.status not in {200, 404} or not isinstance(listed, list):
        return ()
    agent = _agent(place(address), mapping(status))
    read = [_endpoint(each) for each in objects(listed)]
    if not old:
        read = await asyncio.gather(*(_counted(ask, address, chosen, each, port) for each in read))
    seen = tuple(_tunnel(agent, each, port, tls, plain) for each, plain in _without_twins(read))
    return seen or (_bare(agent),)


async def _counted(ask: LocalHttp, address: Address, chosen: bool, endpoint: _Endpoint, port: int) -> _Endpoint:
    """The endpoint with its count, which the list leaves out: asked for where it leads to the gateway only."""
    if not (endpoint.upstream and endpoint.upstream.leads_to(port) and endpoint.requests is None and endpoint.name):
        return endpoint
    whole = await ask.json(address, f"/api/endpoints/{quote(endpoint.name, safe='')}", chosen=chosen)
    return replace(endpoint, requests=_requests(mapping(whole)))


def _agent(at: str, status: Mapping[str, object]) -> _Agent:
    word = shown(status.get("status"), 40)
    up = word == "online" if word else None
    because = f"the agent is {word}" if up is False else None
    if not status:
        return _Agent(at, None, None, None, "this agent does not tell of it")
    spans = [
        span
        for leg in objects(mapping(status.get("session")).get("legs"))
        if (span := seconds(raw(leg.get("latency")))) is not None and 0 < span < _LONGEST_SPAN
    ]
    if up is False or not spans:
        reason = "the agent is not connected" if up is False else "the agent has not measured it yet"
        return _Agent(at, up, because, None, reason)
    return _Agent(at, up, because, min(spans), "")


def _endpoint(item: Mapping[str, object]) -> _Endpoint:
    """From either list: a tunnel holds public_url and config.addr, an endpoint url and upstream.url."""
    config = mapping(item.get("config"))
    public = _PUBLIC.match(raw(item.get("url")) or raw(item.get("public_url")))
    to = raw(mapping(item.get("upstream")).get("url")) or raw(config.get("addr"))
    inspected = flag(item.get("inspect"))
    return _Endpoint(
        name=shown(item.get("name")),
        scheme=public[1] if public else "",
        host=public[2].lower() if public else "",
        upstream=upstream(to),
        inspected=flag(config.get("inspect")) if inspected is None else inspected,
        guarded=_guarded(item.get("traffic_policy")),
        requests=_requests(item),
    )


def _requests(item: Mapping[str, object]) -> int | None:
    return count(mapping(mapping(item.get("metrics")).get("http")).get("count"))


def _guarded(policy: object) -> bool | None:
    """True where the policy asks everybody for something. It holds passwords, and is not kept."""
    text = _COMMENT.sub("", policy if isinstance(policy, str) else json.dumps(policy) if mapping(policy) else "")
    return True if _GUARD.search(text) and not _LOOSENED.search(text) else None


def _without_twins(endpoints: list[_Endpoint]) -> list[tuple[_Endpoint, bool]]:
    """The endpoints, each with whether strangers reach it over plain http.

    Older agents serve one host over https and http both and name that as two tunnels: they are one here.
    """
    secured = {(each.host, each.upstream) for each in endpoints if each.scheme == "https"}
    plain = {(each.host, each.upstream) for each in endpoints if each.scheme == "http"}
    return [
        (each, (each.host, each.upstream) in plain)
        for each in endpoints
        if not (each.scheme == "http" and (each.host, each.upstream) in secured)
    ]


def _bare(agent: _Agent) -> Tunnel:
    return Tunnel(
        PathKind.NGROK,
        "ngrok",
        agent.up,
        edge=agent.edge,
        edge_reason=agent.edge_reason,
        detail="no endpoint",
        down_because=agent.down_because,
        agent=agent.at,
    )


def _tunnel(agent: _Agent, endpoint: _Endpoint, port: int, tls: bool, plain: bool) -> Tunnel:
    through = endpoint.scheme in _PASSED_THROUGH
    public = _public(endpoint, through)
    here = endpoint.upstream is not None and endpoint.upstream.leads_to(port)
    return Tunnel(
        PathKind.NGROK,
        endpoint.name or "ngrok",
        agent.up,
        public,
        endpoint.upstream.words if endpoint.upstream else None,
        here,
        endpoint.guarded,
        agent.edge,
        agent.edge_reason,
        f"{endpoint.scheme} endpoint" if through else "",
        agent.down_because,
        agent.at,
        _findings(agent, endpoint, public, port, tls, plain) if here else (),
        endpoint.requests,
    )


def _public(endpoint: _Endpoint, through: bool) -> str | None:
    """The address to type in; None where there is none, and for one that only ngrok's other endpoints reach."""
    if not endpoint.host or endpoint.host.endswith(".internal"):
        return None
    return origin("https" if through else endpoint.scheme, endpoint.host)


def _findings(
    agent: _Agent, endpoint: _Endpoint, public: str | None, port: int, tls: bool, plain: bool
) -> tuple[Finding, ...]:
    found = []
    right = f"{'https' if tls else 'http'}://localhost:{port}"
    if plain:
        host = public.partition("//")[2] if public else ""
        found.append(
            Finding(
                "plain-http",
                Level.WARN,
                "ngrok takes plain http for the gateway: who listens on the way reads the account data and the session",
                "Serve it over https alone.",
                f"ngrok http --url https://{host} {right}" if host else None,
            )
        )
    if endpoint.scheme not in _PASSED_THROUGH and _misled(endpoint.upstream, tls):
        expects = "TLS" if tls else "plain http"
        found.append(
            Finding(
                "ngrok-upstream-scheme",
                Level.WARN,
                f"ngrok speaks {'plain http' if tls else 'TLS'} to port {port}, where the gateway expects {expects}: "
                "every request through it fails (ERR_NGROK_3004)",
                f"Name the gateway with its scheme: {right}",
                f"ngrok http {right}",
            )
        )
    if endpoint.inspected:
        found.append(
            Finding(
                "ngrok-inspection-open",
                Level.WARN,
                f"ngrok keeps the requests and answers that pass through it, cookies and account data with them, and "
                f"shows them at {agent.at} to every user of this machine",
                "Set `inspect: false` for the endpoint, or `inspect_db_size: -1` for the agent, in ngrok.yml.",
            )
        )
    return tuple(found)


def _misled(to: Upstream | None, tls: bool) -> bool:
    """Whether ngrok speaks the other of http and https than the gateway; unless told, it speaks http, but to 443."""
    if to is None or to.scheme not in {"", "http", "https"}:
        return False
    secured = to.scheme == "https" or (not to.scheme and to.port == 443)
    return secured is not tls
