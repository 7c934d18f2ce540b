"""What is told and when: each outage once, and its end once, whatever the verdicts do in between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tui.clock import Moment
from tui.config.alert_settings import AlertRule
from tui.domain.address import PathKind
from tui.domain.journal import Level
from tui.domain.resets import Absence, Window
from tui.domain.state import MonitorState
from tui.domain.text import age, duration
from tui.domain.verdict import Verdict
from tui.domain.verdict_name import VerdictName
from tui.watch.alerts import conditions
from tui.watch.alerts.alert import Alert, Note, Severity, Stage
from tui.watch.alerts.conditions import GAP_STANDS, Limits

RECOVERED_AFTER = 30.0
"""Seconds for which all must be well again before that is told: what comes back for a moment is the same outage."""
UNCERTAIN = 60.0
"""Seconds that a start, a resume or a login may take until there is a verdict, whatever the settings say."""
BLIND = 90.0
"""Seconds between two looks from which on nothing is known of the time between them, as after a suspend."""

_SEVERITY = {
    AlertRule.DOWN: Severity.CRITICAL,
    AlertRule.LOGIN_REQUIRED: Severity.CRITICAL,
    AlertRule.COMPETING: Severity.WARNING,
    AlertRule.KEEP_ALIVE: Severity.WARNING,
    AlertRule.LATENCY: Severity.WARNING,
    AlertRule.ADDRESS: Severity.WARNING,
    AlertRule.LOGIN_ENDS: Severity.INFO,
}


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch of time without a session that is ready.

    since: its beginning. unusable, rival: since when the session can't be used, and since when another program is after
    it; None while that is not so. usable: since when it can be used though another program is after it. ready: since
    when all is well again. told: what was told, in order. hushed: whether any of it was told while the session could
    not be used. muted: whether it was noted that it is expected.
    """

    id: str
    since: Moment
    unusable: Moment | None = None
    rival: Moment | None = None
    usable: Moment | None = None
    ready: Moment | None = None
    told: tuple[AlertRule, ...] = ()
    hushed: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """Something that has to last before it is told. since, well: since when it is so, or no more; id: once told."""

    since: Moment | None = None
    well: Moment | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What was seen and told so far.

    usable: since when the session can be used, None while it can't. count: ids that were given. ends: the login's end
    that was told.
    """

    looked: Moment | None = None
    usable: Moment | None = None
    outage: Outage | None = None
    gap: Lasting = Lasting()
    latency: Lasting = Lasting()
    addresses: Mapping[PathKind, frozenset[str]] = field(default_factory=dict)
    ends: datetime | None = None
    count: int = 0


Told = tuple[Alert | Note, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    state: MonitorState
    found: Verdict
    now: Moment
    limits: Limits

    def alert(self, id_: str, rule: AlertRule, stage: Stage, since: Moment | datetime | None, said: str) -> Alert:
        severity = Severity.INFO if stage is Stage.ENDED else _SEVERITY[rule]
        begun = since.wall if isinstance(since, Moment) else since
        return Alert(id_, rule, stage, severity, self.now.wall, self.found.name, said, begun, self._figures(rule))

    def _figures(self, rule: AlertRule) -> dict[str, str]:
        found = {"seen": self.found.seen} if self.found.seen is not None else {}
        if (gap := conditions.gap(self.state, self.now)) is not None:
            found["last_tickle"] = f"{age(gap)} ago"
        if (took := conditions.slowest(self.state, self.now)) is not None:
            found["latency_p95"] = duration(took)
        if rule is AlertRule.ADDRESS:
            urls = frozenset().union(*conditions.public_addresses(self.state).values())
            found["public_addresses"] = " ".join(sorted(urls)[:5])
        return found


def step(memory: Memory, state: MonitorState, found: Verdict, now: Moment, limits: Limits) -> tuple[Memory, Told]:
    """The memory after one more look, and what is to be told or noted of it, in order."""
    look = _Look(state, found, now, limits)
    if memory.looked is not None and now.seconds_since(memory.looked) > BLIND:
        memory = _from_here(memory, now)
    told: list[Alert | Note] = []
    memory, some = _outage(replace(memory, looked=now, usable=_usable(memory, found.name, now)), look)
    told += some
    for rule in (AlertRule.KEEP_ALIVE, AlertRule.LATENCY):
        memory, some = _lasting(memory, look, rule)
        told += some
    for each in (_address, _login_end):
        memory, some = each(memory, look)
        told += some
    return memory, tuple(told)


def _usable(memory: Memory, name: VerdictName, now: Moment) -> Moment | None:
    if name is VerdictName.UNKNOWN:
        return memory.usable
    return memory.usable or now if name.tradable else None


def _from_here(memory: Memory, now: Moment) -> Memory:
    """Nobody saw what was in between: what has to last begins to last now."""
    outage = memory.outage
    if outage is not None:
        unusable, rival = outage.unusable and now, outage.rival and now
        outage = replace(outage, unusable=unusable, rival=rival, usable=outage.usable and now, ready=None)
    gap, latency = (replace(each, since=each.since and now, well=None) for each in (memory.gap, memory.latency))
    return replace(memory, usable=None, outage=outage, gap=gap, latency=latency)


def _new_id(memory: Memory, now: Moment) -> tuple[Memory, str]:
    count = memory.count + 1
    return replace(memory, count=count), f"{now.wall:%Y%m%dT%H%M%SZ}-{count}"


def _outage(memory: Memory, look: _Look) -> tuple[Memory, Told]:
    if look.found.name is VerdictName.READY:
        return _well(memory, look)
    outage = memory.outage
    if outage is None:
        memory, id_ = _new_id(memory, look.now)
        outage = Outage(id_, look.now)
    outage = _followed(outage, look.found.name, look.now)
    told: Told = ()
    if outage.hushed and outage.usable is not None and look.now.seconds_since(outage.usable) >= RECOVERED_AFTER:
        # A rival may stay for days: what was told of a session that can't be used is over, and may come again.
        if outage.told != (AlertRule.COMPETING,):
            told = (_over(outage, look, outage.usable, "Usable again"),)
            memory, id_ = _new_id(memory, look.now)
            outage = replace(outage, id=id_, since=outage.usable, told=(), muted=False)
        outage = replace(outage, hushed=False)
    rule, since, after = _due(outage, look)
    if _fires(outage, rule, look.limits) and since is not None and look.now.seconds_since(since) >= after:
        hours = conditions.expected(look.state, look.found.name, look.now)
        if hours is None:
            hushed = outage.hushed or not look.found.name.tradable
            outage = replace(outage, told=(*outage.told, rule), hushed=hushed)
            said = conditions.plain(look.found.summary, look.state)
            told += (look.alert(outage.id, rule, Stage.BEGAN, outage.since, said),)
        elif not outage.muted:
            outage = replace(outage, muted=True)
            told += (Note(Level.INFO, f"no alert: {look.found.name.words.lower()} is expected in {_hours(hours)}"),)
    return replace(memory, outage=outage), told


def _well(memory: Memory, look: _Look) -> tuple[Memory, Told]:
    outage = memory.outage
    if outage is None:
        return memory, ()
    if not outage.told:
        over: Told = (Note(Level.OK, "ready again after what was expected; no alert was sent"),) if outage.muted else ()
        return replace(memory, outage=None), over
    ready = outage.ready or look.now
    if look.now.seconds_since(ready) < RECOVERED_AFTER:
        return replace(memory, outage=replace(outage, ready=ready)), ()
    return replace(memory, outage=None), (_over(outage, look, ready, "Ready again"),)


def _over(outage: Outage, look: _Look, at: Moment, what: str) -> Alert:
    said = f"{what} after {age(at.seconds_since(outage.since))}."
    return look.alert(outage.id, outage.told[0], Stage.ENDED, outage.since, said)


def _followed(outage: Outage, name: VerdictName, now: Moment) -> Outage:
    """The outage with its clocks as this verdict leaves them; one that tells nothing leaves the rival's as it is."""
    rival = outage.rival
    if name in {VerdictName.COMPETING, VerdictName.CONTESTED}:
        rival = rival or now
    elif name is not VerdictName.UNKNOWN:
        rival = None
    unusable, usable = (None, outage.usable or now) if name.tradable else (outage.unusable or now, None)
    return replace(outage, unusable=unusable, rival=rival, usable=usable, ready=None)


def _due(outage: Outage, look: _Look) -> tuple[AlertRule, Moment | None, float]:
    """The rule for this verdict, since when it has been so, and for how many seconds it has to be."""
    match look.found.name:
        case VerdictName.LOGIN_REQUIRED:
            return AlertRule.LOGIN_REQUIRED, outage.unusable, 0.0
        case VerdictName.COMPETING | VerdictName.CONTESTED:
            return AlertRule.COMPETING, outage.rival, look.limits.competing_after
        case VerdictName.UNKNOWN | VerdictName.INITIALISING:
            return AlertRule.DOWN, outage.unusable, max(look.limits.down_after, UNCERTAIN)
    return AlertRule.DOWN, outage.unusable, look.limits.down_after


def _fires(outage: Outage, rule: AlertRule, limits: Limits) -> bool:
    """Each rule once in an outage; that it is down only where nothing told so yet: the rest needs a person."""
    return rule in limits.rules and rule not in outage.told and (rule is not AlertRule.DOWN or not outage.hushed)


def _lasting(memory: Memory, look: _Look, rule: AlertRule) -> tuple[Memory, Told]:
    """What has to last, and is told when it begins and when it ends."""
    name, state, now, limits = look.found.name, look.state, look.now, look.limits
    match rule:
        case AlertRule.KEEP_ALIVE:
            before, after = memory.gap, GAP_STANDS
            holds = conditions.gap_holds(state, name, now, limits, memory.usable)
        case _:
            before, after = memory.latency, limits.latency_after
            holds = conditions.latency_holds(state, name, now, limits, told=memory.latency.id is not None)
    put = _put(rule)
    if rule not in limits.rules:
        return memory, ()
    if holds is None:
        # What nothing tells of does not last: it begins anew, unless somebody was told already.
        return (memory if before.id is not None else put(memory, Lasting())), ()
    kept = before
    if holds:
        kept = replace(before, since=before.since or now, well=None)
        lasts = kept.since is not None and now.seconds_since(kept.since) >= after
        if kept.id is not None or not lasts or conditions.away(state, now) is not None:
            return put(memory, kept), ()
        memory, id_ = _new_id(memory, now)
        alert = look.alert(id_, rule, Stage.BEGAN, kept.since, _SAID[rule])
        return put(memory, replace(kept, id=id_)), (alert,)
    if before.id is None:
        return put(memory, Lasting()), ()
    well = before.well or now
    if now.seconds_since(well) < RECOVERED_AFTER:
        return put(memory, replace(before, well=well)), ()
    return put(memory, Lasting()), (look.alert(before.id, rule, Stage.ENDED, before.since, _WELL[rule]),)


def _put(rule: AlertRule) -> Callable[[Memory, Lasting], Memory]:
    if rule is AlertRule.KEEP_ALIVE:
        return lambda memory, kept: replace(memory, gap=kept)
    return lambda memory, kept: replace(memory, latency=kept)


_SAID = {
    AlertRule.KEEP_ALIVE: "The session is there, but no tickle is answered: it ends about five minutes after the last.",
    AlertRule.LATENCY: "The slowest answers take longer than the settings allow.",
}
_WELL = {
    AlertRule.KEEP_ALIVE: "The tickle is answered again.",
    AlertRule.LATENCY: "The answers are as quick as they should be again.",
}


def _address(memory: Memory, look: _Look) -> tuple[Memory, Told]:
    known = dict(memory.addresses)
    changed: list[PathKind] = []
    for kind, urls in conditions.public_addresses(look.state).items():
        before = known.get(kind)
        if before is None or not urls <= before:
            known[kind] = urls
        if before is not None and not urls <= before:
            changed.append(kind)
    if known == memory.addresses:
        return memory, ()
    memory = replace(memory, addresses=known)
    return memory, tuple(_told_of(changed, memory, look)) if AlertRule.ADDRESS in look.limits.rules else ()


def _told_of(changed: list[PathKind], memory: Memory, look: _Look) -> Iterator[Alert]:
    for kind in changed:
        id_ = f"{look.now.wall:%Y%m%dT%H%M%SZ}-{kind.value}-{memory.count}"
        said = f"The gateway has another public address over {kind.words} now."
        yield look.alert(id_, AlertRule.ADDRESS, Stage.ONCE, None, said)


def _login_end(memory: Memory, look: _Look) -> tuple[Memory, Told]:
    if AlertRule.LOGIN_ENDS not in look.limits.rules or not look.found.name.tradable:
        return memory, ()
    end = conditions.login_end(look.state, look.now)
    if end is None or end == memory.ends:
        return memory, ()
    left = (end - look.now.wall).total_seconds()
    if not 0 <= left <= look.limits.login_ends_in:
        return memory, ()
    memory, id_ = _new_id(replace(memory, ends=end), look.now)
    # No "in 55 min": quiet hours or a channel that does not answer may hold it back.
    said = f"The login ends at {end.astimezone():%H:%M}; a person has to log in again after that."
    return memory, (look.alert(id_, AlertRule.LOGIN_ENDS, Stage.ONCE, None, said),)


def _hours(hours: Window) -> str:
    what = "nightly reset" if hours.absence is Absence.RESET else "weekly maintenance"
    return f"IBKR's {what}, until {hours.closes.astimezone():%H:%M} at the latest"
