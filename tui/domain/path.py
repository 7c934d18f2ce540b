"""The way to the gateway: its address, what kind of path leads there, and the time that each leg takes."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from tui.domain.stamped import Stamped

DEFAULT_URL = "https://localhost:5000"


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
        if self.host == "localhost" or self.host.endswith(".localhost"):
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


def parse_address(text: str) -> Address:
    """The address that a user's URL names. Paths are refused rather than dropped: the API's own is added here.

    Raises BadAddress: no http or https scheme, no host, a port out of range, or anything behind the port.
    """
    example = f"; expected something like {DEFAULT_URL}"
    stripped = text.strip()
    try:
        parts = urlsplit(stripped)
        port = parts.port
        host = parts.hostname
    except ValueError as error:
        raise BadAddress(f"{stripped!r} is not a URL: {error}{example}") from None
    if parts.scheme not in {"http", "https"}:
        raise BadAddress(f"{stripped!r} does not start with https:// or http://{example}")
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise BadAddress(f"{stripped!r} names no host{example}")
    if port == 0:
        raise BadAddress(f"{stripped!r} names port 0; ports go from 1 to 65535{example}")
    if parts.username is not None or parts.password is not None:
        raise BadAddress(f"a user name or password does not belong into the address{example}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadAddress(f"{stripped!r} has something behind the port: give the address alone{example}")
    return Address(parts.scheme, host, port or (443 if parts.scheme == "https" else 80))


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
