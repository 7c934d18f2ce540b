"""What each scenario is, as data: a script of situations, the session that each begins with, and who holds what."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tui.simulator.scenarios import Scenario
from tui.simulator.session import AS_REAL, Link, Timers


class AllowList(StrEnum):
    """What the gateway's own list of addresses makes of this machine."""

    ADMITS = "admits"
    REFUSES = "refuses"
    CHOKES = "chokes"


class Upstream(StrEnum):
    """What IBKR's servers, behind the gateway, do with a request.

    UNAVAILABLE: 503, as during their restart. BROKEN: 500. SILENT: nothing, since they can't be reached. LIMITS: 429.
    FORBIDS: 403 from their edge, which refuses the gateway's public address.
    """

    ANSWERS = "answers"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"
    SILENT = "silent"
    LIMITS = "limits"
    FORBIDS = "forbids"


class Distortion(StrEnum):
    """What happens to IBKR's answers on the way."""

    NONE = "none"
    GARBAGE = "garbage"
    HOSTILE = "hostile"


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that can change while a scenario plays.

    listens: False refuses connections, and cuts those that are open. session: what it becomes when the situation
    begins; None leaves it as it is. establishes: a brokerage session gets its accounts.
    """

    listens: bool = True
    allow_list: AllowList = AllowList.ADMITS
    upstream: Upstream = Upstream.ANSWERS
    session: Link | None = None
    establishes: bool = True


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whose accounts there are. accounts, positions (in each): at least so many. advisor: they are an advisor's."""

    accounts: int = 1
    positions: int = 0
    advisor: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """A situation and how many seconds it lasts."""

    seconds: float
    situation: Situation


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario. repeats: it starts again after its last phase, which lasts for ever otherwise.

    delay: seconds that each answer of IBKR's takes. no_session: IBKR says so with 200 instead of 401. login_ends_it:
    a login in the browser leads to `ready`; else the scenario goes on with that login.
    """

    phases: tuple[Phase, ...]
    repeats: bool = False
    timers: Timers = AS_REAL
    crowd: Crowd = Crowd()
    distortion: Distortion = Distortion.NONE
    delay: float = 0.0
    no_session: bool = False
    login_ends_it: bool = False


def _about_the_session(link: Link, *, establishes: bool = True, no_session: bool = False) -> Script:
    situation = Situation(session=link, establishes=establishes)
    return Script((Phase(math.inf, situation),), no_session=no_session, login_ends_it=True)


def _about_the_way(allow_list: AllowList = AllowList.ADMITS, upstream: Upstream = Upstream.ANSWERS) -> Script:
    return Script((Phase(math.inf, Situation(allow_list=allow_list, upstream=upstream)),))


def _live(crowd: Crowd = Crowd(), distortion: Distortion = Distortion.NONE, delay: float = 0.0) -> Script:
    return Script((Phase(math.inf, Situation(session=Link.LIVE)),), crowd=crowd, distortion=distortion, delay=delay)


_OUT = Situation(session=Link.OUT)
_OPENING = Situation(session=Link.LOADING)
_LIVE = Situation(session=Link.LIVE)

_FLAPPING = Script((Phase(20, _LIVE), Phase(20, Situation(upstream=Upstream.BROKEN))), repeats=True)
_RESTARTING = Script(
    (Phase(10, Situation(listens=False, session=Link.OUT)), Phase(30, _OUT), Phase(math.inf, _OPENING))
)
# A trading day in three minutes: each phase lasts longer than a client with a poll in five seconds and a read
# timeout of twelve needs to notice it.
_DAY = Script(
    (
        Phase(12, _OUT),
        Phase(8, Situation(session=Link.LOADING, establishes=False)),
        Phase(25, _LIVE),
        Phase(15, Situation(session=Link.TAKEN)),
        Phase(20, _OPENING),
        Phase(15, Situation(upstream=Upstream.UNAVAILABLE)),
        Phase(28, Situation(upstream=Upstream.SILENT)),
        Phase(25, _LIVE),
        Phase(12, Situation(session=Link.LAPSED)),
        Phase(15, _OPENING),
        Phase(12, _OUT),
    ),
    repeats=True,
    timers=Timers(idle=90.0, loading=2.0, greeting=1.0, penalty=20.0, page_cache=5.0),
)

SCRIPTS: Mapping[Scenario, Script] = MappingProxyType(
    {
        Scenario.READY: _about_the_session(Link.LIVE),
        Scenario.LOGIN_REQUIRED: _about_the_session(Link.OUT),
        Scenario.NO_SESSION: _about_the_session(Link.OUT, no_session=True),
        Scenario.LOGGED_OUT: _about_the_session(Link.DOWN),
        Scenario.COMPETING: _about_the_session(Link.TAKEN),
        Scenario.LAPSED: _about_the_session(Link.LAPSED),
        Scenario.INITIALISING: _about_the_session(Link.LOADING, establishes=False),
        Scenario.CONTESTED: _about_the_session(Link.CONTESTED),
        Scenario.DENIED: _about_the_way(AllowList.REFUSES),
        Scenario.MISCONFIGURED: _about_the_way(AllowList.CHOKES),
        Scenario.EDGE_DENIED: _about_the_way(upstream=Upstream.FORBIDS),
        Scenario.RATE_LIMITED: _about_the_way(upstream=Upstream.LIMITS),
        Scenario.BACKEND_DOWN: _about_the_way(upstream=Upstream.UNAVAILABLE),
        Scenario.BACKEND_HUNG: _about_the_way(upstream=Upstream.SILENT),
        Scenario.SLOW: _live(delay=4.0),
        Scenario.FLAPPING: _FLAPPING,
        Scenario.RESTARTING: _RESTARTING,
        Scenario.GARBAGE: _live(distortion=Distortion.GARBAGE),
        Scenario.HOSTILE: _live(distortion=Distortion.HOSTILE),
        Scenario.ADVISOR: _live(Crowd(accounts=100, advisor=True)),
        Scenario.LARGE: _live(Crowd(positions=5000)),
        Scenario.DAY: _DAY,
    }
)
