"""The world around a monitor: what stands between it and IBKR at each moment, and what a monitor should say of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tests.support.clock import ManualClock
from tests.support.rig import Rig
from tests.support.ways import FORWARD, LOCAL, NGROK
from tui.clock import Moment
from tui.domain.address import Address, PathKind
from tui.domain.tunnel import Tunnel
from tui.domain.way import ToldBy, Way
from tui.path.detect import Hints, Seen
from tui.simulator.messages import Hang, Reply, Request, reply
from tui.simulator.session import Link
from tui.simulator.situations import Situation, Upstream

BY_SSH = Way(PathKind.SSH, ToldBy.SETTINGS, forward=FORWARD)
_LIMITED = reply(429, b'{"error":"Too many requests"}', ((b"Content-Type", b"application/json"),))


class Connections(StrEnum):
    """What happens to connections on their way."""

    OPEN = "open"
    REFUSED = "refused"
    CUT = "cut"


_BY_UPSTREAM = {
    Upstream.SILENT: "backend_hung",
    Upstream.UNAVAILABLE: "backend_down",
    Upstream.BROKEN: "backend_down",
    Upstream.LIMITS: "rate_limited",
    Upstream.FORBIDS: "edge_denied",
}
_BY_LINK = {
    Link.OUT: "login_required",
    Link.DOWN: "logged_out",
    Link.LAPSED: "session_lapsed",
    Link.TAKEN: "competing",
    Link.LOADING: "initialising",
    Link.LIVE: "ready",
    Link.CONTESTED: "contested",
}


@dataclass
class Looks:
    """What looks over the machine find, and how often what they found has changed, as the journal should tell it.

    tunnel: the agent that publishes the gateway. told: counts of changes between what two looks in a row were told.
    """

    way: Way = LOCAL
    tunnel: Tunnel = NGROK
    told: dict[str, int] = field(default_factory=lambda: {"way": 0, "address": 0, "down": 0, "up": 0})
    _before: tuple[Way, Tunnel] | None = None

    async def __call__(self, _address: Address, _hints: Hints) -> Seen:
        """One look."""
        if self._before is not None:
            way, tunnel = self._before
            self.told["way"] += way.kind is not self.way.kind
            self.told["address"] += tunnel.public_url != self.tunnel.public_url
            self.told["down"] += bool(tunnel.up and not self.tunnel.up)
            self.told["up"] += bool(self.tunnel.up and not tunnel.up)
        self._before = self.way, self.tunnel
        return Seen(self.way, (self.tunnel,), ())


class Theirs:
    """IBKR's clock: it goes on while our machine sleeps, and nobody sets it. slept: seconds so far."""

    def __init__(self, ours: ManualClock) -> None:
        self.slept = 0.0
        self._ours = ours
        self._start = ours.now()

    def now(self) -> Moment:
        """The present moment there."""
        return self._start.plus(self._ours.now().ticks - self._start.ticks + self.slept)

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds in which our machine is awake."""
        await self._ours.sleep(seconds)


@dataclass
class Outage:
    """A stretch in which no tickle could be answered. ends: None while it lasts; seconds on the monotonic clock.

    passing: whether a client may try again quickly after it. asleep: seconds of it that the machine slept.
    """

    began: float
    ends: float | None = None
    passing: bool = True
    asleep: float = 0.0


class World:
    """Levers for what happens, and the truth about it, of which no code of the engine is asked.

    upstream: what IBKR's servers do. way: what happens to connections. limited: the end of a path that alone is
    answered 429. elapsed: seconds of the real world since the beginning, through suspends. jumps_forward, jumps_back,
    sleeps: how often that happened. woken: when the machine woke, on the monotonic clock, and how long it had slept.
    forward_at: when our clock was last set forward, by IBKR's.
    outages: in the order of time, the oldest forgotten.
    """

    def __init__(self, rig: Rig, looks: Looks, theirs: Theirs) -> None:
        self.rig = rig
        self.theirs = theirs
        self.looks = looks
        self.upstream = Upstream.ANSWERS
        self.way = Connections.OPEN
        self.limited: str | None = None
        self.elapsed = 0.0
        self.jumps_forward = self.jumps_back = self.sleeps = self.refreshes = 0
        self.forward_at = float("-inf")
        self.woken: list[tuple[float, float]] = []
        self.outages: list[Outage] = []
        self._honest = rig.gateway.respond
        self._usual: Callable[[], Situation] = rig.gateway._situation
        rig.gateway._situation = self._situation  # type: ignore[method-assign]
        rig.gateway.respond = self._respond  # type: ignore[method-assign]

    @property
    def clock(self) -> ManualClock:
        """Our machine's clock."""
        return self.rig.clock

    @property
    def link(self) -> Link:
        """How far the session behind the gateway reaches now."""
        session = self.rig.gateway.session
        session.pass_to(self.theirs.now())
        return session.link

    def expected(self) -> str:
        """The verdict that the contract has for what is so now."""
        by_ssh = self.looks.way is BY_SSH
        match self.way:
            case Connections.REFUSED:
                return "tunnel_down" if by_ssh else "gateway_down"
            case Connections.CUT:
                return "gateway_down"
        return _BY_UPSTREAM.get(self.upstream) or _BY_LINK[self.link]

    def answerable(self) -> bool:
        """Whether a tickle that is sent now would be answered as one that keeps a session alive."""
        return self.way is Connections.OPEN and self.upstream is Upstream.ANSWERS and self.link is not Link.OUT

    def can_log_in(self) -> bool:
        """Whether a person's browser gets through to IBKR's login page."""
        return self.way is Connections.OPEN and self.upstream is Upstream.ANSWERS

    def passing(self) -> bool:
        """Whether what keeps a tickle from being answered now is of the kind after which it may be tried quickly."""
        return self.way is not Connections.OPEN or self.upstream in {
            Upstream.SILENT,
            Upstream.UNAVAILABLE,
            Upstream.BROKEN,
        }

    def look(self) -> None:
        """Note whether a tickle could be answered now; to be called after every change."""
        now = self.clock.now().ticks
        last = self.outages[-1] if self.outages else None
        lasting = last is not None and last.ends is None
        if not self.answerable():
            if not lasting:
                self.outages = [*self.outages[-199:], Outage(now, passing=self.passing())]
            elif last is not None:
                last.passing = self.passing()  # what it was at its end is what counts for the way back
        elif lasting and last is not None:
            last.ends = now

    def there(self, ticks: float) -> float:
        """What IBKR's clock says, in seconds, when our monotonic one says that."""
        return ticks + sum(seconds for at, seconds in self.woken if at < ticks)

    def refuse(self) -> None:
        """Nobody listens at the port any more: the connections break."""
        self.way, self.rig.transport.refused = Connections.REFUSED, True
        self.rig.transport._cut()

    def cut(self) -> None:
        """A program takes connections and cuts them."""
        self.way = Connections.CUT
        self.rig.transport.cut()

    def mend(self) -> None:
        """The way is open."""
        self.way = Connections.OPEN
        self.rig.transport.refused = self.rig.transport.cuts = False

    def restart(self) -> None:
        """The gateway's process is another one, that knows of no login."""
        self.rig.transport.restart()

    async def sleep(self, seconds: float) -> None:
        """The machine sleeps; the world goes on."""
        now = self.clock.now().ticks
        await self.clock.suspend(seconds)
        self.elapsed += seconds
        self.theirs.slept += seconds
        self.sleeps += 1
        self.woken.append((now, seconds))
        lasting = self.outages and self.outages[-1].ends is None
        if lasting:
            self.outages[-1].asleep += seconds
        else:
            self.outages = [*self.outages[-199:], Outage(now, now, asleep=seconds)]

    def set_clock(self, seconds: float) -> None:
        """The wall clock is set forward, or back."""
        self.clock.jump_wall(seconds)
        self.jumps_forward += seconds > 0
        if seconds > 0:
            self.forward_at = self.theirs.now().ticks
        self.jumps_back += seconds < 0

    def another_address(self, number: int) -> None:
        """The tunnel comes back under another public address."""
        self.looks.tunnel = replace(self.looks.tunnel, public_url=f"https://a{number}.ngrok-free.app")

    def _situation(self) -> Situation:
        return replace(self._usual(), upstream=self.upstream)

    def _respond(self, request: Request) -> Reply | Hang:
        if self.limited is not None and request.path.partition("?")[0].endswith(self.limited):
            return _LIMITED
        return self._honest(request)
