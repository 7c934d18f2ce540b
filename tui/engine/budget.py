"""How often the gateway may be asked: its 10 requests a second belong to the user's own program first."""

from collections import deque

from tui.clock import Clock, Moment

BURST = 3
"""Requests within any one second (contract: *How much it may ask*)."""
PER_MINUTE = 60
"""Requests within any minute: one a second on average."""


class Budget:
    """Hands out turns in the order of asking. The keep-alive takes its turn at once, and is counted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turns: deque[Moment] = deque(maxlen=PER_MINUTE)

    def take(self) -> None:
        """Count a request that goes out now whatever the others did."""
        self._turns.append(self._clock.now())

    async def turn(self) -> None:
        """Return when one more request may go out, and count it."""
        while (wait := self._wait()) > 0:
            await self._clock.sleep(wait)
        self.take()

    def _wait(self) -> float:
        now = self._clock.now()
        waits = [0.0]
        if len(self._turns) >= BURST:
            waits.append(1.0 - now.seconds_since(self._turns[-BURST]))
        if len(self._turns) == PER_MINUTE:
            waits.append(60.0 - now.seconds_since(self._turns[0]))
        return max(waits)
