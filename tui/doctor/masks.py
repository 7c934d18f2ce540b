"""What leaves in a bundle for support -> the same without secrets, names and public addresses."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from tui.domain.redact import redacted
from tui.domain.sanitise import safe_block

T = TypeVar("T")

MASK = "•••"
_SHORTEST = 4
"""Characters of the shortest secret that is looked for: a shorter one would be found within words."""
_SHORTEST_VARIABLE = 6
"""Likewise of a variable's value, which may be a plain word such as `true` as well."""
_SECRET_NAME = re.compile(r"(?i)token|secret|passw|credential|api_?key|authorization|cookie|webhook|private_?key")
_PERSON = r"[^/\\\s\"':;,]+"
_HOMES = re.compile(
    # A name on Windows may have blanks within, which end where the folder's name does.
    rf"(?i)(/home/|/Users/|\b[A-Z]:[\\/]{{1,2}}Users[\\/]{{1,2}})(?:{_PERSON}(?: {_PERSON}){{1,2}}(?=[\\/])|{_PERSON})"
)
# Of those who log in on every machine of their kind, the name tells nothing, and it is a word of other meanings.
_NOBODYS = frozenset({"root"})

_V4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)", re.ASCII)
_V4_WILD = re.compile(r"(?<![\w.])(?:\d{1,3}\.){2,3}\*", re.ASCII)
_V6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]{3,39}(?:\.\d{1,3}){0,3}(?![\w:])")
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63})+"
_URL_HOST = re.compile(rf"(?i)((?:https?|tcp|wss?|ssh)://)({_NAME})")
_AT_HOST = re.compile(rf"(?<=\w@)({_NAME})")
_TUNNELS = re.compile(
    r"(?i)(?<![\w.-])(?:[A-Za-z0-9_-]{1,63}\.)+"
    r"(?:ngrok-free\.(?:app|dev)|ngrok\.(?:app|dev|io|pizza)|trycloudflare\.com|ts\.net)(?![\w-])"
)
# What stays: it leads nowhere but within a house, or is everybody's.
_WITHIN = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "224.0.0.0/4", "255.255.255.255/32"),
        *("::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)
_WITHIN_NAMES = (".local", ".localhost", ".lan", ".internal", ".home.arpa", ".invalid", ".test")
_EVERYBODYS = (
    *("interactivebrokers.com", "ibkr.com", "adoptium.net", "pypi.org", "python.org"),
    *("ngrok.com", "tailscale.com", "cloudflare.com"),
)


class Masks:
    """Masks text by text, so that within one bundle the same account and the same address look the same everywhere.

    secrets: texts of which none may come out. ids: account ids as far as they are known. names: a person's own words,
    such as titles. home: whose name is its user's. hosts: names that lead to the gateway from outside. addresses:
    whether public addresses stay.
    """

    def __init__(
        self,
        *,
        secrets: Iterable[str] = (),
        ids: Iterable[str] = (),
        names: Iterable[str] = (),
        user: str | None = None,
        home: Path | None = None,
        hosts: Iterable[str] = (),
        addresses: bool = False,
    ) -> None:
        self._addresses = addresses
        self._numbers: dict[str, int] = {}
        self._accounts: dict[str, str] = {}
        hidden = {each for each in secrets if len(each) >= _SHORTEST} | {each for each in names if len(each) > 1}
        # The longest first: one secret may be within another.
        self._hidden = _any_of(hidden)
        self._ids = _any_of({each for each in ids if each}, whole=True)
        known = home is not None and len(home.parts) > 1
        self._home = re.compile(rf"(?<![\w.-]){re.escape(str(home))}(?![\w-])") if known else None
        shown = user is None or user in _NOBODYS
        self._user = None if shown else re.compile(rf"(?i)(?<![\w-]){re.escape(user or '')}(?![\w-])")
        public = {host.removesuffix(".") for host in hosts if not _private_name(host)}
        self._hosts = _any_of(public, whole=True)

    def text(self, text: str) -> str:
        """The text, masked and safe to print."""
        text = safe_block(text)
        if self._hidden:
            text = self._hidden.sub(MASK, text)
        if self._home:
            text = self._home.sub("~", text)
        text = _HOMES.sub(rf"\1{MASK}", text)
        if self._user:
            text = self._user.sub(MASK, text)
        text = redacted(text)
        if self._ids:
            text = self._ids.sub(self._account, text)
        return text if self._addresses else self._without_addresses(text)

    def value(self, value: object) -> object:
        """As `text`, for whatever JSON can hold; in members' names, which are mostly our own, secrets only."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self._member(str(name)): self.value(each) for name, each in value.items()}
            case list() | tuple():
                return [self.value(each) for each in value]
        return value

    def _member(self, name: str) -> str:
        return redacted(self._hidden.sub(MASK, name) if self._hidden else name)

    def _account(self, found: re.Match[str]) -> str:
        """For an id that has not the form of IBKR's."""
        return self._accounts.setdefault(found[0].upper(), f"account-{len(self._accounts) + 1}")

    def _without_addresses(self, text: str) -> str:
        text = _URL_HOST.sub(lambda found: found[1] + self._host(found[2]), text)
        for pattern in filter(None, (self._hosts, _TUNNELS, _AT_HOST)):
            text = pattern.sub(lambda found: self._host(found[0]), text)
        text = _V6.sub(lambda found: self._ip(found[0], found[0]), text)
        text = _V4.sub(lambda found: self._ip(found[0], found[0]), text)
        return _V4_WILD.sub(lambda found: self._ip(found[0], _first_of(found[0])), text)

    def _host(self, name: str) -> str:
        # Digits alone are an address, which has its own rule.
        return name if _private_name(name) or not name.strip("0123456789.") else self._numbered(name)

    def _ip(self, written: str, meant: str) -> str:
        try:
            address = ipaddress.ip_address(meant)
        except ValueError:
            return written
        address = getattr(address, "ipv4_mapped", None) or address
        within = any(address in network for network in _WITHIN if network.version == address.version)
        return written if within else self._numbered(written)

    def _numbered(self, address: str) -> str:
        key = address.lower().removesuffix(".")
        return f"address-{self._numbers.setdefault(key, len(self._numbers) + 1)}"


def _any_of(texts: Iterable[str], *, whole: bool = False) -> re.Pattern[str] | None:
    """Finds any of the texts, the longest first; None where there are none."""
    found = sorted(texts, key=lambda each: (-len(each), each))
    if not found:
        return None
    any_of = "|".join(map(re.escape, found))
    return re.compile(rf"(?i)(?<![\w.-])(?:{any_of})(?![\w-])" if whole else f"(?i)(?:{any_of})")


def _private_name(name: str) -> bool:
    plain = name.lower().removesuffix(".")
    if "." not in plain or plain.endswith(_WITHIN_NAMES):
        return True
    return any(plain == each or plain.endswith(f".{each}") for each in _EVERYBODYS)


def _first_of(wildcard: str) -> str:
    """`203.0.113.*` -> `203.0.113.0`."""
    octets = wildcard.split(".")[:-1]
    return ".".join((octets + ["0"] * 4)[:4])


def secrets_in(environment: Mapping[str, str], *more: str) -> set[str]:
    """The values of variables whose names say that they are secret; and of `more` what a basic auth is made of."""
    found = {
        value for name, value in environment.items() if _SECRET_NAME.search(name) and len(value) >= _SHORTEST_VARIABLE
    }
    for text in more:
        found.add(text)
        scheme, _, rest = text.partition(" ")
        if scheme.lower() in {"basic", "bearer"} and rest:
            found.add(rest)
        if scheme.lower() == "basic":
            found |= _of_basic(rest)
    return found


def _of_basic(encoded: str) -> set[str]:
    try:
        pair = base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return set()
    return {pair, *pair.split(":", 1)}
