"""cloudflared: whether it is connected, which names lead to the gateway, and what is amiss, by real captures too."""

import asyncio
from typing import Any

import pytest

from tests.support.agents import (
    CONNECTOR,
    METRICS_DOWN,
    METRICS_UP,
    QUICK_HOST,
    Answer,
    Documents,
    cloudflared_agent,
    cloudflared_documents,
    rule,
    transport,
)
from tests.support.clock import ManualClock
from tui.clock import SystemClock
from tui.domain.address import PathKind
from tui.domain.tunnel import Tunnel
from tui.path import cloudflared, local
from tui.path.local_http import LocalHttp

GATEWAY = "https://localhost:5000"
LAST = rule("", "http_status:404")
QUIC = """# TYPE quic_client_smoothed_rtt gauge
quic_client_smoothed_rtt{conn_index="0"} 14
quic_client_smoothed_rtt{conn_index="1"} 11.5
quic_client_smoothed_rtt{conn_index="2"} 0
quic_client_latest_rtt{conn_index="0"} 1
"""


def seen(documents: Documents, port: int = 5000, **more: Any) -> tuple[Tunnel, ...]:
    async def look() -> tuple[Tunnel, ...]:
        async with LocalHttp(ManualClock(), transport(documents, 20241)) as ask:
            return await cloudflared.tunnels(ask, port, **more)

    return asyncio.run(look())


def one(documents: Documents, **more: Any) -> Tunnel:
    (tunnel,) = seen(documents, **more)
    return tunnel


def ids(tunnel: Tunnel) -> list[str]:
    return [finding.id for finding in tunnel.findings]


def named(service: str = GATEWAY, **origin: object) -> list[dict[str, Any]]:
    return [rule("gw.example.com", service, **origin), LAST]


def test_a_named_tunnel_that_is_well_set_up() -> None:
    tunnel = one(cloudflared_documents(named(noTLSVerify=True), connections=4, metrics=METRICS_UP + QUIC))
    assert tunnel == Tunnel(
        PathKind.CLOUDFLARE,
        "gw.example.com",
        up=True,
        public_url="https://gw.example.com",
        upstream=GATEWAY,
        leads_here=True,
        protected=None,
        edge=pytest.approx(0.0115),
        edge_reason="",
        detail="4 connections fra03",
        agent="127.0.0.1:20241",
        requests=2,
    )
    assert local.agent_port(tunnel) == 20241


def test_the_captured_quick_tunnel() -> None:
    tunnel = one(cloudflared_documents([rule("", GATEWAY, noTLSVerify=True)], quick=QUICK_HOST))
    assert (tunnel.name, tunnel.public_url, tunnel.up) == (QUICK_HOST, f"https://{QUICK_HOST}", True)
    # The capture was made over http2, where the round trip is not measured.
    assert (tunnel.edge, tunnel.edge_reason) == (None, "cloudflared measures it over QUIC alone")
    assert (tunnel.protected, ids(tunnel), tunnel.detail) == (False, ["quick-tunnel"], "1 connection fra03")


def test_ready_decides_whether_it_is_connected_and_no_gauge() -> None:
    assert "cloudflared_tunnel_ha_connections 1" in METRICS_DOWN
    tunnel = one(cloudflared_documents([rule("", GATEWAY, noTLSVerify=True)], 0, QUICK_HOST))
    assert (tunnel.up, tunnel.detail, tunnel.edge) == (False, "", None)
    assert tunnel.down_because == "it has no connection to Cloudflare's edge"
    # The name stays while it is down.
    assert tunnel.public_url == f"https://{QUICK_HOST}"
    stale = one(cloudflared_documents(named(noTLSVerify=True), 0, metrics=METRICS_UP + QUIC))
    assert (stale.up, stale.detail, stale.edge) == (False, "", None)


def test_a_connection_that_is_counted_with_a_503_is_none() -> None:
    documents = cloudflared_documents(named())
    documents["/ready"] = Answer({"status": 503, "readyConnections": 2, "connectorId": CONNECTOR}, 503)
    assert one(documents).up is False


@pytest.mark.parametrize(
    ("service", "origin", "tls", "found"),
    [
        (GATEWAY, {"noTLSVerify": True}, True, []),
        (GATEWAY, {"caPool": "gateway.pem", "originServerName": "gw"}, True, []),
        (GATEWAY, {}, True, ["cloudflared-verifies"]),
        ("http://localhost:5000", {}, True, ["cloudflared-upstream-scheme"]),
        ("http://localhost:5000", {}, False, []),
        (GATEWAY, {"noTLSVerify": True}, False, ["cloudflared-upstream-scheme"]),
        ("tcp://localhost:5000", {}, True, []),
    ],
)
def test_what_ends_in_a_502_is_found(service: str, origin: dict[str, object], tls: bool, found: list[str]) -> None:
    tunnel = one(cloudflared_documents(named(service, **origin)), tls=tls)
    assert ids(tunnel) == found


def test_a_quick_tunnels_mistake_comes_with_its_command() -> None:
    tunnel = one(cloudflared_documents([rule("", "http://localhost:5000")], quick=QUICK_HOST))
    assert ids(tunnel) == ["cloudflared-upstream-scheme", "quick-tunnel"]
    assert tunnel.findings[0].command == "cloudflared tunnel --url https://localhost:5000 --no-tls-verify"


def test_what_is_said_of_all_origins_holds_unless_a_rule_says_otherwise() -> None:
    documents = cloudflared_documents()
    config = {
        "ingress": [{"hostname": "gw.example.com", "service": GATEWAY, "originRequest": None}],
        "originRequest": {"noTLSVerify": True},
    }
    documents["/config"] = Answer({"config": config})
    assert not one(documents).findings


@pytest.mark.parametrize(
    ("access", "protected"),
    [
        ({"required": True, "teamName": "desk", "audTag": ["a" * 64]}, True),
        ({"required": False, "teamName": "desk", "audTag": None}, None),
        (None, None),
    ],
)
def test_access_is_a_guard_where_cloudflared_demands_it(access: object, protected: bool | None) -> None:
    assert one(cloudflared_documents(named(access=access))).protected is protected


def test_every_name_that_leads_to_the_gateway_is_a_tunnel() -> None:
    rules = [
        rule("gw.example.com", GATEWAY, noTLSVerify=True),
        rule("gw.example.com", GATEWAY, noTLSVerify=True),
        rule("Two.example.com", "https://127.0.0.1:5000", noTLSVerify=True),
        rule("*.example.com", GATEWAY, noTLSVerify=True),
        rule("web.example.com", "http://localhost:8080"),
        rule("ssh.example.com", "unix:/run/web.sock"),
        LAST,
    ]
    found = seen(cloudflared_documents(rules))
    assert [(each.name, each.public_url) for each in found] == [
        ("gw.example.com", "https://gw.example.com"),
        ("two.example.com", "https://two.example.com"),
        ("*.example.com", None),
    ]
    # The agent counts the requests of all its names together.
    assert {each.requests for each in found} == {None}


def test_an_agent_that_leads_elsewhere_is_one_tunnel() -> None:
    tunnel = one(cloudflared_documents([rule("web.example.com", "http://localhost:8080"), LAST]))
    assert (tunnel.name, tunnel.leads_here, tunnel.findings) == ("web.example.com", False, ())
    assert tunnel.upstream == "http://localhost:8080"
    bare = one(cloudflared_documents([LAST]))
    assert (bare.name, bare.public_url, bare.upstream) == ("cloudflared 2026.8.2", None, None)


@pytest.mark.parametrize("absent", ["/config", "/quicktunnel", "/metrics"])
def test_an_agent_that_tells_less_is_still_told_of(absent: str) -> None:
    documents = cloudflared_documents(named(noTLSVerify=True))
    del documents[absent]
    assert one(documents).up is True


@pytest.mark.parametrize(
    "ready", [Answer({"status": 200}), Answer("OK\n"), Answer({"connectorId": 7}), Answer([]), Answer("", 500)]
)
def test_another_program_on_the_port_is_no_cloudflared(ready: Answer) -> None:
    assert seen(cloudflared_documents(named()) | {"/ready": ready}) == ()


async def test_over_a_real_socket() -> None:
    with cloudflared_agent(named(noTLSVerify=True), connections=2) as address:
        async with LocalHttp(SystemClock()) as ask:
            found = await cloudflared.tunnels(ask, 5000, (address,))
    mine = [tunnel for tunnel in found if local.agent_port(tunnel) == address.port]
    assert [(tunnel.public_url, tunnel.detail) for tunnel in mine] == [
        ("https://gw.example.com", "2 connections fra03")
    ]
