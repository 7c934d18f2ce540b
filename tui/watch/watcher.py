"""The engine as a service: its jobs without a screen, who is told of every change, and what runs beside them."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.redact import described
from tui.domain.state import MonitorState, Pace
from tui.domain.verdict import Verdict, verdict
from tui.engine.actions import Actions
from tui.engine.core import Core
from tui.engine.jobs import AuthJob, LoginJob, TimeJob
from tui.engine.keepalive import TickleJob
from tui.engine.on_word import OnWord, Paced
from tui.engine.probe_job import ProbeJob
from tui.engine.supervise import LONGEST, Backoff, Job, sleep_or_wake, supervise
from tui.engine.traffic import TrafficJob
from tui.watch.notify import Notifier

log = logging.getLogger(__name__)

AUTH_EVERY = 15.0
"""Seconds between two questions for the auth status: nobody looks, and the user's own program shares the gateway."""
BEAT = 1.0
"""Seconds between two calls of a subscriber where nothing changes."""

Seen = Callable[[MonitorState, Verdict, Moment], None]
"""Is given the latest state, the verdict on it, and the present moment."""


class Service(Protocol):
    """Something that runs beside the jobs: a server, a queue of notices."""

    async def run(self, watcher: "Watcher") -> None:
        """Do it until cancelled, or return where there is no more to do. What may refuse is to be tried before.

        A defect that ends it is logged and shown, and it is run again after a while.
        """
        ...


def watch_pace(pace: Pace) -> Pace:
    """The pace of a watch with nobody before it: never faster than AUTH_EVERY, and slower where the settings say so."""
    return replace(pace, auth=max(pace.auth, AUTH_EVERY))


class Watcher:
    """One gateway's engine without a screen. All of it lives on one event loop.

    The core's `publish` has to be this one's `changed`. notifier: tells the service manager how it goes. services: run
    beside the jobs, and end with them; to be filled before `run`. others: jobs that look at more than the gateway.
    beat_at: when the subscribers were last called: an old one means that the loop no longer turns.
    """

    def __init__(
        self,
        core: Core,
        *,
        notifier: Notifier | None = None,
        services: Iterable[Service] = (),
        others: Iterable[Job] = (),
    ) -> None:
        self.core = core
        self.clock = core.clock
        self.actions = Actions(core)
        self.services: list[Service] = list(services)
        self.beat_at: Moment | None = None
        self._notifier = notifier or Notifier()
        self._others = tuple(others)
        self._subscribers: list[Seen] = []
        self._broken: set[Seen] = set()
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()

    @property
    def state(self) -> MonitorState:
        """The latest state."""
        return self.core.state

    def subscribe(self, callback: Seen) -> None:
        """Have it called on the engine's loop once a second, and soon after every change; it has to return at once.

        Changes that come together are told together. What it raises is logged and shown once; it is called again.
        """
        self._subscribers.append(callback)

    def changed(self, _: MonitorState) -> None:
        """The state has changed: the subscribers are called as soon as the loop comes to it."""
        self._changed.set()

    def stop(self) -> None:
        """End `run`, cleanly; called on the loop."""
        self._stopping.set()

    async def run(self) -> None:
        """Do all jobs and services until `stop` is called. Raises what ended them otherwise: a defect."""
        work = asyncio.ensure_future(self._work())
        told = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            self._notifier.stopping()
            for task in (work, told):
                task.cancel()
            await asyncio.gather(work, told, return_exceptions=True)
            await self.actions.aclose()

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            for job in self._jobs():
                group.create_task(supervise(job, self.core), name=job.name)
            group.create_task(self._beating(), name="beat")
            for service in self.services:
                group.create_task(self._serving(service), name=type(service).__name__)

    def _jobs(self) -> list[Job]:
        """Only what the verdict, the login and the keep-alive need: no account is asked about."""
        core = self.core
        auth = AuthJob(core)
        jobs: list[Job] = [
            Paced(auth, core) if core.state.pace.auth > LONGEST else auth,
            _login_job(core),
            TimeJob(core),
            TrafficJob(core),
            ProbeJob(core),
            *self._others,
        ]
        if core.state.session.keep_alive.enabled:
            tickle = TickleJob(core)
            # A pause beyond a minute is otherwise served in full, and after a suspend the tickle has to go out at once.
            jobs.insert(0, Paced(tickle, core) if core.state.pace.tickle > LONGEST else tickle)
        return jobs

    async def _beating(self) -> None:
        every = min(BEAT, self._notifier.watchdog_every or BEAT)
        while True:
            now = self.core.now()
            found = verdict(self.state, now)
            for callback in self._subscribers:
                self._call(callback, found, now)
            self._notifier.beat(self.state, found, now)
            self.beat_at = now
            await sleep_or_wake(self.clock, every, self._changed)

    def _call(self, callback: Seen, found: Verdict, now: Moment) -> None:
        try:
            callback(self.state, found, now)
        except Exception as error:
            if callback in self._broken:
                return  # once a second would fill the log
            self._broken.add(callback)
            log.exception("a subscriber failed")
            self.core.notice(Level.ALARM, f"a part of the watch failed by a defect of cpwatch ({described(error)})")

    async def _serving(self, service: Service) -> None:
        backoff = Backoff(5.0)
        name = type(service).__name__
        while True:
            try:
                return await service.run(self)
            except Exception as error:
                log.exception("the %s service failed", name)
                text = f"the {name} service failed by a defect of cpwatch ({described(error)}), and is started again"
                self.core.notice(Level.ALARM, text)
            await self.clock.sleep(backoff.next())


def _login_job(core: Core) -> Job:
    """When the login was made and ends; over a metered way asked once."""

    def make(core: Core) -> Job:
        # Nobody looks at positions here, for which the login's question waits in the monitor.
        return LoginJob(core, core.portfolio)

    if core.state.path.plan.metered:
        return OnWord(make, core, lambda core: 0 if core.state.session.sign_in else 1)
    return make(core)
