"""Changing what is watched, one change after the other: another profile's gateway, an address, a demo's scenario."""

import asyncio
import logging
from collections.abc import Callable

from tui.domain.address import Address
from tui.ui.source import Gateways, Opened, ScenarioSwitch

log = logging.getLogger(__name__)


class Switching:
    """Does it on a thread, as either may block for a moment; what does not succeed is said, and changes nothing.

    scenarios: what a simulated gateway can play, None for a real one. gateways: None where no other can be watched.
    """

    def __init__(self, scenarios: ScenarioSwitch | None, gateways: Gateways | None, say: Callable[[str], None]) -> None:
        self.scenarios = scenarios
        self.gateways = gateways
        self._say = say
        self._one = asyncio.Lock()

    async def play(self, name: str) -> bool:
        """Have the simulated gateway play that scenario; whether it does."""
        if self.scenarios is None:
            return False
        async with self._one:
            try:
                await asyncio.to_thread(self.scenarios.switch, name)
            except Exception as error:  # noqa: BLE001 (whatever it was, the demo goes on as it is, and the user is told)
                log.warning("the scenario %s could not be played: %s", name, error)
                self._say(f"The scenario {name} could not be played: {error}")
                return False
            return True

    async def open(self, wanted: str | Address) -> Opened | None:
        """The gateway of that profile, or at that address, ready to be watched; None where it can't be."""
        if self.gateways is None:
            return None
        async with self._one:
            try:
                return await asyncio.to_thread(self.gateways.open, wanted)
            except Exception as error:  # noqa: BLE001 (whatever it was, what is watched goes on, and the user is told)
                log.warning("another gateway could not be watched: %s", error)
                self._say(f"That gateway can't be watched: {error}")
                return None
