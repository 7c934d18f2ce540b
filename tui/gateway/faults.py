"""What broke while asking -> Failure: by the errors underneath, how far the request got, and the bytes that came."""

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from tui.domain.address import Address, PathKind
from tui.domain.failure import Failure, FailureKind
from tui.domain.redact import redacted
from tui.domain.sanitise import evidence, safe_text
from tui.gateway.trace import HTTP, NotHere, Phase, Tap

NO_TLS = "the port speaks no TLS"
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM})
# The name service answered that there is no such name; EAI_AGAIN says that it did not answer.
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
# How ssl says that it waits for bytes: it stands behind every error of the connection beneath, and is about nothing.
_WAITING = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
_CLOSED = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})


def underlying(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it: causes, contexts and the members of groups, each once."""
    queue: list[BaseException] = [error]
    seen: set[int] = set()
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        queue.extend(nested for nested in (current.__cause__, current.__context__) if nested is not None)
        if isinstance(current, BaseExceptionGroup):
            queue.extend(current.exceptions)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. connect: for the connection, and again for TLS. read: between two bytes. whole: for all of it."""

    connect: float
    read: float
    whole: float


def failure_of(error: Exception, phase: Phase, tap: Tap, address: Address, limits: Limits) -> Failure:
    """The Failure that an exchange's exception amounts to. A bare TimeoutError is the end of `limits.whole`."""
    match error:
        case httpx.ConnectTimeout() | TimeoutError() if phase is Phase.TLS:
            return Failure(FailureKind.TLS_TIMEOUT, "connected, but the TLS handshake did not finish in time")
        case httpx.ConnectTimeout():
            return Failure(FailureKind.CONNECT_TIMEOUT, _no_connection(address))
        case TimeoutError() if phase is Phase.CONNECTING:
            return Failure(FailureKind.CONNECT_TIMEOUT, _no_connection(address))
        case TimeoutError() if error.errno is None:
            return _silence(tap, limits.whole)
        case httpx.TimeoutException():
            return _silence(tap, limits.read)
        case httpx.NetworkError() | httpx.ProtocolError() | OSError() | UnicodeError():
            return _broken(error, phase, tap, address)
        case _:
            text = redacted(safe_text(f"{type(error).__name__}: {error}", 160))
            return Failure(FailureKind.UNEXPECTED, text)


def _silence(tap: Tap, seconds: float) -> Failure:
    """Nothing more came. Bytes that begin no HTTP answer tell more than the silence after them."""
    if not tap.count:
        return Failure(FailureKind.SILENT, f"no byte of an answer in {seconds:.3g} s")
    if not _looks_like_http(tap.start):
        return _no_http(tap)
    return Failure(FailureKind.SILENT, f"the answer was not whole in {seconds:.3g} s: {tap.count} bytes came")


def _no_connection(address: Address) -> str:
    return f"no connection to {_name(address)} in time"


def _name(address: Address) -> str:
    return safe_text(address.url.partition("//")[2], 100)


def _broken(error: Exception, phase: Phase, tap: Tap, address: Address) -> Failure:
    causes = tuple(underlying(error))
    # A name that can't be encoded, e.g. with a label of 64 letters, fails as a UnicodeError.
    if name := next((cause for cause in causes if isinstance(cause, socket.gaierror | UnicodeError)), None):
        return _no_address(name, address)
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError) and not isinstance(cause, _WAITING)), None)
    if tls is not None:
        return _tls_failure(tls, phase)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Failure(FailureKind.REFUSED, f"connection to {_name(address)} refused")
    if phase is Phase.TLS:
        return Failure(FailureKind.CUT, "closed during the TLS handshake")
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno}
    if isinstance(error, httpx.ConnectError) and not numbers & _CLOSED:
        return Failure(FailureKind.CONNECT_TIMEOUT, _no_way(numbers, address))
    if not tap.count:
        return Failure(FailureKind.CUT, "closed before any byte of an answer")
    if not _looks_like_http(tap.start):
        return _no_http(tap)
    return Failure(FailureKind.UNEXPECTED, f"an answer cut off or malformed: {redacted(evidence(None, tap.start))}")


def _no_address(error: BaseException, address: Address) -> Failure:
    """A quick tunnel's name lives as long as its process: where it is gone, so is the tunnel."""
    what = "no address of this machine" if isinstance(error, NotHere) else "no address"
    seen = f"the name {safe_text(address.host, 100)} has {what}"
    if address.quick_tunnel and isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME:
        return Failure(FailureKind.TUNNEL_DOWN, seen, tunnel=PathKind.CLOUDFLARE)
    return Failure(FailureKind.UNRESOLVED, seen)


def _no_way(numbers: set[int], address: Address) -> str:
    """Why there is no connection, as the system put it."""
    if numbers & _NOT_ALLOWED:
        return f"connection to {_name(address)} not permitted by this machine"
    if numbers & _NO_ROUTE:
        return f"no route to {safe_text(address.host, 100)}"
    reasons = ", ".join(sorted(os.strerror(number) for number in numbers))
    return f"no connection to {_name(address)}" + (f": {reasons}" if reasons else "")


def _tls_failure(error: ssl.SSLError, phase: Phase) -> Failure:
    # Errors that OpenSSL did not make itself lack these attributes.
    reason = str(getattr(error, "reason", None) or "").upper()
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(FailureKind.UNTRUSTED, _distrust(error))
    if isinstance(error, ssl.SSLEOFError) or "EOF" in reason:
        return Failure(FailureKind.CUT, "closed during the TLS handshake")
    if "ALERT" in reason or reason in {"UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE"} or phase is not Phase.TLS:
        words = safe_text(reason.replace("_", " ").lower(), 100) or "no reason given"
        return Failure(FailureKind.NOT_A_GATEWAY, f"TLS broke off: {words}")
    # WRONG_VERSION_NUMBER and its many names in other OpenSSL releases: what came back was no TLS record.
    return Failure(FailureKind.CUT, NO_TLS)


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    return safe_text(f"certificate verify failed: {getattr(error, 'verify_message', error)}", 160)


def _looks_like_http(start: bytes) -> bool:
    return start.startswith(HTTP[: len(start)])


def _no_http(tap: Tap) -> Failure:
    return Failure(FailureKind.NOT_A_GATEWAY, f"no HTTP: {redacted(evidence(None, tap.start))}")
