"""A terminal that nobody reads for a long time, at the program's own pace: `python -m tests.live.blocked --minutes 10`.

No part of the test run, which has the same in a few seconds at a faster pace (test_blocked_terminal). It tells how many
tickles came, how the memory grew, and whether the screen was whole once somebody read again; 1 where something was not
as it must be.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import psutil

from tests.support.pseudo import Pseudo, pseudo
from tui.clock import Moment, SystemClock
from tui.simulator.child import SimulatorChild

TICKLE = "POST /v1/api/tickle"
EVERY = 60.0
"""Seconds from one tickle to the next."""
GROWTH = 2 * 1024 * 1024
"""Bytes by which the memory may grow in the second half: as much as in a day. In the first it fills what is bounded."""
CPU = 0.05
"""Cores that it may take behind a terminal that takes nothing."""
COLOURS = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}


def main(minutes: float) -> int:
    """Block it for so long; the exit code."""
    clock = SystemClock()
    with (
        tempfile.TemporaryDirectory() as home,
        SimulatorChild(positions=60) as child,
        pseudo(Path(home), "--url", child.url, width=200, height=60, environment=COLOURS) as terminal,
    ):

        def sent() -> int:
            return int(child.requests()["counters"].get(TICKLE, 0))

        terminal.until("READY")
        terminal.block()
        ours = psutil.Process(terminal.process.pid)
        tickles, memory, spent, began = sent(), [ours.memory_info().rss], sum(ours.cpu_times()[:2]), clock.now()
        while (elapsed := clock.now().seconds_since(began)) < minutes * 60:
            asyncio.run(clock.sleep(min(EVERY / 2, minutes * 60 - elapsed)))
            memory.append(ours.memory_info().rss)
        tickles, cpu = sent() - tickles, (sum(ours.cpu_times()[:2]) - spent) / elapsed
        return told(terminal, clock.now(), elapsed, tickles, memory, cpu)


def told(terminal: Pseudo, until: Moment, elapsed: float, tickles: int, memory: list[int], cpu: float) -> int:
    """Say what came of it, read again, and leave; the exit code."""
    due, half = int(elapsed // EVERY), memory[len(memory) // 2 :]
    growth = max(half) - half[0]
    print(f"blocked for {elapsed:.0f} s: {tickles} tickles, {due} due; {100 * cpu:.2f} % CPU")
    print("MB every half minute:", *(f"{each / 2**20:.1f}" for each in memory))
    blocked = terminal.waiting
    terminal.resize(199, 60)
    terminal.until("READY")
    terminal.until(lambda: f"{until.wall:%H:%M}" in terminal.screen or "keep-alive" in terminal.screen)
    terminal.press("q")
    code = terminal.ended()
    print(f"{blocked} bytes waited; then the screen was whole, and it ended with {code}")
    return 0 if tickles >= due and growth <= GROWTH and cpu <= CPU and code == 0 else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--minutes", type=float, default=10.0)
    sys.exit(main(options.parse_args().minutes))
