"""Status, headers and body -> what the answer means: a payload, or a Failure by the contract's table of verdicts."""

import zlib
from urllib.parse import urlsplit

from tui.domain.address import Address
from tui.domain.as_sent import read_json
from tui.domain.failure import Failure, FailureKind
from tui.domain.sanitise import safe_text
from tui.gateway.edge import mark
from tui.gateway.received import Received, of_ibkr, of_the_gateways_machine

LOGIN_PATH = "/sso/Login"
DENIED_BODY = b"Access Denied"
OWN_ERROR_BODY = b"Internal Server Error"
BODY_LIMIT = 16 * 2**20
MOST_VALUES = 1_000_000
"""Values that one answer's JSON may hold; 5,000 positions have a tenth of that."""
_WEIGHTS = {b",": 1, b"[": 2, b"{": 3}
"""By what their memory costs, a number or a text being 1."""
_NEAR = frozenset({FailureKind.DENIED, FailureKind.MISCONFIGURED, FailureKind.NOT_A_GATEWAY})
# A gateway never says these of the requests that it is sent; every other web server does.
# 511 is a captive portal's own word for itself.
_OTHER_SERVERS = frozenset({404, 405, 501, 505, 511})


class TooLarge(ValueError):
    """A body beyond BODY_LIMIT once it is unpacked, or one that does not unpack."""


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its content encoding: gzip and deflate, should somebody compress though asked not to.

    Raises TooLarge: more than BODY_LIMIT, another encoding, or broken.
    """
    if encoding.strip().lower() in {"", "identity"}:
        return body
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        raise TooLarge(f"a body encoded as {safe_text(encoding, 40)}")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(body, BODY_LIMIT)
    except zlib.error as error:
        raise TooLarge(f"a compressed body that does not unpack: {error}") from None
    if unpacker.unconsumed_tail:
        raise TooLarge(f"a compressed body of more than {BODY_LIMIT >> 20} MiB")
    return plain


def failure_in(received: Received, address: Address, *, decides: bool) -> Failure | None:
    """Why this answer is not what was asked for; None where it is a 200, whose body is still to be read.

    A tunnel's own marks are looked at before any status: a 404 of ngrok's is not the gateway's. decides: whether the
    verdict hangs on it, so that another web server must be told from a gateway.
    """
    if (marked := mark(received, address)) is not None:
        return marked
    status, seen = received.status, received.evidence
    wait: float | None = None
    match status:
        case 200:
            return None
        case 404 if received.body == DENIED_BODY:
            kind = FailureKind.DENIED
        case 500 if is_own_error(received):
            kind = FailureKind.MISCONFIGURED
        case 403 if "airtunes" in received.headers.get("server", "").lower():
            kind, seen = FailureKind.NOT_A_GATEWAY, "403 from AirPlay (AirTunes), which macOS runs on this port"
        case 403 if received.body and not received.is_json:
            kind = FailureKind.EDGE_DENIED
        case 429:
            kind, wait = FailureKind.RATE_LIMITED, received.retry_after
        case 400 | 401 if b"no bridge" in received.body:
            kind = FailureKind.NO_BRIDGE
        case 401 if received.asks_for_a_password:
            kind, seen = FailureKind.NOT_A_GATEWAY, f"{seen}, asking for a password as no gateway does"
        case 401:
            kind = FailureKind.NO_LOGIN
        case _ if received.redirects:
            kind, seen = _redirected(received, address)
        case _ if decides and _is_another_server(received):
            kind = FailureKind.NOT_A_GATEWAY
        case _ if status >= 500:
            kind = FailureKind.BACKEND
        case _:
            kind = FailureKind.UNEXPECTED
    return Failure(kind, seen, status, wait)


def payload(received: Received, *, decides: bool) -> object | Failure:
    """The JSON value in a 200's body, numbers with a point as Decimal; a Failure where it holds none, or an error."""
    if (many := _too_many(received.body)) is not None:
        return Failure(FailureKind.UNEXPECTED, f"{received.status} with {many}", received.status)
    try:
        value = read_json(received.body)
    except (ValueError, RecursionError):
        cut = received.body.lstrip()[:1] in {b"", b"{", b"[", b'"'}
        kind = FailureKind.NOT_A_GATEWAY if decides and not cut else FailureKind.UNEXPECTED
        return Failure(kind, received.evidence, received.status)
    if not isinstance(value, dict) or not value.get("error"):
        return value
    match str(value["error"]).lower():
        case text if "no session" in text:
            kind = FailureKind.NO_LOGIN
        case text if "no bridge" in text:
            kind = FailureKind.NO_BRIDGE
        case _:
            kind = FailureKind.BACKEND
    return Failure(kind, received.evidence, received.status)


def _too_many(body: bytes) -> str | None:
    """What is told of a body that could hold more values than are read: a few bytes of text make hundreds of memory.

    Commas in texts count too, which only a text of a million of them would notice.
    """
    weight = sum(body.count(sign) * each for sign, each in _WEIGHTS.items())
    return None if weight <= MOST_VALUES else f"more than {MOST_VALUES:,} values in {len(body):,} bytes"


def is_own_error(received: Received) -> bool:
    """True for the 500 that the gateway itself makes: 21 bytes, counted, and of no type."""
    return (
        received.status == 500
        and received.body == OWN_ERROR_BODY
        and received.headers.get("content-length") == str(len(OWN_ERROR_BODY))
        and "content-type" not in received.headers
    )


def is_gateway_root(received: Received, address: Address) -> bool:
    """True where this is how a gateway answers `GET /`: its login, IBKR's host, or one of its own refusals."""
    if received.redirects:
        return _redirected(received, address)[0] is not FailureKind.NOT_A_GATEWAY
    return is_own_error(received) or (received.status == 404 and received.body == DENIED_BODY)


def _redirected(received: Received, address: Address) -> tuple[FailureKind, str]:
    """What a redirect tells, and the evidence. It is never followed."""
    seen = f"{received.status} to {safe_text(received.redirect, 120) or 'nowhere'}"
    host = received.redirect_host
    if host is None:
        return FailureKind.NOT_A_GATEWAY, seen
    at_home = host in {"", address.host} or of_the_gateways_machine(host)
    if (of_ibkr(host) or at_home) and urlsplit(received.redirect).path.startswith(LOGIN_PATH):
        return FailureKind.NO_LOGIN, seen
    # What a gateway does not know it sends to IBKR's host: it is one, but not set up to take what it is asked.
    return (FailureKind.MISCONFIGURED if of_ibkr(host) else FailureKind.NOT_A_GATEWAY), seen


def _is_another_server(received: Received) -> bool:
    if received.status in _OTHER_SERVERS:
        return not received.is_json
    # nginx, Go and others say so when plain HTTP reaches their TLS port; a gateway closes without a byte.
    return received.status == 400 and b"http request" in received.body.lower() and b"https" in received.body.lower()


def from_behind(failure: Failure) -> bool:
    """True where IBKR's side gave this answer, not the gateway itself nor a tunnel, so that its time spans the way."""
    if failure.status is None or failure.tunnel is not None:
        return False
    return not 300 <= failure.status < 400 and failure.kind not in _NEAR
