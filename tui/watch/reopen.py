"""What a watch does about a session that has ended: re-opens what may be, and says when only a person helps."""

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.reopen import refusal
from tui.domain.resets import expected_reset
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, VerdictName, login_live
from tui.engine.actions import Actions
from tui.engine.core import Core
from tui.gateway.endpoints import Endpoint

DELAYS = (30.0, 60.0, 120.0)
"""Seconds after the lapse at which it is tried; the second and the third wait for COOLDOWN since the one before."""
SETTLED = 300.0
"""Seconds that a session has to live before its next lapse counts as a new one, with three tries of its own."""
GRACE = 15.0
"""Seconds after the last try's end within which its answer may still show in the verdict."""


class Reopener:
    """Re-opens a lapsed brokerage session at DELAYS, without throwing anybody out; its `look` is a subscriber.

    Only on `session_lapsed`: a login that competes is left alone, and where nobody is logged in it would not help.
    After three tries it says that a person is needed, and waits. What IBKR's reset undoes does not count: when the
    reset is over, it begins anew.
    """

    def __init__(self, core: Core, actions: Actions) -> None:
        self._core = core
        self._actions = actions
        self._tries = 0
        self._lapsed_at: Moment | None = None
        self._live_since: Moment | None = None
        self._given_up = False
        self._in_reset = False

    def look(self, state: MonitorState, found: Verdict, now: Moment) -> None:
        """Try it where it is due."""
        was_in_reset, self._in_reset = self._in_reset, expected_reset(state.session.region, now.wall) is True
        if found.name.tradable:
            self._note_life(now)
            return
        self._live_since = None
        if found.name is not VerdictName.SESSION_LAPSED:
            self._lapsed_at = None
            return
        if self._lapsed_at is None:
            standing = state.standing
            lapsed = standing is not None and standing.verdict == VerdictName.SESSION_LAPSED
            self._lapsed_at = standing.since if standing is not None and lapsed else now
        if was_in_reset and not self._in_reset:
            self._tries, self._given_up, self._lapsed_at = 0, False, now
        if self._tries < len(DELAYS):
            self._try(state, now, self._lapsed_at)
        else:
            self._give_up(state, now)

    def _note_life(self, now: Moment) -> None:
        self._lapsed_at = None
        if self._live_since is None:
            self._live_since = now
        elif now.seconds_since(self._live_since) >= SETTLED:
            self._tries, self._given_up = 0, False

    def _try(self, state: MonitorState, now: Moment, lapsed_at: Moment) -> None:
        if now.seconds_since(lapsed_at) < DELAYS[self._tries]:
            return
        # Asked before, so that what can't be done yet fills no journal.
        if refusal(state, VerdictName.SESSION_LAPSED, now) is not None:
            return
        if self._core.budget.held(Endpoint.SSODH_INIT) > 0:
            return
        before = self._core.state.reopening
        self._actions.reopen(compete=False, on={VerdictName.SESSION_LAPSED})
        self._tries += self._core.state.reopening is not before

    def _give_up(self, state: MonitorState, now: Moment) -> None:
        tried = state.reopening
        if self._given_up or self._in_reset or (tried is not None and tried.at is None):
            return
        if tried is not None and tried.at is not None and now.seconds_since(tried.at) < GRACE:
            return
        self._given_up = True
        text = (
            f"the brokerage session stays lapsed after {len(DELAYS)} tries to re-open it: a person is needed; log in "
            f"again at {state.path.address.url}"
        )
        self._core.notice(Level.ALARM, text)


class PersonNeeded:
    """Says at once, and once a spell, that nobody is logged in and only a person can change that; `look` subscribes.

    The spell ends with a login: what comes between, such as an error of IBKR's, does not make it a new one.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._told = False

    def look(self, state: MonitorState, found: Verdict, now: Moment) -> None:
        """Tell it where it is so and not told yet."""
        if login_live(state, now):
            self._told = False
            return
        if found.name is not VerdictName.LOGIN_REQUIRED or self._told:
            return
        self._told = True
        expected = expected_reset(state.session.region, now.wall) is True
        why = " IBKR's reset has ended the login, as expected at this hour." if expected else ""
        text = f"a person has to log in, no program can: open {state.path.address.url} in a browser.{why}"
        self._core.notice(Level.WARN if expected else Level.ALARM, text)
