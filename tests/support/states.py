"""Named MonitorStates at one fixed moment: what the screen is drawn and judged from in tests."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from tests.support.clock import START
from tui.clock import Moment
from tui.domain.accounts import Account, AccountsState, BrokerageAccounts, Summary
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Entry, Level
from tui.domain.path import PathState, parse_address
from tui.domain.positions import Position, PositionsState
from tui.domain.session import AuthStatus, Exchange, KeepAlive, SessionState, Slot
from tui.domain.stamped import Stamped
from tui.domain.state import Here, JobFault, MonitorState

NOW = Moment(START, 1000.0)
ACCOUNT = "DU1234567"


def ago(seconds: float) -> Moment:
    """The moment that many seconds before NOW."""
    return NOW.plus(-seconds)


def position(
    symbol: str, kind: str, quantity: str, price: str, cost: str, multiplier: int = 1, currency: str = "USD"
) -> Position:
    """A position whose value and profit follow from the rest."""
    held, at, paid = Decimal(quantity), Decimal(price), Decimal(cost)
    value = held * at * multiplier
    return Position(
        key=f"{symbol}/{kind}",
        symbol=symbol,
        kind=kind,
        quantity=held,
        price=at,
        value=value,
        average_cost=paid * multiplier,
        unrealised=value - held * paid * multiplier,
        currency=currency,
    )


BOOK: tuple[Position, ...] = (
    position("AAPL", "STK", "100", "175.43", "170.25"),
    position("MSFT", "STK", "40", "431.20", "402.10"),
    position("SAP", "STK", "60", "214.35", "221.80", currency="EUR"),
    position("VWRL", "ETF", "310", "118.42", "104.77", currency="EUR"),
    position("SPX JAN2027 6000 C", "OPT", "-2", "41.20", "38.00", 100),
    position("AAPL DEC2026 180 P", "OPT", "3", "6.15", "7.90", 100),
    position("ES DEC2026", "FUT", "1", "6012.25", "5987.50", 50),
    position("EUR.USD", "CASH", "-25000", "1.0842", "1.0911"),
    position("US-T 4.25 15NOV34", "BOND", "20", "99.41", "98.75", 10),
    position("BTC", "CRYPTO", "0.3333", "91250.00", "64100.00"),
    position("GOLD TRUST", "ETF", "150", "63.10", "63.10"),
    position("NESN", "STK", "85", "82.36", "97.14", currency="CHF"),
)


def book_of(count: int) -> tuple[Position, ...]:
    """A book of that many stocks."""
    return tuple(
        position(f"SYM{n:04}", "STK", str(n % 90 + 1), f"{n % 400 + 3}.25", f"{n % 380 + 5}.50") for n in range(count)
    )


def slots(answered: int = 60, unanswered: int = 0) -> tuple[Slot, ...]:
    """An hour of tickles, the newest 12 s ago; the last `unanswered` without an answer."""
    total = answered + unanswered
    due = [ago(12.0 + 59.8 * n) for n in reversed(range(total))]
    return tuple(Slot(at, at if n < answered else None) for n, at in enumerate(due))


GOOD = AuthStatus(True, True, False, True, "JifN19053")


def exchange(outcome: AuthStatus | Failure, seconds_ago: float = 2.0) -> Exchange:
    """An auth status that was asked for and answered that long ago."""
    return Exchange(outcome, ago(seconds_ago + 0.04), ago(seconds_ago))


def session_with(status: AuthStatus, seconds_ago: float = 2.0) -> SessionState:
    """A session of which IBKR says that, kept alive for an hour."""
    return SessionState(
        auth=exchange(status, seconds_ago),
        status=Stamped(status, ago(seconds_ago)),
        login=True,
        keep_alive=KeepAlive(slots=slots(), next_at=ago(-48.0)),
    )


def summary(net: str, cash: str, currency: str = "USD", seconds_ago: float = 10.0) -> Stamped[Summary]:
    """What an account was worth that long ago."""
    return Stamped(Summary(currency, Decimal(net), Decimal(cash)), ago(seconds_ago))


JOURNAL = (
    Entry(ago(7320), Level.OK, "login seen"),
    Entry(ago(7310), Level.OK, "ready: trading session live"),
    Entry(ago(342), Level.WARN, "keep-alive unanswered: no byte within 12 s"),
    Entry(ago(71), Level.OK, "keep-alive answered again after 1 failure"),
)


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
    )
    return replace(state, accounts=accounts, positions=PositionsState(books={account: Stamped(BOOK, ago(2))}))


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
        accounts=replace(state.accounts, summaries={ACCOUNT: summary("1005165.50", "88020.12", "USD", 3700)}),
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
        hostile,
    )
}
