"""What status, headers and body mean, by the contract's table."""

import gzip
import zlib
from decimal import Decimal

import httpx
import pytest

from tui.domain.address import Address, PathKind
from tui.domain.failure import Failure, FailureKind
from tui.gateway.answers import (
    BODY_LIMIT,
    TooLarge,
    failure_in,
    from_behind,
    is_gateway_root,
    payload,
    unpacked,
)
from tui.gateway.received import Received

ADDRESS = Address("https", "localhost", 5000)
PAGE = b"<html><head><title>404 Not Found</title></head></html>"
SESSION = "bb665d0f55b6289d70bc7380089fc96f"


def received(status: int, body: bytes = b"", **headers: str) -> Received:
    return Received(status, httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), body)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (received(404, b"Access Denied", content_length="13"), FailureKind.DENIED),
        (received(404, b"Access Denied\n"), FailureKind.NOT_A_GATEWAY),
        (received(403, b"Access Denied"), FailureKind.EDGE_DENIED),
        (received(403, b"<html>Access Denied</html>", content_type="text/html"), FailureKind.EDGE_DENIED),
        (received(403, b'{"error":"forbidden"}'), FailureKind.UNEXPECTED),
        (received(403, b"", server="AirTunes/775.3.1"), FailureKind.NOT_A_GATEWAY),
        (received(500, b"Internal Server Error", content_length="21"), FailureKind.MISCONFIGURED),
        (received(500, b"Internal Server Error"), FailureKind.BACKEND),
        (received(500, b"Internal Server Error", content_length="21", content_type="text/plain"), FailureKind.BACKEND),
        (received(500, b'{"error":"Please query /accounts first"}'), FailureKind.BACKEND),
        (received(503, b'{"error":"Service Unavailable","statusCode":503}'), FailureKind.BACKEND),
        (received(502, PAGE), FailureKind.BACKEND),
        (received(401), FailureKind.NO_LOGIN),
        (received(401, b"<html>"), FailureKind.NO_LOGIN),
        (received(401, b"", www_authenticate='Basic realm="x"'), FailureKind.NOT_A_GATEWAY),
        (received(401, b'{"error":"Bad Request: no bridge","statusCode":401}'), FailureKind.NO_BRIDGE),
        (received(400, b'{"error":"Bad Request: no bridge","statusCode":400}'), FailureKind.NO_BRIDGE),
        (received(400, b'{"error":"Bad Request: accountId is not valid"}'), FailureKind.UNEXPECTED),
        (received(400, b"The plain HTTP request was sent to HTTPS port"), FailureKind.NOT_A_GATEWAY),
        (received(429, b'{"error":"too many"}'), FailureKind.RATE_LIMITED),
        (received(302, location="/sso/Login?forwardTo=22&RL=1&ip2loc=US"), FailureKind.NO_LOGIN),
        (received(302, location="https://localhost:5000/sso/Login"), FailureKind.NO_LOGIN),
        (received(302, location="https://www.interactivebrokers.com/sso/Login"), FailureKind.NO_LOGIN),
        (received(302, location="https://api.ibkr.com/v2/api/tickle"), FailureKind.MISCONFIGURED),
        (received(302, location="https://evilibkr.com/sso/Login"), FailureKind.NOT_A_GATEWAY),
        (received(301, location="https://localhost/"), FailureKind.NOT_A_GATEWAY),
        (received(302, location="http://[broken"), FailureKind.NOT_A_GATEWAY),
        (received(304), FailureKind.NOT_A_GATEWAY),
        (received(404, PAGE), FailureKind.NOT_A_GATEWAY),
        (received(404, b'{"error":"not found"}'), FailureKind.UNEXPECTED),
        (received(405, PAGE), FailureKind.NOT_A_GATEWAY),
        (received(501, PAGE), FailureKind.NOT_A_GATEWAY),
        (received(511, PAGE), FailureKind.NOT_A_GATEWAY),
        (received(411), FailureKind.UNEXPECTED),
        (received(204), FailureKind.UNEXPECTED),
        (received(423, b'{"status":"waiting for reply"}'), FailureKind.UNEXPECTED),
    ],
)
def test_statuses(answer: Received, kind: FailureKind) -> None:
    failure = failure_in(answer, ADDRESS, decides=True)
    assert failure is not None
    assert (failure.kind, failure.status) == (kind, answer.status)
    assert str(answer.status) in failure.evidence


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_endpoint_that_decides_nothing_never_says_that_there_is_no_gateway(status: int) -> None:
    failure = failure_in(received(status, PAGE), ADDRESS, decides=False)
    assert failure is not None
    assert failure.kind in {FailureKind.UNEXPECTED, FailureKind.BACKEND}


def test_airplay_is_named() -> None:
    failure = failure_in(received(403, b"", server="AirTunes/775.3.1"), ADDRESS, decides=True)
    assert failure is not None
    assert "AirPlay" in failure.evidence


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("900", 900.0),
        (" 5 ", 5.0),
        ("0", None),
        ("-1", None),
        ("9" * 40, None),
        ("²", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_taken_only_where_it_makes_sense(header: str, seconds: float | None) -> None:
    answer = Received(429, httpx.Headers({b"retry-after": header.encode()}), b"")
    failure = failure_in(answer, ADDRESS, decides=True)
    assert failure is not None
    assert failure.retry_after == seconds


def test_a_redirect_is_shown_without_its_query() -> None:
    failure = failure_in(received(302, location="https://elsewhere.test/a?token=secret"), ADDRESS, decides=True)
    assert failure is not None
    assert failure.evidence == "302 to https://elsewhere.test/a"


@pytest.mark.parametrize(
    "body",
    [
        f'{{"session":"{SESSION}"}}'.encode(),
        b'{"x":"y","MAC":"98:F2:B3:23:BF:A0","USER_NAME":"jdoe42"}',
        b'{"accountTitle":"John Doe","id":"U1234567"}',
    ],
)
def test_evidence_carries_no_secret_and_no_control(body: bytes) -> None:
    seen = received(500, body + b"\x1b]52;c;AAAA\x07").evidence
    for secret in (SESSION, "98:F2", "jdoe42", "John Doe", "U1234567", "\x1b", "\x07"):
        assert secret not in seen


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error":"no session"}', FailureKind.NO_LOGIN),
        (b'{"error":"failed to process request"}', FailureKind.BACKEND),
        (b'{"error":"Bad Request: no bridge"}', FailureKind.NO_BRIDGE),
        (b'{"error":{"code":1}}', FailureKind.BACKEND),
        (b"<html>welcome</html>", FailureKind.NOT_A_GATEWAY),
        (b"cleared", FailureKind.NOT_A_GATEWAY),
        (b'{"authenticated":tr', FailureKind.UNEXPECTED),
        (b"", FailureKind.UNEXPECTED),
        (b'{"a":"\xff\xfe"}', FailureKind.UNEXPECTED),
        (b"[" * 100_000, FailureKind.UNEXPECTED),
        (b'{"a":' + b"9" * 5000 + b"}", FailureKind.UNEXPECTED),
    ],
)
def test_a_200_can_fail_all_the_same(body: bytes, kind: FailureKind) -> None:
    failure = payload(received(200, body), decides=True)
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.status) == (kind, 200)


def test_a_page_where_nothing_is_decided_is_unexpected() -> None:
    failure = payload(received(200, PAGE), decides=False)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.UNEXPECTED


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"hmds":{"error":"no bridge"}}', {"hmds": {"error": "no bridge"}}),
        (b'{"error":""}', {"error": ""}),
        (b'{"error":null}', {"error": None}),
        (b'[{"error":"x"}]', [{"error": "x"}]),
        (b"1000000000000000000.01", Decimal("1000000000000000000.01")),
        (b"[NaN,Infinity,-Infinity]", [None, None, None]),
        (b"[1e99999999999999999999]", [None]),
        (b'\xef\xbb\xbf{"a":1}', {"a": 1}),
    ],
)
def test_a_value_is_given_as_it_came(body: bytes, value: object) -> None:
    assert payload(received(200, body), decides=True) == value


@pytest.mark.parametrize(
    ("answer", "gateway"),
    [
        (received(302, location="/sso/Login?forwardTo=22"), True),
        (received(302, location="https://api.ibkr.com/"), True),
        (received(404, b"Access Denied"), True),
        (received(500, b"Internal Server Error", content_length="21"), True),
        (received(200, b"<html>"), False),
        (received(404, PAGE), False),
        (received(301, location="https://localhost/"), False),
        (received(500, b"Internal Server Error", content_length="21", content_type="text/plain"), False),
    ],
)
def test_what_a_gateway_answers_at_its_root(answer: Received, gateway: bool) -> None:
    assert is_gateway_root(answer, ADDRESS) is gateway


@pytest.mark.parametrize(
    ("failure", "behind"),
    [
        (Failure(FailureKind.NO_LOGIN, "", 401), True),
        (Failure(FailureKind.BACKEND, "", 503), True),
        (Failure(FailureKind.EDGE_DENIED, "", 403), True),
        (Failure(FailureKind.NO_LOGIN, "", 302), False),
        (Failure(FailureKind.DENIED, "", 404), False),
        (Failure(FailureKind.MISCONFIGURED, "", 500), False),
        (Failure(FailureKind.SILENT, ""), False),
        # A tunnel's own answers come from nowhere near IBKR.
        (Failure(FailureKind.NOTHING_BEHIND, "", 502, tunnel=PathKind.NGROK), False),
        (Failure(FailureKind.TUNNEL_DENIED, "", 401, tunnel=PathKind.CLOUDFLARE), False),
        (Failure(FailureKind.SILENT, "", 524, tunnel=PathKind.CLOUDFLARE), False),
    ],
)
def test_whose_answer_it_is(failure: Failure, behind: bool) -> None:
    assert from_behind(failure) is behind


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"{}", ""),
        (b"{}", "identity"),
        (gzip.compress(b"{}"), "gzip"),
        (gzip.compress(b"{}"), " GZIP"),
        (zlib.compress(b"{}"), "deflate"),
    ],
    ids=["none", "identity", "gzip", "blank-and-case", "deflate"],
)
def test_compressed_against_our_wish(body: bytes, encoding: str) -> None:
    assert unpacked(body, encoding) == b"{}"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(gzip.compress(bytes(BODY_LIMIT + 1)), "gzip"), (b"no gzip", "gzip"), (b"{}", "br"), (b"{}", "gzip, gzip")],
    ids=["bomb", "broken", "unknown", "twice"],
)
def test_a_bomb_and_an_unknown_encoding_are_refused(body: bytes, encoding: str) -> None:
    with pytest.raises(TooLarge):
        unpacked(body, encoding)
