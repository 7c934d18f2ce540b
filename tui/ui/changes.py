"""What is said or rung once, when it changes: a verdict that worsens, what came of a wish for a refresh."""

from tui.clock import Moment
from tui.domain.levels import worse
from tui.domain.state import MonitorState
from tui.domain.verdict_name import VerdictName


class Changes:
    """Remembers what was seen of one gateway."""

    def __init__(self) -> None:
        self._judged: VerdictName | None = None
        self._refreshed: Moment | None = None

    def worsened(self, name: VerdictName) -> bool:
        """Whether the verdict got worse than the last one that was known."""
        before = self._judged
        if name is not VerdictName.UNKNOWN:
            self._judged = name
        return worse(before, name)

    def told(self, state: MonitorState) -> str | None:
        """What came of the newest wish for a refresh, once."""
        refreshed = state.refreshed
        if refreshed is None or refreshed.at == self._refreshed:
            return None
        self._refreshed = refreshed.at
        return refreshed.value
