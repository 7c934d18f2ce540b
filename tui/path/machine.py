"""What this machine tells of itself: who listens on a port, which programs run, where a packet would leave it."""

import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tui.domain.sanitise import safe_text
from tui.domain.way import Owner
from tui.path.interfaces import InterfaceKind, kind_by_name

T = TypeVar("T")

LISTENERS_MOST = 16
_PROGRAM_LENGTH = 40
_ARGUMENTS_MOST = 256
_ARGUMENT_LENGTH = 4096
_KNOCK = 0.2  # seconds: at this machine itself, where an answer takes less than one of them in a thousand
_ANY_PORT = 9  # of a packet that is never sent
_INTERFACE_LENGTH = 64


class System(StrEnum):
    """The operating systems whose words differ."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who listens on one TCP port of this machine.

    owners: each program with the addresses on which it does. complete: False where the system does not tell of other
    users' programs, so that there may be one more. taken: whether anybody does; None where that is not known.
    """

    owners: tuple[Owner, ...] = ()
    complete: bool = True
    taken: bool | None = False


@dataclass(frozen=True, slots=True)
class Program:
    """One process. name: in small letters, without `.exe`, safe to print."""

    pid: int
    name: str


class Machine(Protocol):
    """What detection asks of the machine. All of it blocks for a moment, and nothing of it raises."""

    @property
    def system(self) -> System:
        """Whose words to use."""
        ...

    @property
    def root(self) -> bool:
        """Whether we may ask what only an administrator may."""
        ...

    def listeners(self, port: int) -> Listeners:
        """Who listens on that TCP port."""
        ...

    def arguments(self, pid: int) -> tuple[str, ...] | None:
        """What a process was started with, raw: may hold secrets. None where the system does not tell."""
        ...

    def running(self, names: frozenset[str]) -> tuple[Program, ...]:
        """The processes of those names."""
        ...

    def addresses(self, host: str) -> tuple[str, ...]:
        """The IP addresses of a host's name, or of an address in its plainest spelling; empty where there is none."""
        ...

    def own(self, ip: str) -> bool:
        """Whether that is an address of this machine itself."""
        ...

    def interface_to(self, ip: str) -> str | None:
        """The network interface through which packets to that address leave; None where that is not known."""
        ...

    def kind_of(self, interface: str) -> InterfaceKind:
        """What kind of network is behind an interface."""
        ...


class SystemMachine:
    """The machine we run on. interfaces: where Linux describes its network interfaces."""

    def __init__(self, interfaces: Path = Path("/sys/class/net")) -> None:
        self._interfaces = interfaces

    @property
    def system(self) -> System:
        """By the name that Python gives it."""
        match sys.platform:
            case "linux":
                return System.LINUX
            case "darwin":
                return System.MACOS
            case "win32":
                return System.WINDOWS
        return System.OTHER

    @property
    def root(self) -> bool:
        """By the effective user; False on Windows, where nothing here needs more rights."""
        return bool(getattr(os, "geteuid", lambda: 1)() == 0)

    def listeners(self, port: int) -> Listeners:
        """By the system's table of connections; by our own processes and a knock at the port where it is refused."""
        rows = _asked(lambda: list(_psutil().net_connections(kind="tcp")))
        if rows is not None:
            found = _owners(port, ((row, row.pid) for row in rows))
            return Listeners(found, complete=True, taken=bool(found))
        found = _owners(port, self._our_rows())
        if found:
            return Listeners(found, complete=False, taken=True)
        binds = self._knocked(port)
        # Somebody else's, whose name is not told.
        return Listeners((Owner(binds=binds),) if binds else (), complete=False, taken=bool(binds))

    def arguments(self, pid: int) -> tuple[str, ...] | None:
        """Bounded in number and length; None for another user's process where the system guards it."""
        words = _asked(lambda: list(_psutil().Process(pid).cmdline()))
        return tuple(word[:_ARGUMENT_LENGTH] for word in words[:_ARGUMENTS_MOST]) if words else None

    def running(self, names: frozenset[str]) -> tuple[Program, ...]:
        """Looks at nothing but the processes' names."""
        rows = _asked(lambda: [(each.pid, each.info["name"]) for each in _psutil().process_iter(["name"])]) or []
        named = ((pid, program_name(name or "")) for pid, name in rows)
        return tuple(Program(pid, name) for pid, name in named if name in names)

    def addresses(self, host: str) -> tuple[str, ...]:
        """By the system's own name service, which takes as long as it takes."""
        rows = _asked(lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)) or []
        return tuple(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows))

    def own(self, ip: str) -> bool:
        """By the addresses of its network interfaces; all of 127.0.0.0/8 is its own."""
        return _plain(ip) in self._own() or _loopback(ip)

    def interface_to(self, ip: str) -> str | None:
        """By the address that a socket takes when it is told where it would send to; nothing is sent."""
        ours = _asked(lambda: _leaves_from(ip))
        name = self._own().get(_plain(ours)) if ours else None
        return safe_text(name, _INTERFACE_LENGTH) if name else None

    def kind_of(self, interface: str) -> InterfaceKind:
        """By its name, and on Linux by what the kernel says of its device, which needs no rights."""
        known = kind_by_name(interface)
        if known is not None:
            return known
        if "/" in interface or interface.startswith("."):
            return InterfaceKind.NETWORK
        folder = self._interfaces / interface
        if "DEVTYPE=wireguard" in _content(folder / "uevent").split():
            return InterfaceKind.WIREGUARD
        # 65534: a network without addresses of its own, which is what tunnels make.
        if _content(folder / "tun_flags") or _content(folder / "type").strip() == "65534":
            return InterfaceKind.VPN
        return InterfaceKind.NETWORK

    def _our_rows(self) -> Iterator[tuple[Any, int | None]]:
        for pid in _asked(lambda: list(_psutil().pids())) or []:
            for row in _asked(partial(_rows_of, pid)) or []:
                yield row, pid

    def _knocked(self, port: int) -> tuple[str, ...]:
        """The binds that a connection proves: everywhere where the machine's own outer address takes it."""
        outer = [ip for ip in self._own() if not _loopback(ip) and not ipaddress.ip_address(ip).is_link_local]
        if any(_takes(ip, port) for ip in outer[:4]):
            return ("0.0.0.0",)  # noqa: S104 (found out, not bound)
        return tuple(ip for ip in ("127.0.0.1", "::1") if _takes(ip, port))

    def _own(self) -> dict[str, str]:
        """This machine's IP addresses, each with its interface."""
        interfaces = _asked(lambda: dict(_psutil().net_if_addrs())) or {}
        return {
            _plain(entry.address): name
            for name, entries in interfaces.items()
            for entry in entries
            if entry.family in {socket.AF_INET, socket.AF_INET6}
        }


def program_name(raw: str) -> str:
    """A program's name as it is compared and shown: `java`, `ssh`."""
    return safe_text(raw.strip().lower().removesuffix(".exe"), _PROGRAM_LENGTH)


def _psutil() -> Any:
    """Imported when it is first asked: it takes a while, and a start does without."""
    import psutil

    return psutil


def _asked(call: Callable[[], T]) -> T | None:
    """What the call returns; None where the system refuses, or tells what can't be read."""
    import psutil

    try:
        return call()
    except (psutil.Error, OSError, RuntimeError, ValueError, SystemError):
        return None


def _rows_of(pid: int) -> list[Any]:
    return list(_psutil().Process(pid).net_connections(kind="tcp"))


def _owners(port: int, rows: Iterator[tuple[Any, int | None]]) -> tuple[Owner, ...]:
    """The programs that listen on the port, each with its binds."""
    binds: dict[int | None, list[str]] = {}
    for row, pid in rows:
        if row.status == "LISTEN" and row.laddr and row.laddr.port == port:
            binds.setdefault(pid, []).append(_plain(row.laddr.ip))
    return tuple(
        Owner(_name_of(pid), pid, tuple(dict.fromkeys(found))[:LISTENERS_MOST])
        for pid, found in list(binds.items())[:LISTENERS_MOST]
    )


def _name_of(pid: int | None) -> str | None:
    if pid is None:
        return None
    name = _asked(lambda: str(_psutil().Process(pid).name()))
    return program_name(name) or None if name else None


def _plain(ip: str) -> str:
    """An IP address in its shortest spelling, without a zone; an IPv4 address for one that is mapped into IPv6."""
    bare = ip.partition("%")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return bare
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _loopback(ip: str) -> bool:
    try:
        return ipaddress.ip_address(_plain(ip)).is_loopback
    except ValueError:
        return False


def _leaves_from(ip: str) -> str:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((ip, _ANY_PORT))
        return str(probe.getsockname()[0])


def _takes(ip: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((ip, port), _KNOCK):
        return True
    return False


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("ascii", "replace")
    except (OSError, ValueError):
        return ""
