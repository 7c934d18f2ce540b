"""The sums behind the figures: percentiles, what a compressing ssh sends, and which writes belong together."""

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEVEL = 6
"""Of zlib, as `ssh -C` takes it."""
TOGETHER = 0.02
"""Seconds between two reads that still belong to one repaint."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one read brought. at: seconds on the monotonic clock, taken when the read returned."""

    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """The terminal got another size, in cells. at: as a chunk's."""

    at: float
    width: int
    height: int


Event = Chunk | Resized


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least that share, 0 to 1, of all does not exceed. Raises ValueError for no values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def median(values: Iterable[float]) -> float:
    """The value in the middle, or the mean of the two there. Raises ValueError for none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


class Compressed:
    """A connection that compresses: one stream for its whole life, flushed after each read so that nothing waits."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(LEVEL)

    def sent(self, data: bytes) -> int:
        """Bytes that these cost after all that was sent before."""
        return len(self._stream.compress(data)) + len(self._stream.flush(zlib.Z_SYNC_FLUSH))


def compressed_sizes(events: Iterable[Event]) -> list[int]:
    """What each event costs on a compressed connection, from the connection's beginning; a new size costs nothing."""
    stream = Compressed()
    return [stream.sent(event.data) if isinstance(event, Chunk) else 0 for event in events]


def bursts(events: Sequence[Event], apart: float = TOGETHER) -> list[list[Chunk]]:
    """The chunks in groups, of which each begins at least `apart` seconds after the last of the group before."""
    groups: list[list[Chunk]] = []
    for event in events:
        if not isinstance(event, Chunk):
            continue
        if groups and event.at - groups[-1][-1].at < apart:
            groups[-1].append(event)
        else:
            groups.append([event])
    return groups
