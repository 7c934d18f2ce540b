"""What the machine tells of itself, and that its refusals are said and never guessed around."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tests.support.ports import free_port
from tui.path.interfaces import InterfaceKind, kind_by_name
from tui.path.machine import Listeners, SystemMachine, program_name

MACHINE = SystemMachine()


@pytest.fixture
def port() -> Iterator[int]:
    """One on which this very process listens, for this machine only."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def refuse(*_: object, **__: object) -> Any:
    raise psutil.AccessDenied


def rows(*binds: tuple[str, int | None], port: int = 5000) -> Callable[..., list[Any]]:
    """What psutil tells of listeners, and of a connection that is none."""
    laddr = [SimpleNamespace(ip=ip, port=port) for ip, _ in binds]
    found = [
        SimpleNamespace(status="LISTEN", laddr=where, pid=pid) for where, (_, pid) in zip(laddr, binds, strict=True)
    ]
    other = SimpleNamespace(status="ESTABLISHED", laddr=SimpleNamespace(ip="10.0.0.1", port=port), pid=1)
    return lambda **_: [other, *found, SimpleNamespace(status="LISTEN", laddr=(), pid=1)]


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS tells of all connections to root only")
def test_a_listener_is_found_with_its_program_and_its_binds(port: int) -> None:
    found = MACHINE.listeners(port)
    assert found.complete
    assert found.taken
    (owner,) = found.owners
    assert owner.pid == os.getpid()
    assert owner.program == program_name(psutil.Process().name())
    assert owner.binds == ("127.0.0.1",)
    assert not owner.everywhere


def test_a_port_on_which_nobody_listens_is_free() -> None:
    found = MACHINE.listeners(free_port())
    assert (found.owners, found.taken) == ((), False)


def test_where_all_is_refused_our_own_processes_are_looked_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "net_connections", refuse)
    monkeypatch.setattr(psutil, "pids", lambda: [os.getpid(), 2_000_000_000])
    (owner,) = MACHINE.listeners(port).owners
    assert (owner.pid, owner.binds) == (os.getpid(), ("127.0.0.1",))
    assert MACHINE.listeners(port).complete is False


def test_where_even_those_are_refused_a_knock_tells_that_somebody_is_there(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "net_connections", refuse)
    monkeypatch.setattr(psutil, "pids", refuse)
    found = MACHINE.listeners(port)
    assert (found.taken, found.complete) == (True, False)
    (owner,) = found.owners
    assert (owner.program, owner.pid, owner.binds) == (None, None, ("127.0.0.1",))
    assert MACHINE.listeners(free_port()) == Listeners((), complete=False, taken=False)


def test_a_listener_on_every_network_is_told_by_a_knock_at_the_machines_own_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(psutil, "net_connections", refuse)
    monkeypatch.setattr(psutil, "pids", refuse)
    knocked: list[tuple[str, int]] = []

    def connect(place: tuple[str, int], _timeout: float) -> Any:
        knocked.append(place)
        return socket.socket()

    monkeypatch.setattr(socket, "create_connection", connect)
    own = {"eth0": [SimpleNamespace(family=socket.AF_INET, address="192.168.1.20")]}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: own)
    assert MACHINE.listeners(5000).owners[0].everywhere
    assert knocked == [("192.168.1.20", 5000)]


def test_another_users_program_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "net_connections", rows(("0.0.0.0", None)))
    (owner,) = MACHINE.listeners(5000).owners
    assert (owner.program, owner.pid) == (None, None)
    assert owner.everywhere


def test_a_program_that_ends_meanwhile_or_hides_its_name_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "net_connections", rows(("::ffff:127.0.0.1", 2_000_000_000), ("::1", 2_000_000_000)))
    (owner,) = MACHINE.listeners(5000).owners
    assert (owner.program, owner.binds) == (None, ("127.0.0.1", "::1"))


def test_who_listens_side_by_side_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "net_connections", rows(("127.0.0.1", os.getpid()), ("::", None), ("::", None)))
    owners = MACHINE.listeners(5000).owners
    assert [(owner.pid, owner.binds) for owner in owners] == [(os.getpid(), ("127.0.0.1",)), (None, ("::",))]


@pytest.mark.parametrize(
    "error", [psutil.AccessDenied(), PermissionError(), RuntimeError(), ValueError(), SystemError()]
)
def test_whatever_the_system_refuses_is_unknown(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise error

    for name in ("net_connections", "pids", "process_iter", "net_if_addrs", "Process"):
        monkeypatch.setattr(psutil, name, fail)
    assert MACHINE.listeners(free_port()).owners == ()
    assert MACHINE.arguments(1) is None
    assert MACHINE.running(frozenset({"ssh"})) == ()
    assert MACHINE.interface_to("127.0.0.1") is None
    assert MACHINE.own("127.0.0.1")


def test_a_processs_arguments_are_bounded() -> None:
    script = "import sys; print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, "x" * 10_000, *["y"] * 300]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        words = MACHINE.arguments(process.pid)
        assert program_name(psutil.Process(process.pid).name()) in {
            each.name for each in MACHINE.running(frozenset({program_name(psutil.Process(process.pid).name())}))
        }
        process.kill()
    assert words is not None
    assert words[1:3] == ("-c", script)
    assert len(words) == 256
    assert max(len(word) for word in words) == 4096


@pytest.mark.parametrize(("raw", "name"), [("ssh.exe", "ssh"), ("Java.EXE", "java"), ("a\x1b[2J", "a�[2j")])
def test_a_programs_name_is_safe_and_the_same_on_every_system(raw: str, name: str) -> None:
    assert program_name(raw) == name


def test_addresses_are_this_machines_own_or_not() -> None:
    assert MACHINE.own("127.0.0.1")
    assert MACHINE.own("127.8.9.10")
    assert MACHINE.own("::ffff:127.0.0.1")
    assert not MACHINE.own("192.0.2.77")
    assert not MACHINE.own("nonsense")
    assert MACHINE.addresses("127.0.0.1") == ("127.0.0.1",)
    assert MACHINE.addresses("a" * 300) == ()


def test_the_interface_is_that_of_the_address_it_would_send_from(monkeypatch: pytest.MonkeyPatch) -> None:
    name = MACHINE.interface_to("127.0.0.1")
    assert name is not None
    assert any(entry.address == "127.0.0.1" for entry in psutil.net_if_addrs()[name])
    assert MACHINE.interface_to("nonsense") is None
    own = {"wg0": [SimpleNamespace(family=socket.AF_INET, address="127.0.0.1")]}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: own)
    assert MACHINE.interface_to("127.0.0.1") == "wg0"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lo", InterfaceKind.LOOPBACK),
        ("lo0", InterfaceKind.LOOPBACK),
        ("wg0", InterfaceKind.WIREGUARD),
        ("wg-home", InterfaceKind.WIREGUARD),
        ("tailscale0", InterfaceKind.TAILSCALE),
        ("Tailscale", InterfaceKind.TAILSCALE),
        ("utun4", InterfaceKind.VPN),
        ("tun0", InterfaceKind.VPN),
        ("nordlynx", InterfaceKind.VPN),
        ("proton0", InterfaceKind.VPN),
        ("CloudflareWARP", InterfaceKind.VPN),
        ("ppp0", InterfaceKind.VPN),
        ("ztabcdef12", InterfaceKind.VPN),
        ("nebula1", InterfaceKind.VPN),
        ("eth0", None),
        ("wlan0", None),
        ("Ethernet 2", None),
        ("en0", None),
    ],
)
def test_names_that_tell_what_they_are(name: str, kind: InterfaceKind | None) -> None:
    assert kind_by_name(name) is kind


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"uevent": "DEVTYPE=wireguard\nINTERFACE=home\n"}, InterfaceKind.WIREGUARD),
        ({"tun_flags": "0x1001\n", "type": "1\n"}, InterfaceKind.VPN),
        ({"type": "65534\n", "uevent": "INTERFACE=home\n"}, InterfaceKind.VPN),
        ({"type": "1\n", "uevent": "DEVTYPE=wlan\n"}, InterfaceKind.NETWORK),
        ({"type": "\xff", "uevent": ""}, InterfaceKind.NETWORK),
        ({}, InterfaceKind.NETWORK),
    ],
)
def test_linux_tells_of_devices_whose_names_do_not(tmp_path: Path, files: dict[str, str], kind: InterfaceKind) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="latin-1")
    assert SystemMachine(tmp_path).kind_of("home") is kind
    assert SystemMachine(tmp_path / "other").kind_of("../home") is InterfaceKind.NETWORK
