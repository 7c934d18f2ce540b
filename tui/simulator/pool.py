"""The gateway's connections to IBKR: five, and a sixth request waits until one of them is free."""

from tui.clock import Moment

UPSTREAM_CONNECTIONS = 5


class Pool:
    """Tells how long a request takes that comes now and keeps a connection busy for a while."""

    def __init__(self, connections: int = UPSTREAM_CONNECTIONS) -> None:
        self._free_at = [float("-inf")] * connections

    def seconds(self, busy: float, now: Moment) -> float:
        """Seconds from now until it is answered, the wait for a free connection included. busy: without that wait."""
        first = min(range(len(self._free_at)), key=self._free_at.__getitem__)
        self._free_at[first] = max(now.ticks, self._free_at[first]) + busy
        return self._free_at[first] - now.ticks
