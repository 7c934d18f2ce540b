"""Tailscale: whether it is connected, how it reaches a peer, what it serves of the gateway, when its key ends."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.agents import (
    TAILNET_HOST,
    Answer,
    Documents,
    peer,
    serving,
    tailscale_documents,
    tailscale_program,
    tailscale_status,
    tailscaled,
    transport,
)
from tests.support.clock import START, ManualClock
from tui.clock import SystemClock
from tui.domain.address import PathKind
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.path import tailscale
from tui.path.local_http import LocalHttp
from tui.path.tailscale import peer_words
from tui.path.tailscale_api import Places

SOCKET = Places((Path("tailscaled.sock"),), None)
INSECURE = "https+insecure://localhost:5000"
PEERS = {
    "nodekey:1": peer("direct", "100.64.0.1", current="192.0.2.1:41641", relay="fra"),
    "nodekey:2": peer("relayed", "100.64.0.2", relay="fra"),
    "nodekey:3": peer("by-peer", "100.64.0.3", relay="fra", by_peer="192.0.2.9:7777"),
    "nodekey:4": peer("idle", "100.64.0.4", relay="fra", active=False),
    "nodekey:5": peer("none", "fd7a:115c:a1e0::5"),
    "nodekey:6": {**peer("gone", "100.64.0.6", relay="fra"), "Online": False},
    "nodekey:7": None,
}


def seen(documents: Documents, port: int = 5000, **more: Any) -> tuple[Tunnel, ...]:
    async def look() -> tuple[Tunnel, ...]:
        async with LocalHttp(ManualClock(), transport(documents)) as ask:
            return await tailscale.tunnels(ask, port, **{"places": SOCKET, **more})

    return asyncio.run(look())


def told(status: dict[str, Any], serve: dict[str, Any] | None = None, **more: Any) -> tuple[Tunnel, ...]:
    return seen(tailscale_documents(status, serve), **more)


def test_running_and_nothing_served() -> None:
    assert told(tailscale_status()) == (
        Tunnel(
            PathKind.TAILSCALE,
            "trading-box",
            up=True,
            edge_reason="Tailscale tells it only of a ping",
            agent="tailscaled.sock",
        ),
    )


@pytest.mark.parametrize(
    ("state", "up", "because"),
    [
        ("NeedsLogin", False, "it is not logged in"),
        ("Stopped", False, "it was turned off"),
        ("Unheard", False, "its state is Unheard"),
        (None, None, None),
    ],
)
def test_the_backends_state_decides(state: Any, up: bool | None, because: str | None) -> None:
    (tunnel,) = told(tailscale_status(state))
    assert (tunnel.up, tunnel.down_because) == (up, because)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("100.64.0.1", "direct"),
        ("direct.tail1234.ts.net", "direct"),
        ("100.64.0.2", "relayed by fra"),
        ("RELAYED", "relayed by fra"),
        ("100.64.0.3", "relayed by a peer"),
        ("100.64.0.4", "idle"),
        ("fd7a:115c:a1e0:0::5", "no way yet"),
        ("100.64.0.6", "offline"),
        ("100.101.102.103", "this machine"),
        (TAILNET_HOST, "this machine"),
        ("100.64.0.9", ""),
        ("elsewhere.example.com", ""),
        ("", ""),
    ],
)
def test_how_a_peer_is_reached(host: str, words: str) -> None:
    status = tailscale_status(peers=PEERS)
    assert peer_words(status, host) == words
    assert told(status, host=host)[0].detail == words


def test_peers_are_asked_for_only_for_a_host_and_done_without_where_they_are_too_many() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        assert request.headers["host"] == "local-tailscaled.sock"
        status = tailscale_status() | ({"Health": ["x" * (1 << 20)]} if "peers=true" in str(request.url) else {})
        return httpx.Response(200, stream=httpx.ByteStream(Answer(status).encoded))

    async def look(host: str) -> tuple[Tunnel, ...]:
        async with LocalHttp(ManualClock(), httpx.MockTransport(answer)) as ask:
            return await tailscale.tunnels(ask, 5000, host=host, places=SOCKET)

    asyncio.run(look(""))
    assert asked == ["/localapi/v0/status?peers=false", "/localapi/v0/serve-config"]
    asked.clear()
    assert asyncio.run(look("100.64.0.1"))[0].up is True
    assert asked[:2] == ["/localapi/v0/status?peers=true", "/localapi/v0/status?peers=false"]


def test_what_is_served_to_the_tailnet() -> None:
    itself, tunnel = told(tailscale_status(), serving(INSECURE))
    assert (itself.leads_here, itself.public_url) == (False, None)
    assert (tunnel.leads_here, tunnel.public_url, tunnel.upstream) == (True, f"https://{TAILNET_HOST}", INSECURE)
    assert (tunnel.up, tunnel.protected, tunnel.findings) == (True, True, ())
    assert tunnel.detail == "serve: within the tailnet"


def test_a_funnel_is_an_alarm() -> None:
    _, tunnel = told(tailscale_status(), serving(INSECURE, funnel=True, port=8443))
    assert (tunnel.public_url, tunnel.protected) == (f"https://{TAILNET_HOST}:8443", False)
    (finding,) = tunnel.findings
    assert (finding.id, finding.level) == ("funnel-on", Level.ALARM)
    assert finding.command == "tailscale funnel --https=8443 off"


def test_a_funnel_of_another_port_or_turned_off_is_none() -> None:
    config = serving(INSECURE) | {"AllowFunnel": {f"{TAILNET_HOST}:443": False, f"{TAILNET_HOST}:8443": True}}
    _, tunnel = told(tailscale_status(), config)
    assert (tunnel.protected, tunnel.findings) == (True, ())


def test_what_is_served_from_a_terminal_counts_too() -> None:
    _, tunnel = told(tailscale_status(), {"Foreground": {"session": serving(INSECURE, funnel=True)}})
    assert tunnel.protected is False


@pytest.mark.parametrize(
    ("target", "tls", "found"),
    [
        (INSECURE, True, []),
        ("https://localhost:5000", True, ["tailscale-verifies"]),
        ("http://127.0.0.1:5000", True, ["tailscale-upstream-scheme"]),
        ("5000", True, ["tailscale-upstream-scheme"]),
        ("http://127.0.0.1:5000", False, []),
        (INSECURE, False, ["tailscale-upstream-scheme"]),
    ],
)
def test_how_it_speaks_to_the_gateway(target: str, tls: bool, found: list[str]) -> None:
    _, tunnel = told(tailscale_status(), serving(target), tls=tls)
    assert [finding.id for finding in tunnel.findings] == found
    assert all(finding.command and finding.command.startswith("tailscale serve ") for finding in tunnel.findings)
    _, opened = told(tailscale_status(), serving(target, funnel=True), tls=tls)
    # No line that opens the gateway to the internet is ever given.
    assert all("off" in (finding.command or "off") for finding in opened.findings)


def test_ports_that_are_passed_on_as_they_are() -> None:
    config = {
        "TCP": {"5001": {"TCPForward": "localhost:5000"}, "6": {"TCPForward": "localhost:22"}},
        "AllowFunnel": {f"{TAILNET_HOST}:5001": True},
    }
    _, tunnel = told(tailscale_status(), config)
    assert (tunnel.public_url, tunnel.protected) == (f"https://{TAILNET_HOST}:5001", False)


def test_plain_http_within_the_tailnet_is_named_as_such() -> None:
    config = serving(INSECURE, port=80) | {"TCP": {"80": {"HTTP": True}}}
    assert told(tailscale_status(), config)[1].public_url == f"http://{TAILNET_HOST}"


@pytest.mark.parametrize("config", [serving("http://localhost:8080"), {"Web": None, "TCP": None}, {}])
def test_what_leads_elsewhere_is_not_told_of(config: dict[str, Any]) -> None:
    assert len(told(tailscale_status(), config)) == 1
    assert len(told(tailscale_status(), serving(INSECURE), port=0)) == 1


@pytest.mark.parametrize(
    ("expiry", "words"),
    [
        ("2026-11-27T14:03:21Z", "expires on 2026-11-27 14:03 UTC"),
        ("2026-11-21T02:00:00.123456789+02:00", "expires on 2026-11-21 00:00 UTC"),
        ("2026-11-20T14:03:22Z", "has expired"),
        ("2026-11-27T14:03:22Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2026-11-21T02:00:00", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_key_that_ends_within_a_week_is_told_of(expiry: object, words: str | None) -> None:
    assert START.isoformat() == "2026-11-20T14:03:22+00:00"
    (tunnel,) = told(tailscale_status(KeyExpiry=expiry))
    assert [finding.id for finding in tunnel.findings] == (["tailscale-key-expiry"] if words else [])
    assert not words or words in tunnel.findings[0].text


def test_an_expired_key_is_told_of_without_its_date() -> None:
    (tunnel,) = told(tailscale_status(Expired=True))
    assert "has expired" in tunnel.findings[0].text


async def test_the_program_is_asked_where_no_socket_answers(tmp_path: Path) -> None:
    program = tailscale_program(tmp_path, tailscale_status(), serving(INSECURE))
    async with LocalHttp(SystemClock()) as ask:
        itself, tunnel = await tailscale.tunnels(ask, 5000, places=Places((tmp_path / "absent",), str(program)))
    assert (itself.agent, itself.up) == ("tailscale status", True)
    assert tunnel.public_url == f"https://{TAILNET_HOST}"


async def test_a_program_that_finds_no_service_says_that_it_is_down(tmp_path: Path) -> None:
    program = tailscale_program(tmp_path, None)
    async with LocalHttp(SystemClock()) as ask:
        (tunnel,) = await tailscale.tunnels(ask, 5000, places=Places((), str(program)))
    assert (tunnel.up, tunnel.down_because) == (False, "its service does not run on this machine")


@pytest.mark.parametrize("status", [Answer("no"), Answer({"Version": "1"}), Answer("status access denied\n", 403)])
def test_no_answer_no_socket_and_no_program_is_no_tailscale(status: Answer) -> None:
    assert seen({"/localapi/v0/status": status}) == ()
    assert seen({}, places=Places((), None)) == ()


async def test_over_a_real_socket() -> None:
    with tailscaled(tailscale_status(peers=PEERS), serving(INSECURE, funnel=True)) as socket:
        async with LocalHttp(SystemClock()) as ask:
            itself, tunnel = await tailscale.tunnels(ask, 5000, host="100.64.0.2", places=Places((socket,), None))
    assert (itself.detail, tunnel.protected) == ("relayed by fra", False)
