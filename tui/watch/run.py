"""`cpwatch watch`: one gateway watched until a signal, under the lock that keeps it to one watch."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tui import __version__
from tui.clock import Clock
from tui.domain.journal import Level
from tui.domain.secret import Secret
from tui.domain.state import MonitorState
from tui.domain.way import Told
from tui.engine.budget import Budget
from tui.engine.core import Core
from tui.engine.detached import use_detached_threads
from tui.engine.path_job import path_job
from tui.engine.shared_record import shared_record
from tui.gateway.client import GatewayClient
from tui.watch.lines_out import Writer
from tui.watch.loglines import LineLog
from tui.watch.notify import notifier_of
from tui.watch.reopen import PersonNeeded, Reopener
from tui.watch.watcher import Service, Watcher, watch_pace

SIGNALS = ("SIGTERM", "SIGINT", "SIGBREAK")
"""What ends a watch cleanly; Windows knows the last one, and others do not."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and how. told: what the settings say of the way. way_in: headers for the guard before it.

    as_json: whether lines are JSON. profile: its name, empty where there is none. reopen: whether a lapsed session is
    re-opened. services: run beside the jobs.
    """

    state: MonitorState
    clock: Clock
    ca: Path | None = None
    told: Told = field(default_factory=Told)
    way_in: Mapping[str, Secret] | None = None
    as_json: bool = False
    profile: str = ""
    reopen: bool = False
    services: Sequence[Service] = ()


def run_watch(watch: Watch, writer: Writer) -> None:
    """Watch until a signal comes; the lock is the caller's. Raises what else ended it, which is a defect."""
    try:
        asyncio.run(_watch(watch, writer))
    finally:
        writer.stop()


async def _watch(watch: Watch, writer: Writer) -> None:
    use_detached_threads()
    state = replace(watch.state, pace=watch_pace(watch.state.pace))
    address, clock, pace = state.path.address, watch.clock, state.pace
    lines = LineLog(writer.put, clock, as_json=watch.as_json, profile=watch.profile)
    client = GatewayClient(
        address,
        clock=clock,
        ca=watch.ca,
        connect_timeout=pace.connect_timeout,
        read_timeout=pace.read_timeout,
        way_in=watch.way_in,
    )

    def publish(changed: MonitorState) -> None:
        lines.follow(changed)
        watcher.changed(changed)

    record = shared_record(address, clock)
    core = Core(client, clock, state, publish, Budget(clock, record, tell=lambda text: core.notice(Level.WARN, text)))
    watcher = Watcher(
        core,
        notifier=notifier_of(os.environ),
        services=watch.services,
        others=(path_job(core, watch.told),),
    )
    watcher.subscribe(PersonNeeded(core).look)
    if watch.reopen:
        watcher.subscribe(Reopener(core, watcher.actions).look)
    lines.started(state, f"cpwatch {__version__} watches {address.url}, {_how(state, reopen=watch.reopen)}")
    ended = "by a defect of cpwatch"
    try:
        with _until_signal(watcher.stop) as caught:
            await watcher.run()
        ended = f"by {caught[0]}" if caught else "as it was told to"
    finally:
        await core.budget.flush()
        await client.aclose()
        lines.stopped(core.state, f"the watch has ended {ended}; the gateway's session was left alone")


def _how(state: MonitorState, *, reopen: bool) -> str:
    kept = f"a keep-alive every {state.pace.tickle:g} s" if state.session.keep_alive.enabled else "without a keep-alive"
    return f"{kept}, {'re-opening what lapses' if reopen else 're-opening nothing'}"


@contextlib.contextmanager
def _until_signal(stop: Callable[[], None]) -> Iterator[list[str]]:
    """Have `stop` called on the running loop by the first signal; its name is in the list then.

    The second one of a kind does what it does by itself: it ends the process, should the first not have.
    """
    loop = asyncio.get_running_loop()
    caught: list[str] = []
    old = {}

    def told(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        caught.append(signal.Signals(number).name)
        loop.call_soon_threadsafe(stop)

    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` and shells leave it
            old[number] = signal.signal(number, told)
    try:
        yield caught
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
