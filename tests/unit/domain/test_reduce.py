"""Folding events into the state: what each changes, what it leaves alone, and what the journal says of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.happenings import (
    ACCOUNTS,
    BROKEN,
    DAY,
    GW,
    LAPSED,
    LEDGER,
    LOGIN,
    NO_LOGIN,
    REFUSED,
    WORTH,
    at,
    auth,
    due,
    elsewhere,
    folded,
    said,
    tickle,
)
from tests.support.states import BOOK, GOOD, starting
from tests.support.ways import LOCAL
from tui.domain.accounts import BrokerageAccounts
from tui.domain.events import (
    AccountChosen,
    AccountsSeen,
    BrokerageAccountsSeen,
    Event,
    ExposureAsked,
    ExposureSeen,
    JobDied,
    JobRevived,
    LedgerSeen,
    LoginSeen,
    Noticed,
    PathSeen,
    PnlSeen,
    PositionsPaced,
    PositionsSeen,
    Probed,
    Refreshed,
    ReopenAsked,
    ReopenSeen,
    SummarySeen,
    TimePassed,
    TrafficSeen,
)
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import JOURNAL_LIMIT, Entry, Level
from tui.domain.levels import level_of
from tui.domain.login import Login
from tui.domain.path import Timing
from tui.domain.reduce import reduce
from tui.domain.session import AuthStatus, Tickle
from tui.domain.stamped import Stamped
from tui.domain.state import JobFault
from tui.domain.traffic import Traffic
from tui.domain.verdict import VerdictName, verdict

EVERY_EVENT: tuple[Event, ...] = (
    auth(GOOD, 1),
    due(1),
    tickle(Tickle(GOOD), 1),
    elsewhere(0.5, 1),
    LoginSeen(GW, at(1), LOGIN),
    AccountsSeen(GW, at(1), ACCOUNTS),
    BrokerageAccountsSeen(GW, at(1), BrokerageAccounts(True)),
    SummarySeen(GW, at(1), "DU1", WORTH),
    LedgerSeen(GW, at(1), "DU1", LEDGER),
    PnlSeen(GW, at(1), DAY),
    PositionsSeen(GW, at(1), "DU1", BOOK),
    PositionsPaced(GW, at(1), 7.5),
    AccountChosen(GW, at(1), "DU1"),
    ReopenAsked(GW, at(1), False),
    ReopenSeen(GW, at(1), GOOD),
    Refreshed(GW, at(1), "Asked anew: the session."),
    TrafficSeen(GW, at(1), Traffic(0.4, 0.8)),
    Probed(GW, at(1), Timing(first_byte=0.002)),
    PathSeen(GW, at(1), LOCAL),
    ExposureAsked(GW, at(1)),
    ExposureSeen(GW, at(1), ()),
    JobDied(GW, at(1), "summary", "ValueError", 5.0),
    JobRevived(GW, at(1), "summary"),
    Noticed(GW, at(1), Level.WARN, "the clock was set back"),
    TimePassed(GW, at(1)),
)


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_what_happens_at_another_gateway_changes_nothing(event: Event) -> None:
    for state in (starting(), folded(*EVERY_EVENT)):
        assert reduce(state, replace(event, gateway="other")) is state


def test_every_event_of_the_union_is_among_those_tested() -> None:
    assert {type(event) for event in EVERY_EVENT} == set(Event.__args__)


@pytest.mark.parametrize(
    "event",
    [
        TimePassed(GW, at(2)),
        AccountChosen(GW, at(2), "DU1"),
        AccountChosen(GW, at(2), "no such account"),
        JobRevived(GW, at(2), "positions"),
        PositionsPaced(GW, at(2), None),
        ReopenSeen(GW, at(2), GOOD),
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_same_object_where_nothing_changed(event: Event) -> None:
    state = folded(auth(GOOD, 1), AccountsSeen(GW, at(1), ACCOUNTS), TimePassed(GW, at(1.5)))
    assert reduce(state, event) is state


def test_what_was_refreshed_and_what_it_costs_are_kept_with_no_word_in_the_journal() -> None:
    traffic = Traffic(0.4, 0.8, 1, at(900))
    state = folded(Refreshed(GW, at(1), "Asked anew."), TrafficSeen(GW, at(2), traffic))
    assert (state.refreshed, state.traffic, state.journal) == (Stamped("Asked anew.", at(1)), traffic, ())


def test_an_event_leaves_the_other_slices_as_they_are() -> None:
    state = folded(*EVERY_EVENT)
    after = reduce(state, PositionsSeen(GW, at(2), "DU2", ()))
    assert after.session is state.session
    assert after.accounts is state.accounts
    assert after.path is state.path
    assert after.journal is state.journal
    after = reduce(state, SummarySeen(GW, at(2), "DU2", WORTH))
    assert after.positions is state.positions


# The session


def test_an_auth_status_is_kept_with_its_times() -> None:
    state = folded(auth(GOOD, 1))
    assert state.session.auth is not None
    assert state.session.auth.outcome is GOOD
    assert (state.session.auth.asked, state.session.auth.at) == (at(0.96), at(1))
    assert state.session.status == Stamped(GOOD, at(1))
    assert state.session.login is True


def test_a_failure_leaves_the_last_status_and_its_age() -> None:
    state = folded(auth(GOOD, 1), auth(REFUSED, 6))
    assert state.session.status == Stamped(GOOD, at(1))
    assert state.session.login is True
    assert verdict(state, at(6)).name is VerdictName.GATEWAY_DOWN


def test_a_tickles_status_counts_too() -> None:
    state = folded(tickle(Tickle(LAPSED), 1))
    assert state.session.status == Stamped(LAPSED, at(1))
    assert folded(tickle(Tickle(None), 1)).session.status is None


@pytest.mark.parametrize(
    ("events", "seen_at"),
    [
        ([auth(GOOD, 1)], None),  # it was there when we came
        ([auth(NO_LOGIN, 1), auth(GOOD, 6)], 6),
        ([auth(NO_LOGIN, 1), auth(LAPSED, 6), auth(LAPSED, 11)], 6),
        ([auth(NO_LOGIN, 1), tickle(Tickle(GOOD), 6)], 6),
        ([auth(NO_LOGIN, 1), auth(Failure(FailureKind.NO_BRIDGE, "400"), 6)], 6),
        ([auth(NO_LOGIN, 1), auth(BROKEN, 6), auth(GOOD, 11)], 11),
        ([auth(GOOD, 1), auth(REFUSED, 6), auth(GOOD, 11)], None),  # a gateway that was away is no new login
        ([auth(NO_LOGIN, 1), auth(GOOD, 6), auth(NO_LOGIN, 11), auth(GOOD, 16)], 16),
        ([auth(NO_LOGIN, 1), tickle(Tickle(None), 6)], None),
    ],
)
def test_when_a_login_was_seen(events: list[Event], seen_at: float | None) -> None:
    state = folded(*events)
    assert state.session.login_seen_at == (None if seen_at is None else at(seen_at))


def test_a_session_settles_after_a_login_and_only_then() -> None:
    state = folded(auth(NO_LOGIN, 1), auth(LAPSED, 6))
    assert verdict(state, at(6)).name is VerdictName.INITIALISING
    state = folded(*(auth(LAPSED, 6 + 5 * n) for n in range(1, 13)), state=state)
    assert verdict(state, at(66)).name is VerdictName.SESSION_LAPSED
    assert [text.partition(":")[0] for text in said(state)] == ["login required", "initialising", "session lapsed"]


def test_the_login_is_kept_with_its_time_until_nobody_is_logged_in() -> None:
    state = folded(auth(GOOD, 1), LoginSeen(GW, at(2), LOGIN))
    assert state.session.sign_in == Stamped(LOGIN, at(2))
    assert state.session.region == "NJ"
    newer = replace(LOGIN, login_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    state = folded(LoginSeen(GW, at(302), newer), state=state)
    assert state.session.sign_in == Stamped(newer, at(302))


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [(NO_LOGIN, False), (REFUSED, True), (BROKEN, True), (Failure(FailureKind.NO_BRIDGE, "400"), True), (LAPSED, True)],
)
def test_only_the_want_of_a_login_forgets_it_and_never_the_region(outcome: AuthStatus | Failure, kept: bool) -> None:
    seen = folded(auth(GOOD, 1), LoginSeen(GW, at(2), LOGIN))
    state = folded(auth(outcome, 6), state=seen)
    assert (state.session.sign_in is not None) is kept
    assert state.session.region == "NJ"
    by_tickle = outcome if isinstance(outcome, Failure) else Tickle(outcome)
    state = folded(tickle(by_tickle, 6), state=seen)
    assert (state.session.sign_in is not None) is kept


def test_a_login_that_does_not_say_where_leaves_the_region_known_before() -> None:
    state = folded(LoginSeen(GW, at(1), LOGIN), LoginSeen(GW, at(301), Login()))
    assert state.session.region == "NJ"
    assert state.session.sign_in == Stamped(Login(), at(301))
    assert folded(LoginSeen(GW, at(400), Login(region="ZG")), state=state).session.region == "ZG"


# The path


def test_only_what_was_measured_replaces_what_was() -> None:
    state = folded(auth(GOOD, 1, Timing(connect=0.001, tls=0.002, first_byte=0.04, forwarded=True)))
    assert state.path.connect == Stamped(0.001, at(1))
    assert state.path.first_byte == Stamped(0.04, at(1))
    assert state.path.forwarded
    state = folded(auth(GOOD, 6, Timing(first_byte=0.05, forwarded=False)), state=state)
    assert state.path.connect == Stamped(0.001, at(1))
    assert state.path.first_byte == Stamped(0.05, at(6))
    assert not state.path.forwarded
    state = folded(auth(REFUSED, 11), state=state)
    assert state.path.first_byte == Stamped(0.05, at(6))


def test_a_notice_is_a_line_and_nothing_else() -> None:
    before = folded(auth(GOOD, 1))
    after = folded(Noticed(GW, at(2), Level.WARN, "this machine slept for 2 h"), state=before)
    assert after.journal == (*before.journal, Entry(at(2), Level.WARN, "this machine slept for 2 h"))
    assert replace(after, journal=before.journal) == before


# Jobs


def test_a_job_that_died_is_shown_until_it_lives_again() -> None:
    state = folded(JobDied(GW, at(1), "summary", "ValueError: x", 8.0))
    assert state.faults == {"summary": JobFault(at(1), "ValueError: x", 8.0)}
    assert said(state) == ["the summary job failed by a defect of cpwatch (ValueError: x); again in 8 s"]
    assert state.journal[0].level is Level.ALARM
    state = folded(JobRevived(GW, at(9), "summary"), state=state)
    assert state.faults == {}
    assert said(state)[1:] == ["the summary job runs again"]


def test_a_job_that_never_comes_back_says_what_to_do() -> None:
    state = folded(JobDied(GW, at(1), "engine", "OSError", None))
    assert "quit and start cpwatch again" in said(state)[0]


# The verdict in the journal


def test_the_journal_tells_each_change_of_the_verdict_once() -> None:
    state = folded(*(auth(GOOD, 5.0 * n) for n in range(5)))
    assert said(state) == ["ready: trading session live"]
    assert state.standing is not None
    assert (state.standing.verdict, state.standing.since) == ("ready", at(0))
    state = folded(*(auth(REFUSED, 25.0 + 5 * n) for n in range(5)), state=state)
    assert said(state)[1:] == ["gateway down: Nothing answers at localhost port 5000. (connection refused)"]
    assert state.journal[-1].level is Level.ALARM
    assert state.journal[-1].at == at(25)
    assert state.standing is not None
    assert state.standing.since == at(25)
    state = folded(auth(GOOD, 50), state=state)
    assert said(state)[2:] == ["ready: trading session live"]


def test_nothing_is_told_before_anything_is_known() -> None:
    state = folded(TimePassed(GW, at(1)), TimePassed(GW, at(500)))
    assert state.journal == ()
    assert state.standing is None


def test_time_alone_makes_the_verdict_stale_and_says_so_once() -> None:
    state = folded(auth(GOOD, 0), *(TimePassed(GW, at(n)) for n in range(1, 22)))
    assert len(state.journal) == 1
    state = folded(*(TimePassed(GW, at(n)) for n in range(22, 60)), state=state)
    assert [text.partition(":")[0] for text in said(state)] == ["ready", "unknown"]
    assert state.journal[-1].at == at(22)


def test_the_journal_stays_bounded() -> None:
    state = starting()
    for n in range(JOURNAL_LIMIT + 100):
        state = reduce(state, auth(GOOD if n % 2 else REFUSED, float(n)))
    assert len(state.journal) == JOURNAL_LIMIT
    assert state.journal[-1].at == at(JOURNAL_LIMIT + 99)


@pytest.mark.parametrize("name", list(VerdictName))
def test_how_much_a_verdict_matters(name: VerdictName) -> None:
    level = level_of(name)
    assert (level is Level.OK) is (name is VerdictName.READY)
    if name.exit_code >= 3:
        assert level in {Level.WARN, Level.ALARM}
