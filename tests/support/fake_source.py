"""A MonitorSource that tests push states into."""

from collections.abc import Callable

from tests.support.clock import ManualClock
from tui.doctor.examination import Examination
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.domain.state import MonitorState


class FakeSource:
    """Holds one state, and tells its subscribers of the next; remembers what was asked of it."""

    def __init__(self, snapshot: MonitorState, clock: ManualClock | None = None) -> None:
        self.snapshot = snapshot
        self.clock = clock or ManualClock()
        self.chosen: list[str] = []
        self.refreshed = 0
        self.reopened: list[bool] = []
        self.exposure_looks = 0
        self.examination = Examination()
        self.examined: list[tuple[tuple[str, ...] | None, bool]] = []
        self.proved: list[tuple[Address, ...]] = []
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

    def push_examination(self, examination: Examination) -> None:
        """The checks stand so now."""
        self.examination = examination
        for callback in self._callbacks:
            callback()

    def examine(self, ids: tuple[str, ...] | None = None, fresh: bool = False) -> None:
        """Remember which, and whether anew."""
        self.examined.append((ids, fresh))

    def choose_account(self, account_id: str) -> None:
        """Remember the choice."""
        self.chosen.append(account_id)

    def refresh(self) -> None:
        """Count."""
        self.refreshed += 1

    def reopen(self, compete: bool) -> None:
        """Remember whether it was to compete."""
        self.reopened.append(compete)

    def look_for_exposure(self) -> None:
        """Count."""
        self.exposure_looks += 1

    def prove(self, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        """Remember where."""
        self.proved.append(addresses)
        return True

    def start(self) -> None:
        """Count."""
        self.started += 1

    def stop(self) -> None:
        """Count."""
        self.stopped += 1
