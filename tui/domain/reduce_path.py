"""What events tell of the way to the gateway: its times, its tunnels, and what is open."""

from dataclasses import replace

from tui.clock import Moment
from tui.domain.address import PathKind
from tui.domain.events import ExposureAsked, ExposureSeen, PathSeen, Probed
from tui.domain.exposure import Exposure, Openness, Probe
from tui.domain.failure import Failure, FailureKind
from tui.domain.finding import Finding
from tui.domain.gauge import gauged
from tui.domain.journal import Entry, Level, noted
from tui.domain.latency import Limits
from tui.domain.path import PathState, Timing
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.tunnel import Tunnel
from tui.domain.way import ToldBy, Way

AboutPath = PathSeen | Probed | ExposureAsked | ExposureSeen


def path_after(state: MonitorState, event: AboutPath) -> MonitorState:
    """The state with what the event tells of the way."""
    match event:
        case Probed():
            return replace(state, path=_probed(state.path, event))
        case PathSeen():
            return _seen(state, event)
        case ExposureAsked():
            entry = Entry(event.at, Level.INFO, "the public addresses are looked at as a stranger would")
            return _exposed(state, Exposure(event.at), entry)
        case ExposureSeen():
            asked = state.path.exposure.asked_at if state.path.exposure else event.at
            entries = [_probe_entry(event.at, probe) for probe in event.probes]
            return _exposed(state, Exposure(asked, event.at, event.probes), *entries)


LOST = frozenset(
    {
        FailureKind.UNRESOLVED,
        FailureKind.REFUSED,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.TLS_TIMEOUT,
        FailureKind.CUT,
        FailureKind.SILENT,
        FailureKind.TUNNEL_DOWN,
        FailureKind.NOTHING_BEHIND,
    }
)
"""Failures by which the gateway's answer never came, whoever may have answered in its stead."""
_OTHERS = frozenset(
    {
        FailureKind.TUNNEL_DENIED,
        FailureKind.TUNNEL_LIMITED,
        FailureKind.UPSTREAM_SCHEME,
        FailureKind.WRONG_SCHEME,
        FailureKind.NOT_A_GATEWAY,
        FailureKind.UNEXPECTED,
    }
)
"""Failures with an answer that is not the gateway's, so that its time tells nothing of it."""


def timed(path: PathState, timing: Timing, at: Moment, outcome: object) -> PathState:
    """The path with one exchange's times; those of an exchange during which we were too busy count for nothing.

    outcome: what came of it; only what kind of failure it is matters here.
    """
    kind = outcome.kind if isinstance(outcome, Failure) else None
    lost = kind in LOST
    if lost or kind in _OTHERS:
        timing = replace(timing, first_byte=None)
    limit = Limits().of(path.kind) if path.high is None else path.high
    answered = timing.forwarded and not isinstance(outcome, Failure)
    path = _told_by_answer(path, timing.via, at, answered=answered)
    path = replace(path, gauges=gauged(path.gauges, timing, at, lost=lost, limit=limit))
    if timing.lagged and path.first_byte is not None:
        return path
    connect = path.connect if timing.connect is None else Stamped(timing.connect, at)
    ibkr = path.ibkr if timing.ibkr is None else Stamped(timing.ibkr, at)
    path = replace(path, connect=connect, ibkr=ibkr)
    if timing.first_byte is None:
        return path
    first_byte = Stamped(timing.first_byte, at)
    if timing.forwarded:
        return replace(path, first_byte=first_byte, forwarded=True)
    own = first_byte if timing.connect is None or path.own is None else path.own
    return replace(path, first_byte=first_byte, forwarded=False, own=own)


def _probed(path: PathState, event: Probed) -> PathState:
    """The path with a probe's time, which takes nothing from what the newest answer to a real question told."""
    after = timed(path, event.timing, event.at, event.failure)
    return replace(after, first_byte=path.first_byte, forwarded=path.forwarded)


_WEAK = frozenset({ToldBy.ADDRESS, ToldBy.ROUTE})


def _told_by_answer(path: PathState, via: PathKind | None, at: Moment, *, answered: bool) -> PathState:
    """A name of the user's own may be any tunnel's: its edge's marks on an answer tell which.

    Elsewhere they tell nothing of the way: what stands behind the gateway could bear them as well. answered: whether
    IBKR's answer came. Cloudflare marks each of those, so that one without its mark did not come through it.
    """
    known = path.way.value if path.way else Way(path.kind, ToldBy.ADDRESS)
    if answered and via is None and known.told_by is ToldBy.ANSWER and known.kind is PathKind.CLOUDFLARE:
        return replace(path, way=Stamped(replace(known, kind=path.address.kind, told_by=ToldBy.ADDRESS), at))
    if via is None or path.address.kind is not PathKind.REMOTE or known.told_by not in _WEAK or known.kind is via:
        return path
    return replace(path, way=Stamped(replace(known, kind=via, told_by=ToldBy.ANSWER), at))


def _exposed(state: MonitorState, exposure: Exposure, *entries: Entry) -> MonitorState:
    path = replace(state.path, exposure=exposure)
    return replace(state, path=path, journal=noted(state.journal, *entries))


_OPENNESS = {
    Openness.TRADABLE: (Level.ALARM, "anyone can use the session"),
    Openness.OPEN: (Level.ALARM, "open to the internet"),
    Openness.PROTECTED: (Level.OK, "protected"),
    Openness.CLOSED: (Level.INFO, "not reached"),
    Openness.UNCLEAR: (Level.WARN, "not clear"),
}


def _probe_entry(at: Moment, probe: Probe) -> Entry:
    level, words = _OPENNESS[probe.openness]
    return Entry(at, level, f"{probe.url}: {words} ({probe.seen})")


def _seen(state: MonitorState, event: PathSeen) -> MonitorState:
    before = state.path
    known = before.way is not None
    way = event.way
    if before.way and before.way.value.told_by is ToldBy.ANSWER and way.told_by in _WEAK:
        way = replace(way, kind=before.kind, told_by=ToldBy.ANSWER)
    entries = [
        *_way_entries(event.at, before.way.value if before.way else None, way),
        *_tunnel_entries(event.at, before.tunnels, event.tunnels, known=known),
        *_finding_entries(event.at, _all_findings(before.findings, before.tunnels), event),
    ]
    path = replace(before, way=Stamped(way, event.at), tunnels=event.tunnels, findings=event.findings)
    return replace(state, path=path, journal=noted(state.journal, *entries) if entries else state.journal)


def _way_entries(at: Moment, before: Way | None, now: Way) -> list[Entry]:
    if before is None:
        told = now.kind not in {PathKind.LOCAL, PathKind.REMOTE}
        return [Entry(at, Level.INFO, f"the gateway is reached by {now.kind.words}")] if told else []
    if before.kind is now.kind:
        return []
    return [Entry(at, Level.INFO, f"the gateway is reached by {now.kind.words} now, and was by {before.kind.words}")]


def _tunnel_entries(at: Moment, before: tuple[Tunnel, ...], now: tuple[Tunnel, ...], *, known: bool) -> list[Entry]:
    entries: list[Entry] = []
    old = {_identity(tunnel): tunnel for tunnel in before}
    for tunnel in now:
        entries += _changes(at, old.pop(_identity(tunnel), None), tunnel, known=known)
    entries += [
        Entry(at, Level.WARN, f"{gone.kind.words} {gone.name}: its agent is gone") for gone in old.values() if gone.up
    ]
    return entries


def _identity(tunnel: Tunnel) -> tuple[PathKind, str, str | None]:
    return tunnel.kind, tunnel.name, tunnel.agent


def _changes(at: Moment, before: Tunnel | None, now: Tunnel, *, known: bool) -> list[Entry]:
    name = f"{now.kind.words} {now.name}"
    if before is None:
        where = f" at {now.public_url}" if now.public_url else ""
        return [Entry(at, Level.INFO, f"{name} has come up{where}")] if known and now.up else []
    entries: list[Entry] = []
    if before.up and now.up is False:
        because = f": {now.down_because}" if now.down_because else ""
        entries.append(Entry(at, Level.ALARM, f"{name} is not connected any more{because}"))
    if before.up is False and now.up:
        entries.append(Entry(at, Level.OK, f"{name} is connected again"))
    if before.public_url and now.public_url and before.public_url != now.public_url:
        entries.append(Entry(at, Level.WARN, f"{name} has another public address: {now.public_url}"))
    return entries


def _all_findings(findings: tuple[Finding, ...], tunnels: tuple[Tunnel, ...]) -> set[str]:
    return {each.id for each in (*findings, *(found for tunnel in tunnels for found in tunnel.findings))}


def _finding_entries(at: Moment, before: set[str], event: PathSeen) -> list[Entry]:
    """An alarm is told when it comes; what only warns has its place in the pane."""
    found = (*event.findings, *(each for tunnel in event.tunnels for each in tunnel.findings))
    return [Entry(at, each.level, each.text) for each in found if each.level is Level.ALARM and each.id not in before]
