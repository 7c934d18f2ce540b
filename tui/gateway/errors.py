"""The ways in which asking a gateway fails.

GatewayError                   carries the Failure and the Timing of the exchange
├── TransportError             no whole answer came
│   ├── Unresolved             the host's name has no address
│   ├── Refused                nothing listens on the port
│   ├── Unreachable            no connection within its time, or no route
│   ├── TlsTimeout             connected, but the TLS handshake did not finish
│   ├── Cut                    closed or reset before any byte of an answer
│   ├── WrongScheme            the gateway answers to the other of http and https
│   ├── Untrusted              TLS verification was asked for and failed
│   └── Silent                 no (further) byte within the read timeout, or a tunnel's edge waited for it in vain
├── TunnelError                the tunnel between here and the gateway says by its own mark that it did not get through
│   ├── TunnelDown             the tunnel is not connected
│   ├── TunnelDenied           its guard refuses us: basic auth, Access
│   ├── TunnelLimited          its own limits are used up
│   ├── NothingBehind          its agent reaches no gateway
│   └── UpstreamScheme         its agent speaks the other of http and https than the gateway
└── AnswerError                an answer came, and is not what was asked for
    ├── NotAGateway            no gateway answers like this
    ├── Denied                 404 with the 13 bytes `Access Denied`: the gateway's allow list
    ├── Misconfigured          the gateway's own 500 of 21 bytes
    ├── EdgeDenied             403 with a page: IBKR's edge
    ├── RateLimited            429
    ├── BackendDown            5xx from behind the gateway, or a 200 that says so
    ├── LoginRequired          401, or 200 with `no session`
    ├── NoBridge               400 `no bridge`: a login, but no brokerage session
    └── Unexpected             a gateway's answer that fits nothing known

BadCertificateFile             not an exchange: the --ca file can't be used
"""

from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing


class GatewayError(Exception):
    """An exchange with the gateway failed. failure: what was seen; timing: what of it could be measured."""

    def __init__(self, failure: Failure, timing: Timing | None = None) -> None:
        super().__init__(f"{failure.kind}: {failure.evidence}")
        self.failure = failure
        self.timing = timing or Timing()


class TransportError(GatewayError):
    """No whole answer came."""


class Unresolved(TransportError):
    """The host's name has no address."""


class Refused(TransportError):
    """Nothing listens on the port."""


class Unreachable(TransportError):
    """The connection did not come up in time, or there is no route."""


class TlsTimeout(TransportError):
    """The TLS handshake did not finish in time."""


class Cut(TransportError):
    """The connection was closed or reset before any byte of an answer."""


class WrongScheme(TransportError):
    """The gateway answers to the other of http and https."""


class Untrusted(TransportError):
    """TLS verification was asked for and failed."""


class Silent(TransportError):
    """No (further) byte came within the read timeout, be it ours or that of a tunnel's edge."""


class TunnelError(GatewayError):
    """The tunnel between here and the gateway says that it did not get through; `failure.tunnel` names it."""


class TunnelDown(TunnelError):
    """The tunnel is not connected: no agent, no route, or its name is gone."""


class TunnelDenied(TunnelError):
    """The tunnel's own guard refuses us: basic auth, Access."""


class TunnelLimited(TunnelError):
    """The tunnel's own limits are used up; `failure.retry_after` in seconds where the answer named it."""


class NothingBehind(TunnelError):
    """The tunnel stands, and its agent reaches no gateway."""


class UpstreamScheme(TunnelError):
    """The tunnel's agent speaks the other of http and https than the gateway behind it."""


class AnswerError(GatewayError):
    """An answer came, and is not what was asked for."""


class NotAGateway(AnswerError):
    """Something answers that is no gateway."""


class Denied(AnswerError):
    """The gateway's allow list refuses this machine (404, 13 bytes `Access Denied`)."""


class Misconfigured(AnswerError):
    """The gateway's own 500: an allow-list entry it chokes on, or an upstream without a scheme."""


class EdgeDenied(AnswerError):
    """IBKR's edge refuses the gateway's address (403 with a page)."""


class RateLimited(AnswerError):
    """Too many requests (429); `failure.retry_after` in seconds where the answer named it."""


class BackendDown(AnswerError):
    """IBKR's servers failed behind the gateway."""


class LoginRequired(AnswerError):
    """Nobody is logged in at the gateway."""


class NoBridge(AnswerError):
    """A login without a brokerage session (`no bridge`)."""


class Unexpected(AnswerError):
    """A gateway's answer that fits nothing known."""


class BadCertificateFile(ValueError):
    """The file of certificate authorities can't be used; the message says why and what is expected."""


CLASS_OF: dict[FailureKind, type[GatewayError]] = {
    FailureKind.UNRESOLVED: Unresolved,
    FailureKind.REFUSED: Refused,
    FailureKind.CONNECT_TIMEOUT: Unreachable,
    FailureKind.TLS_TIMEOUT: TlsTimeout,
    FailureKind.CUT: Cut,
    FailureKind.WRONG_SCHEME: WrongScheme,
    FailureKind.UNTRUSTED: Untrusted,
    FailureKind.NOT_A_GATEWAY: NotAGateway,
    FailureKind.SILENT: Silent,
    FailureKind.DENIED: Denied,
    FailureKind.MISCONFIGURED: Misconfigured,
    FailureKind.EDGE_DENIED: EdgeDenied,
    FailureKind.RATE_LIMITED: RateLimited,
    FailureKind.BACKEND: BackendDown,
    FailureKind.NO_LOGIN: LoginRequired,
    FailureKind.NO_BRIDGE: NoBridge,
    FailureKind.TUNNEL_DOWN: TunnelDown,
    FailureKind.TUNNEL_DENIED: TunnelDenied,
    FailureKind.TUNNEL_LIMITED: TunnelLimited,
    FailureKind.NOTHING_BEHIND: NothingBehind,
    FailureKind.UPSTREAM_SCHEME: UpstreamScheme,
    FailureKind.UNEXPECTED: Unexpected,
}


def error_for(failure: Failure, timing: Timing | None = None) -> GatewayError:
    """The exception of the failure's kind."""
    return CLASS_OF[failure.kind](failure, timing)
