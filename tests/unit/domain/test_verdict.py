"""Verdicts: the contract's table, row by row, and when what was seen still counts."""

from datetime import timedelta
from itertools import product

import pytest

from tests.support.exchanges import LAPSED, NOTHING, asked, fails, name_of, state_of
from tests.support.states import GOOD, NOW, ago, starting
from tui.clock import Moment
from tui.domain.failure import Failure, FailureKind
from tui.domain.login import Login
from tui.domain.session import AuthStatus, Exchange, Tickle
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.verdict import (
    SETTLING,
    VerdictName,
    brokerage_live,
    decisive,
    fresh_status,
    login_at,
    login_live,
    verdict,
)

# The contract's exit codes, written out once more.
EXIT_CODES = {
    "unknown": 1,
    "tunnel_down": 5,
    "tunnel_denied": 5,
    "gateway_down": 3,
    "unreachable": 3,
    "wrong_scheme": 3,
    "untrusted_certificate": 3,
    "not_a_gateway": 3,
    "backend_hung": 6,
    "denied": 4,
    "misconfigured": 4,
    "edge_denied": 6,
    "rate_limited": 7,
    "backend_down": 6,
    "login_required": 1,
    "logged_out": 1,
    "competing": 1,
    "session_lapsed": 1,
    "initialising": 1,
    "contested": 0,
    "ready": 0,
}

BY_FAILURE = {
    "unresolved": "unreachable",
    "refused": "gateway_down",
    "connect-timeout": "unreachable",
    "tls-timeout": "unreachable",
    "cut": "gateway_down",
    "wrong-scheme": "wrong_scheme",
    "untrusted": "untrusted_certificate",
    "not-a-gateway": "not_a_gateway",
    "silent": "backend_hung",
    "denied": "denied",
    "misconfigured": "misconfigured",
    "edge-denied": "edge_denied",
    "rate-limited": "rate_limited",
    "backend": "backend_down",
    "no-login": "login_required",
    "no-bridge": "session_lapsed",
    "tunnel-down": "tunnel_down",
    "tunnel-denied": "tunnel_denied",
    "tunnel-limited": "tunnel_denied",
    "nothing-behind": "gateway_down",
    "upstream-scheme": "wrong_scheme",
    "unexpected": "not_a_gateway",
}

# (authenticated, connected, competing, established); the values that are not listed may be anything.
BY_STATUS = [
    ((True, None, None, False), "initialising"),
    ((True, None, True, (True, None)), "contested"),
    ((True, None, False, (True, None)), "ready"),
    ((False, False, None, None), "logged_out"),
    ((False, True, True, None), "competing"),
    ((False, True, (False, None), None), "session_lapsed"),
]


def test_the_tables_are_whole() -> None:
    assert [name.value for name in VerdictName][:4] == list(EXIT_CODES)[:4]
    assert {name.value for name in VerdictName} == set(EXIT_CODES)
    assert {kind.value for kind in FailureKind} == set(BY_FAILURE)


@pytest.mark.parametrize("name", list(VerdictName))
def test_exit_codes(name: VerdictName) -> None:
    assert name.exit_code == EXIT_CODES[name.value]
    assert name.tradable is (name.value in {"ready", "contested"})
    assert name.words == name.value.upper().replace("_", " ")


@pytest.mark.parametrize("kind", list(FailureKind))
@pytest.mark.parametrize("by_tickle", [False, True])
def test_every_failure_has_its_verdict_with_what_was_seen(kind: FailureKind, by_tickle: bool) -> None:
    exchange = asked(fails(kind), 1)
    found = verdict(state_of(tickle=exchange) if by_tickle else state_of(auth=exchange), NOW)
    assert found.name.value == BY_FAILURE[kind.value]
    assert found.seen == f"seen: {kind}"
    assert found.summary
    assert found.remedy is not None


def expected(flags: tuple[bool, bool | None, bool | None, bool | None]) -> str | None:
    """The contract's row for these flags; None where it has none (a session that is not said to be connected)."""
    authenticated, connected, competing, established = flags
    if authenticated:
        if established is False:
            return "initialising"
        return {True: "contested", False: "ready", None: "unknown"}[competing]
    if connected is False:
        return "logged_out"
    if competing:
        return "competing"
    return "session_lapsed" if connected else None


FLAGS = list(product((True, False), *[(True, False, None)] * 3))


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("by_tickle", [False, True])
def test_every_combination_of_flags(flags: tuple[bool, bool, bool, bool], by_tickle: bool) -> None:
    status = AuthStatus(*flags)
    state = state_of(tickle=asked(Tickle(status), 1)) if by_tickle else state_of(auth=asked(status, 1))
    found = verdict(state, NOW)
    wanted = expected(flags)
    if wanted is None:  # `{"authenticated": false}` and nothing more says that one can't trade, not why
        assert found.name in {VerdictName.LOGGED_OUT, VerdictName.SESSION_LAPSED}
    else:
        assert found.name.value == wanted
    assert (found.remedy is None) is (found.name is VerdictName.READY)
    assert (found.name.exit_code == 0) is bool(flags[0] and flags[3] is not False and flags[2] is not None)
    assert brokerage_live(state, NOW) is bool(flags[0] and flags[3] is not False)


@pytest.mark.parametrize(("row", "name"), BY_STATUS)
def test_the_contracts_rows(row: tuple[object, ...], name: str) -> None:
    choices = [(True, False, None) if cell is None else cell if isinstance(cell, tuple) else (cell,) for cell in row]
    for flags in product(*choices):
        assert name_of(state_of(auth=asked(AuthStatus(*flags), 1))) == name


def test_what_ibkr_said_is_told_in_words() -> None:
    status = AuthStatus(False, True, False, None, None, "Force compete capability")
    found = verdict(state_of(auth=asked(status, 1)), NOW)
    assert found.seen == "authenticated no, connected yes, competing no; “Force compete capability”"
    assert verdict(state_of(auth=asked(GOOD, 1)), NOW).seen is None


# Freshness


@pytest.mark.parametrize(
    ("tickled", "limit"), [pytest.param(False, 22.0, id="auth status"), pytest.param(True, 132.0, id="tickle")]
)
def test_an_answer_counts_until_two_polls_and_the_read_timeout_have_passed(tickled: bool, limit: float) -> None:
    def at_age(seconds: float) -> MonitorState:
        ended = Exchange(Tickle(GOOD) if tickled else GOOD, ago(seconds + 1), ago(seconds))
        return state_of(tickle=ended) if tickled else state_of(auth=ended)

    assert name_of(at_age(limit - 0.01)) == "ready"
    assert name_of(at_age(limit)) == "unknown"
    assert name_of(at_age(limit + 3600)) == "unknown"


def test_a_failure_grows_stale_like_an_answer() -> None:
    assert name_of(state_of(auth=asked(fails(FailureKind.REFUSED), 21.9))) == "gateway_down"
    assert name_of(state_of(auth=asked(fails(FailureKind.REFUSED), 22.1))) == "unknown"


def test_a_silence_lasts_until_the_tickle_that_goes_first_has_had_its_time() -> None:
    before = asked(Tickle(GOOD), 71)
    for seconds in (21.9, 22.7, 33.9):
        assert name_of(state_of(asked(fails(FailureKind.SILENT), seconds), before)) == "backend_hung"


def test_a_suspended_machine_knows_nothing_when_it_wakes() -> None:
    state = state_of(auth=asked(GOOD, 1), tickle=asked(Tickle(GOOD), 3))
    awake = Moment(NOW.wall + timedelta(hours=8), NOW.ticks + 0.5)
    assert name_of(state) == "ready"
    assert name_of(state, awake) == "unknown"


def test_unknown_at_the_start_is_told_apart_from_what_has_become_stale() -> None:
    first = verdict(starting(), NOW)
    assert (first.name, first.remedy, first.seen) == (VerdictName.UNKNOWN, None, None)
    assert "https://localhost:5000" in first.summary
    stale = verdict(state_of(auth=asked(GOOD, 200), tickle=asked(Tickle(GOOD), 190)), NOW)
    assert stale.name is VerdictName.UNKNOWN
    assert "3 min old" in stale.summary
    assert stale.seen == "last answer at 14:00:12"
    assert stale.remedy is not None


# Which of two exchanges decides


@pytest.mark.parametrize(
    ("auth", "tickle", "name"),
    [
        (asked(GOOD, 1), asked(Tickle(LAPSED), 2), "ready"),
        (asked(GOOD, 2), asked(Tickle(LAPSED), 1), "session_lapsed"),
        (asked(LAPSED, 1), asked(Tickle(GOOD), 2), "session_lapsed"),
        (asked(fails(FailureKind.SILENT), 1), asked(Tickle(GOOD), 2), "backend_hung"),
        (asked(fails(FailureKind.SILENT), 3), asked(Tickle(GOOD), 2), "ready"),
        (asked(GOOD, 1), asked(Tickle(LAPSED), 1), "session_lapsed"),  # at once: the tickle's
        # Asked for earlier and ended later: the other one is the newer truth.
        (asked(fails(FailureKind.SILENT), 13, took=12), asked(Tickle(GOOD), 5), "ready"),
        (asked(GOOD, 5), asked(fails(FailureKind.SILENT), 13, took=12), "ready"),
        # The newer one is stale, the older one is not.
        (asked(LAPSED, 30), asked(Tickle(GOOD), 100), "ready"),
        # Nor does what went well before a failure become true again when that grows stale.
        (asked(fails(FailureKind.REFUSED), 30), asked(Tickle(GOOD), 100), "unknown"),
        (asked(fails(FailureKind.SILENT), 35), asked(Tickle(GOOD), 100), "unknown"),
        (asked(fails(FailureKind.REFUSED), 30), asked(Tickle(GOOD), 20), "ready"),
        # A tickle without an auth status counts only where no auth status says otherwise.
        (asked(GOOD, 3), asked(NOTHING, 1), "ready"),
        (asked(LAPSED, 3), asked(NOTHING, 1), "session_lapsed"),
        (asked(fails(FailureKind.NO_BRIDGE), 3), asked(NOTHING, 1), "session_lapsed"),
        (asked(fails(FailureKind.NO_LOGIN), 3), asked(NOTHING, 1), "login_required"),
        (asked(fails(FailureKind.SILENT), 3), asked(NOTHING, 1), "login_required"),
        (asked(fails(FailureKind.SILENT), 1), asked(NOTHING, 3), "backend_hung"),
        (asked(GOOD, 1), asked(NOTHING, 3), "ready"),
        (asked(GOOD, 30), asked(NOTHING, 1), "login_required"),
        (None, asked(NOTHING, 1), "login_required"),
        (asked(GOOD, 1), None, "ready"),
    ],
)
def test_the_one_asked_for_last_decides(auth: Exchange | None, tickle: Exchange | None, name: str) -> None:
    assert name_of(state_of(auth, tickle)) == name


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_the_order_survives_a_wall_clock_that_is_set(jump: float) -> None:
    """Asked 5 s apart, with the wall clock set in between: the monotonic clock knows which came last."""

    def set_later(moment: Moment) -> Moment:
        return Moment(moment.wall + timedelta(seconds=jump), moment.ticks)

    now = set_later(NOW)
    newer = Exchange(Tickle(LAPSED), set_later(ago(1)), set_later(ago(1)))
    assert name_of(state_of(asked(GOOD, 6), newer), now) == "session_lapsed"
    newer = Exchange(GOOD, set_later(ago(1)), set_later(ago(1)))
    assert name_of(state_of(newer, asked(Tickle(LAPSED), 6)), now) == "ready"


# The penalty


def test_a_429_holds_until_its_question_has_been_asked_again() -> None:
    held = asked(fails(FailureKind.RATE_LIMITED, 900.0), 0, took=0)
    for seconds in (0.0, 22.0, 899.9, 911.9):
        assert name_of(state_of(auth=held), NOW.plus(seconds)) == "rate_limited"
    assert name_of(state_of(auth=held), NOW.plus(912)) == "unknown"


@pytest.mark.parametrize(
    ("auth", "tickle", "words"),
    [
        (asked(fails(FailureKind.RATE_LIMITED, 900.0), 240, took=0), None, "for 11 min more"),
        (asked(fails(FailureKind.RATE_LIMITED, 900.0), 905, took=0), None, "for 0 s more"),
        (asked(GOOD, 400), asked(fails(FailureKind.RATE_LIMITED, 30.0), 10, took=0), "for 20 s more"),
        (
            asked(fails(FailureKind.RATE_LIMITED, 900.0), 240, took=0),
            asked(fails(FailureKind.RATE_LIMITED), 10),
            "for 11 min more",
        ),
        (None, asked(fails(FailureKind.RATE_LIMITED), 10), "IBKR asks to slow down."),
    ],
)
def test_the_countdown_is_that_of_the_question_that_met_it(
    auth: Exchange | None, tickle: Exchange | None, words: str
) -> None:
    found = verdict(state_of(auth, tickle), NOW)
    assert found.name is VerdictName.RATE_LIMITED
    assert words in found.summary


def test_a_tickle_that_is_answered_ends_the_penalty() -> None:
    state = state_of(asked(fails(FailureKind.RATE_LIMITED, 900.0), 240), asked(Tickle(GOOD), 10))
    assert name_of(state) == "ready"


# The minute after a login


@pytest.mark.parametrize(
    ("status", "settling", "settled"),
    [
        (LAPSED, "initialising", "session_lapsed"),
        (AuthStatus(True, True, False, False), "initialising", "initialising"),
        (AuthStatus(False, True, True), "competing", "competing"),
        (AuthStatus(False, False, False), "logged_out", "logged_out"),
        (GOOD, "ready", "ready"),
    ],
)
def test_the_session_may_settle_for_a_minute_after_a_login(status: AuthStatus, settling: str, settled: str) -> None:
    for since, name in ((0.0, settling), (SETTLING - 0.1, settling), (SETTLING, settled), (9999.0, settled)):
        assert name_of(state_of(auth=asked(status, 1), login_seen_at=ago(since))) == name
    assert name_of(state_of(auth=asked(status, 1))) == settled


@pytest.mark.parametrize(
    ("login", "name"),
    [
        (Login(NOW.wall - timedelta(seconds=1)), "initialising"),
        (Login(NOW.wall - timedelta(seconds=SETTLING - 0.1)), "initialising"),
        (Login(NOW.wall - timedelta(seconds=SETTLING)), "session_lapsed"),
        (Login(NOW.wall - timedelta(hours=5)), "session_lapsed"),
        (Login(NOW.wall + timedelta(seconds=5)), "initialising"),  # the two machines' clocks differ
        (Login(), "session_lapsed"),
    ],
)
def test_the_session_settles_too_where_ibkr_tells_when_the_login_was_made(login: Login, name: str) -> None:
    state = state_of(auth=asked(LAPSED, 1), sign_in=Stamped(login, ago(1)))
    assert name_of(state) == name
    assert login_at(state) == login.login_at
    assert login_at(starting()) is None


# What else is read off the same decision


@pytest.mark.parametrize(
    ("auth", "login", "brokerage"),
    [
        (GOOD, True, True),
        (LAPSED, True, False),
        (AuthStatus(False, True, True), True, False),
        (AuthStatus(True, True, False, False), True, False),
        (AuthStatus(False, False, False), None, False),
        (fails(FailureKind.NO_LOGIN), False, False),
        (fails(FailureKind.NO_BRIDGE), True, False),
        (fails(FailureKind.SILENT), None, None),
        (fails(FailureKind.REFUSED), None, None),
        (fails(FailureKind.RATE_LIMITED), None, None),
        (fails(FailureKind.TUNNEL_DOWN), None, None),
        (fails(FailureKind.TUNNEL_DENIED), None, None),
    ],
)
def test_login_and_brokerage_are_known_or_not(
    auth: AuthStatus | Failure, login: bool | None, brokerage: bool | None
) -> None:
    state = state_of(auth=asked(auth, 1))
    assert login_live(state, NOW) is login
    assert brokerage_live(state, NOW) is brokerage
    assert fresh_status(state, NOW) == (auth if isinstance(auth, AuthStatus) else None)
    later = NOW.plus(100)
    assert (login_live(state, later), brokerage_live(state, later), fresh_status(state, later)) == (None, None, None)


def test_a_tickle_that_says_nothing_of_the_session_is_told_as_that() -> None:
    state = state_of(tickle=asked(NOTHING, 1))
    failure = decisive(state.session, state.pace, NOW)
    assert failure == Failure(FailureKind.NO_LOGIN, "a tickle answered without an iserver part", 200)


def test_without_anything_nothing_decides() -> None:
    state = starting()
    assert decisive(state.session, state.pace, NOW) is None
    assert login_live(state, NOW) is None
    assert brokerage_live(state, NOW) is None
