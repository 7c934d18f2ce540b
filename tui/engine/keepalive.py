"""The keep-alive: a tickle a minute that no other request can hold up and no error can end."""

from tui.clock import Moment
from tui.domain.events import TickleDue, TickleSeen
from tui.domain.failure import Failure, FailureKind
from tui.domain.session import Tickle
from tui.engine.core import Core
from tui.gateway.errors import GatewayError

FAST_RETRY = 5.0
FAST_RETRIES = 12

_WORTH_A_FAST_RETRY = frozenset(
    {
        FailureKind.UNRESOLVED,
        FailureKind.REFUSED,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.TLS_TIMEOUT,
        FailureKind.CUT,
        FailureKind.SILENT,
        FailureKind.BACKEND,
    }
)
"""Transport errors and 5xx: the next try may well succeed. Never a 429, and never what only a person can mend."""


class TickleJob:
    """Sends a tickle every `interval` seconds, counted from when one was due, not from when it was answered.

    After a failure that may pass, it tries again 5 s later, at most 12 times in a row, then only when one is due.
    """

    name = "keep-alive"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._due: Moment | None = None
        self._fast_retries = 0

    async def round(self) -> float:
        """Send one tickle, at once; seconds until the next."""
        core = self._core
        self._open_slot(core.now())
        core.budget.take()
        asked = core.now()
        outcome: Tickle | Failure
        try:
            answer = await core.client.tickle()
        except GatewayError as error:
            outcome, timing = error.failure, error.timing
            retry = outcome.kind in _WORTH_A_FAST_RETRY and self._fast_retries < FAST_RETRIES
            self._fast_retries += retry
        else:
            outcome, timing = answer.value, answer.timing
            retry = False
            self._fast_retries = 0
        now = core.now()
        delay = self._until_due(now)
        if retry:
            delay = min(delay, FAST_RETRY) if delay > 0 else FAST_RETRY
        core.apply(TickleSeen(core.gateway, now, asked, outcome, timing, now.plus(delay)))
        return delay

    def _open_slot(self, now: Moment) -> None:
        """Count a tickle as due when its minute has come; a retry within the minute belongs to the same one."""
        interval = self._core.state.pace.tickle
        if self._due is None or now.seconds_since(self._due) >= interval * 2:
            due = now  # the first, or the first after a suspend: what was slept through is not made up for
        elif now.seconds_since(self._due) >= interval:
            due = self._due.plus(interval)
        else:
            return
        self._due = due
        self._core.apply(TickleDue(self._core.gateway, now))

    def _until_due(self, now: Moment) -> float:
        if self._due is None:
            return 0.0
        return now.seconds_until(self._due.plus(self._core.state.pace.tickle))
