"""The whole engine over a simulated gateway, without sockets, on a clock that the test drives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.clock import ManualClock, settle
from tests.support.wired import SimTransport
from tui.domain.path import PathState, parse_address
from tui.domain.session import KeepAlive, SessionState
from tui.domain.state import Here, MonitorState, Pace
from tui.domain.verdict import Verdict, verdict
from tui.engine.core import Core
from tui.engine.run import run_jobs
from tui.gateway.client import GatewayClient
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.scenarios import Scenario

URL = "https://localhost:5000"


@dataclass
class Rig:
    """clock, gateway and transport are the test's levers; core is what it looks at; published: every snapshot."""

    clock: ManualClock
    gateway: SimulatedGateway
    transport: SimTransport
    core: Core
    published: list[MonitorState] = field(default_factory=list)

    @property
    def state(self) -> MonitorState:
        """The engine's latest state."""
        return self.core.state

    def verdict(self) -> Verdict:
        """The verdict now."""
        return verdict(self.core.state, self.clock.now())

    def asked(self, path: str) -> int:
        """How many requests the gateway has had whose path ends so."""
        counters = self.gateway.journal.counters
        return sum(count for name, count in counters.items() if name.endswith(path))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Rig"]:
        """All jobs under way, and ended at the end."""
        task = asyncio.create_task(run_jobs(self.core))
        await settle()
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self.core.client.aclose()


def rig(
    scenario: Scenario = Scenario.READY,
    *,
    keep_alive: bool = True,
    pace: Pace | None = None,
    accounts: int = 1,
    positions: int = 12,
    clock: ManualClock | None = None,
    here: Here | None = None,
) -> Rig:
    """A rig whose engine has asked nothing yet."""
    clock = clock or ManualClock()
    gateway = SimulatedGateway(clock, scenario, accounts=accounts, positions=positions)
    transport = SimTransport(gateway, clock)
    address = parse_address(URL)
    client = GatewayClient(address, clock=clock, transport=transport)
    state = MonitorState(
        gateway=address.url,
        path=PathState(address),
        started_at=clock.now(),
        session=SessionState(keep_alive=KeepAlive(enabled=keep_alive)),
        pace=pace or Pace(),
        here=here or Here(),
    )
    published: list[MonitorState] = []
    return Rig(clock, gateway, transport, Core(client, clock, state, published.append), published)
