"""The way to the gateway: its address, what kind of path leads there, and the time that each leg takes."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from tui.domain.stamped import Stamped

DEFAULT_URL = "https://localhost:5000"

# A host ends up in lines that the user is asked to run: nothing passes that a shell would read as anything else.
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
_LONGEST_NAME = 253
_SHOWN = 120


class PathKind(StrEnum):
    """How the gateway is reached (contract: `path.kind`)."""

    LOCAL = "local"
    LAN = "lan"
    REMOTE = "remote"


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
        """What the address alone tells: this machine, a private network, or somewhere else."""
        if self.loopback:
            return PathKind.LOCAL
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return PathKind.LAN if self.host.endswith(".local") or "." not in self.host else PathKind.REMOTE
        return PathKind.LAN if address.is_private or address.is_link_local else PathKind.REMOTE


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


@dataclass(frozen=True, slots=True)
class Timing:
    """What one exchange took, in seconds.

    connect: the TCP handshake, one round trip to whatever listens; None on a reused connection.
    tls: the TLS handshake; None without one. first_byte: from the request's first byte sent to the answer's first
    byte; None where none came. forwarded: True where the answer came from behind the gateway, so that
    first_byte spans the way to IBKR too.
    """

    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class PathState:
    """The path's slice. connect, first_byte: seconds, each with the time it was measured; None until then."""

    address: Address
    connect: Stamped[float] | None = None
    first_byte: Stamped[float] | None = None
    forwarded: bool = False

    @property
    def to_gateway(self) -> float | None:
        """Seconds of a round trip to the gateway, by the last TCP handshake; None where unknown."""
        return self.connect.value if self.connect else None

    @property
    def to_ibkr(self) -> float | None:
        """Seconds that an answer took beyond the gateway: the first byte less one round trip to the gateway.

        None where the answer did not come from behind it, and where the two can't be told apart.
        """
        if self.first_byte is None or not self.forwarded or self.connect is None:
            return None
        beyond = self.first_byte.value - self.connect.value
        return beyond if beyond > 0 else None
