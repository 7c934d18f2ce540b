"""The path's slice: the address, which way leads there, and what each part of it takes."""

from dataclasses import dataclass, field

from tui.domain.address import Address, PathKind
from tui.domain.exposure import Exposure
from tui.domain.finding import Finding
from tui.domain.latency import Gauges
from tui.domain.stamped import Stamped
from tui.domain.tunnel import Tunnel
from tui.domain.way import Way


@dataclass(frozen=True, slots=True)
class Timing:
    """What one exchange took, in seconds.

    connect: the TCP handshake, one round trip to whatever listens; None on a reused connection.
    tls: the TLS handshake; None without one. first_byte: from the request's first byte sent to the answer's first
    byte; None where none came. forwarded: True where the answer came from behind the gateway, so that
    first_byte spans the way to IBKR too. ibkr: what IBKR says of its own part, by its timing headers; None where it
    says nothing. lagged: True where this process was too busy meanwhile for its times to be worth anything. via: the
    tunnel whose edge handed the answer over, by its marks; None where it bears none.
    """

    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    forwarded: bool = False
    ibkr: float | None = None
    lagged: bool = False
    via: PathKind | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the way costs. metered: whether every request counts against an allowance; monthly: that allowance.

    monthly: requests a month, None where it is not known.
    """

    metered: bool = False
    monthly: int | None = None


@dataclass(frozen=True, slots=True)
class PathState:
    """The path's slice. Every figure is in seconds, with the time at which it was measured; None until then.

    connect: a TCP handshake with whatever listens at the address. first_byte: the newest answer's first byte,
    `forwarded` where it came from behind the gateway. own: the first byte of an answer that the gateway gave itself.
    ibkr: IBKR's own part, as its headers tell. way: which way the requests go. tunnels: those that lead to this gateway
    from elsewhere, by agents on this machine. findings: what is open that should not be. exposure: what the public
    addresses answered to a stranger, None until the user asked. gauges: what the newest exchanges took. high: seconds
    from which on that is called high; None for what is usual for the kind of way.
    """

    address: Address
    connect: Stamped[float] | None = None
    first_byte: Stamped[float] | None = None
    forwarded: bool = False
    own: Stamped[float] | None = None
    ibkr: Stamped[float] | None = None
    way: Stamped[Way] | None = None
    tunnels: tuple[Tunnel, ...] = ()
    findings: tuple[Finding, ...] = ()
    exposure: Exposure | None = None
    plan: Plan = Plan()
    gauges: Gauges = field(default_factory=Gauges)
    high: float | None = None

    @property
    def kind(self) -> PathKind:
        """How the gateway is reached, as far as it is known; by the address alone until it was looked at."""
        return self.way.value.kind if self.way else self.address.kind

    @property
    def by_edge(self) -> bool:
        """True where our requests go to a company's servers on the internet, which hand them to an agent."""
        return self.kind.by_edge and not self.address.loopback

    @property
    def by_program(self) -> bool:
        """True where a tunnel's program on this machine takes them, so that connecting tells nothing of the way."""
        return self.kind.forwarded or (self.kind.by_edge and self.address.loopback)
