"""The watch's figures for Prometheus: what the engine's last state says, and what was counted since the start.

The sets of labels are fixed (verdicts, legs, kinds of tunnels, flags), so that a watch of months makes no more series
than one of a minute; accounts are masked, and at most ACCOUNTS of them. What is not known is absent, never 0.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from tui import __version__
from tui.clock import Moment
from tui.domain.address import PathKind
from tui.domain.legs import LegName, legs
from tui.domain.masked_id import masked_id
from tui.domain.public import leading_here
from tui.domain.resets import expected_reset, next_reset
from tui.domain.session import KeepAlive
from tui.domain.state import MonitorState
from tui.domain.tunnel import Tunnel
from tui.domain.verdict import Verdict, VerdictName, brokerage_live, fresh_status, login_live, verdict
from tui.engine.limits import MINUTE, PER_MINUTE

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ACCOUNTS = 50
"""Accounts that have a series of their own; an advisor may have thousands."""
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 12.0)
"""Upper bounds in seconds: from a gateway on this machine to the read timeout."""
TUNNEL_STATES = ("up", "down", "unknown")


@dataclass(slots=True)
class _Took:
    """What a leg took since the start. counts: by BUCKETS, and one more for what is beyond them. at: the newest."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    sum: float = 0.0
    at: Moment | None = None

    def note(self, seconds: float, at: Moment) -> None:
        """One measurement, unless it is the newest one again."""
        if self.at == at:
            return
        self.at = at
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.sum += seconds

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """Cumulated, with their bounds as text."""
        found, total = [], 0
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), self.counts, strict=True):
            total += count
            found.append((bound, float(total)))
        return found


class _Tickles:
    """Tickles since the start. due: that came due. here, elsewhere: who had them answered. sent: retries included.

    Slots are told apart by when they came due on the monotonic clock, and forgotten with the state's own.
    """

    def __init__(self) -> None:
        self.due = self.here = self.elsewhere = self.sent = 0
        self._slots: object = None
        self._due: set[float] = set()
        self._answered: set[float] = set()
        self._asked: Moment | None = None

    def note(self, keep_alive: KeepAlive, asked: Moment | None) -> None:
        """Count what is new. asked: when the newest tickle was sent."""
        if asked is not None and asked != self._asked:
            self._asked = asked
            self.sent += 1
        if keep_alive.slots is self._slots:
            return
        self._slots = keep_alive.slots
        for slot in keep_alive.slots:
            ticks = slot.due_at.ticks
            self.due += ticks not in self._due
            if slot.answered_at is not None and ticks not in self._answered:
                self.here += not slot.elsewhere
                self.elsewhere += slot.elsewhere
        self._due = {slot.due_at.ticks for slot in keep_alive.slots}
        self._answered = {slot.due_at.ticks for slot in keep_alive.slots if slot.answered_at is not None}


class Metrics:
    """Counts what the states bring, and writes it down when asked. account_ids: whether accounts are named in full."""

    def __init__(self, *, account_ids: bool = False) -> None:
        self._account_ids = account_ids
        self._state: MonitorState | None = None
        self._now: Moment | None = None
        self._took = {name: _Took() for name in LegName}
        self._tickles = _Tickles()
        self._changes = 0
        self._verdict: VerdictName | None = None
        self._registry = CollectorRegistry()
        self._registry.register(_Collecting(self))
        ProcessCollector(registry=self._registry)  # Linux only; elsewhere it tells nothing

    def take(self, state: MonitorState, found: Verdict) -> None:
        """Count what is new in the state; as often as it changes, or more."""
        before, self._state = self._state, state
        if self._verdict is not None and found.name is not self._verdict:
            self._changes += 1
        self._verdict = found.name
        if before is None or state.path is not before.path:
            for leg in legs(state.path, found.name):
                if leg.took is not None:
                    self._took[leg.name].note(leg.took.value, leg.took.at)
        tickle = state.session.tickle
        self._tickles.note(state.session.keep_alive, None if tickle is None else tickle.asked)

    def text(self, now: Moment) -> bytes:
        """All figures as they are at that moment, in Prometheus's text format."""
        self._now = now
        return generate_latest(self._registry)

    def families(self) -> Iterator[Metric]:
        """The figures by their names; of the process alone before the first state."""
        yield _gauge("cpwatch_info", "The version of cpwatch that runs.", [((__version__,), 1)], "version")
        if self._state is not None and self._now is not None:
            yield from _of_verdict(self._state, self._now)
            yield from _of_session(self._state, self._now)
            yield from _of_way(self._state)
            yield from _of_budget(self._state, self._now)
            yield from self._of_positions(self._state, self._now)
            yield from self._counted()

    def _counted(self) -> Iterator[Metric]:
        tickles = self._tickles
        yield CounterMetricFamily("cpwatch_verdict_changes", "Changes of the verdict.", self._changes)
        yield CounterMetricFamily("cpwatch_tickles_due", "Tickles that came due, another cpwatch's too.", tickles.due)
        yield CounterMetricFamily(
            "cpwatch_tickles_sent", "Tickles that this process has sent, retries too.", tickles.sent
        )
        answered = CounterMetricFamily("cpwatch_tickles_answered", "Due tickles that were answered.", labels=["by"])
        answered.add_metric(["this"], tickles.here)
        answered.add_metric(["another"], tickles.elsewhere)
        yield answered
        took = HistogramMetricFamily(
            "cpwatch_leg_seconds", "What a leg of the way takes, there and back.", labels=["leg"]
        )
        for name, each in self._took.items():
            if each.at is not None:
                took.add_metric([name.value], each.buckets, each.sum)
        yield took

    def _of_positions(self, state: MonitorState, now: Moment) -> Iterator[Metric]:
        # The masks of two accounts may be the same: the older one is told.
        ages: dict[str, float] = {}
        for account in sorted(state.positions.books)[:ACCOUNTS]:
            shown = account if self._account_ids else masked_id(account)
            ages[shown] = max(ages.get(shown, 0.0), state.positions.books[account].age(now))
        figures = [((account,), age) for account, age in ages.items()]
        yield _gauge(
            "cpwatch_positions_age_seconds", "Since an account's positions were last seen.", figures, "account"
        )


class _Collecting(Collector):
    """The registry's way to ask for the figures."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """The figures."""
        return self._metrics.families()


def _of_verdict(state: MonitorState, now: Moment) -> Iterator[Metric]:
    found = verdict(state, now).name
    each = [((name.value,), name is found) for name in VerdictName]
    yield _gauge("cpwatch_verdict", "1 for the verdict that holds, 0 for all others.", each, "verdict")
    yield _one("cpwatch_tradable", "Whether the brokerage session can be used.", found.tradable)
    since = None if state.standing is None else now.seconds_since(state.standing.since)
    yield _one("cpwatch_verdict_age_seconds", "Since the verdict last changed.", since)
    yield _one("cpwatch_uptime_seconds", "Since this watch has begun.", now.seconds_since(state.started_at))
    yield _one("cpwatch_failed_jobs", "Jobs that a defect of cpwatch keeps from running.", len(state.faults))


def _of_session(state: MonitorState, now: Moment) -> Iterator[Metric]:
    session = state.session
    status = fresh_status(state, now)
    flags = {
        "sso": login_live(state, now),
        "brokerage": brokerage_live(state, now),
        "connected": status.connected if status else None,
        "competing": status.competing if status else None,
        "established": status.established if status else None,
        "paper": state.paper,
    }
    known = [((name,), value) for name, value in flags.items() if value is not None]
    yield _gauge("cpwatch_session", "What is known of the session: 1 yes, 0 no, absent where not known.", known, "flag")
    login = session.sign_in.value.age(now.wall) if session.sign_in else None
    yield _one("cpwatch_login_age_seconds", "Since the login was made.", login)
    status_age = session.status.age(now) if session.status else None
    yield _one("cpwatch_status_age_seconds", "Since IBKR last told of the brokerage session.", status_age)
    reset = next_reset(session.region, now.wall)
    until = None if reset is None else (reset - now.wall).total_seconds()
    yield _one("cpwatch_login_ends_seconds", "Until IBKR's nightly reset ends the login.", until)
    expected = expected_reset(session.region, now.wall)
    yield _one("cpwatch_expected_reset", "Whether a nightly reset or maintenance is expected now.", expected)
    keep_alive = session.keep_alive
    yield _one("cpwatch_keep_alive", "Whether tickles are wanted.", keep_alive.enabled)
    answered = None if keep_alive.answered_at is None else now.seconds_since(keep_alive.answered_at)
    yield _one("cpwatch_tickle_age_seconds", "Since a tickle was last answered.", answered)


def _of_way(state: MonitorState) -> Iterator[Metric]:
    path = state.path
    kinds = [((kind.value,), kind is path.kind) for kind in PathKind]
    yield _gauge("cpwatch_path", "1 for the kind of way to the gateway, 0 for all others.", kinds, "kind")
    yield _one("cpwatch_reached", "Whether anything answers at the gateway's address.", path.gauges.reach.up)
    yield _one("cpwatch_latency_high", "Whether the latency is above its limit.", path.gauges.height.high)
    tunnels = leading_here(path)
    counts = [
        ((kind.value, word), sum(each.kind is kind and _up(each) == word for each in tunnels))
        for kind in sorted({each.kind for each in tunnels})
        for word in TUNNEL_STATES
    ]
    yield _gauge("cpwatch_tunnels", "Tunnels to the gateway by agents on this machine.", counts, "kind", "state")


def _of_budget(state: MonitorState, now: Moment) -> Iterator[Metric]:
    traffic = state.traffic
    if traffic is None:
        return
    rates = [(("this",), traffic.own), (("all",), traffic.all)]
    yield _gauge("cpwatch_requests_per_second", "Requests to the gateway, over the past minute.", rates, "by")
    used = traffic.all / (PER_MINUTE / MINUTE)
    yield _one("cpwatch_budget_used_ratio", "The share of the request budget that all cpwatch here use.", used)
    limited = "429s that this process was answered."
    yield CounterMetricFamily("cpwatch_rate_limited", limited, traffic.limited)
    left = 0.0 if traffic.until is None else now.seconds_until(traffic.until)
    yield _one("cpwatch_penalty_seconds", "Until the longest penalty after a 429 ends; 0 without one.", left)


def _up(tunnel: Tunnel) -> str:
    match tunnel.up:
        case None:
            return "unknown"
        case True:
            return "up"
        case False:
            return "down"


def _gauge(
    name: str, documentation: str, figures: Iterable[tuple[tuple[str, ...], float]], *labels: str
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, documentation, labels=labels)
    for values, figure in figures:
        family.add_metric(values, float(figure))
    return family


def _one(name: str, documentation: str, value: float | None) -> GaugeMetricFamily:
    """A single figure; where it is not known the family has none."""
    return _gauge(name, documentation, [] if value is None else [((), value)])
