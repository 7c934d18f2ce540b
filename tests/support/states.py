"""Named MonitorStates at one fixed moment: what the screen is drawn and judged from in tests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from tests.support.parts import (
    ACCOUNT,
    BOOK,
    GOOD,
    JOURNAL,
    NOW,
    SIGN_IN,
    ago,
    book_of,
    day_of,
    exchange,
    held_in,
    moved,
    position,
    session_with,
    slots,
    summary,
)
from tui.domain.accounts import ALL, Account, AccountsState, BrokerageAccounts
from tui.domain.address import parse_address
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Entry, Level
from tui.domain.ledger import Ledger, LedgerLine
from tui.domain.path import PathState
from tui.domain.positions import Position, PositionsState
from tui.domain.session import AuthStatus, KeepAlive, SessionState
from tui.domain.stamped import Stamped
from tui.domain.state import Here, JobFault, MonitorState


def starting() -> MonitorState:
    """Nothing is known yet."""
    return MonitorState("gw", PathState(parse_address("https://localhost:5000")), NOW)


def ready() -> MonitorState:
    """All is well."""
    return replace(
        starting(),
        started_at=ago(7400),
        path=PathState(
            parse_address("https://localhost:5000"),
            connect=Stamped(0.0004, ago(2)),
            first_byte=Stamped(0.0374, ago(2)),
            forwarded=True,
        ),
        session=session_with(GOOD),
        accounts=AccountsState(
            accounts=Stamped((Account(ACCOUNT, "USD", paper=True),), ago(20)),
            brokerage=Stamped(BrokerageAccounts(True), ago(20)),
            visible=ACCOUNT,
            summaries={ACCOUNT: summary("1005165.50", "88020.12")},
            pnl=day_of(**{ACCOUNT: "1234.50"}),
        ),
        positions=PositionsState(books={ACCOUNT: Stamped(BOOK, ago(2))}),
        journal=JOURNAL,
        here=Here(user="trader"),
    )


def large() -> MonitorState:
    """Ready, with 200 positions."""
    return with_book(ready(), book_of(200))


def with_book(state: MonitorState, book: tuple[Position, ...], seconds_ago: float = 2.0) -> MonitorState:
    """The state with that book for the visible account."""
    visible = state.accounts.visible or ACCOUNT
    return replace(state, positions=PositionsState(books={visible: Stamped(book, ago(seconds_ago))}))


def live() -> MonitorState:
    """Ready, and real money."""
    account = "U7654321"
    state = ready()
    accounts = AccountsState(
        accounts=Stamped((Account(account, "USD", paper=False),), ago(20)),
        brokerage=Stamped(BrokerageAccounts(False), ago(20)),
        visible=account,
        summaries={account: summary("1005165.50", "88020.12")},
        pnl=day_of(**{account: "-640.25"}),
    )
    session = replace(state.session, sign_in=Stamped(replace(SIGN_IN, paper=False), ago(80)))
    return replace(
        state, session=session, accounts=accounts, positions=PositionsState(books={account: Stamped(BOOK, ago(2))})
    )


def competing() -> MonitorState:
    """Another program holds the brokerage session; positions go on."""
    return replace(ready(), session=session_with(AuthStatus(False, True, True, False, "JifN19053")))


def contested() -> MonitorState:
    """Ready, but another login is taking it."""
    return replace(ready(), session=session_with(AuthStatus(True, True, True, True, "JifN19053")))


def failed(kind: FailureKind, evidence: str, status: int | None = None) -> MonitorState:
    """The newest look failed so, and nothing was ever known beyond it."""
    failure = Failure(kind, evidence, status)
    state = starting()
    return replace(
        state,
        session=SessionState(
            auth=exchange(failure),
            login=False if kind is FailureKind.NO_LOGIN else None,
            keep_alive=KeepAlive(slots=slots(0, 1), next_at=ago(-3.0), failures=1),
        ),
        journal=(Entry(ago(2), Level.ALARM, f"the gateway failed: {evidence}"),),
        here=Here(user="trader"),
    )


def login_required() -> MonitorState:
    """The gateway runs, nobody is logged in."""
    state = failed(FailureKind.NO_LOGIN, '401 "Unauthorized"', 401)
    path = replace(state.path, connect=Stamped(0.0004, ago(2)), first_byte=Stamped(0.021, ago(2)), forwarded=True)
    return replace(state, path=path)


def login_required_over_ssh() -> MonitorState:
    """The same, seen through ssh."""
    return replace(login_required(), here=Here("trader", "192.0.2.17", 2222))


def gateway_down() -> MonitorState:
    """Nothing listens."""
    return failed(FailureKind.REFUSED, "connection refused")


def denied() -> MonitorState:
    """The allow list refuses us."""
    return failed(FailureKind.DENIED, '404 "Access Denied"', 404)


def backend_hung() -> MonitorState:
    """TLS is up, and no byte comes; what was held an hour ago is still shown, with its age."""
    state = ready()
    failure = Failure(FailureKind.SILENT, "no byte within 12 s")
    session = replace(
        session_with(GOOD, 3700),
        auth=exchange(failure),
        keep_alive=KeepAlive(slots=slots(57, 3), next_at=ago(-3.0), failures=3),
    )
    return replace(
        state,
        path=replace(state.path, first_byte=Stamped(0.0374, ago(3700))),
        session=session,
        positions=PositionsState(
            books={ACCOUNT: Stamped(BOOK, ago(3700))}, failures={ACCOUNT: Stamped(failure, ago(4))}
        ),
        accounts=replace(
            state.accounts,
            summaries={ACCOUNT: summary("1005165.50", "88020.12", "USD", 3700)},
            pnl=day_of(3700, **{ACCOUNT: "1234.50"}),
        ),
    )


def stale_positions() -> MonitorState:
    """Ready, but the rows are three minutes old."""
    return with_book(ready(), BOOK, 200.0)


def failing_positions() -> MonitorState:
    """Ready, but the newest look at the positions failed."""
    failure = Failure(FailureKind.BACKEND, '503 "Service Unavailable"', 503)
    return replace(
        ready(),
        positions=PositionsState(books={ACCOUNT: Stamped(BOOK, ago(65))}, failures={ACCOUNT: Stamped(failure, ago(4))}),
    )


def empty_book() -> MonitorState:
    """Ready, and nothing is held."""
    return with_book(ready(), ())


def several_accounts() -> MonitorState:
    """Three accounts, the second looked at."""
    state = ready()
    ids = (ACCOUNT, "DU1234568", "DU1234569")
    accounts = AccountsState(
        accounts=Stamped(
            tuple(Account(i, c, paper=True) for i, c in zip(ids, ("USD", "EUR", "CHF"), strict=True)), ago(9)
        ),
        brokerage=Stamped(BrokerageAccounts(True, {ids[1]: "income"}), ago(9)),
        visible=ids[1],
        summaries={
            ids[0]: summary("1005165.50", "88020.12", seconds_ago=40),
            ids[1]: summary("88020.00", "1200.40", "EUR"),
        },
        pnl=day_of(**{ids[0]: "1234.50", ids[1]: "-87.10"}),
    )
    return replace(state, accounts=accounts, positions=PositionsState(books={ids[1]: Stamped(BOOK[2:5], ago(2))}))


def hostile() -> MonitorState:
    """Names and amounts that are text, and nothing but text: wide, right-to-left, very long, like markup; 10^18."""
    huge = Decimal(10) ** 18 + Decimal("0.01")
    books = (
        replace(position("トヨタ自動車", "STK", "100", "2450", "2300", currency="JPY"), key="a"),
        replace(position("[red]bold[/red]", "STK", "1", "1", "2"), key="b"),
        replace(position("שלום עולם", "STK", "7", "3", "2"), key="c"),
        replace(position("A VERY LONG NAME " * 9, "STK", "7", "3", "2"), key="d"),
        Position("e", "HUGE", "STK", Decimal(1), huge, huge, huge, -huge, "USD"),
        Position("f", "UNKNOWN", None, None, None, None, None, None, None),
        Position("g", "\N{REPLACEMENT CHARACTER}[0;31m\N{REPLACEMENT CHARACTER}", "STK", *[Decimal(0)] * 5, "USD"),
    )
    state = with_book(ready(), books)
    accounts = replace(
        state.accounts,
        brokerage=Stamped(BrokerageAccounts(True, {ACCOUNT: "[@click=app.quit]休暇資金[/]" * 3}), ago(9)),
        summaries={ACCOUNT: summary("1000000000000000000.01", "-1000000000000000000.01")},
    )
    fault = JobFault(ago(5), "ValueError: [/b]", 8.0)
    return replace(
        state,
        accounts=accounts,
        journal=(*JOURNAL, Entry(ago(1), Level.ALARM, "404 “[bold]” " + "x" * 130)),
        faults={"summary": fault},
    )


def all_accounts() -> MonitorState:
    """Three accounts of one currency looked at together; of the last, one row is as in the first."""
    state = ready()
    ids = (ACCOUNT, "DU1234568", "DU1234569")
    accounts = AccountsState(
        accounts=Stamped(tuple(Account(each, "USD", paper=True) for each in ids), ago(9)),
        brokerage=Stamped(BrokerageAccounts(True, {ids[1]: "income"}), ago(9)),
        visible=ALL,
        summaries={
            ids[0]: summary("1005165.50", "88020.12", seconds_ago=40),
            ids[1]: summary("88020.00", "1200.40", seconds_ago=10),
            ids[2]: summary("20511.75", "-310.00", seconds_ago=70),
        },
        pnl=day_of(**{ids[0]: "1234.50", ids[1]: "-87.10", ids[2]: "12.00"}),
    )
    books = {
        ids[0]: Stamped(held_in(ids[0], BOOK[:6]), ago(2)),
        ids[1]: Stamped(held_in(ids[1], BOOK[6:10]), ago(8)),
        ids[2]: Stamped(held_in(ids[2], BOOK[:1]), ago(5)),
    }
    return replace(state, accounts=accounts, positions=PositionsState(books=books))


def advisor(count: int = 300) -> MonitorState:
    """An advisor's login: that many accounts asked about in turn, every tenth not yet, each with its ledger."""
    state = ready()
    ids = [f"DU{4_000_000 + n * 7:07}" for n in range(count)]
    names = ("Keller family", "income", "IRA", "trust", "growth")
    accounts = AccountsState(
        accounts=Stamped(
            tuple(Account(each, ("USD", "EUR")[n % 2], paper=True, advisor=True) for n, each in enumerate(ids)), ago(9)
        ),
        brokerage=Stamped(BrokerageAccounts(True, {each: f"{names[n % 5]} {n}" for n, each in enumerate(ids)}), ago(9)),
        visible=ids[3],
        summaries={
            each: summary(
                f"{n * 3571 % 900_000 + 1000}.50", f"{n * 17 % 5000 - 900}.25", ("USD", "EUR")[n % 2], 10.0 * n
            )
            for n, each in enumerate(ids)
            if n % 10 != 9
        },
        ledgers={each: Stamped(LEDGER, ago(8)) for each in ids},
        pnl=day_of(**{each: f"{n * 97 % 4000 - 1900}.10" for n, each in enumerate(ids) if n % 7}),
    )
    return replace(state, accounts=accounts, positions=PositionsState(books={ids[3]: Stamped(BOOK, ago(2))}))


LEDGER = Ledger(
    (
        LedgerLine("USD", cash=Decimal("88020.12"), exchange_rate=Decimal(1)),
        LedgerLine("EUR", cash=Decimal("1200.40"), exchange_rate=Decimal("1.0842")),
        LedgerLine("JPY", cash=Decimal(-31500), exchange_rate=Decimal("0.006421")),
        LedgerLine("CHF", cash=Decimal(0), exchange_rate=Decimal("1.1213")),
        LedgerLine("SEK"),
    )
)
"""An account in dollars with cash of three currencies, none of a fourth, and nothing known of the last."""


def all_accounts_partly() -> MonitorState:
    """All accounts together, but one has not been answered for yet, and another has failed."""
    state = all_accounts()
    failure = Failure(FailureKind.BACKEND, '503 "Service Unavailable"', 503)
    books = {key: book for key, book in state.positions.books.items() if key != "DU1234569"}
    summaries = {key: value for key, value in state.accounts.summaries.items() if key != "DU1234569"}
    return replace(
        state,
        accounts=replace(state.accounts, summaries=summaries),
        positions=PositionsState(books=books, failures={"DU1234568": Stamped(failure, ago(4))}),
    )


def elsewhere() -> MonitorState:
    """Ready, and another cpwatch sends the tickles."""
    state = ready()
    other = tuple(replace(slot, elsewhere=True) for slot in slots())
    return replace(state, session=replace(state.session, keep_alive=replace(state.session.keep_alive, slots=other)))


def options() -> MonitorState:
    """A book of long names beside large sums."""
    book = (
        position("SPX 15 JAN 27 6000 C", "OPT", "-120", "241.20", "198.00", 100),
        position("SPXW 18 DEC 26 5875 P", "OPT", "85", "36.15", "47.90", 100),
        position("ES DEC 26 6012.5 C", "FOP", "14", "62.25", "59.50", 50),
        position("GOOGL 15 JAN 27 182.5 C", "OPT", "2", "8.10", "9.00", 100),
        position("BRK B", "STK", "4000", "468.10", "402.55"),
    )
    return with_book(ready(), book)


def closed_rows() -> MonitorState:
    """Two holdings were sold off today; IBKR keeps their rows."""
    sold = [replace(each, quantity=Decimal(0), value=Decimal(0), unrealised=Decimal(0)) for each in BOOK[1:3]]
    return with_book(ready(), (BOOK[0], *sold, *BOOK[3:]))


def day_limited() -> MonitorState:
    """Ready, but the day's profit and loss answered 429: another program asks for it."""
    state = ready()
    failure = Failure(FailureKind.RATE_LIMITED, "429 “”", 429, 900.0)
    accounts = replace(state.accounts, pnl=None, pnl_failure=Stamped(failure, ago(20)))
    return replace(state, accounts=accounts)


NIGHT = datetime(2026, 11, 21, 5, 2, 10, tzinfo=UTC)
"""Two minutes after midnight in New York."""


def reset_window() -> MonitorState:
    """IBKR's nightly reset has ended the login; what was held is still shown."""
    state = ready()
    failure = Failure(FailureKind.NO_LOGIN, '401 "Unauthorized"', 401)
    session = replace(state.session, auth=exchange(failure), login=False, sign_in=None)
    return moved(replace(state, session=session), NIGHT)


WALLS: dict[str, datetime] = {"reset_window": NIGHT}
"""The time of day in a named state, where it is not NOW's."""


STATES: dict[str, Callable[[], MonitorState]] = {
    made.__name__: made
    for made in (
        starting,
        ready,
        live,
        large,
        competing,
        contested,
        login_required,
        login_required_over_ssh,
        gateway_down,
        denied,
        backend_hung,
        stale_positions,
        failing_positions,
        empty_book,
        several_accounts,
        all_accounts,
        all_accounts_partly,
        elsewhere,
        options,
        closed_rows,
        day_limited,
        reset_window,
        hostile,
    )
}
