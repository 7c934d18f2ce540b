"""Re-opening the brokerage session: when it may be done, what is kept of it, and what is said."""

from dataclasses import replace

import pytest

from tests.support.happenings import BROKEN, GW, at, folded, said
from tests.support.states import GOOD, NOW, starting
from tui.domain.events import ReopenAsked, ReopenSeen
from tui.domain.failure import Failure
from tui.domain.journal import Level
from tui.domain.reopen import COOLDOWN, HELPS, RIVALS, outcome_line, refusal
from tui.domain.session import AuthStatus, Reopening
from tui.domain.verdict_name import VerdictName

LAPSED = VerdictName.SESSION_LAPSED
TAKEN = AuthStatus(False, True, True, message="Force compete capability must be used together with compete flag")


@pytest.mark.parametrize("name", list(VerdictName))
def test_only_where_the_verdict_calls_for_it(name: VerdictName) -> None:
    why = refusal(starting(), name, NOW)
    helps = {VerdictName.SESSION_LAPSED, VerdictName.LOGGED_OUT, VerdictName.COMPETING}
    assert (why is None) is (name in helps)
    assert helps == HELPS
    if why is not None:
        assert why[0].isupper()
        assert why.endswith(".")


def test_not_while_one_is_under_way_however_long_that_takes() -> None:
    state = folded(ReopenAsked(GW, at(0), False))
    for seconds in (0, 59, 600):
        assert refusal(state, LAPSED, at(seconds)) == "The brokerage session is being re-opened already."


@pytest.mark.parametrize("outcome", [GOOD, TAKEN, BROKEN])
def test_not_again_within_a_minute_whatever_came_of_it(outcome: AuthStatus | Failure) -> None:
    state = folded(ReopenAsked(GW, at(0), False), ReopenSeen(GW, at(1), outcome))
    assert refusal(state, LAPSED, at(COOLDOWN - 1)) == "Not re-opened: not again before 14:04:22."
    assert refusal(state, LAPSED, at(COOLDOWN)) is None
    # Where it is open by now, that is what is said.
    assert refusal(state, VerdictName.READY, at(2)) == "Not re-opened: the brokerage session is open."


def test_a_try_and_its_end_are_kept_and_noted() -> None:
    state = folded(ReopenAsked(GW, at(0), True))
    assert state.reopening == Reopening(at(0), True)
    state = folded(ReopenSeen(GW, at(1), GOOD), state=state)
    assert state.reopening == Reopening(at(0), True, GOOD, at(1))
    assert said(state) == [
        f"re-opening the brokerage session, throwing out {RIVALS}",
        "the brokerage session is re-opened",
    ]
    # The auth status that is asked for next decides, not this answer.
    assert (state.session, state.standing) == (starting().session, None)


def test_an_end_without_a_beginning_is_no_try() -> None:
    assert folded(ReopenSeen(GW, at(1), GOOD)).reopening is None


@pytest.mark.parametrize(
    ("outcome", "level", "line"),
    [
        (None, Level.INFO, "re-opening the brokerage session, without competing"),
        (GOOD, Level.OK, "the brokerage session is re-opened"),
        (
            replace(GOOD, established=False),
            Level.OK,
            "the brokerage session is re-opened; its accounts are loading",
        ),
        (
            TAKEN,
            Level.WARN,
            f"re-opening the brokerage session failed: another login holds it and keeps it (“{TAKEN.message}”)",
        ),
        (
            AuthStatus(False, False),
            Level.WARN,
            "re-opening the brokerage session failed: IBKR's brokerage servers are not connected",
        ),
        (AuthStatus(False, True), Level.WARN, "re-opening the brokerage session failed: IBKR did not authenticate it"),
        (BROKEN, Level.WARN, 're-opening the brokerage session failed: 503 "Service Unavailable"'),
    ],
)
def test_what_is_said_of_it(outcome: AuthStatus | Failure | None, level: Level, line: str) -> None:
    assert outcome_line(Reopening(NOW, False, outcome)) == (level, line)
