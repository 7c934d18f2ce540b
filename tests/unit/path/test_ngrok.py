"""ngrok's agent: which addresses it serves, whether it is connected, and what is amiss."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.support.agents import Answer, Documents, endpoint, ngrok_agent, ngrok_documents, old_tunnel, transport
from tests.support.clock import ManualClock
from tui.clock import SystemClock
from tui.domain.address import Address, PathKind
from tui.domain.tunnel import Tunnel
from tui.path import ngrok
from tui.path.local_http import LocalHttp

PUBLIC = "https://calm-heron.ngrok-free.app"
GATEWAY = "https://localhost:5000"


def seen(documents: Documents, port: int = 5000, **more: Any) -> tuple[Tunnel, ...]:
    async def look() -> tuple[Tunnel, ...]:
        async with LocalHttp(ManualClock(), transport(documents, 4040)) as ask:
            return await ngrok.tunnels(ask, port, **more)

    return asyncio.run(look())


def one(documents: Documents, **more: Any) -> Tunnel:
    (tunnel,) = seen(documents, **more)
    return tunnel


def ids(tunnel: Tunnel) -> list[str]:
    return [finding.id for finding in tunnel.findings]


def test_a_healthy_agent_tells_all_there_is() -> None:
    tunnel = one(ngrok_documents([endpoint(PUBLIC, GATEWAY)], latency=["120ms", "87ms"], requests=42))
    assert tunnel == Tunnel(
        PathKind.NGROK,
        "ibkr",
        up=True,
        public_url=PUBLIC,
        upstream=GATEWAY,
        leads_here=True,
        protected=None,
        edge=pytest.approx(0.087),
        edge_reason="",
        agent="127.0.0.1:4040",
        requests=42,
    )


def test_an_older_agent_names_its_tunnels() -> None:
    tunnel = one(ngrok_documents(tunnels=[old_tunnel(PUBLIC, GATEWAY, requests=7)], status=None))
    assert (tunnel.public_url, tunnel.leads_here, tunnel.requests) == (PUBLIC, True, 7)
    # What it can't tell is not known, and is not "down".
    assert (tunnel.up, tunnel.down_because, tunnel.edge) == (None, None, None)
    assert tunnel.edge_reason == "this agent does not tell of it"


def test_an_agent_that_lost_the_edge_is_down_and_says_so() -> None:
    tunnel = one(ngrok_documents([endpoint(PUBLIC, GATEWAY)], status="reconnecting"))
    assert (tunnel.up, tunnel.down_because) == (False, "the agent is reconnecting")
    assert (tunnel.edge, tunnel.edge_reason) == (None, "the agent is not connected")


@pytest.mark.parametrize("none", [[], None])
def test_an_agent_without_endpoints_is_told_of(none: list[object] | None) -> None:
    tunnel = one(ngrok_documents() | {"/api/endpoints": Answer({"endpoints": none})})
    assert (tunnel.name, tunnel.up, tunnel.public_url, tunnel.detail) == ("ngrok", True, None, "no endpoint")


@pytest.mark.parametrize(
    ("upstream", "port", "here"),
    [
        (GATEWAY, 5000, True),
        ("5000", 5000, True),
        ("localhost:5000", 5000, True),
        ("https://127.0.0.1:5000/", 5000, True),
        ("https://[::1]:5000", 5000, True),
        ("https://0.0.0.0:5000", 5000, True),
        ("https://192.0.2.7:5000", 5000, False),
        ("https://localhost:5001", 5000, False),
        (GATEWAY, 0, False),
    ],
)
def test_it_leads_here_where_the_upstream_is_the_gateways_port(upstream: str, port: int, here: bool) -> None:
    tunnel = one(ngrok_documents([endpoint(PUBLIC, upstream, inspect=True)]), port=port)
    assert tunnel.leads_here is here
    # What is amiss with somebody else's port is no business of ours.
    assert bool(tunnel.findings) is here


@pytest.mark.parametrize(
    ("upstream", "tls", "wrong"),
    [
        ("http://localhost:5000", True, True),
        ("localhost:5000", True, True),
        ("https://localhost:5000", True, False),
        ("https://localhost:5000", False, True),
        ("http://localhost:5000", False, False),
    ],
)
def test_the_wrong_scheme_is_found_with_the_command_that_mends_it(upstream: str, tls: bool, wrong: bool) -> None:
    tunnel = one(ngrok_documents([endpoint(PUBLIC, upstream)]), tls=tls)
    assert ids(tunnel) == (["ngrok-upstream-scheme"] if wrong else [])
    if wrong:
        assert tunnel.findings[0].command == f"ngrok http {'https' if tls else 'http'}://localhost:5000"


def test_port_443_alone_means_https() -> None:
    assert not one(ngrok_documents([endpoint(PUBLIC, "localhost:443")]), port=443).findings


@pytest.mark.parametrize("public", ["tcp://1.tcp.ngrok.io:12345", "tls://gw.ngrok.app:443"])
def test_what_passes_the_gateways_tls_through_is_asked_over_https(public: str) -> None:
    tunnel = one(ngrok_documents([endpoint(public, "localhost:5000")]))
    assert tunnel.public_url == public.replace("tcp:", "https:").replace("tls:", "https:").removesuffix(":443")
    assert not tunnel.findings


def test_plain_http_is_found_alone_and_beside_https() -> None:
    plain = "http://calm-heron.ngrok.io"
    alone = one(ngrok_documents([endpoint(plain, GATEWAY)]))
    assert (alone.public_url, ids(alone)) == (plain, ["plain-http"])
    assert alone.findings[0].command == f"ngrok http --url https://calm-heron.ngrok.io {GATEWAY}"
    both = [
        old_tunnel(plain, GATEWAY, name="ibkr (http)"),
        old_tunnel("https://calm-heron.ngrok.io", GATEWAY),
        old_tunnel("https://calm-owl.ngrok.io", "https://localhost:9"),
    ]
    first, second = seen(ngrok_documents(tunnels=both))
    assert (first.name, first.public_url, ids(first)) == ("ibkr", "https://calm-heron.ngrok.io", ["plain-http"])
    assert (second.public_url, second.findings) == ("https://calm-owl.ngrok.io", ())


def test_open_inspection_is_found() -> None:
    tunnel = one(ngrok_documents([endpoint(PUBLIC, GATEWAY, inspect=True)]))
    assert ids(tunnel) == ["ngrok-inspection-open"]
    assert "127.0.0.1:4040" in tunnel.findings[0].text


def test_an_internal_endpoint_has_no_public_address() -> None:
    assert one(ngrok_documents([endpoint("https://gw.internal", GATEWAY)])).public_url is None


GUARD = """on_http_request:
  - {more}actions:
      - type: {kind}
        config: {{credentials: ["trader:swordfish-1234"]}}
"""


@pytest.mark.parametrize(
    ("policy", "protected"),
    [
        (GUARD.format(kind="basic-auth", more=""), True),
        (GUARD.format(kind="oauth", more=""), True),
        (GUARD.format(kind='"restrict-ips"', more=""), True),
        ({"on_http_request": [{"actions": [{"type": "jwt-validation", "config": {}}]}]}, True),
        (GUARD.format(kind="add-headers", more=""), None),
        (GUARD.format(kind="basic-auth", more="expressions: ['req.url.path == \"/x\"']\n    "), None),
        (GUARD.format(kind="restrict-ips\n        enforce: false", more=""), None),
        ("# type: basic-auth\n", None),
        pytest.param("\n" * 400_000, None, id="empty lines"),
        (None, None),
        (7, None),
    ],
)
def test_a_policy_protects_where_it_asks_everybody(policy: object, protected: bool | None) -> None:
    tunnel = one(ngrok_documents([endpoint(PUBLIC, GATEWAY, traffic_policy=policy)]))
    assert tunnel.protected is protected
    assert "swordfish" not in repr(tunnel)


def test_the_users_own_address_is_asked_first_and_nobody_twice() -> None:
    asked: list[str] = []
    answers = transport(ngrok_documents([endpoint(PUBLIC, GATEWAY)]))

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url.host}:{request.url.port}")
        if request.url.port not in {4040, 9999}:
            raise httpx.ConnectError("refused")
        return answers.handler(request)  # type: ignore[return-value]

    async def look() -> tuple[Tunnel, ...]:
        own = (Address("http", "10.0.0.9", 9999), Address("http", "localhost", 4040))
        async with LocalHttp(ManualClock(), httpx.MockTransport(answer)) as ask:
            return await ngrok.tunnels(ask, 5000, own)

    assert [tunnel.agent for tunnel in asyncio.run(look())] == ["10.0.0.9:9999", "localhost:4040"]
    assert "127.0.0.1:4040" not in asked
    assert "127.0.0.1:4049" in asked


@pytest.mark.parametrize(
    "documents",
    [
        {},
        {"/api/endpoints": Answer({"items": []})},
        {"/api/endpoints": Answer([1])},
        {"/api/endpoints": Answer({"endpoints": []}, 500)},
        {"/api/tunnels": Answer({"tunnels": "none"})},
        {"/api/tunnels": Answer("<html>")},
    ],
)
def test_another_program_on_the_port_is_no_agent(documents: Documents) -> None:
    assert seen(documents) == ()


async def test_over_a_real_socket() -> None:
    with ngrok_agent([endpoint(PUBLIC, GATEWAY)]) as address:
        async with LocalHttp(SystemClock()) as ask:
            found = await ngrok.tunnels(ask, 5000, (address,))
    assert [tunnel.public_url for tunnel in found if tunnel.agent == f"127.0.0.1:{address.port}"] == [PUBLIC]
