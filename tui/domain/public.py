"""The addresses under which the gateway is to be had from outside, as far as agents and the user's own address tell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from tui.domain.address import Address, PathKind, parse_address
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.path import PathState
from tui.domain.tunnel import Tunnel

FUNNEL = "funnel-on"
"""The finding of a Tailscale tunnel that the whole internet reaches."""
_ORDER = {Level.ALARM: 0, Level.WARN: 1}


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """One address. kind: whose it is. internet: whether everyone reaches it; False within one tailnet only."""

    url: str
    kind: PathKind
    internet: bool = True


def public_urls(path: PathState) -> tuple[PublicUrl, ...]:
    """Where the gateway is reached from outside by a tunnel, each address once, those of agents on this machine first.

    A remote host's own address is none of them: it may be a name within a company's network, and its gateway's allow
    list may admit us and nobody else, so that what it answers to us tells nothing of strangers.
    """
    own = (PublicUrl(as_written(path.address), path.kind),) if path.by_edge else ()
    return _once((*tunnel_urls(path), *own))


def tunnel_urls(path: PathState) -> tuple[PublicUrl, ...]:
    """Those that agents on this machine tell of: what a user hands on to others, each address once."""
    return _once(_told(path))


def internet_urls(path: PathState) -> tuple[str, ...]:
    """The origins that everyone on the internet reaches: what a look at the exposure asks, one request each.

    A tunnel of plain TCP has an address too, but none that can be asked like this.
    """
    return tuple(each.url for each in public_urls(path) if each.internet and _origin(each.url) is not None)


def leading_here(path: PathState) -> tuple[Tunnel, ...]:
    """The tunnels to this gateway whose agents run on this machine, the one that our own requests take included."""
    own = path.way.value.tunnel if path.way else None
    others = tuple(tunnel for tunnel in path.tunnels if tunnel.leads_here and tunnel != own)
    return others if own is None else (own, *others)


def standing(path: PathState) -> tuple[Finding, ...]:
    """Everything that is open and should not be, each once, the gravest first."""
    tunnels = leading_here(path)
    others = (tunnel for tunnel in path.tunnels if tunnel not in tunnels)
    found = {
        (each.id, each.text): each
        for each in (*path.findings, *(finding for tunnel in (*tunnels, *others) for finding in tunnel.findings))
    }
    return tuple(sorted(found.values(), key=lambda each: _ORDER.get(each.level, 2)))


def _once(urls: Iterable[PublicUrl]) -> tuple[PublicUrl, ...]:
    found: dict[str, PublicUrl] = {}
    for each in urls:
        found.setdefault(each.url.lower(), each)
    return tuple(found.values())


def _told(path: PathState) -> Iterator[PublicUrl]:
    for tunnel in leading_here(path):
        if tunnel.public_url is not None:
            funnel = any(each.id == FUNNEL for each in tunnel.findings)
            origin = _origin(tunnel.public_url)
            url = tunnel.public_url if origin is None else as_written(origin)
            yield PublicUrl(url, tunnel.kind, tunnel.kind is not PathKind.TAILSCALE or funnel)


def as_written(address: Address) -> str:
    """The origin without its scheme's own port, as agents and browsers show it."""
    usual = 443 if address.scheme == "https" else 80
    return address.url.removesuffix(f":{usual}") if address.port == usual else address.url


def _origin(url: str) -> Address | None:
    """None for what is no address of http or https: a tunnel may offer tcp."""
    try:
        parts = urlsplit(url)
        return parse_address(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        return None
