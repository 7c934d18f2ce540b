"""One request to a public address as anyone on the internet could make it: without credentials, cookies or a login."""

import logging

import httpx

from tui.clock import Clock
from tui.domain.address import Address
from tui.domain.exposure import Openness, Probe
from tui.domain.failure import FailureKind
from tui.gateway.answers import failure_in, payload
from tui.gateway.asker import Asker
from tui.gateway.connections import Connections
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError
from tui.gateway.faults import Limits

_log = logging.getLogger(__name__)
_LIMITS = Limits(5.0, 12.0, 17.0)

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
        FailureKind.EDGE_DENIED,
        FailureKind.RATE_LIMITED,
    }
)
"""Answers of the gateway itself, or of IBKR behind it: the stranger has come through."""


async def look_as_stranger(address: Address, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> Probe:
    """Ask that public address once for the session's status; what a stranger learns by that. Never raises.

    transport: takes the place of the network, for tests.
    """
    connections = Connections(address, clock, None, transport)
    asker = Asker(address, connections, _LIMITS, clock, _log)
    try:
        received = await asker.look(connections, address, Endpoint.AUTH_STATUS, _LIMITS)
    except GatewayError as error:
        return Probe(address.url, _openness(error.failure.kind), error.failure.evidence)
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
        kind = getattr(value, "kind", FailureKind.UNEXPECTED)
        openness = Openness.OPEN if kind in _REACHED else Openness.UNCLEAR
        return Probe(address.url, openness, received.evidence)
    return Probe(address.url, _openness(failure.kind), failure.evidence)


def _openness(kind: FailureKind) -> Openness:
    if kind in _GUARDED:
        return Openness.PROTECTED
    if kind in _CLOSED:
        return Openness.CLOSED
    return Openness.OPEN if kind in _REACHED else Openness.UNCLEAR
