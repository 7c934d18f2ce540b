"""The marks of tunnels: whose answer it is, by what the address alone or no server on loopback can show."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.edges import page
from tui.domain.address import Address, PathKind
from tui.domain.failure import FailureKind
from tui.gateway.answers import failure_in
from tui.gateway.edge import mark, through_cloudflare
from tui.gateway.received import Received

K, P = FailureKind, PathKind
HERE = Address("https", "localhost", 5000)
OWN = Address("https", "gw.example.com", 443)
NGROK = Address("https", "quiet.ngrok-free.app", 443)
QUICK = Address("https", "quiet-river.trycloudflare.com", 443)
TAILNET = Address("https", "box.tail1234.ts.net", 443)
BASIC = {"www-authenticate": 'Basic realm="SECRET"'}
RAY = {"server": "cloudflare", "cf-ray": "9c2a4f0b1d3e5a77-FRA"}


def received(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Received:
    return Received(status, httpx.Headers(headers or {}), body)


def to(where: str) -> dict[str, str]:
    return {"location": where}


@pytest.mark.parametrize(
    ("answer", "address", "kind", "tunnel"),
    [
        # A password is asked for: by a tunnel's guard where the address is a tunnel's, by nobody's gateway elsewhere.
        (received(401, b"", BASIC), NGROK, K.TUNNEL_DENIED, P.NGROK),
        (received(401, b"", BASIC), QUICK, K.TUNNEL_DENIED, P.CLOUDFLARE),
        (received(401, b"", BASIC), TAILNET, K.TUNNEL_DENIED, P.TAILSCALE),
        (received(401, b"", {"www-authenticate": "Bearer"}), NGROK, None, None),
        (received(401), NGROK, None, None),
        *((received(401, b"", BASIC), address, None, None) for address in (HERE, OWN, Address("https", "10.0.0.9", 1))),
        # Where a redirect leads.
        (received(302, b"", to("https://team.cloudflareaccess.com/x")), OWN, K.TUNNEL_DENIED, P.CLOUDFLARE),
        (received(302, b"", to("https://cloudflareaccess.com.evil.test/x")), OWN, None, None),
        (received(302, b"", to("https://evilcloudflareaccess.com/x")), OWN, None, None),
        (received(200, b"", to("https://team.cloudflareaccess.com/x")), OWN, None, None),
        (received(302, b"", to("https://idp.ngrok.com/oauth2?state=SECRET")), NGROK, K.TUNNEL_DENIED, P.NGROK),
        (received(302, b"", to("https://idp.ngrok.com/oauth2")), OWN, None, None),
        *(
            (received(302, b"", to(place)), NGROK, None, None)
            for place in (
                "/sso/Login",
                "https://quiet.ngrok-free.app/sso/Login",
                "https://localhost:5000/sso/Login",
                "https://api.ibkr.com/v2/x",
                "http://[broken",
                "",
            )
        ),
        # An edge that takes https only.
        (
            received(307, b"", to("https://quiet.ngrok-free.app/v1")),
            Address("http", NGROK.host, 80),
            K.WRONG_SCHEME,
            P.NGROK,
        ),
        (
            received(301, b"", RAY | to("https://gw.example.com/v1")),
            Address("http", OWN.host, 80),
            K.WRONG_SCHEME,
            P.CLOUDFLARE,
        ),
        (received(301, b"", to("https://gw.example.com/v1")), Address("http", OWN.host, 80), None, None),
        (received(301, b"", RAY | to("https://gw.example.com/v1")), OWN, None, None),
        # Tailscale's serve, with nothing behind it.
        (received(502), TAILNET, K.NOTHING_BEHIND, P.TAILSCALE),
        (received(502, b"<html>"), TAILNET, None, None),
        (received(502), OWN, None, None),
        # A limit of a quick tunnel's own has no known form; IBKR's 429 is JSON.
        (received(429, b"", RAY), QUICK, K.TUNNEL_LIMITED, P.CLOUDFLARE),
        (received(429, b'{"error":"x"}', RAY), QUICK, None, None),
        (received(429, b"", RAY), OWN, None, None),
        # Cloudflare's forms of an error, and what only looks like one.
        (received(530, b"", RAY), OWN, K.TUNNEL_DOWN, P.CLOUDFLARE),
        (received(530, b"error code: 1033"), OWN, None, None),
        (received(500, b"error code: 500", RAY), OWN, K.TUNNEL_DOWN, P.CLOUDFLARE),
        (received(409, page("1001"), RAY), OWN, K.TUNNEL_DOWN, P.CLOUDFLARE),
        (received(403, b"challenge", RAY | {"cf-mitigated": "challenge"}), OWN, K.TUNNEL_DENIED, P.CLOUDFLARE),
        (received(504, b'{"error":"timed out"}', RAY), OWN, None, None),
        (received(500, b'{"error_code":1033}', RAY), OWN, None, None),
        (received(503, b"the host says error code: 1033 again", RAY), OWN, None, None),
        (received(403, b"<html>Access Denied</html>", RAY), OWN, None, None),
        (received(401, b"", RAY), OWN, None, None),
        (received(401, b"", RAY | {"cf-access-aud": "x"}), OWN, K.TUNNEL_DENIED, P.CLOUDFLARE),
        (received(503, b"", {"server": "frp/0.61.0"}), OWN, K.TUNNEL_DOWN, P.FRP),
        (received(200, b"{}", {"server": "frp/0.61.0"}), OWN, None, None),
    ],
)
def test_whose_answer_it_is(answer: Received, address: Address, kind: K | None, tunnel: P | None) -> None:
    found = mark(answer, address)
    assert (found.kind if found else None, found.tunnel if found else None) == (kind, tunnel)
    if found is not None:
        assert found.status == answer.status
        assert found.evidence.startswith(f"{answer.status} ") or found.evidence.startswith(f"{answer.status},")
        assert "SECRET" not in found.evidence


def test_without_a_tunnels_address_a_password_is_still_no_gateways() -> None:
    found = failure_in(received(401, b"", BASIC), OWN, decides=True)
    assert found is not None
    assert (found.kind, found.tunnel) == (K.NOT_A_GATEWAY, None)


@pytest.mark.parametrize(
    ("answer", "evidence", "code"),
    [
        (received(502, b"x", {"ngrok-error-code": "ERR_NGROK_8012"}), "502 ERR_NGROK_8012", "ERR_NGROK_8012"),
        (received(404, b"x", {"ngrok-error-code": "\x1b]0;what"}), "404 an error of ngrok", ""),
        (received(530, b"error code: 1033", RAY), "530 Cloudflare error 1033", "1033"),
        (received(530, b'{"cloudflare_error":true,"error_code":1016}', RAY), "530 Cloudflare error 1016", "1016"),
        (received(502, b"", RAY), "502 made by Cloudflare", "502"),
        (received(403, b"Cloudflare Access", RAY), "403 of Cloudflare Access", ""),
        (
            received(302, b"", to("https://team.cloudflareaccess.com/cdn-cgi/access/login?meta=x")),
            "302 to team.cloudflareaccess.com",
            "",
        ),
    ],
)
def test_the_evidence_names_the_mark(answer: Received, evidence: str, code: str) -> None:
    found = mark(answer, OWN)
    assert found is not None
    assert (found.evidence, found.code) == (evidence, code)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, K.TUNNEL_DENIED),
        (403, K.TUNNEL_DENIED),
        (429, K.TUNNEL_LIMITED),
        (404, K.TUNNEL_DOWN),
        (200, K.TUNNEL_DOWN),
    ],
)
@pytest.mark.parametrize("code", ["ERR_NGROK_99999", "ERR_NGROK_", "", "x" * 5000])
def test_an_error_of_ngroks_that_is_not_known_is_still_not_the_gateways(status: int, kind: K, code: str) -> None:
    # Whatever it is, the request was not passed on: a verdict about the gateway would send the user to it in vain.
    found = mark(received(status, b'{"authenticated":true}', {"ngrok-error-code": code}), HERE)
    assert found is not None
    assert (found.kind, found.tunnel) == (kind, P.NGROK)
    assert len(found.evidence) < 40


def test_the_wait_is_kept_for_a_limit_alone() -> None:
    limited = mark(received(429, b"error code: 1015", RAY | {"retry-after": "30"}), OWN)
    down = mark(received(530, b"error code: 1033", RAY | {"retry-after": "120"}), OWN)
    assert limited is not None
    assert down is not None
    assert (limited.retry_after, down.retry_after) == (30.0, None)


@pytest.mark.parametrize("headers", [{"server": "cloudflare"}, {"cf-ray": "1-FRA"}, {"server": "x", "cf-ray": "1-FRA"}])
def test_cloudflare_is_proved_by_both_of_its_headers(headers: dict[str, str]) -> None:
    assert not through_cloudflare(received(530, b"error code: 1033", headers))
    assert through_cloudflare(received(200, b"", {"SERVER": "Cloudflare", "CF-Ray": "1-FRA"}))


names = st.sampled_from(
    ["server", "cf-ray", "location", "www-authenticate", "ngrok-error-code", "cf-error-type", "retry-after", "x-y"]
)
values = st.one_of(
    st.sampled_from(
        ["cloudflare", "frp/0.1", "Basic x", "ERR_NGROK_3200", "https://a.cloudflareaccess.com/", "http://["]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
)
bodies = st.one_of(
    st.binary(max_size=200), st.sampled_from([b"", b"error code: 1033", page("502"), b"{}", b"\x1b[31m"])
)


@given(
    st.integers(100, 999),
    st.dictionaries(names, values, max_size=5),
    bodies,
    st.sampled_from([HERE, OWN, NGROK, QUICK, TAILNET]),
)
def test_any_answer_bears_a_mark_or_none(status: int, headers: dict[str, str], body: bytes, address: Address) -> None:
    answer = Received(status, httpx.Headers({k.encode(): v.encode("latin-1") for k, v in headers.items()}), body)
    found = mark(answer, address)
    if found is None:
        assert "ngrok-error-code" not in headers
        return
    assert found.tunnel is not None
    assert found.status == status
    assert found.evidence.isprintable()
    assert len(found.evidence) < 130
    # An answer without any header is nobody's mark, but for what an address of Tailscale's makes of it.
    assert headers or (address is TAILNET and status == 502)
