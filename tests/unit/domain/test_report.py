"""What `status` says: the contract's JSON to the letter, and the lines for a person."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support import states
from tests.support.states import ACCOUNT, BOOK, NOW, ago, book_of, summary
from tui.clock import Moment
from tui.domain.accounts import Account, AccountsState, Summary
from tui.domain.address import parse_address
from tui.domain.failure import Failure, FailureKind
from tui.domain.login import Login
from tui.domain.path import PathState
from tui.domain.report import document, glyph, lines
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.verdict import VerdictName, verdict

# The contract's example.
CONTRACT = """
{"schema": 1, "at": "2026-11-20T14:03:22Z", "verdict": "ready", "summary": "trading session live", "remedy": null,
 "path": {"kind": "local", "url": "https://localhost:5000", "legs": [{"name": "gateway", "seconds": 0.0004}, {"name": "ibkr", "seconds": 0.037}]},
 "session": {"sso": true, "brokerage": true, "connected": true, "competing": false, "established": true, "paper": true,
             "server": "JifN19053", "login_at": "2026-11-20T08:12:00Z", "resets_at": "2026-11-21T05:00:00Z", "expected_reset": false},
 "accounts": [{"id": "DU1234567", "currency": "USD", "net_liquidation": "1005165.50", "positions": 42}]}
"""  # noqa: E501 (as the contract prints it)


def printed(state: MonitorState) -> str:
    """The document as `status --json` prints it."""
    return json.dumps(document(state, verdict(state, NOW), NOW))


def spoken(state: MonitorState) -> list[str]:
    """The lines as `status` prints them."""
    return lines(state, verdict(state, NOW), NOW)


def test_the_document_is_the_contracts_to_the_letter_and_in_its_order() -> None:
    assert printed(states.with_book(states.ready(), book_of(42))) == json.dumps(json.loads(CONTRACT))


def test_what_is_not_known_is_null() -> None:
    seen = json.loads(printed(states.starting()))
    assert seen == {
        "schema": 1,
        "at": "2026-11-20T14:03:22Z",
        "verdict": "unknown",
        "summary": "asking https://localhost:5000 …",
        "remedy": None,
        "path": {
            "kind": "local",
            "url": "https://localhost:5000",
            "legs": [{"name": "gateway", "seconds": None}, {"name": "ibkr", "seconds": None}],
        },
        "session": dict.fromkeys(json.loads(CONTRACT)["session"]),
        "accounts": [],
    }


@pytest.mark.parametrize("made", states.STATES.values(), ids=states.STATES)
def test_the_shape_is_the_same_in_every_state(made: object) -> None:
    assert callable(made)
    state = made()
    seen, wanted = json.loads(printed(state)), json.loads(CONTRACT)
    assert list(seen) == list(wanted)
    for part in ("path", "session"):
        assert list(seen[part]) == list(wanted[part])
    assert all(list(account) == list(wanted["accounts"][0]) for account in seen["accounts"])
    assert seen["verdict"] == verdict(state, NOW).name.value
    assert (seen["remedy"] is None) is (seen["verdict"] in {"ready", "unknown"})
    assert spoken(state)


def test_stale_and_superseded_flags_are_null_but_what_was_held_stays() -> None:
    seen = json.loads(printed(states.backend_hung()))
    assert seen["verdict"] == "backend_hung"
    session = seen["session"]
    assert session.pop("paper") is True
    # What IBKR told of the login does not grow old, and the hour of the reset is known from it.
    assert session.pop("login_at") == "2026-11-20T08:12:00Z"
    assert session.pop("resets_at") == "2026-11-21T05:00:00Z"
    assert session.pop("expected_reset") is False
    assert set(session.values()) == {None}
    assert seen["accounts"][0]["positions"] == len(BOOK)


@pytest.mark.parametrize(
    ("region", "sign_in", "login_at", "resets_at", "expected"),
    [
        ("NJ", states.SIGN_IN, "2026-11-20T08:12:00Z", "2026-11-21T05:00:00Z", False),
        ("ZG", states.SIGN_IN, "2026-11-20T08:12:00Z", "2026-11-20T23:00:00Z", False),
        ("HK", Login(), None, "2026-11-20T16:00:00Z", False),
        ("NJ", None, None, "2026-11-21T05:00:00Z", False),
        ("XX", states.SIGN_IN, "2026-11-20T08:12:00Z", None, None),
        (None, None, None, None, None),
    ],
)
def test_the_login_and_its_end(
    region: str | None, sign_in: Login | None, login_at: str | None, resets_at: str | None, expected: bool | None
) -> None:
    state = states.ready()
    known = None if sign_in is None else Stamped(sign_in, ago(80))
    state = replace(state, session=replace(state.session, region=region, sign_in=known))
    session = json.loads(printed(state))["session"]
    assert (session["login_at"], session["resets_at"], session["expected_reset"]) == (login_at, resets_at, expected)
    said = [line for line in spoken(state) if line.startswith("login")]
    assert bool(said) is (resets_at is not None)
    assert all(("since" in line) is (login_at is not None) for line in said)


def test_the_reset_is_expected_in_its_window() -> None:
    state, now = states.reset_window(), Moment(states.NIGHT, NOW.ticks)
    found = verdict(state, now)
    session = document(state, found, now)["session"]
    assert (session["login_at"], session["resets_at"], session["expected_reset"]) == (
        None,
        "2026-11-22T05:00:00Z",
        True,
    )
    assert "IBKR's nightly reset, until 06:30." in lines(state, found, now)[0]


def test_competing_blanks_neither_accounts_nor_positions() -> None:
    seen = json.loads(printed(states.competing()))
    assert seen["verdict"] == "competing"
    assert (seen["session"]["sso"], seen["session"]["brokerage"], seen["session"]["competing"]) == (True, False, True)
    assert seen["accounts"] == [
        {"id": ACCOUNT, "currency": "USD", "net_liquidation": "1005165.50", "positions": len(BOOK)}
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1005165.50", "1005165.50"),
        ("1000000000000000000.01", "1000000000000000000.01"),
        ("-0.10", "-0.10"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("0", "0"),
        ("NaN", None),
        ("Infinity", None),
        ("9E+999999", None),
        ("1E-999999", None),
    ],
)
def test_money_is_a_decimal_string_with_all_its_digits(amount: str, text: str | None) -> None:
    state = states.ready()
    worth = Stamped(Summary("USD", Decimal(amount), None), ago(1))
    state = replace(state, accounts=replace(state.accounts, summaries={ACCOUNT: worth}))
    assert json.loads(printed(state))["accounts"][0]["net_liquidation"] == text


def test_an_account_of_which_only_the_id_is_known() -> None:
    accounts = AccountsState(accounts=Stamped((Account("U7"),), ago(1)))
    session = replace(states.ready().session, sign_in=None)
    state = replace(states.ready(), accounts=accounts, session=session)
    assert json.loads(printed(state))["accounts"] == [
        {"id": "U7", "currency": None, "net_liquidation": None, "positions": None}
    ]
    assert "account  U7  – –  – positions" in spoken(state)
    assert json.loads(printed(state))["session"]["paper"] is None


def test_the_accounts_own_currency_serves_where_the_summary_names_none() -> None:
    worth = {"U7": Stamped(Summary(None, Decimal(5), None), ago(1))}
    accounts = AccountsState(accounts=Stamped((Account("U7", "CHF"),), ago(1)), summaries=worth)
    assert json.loads(printed(replace(states.ready(), accounts=accounts)))["accounts"][0]["currency"] == "CHF"


def test_the_remedy_holds_the_line_to_run() -> None:
    remedy = json.loads(printed(states.login_required_over_ssh()))["remedy"]
    assert remedy.endswith("\nssh -p 2222 -L 5000:localhost:5000 trader@192.0.2.17")


@pytest.mark.parametrize("url", ["https://10.1.2.3:5000", "https://gw.example.com:443", "http://[::1]:5001"])
def test_the_path_names_the_address(url: str) -> None:
    state = replace(states.starting(), path=PathState(parse_address(url)))
    path = json.loads(printed(state))["path"]
    assert path["url"] == url
    assert path["kind"] == parse_address(url).kind.value


def test_the_lines_of_a_session_that_is_ready() -> None:
    assert spoken(states.ready()) == [
        "● READY  trading session live",
        "path     local  https://localhost:5000  first byte 37 ms",
        "session  SSO live · brokerage ready · competing no · PAPER",
        "login    since Fri 08:12 · resets Sat 05:00, in 14 h 57 m",
        f"account  {ACCOUNT}  USD 1,005,165.50  {len(BOOK)} positions",
    ]


def test_the_lines_over_ssh_end_with_the_line_to_copy_whole() -> None:
    said = spoken(states.login_required_over_ssh())
    assert said[:4] == [
        "▲ LOGIN REQUIRED  The gateway runs, nobody is logged in.",
        'seen     401 "Unauthorized"',
        "path     local  https://localhost:5000  first byte 21 ms",
        "session  SSO none · brokerage not ready · competing – · –",
    ]
    assert said[4].startswith("do       At home, run the line below")
    assert said[-1] == "         ssh -p 2222 -L 5000:localhost:5000 trader@192.0.2.17"
    assert all(len(line) < 80 for line in said)  # the narrowest terminal


def test_live_money_and_a_list_that_failed_are_said() -> None:
    state = states.live()
    assert "LIVE" in spoken(state)[2]
    failure = Stamped(Failure(FailureKind.BACKEND, '503 "Service Unavailable"', 503), ago(1))
    state = replace(state, accounts=replace(state.accounts, failure=failure))
    assert 'accounts could not be had: 503 "Service Unavailable"' in spoken(state)


def test_a_sum_beyond_a_floats_digits_is_said_to_the_cent() -> None:
    accounts = replace(states.ready().accounts, summaries={ACCOUNT: summary("1000000000000000000.01", "0")})
    state = replace(states.ready(), accounts=accounts)
    assert any("USD 1,000,000,000,000,000,000.01" in line for line in spoken(state))


@pytest.mark.parametrize("name", list(VerdictName))
def test_a_glyph_says_well_on_its_way_or_wrong(name: VerdictName) -> None:
    assert glyph(name) == {"ready": "●", "unknown": "○", "initialising": "○"}.get(name.value, "▲")
