"""A small stand-in for IBKR's servers, to stand behind the real gateway: a login by cookie, answers, a websocket."""

import base64
import hashlib
import struct
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

# One of the few that the gateway keeps: others it drops for their names, or because they are for https alone.
COOKIE = "USERID=100234567"
GREETING = b'{"topic":"system","success":"simul1234"}'
STATUS = (
    b'{"authenticated":true,"established":true,"competing":false,"connected":true,"message":"","MAC":"02:00:5E:10:00:01",'
    b'"serverInfo":{"serverName":"JifN19053","serverVersion":"Build 10.44.1d"},"hardware_info":"x","fail":""}'
)
_JSON = "application/json;charset=utf-8"
_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True)
class Canned:
    """What is answered to everything of the API. status 0: nothing, and the connection is closed."""

    status: int
    body: bytes = b""
    content_type: str | None = _JSON


class FakeIbkr:
    """A context manager: serves on a free port of 127.0.0.1 in threads of its own.

    canned: what the API answers instead of what the login would bring. greets: websockets hear GREETING. asked: every
    request's method, path and headers. sockets: the frames that websockets brought, unmasked.
    """

    def __init__(self) -> None:
        self.canned: Canned | None = None
        self.greets = True
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.ibkr = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens, as `proxyRemoteHost` wants it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    ibkr: FakeIbkr


class _Handler(BaseHTTPRequestHandler):
    """One connection of the gateway's; HTTP/1.1, kept open."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Say nothing on standard error."""

    def do_GET(self) -> None:
        """Answer any request."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.ibkr.asked.append((self.command, self.path, headers))
        self.rfile.read(int(headers.get("content-length", 0)))
        if headers.get("upgrade", "").lower() == "websocket":
            self._talk(headers["sec-websocket-key"])
            return
        path = self.path.partition("?")[0]
        canned = self.server.ibkr.canned
        if path.startswith("/sso/Dispatcher"):
            self._answer(302, b"", None, Location="/sso/Done", **{"Set-Cookie": f"{COOKIE}; Path=/"})
        elif path.startswith("/sso/Login"):
            self._answer(200, b"<html><body>login</body></html>", "text/html;charset=utf-8")
        elif canned is not None:
            self._canned(canned)
        elif self.command == "POST" and "content-length" not in headers and "transfer-encoding" not in headers:
            self._answer(411, b'{"error":"Length Required","statusCode":411}')
        elif COOKIE not in headers.get("cookie", ""):
            self._answer(401, b"", None)
        else:
            self._answer(200, STATUS)

    do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 (the base class looks for these names)

    def _canned(self, canned: Canned) -> None:
        if canned.status == 0:
            self.close_connection = True
            return
        self._answer(canned.status, canned.body, canned.content_type)

    def _answer(self, status: int, body: bytes, content_type: str | None = _JSON, **more: str) -> None:
        self.send_response_only(status)
        typed = {"Content-Type": content_type} if content_type else {}
        timed = {"x-response-time": "17ms", "Server-Timing": "cdn-cache; desc=MISS, edge; dur=4, origin; dur=37"}
        for name, value in {**typed, **timed, **more, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _talk(self, key: str) -> None:
        self.close_connection = True
        if not self.server.ibkr.greets:
            self.send_response_only(401)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        digest = hashlib.sha1((key + _WEBSOCKET_GUID).encode(), usedforsecurity=False).digest()
        self.send_response_only(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        self.end_headers()
        self.wfile.write(bytes([0x81, len(GREETING)]) + GREETING)
        self.wfile.flush()
        self._echo_the_close()

    def _echo_the_close(self) -> None:
        """Read frames until a close frame comes, and answer that."""
        while len(head := self.rfile.read(2)) == 2:
            size = head[1] & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self.rfile.read(2))
            mask = self.rfile.read(4) if head[1] & 0x80 else bytes(4)
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(size)))
            if head[0] & 0x0F == 0x8:
                self.wfile.write(bytes([0x88, len(payload)]) + payload)
                return
