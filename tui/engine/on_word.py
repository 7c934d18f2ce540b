"""Asking once and then on the user's word: how jobs go on over a way where every request counts."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from tui.engine.core import Core
from tui.engine.supervise import LONGEST, Job, sleep_or_wake
from tui.gateway.client import Answer, Between
from tui.gateway.endpoints import Endpoint

T = TypeVar("T")

BETWEEN = 3.0
"""Seconds between two questions of one wish, as for several accounts."""
LOOK_AGAIN = 15.0
"""Seconds between two looks whether there is anything to be asked, at the most."""


class Paced:
    """A job whose pauses may be long, which the user's word ends.

    The supervisor would serve a pause of more than a minute in full, as it does for a 429. So it is spent here, before
    the next round; a 429 is safe all the same, since the budget lets nothing out until it has passed.
    """

    def __init__(self, job: Job, core: Core) -> None:
        self.name = job.name
        self._job = job
        self._core = core
        self._pause = 0.0

    async def round(self) -> float:
        """Wait out a long pause or for the word, and do the job's round; seconds until the next, 0 for a long time."""
        waker = self._core.waker(self.name)
        if self._pause > 0:
            pause, self._pause = self._pause, 0.0
            await sleep_or_wake(self._core.clock, pause, waker)
        delay = await self._job.round()
        if waker.is_set():  # asked for while it was under way
            return 0.0
        if delay <= LONGEST:
            return delay
        self._pause = delay
        return 0.0


class OnWord:
    """A job that has its whole answer once, and then again whenever its waker is set: a refresh, another account, …

    make: makes the job for a core, through which all its questions go. whole: how many questions are a whole answer
    now, such as one an account, 0 where there is nothing to ask; one that failed counts, and is not asked again by
    itself. What is not asked yet, since a session has to come up first, is looked at again and again, which costs
    nothing. then: jobs that are woken too. done: what is to be done with the whole answer.
    """

    def __init__(
        self,
        make: Callable[[Core], Job],
        core: Core,
        whole: Callable[[Core], int] = lambda _: 1,
        then: tuple[str, ...] = (),
        done: Callable[[Core], None] = lambda _: None,
    ) -> None:
        self._asking = _Asking(core)
        # It stands for a core in all that jobs do with one; only their questions take another way.
        self._job = make(cast("Core", self._asking))
        self.name = self._job.name
        self._core = core
        self._whole = whole
        self._then = then
        self._done = done
        self._has_all = False

    async def round(self) -> float:
        """Wait for the word, where all was asked, and do the job's round; seconds until the next."""
        waker = self._core.waker(self.name)
        if self._has_all:
            await waker.wait()
            waker.clear()
            self._has_all, self._asking.count = False, 0
            self._core.wake(*self._then)
        delay = await self._job.round()
        if waker.is_set():  # asked for while it was under way: once more, from the beginning
            self._asking.count = 0
            return 0.0
        self._has_all = self._asking.count >= self._whole(self._core)
        if self._has_all:
            self._done(self._core)
            return 0.0
        if self._asking.count == 0:
            return min(delay, LOOK_AGAIN)
        return delay if delay < LONGEST else BETWEEN


class _Asking:
    """A core as one job has it, which counts what that job asked."""

    def __init__(self, core: Core) -> None:
        self.count = 0
        self._core = core

    def __getattr__(self, name: str) -> object:
        return getattr(self._core, name)

    async def ask(self, endpoint: Endpoint, question: Callable[[], Awaitable[Answer[T]]]) -> Answer[T]:
        return await self.ask_paged(endpoint, lambda _: question())

    async def ask_paged(self, endpoint: Endpoint, question: Callable[[Between], Awaitable[Answer[T]]]) -> Answer[T]:
        async def counted(between: Between) -> Answer[T]:
            self.count += 1
            return await question(between)

        return await self._core.ask_paged(endpoint, counted)
