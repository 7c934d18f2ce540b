"""What the state says of each rule, now: so, not so, or not to be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.clock import Moment
from tui.config.alert_settings import ALERT_DEFAULTS, AlertRule, AlertSettings
from tui.domain.address import PathKind
from tui.domain.latency import nearest_rank
from tui.domain.resets import Window, next_reset, window
from tui.domain.state import MonitorState
from tui.domain.verdict_name import VerdictName

RECENT = 300.0
"""Seconds: of the measured times only those that are not older tell how it is now."""
FEWEST = 10
"""Recent answers without which their slowest say nothing."""
LOGIN_LASTS = timedelta(hours=24)
"""A login's longest life, where the midnight that ends it is not known."""
GAP_STANDS = 15.0
"""Seconds for which a gap has to stand: a tickle that is late may be on its way."""

_EXPECTED = frozenset(
    {
        VerdictName.UNKNOWN,
        VerdictName.BACKEND_HUNG,
        VerdictName.BACKEND_DOWN,
        VerdictName.LOGIN_REQUIRED,
        VerdictName.LOGGED_OUT,
        VerdictName.SESSION_LAPSED,
        VerdictName.INITIALISING,
    }
)
"""What IBKR's own absence may look like. A gateway that is gone, or a way that is broken, is not among it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is told and from when on, in seconds. latency: None for twice what is high on such a way."""

    rules: frozenset[AlertRule]
    down_after: float
    competing_after: float
    gap: float
    latency: float | None
    latency_after: float
    login_ends_in: float


def limits_of(settings: AlertSettings) -> Limits:
    """Those of the settings, with the defaults where they say nothing."""
    rules = settings.rules if settings.rules is not None else ALERT_DEFAULTS.rules
    return Limits(
        frozenset(rules or ()),
        _first(settings.down_after, ALERT_DEFAULTS.down_after),
        _first(settings.competing_after, ALERT_DEFAULTS.competing_after),
        _first(settings.gap, ALERT_DEFAULTS.gap),
        settings.latency,
        _first(settings.latency_after, ALERT_DEFAULTS.latency_after),
        _first(settings.login_ends_in, ALERT_DEFAULTS.login_ends_in),
    )


def _first(given: float | None, default: float | None) -> float:
    return given if given is not None else default or 0.0


def expected(state: MonitorState, name: VerdictName, now: Moment) -> Window | None:
    """The hours of IBKR's own absence that explain this verdict; None where nothing does."""
    return window(state.session.region, now.wall) if name in _EXPECTED else None


def away(state: MonitorState, now: Moment) -> Window | None:
    """The hours of IBKR's own absence in which this is."""
    return window(state.session.region, now.wall)


def gap(state: MonitorState, now: Moment) -> float | None:
    """Seconds since a tickle was last answered, or the first one was due; None where none is sent, or was due yet."""
    keep_alive = state.session.keep_alive
    if not keep_alive.enabled or not keep_alive.slots:
        return None
    return now.seconds_since(keep_alive.answered_at or keep_alive.slots[0].due_at)


def gap_holds(
    state: MonitorState, name: VerdictName, now: Moment, limits: Limits, usable: Moment | None
) -> bool | None:
    """Whether the keep-alive has a gap; None while the session is not there: then that is what there is to tell.

    usable: since when it is there. After an outage or a suspend the tickle has its time to be answered again.
    """
    since = gap(state, now)
    if since is None or usable is None or not name.tradable:
        return None
    return min(since, now.seconds_since(usable)) >= limits.gap


def slowest(state: MonitorState, now: Moment) -> float | None:
    """Seconds that 95 of 100 recent answers keep to, of the series that is judged; None where there are too few."""
    gauges = state.path.gauges
    samples = gauges.ring(gauges.judged).samples
    recent = [each.seconds for each in samples if each.seconds is not None and now.seconds_since(each.at) <= RECENT]
    return nearest_rank(sorted(recent), 95) if len(recent) >= FEWEST else None


def latency_limit(state: MonitorState, limits: Limits) -> float:
    """Seconds from which on that is too much."""
    return limits.latency if limits.latency is not None else 2 * state.path.gauges.height.limit


def latency_holds(state: MonitorState, name: VerdictName, now: Moment, limits: Limits, *, told: bool) -> bool | None:
    """Whether the latency is too high; None where nothing tells. Once told it has to fall to four fifths of it."""
    took = slowest(state, now)
    if took is None or not name.tradable:
        return None
    limit = latency_limit(state, limits)
    return took >= (limit * 4 / 5 if told else limit)


def public_addresses(state: MonitorState) -> dict[PathKind, frozenset[str]]:
    """Where the world reaches the gateway by tunnels of this machine, by whose they are."""
    found: dict[PathKind, frozenset[str]] = {}
    for tunnel in state.path.tunnels:
        if tunnel.leads_here and tunnel.public_url is not None:
            found[tunnel.kind] = found.get(tunnel.kind, frozenset()) | {tunnel.public_url}
    return found


def login_end(state: MonitorState, now: Moment) -> datetime | None:
    """When the present login ends, UTC; None where nobody is logged in, or nothing tells."""
    session = state.session
    if session.sign_in is None or session.login is False or session.sign_in.value.login_at is None:
        return None
    return next_reset(session.region, now.wall) or session.sign_in.value.login_at + LOGIN_LASTS


def plain(text: str, state: MonitorState) -> str:
    """The sentence without the names under which the gateway or its tunnels are reached from elsewhere."""
    hosts = {tunnel.public_url.partition("://")[2] for tunnel in state.path.tunnels if tunnel.public_url is not None}
    if not state.path.address.loopback:
        hosts.add(state.path.address.host)
    for host in sorted(filter(None, hosts), key=len, reverse=True):
        text = text.replace(host, "its address")
    return text
