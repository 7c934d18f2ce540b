"""The simulated gateway as a process on a socket: every byte that the real one is known by."""

import re
import socket
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.raw import DEADLINE, SILENCE, Wire, asked
from tui.simulator.child import SimulatorChild
from tui.simulator.tls import CERTIFICATE, KEY

pytestmark = pytest.mark.live

LOGIN = (
    b"HTTP/1.1 302 Found\r\nLocation: /sso/Login?forwardTo=22&RL=1&ip2loc=US\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
)
OFF_BOX = b"HTTP/1.1 302 Found\r\nLocation: https://api.ibkr.com/foo\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
DENIED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\nAccess Denied"
STATUS = "/v1/api/iserver/auth/status"
LAST_CHUNK = b"0\r\n\r\n"
WEBSOCKET = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)
GREETED = (
    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
CHOKED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 21\r\n\r\nInternal Server Error"
PING = b"\x89\x82\x00\x00\x00\x00hi"
CLOSE = b"\x88\x82\x00\x00\x00\x00\x03\xe8"


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorChild]:
    with SimulatorChild() as child:
        yield child


@pytest.fixture
def child(running: SimulatorChild) -> SimulatorChild:
    running.set_scenario("ready")
    return running


@pytest.fixture(scope="module")
def plain() -> Iterator[SimulatorChild]:
    with SimulatorChild("login-required", tls=False) as child:
        yield child


def exchange(port: int, request: bytes, end: bytes, *, tls: bool = True) -> bytes:
    with Wire(port, tls=tls) as wire:
        wire.send(request)
        return wire.until(end)


def test_the_root_and_an_unknown_path(child: SimulatorChild) -> None:
    assert exchange(child.port, asked("GET", "/"), LAST_CHUNK) == LOGIN
    assert exchange(child.port, asked("GET", "/foo?x=1"), LAST_CHUNK) == OFF_BOX


def test_a_ready_answer(child: SimulatorChild) -> None:
    answer = exchange(child.port, asked("POST", STATUS, "Content-Length: 0"), LAST_CHUNK)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert re.fullmatch(
        rb"HTTP/1\.1 200 OK\r\n"
        rb"Content-Type: application/json;charset=utf-8\r\n"
        rb"x-response-time: \d+ms\r\n"
        rb"Server-Timing: cdn-cache; desc=MISS, edge; dur=4, origin; dur=\d+\r\n"
        rb"Transfer-Encoding: chunked",
        head,
    )
    size, _, rest = body.partition(b"\r\n")
    assert len(rest) == int(size, 16) + len(b"\r\n0\r\n\r\n")
    assert rest.startswith(b'{"authenticated":true,"established":true,"competing":false,"connected":true,')


@pytest.mark.parametrize(
    ("scenario", "status", "body"),
    [
        ("login-required", b"401 Unauthorized", b"0\r\n\r\n"),
        (
            "backend-down",
            b"503 Service Unavailable",
            b'30\r\n{"error":"Service Unavailable","statusCode":503}\r\n0\r\n\r\n',
        ),
    ],
)
def test_what_comes_from_behind(child: SimulatorChild, scenario: str, status: bytes, body: bytes) -> None:
    child.set_scenario(scenario)
    answer = exchange(child.port, asked("POST", "/v1/api/tickle", "Content-Length: 0"), LAST_CHUNK)
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert rest == body
    assert b"Content-Length" not in head
    assert b"Date" not in head
    assert exchange(child.port, asked("GET", "/"), LAST_CHUNK) == LOGIN


def test_competing(child: SimulatorChild) -> None:
    child.set_scenario("competing")
    status = exchange(child.port, asked("GET", STATUS), LAST_CHUNK)
    assert b'{"authenticated":false,"established":false,"competing":true,"connected":true,' in status
    assert exchange(child.port, asked("GET", "/v1/api/portfolio/accounts"), LAST_CHUNK).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/foo", STATUS])
def test_denied(child: SimulatorChild, method: str, path: str) -> None:
    child.set_scenario("denied")
    with Wire(child.port) as wire:
        for _ in range(2):
            wire.send(asked(method, path))
            assert wire.until(b"Access Denied") == DENIED
        wire.send(asked("GET", "/", *WEBSOCKET))
        assert wire.until(b"\r\n\r\n") == GREETED


def test_hung_for_ever_and_the_connection_with_it(child: SimulatorChild) -> None:
    child.set_scenario("backend-hung")
    with Wire(child.port) as wire, Wire(child.port) as other:
        wire.send(asked("GET", "/") + asked("POST", "/v1/api/tickle", "Content-Length: 0"))
        assert wire.until(LAST_CHUNK) == LOGIN
        assert wire.silent()
        child.set_scenario("ready")
        wire.send(asked("GET", "/"))
        assert wire.silent()
        other.send(asked("GET", STATUS))
        assert other.until(LAST_CHUNK).startswith(b"HTTP/1.1 200 OK")


def test_misconfigured(child: SimulatorChild) -> None:
    child.set_scenario("misconfigured")
    with Wire(child.port) as wire:
        for path in ("/", STATUS, "/foo"):
            wire.send(asked("GET", path))
            assert wire.until(b"Internal Server Error\r\n") == CHOKED.partition(b"Content")[0]
            assert wire.until(b"Internal Server Error") == b"Content" + CHOKED.partition(b"Content")[2]
        wire.send(asked("GET", "/", *WEBSOCKET))
        assert wire.until(b"\r\n\r\n") == GREETED


def test_a_websocket_is_greeted_late_and_in_binary(child: SimulatorChild) -> None:
    with Wire(child.port) as wire:
        wire.send(asked("GET", "/v1/api/ws", *WEBSOCKET))
        assert wire.until(b"\r\n\r\n") == GREETED
        wire.send(PING)
        assert wire.until(b"\x8a\x02hi") == b"\x8a\x02hi"
        assert wire.until(b"}")[:1] == b"\x82"
        wire.until(b'"topic":"sts"')
        wire.send(CLOSE)
        assert b"\x88" not in wire.rest()


@pytest.mark.parametrize("scenario", ["login-required", "denied", "backend-hung"])
def test_a_websocket_is_accepted_and_hears_nothing(child: SimulatorChild, scenario: str) -> None:
    child.set_scenario(scenario)
    with Wire(child.port) as wire:
        wire.send(asked("GET", "/v1/api/ws", *WEBSOCKET))
        assert wire.until(b"\r\n\r\n") == GREETED
        assert wire.silent()


def test_requests_in_a_row_are_answered_in_their_order(child: SimulatorChild) -> None:
    with Wire(child.port) as wire:
        wire.send(asked("GET", "/") + asked("GET", "/foo") + asked("GET", "/", "Connection: close"))
        assert wire.rest() == LOGIN + OFF_BOX + LOGIN.replace(b"Transfer", b"Connection: close\r\nTransfer")


def test_head_and_http_1_0(child: SimulatorChild) -> None:
    with Wire(child.port) as wire:
        wire.send(asked("HEAD", "/") + asked("HEAD", "/v1/api/tickle") + asked("GET", "/", version="1.0"))
        seen = wire.rest()
    assert seen.startswith(LOGIN.partition(b"Transfer")[0] + b"\r\nHTTP/1.1 200 OK\r\n")
    assert b"chunked" not in seen
    assert seen.endswith(
        b"HTTP/1.0 302 Found\r\nLocation: /sso/Login?forwardTo=22&RL=1&ip2loc=US\r\nContent-Length: 0\r\n\r\n"
    )


def test_a_post_without_its_length(child: SimulatorChild) -> None:
    assert exchange(child.port, asked("POST", STATUS), LAST_CHUNK).startswith(b"HTTP/1.1 411 Length Required\r\n")
    assert exchange(child.port, asked("POST", "/"), LAST_CHUNK) == LOGIN


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"hello\r\n\r\n", b""),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", b""),
        (asked("POST", "/", "Content-Length: abc"), b""),
        (asked("POST", "/", f"Content-Length: {1 << 20}") + b"x" * (1 << 17), b""),
        (asked("GET", "/" + "a" * 5000), b"HTTP/1.0 414 Request-URI Too Long\r\n\r\n"),
        (asked("GET", "/", "X: " + "a" * 9000), b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        (asked("GET", "/", "X: " + "a" * 100_000), b""),
    ],
    ids=["words", "binary", "length", "body", "line", "headers", "more headers"],
)
def test_what_is_no_request_is_closed(child: SimulatorChild, sent: bytes, answer: bytes) -> None:
    with Wire(child.port) as wire:
        try:
            wire.send(sent)
        except OSError:
            assert answer == b""
        else:
            assert wire.rest() == answer
    assert exchange(child.port, asked("GET", "/"), LAST_CHUNK) == LOGIN


def test_tls_1_2_and_nothing_else(child: SimulatorChild) -> None:
    with Wire(child.port) as wire:
        assert isinstance(wire.socket, ssl.SSLSocket)
        assert wire.socket.version() == "TLSv1.2"
        assert (wire.socket.cipher() or ("",))[0] == "ECDHE-RSA-AES256-GCM-SHA384"
        assert wire.socket.selected_alpn_protocol() is None
    with pytest.raises(ssl.SSLError, match=r"(?i)alert protocol version"):
        Wire(child.port, version=ssl.TLSVersion.TLSv1_3)


def test_the_certificate_is_the_kind_that_gateways_have(child: SimulatorChild) -> None:
    with Wire(child.port) as wire:
        der = wire.certificate
    with tempfile.TemporaryDirectory() as folder:
        shown = Path(folder, "shown.pem")
        shown.write_text(ssl.DER_cert_to_PEM_cert(der))
        facts = ssl._ssl._test_decode_cert(shown)  # type: ignore[attr-defined]
        context = ssl.create_default_context(cafile=shown)
    names = {key: value for ((key, value),) in facts["subject"]}
    assert names["commonName"] == "Client Portal Web API"
    assert names["organizationName"] == "Interactive Brokers"
    assert names["organizationalUnitName"] == "Simulated Gateway"
    assert facts["subject"] == facts["issuer"]
    assert facts["notBefore"] == "Feb 10 00:00:00 2019 GMT"
    assert facts["notAfter"] == "May 11 00:00:00 2019 GMT"
    assert "subjectAltName" not in facts
    refused(child, ssl.create_default_context(), "self-signed certificate")
    refused(child, context, "Hostname mismatch")
    context.check_hostname = False
    refused(child, context, "certificate has expired")


def refused(child: SimulatorChild, context: ssl.SSLContext, why: str) -> None:
    plain = socket.create_connection(("127.0.0.1", child.port), DEADLINE)
    with plain, pytest.raises(ssl.SSLCertVerificationError, match=why):
        context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize("file", [CERTIFICATE, KEY])
def test_what_is_public_says_so(file: Path) -> None:
    first = file.read_text().splitlines()[0]
    assert first.startswith("# ")
    assert "PUBLIC" in file.read_text().partition("-----BEGIN")[0]


def test_plain_http_to_the_tls_port_is_closed_without_a_byte(child: SimulatorChild) -> None:
    with Wire(child.port, tls=False) as wire:
        wire.send(asked("GET", "/"))
        assert wire.rest() == b""


def test_the_same_in_the_clear(plain: SimulatorChild) -> None:
    assert plain.url == f"http://localhost:{plain.port}"
    assert exchange(plain.port, asked("GET", "/"), LAST_CHUNK, tls=False) == LOGIN
    answer = exchange(plain.port, asked("GET", STATUS), LAST_CHUNK, tls=False)
    assert answer.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
    with pytest.raises(ssl.SSLError):
        Wire(plain.port)


def test_it_listens_on_the_loopback_address_alone(child: SimulatorChild) -> None:
    # Linux and Windows lead 127.0.0.2 home too: a server on all addresses would answer there.
    with socket.socket() as elsewhere:
        elsewhere.settimeout(SILENCE)
        assert elsewhere.connect_ex(("127.0.0.2", child.port)) != 0


def test_the_login_in_a_browser_ends_in_ready(plain: SimulatorChild) -> None:
    plain.set_scenario("login-required")
    page = exchange(plain.port, asked("GET", "/sso/Login?forwardTo=22&RL=1&ip2loc=US"), LAST_CHUNK, tls=False)
    assert b'<form method="post" action="/sso/Dispatcher">' in page
    done = exchange(plain.port, asked("POST", "/sso/Dispatcher", "Content-Length: 0"), LAST_CHUNK, tls=False)
    assert done.startswith(b"HTTP/1.1 200 OK\r\n")
    assert done.endswith(b"\r\n\r\n15\r\nClient login succeeds\r\n0\r\n\r\n")
    assert b"200 OK" in exchange(plain.port, asked("GET", STATUS), LAST_CHUNK, tls=False)
    plain.set_scenario("login-required")
