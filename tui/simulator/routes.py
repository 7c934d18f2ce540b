"""How the gateway reads a request: by which path it routes, and whether it is a preflight or a websocket."""

import base64
import hashlib
import posixpath
import re
from urllib.parse import unquote, urlsplit

from tui.simulator.messages import HANG, Hang, Reply, Request, reply

_PROXIED_API = re.compile(r"/(?:v1|qa|ci|alpha|local)/(?:portal|api)(/.*)")
_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def proxied(path: str) -> str | None:
    """The path as IBKR's servers see it, without `/v1/api`; None where the gateway hands it on to nobody."""
    if path.startswith("/sso/"):
        return path
    found = _PROXIED_API.fullmatch(path)
    return found[1] if found else None


def raw_path(request: Request) -> str:
    """The path as it was sent, without a scheme and host in front and without the query."""
    if request.target.startswith("/") or request.target == "*":
        return request.path
    return urlsplit(request.target).path or "/"


def routed_path(request: Request) -> str:
    """The path by which the gateway routes: decoded, without `//` and `..`, a final slash kept."""
    raw = unquote(raw_path(request))
    if raw == "*":
        return raw
    clean = "/" + posixpath.normpath(raw).lstrip("/.")
    return clean + "/" if raw.endswith("/") and clean != "/" else clean


def is_preflight(request: Request) -> bool:
    """Whether a browser asks if it may ask."""
    return bool(request.header("Origin") and request.header("Access-Control-Request-Method"))


def is_websocket(request: Request) -> bool:
    """Whether the client wants to go on with websocket frames."""
    upgrade, connection = request.header("Upgrade") or "", request.header("Connection") or ""
    return upgrade.lower() == "websocket" and "upgrade" in connection.lower()


def upgraded(request: Request) -> Reply | Hang:
    """The websocket's handshake, done before anything is asked of IBKR and whatever the allow list says."""
    key = request.header("Sec-WebSocket-Key")
    if not key:
        return HANG
    if request.header("Sec-WebSocket-Version") != "13":
        headers = ((b"sec-websocket-version", b"13"), (b"content-length", b"0"))
        return reply(426, headers=headers, chunked=False)
    digest = hashlib.sha1((key + _WEBSOCKET_GUID).encode("latin-1"), usedforsecurity=False).digest()
    return reply(
        101,
        headers=(
            (b"upgrade", b"websocket"),
            (b"connection", b"upgrade"),
            (b"sec-websocket-accept", base64.b64encode(digest)),
        ),
        chunked=False,
    )
