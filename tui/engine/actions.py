"""What the user may ask of the engine: another account, everything anew, and the brokerage session re-opened."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import replace
from typing import Any

from tui.clock import Clock, Moment
from tui.domain.address import Address, parse_address
from tui.domain.events import AccountChosen, ExposureAsked, ExposureSeen, Refreshed, ReopenAsked, ReopenSeen
from tui.domain.exposure import Openness, Probe
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Level
from tui.domain.public import internet_urls
from tui.domain.redact import described
from tui.domain.reopen import HELPS, not_before, refusal, unhelped
from tui.domain.session import AuthStatus
from tui.domain.verdict import VerdictName, verdict
from tui.engine.core import Core, unless
from tui.engine.place import given_up
from tui.engine.refresh import refresh
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError, error_for
from tui.gateway.stranger import look_as_stranger

log = logging.getLogger(__name__)
Look = Callable[[Address, Clock], Awaitable[Probe]]


class Actions:
    """One engine's actions. Every method but `aclose` is called on its loop and returns at once.

    look_as_stranger: asks a public address as anyone could; tests give their own.
    """

    def __init__(self, core: Core, look_as_stranger: Look = look_as_stranger) -> None:
        self._core = core
        self._look_as_stranger = look_as_stranger
        self._refreshed_at: Moment | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def choose(self, account: str) -> None:
        """Follow that account from now on, or all of them for `ALL`."""
        core = self._core
        core.apply(AccountChosen(core.gateway, core.now(), account))
        core.wake("positions", "summary", "ledger", "names")

    def refresh(self) -> None:
        """Ask everything anew that may be asked now; the state's `refreshed` says what that is, or why nothing is."""
        core = self._core
        anew = refresh(core, self._refreshed_at)
        if anew.accepted:
            self._refreshed_at = core.now()
        core.apply(Refreshed(core.gateway, core.now(), anew.text))

    def reopen(self, *, compete: bool, on: Collection[VerdictName] = HELPS) -> None:
        """Re-open the brokerage session, once, where the verdict calls for it; else the journal says why not.

        on: the verdicts that call for it, when it is asked for and still when it is sent.
        """
        core = self._core
        now = core.now()
        why = refusal(core.state, verdict(core.state, now).name, now)
        if why is None and (held := core.budget.held(Endpoint.SSODH_INIT)) > 0:
            why = not_before(now.plus(held))  # another process's try, or a 429
        if why is not None:
            core.notice(Level.WARN, why)
            return
        # Before anything is waited for, so that a second wish finds it under way.
        core.apply(ReopenAsked(core.gateway, now, compete))
        self._do(self._reopen(compete, on))

    def look_for_exposure(self) -> None:
        """Ask each public address once as a stranger would; nothing where that is under way."""
        core = self._core
        known = core.state.path.exposure
        if known is not None and known.at is None:
            return
        core.apply(ExposureAsked(core.gateway, core.now()))
        self._do(self._exposure())

    async def aclose(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _do(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _exposure(self) -> None:
        core = self._core
        probes = [await self._probe(url) for url in internet_urls(core.state.path)]
        core.apply(ExposureSeen(core.gateway, core.now(), tuple(probes)))

    async def _probe(self, url: str) -> Probe:
        """One address; a defect at one must not make it look as if there were none."""
        core = self._core
        try:
            if await core.budget.turn_unless_held(Endpoint.AUTH_STATUS) > 0:
                return Probe(url, Openness.UNCLEAR, "not asked: IBKR asked to slow down (429)")
            probe = await self._look_as_stranger(parse_address(url), core.clock)
            if probe.failure is not None and probe.failure.kind is FailureKind.RATE_LIMITED:
                core.limited(Endpoint.AUTH_STATUS, error_for(probe.failure))  # IBKR counts it as any other of ours
            return replace(probe, url=url)
        except Exception as error:
            log.exception("the look at a public address failed by a defect")
            what = described(error)
            core.notice(Level.ALARM, f"the look at the public addresses failed by a defect of cpwatch ({what})")
            return Probe(url, Openness.UNCLEAR, "not looked at, by a defect of cpwatch")

    async def _reopen(self, compete: bool, on: Collection[VerdictName]) -> None:
        core = self._core
        outcome: AuthStatus | Failure
        try:
            outcome = await self._opened(compete, on)
        except GatewayError as error:
            outcome = error.failure
        except Exception as error:
            log.exception("re-opening the brokerage session failed by a defect")
            what = described(error)
            outcome = Failure(FailureKind.UNEXPECTED, f"a defect of cpwatch ({what})")
        core.apply(ReopenSeen(core.gateway, core.now(), outcome))
        core.wake("auth status", "keep-alive", "brokerage", "day")

    async def _opened(self, compete: bool, on: Collection[VerdictName]) -> AuthStatus | Failure:
        """What IBKR answers. Raises GatewayError."""
        core = self._core
        async with core.deciding:
            held = await core.budget.turn_unless_held(Endpoint.SSODH_INIT)
            # What was in flight before may have brought another verdict meanwhile.
            now = core.now()
            if held > 0:
                return _not_sent(not_before(now.plus(held)))
            name = verdict(core.state, now).name
            if (why := unhelped(name)) is not None:
                return _not_sent(why)
            if name not in on:
                return _not_sent(f"Not re-opened: the verdict is {name.words}.")
            try:
                answer = await unless(core.hanging, lambda: core.client.reopen(compete=compete))
            except GatewayError as error:
                if error.failure.kind is FailureKind.RATE_LIMITED:
                    raise core.limited(Endpoint.SSODH_INIT, error) from error
                raise
        if answer is None:
            raise given_up()
        return answer.value


def _not_sent(why: str) -> Failure:
    return Failure(FailureKind.UNEXPECTED, f"not sent: {why}")
