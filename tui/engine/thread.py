"""The engine on a thread of its own, so that a terminal that stops reading stops no tickle."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from tui.clock import Clock
from tui.domain.journal import Level
from tui.domain.redact import described
from tui.domain.secret import Secret
from tui.domain.state import MonitorState
from tui.domain.way import Told
from tui.engine.beside import Beside, Doing, Never

log = logging.getLogger(__name__)

STOP_WITHIN = 5.0
"""Seconds that `stop` waits; requests under way are cancelled, so that it takes a few milliseconds."""


class _Actions(Protocol):
    """What `tui.engine.actions` does, which is imported with the engine's thread."""

    def choose(self, account: str) -> None: ...

    def look_for_exposure(self) -> None: ...

    def refresh(self) -> None: ...

    def reopen(self, *, compete: bool) -> None: ...


class MonitorEngine:
    """Runs all jobs of one gateway and publishes immutable snapshots.

    `snapshot` may be read from any thread. A subscriber is called on the engine's thread after each change; it must
    return at once. Nothing slow is imported before `start`. shared: whether the budget of requests is shared with this
    user's other cpwatch processes. told: what the settings say of the way to the gateway.
    way_in: headers for the guard before it.
    """

    def __init__(
        self,
        state: MonitorState,
        clock: Clock,
        *,
        ca: Path | None = None,
        shared: bool = True,
        told: Told | None = None,
        way_in: Mapping[str, Secret] | None = None,
    ) -> None:
        self.snapshot = state
        self.clock = clock
        self._ca = ca
        self._shared = shared
        self._told = told or Told()
        self._way_in = way_in
        self._subscribers: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="cpwatch-engine", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._actions: _Actions | None = None
        self._beside = Beside(clock)

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` on the engine's thread after every change of the snapshot."""
        self._subscribers.append(callback)

    @property
    def alive(self) -> bool:
        """True while the engine's thread runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to ask; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End all jobs and drop the connections, at any time; the gateway's session is left alone."""
        if not self._thread.is_alive():
            return
        self._ready.wait(STOP_WITHIN)
        if self._loop is not None and self._main is not None:
            # The loop may have closed by itself meanwhile; then there is nothing to end.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(STOP_WITHIN)

    def choose_account(self, account: str) -> None:
        """Let the engine follow this account from now on."""
        self._act(lambda actions: actions.choose(account))

    def refresh(self) -> None:
        """Ask everything anew that may be asked now; the snapshot's `refreshed` then says what is, or why nothing is.

        Callable from any thread, and returns at once.
        """
        self._act(lambda actions: actions.refresh())

    def reopen(self, compete: bool) -> None:
        """Re-open the brokerage session where the verdict calls for it; the snapshot's `reopening` tells what came.

        compete: throw out another login that holds it. Callable from any thread, and returns at once. Where it may not
        be done now, the journal says why. It is tried once.
        """
        self._act(lambda actions: actions.reopen(compete=compete))

    def look_for_exposure(self) -> None:
        """Ask each public address once, as a stranger would; the snapshot's `path.exposure` tells what came.

        Callable from any thread, and returns at once.
        """
        self._act(lambda actions: actions.look_for_exposure())

    def run_on_loop(self, doing: Doing, never: Never = lambda: None) -> bool:
        """Have it done on the engine's loop beside the jobs, as soon as that runs; False where the engine has ended.

        doing: a coroutine function that is given the engine's Core; it sees to its own defects, and is cancelled where
        the engine ends. never: called, on any thread, where the engine ends before its loop ever runs. Callable from
        any thread, and returns at once.
        """
        return self._beside.put(doing, never)

    def _act(self, action: Callable[[_Actions], None]) -> None:
        """Have it done on the engine's loop; nothing where that does not run yet, or no more."""
        if self._loop is not None and self._actions is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(action, self._actions)

    def _publish(self, state: MonitorState) -> None:
        self.snapshot = state
        for callback in self._subscribers:
            callback()

    def _run(self) -> None:
        try:
            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run(self._serve())
        except Exception as error:  # the thread's last resort: what ended it is shown on the screen and logged
            from tui.domain.events import JobDied
            from tui.domain.reduce import reduce

            log.exception("the engine ended")
            what = described(error)
            died = JobDied(self.snapshot.gateway, self.clock.now(), "engine", what, None)
            self._publish(reduce(self.snapshot, died))
        finally:
            self._beside.end()
            self._ready.set()

    async def _serve(self) -> None:
        from tui.engine.actions import Actions
        from tui.engine.budget import Budget
        from tui.engine.core import Core
        from tui.engine.detached import use_detached_threads
        from tui.engine.path_job import path_job
        from tui.engine.run import run_jobs
        from tui.engine.shared_record import shared_record
        from tui.gateway.client import GatewayClient

        use_detached_threads()
        pace = self.snapshot.pace
        client = GatewayClient(
            self.snapshot.path.address,
            clock=self.clock,
            ca=self._ca,
            connect_timeout=pace.connect_timeout,
            read_timeout=pace.read_timeout,
            way_in=self._way_in,
        )
        record = shared_record(self.snapshot.path.address, self.clock) if self._shared else None
        budget = Budget(self.clock, record, tell=lambda text: core.notice(Level.WARN, text))
        core = Core(client, self.clock, self.snapshot, self._publish, budget)

        actions = Actions(core)
        self._actions = actions
        self._loop = asyncio.get_running_loop()
        self._main = asyncio.current_task()
        self._ready.set()
        self._beside.open(core)
        try:
            await run_jobs(core, path_job(core, self._told))
        finally:
            await self._beside.aclose()
            await actions.aclose()
            await client.aclose()
