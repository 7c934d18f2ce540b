"""A machine of a test's own making, for what detection asks of the one that it runs on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.domain.way import Owner
from tui.path.interfaces import InterfaceKind, kind_by_name
from tui.path.machine import Listeners, Program, System


@dataclass
class FakeMachine:
    """ports: who listens where. processes: each one's name and arguments, None where the system does not tell them.

    names: the addresses of hosts' names; an IP address is its own. ours: the machine's own addresses, besides loopback.
    routes: the interface to each address, for "" to all others. kinds: of interfaces whose names tell nothing.
    """

    ports: Mapping[int, Listeners] = field(default_factory=dict)
    processes: Mapping[int, tuple[str, tuple[str, ...] | None]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ours: frozenset[str] = frozenset()
    routes: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, InterfaceKind] = field(default_factory=dict)
    system: System = System.LINUX
    root: bool = False
    asked: list[str] = field(default_factory=list)

    def listeners(self, port: int) -> Listeners:
        """As given; nobody on any other port."""
        self.asked.append(f"listeners {port}")
        return self.ports.get(port, Listeners())

    def arguments(self, pid: int) -> tuple[str, ...] | None:
        """As given."""
        return self.processes.get(pid, ("", None))[1]

    def running(self, names: frozenset[str]) -> tuple[Program, ...]:
        """Those of the given ones."""
        return tuple(Program(pid, name) for pid, (name, _) in self.processes.items() if name in names)

    def addresses(self, host: str) -> tuple[str, ...]:
        """As given; an IP address is its own."""
        self.asked.append(f"addresses {host}")
        return self.names.get(host, (host,) if host.replace(".", "").isdigit() or ":" in host else ())

    def own(self, ip: str) -> bool:
        """Whether it is one of the given ones, or loopback."""
        return ip in self.ours or ip.startswith("127.") or ip == "::1"

    def interface_to(self, ip: str) -> str | None:
        """As given."""
        return self.routes.get(ip, self.routes.get(""))

    def kind_of(self, interface: str) -> InterfaceKind:
        """As given, or by the name."""
        return self.kinds.get(interface) or kind_by_name(interface) or InterfaceKind.NETWORK


def listening(program: str | None = "java", pid: int | None = 4121, *binds: str) -> Listeners:
    """One program that listens; on every network unless said otherwise."""
    return Listeners((Owner(program, pid, binds or ("0.0.0.0",)),), taken=True)


def forwarding(line: str, port: int = 5000, pid: int = 812) -> FakeMachine:
    """A machine on which that ssh command listens on the port, for this machine only."""
    words = tuple(line.split())
    return FakeMachine(ports={port: listening(words[0], pid, "127.0.0.1", "::1")}, processes={pid: (words[0], words)})
