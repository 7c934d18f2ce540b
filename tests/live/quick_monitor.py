"""The monitor at a pace for tests, as a program: `python -m tests.live.quick_monitor URL`."""

import sys

from tui.clock import SystemClock
from tui.doctor.examining import Examining, on_this_machine
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState, Pace
from tui.domain.way import Told
from tui.engine.thread import MonitorEngine
from tui.ui.app import CpwatchApp

PACE = Pace(auth=3.0, tickle=0.2, accounts=30.0, summary=30.0, positions=2.0, pnl=60.0, others=60.0)


def main(url: str) -> int:
    """Run it on this terminal until it quits."""
    clock = SystemClock()
    address = parse_address(url)
    engine = MonitorEngine(MonitorState(address.url, PathState(address), clock.now(), pace=PACE), clock)
    try:
        return CpwatchApp(Examining(engine, on_this_machine(Told()))).run() or 0
    finally:
        engine.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
