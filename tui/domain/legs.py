"""The legs from here to IBKR: what each takes, why it is not known where it is not, and which one is broken."""

from dataclasses import dataclass
from enum import StrEnum

from tui.domain.path import PathState
from tui.domain.stamped import Stamped
from tui.domain.verdict_name import VerdictName


class LegName(StrEnum):
    """What a leg leads to."""

    EDGE = "edge"
    """The tunnel's servers on the internet."""
    AGENT = "agent"
    """The tunnel's program beside the gateway."""
    GATEWAY = "gateway"
    IBKR = "ibkr"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg. took: seconds there and back, None where that is not known. reason: why, empty where it is known.

    broken: whether the verdict says that this is where it ends.
    """

    name: LegName
    took: Stamped[float] | None = None
    reason: str = ""
    broken: bool = False


NOT_YET = "not measured yet"
_ONLY_THE_AGENT = "only the agent can tell, on its own machine; counted into the next leg"
_TOO_CLOSE = "less than what the legs before it vary by"

_TUNNEL = frozenset({VerdictName.TUNNEL_DOWN, VerdictName.TUNNEL_DENIED})
_GATEWAY = frozenset(
    {
        VerdictName.GATEWAY_DOWN,
        VerdictName.WRONG_SCHEME,
        VerdictName.UNTRUSTED_CERTIFICATE,
        VerdictName.NOT_A_GATEWAY,
        VerdictName.DENIED,
        VerdictName.MISCONFIGURED,
    }
)
_IBKR = frozenset({VerdictName.BACKEND_HUNG, VerdictName.BACKEND_DOWN, VerdictName.EDGE_DENIED})


def broken_leg(path: PathState, verdict: VerdictName) -> LegName | None:
    """Where the way ends by that verdict; None where it does not."""
    if verdict in _TUNNEL:
        if path.by_edge:
            return LegName.AGENT if verdict is VerdictName.TUNNEL_DOWN else LegName.EDGE
        return LegName.GATEWAY
    if verdict is VerdictName.UNREACHABLE:
        return LegName.EDGE if path.by_edge else LegName.GATEWAY
    if verdict in _GATEWAY:
        return LegName.GATEWAY
    return LegName.IBKR if verdict in _IBKR else None


def legs(path: PathState, verdict: VerdictName) -> tuple[Leg, ...]:
    """The way's legs in their order, from this machine to IBKR; what lies behind a broken one is not known."""
    found = _measured(path)
    broken = broken_leg(path, verdict)
    if broken is None:
        return found
    at = next(i for i, leg in enumerate(found) if leg.name is broken)
    behind = (Leg(leg.name, None, "the way is broken before it") for leg in found[at + 1 :])
    return (*found[:at], Leg(broken, None, "here it ends", broken=True), *behind)


def _measured(path: PathState) -> tuple[Leg, ...]:
    if path.by_edge:
        return (_of(LegName.EDGE, path.connect), _agent(path), _behind_edge(path), _ibkr(path))
    return (_gateway(path), _ibkr(path))


def _of(name: LegName, took: Stamped[float] | None, reason: str = NOT_YET) -> Leg:
    return Leg(name, took, "" if took else reason)


def _gateway(path: PathState) -> Leg:
    """Through a forwarding program the handshake ends on this machine, so that only an answer tells."""
    return _of(LegName.GATEWAY, path.own if path.by_program else path.connect)


def _agent(path: PathState) -> Leg:
    tunnel = path.way.value.tunnel if path.way else None
    if tunnel is None or path.way is None:
        return Leg(LegName.AGENT, None, _ONLY_THE_AGENT)
    if tunnel.edge is None:
        return Leg(LegName.AGENT, None, tunnel.edge_reason)
    return Leg(LegName.AGENT, Stamped(tunnel.edge, path.way.at))


def _behind_edge(path: PathState) -> Leg:
    """An answer of the gateway's own, less the legs before it as far as they are known."""
    agent = _agent(path).took
    before = (path.connect.value if path.connect else 0.0) + (agent.value if agent else 0.0)
    return _beyond(LegName.GATEWAY, path.own, before if path.connect else None)


def _ibkr(path: PathState) -> Leg:
    """A forwarded answer, less one that the gateway gave itself; before there is one, less a round trip to it."""
    forwarded = path.first_byte if path.forwarded else None
    if path.own is not None:
        return _beyond(LegName.IBKR, forwarded, path.own.value)
    if path.by_program or path.by_edge:
        return Leg(LegName.IBKR, None, NOT_YET)
    return _beyond(LegName.IBKR, forwarded, path.connect.value if path.connect else None)


def _beyond(name: LegName, whole: Stamped[float] | None, before: float | None) -> Leg:
    if whole is None or before is None:
        return Leg(name, None, NOT_YET)
    left = whole.value - before
    return Leg(name, Stamped(left, whole.at)) if left > 0 else Leg(name, None, _TOO_CLOSE)
