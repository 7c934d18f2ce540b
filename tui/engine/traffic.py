"""What asking costs, looked up in the budget every few seconds and told where it shows."""

from tui.domain.events import TrafficSeen
from tui.domain.traffic import same
from tui.engine.core import Core

EVERY = 5.0


class TrafficJob:
    """Tells of requests a second and of 429s, at most every five seconds, and only what differs to one decimal."""

    name = "traffic"

    def __init__(self, core: Core) -> None:
        self._core = core

    async def round(self) -> float:
        """Look once; seconds until the next look."""
        core = self._core
        traffic = core.budget.traffic(core.limited_count)
        if not same(core.state.traffic, traffic):
            core.apply(TrafficSeen(core.gateway, core.now(), traffic))
        return EVERY
