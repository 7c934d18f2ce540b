"""Exchanges that ended so long ago, and states in which they are the newest."""

from dataclasses import replace

from tests.support.states import NOW, ago, starting
from tui.clock import Moment
from tui.domain.failure import Failure, FailureKind
from tui.domain.session import AuthStatus, Exchange, SessionState, Tickle
from tui.domain.state import MonitorState
from tui.domain.verdict import (
    verdict,
)

LAPSED = AuthStatus(False, True, False)
NOTHING = Tickle(None)


def fails(kind: FailureKind, retry_after: float | None = None) -> Failure:
    """A failure of that kind."""
    return Failure(kind, f"seen: {kind}", retry_after=retry_after)


def asked(outcome: AuthStatus | Tickle | Failure, seconds_ago: float, took: float = 0.05) -> Exchange:
    """An exchange that was asked for that long ago."""
    return Exchange(outcome, ago(seconds_ago), ago(seconds_ago - took))


def state_of(auth: Exchange | None = None, tickle: Exchange | None = None, **session: object) -> MonitorState:
    """A state in which these are the newest exchanges."""
    return replace(starting(), session=SessionState(auth=auth, tickle=tickle, **session))  # type: ignore[arg-type]


def name_of(state: MonitorState, now: Moment = NOW) -> str:
    """The verdict's name."""
    return verdict(state, now).name.value
