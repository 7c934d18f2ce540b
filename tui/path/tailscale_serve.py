"""What Tailscale serves of the gateway, by its serve configuration: to the tailnet, or by funnel to everybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.path.loose import mapping, origin, pairs, raw, shown
from tui.path.upstream import Upstream, upstream

_SECURED = frozenset({"https", "https+insecure"})


@dataclass(frozen=True, slots=True)
class Served:
    """One place that leads to the gateway. name: its host, safe to print. funnel: whether the internet reaches it."""

    name: str
    public_url: str | None
    upstream: Upstream
    funnel: bool
    findings: tuple[Finding, ...]


def served(config: Mapping[str, object], own: str, port: int, tls: bool) -> tuple[Served, ...]:
    """What of a ServeConfig leads to the gateway's port.

    own: this machine's name in the tailnet, empty where it is not known. tls: whether the gateway speaks TLS.
    """
    # `serve` without --bg lives as long as its terminal, and is kept apart by its session.
    foreground = [mapping(each) for _, each in pairs(config.get("Foreground"))]
    parts = (config, *foreground)
    funnelled = {where for part in parts for where, on in pairs(part.get("AllowFunnel")) if on is True}
    found: dict[tuple[str, str | None], Served] = {}
    for part in parts:
        for each in (*_web(part, funnelled, port, tls), *_forwarded(part, funnelled, own, port)):
            found.setdefault((each.name, each.public_url), each)
    return tuple(found.values())


def _web(part: Mapping[str, object], funnelled: set[str], port: int, tls: bool) -> Iterator[Served]:
    for where, server in pairs(part.get("Web")):
        host, _, outer = where.rpartition(":")
        plain = mapping(mapping(part.get("TCP")).get(outer)).get("HTTP") is True
        for _, handler in pairs(mapping(server).get("Handlers")):
            to = upstream(raw(mapping(handler).get("Proxy")))
            if to is None or not to.leads_to(port):
                continue
            funnel = where in funnelled
            findings = (*_funnel_findings(funnel, outer), *_scheme_findings(to, funnel, port, tls))
            yield Served(shown(host), origin("http" if plain else "https", where), to, funnel, findings)
            break


def _forwarded(part: Mapping[str, object], funnelled: set[str], own: str, port: int) -> Iterator[Served]:
    """Ports whose connections are passed on as they are, the gateway's own TLS in them."""
    for outer, handler in pairs(part.get("TCP")):
        to = upstream(raw(mapping(handler).get("TCPForward")))
        if to is None or not to.leads_to(port):
            continue
        where = f"{own}:{outer}"
        funnel = where in funnelled
        yield Served(
            shown(own) or "Tailscale",
            origin("https", where) if own else None,
            to,
            funnel,
            _funnel_findings(funnel, outer),
        )


def _funnel_findings(funnel: bool, outer: str) -> tuple[Finding, ...]:
    if not funnel:
        return ()
    return (
        Finding(
            "funnel-on",
            Level.ALARM,
            "Tailscale's funnel leads to the gateway: anyone on the internet can use the session, and trade",
            "Turn the funnel off; `tailscale serve` reaches the tailnet alone.",
            f"tailscale funnel --https={outer} off" if outer.isascii() and outer.isdigit() else None,
        ),
    )


def _scheme_findings(to: Upstream, funnel: bool, port: int, tls: bool) -> tuple[Finding, ...]:
    right = f"{'https+insecure' if tls else 'http'}://localhost:{port}"
    # Through a funnel nothing works now, and a command that opens the gateway to the internet is none to give.
    command = None if funnel else f"tailscale serve --bg {right}"
    fix = f"Name the gateway so: {right}"
    if (to.scheme in _SECURED) is not tls:
        text = (
            f"Tailscale speaks {'plain http' if tls else 'TLS'} to port {port}, where the gateway expects "
            f"{'TLS' if tls else 'plain http'}: every request through it fails"
        )
        return (Finding("tailscale-upstream-scheme", Level.WARN, text, fix, command),)
    if to.scheme == "https":
        text = (
            "Tailscale verifies the gateway's certificate, which nobody signed: unless it was replaced, every request "
            "through it ends in a 502"
        )
        return (Finding("tailscale-verifies", Level.WARN, text, fix, command),)
    return ()
