"""IBKR's pacing: how often what may be asked, and the penalty box for who asks more often."""

from collections import deque
from collections.abc import Mapping
from types import MappingProxyType

from tui.clock import Moment

# Path behind `/v1/api` -> (requests, seconds that they are counted over). Counted for all clients together.
LIMITS: Mapping[str, tuple[int, float]] = MappingProxyType(
    {
        "/tickle": (1, 1.0),
        "/sso/validate": (1, 60.0),
        "/portfolio/accounts": (1, 5.0),
        "/portfolio/subaccounts": (1, 5.0),
        "/iserver/account/pnl/partitioned": (1, 5.0),
        "/iserver/account/orders": (1, 5.0),
        "/iserver/account/trades": (1, 5.0),
    }
)
OVERALL = (10, 1.0)


class _Window:
    """The last requests of one kind. Moments without a date: the limits are IBKR's, whose clock nobody sets."""

    def __init__(self, count: int, seconds: float) -> None:
        self._seconds = seconds
        self._last: deque[float] = deque(maxlen=count)

    def full(self, ticks: float) -> bool:
        """Whether one more would be one too many."""
        return len(self._last) == self._last.maxlen and ticks - self._last[0] < self._seconds

    def note(self, ticks: float) -> None:
        """Count one."""
        self._last.append(ticks)


class Pacing:
    """Counts the requests that reach IBKR. on: False admits everything."""

    def __init__(self, *, on: bool = True) -> None:
        self.on = on
        self._boxed_until: float | None = None
        self.forget()

    def admits(self, path: str, now: Moment, penalty: float) -> bool:
        """Whether IBKR answers this request with anything but 429. penalty: seconds in the box for one too many."""
        if not self.on:
            return True
        if self.boxed(now):
            return False
        windows = [window for window in (self._overall, self._windows.get(path)) if window is not None]
        if any(window.full(now.ticks) for window in windows):
            self._boxed_until = now.ticks + penalty
            return False
        for window in windows:
            window.note(now.ticks)
        return True

    def boxed(self, now: Moment) -> bool:
        """Whether the penalty lasts; asking within it makes it no longer."""
        return self._boxed_until is not None and now.ticks < self._boxed_until

    def forget(self) -> None:
        """Start with empty windows and outside the box."""
        self._boxed_until = None
        self._overall = _Window(*OVERALL)
        self._windows = {path: _Window(*limit) for path, limit in LIMITS.items()}
