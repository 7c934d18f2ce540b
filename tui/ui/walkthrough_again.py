"""When the walkthrough checks again by itself: once after a change that its remedies are meant to bring."""

from tui.clock import Moment
from tui.domain.verdict_name import VerdictName
from tui.ui.walkthrough_words import WalkthroughView

EVERY = 5.0
"""Seconds from the beginning of one run to the next at the least, however often the verdict changes."""


class Again:
    """Watches the verdict's name and the newest try to re-open the session, from how both are when the screen opens."""

    def __init__(self, view: WalkthroughView) -> None:
        self._verdict = view.verdict
        self._tried_at = _tried_at(view)
        self._due = False

    def due(self, view: WalkthroughView, now: Moment) -> bool:
        """Whether to check all again now; where it is too early, that is remembered."""
        self._note(view)
        begun = view.examination.begun_at
        early = begun is not None and now.seconds_since(begun) < EVERY
        if not self._due or early or view.examination.under_way:
            return False
        self._due = False
        return True

    def _note(self, view: WalkthroughView) -> None:
        before, verdict = self._verdict, view.verdict
        if verdict not in {before, VerdictName.UNKNOWN}:
            self._verdict = verdict
            # What a run finds out where nothing was known before, it knows itself.
            self._due = self._due or not (before is VerdictName.UNKNOWN and view.examination.under_way)
        tried_at = _tried_at(view)
        if tried_at not in {None, self._tried_at}:
            self._due = True
        self._tried_at = tried_at


def _tried_at(view: WalkthroughView) -> Moment | None:
    """When the newest try to re-open the session began, once it has ended."""
    tried = view.state.reopening
    return tried.asked_at if tried is not None and tried.outcome is not None else None
