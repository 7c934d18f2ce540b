"""What leaves cpwatch for others on the machine and in the network, seen from there: children, sockets, redirects."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from tests.support import doubles
from tests.support.doubles import CERTIFICATE, Double, chunked, response
from tests.support.project import plain_environment, run_python
from tests.unit.watch.test_health import exchanged, serving
from tui.cli_monitor import _for_children
from tui.cli_profiles import plan_for
from tui.clock import SystemClock
from tui.config.sources import Asked
from tui.domain.address import Address
from tui.domain.secret import Secret
from tui.gateway.client import GatewayClient
from tui.gateway.errors import GatewayError, Untrusted
from tui.gateway.own import _transport, is_own, let_in
from tui.path.local_http import LocalHttp
from tui.simulator.child import SimulatorChild
from tui.ui import wizard_machine
from tui.ui.browsing import open_page
from tui.watch.health import listen

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked at through /proc"),
]

HEADER, PASSWORD, ALERT_URL, TOKEN = (f"pl4nted-{each}-0123456789" for each in ("header", "password", "alert", "token"))
PLANTED = {
    "PLANTED_HEADER": HEADER,
    "PLANTED_PASSWORD": PASSWORD,
    "PLANTED_URL": ALERT_URL,
    "CPWATCH_SERVE_TOKEN": TOKEN,
}
GUARDED = """
[profiles.other]
url = "https://gw.example.com"
[profiles.other.path]
basic_auth = { user = "u", password = "env:PLANTED_PASSWORD" }
[profiles.other.path.headers]
X-Guard = "env:PLANTED_HEADER"
"""
# Writes down what others see of it, and of whoever started it.
SELF_PORTRAIT = """#!/bin/sh
cat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline > "$PORTRAIT.new"
mv "$PORTRAIT.new" "$PORTRAIT"
"""


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A program that a user may name; what it sees goes into the file that PORTRAIT names."""
    program = tmp_path / "look"
    program.write_text(SELF_PORTRAIT)
    program.chmod(0o755)
    return program


def variables(portrait: bytes) -> set[str]:
    """The names in an environment."""
    return {part.partition(b"=")[0].decode() for part in portrait.split(b"\0") if b"=" in part}


def assert_nothing_planted(data: bytes) -> None:
    assert [value for value in PLANTED.values() if value.encode() in data] == []
    assert not set(PLANTED) & variables(data)


def test_an_alert_command_gets_none_of_our_secrets_and_all_else(tmp_path: Path, portrait: Path) -> None:
    """Of whichever profile: those in use, and those that are not."""
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[alerts]\ncommand = ['{portrait}', '--urgent']\n{GUARDED}")
    seen = tmp_path / "seen"
    # A URL would need the library for it, which is not always there.
    planted = {name: value for name, value in PLANTED.items() if name != "PLANTED_URL"}
    environment = plain_environment(
        CPWATCH_CONFIG=str(settings), PORTRAIT=str(seen), OF_THE_USERS="own", XDG_STATE_HOME=str(tmp_path), **planted
    )
    done = run_python("-m", "tui", "watch", "--test-alert", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    told = seen.read_bytes()
    assert_nothing_planted(told)
    assert {"PATH", "PORTRAIT", "OF_THE_USERS", "CPWATCH_CONFIG"} <= variables(told)
    assert b"--urgent" in told


def test_nor_do_a_browser_and_the_simulator(tmp_path: Path, portrait: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f"{GUARDED}[alerts]\nurls = ['env:PLANTED_URL']\n")
    monkeypatch.setenv("CPWATCH_CONFIG", str(settings))
    monkeypatch.setenv("BROWSER", str(portrait))
    monkeypatch.setenv("PORTRAIT", str(tmp_path / "seen"))
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    ours = _for_children(plan_for(Asked(), os.environ))
    assert open_page("https://localhost:5000", ours)
    told = (tmp_path / "seen").read_bytes()
    assert b"https://localhost:5000" in told
    assert_nothing_planted(told)
    with SimulatorChild(environment=ours) as child:
        process = psutil.Process(child.process.pid)
        assert set(process.environ()) & {"PATH", *PLANTED} == {"PATH"}
        assert_nothing_planted("\0".join(process.cmdline()).encode())
        # And it listens to this machine alone, whatever it is called.
        places = {each.laddr.ip for each in process.net_connections() if each.status == psutil.CONN_LISTEN}
        assert places == {"127.0.0.1"}


def test_what_is_served_is_served_to_this_machine_where_nothing_else_is_said() -> None:
    for said in ("0", "localhost:0", "127.0.0.1:0"):
        listening = listen(said, None)
        assert listening.socket.getsockname()[0] == "127.0.0.1"
        listening.close()


SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n" + SMUGGLED,
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nabcd" + SMUGGLED,
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\n" + SMUGGLED,
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n" + SMUGGLED,
        b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\r\n" + SMUGGLED,
    ],
    ids=["behind it", "behind a body", "in two lengths", "on a kept connection", "as a body"],
)
async def test_no_second_request_is_served_on_a_connection(sent: bytes) -> None:
    """So that none can be hidden in another, whoever stands before it."""
    async with serving() as where:
        answer = await exchanged(where, sent)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer
    assert b"cpwatch_" not in answer


READY = chunked("200 OK", b'{"authenticated":true}', "Content-Type: application/json")


async def by_client(address: Address) -> None:
    client = GatewayClient(address, clock=SystemClock(), way_in={"X-Guard": Secret(HEADER)})
    try:
        for ask in (client.auth_status, client.tickle, client.portfolio_accounts, client.greeting):
            with pytest.raises(GatewayError):
                await ask()
    finally:
        await client.aclose()


async def by_agents(address: Address) -> None:
    async with LocalHttp(SystemClock()) as ask:
        assert await ask.json(address, "/api/tunnels") is None


async def by_proof(address: Address) -> None:
    await let_in(address, SystemClock())


@pytest.mark.parametrize("code", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("asks", [by_client, by_agents, by_proof])
async def test_no_redirect_is_followed(asks: Callable[[Address], Awaitable[None]], code: str) -> None:
    async with Double(doubles.answers(READY)) as target:
        moved = response(code, b"", f"Location: {target.address.url}/elsewhere", "Set-Cookie: a=b")
        async with Double(doubles.answers(moved)) as double:
            await asks(double.address)
            assert double.requests
    assert target.connections == 0


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """A name that this machine's resolver gives to the loopback address, where it is nobody's own name."""
    honest = socket.getaddrinfo
    name = "gateway.example.com"

    def resolves(host: object, *arguments: object, **options: object) -> object:
        told = host.decode() if isinstance(host, bytes) else host
        return honest("127.0.0.1" if told == name else host, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolves)
    return name


async def test_a_name_that_is_not_this_machines_is_verified_before_anything_is_sent(elsewhere: str) -> None:
    async with Double(doubles.answers(READY), tls=True) as double:
        address = Address("https", elsewhere, double.address.port)
        client = GatewayClient(address, clock=SystemClock(), way_in={"X-Guard": Secret(HEADER)})
        try:
            for ask in (client.auth_status, client.tickle, client.greeting):
                with pytest.raises(Untrusted):
                    await ask()
        finally:
            await client.aclose()
        async with LocalHttp(SystemClock()) as agents:
            assert await agents.get(address, "/", chosen=True) is None
        assert (await let_in(address, SystemClock())) is not None
        assert double.requests == []


@pytest.mark.parametrize("tls", [False, True])
async def test_a_name_of_this_machine_that_leads_elsewhere_gets_nothing(
    tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it would by a resolver that lies, or asks the network for `gw.localhost`: nobody is verified there."""
    from httpcore._backends.anyio import AnyIOStream

    honest, peer = AnyIOStream.get_extra_info, ["192.0.2.7"]

    def told(self: AnyIOStream, info: str) -> object:
        return (peer[0], 5000) if info == "server_addr" else honest(self, info)

    monkeypatch.setattr(AnyIOStream, "get_extra_info", told)
    async with Double(doubles.answers(READY), tls=tls) as double:
        address = Address(double.address.scheme, "localhost", double.address.port)
        client = GatewayClient(address, clock=SystemClock(), way_in={"X-Guard": Secret(HEADER)})
        try:
            for ask in (client.auth_status, client.tickle, client.greeting):
                with pytest.raises(GatewayError) as raised:
                    await ask()
                assert raised.value.failure.evidence == "the name localhost has no address of this machine"
            assert double.requests == []
            for here in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
                peer[0] = here
                assert (await client.auth_status()).value.authenticated
                await client.aclose()
        finally:
            await client.aclose()


async def test_nor_does_a_certificate_for_another_name_do(elsewhere: str) -> None:
    async with Double(doubles.answers(READY), tls=True) as double:
        address = Address("https", elsewhere, double.address.port)
        client = GatewayClient(address, clock=SystemClock(), ca=CERTIFICATE)
        try:
            with pytest.raises(Untrusted):
                await client.auth_status()
        finally:
            await client.aclose()
        assert double.requests == []


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("::1", socket.has_ipv6 and Path("/proc/net/if_inet6").exists()),
        ("192.0.2.7", False),
        ("2001:db8::7", False),
        ("localhost", False),
        ("gateway.example.com", False),
        ("", False),
    ],
)
async def test_only_an_address_of_this_machine_is_its_own(host: str, own: bool) -> None:
    assert is_own(host) is own
    transport = _transport(Address("https", host or "x", 5000))
    await transport.aclose()


def test_a_folder_of_our_name_where_the_user_is_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    (tmp_path / "tui" / "__main__.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(wizard_machine, "found", lambda _: None)
    machine = wizard_machine.ThisMachine(SystemClock(), lambda *_: True)
    assert machine._cpwatch[0] == sys.executable
    assert machine._watches
    assert not (tmp_path / "ran").exists()


def test_the_programs_of_the_machine_get_next_to_nothing(tmp_path: Path, portrait: Path) -> None:
    """Agents are asked by programs too, with a path and a home, and no more."""
    from tui.path.programs import ran

    code = f"import json, os; json.dump(dict(os.environ), open({str(tmp_path / 'seen')!r}, 'w'))"
    os.environ.update(PLANTED)
    try:
        done = asyncio.run(ran(SystemClock(), sys.executable, "-I", "-c", code))
    finally:
        for name in PLANTED:
            del os.environ[name]
    assert done is not None
    assert done.code == 0
    seen = set(json.loads((tmp_path / "seen").read_text()))
    assert seen <= {"PATH", "HOME", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "USERPROFILE"}
