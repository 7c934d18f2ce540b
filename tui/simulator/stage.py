"""Playing a script: which situation holds at a moment, and what the session becomes when another one begins."""

import math

from tui.clock import Moment
from tui.simulator.scenarios import Scenario
from tui.simulator.session import Session
from tui.simulator.situations import SCRIPTS, Situation


class Stage:
    """The scenario that plays, on a session. Its clock is the monotonic one, and starts with each `play`."""

    def __init__(self, scenario: Scenario, session: Session, now: Moment) -> None:
        self._session = session
        self.play(scenario, now)

    def play(self, scenario: Scenario, now: Moment) -> None:
        """Start that scenario from its beginning."""
        self.scenario = scenario
        self.script = SCRIPTS[scenario]
        self._session.timers = self.script.timers
        self._index = 0
        self._ends = now.plus(self.script.phases[0].seconds) if math.isfinite(self._seconds) else None
        self._begin(now)

    def situation(self, now: Moment) -> Situation:
        """What holds at this moment; every phase that began since the last look has had its effect, in its order."""
        self._skip_rounds(now)
        while self._ends is not None and now.ticks >= self._ends.ticks:
            self._session.pass_to(self._ends)
            began = self._ends
            self._index = (self._index + 1) % len(self.script.phases)
            self._ends = began.plus(self._seconds) if math.isfinite(self._seconds) else None
            self._begin(began)
        self._session.pass_to(now)
        return self.script.phases[self._index].situation

    def seconds_to_change(self, now: Moment) -> float:
        """Seconds until the next situation begins; infinite where none does."""
        self.situation(now)
        return math.inf if self._ends is None else max(0.0, self._ends.ticks - now.ticks)

    @property
    def _seconds(self) -> float:
        return self.script.phases[self._index].seconds

    def _begin(self, at: Moment) -> None:
        situation = self.script.phases[self._index].situation
        self._session.establishes = situation.establishes
        if not situation.listens:
            self._session.restart()
        if situation.session is not None:
            self._session.become(situation.session, at)

    def _skip_rounds(self, now: Moment) -> None:
        """Leave out whole rounds that nobody saw; a round ends where it began."""
        if self._ends is None or not self.script.repeats:
            return
        whole = sum(phase.seconds for phase in self.script.phases)
        rounds = int((now.ticks - self._ends.ticks) // whole)
        if rounds > 0:
            self._ends = self._ends.plus(rounds * whole)
