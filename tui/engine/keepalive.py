"""The keep-alive: a tickle a minute that no other request can hold up and no error can end."""

from dataclasses import replace

from tui.clock import Moment
from tui.domain.events import TickledElsewhere, TickleDue, TickleSeen
from tui.domain.failure import Failure, FailureKind
from tui.domain.session import Tickle
from tui.engine.core import FAST_RETRY, PASSING, Core
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError

FAST_RETRIES = 12


class TickleJob:
    """Sends a tickle every `interval` seconds, counted from when one was due, not from when it was answered.

    After a failure that may pass, it tries again 5 s later, at most 12 times in a row, then only when one is due.
    A tickle that another cpwatch process has had answered stands for this one's.
    """

    name = "keep-alive"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._due: Moment | None = None
        self._fast_retries = 0

    async def round(self) -> float:
        """Send one tickle, at once, unless another process's stands for it; seconds until the next look."""
        core = self._core
        wait = await core.budget.claim_tickle(core.state.pace.tickle)
        if wait > 0:
            self._tell_of_another(wait)
            return wait
        self._open_slot(core.now())
        asked = core.now()
        outcome: Tickle | Failure
        core.tickling.set()
        try:
            answer = await core.client.tickle()
        except GatewayError as error:
            outcome, timing = error.failure, error.timing
            if outcome.kind is FailureKind.RATE_LIMITED:
                outcome = core.limited(Endpoint.TICKLE, error).failure
            # After a 429 there are no quick ones: the budget would let none out, whatever it is that fails now.
            quick = self._fast_retries < FAST_RETRIES and core.budget.penalty(Endpoint.TICKLE) == 0
            retry = outcome.kind in PASSING and quick
            self._fast_retries += retry
        else:
            outcome, timing = answer.value, answer.timing
            core.budget.tickled()
            retry = False
            self._fast_retries = 0
        finally:
            core.tickling.clear()
        now = core.now()
        delay = self._until_due(now)
        if isinstance(outcome, Failure) and outcome.kind is FailureKind.RATE_LIMITED:
            # A tickle keeps its minute whatever was answered, so that is all the wait that there is to tell of.
            outcome = replace(outcome, retry_after=delay)
        if retry:
            delay = min(delay, FAST_RETRY) if delay > 0 else FAST_RETRY
        core.apply(TickleSeen(core.gateway, now, asked, outcome, timing, now.plus(delay)))
        return delay

    def _tell_of_another(self, wait: float) -> None:
        core = self._core
        answered_at = core.budget.tickled_elsewhere_at()
        now = core.now()
        if answered_at is not None and now.seconds_since(answered_at) < core.state.pace.tickle:
            self._due = None
            self._fast_retries = 0
            core.apply(TickledElsewhere(core.gateway, now, answered_at, now.plus(wait)))

    def _open_slot(self, now: Moment) -> None:
        """Count a tickle as due when its minute has come; a retry within the minute belongs to the same one."""
        interval = self._core.state.pace.tickle
        if self._due is None or now.seconds_since(self._due) >= interval * 2:
            due = now  # the first, or the first after a suspend: what was slept through is not made up for
        elif now.seconds_since(self._due) >= interval:
            due = self._due.plus(interval)
            if due.ticks > now.ticks:  # a wall clock that was set forward, and may be set back, makes no tickle late
                due = now
        else:
            return
        self._due = due
        self._core.apply(TickleDue(self._core.gateway, now))

    def _until_due(self, now: Moment) -> float:
        if self._due is None:
            return 0.0
        return now.seconds_until(self._due.plus(self._core.state.pace.tickle))
