"""The session's history for plots: what each leg took, the verdict, the keep-alive and the worth, in bounded memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.legs import LegName
from tui.domain.levels import level_of
from tui.domain.verdict_name import VerdictName

STEP = 10.0
"""Seconds of a bucket, as long as the history fits into LIMIT of them."""
LIMIT = 720
"""Buckets that are kept; one more, and they merge pairwise."""
CHANGES = 200
"""The newest changes of the verdict that are kept."""

_RANK = {Level.OK: 0, Level.INFO: 1, Level.WARN: 2, Level.ALARM: 3}


@dataclass(frozen=True, slots=True)
class Spread:
    """What a leg took, in seconds. middle: the median; of what was merged, the medians' mean by count."""

    count: int
    low: float
    middle: float
    high: float

    def merged(self, other: "Spread") -> "Spread":
        """Both together."""
        count = self.count + other.count
        middle = (self.middle * self.count + other.middle * other.count) / count
        return Spread(count, min(self.low, other.low), middle, max(self.high, other.high))


@dataclass(frozen=True, slots=True)
class Worth:
    """A net liquidation value. account: its id, or `All`. currency: None where IBKR did not say."""

    account: str
    currency: str | None
    value: Decimal

    @property
    def key(self) -> tuple[str, str | None]:
        """What it is the worth of."""
        return self.account, self.currency


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was seen within one stretch of time. index: the stretch from `index * width` seconds of the history on.

    verdict: the one that mattered most. legs: in the way's order, those that were measured. due, answered: tickles
    that came due within it, and how many of those were answered. worth: the newest of each account and currency.
    """

    index: int
    verdict: VerdictName
    legs: tuple[tuple[LegName, Spread], ...] = ()
    due: int = 0
    answered: int = 0
    worth: tuple[Worth, ...] = ()

    def leg(self, name: LegName) -> Spread | None:
        """What that leg took; None where it was not measured."""
        return next((spread for leg, spread in self.legs if leg is name), None)

    def merged(self, later: "Bucket", index: int) -> "Bucket":
        """Both together, as the bucket of that index."""
        return Bucket(
            index,
            graver(self.verdict, later.verdict),
            _legs_merged(self.legs, later.legs),
            self.due + later.due,
            self.answered + later.answered,
            newest_worth(self.worth, later.worth),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """Another verdict. elapsed: seconds from the history's beginning."""

    elapsed: float
    at: Moment
    verdict: VerdictName


@dataclass(frozen=True, slots=True)
class Open:
    """The bucket that is being filled. since, elapsed: when it was opened, by the clocks and by the history."""

    since: Moment
    elapsed: float
    verdict: VerdictName
    legs: tuple[tuple[LegName, tuple[float, ...]], ...] = ()
    due: int = 0
    answered: int = 0
    worth: tuple[Worth, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What was taken in already, so that nothing is counted twice.

    path, accounts, keep_alive: the slices as they were; only whether they are the same objects matters. took: when each
    leg's newest figure was measured. worth: when the newest worth was seen, and of what. slot: the newest tickle that
    is counted.
    """

    path: object = None
    accounts: object = None
    keep_alive: object = None
    took: tuple[tuple[LegName, Moment], ...] = ()
    worth: tuple[Moment, tuple[tuple[str, str | None], ...]] | None = None
    slot: Moment | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All that is plotted, from the first look on. Time within it is in seconds from there, suspends included.

    buckets: those that have ended, oldest first; a stretch of time that nobody saw has none. width: a bucket's seconds,
    STEP doubled as often as was needed. open: None before the first look. changes: the verdict's newest CHANGES, oldest
    first. joins: seconds up to which two figures follow each other by the pace at which they are asked for.
    """

    buckets: tuple[Bucket, ...] = ()
    width: float = STEP
    open: Open | None = None
    changes: tuple[Change, ...] = ()
    joins: float = STEP
    seen: Seen = field(default=Seen(), compare=False)

    @property
    def end(self) -> float:
        """Seconds up to which buckets have ended."""
        return self.open.elapsed if self.open is not None else 0.0

    def elapsed(self, now: Moment) -> float:
        """The time within the history at that moment, which is not before the open bucket's beginning."""
        return self.open.elapsed + now.seconds_since(self.open.since) if self.open is not None else 0.0

    def wall(self, elapsed: float) -> datetime | None:
        """The time of day, UTC, by the wall clock as it goes now; None before the first look."""
        if self.open is None:
            return None
        return self.open.since.wall + timedelta(seconds=elapsed - self.open.elapsed)


def graver(one: VerdictName, other: VerdictName) -> VerdictName:
    """The verdict of the two that matters more, the later one where both do alike."""
    return one if _RANK[level_of(one)] > _RANK[level_of(other)] else other


def spread_of(samples: Iterable[float]) -> Spread:
    """The spread of seconds. Raises IndexError where there are none."""
    ordered = sorted(samples)
    half = len(ordered) // 2
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Spread(len(ordered), ordered[0], middle, ordered[-1])


def newest_worth(before: tuple[Worth, ...], after: tuple[Worth, ...]) -> tuple[Worth, ...]:
    """Each account's and currency's newest."""
    return tuple({each.key: each for each in (*before, *after)}.values())


def ended(history: History, opened: Open) -> History:
    """The history with its open bucket closed, and that one open in its place."""
    before = history.open
    if before is None:
        return replace(history, open=opened)
    closed = Bucket(
        int(before.elapsed // history.width),
        before.verdict,
        tuple((name, spread_of(samples)) for name, samples in before.legs),
        before.due,
        before.answered,
        before.worth,
    )
    buckets = _compact((*history.buckets, closed), 1)
    width = history.width
    while len(buckets) > LIMIT:
        buckets, width = _compact(buckets, 2), width * 2
    return replace(history, buckets=buckets, width=width, open=opened)


def tickled(history: History, elapsed: float, *, answered: bool) -> History:
    """The history with one more tickle that was due at that time."""
    open_, buckets = history.open, history.buckets
    if open_ is None:
        return history
    index = int(elapsed // history.width)
    at = next((n for n in range(len(buckets) - 1, -1, -1) if buckets[n].index <= index), None)
    if elapsed >= open_.elapsed or at is None:
        filled = replace(open_, due=open_.due + 1, answered=open_.answered + answered)
        return replace(history, open=filled)
    there = buckets[at]
    counted = replace(there, due=there.due + 1, answered=there.answered + answered)
    return replace(history, buckets=(*buckets[:at], counted, *buckets[at + 1 :]))


def _compact(buckets: tuple[Bucket, ...], factor: int) -> tuple[Bucket, ...]:
    """The buckets with their indices divided by that, those of one index merged."""
    found: list[Bucket] = []
    for bucket in buckets if factor > 1 else buckets[-2:]:
        index = bucket.index // factor
        if found and found[-1].index == index:
            found[-1] = found[-1].merged(bucket, index)
        else:
            found.append(bucket if factor == 1 else replace(bucket, index=index))
    return tuple(found) if factor > 1 else (*buckets[:-2], *found)


def _legs_merged(
    before: tuple[tuple[LegName, Spread], ...], after: tuple[tuple[LegName, Spread], ...]
) -> tuple[tuple[LegName, Spread], ...]:
    merged = dict(before)
    for name, spread in after:
        merged[name] = merged[name].merged(spread) if name in merged else spread
    return tuple((name, merged[name]) for name in LegName if name in merged)
