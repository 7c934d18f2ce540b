"""Reads what an agent's JSON holds, of whatever type it is, and makes it safe to show."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from tui.domain.address import Address, BadAddress, parse_address
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text

MOST = 200
"""Items of a list or an object that are looked at: nobody has more tunnels, and a hostile answer might."""

_DEFAULT_PORTS = {"https": 443, "http": 80}
_MASKED = 2000
# Agents' own tokens follow no common pattern, but are longer than any word and hold digits.
_TOKEN = re.compile(r"(?<![\w+/=-])(?=[\w+/=-]*\d)[\w+/=-]{28,}", re.ASCII)


def mapping(value: object) -> Mapping[str, object]:
    """The object, empty where it is none."""
    return value if isinstance(value, dict) else {}


def pairs(value: object) -> list[tuple[str, object]]:
    """An object's first MOST pairs."""
    return list(islice(mapping(value).items(), MOST))


def objects(value: object) -> list[Mapping[str, object]]:
    """The objects among a list's first MOST items."""
    return [item for item in value[:MOST] if isinstance(item, dict)] if isinstance(value, list) else []


def raw(value: object) -> str:
    """The text as it came, empty where it is none: to be looked at, never to be kept."""
    return value if isinstance(value, str) else ""


def shown(value: object, limit: int = 80) -> str:
    """The text fit to be kept and shown: without controls and secrets, and cut; empty where it is none."""
    # Masked before it is cut, lest half a secret escape the masks; and cut far behind that, lest masking take long.
    return safe_text(_TOKEN.sub("•••", redacted(safe_text(raw(value), _MASKED))), limit).strip()


def count(value: object) -> int | None:
    """A whole number from 0 on; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53 else None


def flag(value: object) -> bool | None:
    """True or False; None for anything else, which is not False."""
    return value if isinstance(value, bool) else None


def origin(scheme: str, place: str) -> str | None:
    """`https://gw.example.com` from a scheme and `host[:port]`, without the scheme's own port; None for no place."""
    try:
        address = parse_address(f"{scheme}://{place}")
    except BadAddress:
        return None
    return address.url.removesuffix(f":{_DEFAULT_PORTS[address.scheme]}")


def apart(chosen: Sequence[Address], ports: Sequence[int]) -> list[tuple[Address, bool]]:
    """Where to look for an agent: the user's own addresses first, then 127.0.0.1 at those ports, nowhere twice.

    The second of each pair says whether the user named it.
    """
    found = [(address, True) for address in chosen]
    found += [(Address("http", "127.0.0.1", port), False) for port in ports]
    first: dict[tuple[str, int], tuple[Address, bool]] = {}
    for address, named in found:
        # localhost and 127.0.0.1 are one agent, which must not be told of twice.
        host = "here" if address.loopback else address.host.lower()
        first.setdefault((host, address.port), (address, named))
    return list(first.values())


def place(address: Address) -> str:
    """`127.0.0.1:4040`: where an agent was asked."""
    return address.url.partition("//")[2]
