"""A value with the moment at which it was last true."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tui.clock import Moment

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Stamped(Generic[T]):
    """value, as it was at `at`. Ages are not stored: they would change every slice at every poll."""

    value: T
    at: Moment

    def age(self, now: Moment) -> float:
        """Seconds since the value was last true."""
        return now.seconds_since(self.at)


def with_item(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """A copy of the mapping with one item set; mappings in the state are never changed in place."""
    return {**mapping, key: value}


def without_item(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """A copy of the mapping without that key; the mapping itself where it has no such key."""
    return mapping if key not in mapping else {k: v for k, v in mapping.items() if k != key}
