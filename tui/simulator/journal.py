"""What the simulated gateway was asked: a bounded log and counters, for tests and for the curious."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

_KEPT = 1000
_MOST_KEYS = 500
_LONGEST_PATH = 200
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. at: seconds since the simulated gateway started, monotonic."""

    method: str
    path: str
    scenario: str
    at: float


class Journal:
    """All requests but those to the control plane; the last thousand of them with their times."""

    def __init__(self) -> None:
        self.total = 0
        self.counters: Counter[str] = Counter()
        self.last: deque[Asked] = deque(maxlen=_KEPT)

    def note(self, method: str, path: str, scenario: str, at: float) -> None:
        """Write one request down. Past 500 different paths the counters add up under `other`."""
        path = path[:_LONGEST_PATH]
        key = f"{method} {path}"
        self.total += 1
        self.counters[key if key in self.counters or len(self.counters) < _MOST_KEYS else OTHER] += 1
        self.last.append(Asked(method, path, scenario, at))

    def count(self, key: str) -> int:
        """How often `METHOD path` was asked."""
        return self.counters[key]

    def as_json(self) -> dict[str, Any]:
        """The body of `GET /_sim/requests`."""
        return {
            "total": self.total,
            "counters": dict(self.counters),
            "last": [asdict(asked) for asked in self.last],
        }
