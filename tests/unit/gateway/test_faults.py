"""What an exception amounts to: by what lies underneath, how far the request got, and the bytes that came."""

import errno
import socket
import ssl

import httpx
import pytest

from tests.support.clock import ManualClock
from tui.domain.address import Address, PathKind
from tui.domain.failure import FailureKind
from tui.gateway.faults import NO_TLS, Limits, failure_of, underlying
from tui.gateway.trace import Phase, Tap

ADDRESS = Address("https", "gateway.test", 5000)
LIMITS = Limits(connect=3, read=12, whole=15)
RESET = ConnectionResetError(errno.ECONNRESET, "reset by peer")


def tap(data: bytes = b"") -> Tap:
    made = Tap(ManualClock())
    made.note(data)
    return made


def caused(error: Exception, *causes: BaseException) -> Exception:
    """The error as httpx raises it: with the causes at the end of a chain, several of them in a group."""
    end = causes[0] if len(causes) == 1 else BaseExceptionGroup("all attempts", list(causes))
    middle = OSError("All connection attempts failed")
    middle.__cause__ = end
    error.__cause__ = middle
    return error


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


def refused() -> OSError:
    return ConnectionRefusedError(errno.ECONNREFUSED, "refused")


@pytest.mark.parametrize(
    ("error", "phase", "data", "kind"),
    [
        (httpx.ConnectTimeout("x"), Phase.CONNECTING, b"", FailureKind.CONNECT_TIMEOUT),
        (httpx.ConnectTimeout("x"), Phase.TLS, b"", FailureKind.TLS_TIMEOUT),
        (TimeoutError(), Phase.CONNECTING, b"", FailureKind.CONNECT_TIMEOUT),
        (TimeoutError(), Phase.TLS, b"", FailureKind.TLS_TIMEOUT),
        (TimeoutError(), Phase.WAITING, b"", FailureKind.SILENT),
        (TimeoutError(), Phase.READING, b"HTTP/1.1 200 OK\r\n", FailureKind.SILENT),
        (httpx.ReadTimeout("x"), Phase.WAITING, b"", FailureKind.SILENT),
        (httpx.ReadTimeout("x"), Phase.READING, b"HTTP/1.1 200 OK\r\n", FailureKind.SILENT),
        (httpx.ReadTimeout("x"), Phase.WAITING, b"HT", FailureKind.SILENT),
        (httpx.ReadTimeout("x"), Phase.WAITING, b"220 mail", FailureKind.NOT_A_GATEWAY),
        (httpx.WriteTimeout("x"), Phase.SENDING, b"", FailureKind.SILENT),
        (httpx.PoolTimeout("x"), Phase.CONNECTING, b"", FailureKind.SILENT),
        (caused(httpx.ConnectError("x"), refused()), Phase.CONNECTING, b"", FailureKind.REFUSED),
        (
            caused(httpx.ConnectError("x"), OSError(errno.EADDRNOTAVAIL, "no IPv6"), refused()),
            Phase.CONNECTING,
            b"",
            FailureKind.REFUSED,
        ),
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "x")), Phase.CONNECTING, b"", FailureKind.UNRESOLVED),
        (UnicodeError("label too long"), Phase.CONNECTING, b"", FailureKind.UNRESOLVED),
        *(
            (caused(httpx.ConnectError("x"), OSError(number, "x")), Phase.CONNECTING, b"", FailureKind.CONNECT_TIMEOUT)
            for number in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.ETIMEDOUT, errno.EMFILE)
        ),
        (caused(httpx.ConnectError("x"), OSError(errno.ECONNRESET, "x")), Phase.CONNECTING, b"", FailureKind.CUT),
        (httpx.ConnectError(""), Phase.TLS, b"", FailureKind.CUT),
        (caused(httpx.ConnectError("x"), OSError(errno.ECONNRESET, "x")), Phase.TLS, b"", FailureKind.CUT),
        (caused(httpx.ConnectError("x"), ssl.SSLEOFError(8, "x")), Phase.TLS, b"", FailureKind.CUT),
        # Behind every reset over TLS, that ssl had waited for bytes.
        (caused(httpx.ReadError("x"), RESET, ssl.SSLWantReadError(2, "x")), Phase.WAITING, b"", FailureKind.CUT),
        (caused(httpx.ConnectError("x"), RESET, ssl.SSLWantReadError(2, "x")), Phase.TLS, b"", FailureKind.CUT),
        (
            caused(httpx.ReadError("x"), RESET, ssl.SSLWantReadError(2, "x")),
            Phase.READING,
            b"HTTP/1.1 2",
            FailureKind.UNEXPECTED,
        ),
        (caused(httpx.ConnectError("x"), tls_error("WRONG_VERSION_NUMBER")), Phase.TLS, b"", FailureKind.CUT),
        (caused(httpx.ConnectError("x"), tls_error("RECORD_LAYER_FAILURE")), Phase.TLS, b"", FailureKind.CUT),
        (
            caused(httpx.ConnectError("x"), tls_error("TLSV1_ALERT_PROTOCOL_VERSION")),
            Phase.TLS,
            b"",
            FailureKind.NOT_A_GATEWAY,
        ),
        (tls_error("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Phase.WAITING, b"", FailureKind.NOT_A_GATEWAY),
        (
            caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError(1, "x")),
            Phase.TLS,
            b"",
            FailureKind.UNTRUSTED,
        ),
        (httpx.RemoteProtocolError("Server disconnected"), Phase.WAITING, b"", FailureKind.CUT),
        (httpx.RemoteProtocolError("illegal"), Phase.WAITING, b"SSH-2.0-x", FailureKind.NOT_A_GATEWAY),
        (httpx.RemoteProtocolError("incomplete"), Phase.READING, b"HTTP/1.1 200 OK", FailureKind.UNEXPECTED),
        (httpx.ReadError("x"), Phase.WAITING, b"", FailureKind.CUT),
        (httpx.WriteError("x"), Phase.SENDING, b"", FailureKind.CUT),
        (RuntimeError("a defect \x1b[31m"), Phase.WAITING, b"", FailureKind.UNEXPECTED),
    ],
)
def test_kinds(error: Exception, phase: Phase, data: bytes, kind: FailureKind) -> None:
    failure = failure_of(error, phase, tap(data), ADDRESS, LIMITS)
    assert failure.kind is kind
    assert failure.evidence.isprintable()
    assert failure.evidence


@pytest.mark.parametrize(
    ("error", "phase", "data", "evidence"),
    [
        (httpx.ReadTimeout("x"), Phase.WAITING, b"", "no byte of an answer in 12 s"),
        (TimeoutError(), Phase.WAITING, b"", "no byte of an answer in 15 s"),
        (httpx.ReadTimeout("x"), Phase.READING, b"HTTP/1.1 200", "the answer was not whole in 12 s: 12 bytes came"),
        (caused(httpx.ConnectError("x"), refused()), Phase.CONNECTING, b"", "connection to gateway.test:5000 refused"),
        (caused(httpx.ConnectError(""), tls_error("WRONG_VERSION_NUMBER")), Phase.TLS, b"", NO_TLS),
        (httpx.RemoteProtocolError(""), Phase.WAITING, b"SSH-2.0-x\r\n", 'no HTTP: "SSH-2.0-x"'),
        (
            caused(httpx.ConnectError(""), OSError(errno.EHOSTUNREACH, "x")),
            Phase.CONNECTING,
            b"",
            "no route to gateway.test",
        ),
        (
            caused(httpx.ConnectError(""), OSError(errno.EPERM, "x")),
            Phase.CONNECTING,
            b"",
            "connection to gateway.test:5000 not permitted by this machine",
        ),
        (httpx.ConnectError(""), Phase.CONNECTING, b"", "no connection to gateway.test:5000"),
    ],
)
def test_evidence(error: Exception, phase: Phase, data: bytes, evidence: str) -> None:
    assert failure_of(error, phase, tap(data), ADDRESS, LIMITS).evidence == evidence


QUICK = Address("https", "quiet-river.trycloudflare.com", 443)


@pytest.mark.parametrize(
    ("address", "number", "kind", "tunnel"),
    [
        (QUICK, socket.EAI_NONAME, FailureKind.TUNNEL_DOWN, PathKind.CLOUDFLARE),
        # The name service gave no answer: that tells nothing of the tunnel.
        (QUICK, socket.EAI_AGAIN, FailureKind.UNRESOLVED, None),
        (ADDRESS, socket.EAI_NONAME, FailureKind.UNRESOLVED, None),
        (Address("https", "gw.ngrok-free.app", 443), socket.EAI_NONAME, FailureKind.UNRESOLVED, None),
    ],
)
def test_a_quick_tunnels_name_goes_with_its_tunnel(
    address: Address, number: int, kind: FailureKind, tunnel: PathKind | None
) -> None:
    error = caused(httpx.ConnectError("x"), socket.gaierror(number, "x"))
    failure = failure_of(error, Phase.CONNECTING, tap(), address, LIMITS)
    assert (failure.kind, failure.tunnel, failure.status) == (kind, tunnel, None)
    assert failure.evidence == f"the name {address.host} has no address"


def test_a_name_of_a_quick_tunnel_that_is_no_name_is_not_looked_up() -> None:
    assert failure_of(UnicodeError("x"), Phase.CONNECTING, tap(), QUICK, LIMITS).kind is FailureKind.UNRESOLVED


def test_a_chain_that_bites_its_tail_is_walked_once() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert list(underlying(one)) == [one, other]
