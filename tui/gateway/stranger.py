"""One request to a public address as anyone on the internet could make it: without credentials, cookies or a login."""

import logging
import re

import httpx

from tui.clock import Clock
from tui.domain.address import Address
from tui.domain.exposure import Openness, Probe
from tui.domain.failure import Failure, FailureKind
from tui.gateway.answers import failure_in, payload
from tui.gateway.asker import Asker
from tui.gateway.connections import Connections
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError
from tui.gateway.faults import Limits

_log = logging.getLogger(__name__)
_LIMITS = Limits(5.0, 12.0, 17.0)
_READ = 64 * 1024

_GUARDED = frozenset({FailureKind.TUNNEL_DENIED})
_CLOSED = frozenset(
    {
        FailureKind.UNRESOLVED,
        FailureKind.REFUSED,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.TLS_TIMEOUT,
        FailureKind.CUT,
        FailureKind.TUNNEL_DOWN,
        FailureKind.NOTHING_BEHIND,
        FailureKind.UPSTREAM_SCHEME,
    }
)
_REACHED = frozenset(
    {
        FailureKind.NO_LOGIN,
        FailureKind.NO_BRIDGE,
        FailureKind.MISCONFIGURED,
        FailureKind.BACKEND,
        FailureKind.RATE_LIMITED,
    }
)
"""Answers of the gateway itself, or of IBKR behind it: the stranger has come through."""
# How the servers before IBKR's refuse an address (Akamai's): by a page of that title, which ends so. One after the
# other: as one expression, a page of nothing but such titles would take seconds.
_REFUSAL = re.compile(rb"<title>\s*access denied\s*</title>", re.IGNORECASE)
_REFERENCE = re.compile(rb"\breference\s*(?:#|&#35;)", re.IGNORECASE)


async def look_as_stranger(address: Address, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> Probe:
    """Ask that public address once for the session's status; what a stranger learns by that. Never raises.

    transport: takes the place of the network, for tests.
    """
    connections = Connections(address, clock, None, transport)
    asker = Asker(address, connections, _LIMITS, clock, _log)
    try:
        received = await asker.look(connections, address, Endpoint.AUTH_STATUS, _LIMITS)
    except GatewayError as error:
        return _refused(address, error.failure)
    finally:
        await asker.aclose()
        await connections.aclose()
    if received.status == 401 and "www-authenticate" in received.headers:
        return Probe(address.url, Openness.PROTECTED, f"{received.status}, asking for a password")
    failure = failure_in(received, address, decides=True)
    if failure is None:
        value = payload(received, decides=True)
        told = isinstance(value, dict) and "authenticated" in value
        if told:
            # What it says of the session is nobody's business here; that it says it to anyone is.
            return Probe(address.url, Openness.TRADABLE, "200, the session's status")
        failure = value if isinstance(value, Failure) else Failure(FailureKind.UNEXPECTED, received.evidence, 200)
    # A page with 403 may be any guard's own, before the stranger came through; only IBKR's tells that he has.
    by_ibkr = failure.kind is FailureKind.EDGE_DENIED and _is_ibkrs_refusal(received.body[:_READ])
    return Probe(address.url, Openness.OPEN, failure.evidence, failure) if by_ibkr else _refused(address, failure)


def _is_ibkrs_refusal(page: bytes) -> bool:
    title = _REFUSAL.search(page)
    return title is not None and _REFERENCE.search(page, title.end()) is not None


def _refused(address: Address, failure: Failure) -> Probe:
    return Probe(address.url, _openness(failure.kind), failure.evidence, failure)


def _openness(kind: FailureKind) -> Openness:
    if kind in _GUARDED:
        return Openness.PROTECTED
    if kind in _CLOSED:
        return Openness.CLOSED
    return Openness.OPEN if kind in _REACHED else Openness.UNCLEAR
