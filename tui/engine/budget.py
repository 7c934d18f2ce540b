"""The budget of requests to one gateway, shared by all cpwatch processes of a user on this machine."""

import asyncio
import logging
import os
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from tui.clock import Clock, Moment
from tui.domain.login import Login
from tui.domain.stamped import Stamped
from tui.domain.traffic import Traffic
from tui.engine.limits import MINUTE
from tui.engine.record import EVERYTHING, Answer, Record
from tui.engine.shared_file import Busy
from tui.engine.shared_record import Change, Question, SharedRecord
from tui.gateway.endpoints import Endpoint

log = logging.getLogger(__name__)

OTHER = "other"
"""What a turn is for where nobody says it: it counts, and knows no limit of its own."""
LOOK_AGAIN = 30.0
"""Seconds after which a long wait is looked at anew: it may have been cut short from outside."""
_SHORTEST = 0.001
_STEP_BACK = 0.02
_FIRST = frozenset(endpoint for endpoint in Endpoint if endpoint.decides) | {Endpoint.SSODH_INIT}
_LOCK_TRIES = 25
_LOCK_PAUSE = 0.01
_MOST_LATE = 200
_STOPPED = "another cpwatch process has it and does not go on (stopped with Ctrl-Z?)"

T = TypeVar("T")


class Budget:
    """Hands out turns. Lives on one event loop; no call raises for the file's sake or blocks for another process.

    shared: where all processes keep it; None keeps it within this one. tell: called with a sentence for the user,
    once, when the file can't be used; the process then keeps to the same limits by itself, and goes back to the file
    as soon as that works again. name: this process, in the file.

    trouble: that sentence while it is so, else None.
    """

    def __init__(
        self,
        clock: Clock,
        shared: SharedRecord | None = None,
        *,
        tell: Callable[[str], None] = lambda _: None,
        name: str | None = None,
    ) -> None:
        self.trouble: str | None = None
        self.name = name or f"{os.getpid()}-{secrets.token_hex(2)}"
        self._clock = clock
        self._shared = shared
        self._tell = tell
        self._told = False
        # This process's own requests, and what is known of all others' penalties, on the monotonic clock: all there
        # is without a file, and beside one the guard against a wall clock that is set forward, which makes the past
        # minute's requests look old.
        self._own = Record()
        self._late: deque[tuple[float, Change]] = deque(maxlen=_MOST_LATE)
        self._queue = asyncio.Lock()
        self._front = asyncio.Lock()
        self._had_last = self._queue

    async def turn(self, endpoint: str = OTHER) -> None:
        """Return when one more request may go out, however long that takes, and count it.

        After a 429 that can be an hour: `turn_unless_held` is for those who have something better to do.
        """
        while (held := await self.turn_unless_held(endpoint)) > 0:
            await self._clock.sleep(min(held, LOOK_AGAIN))

    async def turn_unless_held(self, endpoint: str, patience: float = 0.0) -> float:
        """0 when the request may go out and is counted; else seconds for which the endpoint is held, not counted.

        Waits for the common limits, which takes seconds, and at most `patience` seconds for what holds the endpoint.
        Where several wait, they go in the order of asking, but for what decides the verdict, and what re-opens the
        session: that has every other turn.
        """
        give_up = self._clock.now().plus(patience)
        lane = self._front if endpoint in _FIRST else self._queue
        while True:
            async with lane:
                while (answer := await self._ask(endpoint)).wait > 0 and not answer.held:
                    await self._clock.sleep(max(answer.wait, _SHORTEST))
                    if self._had_last is lane and self._front.locked() and self._queue.locked():
                        await self._clock.sleep(_STEP_BACK)
                if answer.wait == 0:
                    self._had_last = lane
            if answer.wait == 0 or answer.wait > self._clock.now().seconds_until(give_up):
                return answer.wait
            await self._clock.sleep(max(answer.wait, _SHORTEST))

    def take(self, endpoint: str = Endpoint.TICKLE) -> None:
        """Count a request that goes out now whatever the limits say."""
        self._note(_taking(endpoint, self.name))

    async def claim_tickle(self, interval: float) -> float:
        """0 when a tickle is to be sent now, which is counted; else seconds after which to look again.

        interval: seconds between two tickles. Another process's tickle that was answered within that time stands for
        this one's, and one that is under way is waited for 5 s. A tickle that is due never waits for anything else;
        a retry waits for room, and after a 429 there are none.
        """

        def claim(record: Record, now: float) -> tuple[Record, Answer]:
            return record.claim_tickle(now, interval, self.name)

        return (await self._decide(Endpoint.TICKLE, claim)).wait

    def tickled(self) -> None:
        """This process's tickle was answered just now."""
        self._note(lambda record, now: record.tickled(now, self.name))

    def tickled_at(self) -> Moment | None:
        """When a tickle of any process was last answered; None where that is not known."""
        age = self._see(lambda record, now: None if record.tickled_at is None else now - record.tickled_at)
        return None if age is None else self._clock.now().plus(-age)

    def tickled_elsewhere_at(self) -> Moment | None:
        """When the newest answered tickle was, where that was another process's; None where it was this one's."""

        def look(record: Record, now: float) -> float | None:
            if record.tickled_at is None or record.tickled_by == self.name:
                return None
            return now - record.tickled_at

        age = self._see(look)
        return None if age is None else self._clock.now().plus(-age)

    def limited(self, endpoint: str, retry_after: float | None = None) -> None:
        """The endpoint answered 429 just now: it waits 15 minutes, after a second one within a minute all polling does.

        retry_after: seconds that the answer asked for, where that is more.
        """
        self._note(lambda record, now: record.limited(now, endpoint, retry_after or 0.0))

    def held(self, endpoint: str) -> float:
        """Seconds until the endpoint may be asked by its own limit and any penalty; 0 where it may be now."""
        return self._see(lambda record, now: record.held(now, endpoint))

    def penalty(self, endpoint: str) -> float:
        """Seconds for which a 429, whichever process had it, keeps the endpoint shut; 0 where none does."""
        return self._see(lambda record, now: record.penalty(now, endpoint))

    def traffic(self, limited: int) -> Traffic:
        """What asking costs now, as far as all processes know. limited: 429s that this process was answered."""

        def look(record: Record, now: float) -> tuple[int, int, float, bool]:
            own, together = record.asked_within_a_minute(now, self.name)
            left = max((freeze.left(now) for freeze in record.frozen.values()), default=0.0)
            return own, together, left, record.penalty_of(EVERYTHING, now) > 0

        own, together, left, everything = self._see(look)
        until = self._clock.now().plus(left) if left > 0 else None
        return Traffic(round(own / MINUTE, 1), round(together / MINUTE, 1), limited, until, everything)

    def note_login(self, login: Login) -> None:
        """Keep what `/sso/validate` told just now, for every process."""
        self._note(lambda record, now: record.knowing(now, login))

    def login(self) -> Stamped[Login] | None:
        """What `/sso/validate` last told any process, and when; None where nothing is known."""

        def look(record: Record, now: float) -> tuple[Login, float] | None:
            if record.login is None or record.login_seen_at is None:
                return None
            return record.login, now - record.login_seen_at

        known = self._see(look)
        return None if known is None else Stamped(known[0], self._clock.now().plus(-known[1]))

    async def flush(self) -> None:
        """Tell the others what they could not be told at once; for a command that is about to end."""
        if self._shared is not None and self._late:
            await self._insist(self._shared, lambda record, _: (record, Answer()))

    async def _ask(self, endpoint: str) -> Answer:
        def ask(record: Record, now: float) -> tuple[Record, Answer]:
            asked, answer = record.ask(now, endpoint, self.name)
            guard = self._settled().full(self._ticks()) if answer.wait == 0 else 0.0
            return (asked, answer) if guard == 0 else (record, Answer(guard))

        return await self._decide(endpoint, ask)

    async def _decide(self, endpoint: str, question: Question[Answer]) -> Answer:
        """What the shared record answers; this process's own where that can't be had."""
        answer = None if self._shared is None else await self._insist(self._shared, question)
        if answer is not None:
            if answer.wait == 0:
                self._own = self._settled().taken(self._ticks(), endpoint, self.name)
            return answer
        self._own, answer = question(self._settled(), self._ticks())
        if answer.wait == 0:
            self._tell_later(_taking(endpoint, self.name))
        return answer

    async def _insist(self, shared: SharedRecord, question: Question[Answer]) -> Answer | None:
        """What the shared record answers, waiting a moment where another process has it; None where it can't be had."""
        for _ in range(1 if self.trouble else _LOCK_TRIES):
            try:
                return self._exchange(shared, question)
            except Busy:
                await self._clock.sleep(_LOCK_PAUSE)
            except OSError as error:
                self._in_trouble(shared, error)
                return None
        self._in_trouble(shared, _STOPPED)
        return None

    def _note(self, change: Change) -> None:
        """Something that is so, and needs no permission: told now, or where the file is not to be had, later."""
        self._own = change(self._settled(), self._ticks())
        self._tell_later(change)
        self._try(lambda record, _: (record, True))

    def _see(self, look: Callable[[Record, float], T]) -> T:
        """What the shared record says; what is known of it where it can't be had."""
        seen = self._try(lambda record, now: (record, (look(record, now),)))
        return look(self._settled(), self._ticks()) if seen is None else seen[0]

    def _try(self, question: Question[T]) -> T | None:
        """What the shared record answers; None where there is none, or it can't be had at this moment."""
        if self._shared is None:
            return None
        try:
            return self._exchange(self._shared, question)
        except Busy:
            return None
        except OSError as error:
            self._in_trouble(self._shared, error)
            return None

    def _exchange(self, shared: SharedRecord, question: Question[T]) -> T:
        """Raises Busy, OSError."""
        record, wall, result = shared.exchange(self._late, question)
        self._late.clear()
        self.trouble = None
        known = replace(record, turns=(), waiting={}).moved(self._ticks() - wall)
        self._own = replace(known, turns=self._own.turns)
        return result

    def _tell_later(self, change: Change) -> None:
        if self._shared is not None:
            self._late.append((self._clock.now().wall.timestamp(), change))

    def _in_trouble(self, shared: SharedRecord, why: OSError | str) -> None:
        reason = why if isinstance(why, str) else why.strerror or type(why).__name__
        self.trouble = (
            f"the request budget is not shared with other cpwatch processes, because of {shared.file.path}: {reason}; "
            "until that is mended this process keeps to the limits by itself"
        )
        if not self._told:
            self._told = True
            log.warning("%s", self.trouble)
            self._tell(self.trouble)

    def _settled(self) -> Record:
        return self._own.settled(self._ticks())

    def _ticks(self) -> float:
        return self._clock.now().ticks


def _taking(endpoint: str, by: str) -> Change:
    return lambda record, now: record.taken(now, endpoint, by)
