"""Where an agent sends requests, in all the spellings that there are, from `5000` to `https://localhost:5000/`."""

import ipaddress
import re
from dataclasses import dataclass

# frp puts names into brackets, too.
_AUTHORITY = re.compile(r"(\[[a-z0-9_.:-]{2,253}\]|[a-z0-9_.-]{0,253})(?::(\d{1,5}))?", re.IGNORECASE | re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,31}", re.ASCII)
_LONGEST = 2048
_PORTS = {"http": 80, "https": 443, "https+insecure": 443}
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 (recognised, not bound)
# cloudflared's own answers, which look like a host and a port.
_NO_HOSTS = frozenset({"http_status"})


@dataclass(frozen=True, slots=True)
class Upstream:
    """scheme: in small letters, empty where none is given. host: without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def words(self) -> str:
        """As it is shown: no user, no path, no query, as those may hold secrets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}" if self.scheme else f"{host}:{self.port}"

    def leads_to(self, port: int) -> bool:
        """Whether that is the port on this machine; 0 is none."""
        return port > 0 and self.port == port and _is_here(self.host)


def _is_here(host: str) -> bool:
    name = host.lower().removesuffix(".")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback or name in _EVERYWHERE
    except ValueError:
        return False


def upstream(text: str) -> Upstream | None:
    """What the text names; None for a unix socket, a file, a fixed answer, and what is no address at all."""
    if len(text) > _LONGEST:
        return None
    before, mark, behind = text.strip().partition("://")
    scheme, rest = (before.lower(), behind) if mark else ("", before)
    if scheme and not _SCHEME.fullmatch(scheme):
        return None
    # In front of a host there may be a user and a password, which are of no interest.
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    if authority.isascii() and authority.isdigit():
        authority = f"localhost:{authority}"
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        return None
    host = found[1].strip("[]") or "localhost"
    port = int(found[2]) if found[2] else _PORTS.get(scheme, 0)
    if (not found[1] and not found[2]) or host in _NO_HOSTS or not 0 < port < 1 << 16:
        return None
    return Upstream(scheme, host, port)
