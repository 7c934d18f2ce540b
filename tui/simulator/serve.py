"""`cpwatch simulate`: the simulated gateway as a process, from its arguments to its exit code."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
import threading
from types import FrameType

from tui.clock import SystemClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.scenarios import Scenario, scenario_named
from tui.simulator.server import GatewayServer

STOPPED, BUSY, USAGE = 0, 1, 2
MOST_POSITIONS = 20_000
MOST_ACCOUNTS = 1_000
_STDIN = 0


def run(*, port: int, scenario: str, positions: int, accounts: int, tls: bool, with_parent: bool) -> int:
    """Serve on 127.0.0.1 until SIGTERM or Ctrl-C; with `with_parent` also until standard input ends.

    port: 0 picks a free one. The one line on standard output names the URL once it listens. Returns 0 when
    stopped, 1 where the port can't be had, 2 for a bad value; the reason stands on standard error.
    """
    try:
        chosen = _checked(port, scenario, positions, accounts)
    except ValueError as error:
        return _fail(str(error), USAGE)
    clock = SystemClock()
    gateway = SimulatedGateway(clock, chosen, positions=positions, accounts=accounts)
    try:
        asyncio.run(_serve(GatewayServer(gateway, clock, tls=tls), port, chosen, tls=tls, with_parent=with_parent))
    except OSError as error:
        return _fail(_why(error, port), BUSY)
    except KeyboardInterrupt:
        pass
    return STOPPED


def _checked(port: int, scenario: str, positions: int, accounts: int) -> Scenario:
    for name, value, least, most in (
        ("port", port, 0, 65_535),
        ("positions", positions, 0, MOST_POSITIONS),
        ("accounts", accounts, 1, MOST_ACCOUNTS),
    ):
        if not least <= value <= most:
            raise ValueError(f"--{name} {value} is out of range; give {least} to {most}")
    return scenario_named(scenario)


async def _serve(server: GatewayServer, port: int, scenario: Scenario, *, tls: bool, with_parent: bool) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    bound = await server.start(port)
    if with_parent:
        _stop_at_end_of_input(stop)
    scheme = "https" if tls else "http"
    print(f"simulated gateway on {scheme}://localhost:{bound} (scenario {scenario})", flush=True)
    try:
        await stop.wait()
    finally:
        await server.stop()


def _stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and Ctrl-C end it in order. By signal.signal, since Windows has no add_signal_handler."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()

    def end(_signal: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    """End when standard input does: its other end is the parent's, and closes however the parent dies.

    A thread and os.read: Windows can't wait for a pipe in the loop, and a thread that is inside sys.stdin's own
    buffer when the interpreter ends makes it abort.
    """
    loop = asyncio.get_running_loop()

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(_STDIN, 4096):
                pass
        with contextlib.suppress(RuntimeError):  # The loop ended first.
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _why(error: OSError, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} is taken by another program; choose another with --port, or let --port 0 find a free one"
            )
        case errno.EACCES:
            return f"port {port} is not open to this user; choose one above 1023 with --port, or --port 0"
    return f"can't listen on port {port}: {error.strerror or error}; choose another with --port"


def _fail(reason: str, code: int) -> int:
    print(f"cpwatch simulate: {reason}", file=sys.stderr, flush=True)
    return code
