"""One whole answer as it came, and what its head says at a glance."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from tui.domain.redact import redacted
from tui.domain.sanitise import evidence

LONGEST_WAIT = 24 * 3600
_IBKR = ("ibkr.com", "interactivebrokers.com")
_HOME = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True)
class Received:
    """One whole answer, its body as it came."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def evidence(self) -> str:
        """Status and beginning of the body, safe to print and without secrets."""
        return redacted(evidence(self.status, self.body))

    @property
    def redirects(self) -> bool:
        """True for a 3xx."""
        return 300 <= self.status < 400

    @property
    def redirect(self) -> str:
        """Where a redirect points to, without its query; empty where it names no place."""
        return str(self.headers.get("location", "")).partition("?")[0]

    @property
    def redirect_host(self) -> str | None:
        """The host that a redirect points to, in lower case; empty for the same one, None for one that is no URL."""
        try:
            return urlsplit(self.redirect).hostname or ""
        except ValueError:
            return None

    @property
    def is_json(self) -> bool:
        """True where the body begins as an object or a list does."""
        return self.body.lstrip()[:1] in {b"{", b"["}

    @property
    def asks_for_a_password(self) -> bool:
        """True where a user name and a password are asked for, as no gateway does."""
        return str(self.headers.get("www-authenticate", "")).lower().startswith(("basic", "digest"))

    @property
    def date(self) -> datetime | None:
        """When the answer was made, by the clock of whoever made it, UTC; None where it does not say."""
        try:
            said = parsedate_to_datetime(self.headers.get("date", "")[:64])
            # The end of the year 9999 west of Greenwich is beyond it.
            return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    @property
    def retry_after(self) -> float | None:
        """Seconds until the next question is welcome; None where that is not said, or makes no sense."""
        text = self.headers.get("retry-after", "").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            return None
        return float(text) if 0 < int(text) <= LONGEST_WAIT else None


def of_ibkr(host: str) -> bool:
    """True for a host of IBKR's."""
    return any(host == name or host.endswith(f".{name}") for name in _IBKR)


def of_the_gateways_machine(host: str) -> bool:
    """True where a gateway behind a tunnel names itself as it is called at home."""
    return host in _HOME
