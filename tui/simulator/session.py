"""The life of a simulated login and of the brokerage session in it, moved on by whoever looks at it.

Two tiers: the login (SSO) opens the portfolio, and ends at the region's midnight or with the gateway's process. The
brokerage session opens `/iserver`, and ends for want of traffic or because another login takes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from tui.clock import Moment
from tui.simulator.regions import NEW_JERSEY, last_reset, next_reset

SSO_WINDOW = 600.0
"""Seconds after which IBKR would forget a login without traffic; the gateway's own ping comes before that."""
SSO_PING = 300.0
_ON_THE_WAY = 5.35
_LOGGED_IN_FOR = timedelta(hours=2)
_AFTER_RESET = timedelta(minutes=1)
NOT_FORCED = "Force compete capability must be used together with compete flag"


class Link(StrEnum):
    """How far a user's session reaches.

    OUT: nobody is logged in. DOWN: a login, no link to the brokerage. LAPSED: the brokerage session ended. TAKEN:
    another login has it. LOADING: opened, its accounts not loaded. LIVE: all there. CONTESTED: about to be taken.
    """

    OUT = "out"
    DOWN = "down"
    LAPSED = "lapsed"
    TAKEN = "taken"
    LOADING = "loading"
    LIVE = "live"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Flags:
    """The brokerage session as the auth status tells it."""

    authenticated: bool
    established: bool
    connected: bool = True
    competing: bool = False


FLAGS: Mapping[Link, Flags] = MappingProxyType(
    {
        Link.OUT: Flags(authenticated=False, established=False, connected=False),
        Link.DOWN: Flags(authenticated=False, established=False, connected=False),
        Link.LAPSED: Flags(authenticated=False, established=False),
        Link.TAKEN: Flags(authenticated=False, established=False, competing=True),
        Link.LOADING: Flags(authenticated=True, established=False),
        Link.LIVE: Flags(authenticated=True, established=True),
        Link.CONTESTED: Flags(authenticated=True, established=True, competing=True),
    }
)
_OPEN = frozenset({Link.LOADING, Link.LIVE, Link.CONTESTED})


@dataclass(frozen=True, slots=True)
class Timers:
    """How long things last, seconds.

    idle: from the last tickle or brokerage request to the end of the brokerage session. loading: from its opening
    until its accounts are there. greeting: from a websocket's handshake to its first frame. penalty: for which IBKR
    answers nothing but 429 after a limit was exceeded. page_cache: for which a page of positions is not read anew.
    """

    idle: float = 360.0
    loading: float = 3.0
    greeting: float = 3.0
    penalty: float = 600.0
    page_cache: float = 30.0


AS_REAL = Timers()


class Session:
    """One user's session. Call `pass_to` with the present moment before reading anything from it.

    establishes: False leaves it LOADING for ever. portfolio_open: the portfolio's accounts were asked for in this
    login. accounts_asked, pnl_asked: so were these, in this brokerage session. fail: why the last try to open it
    came to nothing. remembered: this process of the gateway has seen a login, whether or not it still holds.
    """

    def __init__(self, now: Moment, region: str = NEW_JERSEY) -> None:
        self.timers = AS_REAL
        self.region = region
        self.link = Link.OUT
        self.establishes = True
        self.login_at: datetime | None = None
        self.remembered = False
        self.portfolio_open = False
        self.accounts_asked = False
        self.pnl_asked = False
        self.fail = ""
        self._asked: Moment = now
        self._active: Moment = now
        self._opened: Moment = now

    @property
    def flags(self) -> Flags:
        """What the auth status says."""
        return FLAGS[self.link]

    @property
    def bridged(self) -> bool:
        """Whether `/iserver` answers; else it says `no bridge`."""
        return self.link in {Link.LIVE, Link.CONTESTED}

    def pass_to(self, now: Moment) -> None:
        """Let time do what it does: load accounts, end an idle brokerage session, end every login at midnight."""
        if self.login_at is not None and now.wall >= next_reset(self.login_at, self.region):
            self.log_out()
        loaded = self.establishes and now.seconds_since(self._opened) >= self.timers.loading
        if self.link is Link.LOADING and loaded:
            self.link = Link.LIVE
        if self.link in _OPEN and now.seconds_since(self._active) >= self.timers.idle:
            self.link = Link.LAPSED

    def log_in(self, now: Moment) -> None:
        """A login in the browser, after which the gateway opens the brokerage session by itself."""
        self._begin(now, now.wall)
        self._open(now)

    def log_out(self) -> None:
        """The login is gone, and with it all that was asked for in it."""
        self.link = Link.OUT
        self.login_at = None
        self.portfolio_open = False
        self.fail = ""

    def restart(self) -> None:
        """The gateway's process is another one, that knows of no login."""
        self.log_out()
        self.remembered = False

    def become(self, link: Link, now: Moment) -> None:
        """Bring it there without a user's doing. Where a login is needed and missing, it began two hours ago."""
        if link is Link.OUT:
            self.log_out()
            return
        if self.login_at is None and link is Link.LOADING:
            self._begin(now, now.wall)
        if self.login_at is None:
            self._begin(now, max(now.wall - _LOGGED_IN_FOR, last_reset(now.wall, self.region) + _AFTER_RESET))
        if link in _OPEN and (self.link not in _OPEN or link is Link.LOADING):
            self._open(now)
        self.link = link
        self._active = now

    def open_brokerage(self, now: Moment, *, compete: bool) -> bool:
        """Open the brokerage session within this login; False where another login has it and may keep it."""
        if self.link is Link.TAKEN and not compete:
            self.fail = NOT_FORCED
            return False
        if self.link not in {Link.LOADING, Link.LIVE}:
            self._open(now)
        self._active = now
        return True

    def asked(self, now: Moment) -> None:
        """A request came that the login answers for: its window opens anew."""
        self._asked = now

    def kept_alive(self, now: Moment) -> None:
        """A tickle or a brokerage request came. The auth status is none: nobody promises that it keeps anything."""
        self._active = now

    def expires_ms(self, now: Moment) -> int:
        """Milliseconds left in the login's rolling window, as `ssoExpires` tells them."""
        if self.login_at is None:
            return 0
        since_ping = (now.wall - self.login_at).total_seconds() % SSO_PING
        idle = min(now.seconds_since(self._asked), since_ping)
        return max(0, int((SSO_WINDOW - _ON_THE_WAY - idle) * 1000))

    def _begin(self, now: Moment, at: datetime) -> None:
        self.log_out()
        self.login_at = at
        self.remembered = True
        self._asked = now

    def _open(self, now: Moment) -> None:
        self.link = Link.LOADING
        self._opened = self._active = now
        self.accounts_asked = self.pnl_asked = False
        self.fail = ""
