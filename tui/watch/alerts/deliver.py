"""The queue before each channel: tried again with growing waits, bounded, and never lost without a word."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tui.clock import Clock, within
from tui.domain.journal import Level
from tui.watch.alerts.channels import Channel, NotDelivered

log = logging.getLogger(__name__)

WAITS = (5.0, 30.0, 120.0, 600.0)
"""Seconds between one try and the next; after the last of them the alert is undelivered."""
LIMIT = 30.0
"""Seconds that one try may take."""
LONGEST_QUEUE = 100

Tell = Callable[[Level, str], None]
"""Writes a line for the user."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An alert that a channel did not take. why: a few words."""

    channel: str
    told: dict[str, Any]
    why: str


class Delivery:
    """Queues in order, one a channel, so that one that does not answer holds up none of the others.

    undelivered: the newest LONGEST_QUEUE that were given up.
    """

    def __init__(self, channels: Iterable[Channel], clock: Clock, tell: Tell) -> None:
        self.undelivered: deque[Undelivered] = deque(maxlen=LONGEST_QUEUE)
        self._clock = clock
        self._tell = tell
        self._queues = [(channel, deque[dict[str, Any]]()) for channel in channels]
        self._more = {id(queue): asyncio.Event() for _, queue in self._queues}

    def put(self, told: dict[str, Any]) -> None:
        """Have it delivered on every channel; returns at once. Where a queue is full, its oldest is given up."""
        for channel, queue in self._queues:
            # The first is under way.
            if len(queue) >= LONGEST_QUEUE:
                self._give_up(channel, queue[1], "too many wait before it")
                del queue[1]
            queue.append(told)
            self._more[id(queue)].set()

    async def run(self) -> None:
        """Deliver until cancelled; what waits then is undelivered."""
        try:
            async with asyncio.TaskGroup() as group:
                for channel, queue in self._queues:
                    group.create_task(self._work(channel, queue), name=channel.name)
        finally:
            for channel, queue in self._queues:
                for told in queue:
                    self._give_up(channel, told, "the watch ended")
                queue.clear()

    async def _work(self, channel: Channel, queue: deque[dict[str, Any]]) -> None:
        more = self._more[id(queue)]
        while True:
            while not queue:
                more.clear()
                await more.wait()
            await self._deliver(channel, queue[0])
            queue.popleft()

    async def _deliver(self, channel: Channel, told: dict[str, Any]) -> None:
        for tries, wait in enumerate((*WAITS, None)):
            why = await attempt(channel, told, self._clock)
            if why is None:
                self._tell(Level.INFO, f"alert sent by {channel.name}: {told['title']}")
                return
            if wait is None:
                self._give_up(channel, told, f"{why}, {len(WAITS) + 1} times")
                return
            if tries == 0:  # the last try is a quarter of an hour away, and whoever reads on should not wait for it
                self._tell(Level.WARN, f"not taken by {channel.name} yet ({why}), tried again: {told['title']}")
            log.warning("an alert was not taken by %s: %s; tried again in %g s", channel.name, why, wait)
            await self._clock.sleep(wait)

    def _give_up(self, channel: Channel, told: dict[str, Any], why: str) -> None:
        self.undelivered.append(Undelivered(channel.name, told, why))
        self._tell(Level.ALARM, f"undelivered by {channel.name} ({why}): {told['title']}")


async def attempt(channel: Channel, told: dict[str, Any], clock: Clock) -> str | None:
    """Send it once; None where it was taken, else why it was not."""
    try:
        await within(clock, LIMIT, channel.send(told))
    except NotDelivered as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {LIMIT:g} s"
    except Exception as error:
        # A defect of one channel must end neither the queue nor the other channels.
        log.exception("a channel failed")
        return f"a defect of cpwatch ({type(error).__name__})"
    return None
