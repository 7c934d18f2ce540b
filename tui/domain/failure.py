"""How one exchange with the gateway can fail, as far as it can be told from what came back."""

from dataclasses import dataclass
from enum import StrEnum

from tui.domain.address import PathKind


class FailureKind(StrEnum):
    """What an exchange showed; the verdict is decided from it (contract: *Verdicts*)."""

    UNRESOLVED = "unresolved"
    """The host's name has no address."""
    REFUSED = "refused"
    """Nothing listens on the port."""
    CONNECT_TIMEOUT = "connect-timeout"
    """The connection did not come up in time, or there is no route: network or firewall."""
    TLS_TIMEOUT = "tls-timeout"
    """Connected, but the TLS handshake did not finish in time."""
    CUT = "cut"
    """Connected, then closed or reset before any byte of an answer."""
    WRONG_SCHEME = "wrong-scheme"
    """The other of http and https was tried once, and a gateway answers there."""
    UNTRUSTED = "untrusted"
    """TLS verification was asked for and failed."""
    NOT_A_GATEWAY = "not-a-gateway"
    """An answer that no gateway gives."""
    SILENT = "silent"
    """Connected, asked, and no (further) byte within the read timeout."""
    DENIED = "denied"
    """404 with exactly `Access Denied`: the gateway's own allow list."""
    MISCONFIGURED = "misconfigured"
    """The gateway's own 500: Content-Length 21, no Content-Type."""
    EDGE_DENIED = "edge-denied"
    """403 with a page: IBKR's edge refuses the gateway's address."""
    RATE_LIMITED = "rate-limited"
    """429."""
    BACKEND = "backend"
    """5xx from behind the gateway, or a 200 that says that the request failed there."""
    NO_LOGIN = "no-login"
    """401, or 200 with `no session`: nobody is logged in."""
    NO_BRIDGE = "no-bridge"
    """400 `no bridge`: a login, but no brokerage session."""
    TUNNEL_DOWN = "tunnel-down"
    """The tunnel's own answer, or its vanished name, says that it is not connected."""
    TUNNEL_DENIED = "tunnel-denied"
    """The tunnel's own guard refuses us: basic auth, Access."""
    TUNNEL_LIMITED = "tunnel-limited"
    """The tunnel's own limits are used up: requests a minute, the month's allowance."""
    NOTHING_BEHIND = "nothing-behind"
    """The tunnel answers for a gateway that its agent can't reach."""
    UPSTREAM_SCHEME = "upstream-scheme"
    """The tunnel's agent speaks the other of http and https than the gateway behind it."""
    UNEXPECTED = "unexpected"
    """A gateway's answer that fits nothing known: another status, or a body that does not parse."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed exchange.

    evidence: what was received, made safe to print and cut, e.g. `404 "Access Denied"`; never a secret.
    status: the HTTP status, None where none came. retry_after: seconds to leave the gateway alone, None unless
    it is known. tunnel: whose mark the answer bears, None where it bears none; code: the tunnel's own name for what is
    wrong (`ERR_NGROK_3200`, `1033`), empty where it has none.
    """

    kind: FailureKind
    evidence: str
    status: int | None = None
    retry_after: float | None = None
    tunnel: PathKind | None = None
    code: str = ""
