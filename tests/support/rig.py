"""The whole engine over a simulated gateway, without sockets, on a clock that the test drives."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.clock import ManualClock, settle
from tests.support.flights import Watched
from tui.clock import Clock
from tui.domain.accounts import AccountsState
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.session import KeepAlive, SessionState
from tui.domain.state import Here, MonitorState, Pace
from tui.domain.verdict import Verdict, verdict
from tui.engine.actions import Actions
from tui.engine.budget import Budget
from tui.engine.core import Core
from tui.engine.run import run_jobs
from tui.engine.shared_record import shared_record
from tui.engine.supervise import Job
from tui.gateway.client import GatewayClient
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.scenarios import Scenario

URL = "https://localhost:5000"


@dataclass
class Rig:
    """clock, gateway and transport are the test's levers; core is what it looks at; published: every snapshot.

    actions: what the user asks of the engine.
    """

    clock: ManualClock
    gateway: SimulatedGateway
    transport: Watched
    core: Core
    published: list[MonitorState] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The user's hands on it."""
        self.actions = Actions(self.core)

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
    async def running(self, *others: Job) -> AsyncIterator["Rig"]:
        """All jobs under way, and those that look at more than the gateway; ended at the end."""
        task = asyncio.create_task(run_jobs(self.core, *others))
        await settle()
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self.actions.aclose()
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
    beside: "Rig | None" = None,
    folder: Path | None = None,
    name: str | None = None,
    hidden: frozenset[str] = frozenset(),
    theirs: Clock | None = None,
) -> Rig:
    """A rig whose engine has asked nothing yet.

    beside: another rig, whose gateway and clock this one has too. folder: where the budget is shared with all rigs of
    the same folder; by default it is the rig's own. name: of this process in it. hidden: ids of accounts
    that the settings hide. theirs: the gateway's clock, where it is another one, as it is for a machine that sleeps.
    """
    random.seed(1)  # the jitter of the waits, the same in every run
    clock = clock or (beside.clock if beside else ManualClock())
    gateway = beside.gateway if beside else None
    gateway = gateway or SimulatedGateway(theirs or clock, scenario, accounts=accounts, positions=positions)
    transport = Watched(gateway, clock)
    address = parse_address(URL)
    client = GatewayClient(address, clock=clock, transport=transport)
    state = MonitorState(
        gateway=address.url,
        path=PathState(address),
        started_at=clock.now(),
        session=SessionState(keep_alive=KeepAlive(enabled=keep_alive)),
        pace=pace or Pace(),
        here=here or Here(),
        accounts=AccountsState(hidden=hidden),
    )
    published: list[MonitorState] = []
    record = None if folder is None else shared_record(address, clock, folder)
    core = Core(client, clock, state, published.append, Budget(clock, record, name=name))
    return Rig(clock, gateway, transport, core, published)
