"""Which way our requests go to the gateway, and by what that is known."""

from dataclasses import dataclass
from enum import StrEnum
from shlex import quote

from tui.domain.address import Address, PathKind
from tui.domain.tunnel import Tunnel


class ToldBy(StrEnum):
    """By what the kind of the way is known, the strongest first."""

    SETTINGS = "settings"
    """The profile names it."""
    OWNER = "owner"
    """The program that listens on the gateway's port."""
    REMEMBERED = "remembered"
    """The program that listened there when it was last seen: in this run, or by the state file."""
    ANSWER = "answer"
    """A mark that only that kind of way leaves on an answer."""
    AGENT = "agent"
    """An agent on this machine names the address as its own."""
    ADDRESS = "address"
    """The address itself: a tunnel's domain, loopback, a private network."""
    ROUTE = "route"
    """The network interface that leads to the address."""


@dataclass(frozen=True, slots=True)
class Forward:
    """One `ssh -L`. destination: as ssh was given it, without a password. ssh_port: None for ssh's own.

    local_port: where it listens here. host, port: where the far side sends it. options: the words of its command
    without which it does not get there, e.g. `-J`, `bastion`. Made by `tui.domain.forwards`, which lets nothing in that
    a shell would read as anything else.
    """

    destination: str
    local_port: int
    host: str
    port: int
    ssh_port: int | None = None
    options: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The command that makes it, fit to be run."""
        port = "" if self.ssh_port in {None, 22} else f"-p {self.ssh_port} "
        host = f"[{self.host}]" if ":" in self.host else self.host
        options = "".join(f"{word} " for word in self.options)
        # Some shells take the brackets for a pattern.
        spec = quote(f"{self.local_port}:{host}:{self.port}")
        return f"ssh -N {options}{port}-L {spec} {self.destination}"


@dataclass(frozen=True, slots=True)
class Owner:
    """The program that listens on the gateway's port on this machine.

    program: its name, None where the system does not tell (another user's process). pid: None likewise. binds: the
    addresses on which it listens, e.g. `0.0.0.0`; empty where the system does not tell.
    """

    program: str | None = None
    pid: int | None = None
    binds: tuple[str, ...] = ()

    @property
    def everywhere(self) -> bool:
        """True where it listens on every network of this machine."""
        return bool({"0.0.0.0", "::"} & set(self.binds))  # noqa: S104 (recognised, not bound)


@dataclass(frozen=True, slots=True)
class Way:
    """How our requests reach the gateway.

    kind: of the hop that matters. told_by: how that is known. owner: who listens on the port, where that is this
    machine. forward: the `ssh -L` that does, now or when it was last seen. interface: the network interface on the
    route, where the gateway is elsewhere. tunnel: the agent on this machine that belongs to this very way: its public
    address is the one we ask, or it is Tailscale's, over whose network the address is. unknown: what could not be
    found out, in a sentence, None where nothing is missing.
    """

    kind: PathKind
    told_by: ToldBy
    owner: Owner | None = None
    forward: Forward | None = None
    interface: str | None = None
    tunnel: Tunnel | None = None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the settings say of the way. kind: None where they leave it to us. agents: where to ask tunnels' agents."""

    kind: PathKind | None = None
    agents: tuple[Address, ...] = ()
