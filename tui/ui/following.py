"""What the screens above the monitor follow, each in its own words; the app need not know them, nor load them."""

from dataclasses import dataclass
from typing import ClassVar

from tui.clock import Moment
from tui.doctor.examination import Examination
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of a moment. masked: whether amounts and ids are hidden. browses: whether a page can be opened.

    examination: the walkthrough's newest run of its checks.
    """

    state: MonitorState
    verdict: Verdict
    now: Moment
    examination: Examination
    masked: bool
    browses: bool


class Follows:
    """A screen that shows what is so now. beneath: also while another screen lies over it."""

    beneath: ClassVar[bool] = False

    def follow(self, seen: Seen) -> None:
        """Show that; each screen what it is for."""
