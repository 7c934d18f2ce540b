"""Asks a gateway at one of this very machine's own addresses, which nothing that is sent there leaves."""

import ipaddress
import logging
import socket
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
from tui.gateway.tls import default_context

LIMITS = Limits(3.0, 5.0, 8.0)
log = logging.getLogger(__name__)


async def let_in(address: Address, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> Failure | None:
    """One `GET /`, which a gateway answers by itself: None where it lets in who comes from there, else why not.

    address: of a network interface of this machine, by its IP address. As on loopback, the certificate is not verified:
    the shipped one names no host, and nobody stands in between. Of any other address it is. transport: in place of the
    network, for tests.
    """
    connections = Connections(address, clock, None, transport or _transport(address))
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


def is_own(host: str) -> bool:
    """Whether that is an IP address of this machine: on no other can a socket be bound."""
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except (OSError, ValueError):
        return False
    return True


def _transport(address: Address) -> httpx.AsyncHTTPTransport:
    if is_own(address.host):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context = default_context(address)
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, http2=False)
