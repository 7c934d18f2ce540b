"""frp's client: which proxies lead to the gateway, and that its password is left alone."""

import asyncio
from typing import Any

import pytest

from tests.support.agents import Answer, Documents, StandIn, frpc_agent, frpc_documents, proxy, transport
from tests.support.clock import ManualClock
from tui.clock import SystemClock
from tui.domain.address import Address, PathKind
from tui.domain.tunnel import Tunnel
from tui.path import frp
from tui.path.local_http import LocalHttp


def seen(documents: Documents, port: int = 5000) -> tuple[Tunnel, ...]:
    async def look() -> tuple[Tunnel, ...]:
        async with LocalHttp(ManualClock(), transport(documents, 7400)) as ask:
            return await frp.tunnels(ask, port)

    return asyncio.run(look())


def one(*proxies: Any, port: int = 5000) -> Tunnel:
    (tunnel,) = seen(frpc_documents(proxies), port)
    return tunnel


def test_a_proxy_that_runs() -> None:
    tunnel = one(proxy("ibkr", "127.0.0.1:5000", "frps.example.com:6000"))
    assert (tunnel.kind, tunnel.name, tunnel.up, tunnel.leads_here) == (PathKind.FRP, "ibkr", True, True)
    assert (tunnel.public_url, tunnel.upstream) == ("https://frps.example.com:6000", "127.0.0.1:5000")
    assert (tunnel.agent, tunnel.detail) == ("127.0.0.1:7400", "tcp proxy")
    assert [finding.id for finding in tunnel.findings] == ["frp-admin-open"]


@pytest.mark.parametrize(
    ("status", "err", "up", "because"),
    [
        ("running", "", True, None),
        ("start error", "port already used", False, "start error: port already used"),
        ("wait start", "", False, "wait start"),
        ("closed", "", False, "closed"),
        ("unheard of", "", None, None),
    ],
)
def test_its_status_decides(status: str, err: str, up: bool | None, because: str | None) -> None:
    tunnel = one(proxy("ibkr", "127.0.0.1:5000", "frps.example.com:6000", status=status, err=err))
    assert (tunnel.up, tunnel.down_because) == (up, because)


@pytest.mark.parametrize(
    ("kind", "remote", "public"),
    [
        ("tcp", ":6000", None),
        ("tcp", "[2001:db8::1]:6000", "https://[2001:db8::1]:6000"),
        ("https", "gw.example.com:443,gw2.example.com:443", "https://gw.example.com"),
        ("http", "http://gw.example.com:8080", "http://gw.example.com:8080"),
        ("stcp", "", None),
        ("xtcp", "frps.example.com:6000", None),
    ],
)
def test_where_the_world_reaches_it(kind: str, remote: str, public: str | None) -> None:
    tunnel = one(proxy("ibkr", "127.0.0.1:5000", remote, kind=kind))
    assert tunnel.public_url == public
    assert ("plain-http" in [finding.id for finding in tunnel.findings]) is (kind == "http")


def test_proxies_that_lead_elsewhere_are_told_of_without_findings() -> None:
    others = [proxy("web", "127.0.0.1:8080", ":80", kind="http"), proxy("box", "192.0.2.7:5000", ":81")]
    assert [(each.leads_here, each.findings) for each in seen(frpc_documents(others))] == [(False, ())] * 2
    assert not one(proxy("ibkr", "127.0.0.1:5000", ""), port=0).leads_here


async def test_a_password_is_not_guessed() -> None:
    with StandIn(frpc_documents(guarded=True)) as agent:
        async with LocalHttp(SystemClock()) as ask:
            found = await frp.tunnels(ask, 5000, (agent.address,))
    (tunnel,) = [each for each in found if each.agent == f"127.0.0.1:{agent.address.port}"]
    assert (tunnel.up, tunnel.detail) == (None, "its web server asks for a password")
    assert agent.asked == ["/api/status", "/healthz"]


@pytest.mark.parametrize(
    "documents",
    [
        {},
        {"/api/status": Answer("", 401, {"WWW-Authenticate": "Basic"})},
        {"/api/status": Answer("", 401), "/healthz": Answer()},
        {"/api/status": Answer({"status": "online"})},
        {"/api/status": Answer({"tcp": None, "udp": [{}], "news": [{"name": "a", "status": "new"}]})},
    ],
)
def test_another_program_on_the_port_is_no_frpc(documents: Documents) -> None:
    assert seen(documents) == ()


async def test_over_a_real_socket() -> None:
    with frpc_agent([proxy("ibkr", "127.0.0.1:5000", "frps.example.com:6000")]) as address:
        async with LocalHttp(SystemClock()) as ask:
            found = await frp.tunnels(ask, 5000, (Address("http", "localhost", address.port),))
    assert [each.name for each in found if each.agent == f"localhost:{address.port}"] == ["ibkr"]
