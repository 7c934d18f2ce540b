"""What a process holds at a moment: tasks, descriptors, memory; and what has grown beyond its bound."""

import asyncio
import gc
import os
import sys
import threading
import tracemalloc
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tui.domain.history import CHANGES, LIMIT
from tui.domain.journal import JOURNAL_LIMIT
from tui.domain.latency import RING, Series
from tui.domain.state import MonitorState

MEGABYTE = 1 << 20
MOST_GROWTH = 2 * MEGABYTE
"""Bytes a day, after the first, in which everything that is bounded fills up."""
MOST_BLOCKS = 20_000
"""Blocks of Python's allocator a day: about as much, at 100 bytes each."""
MOST_SLOTS = 62
"""Tickles of the past hour, and one at either end of it."""


@dataclass(frozen=True)
class Held:
    """tasks: by what they run. rss, traced: bytes, the latter None where nobody traces. blocks: of Python's heap."""

    tasks: Counter[str]
    descriptors: int
    threads: int
    rss: int
    blocks: int
    traced: int | None = None


def held() -> Held:
    """What this process holds now, after a collection of garbage; on the running loop."""
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else None
    return Held(tasks(), descriptors(), threading.active_count(), rss(), sys.getallocatedblocks(), traced)


def tasks() -> Counter[str]:
    """The running loop's tasks, by the names of what they run."""
    return Counter(
        task.get_name()
        if not task.get_name().startswith("Task-")
        else str(getattr(task.get_coro(), "__qualname__", ""))
        for task in asyncio.all_tasks()
    )


def descriptors() -> int:
    """How many files and sockets are open; 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def rss() -> int:
    """Bytes of resident memory."""
    return int(psutil.Process(os.getpid()).memory_info().rss)


def grown(days: Sequence[Held]) -> list[str]:
    """What grew faster than it may, from the first day's end to the last's; nothing can be said of a single day."""
    if len(days) < 2:
        return []
    first, last, count = days[0], days[-1], len(days) - 1
    found = []
    if last.rss - first.rss > MOST_GROWTH * count:
        found.append(f"resident memory grew by {(last.rss - first.rss) / count / MEGABYTE:.1f} MB a day")
    if last.blocks - first.blocks > MOST_BLOCKS * count:
        found.append(f"Python's heap grew by {(last.blocks - first.blocks) // count} blocks a day")
    if first.traced is not None and last.traced is not None and last.traced - first.traced > MOST_GROWTH * count:
        found.append(f"traced memory grew by {(last.traced - first.traced) / count / MEGABYTE:.1f} MB a day")
    return found


def too_long(state: MonitorState) -> list[str]:
    """What in the state has more than its bound allows."""
    gauges = state.path.gauges
    sizes = {
        "journal": (len(state.journal), JOURNAL_LIMIT),
        "tickles": (len(state.session.keep_alive.slots), MOST_SLOTS),
        "history": (len(state.history.buckets), LIMIT),
        "changes": (len(state.history.changes), CHANGES),
        **{series.value: (len(gauges.ring(series).samples), RING) for series in Series},
        "faults": (len(state.faults), 0),
    }
    return [f"{name}: {size} where {most} are the most" for name, (size, most) in sizes.items() if size > most]
