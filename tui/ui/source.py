"""Where the screen gets what it draws: the engine's face, as far as the screen needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tui.clock import Clock
from tui.doctor.examination import Examination
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.domain.state import MonitorState


class MonitorSource(Protocol):
    """Something that knows one gateway's state and tells when it changes."""

    @property
    def snapshot(self) -> MonitorState:
        """The latest state; immutable, and safe to read from any thread."""
        ...

    @property
    def examination(self) -> Examination:
        """The walkthrough's newest run of its checks, or the one under way; immutable, and safe to read as well."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock by which the snapshots' times are given."""
        ...

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have `callback` called after each new snapshot or examination, from any thread.

        It returns at once and never raises.
        """
        ...

    def choose_account(self, account_id: str) -> None:
        """Look at that account from now on, or at all of them for `ALL`; returns at once."""
        ...

    def refresh(self) -> None:
        """Ask everything anew that may be asked now; the snapshot's `refreshed` then says so. Returns at once."""
        ...

    def reopen(self, compete: bool) -> None:
        """Re-open the brokerage session, where it may be; the snapshot's `reopening` or its journal tells what came.

        compete: throw out another login that holds it. Returns at once.
        """
        ...

    def look_for_exposure(self) -> None:
        """Ask each public address of the gateway once, without any credentials, for the session's status.

        The snapshot's `path.exposure` tells what came. Returns at once.
        """
        ...

    def examine(self, ids: tuple[str, ...] | None = None, fresh: bool = False) -> None:
        """Run the walkthrough's checks, or those with these ids and what needs them; `examination` tells what comes.

        fresh: look anew also at what was seen just now. Nothing where a run is under way. Returns at once.
        """
        ...

    def prove(self, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        """Ask a gateway once at each of these addresses of this machine; `tell` is called with each answer.

        From any thread. Returns at once, False where nothing is asked any more.
        """
        ...

    def start(self) -> None:
        """Begin to ask the gateway; returns at once."""
        ...

    def stop(self) -> None:
        """Cease to ask, leaving the session as it is; returns within a moment."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A gateway that can be watched from now on. source: not started yet. title: how the header calls it, may be empty.

    badge: the colour behind it, None for none.
    """

    source: MonitorSource
    title: str = ""
    badge: str | None = None


class Gateways(Protocol):
    """The gateways that can be watched in place of the present one."""

    @property
    def names(self) -> tuple[str, ...]:
        """The profiles of the settings."""
        ...

    @property
    def current(self) -> str:
        """The profile that is watched, empty where it is none of them."""
        ...

    def open(self, wanted: str | Address) -> Opened:
        """Make a source for that profile, or for that address; may take a moment.

        Raises an exception whose message tells the user why that could not be.
        """
        ...


class ScenarioSwitch(Protocol):
    """A simulated gateway that can be put into other scenarios while it is watched."""

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios that there are."""
        ...

    def switch(self, name: str) -> None:
        """Play that scenario from now on; may block for a moment, so it is called on a thread of its own.

        Raises an exception whose message tells the user why that could not be.
        """
        ...
