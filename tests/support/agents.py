"""Stand-ins for the tunnels' agents, at the wire: real servers on loopback that say what a test tells them to.

Each of `ngrok_agent`, `cloudflared_agent` and `frpc_agent` gives the address to ask, `tailscaled` its socket and
`tailscale_program` the folder to put in front of PATH. `StandIn` is what they are made of: its documents may be changed
while it runs, and it remembers what it was asked.
"""

import json
import shlex
import socketserver
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self

import httpx

from tui.domain.address import Address

DATA = Path(__file__).resolve().parent.parent / "data"
METRICS_UP = (DATA / "cloudflared_metrics_up.txt").read_text("utf-8")
METRICS_DOWN = (DATA / "cloudflared_metrics_down.txt").read_text("utf-8")
QUICK_HOST = "quiet-river-sample-words.trycloudflare.com"
CONNECTOR = "a566f92d-7d3c-4a41-9a4e-0c7e3f1f2b6d"
TAILNET_HOST = "trading-box.tail1234.ts.net"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. body: bytes and text are sent as they are, all else as JSON."""

    body: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def encoded(self) -> bytes:
        """The body's bytes."""
        match self.body:
            case bytes():
                return self.body
            case str():
                return self.body.encode()
            case _:
                return json.dumps(self.body).encode()


Documents = dict[str, Answer]
"""Path, without the query -> answer; every other path is a 404."""


class _Handler(BaseHTTPRequestHandler):
    server: "_Served"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.stand_in.asked.append(self.path)
        answer = self.server.stand_in.documents.get(path, Answer("404 page not found\n", 404))
        self.send_response_only(answer.status)
        for name, value in {"Content-Length": str(len(answer.encoded)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.encoded)

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


class _Served(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    stand_in: "StandIn"


class StandIn:
    """A server on a free port of 127.0.0.1, or on a unix socket. Use it in `with`.

    documents: what it answers, to be changed at will. asked: the paths that it was asked for, with their queries.
    """

    def __init__(self, documents: Documents, socket: Path | None = None) -> None:
        self.documents = documents
        self.asked: list[str] = []
        self._server = _Served(("127.0.0.1", 0), _Handler) if socket is None else _on(socket)
        self._server.stand_in = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> Address:
        """Where it listens, if that is a port."""
        return Address("http", "127.0.0.1", self._server.server_address[1])  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _on(socket: Path) -> _Served:
    class OnSocket(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    return OnSocket(str(socket), _Handler)  # type: ignore[return-value]


def endpoint(url: str, upstream: str, *, name: str = "ibkr", inspect: bool = False, **more: object) -> dict[str, Any]:
    """One of `/api/endpoints`, in ngrok's shape. more: e.g. traffic_policy."""
    return {
        "name": name,
        "uri": f"/api/endpoints/{name}",
        "url": url,
        "upstream": {"url": upstream, "protocol": "http1"},
        "inspect": inspect,
        "pooling_enabled": False,
        **more,
    }


def old_tunnel(url: str, addr: str, *, name: str = "ibkr", inspect: bool = False, requests: int = 0) -> dict[str, Any]:
    """One of `/api/tunnels`, in ngrok's shape."""
    spans = {"rate1": 0, "rate5": 0, "rate15": 0, "p50": 0, "p90": 0, "p95": 0, "p99": 0}
    return {
        "name": name,
        "uri": f"/api/tunnels/{name}",
        "public_url": url,
        "proto": url.partition(":")[0],
        "config": {"addr": addr, "inspect": inspect},
        "metrics": {"conns": {"count": requests, "gauge": 0, **spans}, "http": {"count": requests, **spans}},
    }


def ngrok_documents(
    endpoints: Sequence[Mapping[str, Any]] = (),
    tunnels: Sequence[Mapping[str, Any]] | None = None,
    status: str | None = "online",
    latency: Sequence[str] = ("87ms",),
    requests: int | None = None,
) -> Documents:
    """An agent's documents. tunnels: given, it is an agent from before 3.30. status: None is one from before 3.9."""
    documents: Documents = {}
    if tunnels is not None:
        documents["/api/tunnels"] = Answer({"tunnels": list(tunnels), "uri": "/api/tunnels"})
    else:
        documents["/api/endpoints"] = Answer({"endpoints": list(endpoints)})
        for each in endpoints:
            metrics = {} if requests is None else {"metrics": {"http": {"count": requests}}}
            documents[f"/api/endpoints/{each['name']}"] = Answer({**each, **metrics})
    if status is not None:
        legs = [{"region": "eu", "latency": each} for each in latency]
        told = {"status": status, "agent_version": "3.39.10", "session": {"legs": legs}, "uri": "/api/status"}
        documents["/api/status"] = Answer(told)
    return documents


def rule(hostname: str, service: str, **origin_request: object) -> dict[str, Any]:
    """One rule of `/config`, in cloudflared's shape. origin_request: e.g. noTLSVerify=True."""
    origin = {
        "connectTimeout": 30,
        "tlsTimeout": 10,
        "originServerName": "",
        "caPool": "",
        "noTLSVerify": False,
        "http2Origin": False,
        "access": {"teamName": "", "audTag": None},
        **origin_request,
    }
    return {"hostname": hostname, "path": None, "service": service, "Handlers": None, "originRequest": origin}


def cloudflared_documents(
    rules: Sequence[Mapping[str, Any]] = (), connections: int = 1, quick: str = "", metrics: str | None = None
) -> Documents:
    """cloudflared's documents. connections: 0 is down. metrics: the captured ones unless given."""
    status = 200 if connections else 503
    ready = {"status": status, "readyConnections": connections, "connectorId": CONNECTOR}
    config = {"ingress": list(rules), "warp-routing": {}, "originRequest": {"noTLSVerify": False}}
    text = metrics if metrics is not None else METRICS_UP if connections else METRICS_DOWN
    return {
        "/ready": Answer(json.dumps(ready), status, {"Content-Type": "text/plain; charset=utf-8"}),
        "/quicktunnel": Answer({"hostname": quick}),
        "/config": Answer({"version": -1, "config": config}),
        "/metrics": Answer(text),
        "/healthcheck": Answer("OK\n"),
    }


def proxy(name: str, local: str, remote: str, *, kind: str = "tcp", status: str = "running", err: str = "") -> Any:
    """One proxy of frpc's `/api/status`."""
    return {
        "name": name,
        "type": kind,
        "status": status,
        "err": err,
        "local_addr": local,
        "plugin": "",
        "remote_addr": remote,
    }


def frpc_documents(proxies: Sequence[Mapping[str, Any]] = (), *, guarded: bool = False) -> Documents:
    """frpc's documents. guarded: its web server has a password."""
    if guarded:
        asks = {"WWW-Authenticate": 'Basic realm="Restricted"'}
        return {"/api/status": Answer("Unauthorized\n", 401, asks), "/healthz": Answer()}
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for each in proxies:
        by_kind.setdefault(each["type"], []).append(each)
    return {"/api/status": Answer(by_kind), "/healthz": Answer()}


def tailscale_status(state: str = "Running", *, peers: Mapping[str, Any] | None = None, **me: object) -> dict[str, Any]:
    """`tailscale status --json`. me: more of `Self`, e.g. KeyExpiry."""
    itself = {
        "ID": "n1234567890CNTRL",
        "HostName": "trading-box",
        "DNSName": f"{TAILNET_HOST}.",
        "OS": "linux",
        "UserID": 1234567890,
        "TailscaleIPs": ["100.101.102.103", "fd7a:115c:a1e0::1"],
        "CurAddr": "",
        "Relay": "fra",
        "Online": True,
        "Active": False,
        **me,
    }
    return {
        "Version": "1.98.1",
        "TUN": True,
        "BackendState": state,
        "TailscaleIPs": itself["TailscaleIPs"],
        "Self": itself,
        "Health": None,
        "MagicDNSSuffix": "tail1234.ts.net",
        "CertDomains": None,
        "Peer": peers,
        "User": None,
    }


def peer(name: str, address: str, *, relay: str = "", current: str = "", by_peer: str = "", active: bool = True) -> Any:
    """One of the status's peers."""
    return {
        "HostName": name,
        "DNSName": f"{name}.tail1234.ts.net.",
        "TailscaleIPs": [address],
        "Addrs": None,
        "CurAddr": current,
        "Relay": relay,
        "PeerRelay": by_peer,
        "LastHandshake": "0001-01-01T00:00:00Z",
        "Online": True,
        "Active": active,
    }


def serving(target: str, *, funnel: bool = False, port: int = 443, host: str = TAILNET_HOST) -> dict[str, Any]:
    """`tailscale serve status --json` for one handler."""
    where = f"{host}:{port}"
    config: dict[str, Any] = {
        "TCP": {str(port): {"HTTPS": True}},
        "Web": {where: {"Handlers": {"/": {"Proxy": target}}}},
    }
    return config | ({"AllowFunnel": {where: True}} if funnel else {})


def tailscale_documents(status: Mapping[str, Any], serve: Mapping[str, Any] | None = None) -> Documents:
    """The local API's documents."""
    return {"/localapi/v0/status": Answer(status), "/localapi/v0/serve-config": Answer(serve or {})}


def transport(documents: Documents, port: int | None = None) -> httpx.MockTransport:
    """The documents without a socket: at that port, or wherever one asks; nothing listens elsewhere."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = documents.get(request.url.path)
        if port is not None and request.url.port != port:
            raise httpx.ConnectError("refused", request=request)
        if found is None:
            return httpx.Response(404, stream=httpx.ByteStream(b""))
        # As from a socket: a body given as `content` is read already, and can't be read piece by piece.
        return httpx.Response(found.status, headers=found.headers, stream=httpx.ByteStream(found.encoded))

    return httpx.MockTransport(answer)


@contextmanager
def ngrok_agent(endpoints: Sequence[Mapping[str, Any]] = (), **more: Any) -> Iterator[Address]:
    """An ngrok agent's API. more: as of ngrok_documents."""
    with StandIn(ngrok_documents(endpoints, **more)) as agent:
        yield agent.address


@contextmanager
def cloudflared_agent(rules: Sequence[Mapping[str, Any]] = (), **more: Any) -> Iterator[Address]:
    """cloudflared's metrics server. more: as of cloudflared_documents."""
    with StandIn(cloudflared_documents(rules, **more)) as agent:
        yield agent.address


@contextmanager
def frpc_agent(proxies: Sequence[Mapping[str, Any]] = (), **more: Any) -> Iterator[Address]:
    """frpc's web server. more: as of frpc_documents."""
    with StandIn(frpc_documents(proxies, **more)) as agent:
        yield agent.address


@contextmanager
def tailscaled(status: Mapping[str, Any], serve: Mapping[str, Any] | None = None) -> Iterator[Path]:
    """Tailscale's unix socket, in a folder whose name is short enough for one."""
    with tempfile.TemporaryDirectory(prefix="ts-") as folder:
        socket = Path(folder) / "tailscaled.sock"
        with StandIn(tailscale_documents(status, serve), socket):
            yield socket


def tailscale_program(folder: Path, status: Mapping[str, Any] | None, serve: Mapping[str, Any] | None = None) -> Path:
    """A program `tailscale` in that folder that prints these documents; status None: it finds no service.

    For whole programs: put the folder in front of PATH. For POSIX systems.
    """
    program = folder / "tailscale"
    if status is None:
        lines = ["echo 'failed to connect to local tailscaled' >&2", "exit 1"]
    else:
        first, second = (shlex.quote(json.dumps(each)) for each in (status, serve or {}))
        lines = [
            'case "$1" in',
            f"status) printf %s {first} ;;",
            f"serve) printf %s {second} ;;",
            "*) exit 2 ;;",
            "esac",
        ]
    program.write_text("\n".join(["#!/bin/sh", *lines, ""]), "utf-8")
    program.chmod(0o755)
    return program
