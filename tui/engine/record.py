"""What the budget remembers, and every decision that it takes: pure functions of a record and the present time.

Times are seconds on one axis that the caller chooses: since 1970 in the shared file, monotonic within a process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from tui.domain.login import Login
from tui.engine.limits import (
    BUCKET,
    BURST,
    DUE_AFTER,
    LONGEST_PENALTY,
    MINUTE,
    PENALTY,
    POLL_BURST,
    REFILL,
    SECOND_WITHIN,
    SHARED_PER_MINUTE,
    SPACING,
    UNANSWERED,
    YIELD,
)
from tui.gateway.endpoints import Endpoint

EVERYTHING = "everything but the tickle"
"""The key under which a freeze of all polling stands."""
_NOTHING = 1e-6  # below the resolution of a wall clock: no wait at all
_LONGEST_LOOK = 120.0
_MOST_TURNS = 500  # far beyond what the limits let through; only `taken` could ever come near it


@dataclass(frozen=True, slots=True)
class Turn:
    """One request that was let out. by: the process."""

    at: float
    endpoint: str
    by: str


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time without requests after a 429."""

    since: float
    seconds: float

    def left(self, now: float) -> float:
        """Seconds until it ends, never below 0."""
        return max(self.since + self.seconds - now, 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a turn. wait: seconds, 0 where it was given and counted.

    held: True where the endpoint itself has to wait; False where only the common limits are used up for the moment.
    """

    wait: float = 0.0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Everything remembered of one gateway. Every method expects a record that is `settled` for the time given.

    turns: in the order of their times. waiting: process -> when it looks again for a turn that the common limits
    refused. frozen: endpoint, or EVERYTHING -> its freeze. limited_at: the newest 429. tickled_at, tickled_by: the
    newest tickle that was answered. login_seen_at: when `login` was true.
    """

    turns: tuple[Turn, ...] = ()
    waiting: Mapping[str, float] = field(default_factory=dict)
    frozen: Mapping[str, Freeze] = field(default_factory=dict)
    limited_at: float | None = None
    tickled_at: float | None = None
    tickled_by: str = ""
    login: Login | None = None
    login_seen_at: float | None = None

    def anchored(self, now: float) -> Self:
        """Without anything from the future; the record itself where it knows nothing of one.

        A wall clock that was set back makes the past look like the future. The whole record moves back with it, so
        that its distances stay right: nothing is forgotten, and nothing waits longer than it would have. It must be
        kept so, or it would be moved again and again.
        """
        times = [turn.at for turn in self.turns] + [freeze.since for freeze in self.frozen.values()]
        times += [at for at in (self.limited_at, self.tickled_at, self.login_seen_at) if at is not None]
        newest = max(times, default=now)
        return self.moved(now - newest) if newest > now else self

    def settled(self, now: float) -> Self:
        """Without what no longer matters."""
        return replace(
            self,
            turns=tuple(turn for turn in self.turns if now - turn.at < max(MINUTE, SPACING.get(turn.endpoint, 0.0))),
            waiting={by: at for by, at in self.waiting.items() if -YIELD < at - now < _LONGEST_LOOK},
            frozen={key: freeze for key, freeze in self.frozen.items() if freeze.left(now) > 0},
        )

    def moved(self, by: float) -> Self:
        """With all times `by` seconds later: onto another axis, or after a clock was set back."""

        def moved(at: float | None) -> float | None:
            return None if at is None else at + by

        return replace(
            self,
            turns=tuple(replace(turn, at=turn.at + by) for turn in self.turns),
            waiting={},
            frozen={key: replace(freeze, since=freeze.since + by) for key, freeze in self.frozen.items()},
            limited_at=moved(self.limited_at),
            tickled_at=moved(self.tickled_at),
            login_seen_at=moved(self.login_seen_at),
        )

    def taken(self, now: float, endpoint: str, by: str) -> Self:
        """With one more turn, whatever the limits say. `now` may lie before turns that are counted already."""
        turns = sorted((*self.turns, Turn(now, endpoint, by)), key=_time)
        waiting = {other: at for other, at in self.waiting.items() if other != by}
        return replace(self, turns=tuple(turns[-_MOST_TURNS:]), waiting=waiting)

    def penalty(self, now: float, endpoint: str) -> float:
        """Seconds for which a 429 keeps the endpoint shut, 0 where none does."""
        keys = {endpoint} if endpoint == Endpoint.TICKLE else {endpoint, EVERYTHING}
        return max(self.penalty_of(key, now) for key in keys)

    def held(self, now: float, endpoint: str) -> float:
        """Seconds until the endpoint may be asked again by its own limit and any penalty, 0 where it may be now."""
        spacing = SPACING.get(endpoint, 0.0)
        last = max((turn.at for turn in self.turns if turn.endpoint == endpoint), default=now - spacing)
        return _real(max(self.penalty(now, endpoint), last + spacing - now))

    def full(self, now: float) -> float:
        """Seconds until the common limits leave room for one more poll."""
        recent = [turn for turn in self.turns if now - turn.at < MINUTE]
        polls = [turn.at for turn in recent if turn.endpoint != Endpoint.TICKLE]
        waits = [self._crowded(now), _until_room(polls, POLL_BURST, 1.0, now)]
        waits += [at + (len(polls) - i + 1 - BUCKET) / REFILL - now for i, at in enumerate(polls)]
        return _real(max(waits))

    def _crowded(self, now: float) -> float:
        """Seconds until there is room beside the tickles that must go out."""
        times = [turn.at for turn in self.turns if now - turn.at < MINUTE]
        return max(_until_room(times, BURST, 1.0, now), _until_room(times, SHARED_PER_MINUTE, MINUTE, now))

    def ask(self, now: float, endpoint: str, by: str) -> tuple[Self, Answer]:
        """A turn for a poll, given and counted where all limits allow it."""
        if (held := self.held(now, endpoint)) > 0:
            return self, Answer(held, held=True)
        if (wait := self.full(now) or self._courtesy(now, by)) > 0:
            return self._noting(by, now + wait), Answer(wait)
        return self.taken(now, endpoint, by), Answer()

    def _courtesy(self, now: float, by: str) -> float:
        """Seconds to step back for a process that has had fewer turns in the past minute and looks just now.

        Without it, two monitors with a dozen questions each in waiting would leave a script that looks once to the
        end of the queue.
        """
        had = self._had(now, by)
        rivals = [at for other, at in self.waiting.items() if other != by and self._had(now, other) < had]
        return _real(max((at + YIELD - now for at in rivals if at <= now + YIELD), default=0.0))

    def _had(self, now: float, by: str) -> int:
        return sum(turn.by == by and turn.endpoint != Endpoint.TICKLE and now - turn.at < MINUTE for turn in self.turns)

    def asked_within_a_minute(self, now: float, by: str) -> tuple[int, int]:
        """How many requests went out in the past minute, tickles too: of that process, and of all."""
        recent = [turn for turn in self.turns if now - turn.at < MINUTE]
        return sum(turn.by == by for turn in recent), len(recent)

    def _noting(self, by: str, until: float) -> Self:
        noted = self.waiting.get(by)
        # Two waits for the same moment differ in the last digits; that is not worth writing a file.
        return self if noted is not None and abs(noted - until) < 1e-3 else self._waiting(by, until)

    def _waiting(self, by: str, until: float) -> Self:
        return replace(self, waiting={**self.waiting, by: until})

    def claim_tickle(self, now: float, interval: float, by: str) -> tuple[Self, Answer]:
        """A turn for the keep-alive, which asks every `interval` seconds; where it is not given, when to look again.

        It steps back for another process's tickle that was answered within the interval, or that is under way. A
        tickle that is due gets its turn at once, whatever the limits say; only a retry waits for room, and after a
        429 there are none.
        """
        if self.tickled_at is not None and self.tickled_by != by and now - self.tickled_at < interval:
            return self, Answer(interval - (now - self.tickled_at), held=True)
        last = max((turn for turn in self.turns if turn.endpoint == Endpoint.TICKLE), key=_time, default=None)
        penal = self.penalty_of(Endpoint.TICKLE, now) > 0
        due_after = max(interval, DUE_AFTER) if penal and last is not None and last.by != by else DUE_AFTER
        if last is None or _real(last.at + due_after - now) <= 0:
            return self.taken(now, Endpoint.TICKLE, by), Answer()
        distance = SPACING[Endpoint.TICKLE] if last.by == by else UNANSWERED
        if penal:
            distance = due_after
        wait = _real(max(last.at + distance - now, self._crowded(now)))
        return (self, Answer(wait, held=True)) if wait > 0 else (self.taken(now, Endpoint.TICKLE, by), Answer())

    def tickled(self, now: float, by: str) -> Self:
        """A tickle of that process was answered."""
        if self.tickled_at is not None and self.tickled_at > now:
            return self  # told late: another one was answered meanwhile
        return replace(self, tickled_at=now, tickled_by=by)

    def limited(self, now: float, endpoint: str, retry_after: float) -> Self:
        """The endpoint answered 429; a second one within a minute, from wherever, shuts everything but the tickle."""
        freeze = Freeze(now, min(max(PENALTY, retry_after), LONGEST_PENALTY))
        keys = {endpoint}
        last = self.frozen.get(endpoint)
        # Two tickles in a row, a minute apart but for a hair, are not two within a minute.
        in_a_row = endpoint == Endpoint.TICKLE and last is not None and last.since == self.limited_at
        within = DUE_AFTER if in_a_row else SECOND_WITHIN
        if self.limited_at is not None and abs(now - self.limited_at) < within:
            keys.add(EVERYTHING)
        longer = {key for key in keys if self.penalty_of(key, now) < freeze.seconds}
        newest = now if self.limited_at is None else max(now, self.limited_at)
        return replace(self, frozen={**self.frozen, **dict.fromkeys(longer, freeze)}, limited_at=newest)

    def penalty_of(self, key: str, now: float) -> float:
        """Seconds left of the freeze under that key alone, 0 where there is none."""
        freeze = self.frozen.get(key)
        return 0.0 if freeze is None else freeze.left(now)

    def knowing(self, now: float, login: Login) -> Self:
        """What `/sso/validate` told just now."""
        return replace(self, login=login, login_seen_at=now)


def _until_room(times: Sequence[float], count: int, window: float, now: float) -> float:
    """Seconds until fewer than `count` of these times lie within the past `window` seconds."""
    return times[-count] + window - now if len(times) >= count else 0.0


def _time(turn: Turn) -> float:
    return turn.at


def _real(wait: float) -> float:
    return wait if wait > _NOTHING else 0.0
