"""The one retry loop: every job runs here, survives its own defects, and is seen to have failed."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Protocol

from tui.clock import Clock, wait
from tui.domain.events import JobDied, JobRevived
from tui.domain.redact import described
from tui.engine.core import Core

log = logging.getLogger(__name__)

LONGEST = 60.0
"""Seconds that a failing job waits at the most."""


class Job(Protocol):
    """Something that is done again and again."""

    name: str

    async def round(self) -> float:
        """Do it once; seconds until the next time."""
        ...


class Backoff:
    """Growing waits after failures, with jitter, so that many programs don't ask in step.

    random_unit: a function that gives a number from 0 to 1.
    """

    def __init__(
        self, first: float, longest: float = LONGEST, random_unit: Callable[[], float] = random.random
    ) -> None:
        self._first = first
        self._longest = longest
        self._random = random_unit
        self._failures = 0

    def reset(self) -> None:
        """The last round went well."""
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure: doubling from `first`, at most `longest`, less up to a fifth."""
        wait = min(self._first * float(2 ** min(self._failures, 16)), self._longest)
        self._failures += 1
        return wait * (1 - self._random() / 5)


async def sleep_or_wake(clock: Clock, seconds: float, wake: asyncio.Event) -> None:
    """Return after that many seconds, or as soon as `wake` is set, and clear it."""
    await wait(clock, seconds, wake)
    wake.clear()


async def supervise(job: Job, core: Core) -> None:
    """Do the job's rounds until cancelled. A defect ends one round, is shown and logged, and is tried again later."""
    backoff = Backoff(5.0)
    dead = False
    wake = core.waker(job.name)
    while True:
        try:
            delay = await job.round()
        except Exception as error:
            log.exception("the %s job failed", job.name)
            delay = backoff.next()
            dead = True
            what = described(error)
            core.apply(JobDied(core.gateway, core.now(), job.name, what, delay))
        else:
            backoff.reset()
            if dead:
                dead = False
                core.apply(JobRevived(core.gateway, core.now(), job.name))
        if delay > LONGEST:  # a penalty is served in full, whatever the user chooses meanwhile
            await core.clock.sleep(delay)
        else:
            await sleep_or_wake(core.clock, delay, wake)
