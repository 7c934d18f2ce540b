"""Raw bytes to and from a gateway on the loopback address, with nothing in between that could tidy them up."""

import socket
import ssl
from typing import Self

DEADLINE = 10.0
# How long a negative check waits for bytes that must not come.
SILENCE = 0.3


def unverified(version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A client's context that trusts anybody; version: the only one that it offers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


class Wire:
    """One connection. tls: False speaks in the clear. source: the loopback address that it comes from."""

    def __init__(
        self, port: int, *, tls: bool = True, version: ssl.TLSVersion | None = None, source: str = "127.0.0.1"
    ) -> None:
        plain = socket.create_connection(("127.0.0.1", port), DEADLINE, source_address=(source, 0))
        try:
            self.socket = unverified(version).wrap_socket(plain) if tls else plain
        except OSError:
            plain.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send these bytes."""
        self.socket.sendall(data)

    def until(self, end: bytes) -> bytes:
        """All bytes up to and with `end`. Raises AssertionError when the other side closes first."""
        seen = b""
        while not seen.endswith(end):
            more = self.socket.recv(1)
            if not more:
                raise AssertionError(f"closed after {seen!r}")
            seen += more
        return seen

    def rest(self) -> bytes:
        """All bytes until the other side closes."""
        seen = b""
        try:
            while more := self.socket.recv(65536):
                seen += more
        except ConnectionResetError:
            pass
        return seen

    def silent(self) -> bool:
        """True where not a byte comes, and the connection stays open."""
        self.socket.settimeout(SILENCE)
        try:
            self.socket.recv(1)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(DEADLINE)
        return False

    @property
    def certificate(self) -> bytes:
        """The other side's certificate, DER."""
        assert isinstance(self.socket, ssl.SSLSocket)
        der = self.socket.getpeercert(binary_form=True)
        assert der is not None
        return der


def asked(method: str, path: str, *headers: str, body: bytes = b"", version: str = "1.1") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/{version}", "Host: localhost", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
