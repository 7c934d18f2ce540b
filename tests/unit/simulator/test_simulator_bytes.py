"""Replies as bytes: order, case and framing."""

import pytest

from tui.simulator.messages import Reply, Request, reply
from tui.simulator.wire import render

REDIRECT = reply(302, headers=((b"Location", b"/x"),))
PROXIED = reply(200, b"hi", ((b"X", b"y"),))
MEASURED = reply(404, b"Access Denied", ((b"Content-Length", b"13"),), chunked=False)
COUNTED = reply(200, b"cleared", chunked=False)
WRITTEN = Reply(200, "OK", (), b"Unknown tws", written=8)
SWITCHED = reply(101, headers=((b"upgrade", b"websocket"),), chunked=False)
CLOSE = ((b"connection", b"Close"),)


@pytest.mark.parametrize(
    ("answer", "request_", "expected"),
    [
        (REDIRECT, Request("GET", "/"), b"302 Found|Location: /x|Transfer-Encoding: chunked||0||"),
        (REDIRECT, Request("HEAD", "/"), b"302 Found|Location: /x||"),
        (PROXIED, Request("GET", "/"), b"200 OK|X: y|Transfer-Encoding: chunked||2|hi|0||"),
        (PROXIED, Request("GET", "/", CLOSE), b"200 OK|X: y|Connection: close|Transfer-Encoding: chunked||2|hi|0||"),
        (MEASURED, Request("GET", "/"), b"404 Not Found|Content-Length: 13||Access Denied"),
        (MEASURED, Request("HEAD", "/"), b"404 Not Found|Content-Length: 13||Access Denied"),
        (MEASURED, Request("GET", "/", CLOSE), b"404 Not Found|Content-Length: 13|Connection: close||Access Denied"),
        (COUNTED, Request("GET", "/", CLOSE), b"200 OK|Connection: close|Content-Length: 7||cleared"),
        (COUNTED, Request("HEAD", "/"), b"200 OK||"),
        (WRITTEN, Request("GET", "/"), b"200 OK|Transfer-Encoding: chunked||8|Unknown |3|tws|0||"),
        (WRITTEN, Request("HEAD", "/"), b"200 OK||Unknown tws"),
        (SWITCHED, Request("GET", "/", CLOSE), b"101 Switching Protocols|upgrade: websocket||"),
    ],
)
def test_bytes_of_http_1_1(answer: Reply, request_: Request, expected: bytes) -> None:
    assert render(answer, request_) == b"HTTP/1.1 " + expected.replace(b"|", b"\r\n")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(REDIRECT, b"302 Found|Location: /x|Content-Length: 0||"), (PROXIED, b"200 OK|X: y||hi")],
)
def test_bytes_of_http_1_0(answer: Reply, expected: bytes) -> None:
    assert render(answer, Request("GET", "/", http_version="1.0")) == b"HTTP/1.0 " + expected.replace(b"|", b"\r\n")
