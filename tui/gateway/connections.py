"""How connections are made: the one place where an httpx client is built, with nothing it might do unasked."""

import logging
import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from tui import __version__
from tui.clock import Clock
from tui.domain.address import Address, BadAddress, PathKind
from tui.domain.sanitise import safe_text
from tui.domain.secret import Secret
from tui.gateway.lane import Slot
from tui.gateway.tls import context_from, default_context
from tui.gateway.trace import Tap

# Longer than the pause between two looks, shorter than that between two tickles: each tickle opens a connection,
# which measures the way to the gateway, and does not hang on one that a NAT forgot.
KEPT_SECONDS = 30.0
HEADERS = {
    "User-Agent": f"cpwatch/{__version__}",
    "Accept": "*/*",
    # The gateway may compress nothing that it would have to unpack to check it.
    "Accept-Encoding": "identity",
}
# ngrok's free plan shows what it takes for a browser a page of its own instead; without it, nobody is harmed by this.
NO_WARNING = {"ngrok-skip-browser-warning": "1"}
_PORTS = {"http": 80, "https": 443}
# They name whole paths with account ids (httpx, at INFO) and headers (httpcore, at DEBUG).
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class _Borrowed(httpx.AsyncBaseTransport):
    """A transport that several clients use one after the other, so that none of them may close it."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


class Connections:
    """Makes slots for one address, all with the same TLS context.

    way_in: headers for the guard before the gateway. They go to that very address (scheme, host and port) and nowhere
    else, whoever builds the request. Raises BadCertificateFile for a `ca` that can't be used, BadAddress for a host
    that can't stand in a URL, and for headers that would go out in the clear to another machine.
    """

    def __init__(
        self,
        address: Address,
        clock: Clock,
        ca: Path | None,
        transport: httpx.AsyncBaseTransport | None,
        way_in: Mapping[str, Secret] | None = None,
    ) -> None:
        try:
            # The host is decoded at each request: an xn-- name that stands for nothing is told now.
            url = httpx.URL(address.url)
            _ = url.host
        except (httpx.InvalidURL, UnicodeError) as error:
            raise BadAddress(f"{safe_text(address.url)} is not a URL: {error}") from None
        if way_in and address.scheme == "http" and not address.loopback:
            raise BadAddress(
                f"{safe_text(address.url)} has headers for the way in, which would go out in the clear: give its "
                "https:// address"
            )
        self._origin = _origin(url)
        self._way_in = dict(way_in or {})
        self._harmless = NO_WARNING if address.kind is PathKind.NGROK else {}
        self._address = address
        self._clock = clock
        self._transport = transport
        self._context = None if ca is None else context_from(ca)

    @property
    def context(self) -> ssl.SSLContext:
        """The TLS context, built once it is needed: reading the system's authorities takes a while."""
        if self._context is None:
            self._context = default_context(self._address)
        return self._context

    def slot(self) -> Slot:
        """A client of one connection, not yet opened, that keeps no cookie: the session's are held by the gateway."""
        one = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEPT_SECONDS)
        client = httpx.AsyncClient(
            # A transport of the caller's own makes its own connections, and is not asked for a certificate.
            verify=True if self._transport is not None else self.context,
            transport=None if self._transport is None else _Borrowed(self._transport),
            limits=one,
            headers=HEADERS,
            event_hooks={"request": [self._let_in]},
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
            follow_redirects=False,
            http2=False,
        )
        return Slot(client, Tap(self._clock, here=self._address.loopback))

    async def _let_in(self, request: httpx.Request) -> None:
        """Add what the guard wants to see; asked for each request, so that no other address ever gets it."""
        if _origin(request.url) != self._origin:
            return
        request.headers.update(self._harmless)
        for name, secret in self._way_in.items():
            request.headers[name] = secret.reveal()

    async def aclose(self) -> None:
        """Close the transport that was given, if one was; slots close what is theirs."""
        if self._transport is not None:
            await self._transport.aclose()


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    """Scheme, host and port, of which a URL leaves out its scheme's own."""
    return url.scheme, url.raw_host, url.port or _PORTS.get(url.scheme)
