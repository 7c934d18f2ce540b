"""A MonitorSource that tests push states into."""

from collections.abc import Callable

from tests.support.clock import ManualClock
from tui.domain.state import MonitorState


class FakeSource:
    """Holds one state, and tells its subscribers of the next; remembers what was asked of it."""

    def __init__(self, snapshot: MonitorState, clock: ManualClock | None = None) -> None:
        self.snapshot = snapshot
        self.clock = clock or ManualClock()
        self.chosen: list[str] = []
        self.refreshed = 0
        self.reopened: list[bool] = []
        self.started = 0
        self.stopped = 0
        self._callbacks: list[Callable[[], None]] = []

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call it after each push."""
        self._callbacks.append(callback)

    def push(self, state: MonitorState) -> None:
        """The state is this one now."""
        self.snapshot = state
        for callback in self._callbacks:
            callback()

    def choose_account(self, account_id: str) -> None:
        """Remember the choice."""
        self.chosen.append(account_id)

    def refresh(self) -> None:
        """Count."""
        self.refreshed += 1

    def reopen(self, compete: bool) -> None:
        """Remember whether it was to compete."""
        self.reopened.append(compete)

    def start(self) -> None:
        """Count."""
        self.started += 1

    def stop(self) -> None:
        """Count."""
        self.stopped += 1
