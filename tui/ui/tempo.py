"""How often the screen is drawn: what decides at once, the rest with the next tick."""

from dataclasses import dataclass
from typing import Self

from tui.doctor.examination import Examination
from tui.domain.state import MonitorState
from tui.domain.verdict_name import VerdictName
from tui.ui.following import Seen


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds between two drawings of what can wait, while the terminal is looked at and while it is not.

    looked_at: 0 draws each snapshot as it comes, and the clock each second. calm: seconds between two looks at what
    time alone makes of a slice, while all is well. slow: whether it is that slow to spare the link, which is said on
    the screen.
    """

    looked_at: int = 1
    away: int = 2
    calm: int = 5
    slow: bool = False

    def every(self, focused: bool) -> int:
        """Seconds between two drawings of what can wait. focused: whether the terminal is looked at."""
        return max(self.looked_at if focused else max(self.looked_at, self.away), 1)

    def due(self, second: int, focused: bool) -> bool:
        """Whether this second of the minute brings a drawing."""
        return second % self.every(focused) == 0

    def rests(self, judged: VerdictName, second: int) -> bool:
        """Whether a slice that is as it was can stay as it is drawn, in this second of the minute.

        Where all is well the panes tell times of day, and what is left in minutes.
        """
        return judged is VerdictName.READY and second % max(self.calm, 1) != 0


PROMPT = Tempo(looked_at=0, away=0, calm=1)
"""Nothing waits."""
SLOW_LINK = Tempo(looked_at=5, away=15, slow=True)
"""For a link that is slow, or paid by the byte."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands on the screen, as far as it decides whether the next snapshot can wait."""

    state: MonitorState
    judged: VerdictName
    examination: Examination

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """What decides it of all that is known."""
        return cls(seen.state, seen.verdict.name, seen.examination)

    def urges(self, newer: "Drawn") -> bool:
        """Whether the newer one says something that the user waits for, or has to know at once.

        Amounts, prices, ages and latencies move with every poll, and can wait. What was done on a key cannot, nor
        can anything that changes what is to be done; nor what is seen for the first time.
        """
        before, after = self.state, newer.state
        return (
            self.judged is not newer.judged
            or self.examination is not newer.examination
            or after.gateway != before.gateway
            or after.paper is not before.paper
            or after.journal is not before.journal
            or after.refreshed is not before.refreshed
            or after.reopening is not before.reopening
            or after.faults is not before.faults
            or after.accounts.visible != before.accounts.visible
            or after.accounts.all != before.accounts.all
            or after.accounts.summaries.keys() != before.accounts.summaries.keys()
            or after.positions.books.keys() != before.positions.books.keys()
            or after.positions.failures.keys() != before.positions.failures.keys()
            or after.path.exposure is not before.path.exposure
            or after.path.findings != before.path.findings
            or after.path.tunnels != before.path.tunnels
            or after.path.kind is not before.path.kind
        )
