"""The walkthrough's checks on a monitor's own engine: looked at on its thread, told as they go."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Protocol

from tui.clock import Clock
from tui.doctor.examination import Examination
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.proof import Proof
from tui.domain.redact import described
from tui.domain.state import MonitorState
from tui.domain.way import Told
from tui.engine.beside import Doing, Never

log = logging.getLogger(__name__)

_ENDED = "The checks can't run, for cpwatch no longer asks the gateway. Start cpwatch again."

Tell = Callable[[Examination], None]


class Run(Protocol):
    """Looks at checks, given the engine's Core. ids: those to look at, and what needs them; None for all.

    fresh: whether what the engine has seen just now is looked at anew. before: the run before. tell: called with every
    step.
    """

    def __call__(
        self, core: Any, ids: Sequence[str] | None, fresh: bool, before: Examination, tell: Tell
    ) -> Coroutine[Any, Any, None]:
        """Ends when all have ended."""
        ...


def on_this_machine(told: Told, profile: str | None = None, *, verified: bool = False) -> Run:
    """The checks, as the settings have it. profile: its name. verified: whether a certificate is verified."""

    async def run(core: Any, ids: Sequence[str] | None, fresh: bool, before: Examination, tell: Tell) -> None:
        # Only now, on the engine's thread: they bring what the first paint must not wait for.
        from tui.doctor.on_engine import examined, scenes

        await examined(scenes(core, told, profile, verified=verified), ids, before, tell, fresh=fresh)

    return run


class Engine(Protocol):
    """What there is to know of `tui.engine.thread.MonitorEngine`."""

    snapshot: MonitorState
    clock: Clock

    def subscribe(self, callback: Callable[[], None]) -> None: ...

    def choose_account(self, account: str) -> None: ...

    def refresh(self) -> None: ...

    def reopen(self, compete: bool) -> None: ...

    def look_for_exposure(self) -> None: ...

    def run_on_loop(self, doing: Doing, never: Never = ...) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Examining:
    """An engine with the walkthrough's checks beside its jobs: what the screen takes for its source.

    engine: does all but the checks. examination: the newest run, or the one under way; it may be read from any thread,
    and subscribers are told of a newer one as they are of a snapshot.
    """

    def __init__(self, engine: Engine, run: Run) -> None:
        self.engine = engine
        self.examination = Examination()
        self._run = run
        self._subscribers: list[Callable[[], None]] = []

    @property
    def snapshot(self) -> MonitorState:
        """The engine's."""
        return self.engine.snapshot

    @property
    def clock(self) -> Clock:
        """The engine's."""
        return self.engine.clock

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have it called after each newer snapshot or examination."""
        self._subscribers.append(callback)
        self.engine.subscribe(callback)

    def examine(self, ids: tuple[str, ...] | None = None, fresh: bool = False) -> None:
        """Look at all checks, or at those and at what needs them; `examination` tells what comes. Returns at once.

        fresh: also at what the engine has seen just now. Nothing where a run is under way.
        """
        before = self.examination
        if before.under_way:
            return
        begun = replace(before, begun_at=self.clock.now(), ended_at=None, trouble="")
        self._publish(begun if ids is not None else replace(begun, results={}))

        async def examined(core: Any) -> None:
            await self._examined(core, ids, fresh, before)

        def never() -> None:
            self._publish(self._ended(_ENDED))

        if not self.engine.run_on_loop(examined, never):
            never()

    def choose_account(self, account_id: str) -> None:
        """As the engine does it."""
        self.engine.choose_account(account_id)

    def refresh(self) -> None:
        """As the engine does it."""
        self.engine.refresh()

    def reopen(self, compete: bool) -> None:
        """As the engine does it."""
        self.engine.reopen(compete)

    def look_for_exposure(self) -> None:
        """As the engine does it."""
        self.engine.look_for_exposure()

    def prove(self, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        """Ask a gateway once at each of these addresses of this machine; False where the engine has ended."""

        async def proved(core: Any) -> None:
            from tui.engine.proof import prove

            await prove(core, addresses, tell)

        def never() -> None:
            for each in addresses:
                tell(Proof(each, Failure(FailureKind.UNEXPECTED, "not asked: cpwatch no longer asks the gateway")))

        return self.engine.run_on_loop(proved, never)

    def start(self) -> None:
        """As the engine does it."""
        self.engine.start()

    def stop(self) -> None:
        """As the engine does it; a run that is under way ends."""
        self.engine.stop()

    async def _examined(self, core: Any, ids: tuple[str, ...] | None, fresh: bool, before: Examination) -> None:
        trouble = ""
        try:
            await self._run(core, ids, fresh, before, self._told)
        except asyncio.CancelledError:
            trouble = _ENDED
            raise
        except Exception as error:
            log.exception("the walkthrough's checks ended by a defect")
            what = described(error)
            trouble = f"The checks were ended by a defect of cpwatch ({what})."
        finally:
            self._publish(self._ended(trouble))

    def _told(self, examination: Examination) -> None:
        """A step: of what the run tells, but for when it began and that it has not ended."""
        self._publish(replace(examination, begun_at=self.examination.begun_at, ended_at=None, trouble=""))

    def _ended(self, trouble: str) -> Examination:
        return replace(self.examination, running=frozenset(), ended_at=self.clock.now(), trouble=trouble)

    def _publish(self, examination: Examination) -> None:
        self.examination = examination
        for callback in self._subscribers:
            callback()
