"""Folding events into the state: what each changes, what it leaves alone, and what the journal says of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.states import BOOK, GOOD, NOW, starting
from tui.clock import Moment
from tui.domain.accounts import Account, BrokerageAccounts, Summary
from tui.domain.events import (
    AccountChosen,
    AccountsSeen,
    AuthSeen,
    BrokerageAccountsSeen,
    Event,
    JobDied,
    JobRevived,
    PositionsSeen,
    SummarySeen,
    TickleDue,
    TickleSeen,
    TimePassed,
)
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import JOURNAL_LIMIT, Level
from tui.domain.path import Timing
from tui.domain.reduce import level_of, reduce
from tui.domain.session import AuthStatus, Tickle
from tui.domain.stamped import Stamped
from tui.domain.state import JobFault, MonitorState
from tui.domain.verdict import VerdictName, verdict

GW = "gw"
REFUSED = Failure(FailureKind.REFUSED, "connection refused")
NO_LOGIN = Failure(FailureKind.NO_LOGIN, '401 "Unauthorized"', 401)
BROKEN = Failure(FailureKind.BACKEND, '503 "Service Unavailable"', 503)
LAPSED = AuthStatus(False, True, False)
ACCOUNTS = (Account("DU1", "USD"), Account("DU2", "EUR"))
WORTH = Summary("USD", Decimal("1000.50"), Decimal("20.00"))


def at(seconds: float) -> Moment:
    """The moment that many seconds after the start."""
    return NOW.plus(seconds)


def auth(outcome: AuthStatus | Failure, seconds: float, timing: Timing | None = None) -> AuthSeen:
    """An auth status, asked for a moment before."""
    return AuthSeen(GW, at(seconds), at(seconds - 0.04), outcome, timing or Timing())


def tickle(outcome: Tickle | Failure, seconds: float, next_in: float = 60.0) -> TickleSeen:
    """A tickle that ended then."""
    return TickleSeen(GW, at(seconds), at(seconds - 0.04), outcome, Timing(), at(seconds + next_in))


def due(seconds: float) -> TickleDue:
    """A tickle that came due then."""
    return TickleDue(GW, at(seconds))


def folded(*events: Event, state: MonitorState | None = None) -> MonitorState:
    """The state after all of these."""
    state = state or starting()
    for event in events:
        state = reduce(state, event)
    return state


def said(state: MonitorState) -> list[str]:
    """The journal's texts."""
    return [entry.text for entry in state.journal]


EVERY_EVENT: tuple[Event, ...] = (
    auth(GOOD, 1),
    due(1),
    tickle(Tickle(GOOD), 1),
    AccountsSeen(GW, at(1), ACCOUNTS),
    BrokerageAccountsSeen(GW, at(1), BrokerageAccounts(True)),
    SummarySeen(GW, at(1), "DU1", WORTH),
    PositionsSeen(GW, at(1), "DU1", BOOK),
    AccountChosen(GW, at(1), "DU1"),
    JobDied(GW, at(1), "summary", "ValueError", 5.0),
    JobRevived(GW, at(1), "summary"),
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
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_same_object_where_nothing_changed(event: Event) -> None:
    state = folded(auth(GOOD, 1), AccountsSeen(GW, at(1), ACCOUNTS))
    assert reduce(state, event) is state


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


# The keep-alive


def test_answered_of_due_through_failures_and_retries() -> None:
    state = folded(due(0))
    assert state.session.keep_alive.this_hour(at(0)) == (0, 0)  # under way
    state = folded(tickle(REFUSED, 0.1, next_in=5), state=state)
    assert state.session.keep_alive.this_hour(at(1)) == (0, 1)
    assert state.session.keep_alive.failures == 1
    assert state.session.keep_alive.next_at == at(5.1)
    state = folded(tickle(REFUSED, 5.1, next_in=5), tickle(Tickle(GOOD), 10.1, next_in=49.9), state=state)
    assert state.session.keep_alive.this_hour(at(11)) == (1, 1)  # the retry answered the one that was due
    assert state.session.keep_alive.failures == 0
    assert state.session.keep_alive.answered_at == at(10.1)
    state = folded(due(60), state=state)
    assert state.session.keep_alive.this_hour(at(60)) == (1, 1)
    assert state.session.keep_alive.next_at is None
    state = folded(tickle(Tickle(GOOD), 60.1), state=state)
    assert state.session.keep_alive.this_hour(at(61)) == (2, 2)


def test_one_under_way_counts_as_neither_even_after_a_failure() -> None:
    state = folded(due(0), tickle(REFUSED, 0.1), due(60))
    assert state.session.keep_alive.this_hour(at(60)) == (0, 1)
    assert folded(tickle(REFUSED, 60.1), state=state).session.keep_alive.this_hour(at(61)) == (0, 2)


def test_slots_are_forgotten_after_an_hour() -> None:
    state = starting()
    for minute in range(200):
        state = folded(due(60.0 * minute), tickle(Tickle(GOOD), 60.0 * minute + 0.1), state=state)
    keep_alive = state.session.keep_alive
    assert len(keep_alive.slots) == 60
    assert keep_alive.this_hour(at(199 * 60 + 1)) == (60, 60)


def test_an_answer_without_a_slot_is_no_slot() -> None:
    assert folded(tickle(Tickle(GOOD), 1)).session.keep_alive.slots == ()


def test_the_journal_tells_the_first_failure_and_the_recovery() -> None:
    state = folded(auth(GOOD, 0), due(0), tickle(REFUSED, 0.1), tickle(REFUSED, 5), tickle(REFUSED, 10))
    assert said(state)[1:2] == ["keep-alive unanswered: connection refused"]
    state = folded(tickle(Tickle(GOOD), 15), state=state)
    assert "keep-alive answered again after 3 failures" in said(state)
    assert sum("keep-alive" in text for text in said(state)) == 2
    once = folded(tickle(REFUSED, 1), tickle(Tickle(GOOD), 2))
    assert "keep-alive answered again after 1 failure" in said(once)


# Accounts and positions


@pytest.mark.parametrize(
    ("events", "visible"),
    [
        ([AccountsSeen(GW, at(1), ACCOUNTS)], "DU1"),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2")], "DU2"),
        (
            [AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2"), AccountsSeen(GW, at(3), ACCOUNTS)],
            "DU2",
        ),
        (
            [AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2"), AccountsSeen(GW, at(3), ACCOUNTS[:1])],
            "DU1",
        ),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountChosen(GW, at(2), "DU2"), AccountChosen(GW, at(3), "?")], "DU2"),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountsSeen(GW, at(3), ())], None),
        ([AccountsSeen(GW, at(1), ACCOUNTS), AccountsSeen(GW, at(3), REFUSED)], "DU1"),
        ([AccountChosen(GW, at(2), "DU2")], None),
    ],
)
def test_the_visible_account_is_kept_while_it_exists(events: list[Event], visible: str | None) -> None:
    assert folded(*events).accounts.visible == visible


def test_a_failed_list_stands_beside_the_last_good_one_until_the_next() -> None:
    state = folded(AccountsSeen(GW, at(1), ACCOUNTS), AccountsSeen(GW, at(61), BROKEN))
    assert state.accounts.accounts == Stamped(ACCOUNTS, at(1))
    assert state.accounts.failure == Stamped(BROKEN, at(61))
    state = folded(AccountsSeen(GW, at(121), ACCOUNTS), state=state)
    assert state.accounts.failure is None
    assert state.accounts.accounts == Stamped(ACCOUNTS, at(121))


def test_a_failed_summary_stands_beside_the_last_good_one_of_its_account() -> None:
    state = folded(
        SummarySeen(GW, at(1), "DU1", WORTH),
        SummarySeen(GW, at(2), "DU2", WORTH),
        SummarySeen(GW, at(31), "DU1", BROKEN),
    )
    assert state.accounts.summaries == {"DU1": Stamped(WORTH, at(1)), "DU2": Stamped(WORTH, at(2))}
    assert state.accounts.summary_failures == {"DU1": Stamped(BROKEN, at(31))}
    state = folded(SummarySeen(GW, at(61), "DU1", WORTH), state=state)
    assert state.accounts.summaries["DU1"].at == at(61)
    assert state.accounts.summary_failures == {}


def test_a_failed_book_stands_beside_the_last_good_one_of_its_account() -> None:
    state = folded(PositionsSeen(GW, at(1), "DU1", BOOK), PositionsSeen(GW, at(4), "DU1", BROKEN))
    assert state.positions.books == {"DU1": Stamped(BOOK, at(1))}
    assert state.positions.failures == {"DU1": Stamped(BROKEN, at(4))}
    state = folded(PositionsSeen(GW, at(7), "DU1", ()), state=state)
    assert state.positions.books == {"DU1": Stamped((), at(7))}
    assert state.positions.failures == {}


def test_what_the_brokerage_session_says_of_the_login() -> None:
    state = folded(BrokerageAccountsSeen(GW, at(1), BrokerageAccounts(True, {"DU1": "savings"})))
    assert state.accounts.paper is True
    assert state.accounts.brokerage == Stamped(BrokerageAccounts(True, {"DU1": "savings"}), at(1))


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
