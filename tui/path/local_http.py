"""Asks the agents on this machine over http: bounded in size and time, and nobody but this machine."""

import copy
import json
import logging
import ssl
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Self

import httpx

from tui import __version__
from tui.clock import Clock, within
from tui.domain.address import Address

CONNECT_SECONDS = 1.0
WHOLE_SECONDS = 1.5
BODY_LIMIT = 1 << 20
"""Bytes of an answer; a longer one counts as none."""

_HEADERS = {
    "User-Agent": f"cpwatch/{__version__}",
    "Accept": "*/*",
    # What is packed would have to be unpacked to know how large it is.
    "Accept-Encoding": "identity",
}
# What asking can raise: everything of httpx's, addresses that can't be put into a URL, sockets with impossible paths.
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError)
# They name whole paths, with the names that users gave their tunnels.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent answered. guarded: whether it asks for a user name and a password."""

    status: int
    body: bytes
    guarded: bool = False

    @property
    def json(self) -> object | None:
        """The body's JSON; None where it is none, and for `null`."""
        return decoded(self.body)


def decoded(body: bytes | str) -> object | None:
    """The JSON of any type that the body holds; None where it holds none, and for `null`."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


class LocalHttp:
    """Asks agents. An async context manager; every way to ask gives None where no fit answer came, and never raises.

    Addresses beyond this machine are refused, but for those that the user named (`chosen`). transport: in place of
    real sockets, for unix sockets too. No proxy of the environment's is used, no redirect followed, no cookie kept.

    waited_in_vain: whether somebody was there who did not answer in time.
    """

    def __init__(self, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.clock = clock
        self.waited_in_vain = False
        self._transport = transport
        # It verifies against nothing until an https agent is asked: reading the authorities takes longer than asking.
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._trusts = False
        self._client = self._made(transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    def beside(self) -> "LocalHttp":
        """Another that asks over the same connections, and has not waited for anybody yet."""
        other = copy.copy(self)
        other.waited_in_vain = False
        return other

    async def get(self, address: Address, path: str, *, chosen: bool = False) -> Reply | None:
        """The answer to GET `path`, of any status. chosen: whether the user named the address."""
        if not (address.loopback or chosen):
            return None
        if address.scheme == "https" and not self._trusts:
            self._context.load_default_certs()
            self._trusts = True
        return await self._bounded(self._client, address.url + path)

    async def json(self, address: Address, path: str, *, chosen: bool = False) -> object | None:
        """The JSON of a 200."""
        reply = await self.get(address, path, chosen=chosen)
        return reply.json if reply and reply.status == httpx.codes.OK else None

    async def text(self, address: Address, path: str, *, chosen: bool = False) -> str | None:
        """The text of a 200, as it came: not yet safe to print."""
        reply = await self.get(address, path, chosen=chosen)
        return reply.body.decode("utf-8", "replace") if reply and reply.status == httpx.codes.OK else None

    async def unix(self, socket: Path, host: str, path: str) -> Reply | None:
        """The answer of whoever listens on a unix socket to GET `path`, as `host`."""
        # A client of its own, since the socket belongs to the transport.
        transport = self._transport or httpx.AsyncHTTPTransport(uds=str(socket), verify=self._context)
        async with self._made(transport) as one:
            return await self._bounded(one, f"http://{host}{path}")

    def _made(self, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._context,
            transport=transport,
            timeout=httpx.Timeout(WHOLE_SECONDS, connect=CONNECT_SECONDS),
            headers=_HEADERS,
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
            follow_redirects=False,
        )

    async def _bounded(self, client: httpx.AsyncClient, url: str) -> Reply | None:
        try:
            return await within(self.clock, WHOLE_SECONDS, _read(client, url))
        except _FAILURES as error:
            self.waited_in_vain |= isinstance(error, TimeoutError | httpx.ReadTimeout)
            return None


async def _read(client: httpx.AsyncClient, url: str) -> Reply | None:
    async with client.stream("GET", url) as response:
        body = bytearray()
        # Raw: what is packed though asked not to be stays so, and is no JSON.
        async for part in response.aiter_raw():
            body += part
            if len(body) > BODY_LIMIT:
                return None
        asks = response.headers.get("www-authenticate", "").lower()
        return Reply(
            response.status_code, bytes(body), guarded=response.status_code == 401 and asks.startswith("basic")
        )
