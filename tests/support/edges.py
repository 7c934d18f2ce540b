"""Public edges of tunnels, played by a real server on 127.0.0.1: their own answers, and those that they pass on.

Statuses, headers and codes are the makers'; pages are only as long as their marks. `with edge("ngrok_offline") as url`.
"""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tui.domain.address import Address, PathKind
from tui.domain.failure import FailureKind
from tui.domain.verdict_name import VerdictName

K, V, P = FailureKind, VerdictName, PathKind
_RAY = ("Server: cloudflare", "CF-RAY: 9c2a4f0b1d3e5a77-FRA")


@dataclass(frozen=True, slots=True)
class Case:
    """One answer, byte for byte, and what it means. kind: None for an answer that is good."""

    answer: bytes
    kind: FailureKind | None
    verdict: VerdictName
    tunnel: PathKind | None = None
    code: str = ""


def answer(status: int, body: bytes = b"", *headers: str, reason: str = "x") -> bytes:
    """The bytes of an answer with its length."""
    lines = (f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _ngrok(number: int, status: int, kind: FailureKind, verdict: VerdictName, body: bytes | None = None) -> Case:
    code = f"ERR_NGROK_{number}"
    text = body if body is not None else f"the tunnel says no\r\n\r\n{code}\r\n".encode()
    made = answer(status, text, "Content-Type: text/plain", f"ngrok-error-code: {code}", "Referrer-Policy: no-referrer")
    return Case(made, kind, verdict, P.NGROK, code)


def _cloudflare(status: int, body: bytes, kind: FailureKind, verdict: VerdictName, code: str, *headers: str) -> Case:
    made = answer(status, body, "Content-Type: text/plain; charset=UTF-8", *_RAY, *headers)
    return Case(made, kind, verdict, P.CLOUDFLARE, code)


def _passed(status: int, body: bytes, kind: FailureKind | None, verdict: VerdictName, *headers: str) -> Case:
    """An answer of the gateway's or of IBKR's that Cloudflare only hands over."""
    return Case(answer(status, body, *headers, *_RAY), kind, verdict)


def page(code: str) -> bytes:
    """A page of Cloudflare's for an error of that number."""
    return (
        f'<html><title>Error {code}</title><div id="cf-wrapper"><div id="cf-error-details">'
        f'<span class="cf-error-code">{code}</span></div></div></html>'
    ).encode()


READY = b'{"authenticated":true,"established":true,"competing":false,"connected":true}'
JSON = "Content-Type: application/json"
HTML = "Content-Type: text/html"

CASES: dict[str, Case] = {
    "ngrok_offline": _ngrok(3200, 404, K.TUNNEL_DOWN, V.TUNNEL_DOWN),
    "ngrok_forwarding_fails": _ngrok(3210, 502, K.TUNNEL_DOWN, V.TUNNEL_DOWN),
    "ngrok_no_backend": _ngrok(724, 503, K.TUNNEL_DOWN, V.TUNNEL_DOWN),
    "ngrok_nothing_behind": _ngrok(8012, 502, K.NOTHING_BEHIND, V.GATEWAY_DOWN),
    "ngrok_scheme": _ngrok(3004, 502, K.UPSTREAM_SCHEME, V.WRONG_SCHEME),
    "ngrok_rate": _ngrok(702, 429, K.TUNNEL_LIMITED, V.TUNNEL_DENIED),
    "ngrok_month": _ngrok(727, 403, K.TUNNEL_LIMITED, V.TUNNEL_DENIED),
    "ngrok_browser_page": _ngrok(6024, 200, K.TUNNEL_DENIED, V.TUNNEL_DENIED, b"<html>You are about to visit</html>"),
    "ngrok_address_refused": _ngrok(3203, 403, K.TUNNEL_DENIED, V.TUNNEL_DENIED),
    "cloudflare_1033": _cloudflare(530, b"error code: 1033", K.TUNNEL_DOWN, V.TUNNEL_DOWN, "1033", "Retry-After: 120"),
    "cloudflare_1033_page": _cloudflare(530, page("1033"), K.TUNNEL_DOWN, V.TUNNEL_DOWN, "1033"),
    "cloudflare_1016": _cloudflare(530, b"error code: 1016\n", K.TUNNEL_DOWN, V.TUNNEL_DOWN, "1016"),
    "cloudflare_502": _cloudflare(502, b"error code: 502", K.NOTHING_BEHIND, V.GATEWAY_DOWN, "502"),
    "cloudflare_502_empty": _cloudflare(502, b"", K.NOTHING_BEHIND, V.GATEWAY_DOWN, "502"),
    "cloudflare_502_page": _cloudflare(502, page("502"), K.NOTHING_BEHIND, V.GATEWAY_DOWN, "502", "cf-error-type: 5xx"),
    "cloudflare_521": _cloudflare(521, b"error code: 521", K.NOTHING_BEHIND, V.GATEWAY_DOWN, "521"),
    "cloudflare_524": _cloudflare(524, b"error code: 524", K.SILENT, V.BACKEND_HUNG, "524"),
    "cloudflare_no_rule": _cloudflare(404, b"", K.NOTHING_BEHIND, V.GATEWAY_DOWN, "404"),
    "cloudflare_limited": _cloudflare(
        429, b"error code: 1015", K.TUNNEL_LIMITED, V.TUNNEL_DENIED, "1015", "Retry-After: 30"
    ),
    "cloudflare_firewall": _cloudflare(403, page("1020"), K.TUNNEL_DENIED, V.TUNNEL_DENIED, "1020"),
    "access_login": _cloudflare(
        302,
        b"",
        K.TUNNEL_DENIED,
        V.TUNNEL_DENIED,
        "",
        "Location: https://team.cloudflareaccess.com/cdn-cgi/access/login/gw.example.com?kid=SECRETKID&meta=SECRETMETA",
    ),
    "access_forbidden": _cloudflare(
        403, b"<html><title>Cloudflare Access</title></html>", K.TUNNEL_DENIED, V.TUNNEL_DENIED, ""
    ),
    "access_bad_token": _cloudflare(
        401, b"", K.TUNNEL_DENIED, V.TUNNEL_DENIED, "", "Www-Authenticate: Cloudflare-Access error=invalid_token"
    ),
    "frps_unknown_name": Case(
        answer(404, b"<html>not found</html>", HTML, "Server: frp/0.61.0"), K.TUNNEL_DOWN, V.TUNNEL_DOWN, P.FRP
    ),
    "passes_ready": _passed(200, READY, None, V.READY, JSON, "Server-Timing: edge; dur=0, origin; dur=0"),
    "passes_login": _passed(401, b"", K.NO_LOGIN, V.LOGIN_REQUIRED),
    "passes_allow_list": _passed(404, b"Access Denied", K.DENIED, V.DENIED),
    "passes_own_error": _passed(500, b"Internal Server Error", K.MISCONFIGURED, V.MISCONFIGURED),
    "passes_502_of_ibkr": _passed(502, b"<html>Bad Gateway</html>", K.BACKEND, V.BACKEND_DOWN, HTML),
    "passes_503_of_ibkr": _passed(503, b'{"error":"Service Unavailable"}', K.BACKEND, V.BACKEND_DOWN, JSON),
    "passes_429_of_ibkr": _passed(429, b'{"error":"too many"}', K.RATE_LIMITED, V.RATE_LIMITED, JSON),
    "passes_403_of_ibkr": _passed(403, b"<html>Access Denied</html>", K.EDGE_DENIED, V.EDGE_DENIED, HTML),
}
"""Every case by its name; those that begin with `passes_` are not the edge's own."""


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    answer = b""


class _Handler(socketserver.StreamRequestHandler):
    """Reads requests with their bodies, and gives each the same answer, on one connection for as long as it lasts."""

    server: _Server

    def handle(self) -> None:
        while head := self._head():
            length = next((int(line[15:]) for line in head if line.lower().startswith(b"content-length:")), 0)
            self.rfile.read(length)
            self.wfile.write(self.server.answer)

    def _head(self) -> list[bytes]:
        lines: list[bytes] = []
        try:
            while (line := self.rfile.readline(65536)) not in {b"", b"\r\n"}:
                lines.append(line)
        except ConnectionError:
            return []
        return lines


@contextmanager
def edge(case: str | bytes) -> Iterator[Address]:
    """A server that gives every request the answer of that case, or these bytes; its address, plain http."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.answer = case if isinstance(case, bytes) else CASES[case].answer
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield Address("http", "127.0.0.1", server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
