"""What asking costs: requests a second, and the times that IBKR said 429."""

from dataclasses import dataclass

from tui.clock import Moment

SAME = 1.0
"""Seconds by which the end of a penalty may differ and be the same: it is counted anew at each look."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests a second over the past minute, to one decimal: of this process, and of all cpwatch processes together.

    limited: how many 429s this process was answered since its start. until: when the longest penalty that holds ends,
    whichever process had the 429, None where none holds. everything: whether it stops all polling, not one endpoint's.
    """

    own: float
    all: float
    limited: int = 0
    until: Moment | None = None
    everything: bool = False


def same(one: Traffic | None, other: Traffic) -> bool:
    """Whether both show the same, so that nothing need be drawn."""
    if one is None or (one.own, one.all, one.limited, one.everything) != (
        other.own,
        other.all,
        other.limited,
        other.everything,
    ):
        return False
    if one.until is None or other.until is None:
        return one.until is other.until
    return abs(one.until.ticks - other.until.ticks) <= SAME
