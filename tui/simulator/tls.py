"""TLS as the real gateway speaks it: version 1.2 alone, an expired certificate, and its alerts sent before it closes.

The certificate expired in 2019 and names no host; it and its key lie beside this module and are PUBLIC, as those
that every real gateway ships with are. They protect nothing.
"""

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import Protocol

_HERE = Path(__file__).resolve().parent
CERTIFICATE = _HERE / "certificate.pem"
KEY = _HERE / "key.pem"
_CHUNK = 16 * 1024
_HANDSHAKE_SECONDS = 10.0
_CIPHERS = (
    "ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256:"
    "ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:"
    "AES256-SHA:AES128-SHA"
)


def tls_context() -> ssl.SSLContext:
    """The server's side of TLS: version 1.2 and nothing else, the real gateway's suites, no ALPN."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


class Stream(Protocol):
    """A connection's bytes, in the clear or under TLS."""

    async def read(self) -> bytes:
        """Some bytes; none where the client is gone. Raises OSError where it broke off."""
        ...

    async def write(self, data: bytes) -> None:
        """Send bytes. Raises OSError where the client is gone."""
        ...

    async def end(self) -> None:
        """Say goodbye, where the protocol has a word for it."""
        ...


class PlainStream:
    """A Stream in the clear."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Some bytes; none where the client is gone."""
        return await self._reader.read(_CHUNK)

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def end(self) -> None:
        """There is no word for it in the clear."""


class TlsStream:
    """A Stream under TLS, over a plain one.

    Not asyncio's own: that cuts a failed handshake without the alert that tells the client why.
    """

    def __init__(self, inner: PlainStream, context: ssl.SSLContext) -> None:
        self._inner = inner
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def handshake(self) -> None:
        """Agree on keys. Raises ssl.SSLError, after its alert went out, and TimeoutError; both are OSErrors."""
        async with asyncio.timeout(_HANDSHAKE_SECONDS):
            while True:
                try:
                    self._tls.do_handshake()
                except ssl.SSLWantReadError:
                    await self._flush()
                    await self._receive()
                except ssl.SSLError:
                    await self._flush()
                    raise
                else:
                    await self._flush()
                    return

    async def read(self) -> bytes:
        """Some bytes; none where the client is gone."""
        while True:
            try:
                return self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                await self._flush()
                await self._receive()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        self._tls.write(data)
        await self._flush()

    async def end(self) -> None:
        """Send the closing alert, and wait for none in return."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        await self._flush()

    async def _receive(self) -> None:
        if data := await self._inner.read():
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._inner.write(data)
