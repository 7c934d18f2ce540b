"""A gateway's address, as a user gives it, and what kind of path it names."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

DEFAULT_URL = "https://localhost:5000"

# A host ends up in lines that the user is asked to run: nothing passes that a shell would read as anything else.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
_LONGEST_NAME = 253
_SHOWN = 120

_NGROK_DOMAINS = ("ngrok-free.app", "ngrok-free.dev", "ngrok.app", "ngrok.dev", "ngrok.io", "ngrok.pizza")
_CLOUDFLARE_DOMAINS = ("trycloudflare.com",)
_TAILSCALE_DOMAINS = ("ts.net",)
_TAILSCALE_NETWORKS = (ipaddress.ip_network("100.64.0.0/10"), ipaddress.ip_network("fd7a:115c:a1e0::/48"))
# ChromeOS uses this part of the range for its own containers.
_NOT_TAILSCALE = ipaddress.ip_network("100.115.92.0/23")


class PathKind(StrEnum):
    """How the gateway is reached (contract: `path.kind`)."""

    LOCAL = "local"
    LAN = "lan"
    NGROK = "ngrok"
    CLOUDFLARE = "cloudflare"
    TAILSCALE = "tailscale"
    SSH = "ssh"
    WIREGUARD = "wireguard"
    FRP = "frp"
    REMOTE = "remote"

    @property
    def words(self) -> str:
        """As its makers write it: `Cloudflare Tunnel`."""
        return _WORDS[self]

    @property
    def by_edge(self) -> bool:
        """True where a company's servers on the internet take the requests and hand them to an agent."""
        return self in {PathKind.NGROK, PathKind.CLOUDFLARE}

    @property
    def forwarded(self) -> bool:
        """True where a program on this machine takes the connection, so that connecting tells nothing of the way."""
        return self in {PathKind.SSH, PathKind.FRP}


_WORDS = {
    PathKind.LOCAL: "this machine",
    PathKind.LAN: "local network",
    PathKind.NGROK: "ngrok",
    PathKind.CLOUDFLARE: "Cloudflare Tunnel",
    PathKind.TAILSCALE: "Tailscale",
    PathKind.SSH: "ssh -L",
    PathKind.WIREGUARD: "VPN",
    PathKind.FRP: "frp",
    PathKind.REMOTE: "remote host",
}


class BadAddress(ValueError):
    """A URL that can't be a gateway's; the message says why and shows one that could."""


@dataclass(frozen=True, slots=True)
class Address:
    """A gateway's origin. host: as in a URL, without the brackets of an IPv6 address."""

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """The origin, e.g. `https://localhost:5000`, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """True for localhost and for addresses that never leave this machine."""
        name = self.host.removesuffix(".")
        if name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def kind(self) -> PathKind:
        """What the address alone tells: a tunnel's own name, this machine, a private network, or somewhere else."""
        if self.loopback:
            return PathKind.LOCAL
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return self._kind_by_name
        if is_tailscale(self.host):
            return PathKind.TAILSCALE
        return PathKind.LAN if address.is_private or address.is_link_local else PathKind.REMOTE

    @property
    def _kind_by_name(self) -> PathKind:
        if self.within(_NGROK_DOMAINS):
            return PathKind.NGROK
        if self.within(_CLOUDFLARE_DOMAINS):
            return PathKind.CLOUDFLARE
        if self.within(_TAILSCALE_DOMAINS):
            return PathKind.TAILSCALE
        name = self.host.removesuffix(".")
        return PathKind.LAN if name.endswith(".local") or "." not in name else PathKind.REMOTE

    @property
    def quick_tunnel(self) -> bool:
        """True for a Cloudflare quick tunnel, whose name lives as long as its process."""
        return self.within(_CLOUDFLARE_DOMAINS)

    def within(self, domains: tuple[str, ...]) -> bool:
        """Whether the host is a name within one of these domains."""
        name = self.host.lower().removesuffix(".")
        return any(name.endswith(f".{domain}") for domain in domains)


def is_tailscale(host: str) -> bool:
    """True for an IP address of Tailscale's ranges; a carrier's NAT and Cloudflare WARP use parts of them as well."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return any(address in network for network in _TAILSCALE_NETWORKS) and address not in _NOT_TAILSCALE


def safe_ip(text: str) -> str | None:
    """The IP address in its shortest spelling; None for anything else, and for a zone that is no plain word.

    Python takes any text behind the % of an IPv6 address for its zone, a shell command too.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    zone = getattr(address, "scope_id", None)
    return str(address) if zone is None or _ZONE.fullmatch(zone) else None


def _safe_host(host: str) -> str | None:
    if ":" in host:
        return safe_ip(host.replace("%25", "%"))
    if not host.strip("0123456789."):
        return safe_ip(host)
    return host if len(host) <= _LONGEST_NAME and _NAME.fullmatch(host) else None


def parse_address(text: str) -> Address:
    """The address that a user's URL names. Paths are refused rather than dropped: the API's own is added here.

    Raises BadAddress: no http or https scheme, no host, a port out of range, or anything behind the port.
    """
    example = f"; expected something like {DEFAULT_URL}"
    stripped = text.strip()
    # First, so that no other message repeats a password. NFKC: urlsplit takes a wide ＠ for one.
    if "@" in unicodedata.normalize("NFKC", stripped):
        raise BadAddress(f"a user name or password does not belong into the address{example}")
    shown = repr(stripped if len(stripped) <= _SHOWN else stripped[:_SHOWN] + "…")
    if any(c.isspace() or not c.isprintable() for c in stripped):
        raise BadAddress(f"{shown} has a blank or a control character in it{example}")
    try:
        parts = urlsplit(stripped)
        port = parts.port
        host = parts.hostname
    except ValueError as error:
        raise BadAddress(f"{shown} is not a URL: {str(error)[:_SHOWN]}{example}") from None
    if parts.scheme not in {"http", "https"}:
        raise BadAddress(f"{shown} does not start with https:// or http://{example}")
    if not host:
        raise BadAddress(f"{shown} names no host{example}")
    safe = None if "[" in parts.netloc and ":" not in host else _safe_host(host)
    if safe is None:
        hint = "" if host.isascii() else " (an international name in its xn-- spelling)"
        raise BadAddress(f"{shown} names a host that is neither a name{hint} nor an IP address{example}")
    if port == 0:
        raise BadAddress(f"{shown} names port 0; ports go from 1 to 65535{example}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadAddress(f"{shown} has something behind the port: give the address alone{example}")
    return Address(parts.scheme, safe, port or (443 if parts.scheme == "https" else 80))
