"""`cpwatch simulate`: the simulated gateway as a process, from its arguments to its exit code."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
import threading
from types import FrameType

from tui.clock import Clock, SystemClock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.regions import NEW_JERSEY, ZONES
from tui.simulator.scenarios import Scenario, scenario_in, scenario_named
from tui.simulator.server import GatewayServer

STOPPED, BUSY, USAGE = 0, 1, 2
MOST_POSITIONS = 20_000
MOST_ACCOUNTS = 1_000
_STDIN = 0


def run(
    *,
    port: int,
    scenario: str,
    positions: int,
    accounts: int,
    tls: bool,
    with_parent: bool,
    region: str = NEW_JERSEY,
    paced: bool = True,
) -> int:
    """Serve on 127.0.0.1 until SIGTERM or Ctrl-C; with `with_parent` also until standard input ends.

    A parent may also name a scenario there, a line each: the port is closed while one of them restarts.

    port: 0 picks a free one. region: whose midnight ends the login. paced: IBKR counts requests and answers 429.
    The one line on standard output names the URL once it listens. Returns 0 when stopped, 1 where the port can't be
    had, 2 for a bad value; the reason stands on standard error.
    """
    try:
        chosen = _checked(port, scenario, positions, accounts)
        if region not in ZONES:
            raise ValueError(f"unknown region {region[:40]!r}; choose one of: {', '.join(ZONES)}")
    except ValueError as error:
        return _fail(str(error), USAGE)
    clock = SystemClock()
    gateway = SimulatedGateway(clock, chosen, positions=positions, accounts=accounts, region=region, paced=paced)
    try:
        asyncio.run(_serve(gateway, clock, port, tls=tls, with_parent=with_parent))
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


async def _serve(gateway: SimulatedGateway, clock: Clock, port: int, *, tls: bool, with_parent: bool) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    server = GatewayServer(gateway, clock, tls=tls)
    bound = await server.start(port)
    if with_parent:
        _obey_the_parent(gateway, stop)
    scheme = "https" if tls else "http"
    print(f"simulated gateway on {scheme}://localhost:{bound} (scenario {gateway.scenario})", flush=True)
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


def _obey_the_parent(gateway: SimulatedGateway, stop: asyncio.Event) -> None:
    """Play what the lines of standard input name, and end with it: its other end closes however the parent dies.

    A thread and os.read: Windows can't wait for a pipe in the loop, and a thread that is inside sys.stdin's own
    buffer when the interpreter ends makes it abort.
    """
    loop = asyncio.get_running_loop()

    def play(name: bytes) -> None:
        with contextlib.suppress(ValueError):
            gateway.set_scenario(scenario_in(name))

    def listen() -> None:
        kept = b""
        while data := os.read(_STDIN, 4096):
            *lines, kept = (kept + data).split(b"\n")
            for line in lines:
                loop.call_soon_threadsafe(play, line)

    def watch() -> None:
        with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: the loop ended first.
            listen()
        with contextlib.suppress(RuntimeError):
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
