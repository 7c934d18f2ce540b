"""`python -m tests.soak`: a week in minutes, a line a day, and at the end what did not hold; exit 1 where that is."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.soak.measure import MEGABYTE
from tests.soak.soak import Day, Shape, Soak
from tui.domain.state import Pace

_COLUMNS = (
    *(("day", 3), ("due", 6), ("able", 6), ("sent", 6), ("answered", 9), ("requests", 9), ("429s", 5), ("events", 8)),
    *(("told", 6), ("verdicts", 9), ("tasks", 6), ("files", 6), ("RSS MB", 7), ("blocks", 8), ("traced MB", 10)),
    ("CPU s", 6),
)
_SHOWN_AT_MOST = 40


def line(day: Day) -> str:
    """A day as a line of the table."""
    held = day.held
    traced = "-" if held.traced is None else f"{held.traced / MEGABYTE:.1f}"
    cells = (
        *(day.number, day.due, day.able, day.sent, day.answered, day.requests, day.limited, day.events, day.entries),
        *(day.verdicts, held.tasks.total(), held.descriptors, f"{held.rss / MEGABYTE:.1f}", held.blocks, traced),
        f"{day.seconds:.0f}",
    )
    return " ".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, _COLUMNS, strict=True))


def largest(before: tracemalloc.Snapshot, after: tracemalloc.Snapshot) -> list[str]:
    """What grew most from one to the other, a line each."""
    return [str(each) for each in after.compare_to(before, "lineno")[:15]]


def soaked(shape: Shape, *, trace: bool) -> list[str]:
    """Soak and print; what did not hold."""
    soak = Soak(shape)
    snapshots: list[tracemalloc.Snapshot] = []

    def each(day: Day) -> None:
        print(line(day), flush=True)
        if trace:
            snapshots[1:] = [tracemalloc.take_snapshot()]

    if trace:
        tracemalloc.start(1)
    print(" ".join(f"{name:>{width}}" for name, width in _COLUMNS), flush=True)
    asyncio.run(soak.run(each))
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(soak.told.counts.items()))
    print(f"told in all: {counts}")
    print(f"the longest time between two answered tickles, apart from outages: {soak.tickles.longest:.1f} s")
    if len(snapshots) > 1:
        print("grown most since the first day's end:", *largest(*snapshots), sep="\n  ")
    return soak.verdicts()


def rarer(factor: float) -> Pace:
    """The usual pace, but for what is asked about the accounts."""
    usual = Pace()
    names = ("accounts", "summary", "others", "pnl", "positions")
    return replace(usual, **{name: getattr(usual, name) * factor for name in names})


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, soak, judge; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--days", type=float, default=7.0, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of what happens, and when")
    parser.add_argument("--positions", type=int, default=50, metavar="N", help="in each account")
    parser.add_argument("--accounts", type=int, default=1, metavar="N")
    parser.add_argument(
        "--rarer", type=float, default=1.0, metavar="N", help="ask N times more rarely for what decides nothing"
    )
    parser.add_argument("--trace", action="store_true", help="trace memory: three times slower, and says what grows")
    parser.add_argument("--shared", action="store_true", help="keep the budget in a file, as several processes do")
    parser.add_argument("--screen", action="store_true", help="a day of the screen instead, at a draw a minute")
    given = parser.parse_args(arguments)
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="cpwatch-soak-") as folder:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_CONFIG_HOME"] = folder
        days = min(given.days, 1.0) if given.screen else given.days
        shared = Path(folder) if given.shared else None
        pace = rarer(given.rarer)
        shape = Shape(days, given.seed, given.positions, given.accounts, pace=pace, folder=shared)
        if given.screen:
            from tests.soak.screen import screened

            broken = screened(shape)
        else:
            broken = soaked(shape, trace=given.trace)
    print(f"seed {given.seed}, {time.process_time() - began:.0f} s of CPU: ", end="")
    if not broken:
        print("every invariant held")
        return 0
    print(f"{len(broken)} findings", *broken[:_SHOWN_AT_MOST], sep="\n  ")
    return 1


if __name__ == "__main__":
    sys.exit(main())
