"""What the gateway's bytes look like, on the simulated and on the real one. Where they differ, the former is wrong."""

import json
import re
import ssl

import pytest

from tests.support.raw import Wire, asked
from tests.support.subjects import Real, Subject
from tui.simulator.scenarios import Scenario

pytestmark = pytest.mark.live

STATUS = "/v1/api/iserver/auth/status"
POSTED = asked("POST", STATUS, "Content-Length: 0")
REAUTHENTICATE = asked("POST", "/v1/portal/iserver/reauthenticate", "Content-Length: 0")
LAST_CHUNK = b"0\r\n\r\n"
LOGIN = (
    b"HTTP/1.1 302 Found\r\nLocation: /sso/Login?forwardTo=22&RL=1&ip2loc=US\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
)
DENIED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\nAccess Denied"
CHOKED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 21\r\n\r\nInternal Server Error"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nNot Found"
WEBSOCKET = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)
HANDSHAKE = asked("GET", "/v1/api/ws", *WEBSOCKET)
GREETED = (
    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
PING, PONG = b"\x89\x82\x00\x00\x00\x00hi", b"\x8a\x02hi"
CLOSE = b"\x88\x82\x00\x00\x00\x00\x03\xe8"
TIMES = rb"x-response-time: \d+ms\r\nServer-Timing: cdn-cache; desc=MISS, edge; dur=\d+, origin; dur=\d+\r\n"
JSON = rb"Content-Type: application/json;charset=utf-8\r\n"
HTML = rb"Content-Type: text/html;charset=utf-8\r\n"


def exchanged(subject: Subject, request: bytes, end: bytes = LAST_CHUNK) -> bytes:
    with subject.wire() as wire:
        wire.send(request)
        return wire.until(end)


def body_of(answer: bytes) -> bytes:
    """A chunked body, put together."""
    rest, body = answer.partition(b"\r\n\r\n")[2], b""
    while size := int(rest.partition(b"\r\n")[0], 16):
        rest = rest.partition(b"\r\n")[2]
        body, rest = body + rest[:size], rest[size + 2 :]
    return body


def test_what_the_gateway_answers_itself(subject: Subject) -> None:
    with subject.wire() as wire:
        wire.send(asked("GET", "/"))
        assert wire.until(LAST_CHUNK) == LOGIN
        wire.send(asked("HEAD", "/"))
        assert wire.until(b"\r\n\r\n") == LOGIN.partition(b"Transfer")[0] + b"\r\n"
        wire.send(asked("POST", "/foo?x=1", "Content-Length: 0"))
        location = f"{subject.upstream}/foo".encode()
        assert wire.until(LAST_CHUNK) == LOGIN.replace(b"/sso/Login?forwardTo=22&RL=1&ip2loc=US", location)
        wire.send(asked("GET", "/v1/tws/x"))
        told = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nUnknown service \r\n3\r\ntws\r\n0\r\n\r\n"
        assert wire.until(b"\r\n0\r\n\r\n") == told
        wire.send(asked("OPTIONS", "*"))
        assert wire.until(b"\r\n\r\nNot Found") == NOT_FOUND
        wire.send(asked("GET", "/", "Connection: close"))
        assert wire.rest() == LOGIN.replace(b"Transfer", b"Connection: close\r\nTransfer")


def test_cross_origin_requests(subject: Subject) -> None:
    with subject.wire() as wire:
        wire.send(asked("GET", "/", "Origin: http://elsewhere"))
        assert b"Access-Control-Allow-Origin: *\r\n" in wire.until(LAST_CHUNK)
        wire.send(asked("OPTIONS", STATUS, "Origin: http://elsewhere", "Access-Control-Request-Method: POST"))
        assert wire.until(b"\r\n\r\n").startswith(b"HTTP/1.1 204 No Content\r\n")


@pytest.mark.parametrize(
    ("scenario", "status", "typed"),
    [
        (Scenario.READY, b"200 OK", JSON),
        (Scenario.NO_SESSION, b"200 OK", JSON),
        (Scenario.LOGIN_REQUIRED, b"401 Unauthorized", b""),
        (Scenario.EDGE_DENIED, b"403 Forbidden", HTML),
        (Scenario.RATE_LIMITED, b"429 Too Many Requests", JSON),
        (Scenario.BACKEND_DOWN, b"503 Service Unavailable", JSON),
    ],
)
def test_what_comes_from_ibkr(subject: Subject, scenario: Scenario, status: bytes, typed: bytes) -> None:
    subject.play(scenario)
    head = b"HTTP/1\\.1 " + status + b"\r\n" + typed + TIMES
    with subject.wire() as wire:
        wire.send(POSTED)
        answer = wire.until(b"\r\n\r\n")
        assert re.fullmatch(head + rb"Transfer-Encoding: chunked\r\n\r\n", answer)
        body = body_of(answer + wire.until(LAST_CHUNK))
        assert (body == b"") is (scenario is Scenario.LOGIN_REQUIRED)
        wire.send(asked("HEAD", STATUS) + asked("GET", "/"))
        assert re.fullmatch(head + rb"\r\n", wire.until(b"\r\n\r\n"))
        assert wire.until(LAST_CHUNK) == LOGIN


def test_a_post_without_its_length_is_ibkrs_to_refuse(subject: Subject) -> None:
    answer = exchanged(subject, asked("POST", STATUS))
    assert re.match(rb"HTTP/1\.1 411 Length Required\r\n" + JSON + TIMES, answer)


@pytest.mark.parametrize("compete", [False, True])
def test_a_session_is_opened_anew_by_a_post_with_a_body(subject: Subject, compete: bool) -> None:
    body = json.dumps({"publish": True, "compete": compete})
    sized = (f"Content-Length: {len(body)}", "Content-Type: application/json")
    with subject.wire() as wire:
        wire.send(asked("POST", "/v1/api/iserver/auth/ssodh/init", *sized) + body.encode())
        head = wire.until(b"\r\n\r\n")
        assert re.fullmatch(rb"HTTP/1\.1 200 OK\r\n" + JSON + TIMES + rb"Transfer-Encoding: chunked\r\n\r\n", head)
        told = json.loads(body_of(head + wire.until(b"\r\n" + LAST_CHUNK)))
        assert (told["authenticated"], told["established"], told["competing"]) == (True, True, False)
        wire.send(asked("GET", "/"))
        assert wire.until(LAST_CHUNK) == LOGIN


def test_a_login_and_its_end(subject: Subject) -> None:
    subject.play(Scenario.LOGIN_REQUIRED)
    page = exchanged(subject, asked("GET", "/sso/Login?forwardTo=22&RL=1&ip2loc=US"), b"\r\n" + LAST_CHUNK)
    assert re.match(rb"HTTP/1\.1 200 OK\r\n" + HTML + TIMES, page)
    done = subject.log_in()
    assert re.match(rb"HTTP/1\.1 200 OK\r\n" + TIMES, done)
    assert body_of(done) == b"Client login succeeds"
    assert b'"authenticated":true' in exchanged(subject, POSTED, b"\r\n" + LAST_CHUNK)
    assert exchanged(subject, REAUTHENTICATE, b"}") == said(b'{"message":"triggered"}')
    cleared = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ncleared"
    assert exchanged(subject, asked("GET", "/clear"), b"cleared") == cleared
    assert exchanged(subject, POSTED).startswith(b"HTTP/1.1 401 ")
    # What it says of itself it says from memory, not from the cookies.
    assert exchanged(subject, REAUTHENTICATE, b"}") == said(b'{"message":"triggered"}')


def said(json: bytes) -> bytes:
    """An answer of the gateway's own that is JSON."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: "
    return head + str(len(json)).encode() + b"\r\n\r\n" + json


def test_a_restart_refuses_then_and_loses_the_login(subject: Subject) -> None:
    with subject.wire() as wire:
        wire.send(POSTED)
        assert b'"authenticated":true' in wire.until(b"\r\n" + LAST_CHUNK)
        port = subject.down()
        try:
            assert wire.rest() == b""
            with pytest.raises(ConnectionRefusedError):
                Wire(port)
        finally:
            subject.restart()
    assert exchanged(subject, POSTED).startswith(b"HTTP/1.1 401 ")
    assert exchanged(subject, REAUTHENTICATE, b"}") == said(b'{"error":"not logged in"}')


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/foo", STATUS])
def test_the_allow_list_refuses(subject: Subject, method: str, path: str) -> None:
    subject.play(Scenario.DENIED)
    with subject.wire() as wire:
        for _ in range(2):
            wire.send(asked(method, path))
            assert wire.until(b"Access Denied") == DENIED
        wire.send(asked("OPTIONS", "*"))
        assert wire.until(b"\r\n\r\nNot Found") == NOT_FOUND
        wire.send(asked(method, path, "Connection: close"))
        assert wire.rest() == DENIED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("path", ["/", "/foo", "/status", STATUS, "/sso/Login"])
def test_the_allow_list_chokes(subject: Subject, path: str) -> None:
    subject.play(Scenario.MISCONFIGURED)
    with subject.wire() as wire:
        for _ in range(2):
            wire.send(asked("GET", path))
            assert wire.until(b"\r\n\r\nInternal Server Error") == CHOKED
        wire.send(asked("HEAD", path))
        assert wire.until(b"\r\n\r\n") == CHOKED.partition(b"Content")[0] + b"\r\n"
        wire.send(asked("OPTIONS", "*"))
        assert wire.until(b"\r\n\r\nNot Found") == NOT_FOUND
        wire.send(asked("GET", path, "Connection: close"))
        assert wire.rest() == CHOKED.replace(b"Content", b"Connection: close\r\nContent")


def test_a_scheme_that_is_missing_in_the_settings_looks_the_same(subject: Subject) -> None:
    if not isinstance(subject, Real):
        pytest.skip("the simulated gateway plays the other cause of it alone")
    subject.without_a_scheme()
    assert exchanged(subject, asked("GET", "/")) == LOGIN
    assert exchanged(subject, POSTED, b"\r\n\r\nInternal Server Error") == CHOKED


def test_it_hangs_where_ibkr_is_out_of_reach(subject: Subject) -> None:
    subject.play(Scenario.BACKEND_HUNG)
    with subject.wire() as wire, subject.wire() as other:
        wire.send(asked("GET", "/"))
        assert wire.until(LAST_CHUNK) == LOGIN
        wire.send(POSTED + asked("GET", "/"))
        assert wire.silent()
        other.send(asked("GET", "/"))
        assert other.until(LAST_CHUNK) == LOGIN
        other.send(HANDSHAKE)
        assert other.until(b"\r\n\r\n") == GREETED
        assert other.silent()


@pytest.mark.parametrize("tls", [True, False])
def test_the_other_scheme_finds_nobody(subject: Subject, tls: bool) -> None:
    subject.speak(tls=tls)
    assert exchanged(subject, asked("GET", "/")) == LOGIN
    if tls:
        with subject.crossed() as wire:
            wire.send(asked("GET", "/"))
            assert wire.rest() == b""
    else:
        with pytest.raises(ssl.SSLError):
            subject.crossed()


def test_tls_1_2_alone(subject: Subject) -> None:
    with subject.wire() as wire:
        assert isinstance(wire.socket, ssl.SSLSocket)
        assert wire.socket.version() == "TLSv1.2"
        assert (wire.socket.cipher() or ("",))[0] == "ECDHE-RSA-AES256-GCM-SHA384"
        assert wire.socket.selected_alpn_protocol() is None
        port = wire.socket.getpeername()[1]
    with pytest.raises(ssl.SSLError, match=r"(?i)alert protocol version"):
        Wire(port, version=ssl.TLSVersion.TLSv1_3)


def test_a_websocket_brings_binary_frames(subject: Subject) -> None:
    with subject.wire() as wire:
        wire.send(HANDSHAKE)
        assert wire.until(b"\r\n\r\n") == GREETED
        wire.send(PING)
        seen = wire.until(b'{"topic":"system","success":"simul1234"')
        # The pong is the gateway's own and waits for nobody; IBKR's words come in frames of kind 2.
        assert re.fullmatch(rb"(\x8a\x02hi)?\x82.\{.*", seen, re.DOTALL)
        if PONG not in seen:
            wire.until(PONG)
        wire.send(CLOSE)
        assert b"\x88" not in wire.rest()


@pytest.mark.parametrize("scenario", [Scenario.DENIED, Scenario.MISCONFIGURED, Scenario.LOGIN_REQUIRED])
def test_a_websocket_passes_the_allow_list_by(subject: Subject, scenario: Scenario) -> None:
    subject.play(scenario)
    with subject.wire() as wire:
        wire.send(HANDSHAKE)
        assert wire.until(b"\r\n\r\n") == GREETED
        assert wire.silent()
        wire.send(PING)
        assert wire.until(PONG) == PONG
        wire.send(CLOSE)
        assert wire.rest() == b""
