"""The one place that all questions share which decide nothing: whoever has it takes his turn and asks at once."""

import asyncio

from tui.clock import Clock
from tui.domain.failure import Failure, FailureKind
from tui.engine.budget import LOOK_AGAIN, Budget
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError, error_for


class Place:
    """One question's claim to the place.

    A turn in the budget is worth something only if the request goes out when it is given: behind a slow answer it
    would go out later, and closer to the next one than either was counted. So the place is taken first, and given up
    wherever an endpoint has to wait by itself.

    free: the lock that stands for the place. hanging: set while the gateway answers nothing; then nobody gets it.
    endpoint: what the newest turn was for.
    """

    def __init__(self, free: asyncio.Lock, hanging: asyncio.Event, budget: Budget, clock: Clock) -> None:
        self.endpoint = Endpoint.ROOT
        self._free = free
        self._hanging = hanging
        self._budget = budget
        self._clock = clock
        self._taken = False

    async def take(self, endpoint: Endpoint) -> None:
        """Return with the place and a turn, however long that takes. Raises GatewayError where the gateway hangs."""
        self.endpoint = endpoint
        while True:
            await self._free.acquire()
            self._taken = True
            if self._hanging.is_set():
                raise given_up()
            held = await self._budget.turn_unless_held(endpoint)
            if held == 0:
                return
            self.leave()
            await self._clock.sleep(min(held, LOOK_AGAIN))

    async def again(self, endpoint: Endpoint) -> None:
        """Let others go first, and then take a turn for one more request of the same question."""
        self.leave()
        await self.take(endpoint)

    def leave(self) -> None:
        """Make room for the next; harmless for one who does not have it."""
        if self._taken:
            self._taken = False
            self._free.release()


def given_up() -> GatewayError:
    """What a question comes to that is not asked, or no longer waited for, because the gateway hangs."""
    return error_for(Failure(FailureKind.SILENT, "given up: the gateway takes questions and answers none"))
