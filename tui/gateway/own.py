"""Asks a gateway at one of this very machine's own addresses, which nothing that is sent there leaves."""

import logging
import ssl

import httpx

from tui.clock import Clock
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.gateway.answers import failure_in, is_gateway_root
from tui.gateway.asker import Asker
from tui.gateway.connections import Connections
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError
from tui.gateway.faults import Limits

LIMITS = Limits(3.0, 5.0, 8.0)
log = logging.getLogger(__name__)


async def let_in(address: Address, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> Failure | None:
    """One `GET /`, which a gateway answers by itself: None where it lets in who comes from there, else why not.

    address: of a network interface of this machine, by its IP address; whoever calls makes sure of that. As on
    loopback, the certificate is not verified: the shipped one names no host, and nobody stands in between.
    transport: in place of the network, for tests.
    """
    connections = Connections(address, clock, None, transport or _transport())
    asker = Asker(address, connections, LIMITS, clock, log)
    try:
        received = await asker.look(connections, address, Endpoint.ROOT, LIMITS)
    except GatewayError as error:
        return error.failure
    finally:
        await asker.aclose()
        await connections.aclose()
    if received.redirects and is_gateway_root(received, address):
        return None
    failure = None if received.redirects else failure_in(received, address, decides=True)
    return failure or Failure(FailureKind.NOT_A_GATEWAY, received.evidence, received.status)


def _transport() -> httpx.AsyncHTTPTransport:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, http2=False)
