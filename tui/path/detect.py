"""Finds out which way our requests go, which tunnels lead to the gateway, and what of it is open that should not be."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from tui.clock import Clock, within
from tui.domain.address import Address, PathKind
from tui.domain.finding import Finding
from tui.domain.tunnel import Tunnel
from tui.domain.way import Owner, Way
from tui.path import local, wireguard
from tui.path.agents import Ask, Missed, asked
from tui.path.argv import PROGRAMS, secret_in
from tui.path.interfaces import InterfaceKind
from tui.path.machine import Listeners, Machine
from tui.path.ssh import PROGRAMS as SSH_PROGRAMS
from tui.path.ssh import SshCommand, ssh_command
from tui.path.way import Hints, Looked, the_way

log = logging.getLogger(__name__)

SECONDS = 2.0
"""How long each part of detection may take; a part that takes longer is left out."""

__all__ = ["SECONDS", "Hints", "Seen", "detect"]

_SECRETS_MOST = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """All that the agents of a kind told where one of them did not answer in time."""

    tunnels: tuple[Tunnel, ...] = ()


NOT_HEARD = Heard()

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Seen:
    """What detection found. tunnels: of all agents that run here, whether they lead to the gateway or not.

    missed: the kinds of which an agent did not answer in time; what was known of it before is among the tunnels.
    """

    way: Way
    tunnels: tuple[Tunnel, ...] = ()
    findings: tuple[Finding, ...] = ()
    missed: frozenset[PathKind] = frozenset()


async def detect(
    address: Address, hints: Hints, clock: Clock, machine: Machine, agents: Mapping[PathKind, Ask] | None = None
) -> Seen:
    """Look this machine over. Never raises for what it finds or does not find; costs the gateway no request.

    agents: who asks the tunnels' agents, by kind; the real ones unless a test says otherwise.
    """
    nothing = Looked(here=address.loopback, complete=False, taken=None)
    looked, secrets = await asyncio.gather(
        _bounded(clock, lambda: asyncio.to_thread(look, address, machine), nothing),
        _bounded(clock, lambda: asyncio.to_thread(_secrets, machine), ()),
    )
    (tunnels, missed), itself, open_port = await asyncio.gather(
        _agents_tunnels(address, hints, looked, clock, agents),
        _wireguard(looked, clock),
        _open_port(address, looked, clock, machine),
    )
    open_agents = await _bounded(clock, lambda: asyncio.to_thread(_open_agents, tunnels, machine), ())
    way = the_way(address, hints, looked, (*tunnels, *itself))
    return Seen(way, tunnels, (*open_port, *open_agents, *secrets), missed)


def look(address: Address, machine: Machine) -> Looked:
    """What the machine tells of the address. Blocks: looks up a name, and reads the system's tables."""
    loopback = address.loopback
    addresses = () if loopback or address.kind.by_edge else machine.addresses(address.host)
    if loopback or any(machine.own(ip) for ip in addresses):
        return _looked_here(address, machine, addresses, machine.listeners(address.port))
    interface = next((name for ip in addresses[:2] if (name := machine.interface_to(ip))), None)
    kind = machine.kind_of(interface) if interface else None
    return Looked(addresses=addresses, interface=interface, interface_kind=kind)


def _looked_here(address: Address, machine: Machine, addresses: tuple[str, ...], listeners: Listeners) -> Looked:
    owners = _reached(address, addresses, listeners.owners)
    command = SshCommand()
    owner = owners[0] if owners else None
    if owner is not None and owner.program in SSH_PROGRAMS and owner.pid is not None:
        command = ssh_command(machine.arguments(owner.pid) or (), owner.program)
    return Looked(
        here=True,
        owners=owners,
        complete=listeners.complete,
        taken=listeners.taken,
        command=command,
        addresses=addresses,
    )


def _reached(address: Address, addresses: tuple[str, ...], owners: tuple[Owner, ...]) -> tuple[Owner, ...]:
    """The programs that a connection to the address may end at, the one that it does first.

    IPv6 is tried first, and an address of one's own goes before all of the machine's.
    """
    name = address.host.removesuffix(".")
    localhost = name == "localhost" or name.endswith(".localhost")
    ips = ("::1", "127.0.0.1") if localhost else addresses or (name,)
    order = [bind for ip in sorted(ips, key=lambda ip: ":" not in ip) for bind in _takers(ip)]

    def rank(owner: Owner) -> int:
        return min((order.index(bind) for bind in owner.binds if bind in order), default=len(order))

    ranked = sorted(owners, key=rank)
    return tuple(owner for owner in ranked if not owner.binds or rank(owner) < len(order))


def _takers(ip: str) -> tuple[str, ...]:
    """The binds that take a connection to that address. `::` takes IPv4 too, unless it was told not to."""
    return (ip, "::") if ":" in ip else (ip, "0.0.0.0", "::")  # noqa: S104 (recognised, not bound)


def _secrets(machine: Machine) -> tuple[Finding, ...]:
    """What is amiss with the arguments of programs that make tunnels. Blocks."""
    found: list[Finding] = []
    for program in machine.running(PROGRAMS):
        finding = secret_in(program.pid, program.name, machine.arguments(program.pid) or ())
        if finding is not None:
            found.append(finding)
    return tuple(found[:_SECRETS_MOST])


def _open_agents(tunnels: tuple[Tunnel, ...], machine: Machine) -> tuple[Finding, ...]:
    """What is amiss with where the agents tell of themselves, each once. Blocks."""
    by_port = {port: tunnel for tunnel in tunnels if (port := local.agent_port(tunnel)) is not None}
    found = (
        local.agent_open(tunnel, owner) for port, tunnel in by_port.items() for owner in machine.listeners(port).owners
    )
    return tuple(dict.fromkeys(each for each in found if each is not None))


async def _open_port(address: Address, looked: Looked, clock: Clock, machine: Machine) -> tuple[Finding, ...]:
    if not looked.owners:
        return ()
    owner = looked.owners[0]

    def doing() -> Coroutine[Any, Any, tuple[Finding, ...]]:
        return local.findings(owner, address.port, machine.system, root=machine.root, clock=clock)

    return await _bounded(clock, doing, (), seconds=2 * SECONDS)


async def _wireguard(looked: Looked, clock: Clock) -> tuple[Tunnel, ...]:
    if looked.interface is None or looked.interface_kind is not InterfaceKind.WIREGUARD:
        return ()
    tunnel = await _bounded(clock, partial(wireguard.tunnel, looked.interface, clock), None, seconds=2 * SECONDS)
    return () if tunnel is None else (tunnel,)


async def _agents_tunnels(
    address: Address, hints: Hints, looked: Looked, clock: Clock, agents: Mapping[PathKind, Ask] | None
) -> tuple[tuple[Tunnel, ...], frozenset[PathKind]]:
    """What the agents on this machine tell, side by side, and whose did not; one that fails takes nothing with it."""
    wanted = _kinds_to_ask(address, hints, looked)
    if not wanted:
        return (), frozenset()
    port = address.port if looked.here else 0
    # Tailscale knows its own names, and of any other only the number behind it.
    own_name = address.kind is PathKind.TAILSCALE or not looked.addresses
    host = address.host if own_name else looked.addresses[0]
    if agents is not None:
        return await _all(agents, wanted, port, hints, host, clock)
    async with asked(clock, tls=address.scheme == "https") as real:
        return await _all(real, wanted, port, hints, host, clock)


async def _all(
    agents: Mapping[PathKind, Ask], wanted: frozenset[PathKind], port: int, hints: Hints, host: str, clock: Clock
) -> tuple[tuple[Tunnel, ...], frozenset[PathKind]]:
    at = hints.agents
    # Where the settings name an agent of a kind, it is nobody else's address.
    mine = hints.kind if hints.kind in agents else None
    asking = {
        kind: _bounded(
            clock, partial(_awaited, partial(ask, port, at if mine in {None, kind} else (), host)), NOT_HEARD
        )
        for kind, ask in agents.items()
        if kind in wanted
    }
    heard = dict(zip(asking, await asyncio.gather(*asking.values()), strict=True))
    missed = frozenset(kind for kind, each in heard.items() if isinstance(each, Heard))
    tunnels = [tunnel for kind, each in heard.items() for tunnel in _with_known(kind, each, hints.known)]
    return tuple(tunnels), missed


def _with_known(kind: PathKind, found: tuple[Tunnel, ...] | Heard, known: tuple[Tunnel, ...]) -> tuple[Tunnel, ...]:
    """What was found, and in place of what was not heard in time, what was known of it."""
    if not isinstance(found, Heard):
        return found
    seen = {(tunnel.name, tunnel.agent) for tunnel in found.tunnels}
    kept = (each for each in known if each.kind is kind and (each.name, each.agent) not in seen)
    return (*found.tunnels, *kept)


def _kinds_to_ask(address: Address, hints: Hints, looked: Looked) -> frozenset[PathKind]:
    """The agents that may have a say: all beside the gateway; elsewhere those of the address's own kind.

    A name of the user's own may be any tunnel's, and its agent may run here.
    """
    every = frozenset({PathKind.NGROK, PathKind.CLOUDFLARE, PathKind.TAILSCALE, PathKind.FRP})
    if looked.here:
        return every
    kinds = {address.kind, hints.kind}
    if address.kind is PathKind.REMOTE:
        kinds |= {PathKind.NGROK, PathKind.CLOUDFLARE}
    if looked.interface_kind is InterfaceKind.TAILSCALE:
        kinds.add(PathKind.TAILSCALE)
    return every & kinds


async def _awaited(call: Callable[[], Awaitable[tuple[Tunnel, ...]]]) -> tuple[Tunnel, ...] | Heard:
    try:
        return await call()
    except Missed as missed:
        return Heard(missed.found)


async def _bounded(
    clock: Clock, doing: Callable[[], Coroutine[Any, Any, T]], otherwise: U, seconds: float = SECONDS
) -> T | U:
    """What it returns, or `otherwise` where it takes too long or breaks.

    It is called here, and not before: an end that comes before the first step would leave a coroutine that nobody
    awaits, and Python says so on the user's terminal.
    """
    try:
        result: T = await within(clock, seconds, doing())
    except TimeoutError:
        return otherwise
    except Exception:
        # A part that breaks must not take what the others found with it, nor the monitor.
        log.exception("a part of looking the machine over failed")
        return otherwise
    return result
