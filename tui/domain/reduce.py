"""reduce(state, event) -> state: the only way in which anything becomes known."""

from dataclasses import replace

from tui.clock import Moment
from tui.domain.events import (
    AuthSeen,
    Event,
    JobDied,
    JobRevived,
    LedgerSeen,
    LoginSeen,
    Noticed,
    PositionsPaced,
    PositionsSeen,
    Refreshed,
    ReopenAsked,
    ReopenSeen,
    SummarySeen,
    TickledElsewhere,
    TickleDue,
    TickleSeen,
    TimePassed,
    TrafficSeen,
)
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Entry, Level, noted
from tui.domain.levels import level_of
from tui.domain.recording import recorded
from tui.domain.reduce_accounts import AboutAccounts, accounts_after, all_hidden
from tui.domain.reduce_path import AboutPath, path_after, timed
from tui.domain.reopen import outcome_line
from tui.domain.session import HOUR, AuthStatus, Exchange, KeepAlive, Reopening, SessionState, Slot, Tickle
from tui.domain.stamped import Stamped, with_item, without_item
from tui.domain.state import JobFault, MonitorState, Standing
from tui.domain.text import age
from tui.domain.verdict import Verdict, VerdictName, verdict


def reduce(state: MonitorState, event: Event) -> MonitorState:
    """The state after the event; the same object where the event changes nothing."""
    if event.gateway != state.gateway:
        return state
    folded = _folded(state, event)
    match event:
        case LoginSeen() | SummarySeen() | LedgerSeen() | PositionsSeen() | TrafficSeen():
            return folded  # decides nothing, and may be dated by its data: that is not the time to judge by
    found = verdict(folded, event.at)
    judged = _judged(folded, found, event.at)
    return _recorded(judged, found.name, event.at) if isinstance(event, TimePassed) else judged


def _recorded(state: MonitorState, name: VerdictName, at: Moment) -> MonitorState:
    history = recorded(state.history, state, name, at)
    return state if history is state.history else replace(state, history=history)


def _folded(state: MonitorState, event: Event) -> MonitorState:
    if isinstance(event, AboutAccounts):
        return _accounts(state, event)
    if isinstance(event, JobDied | JobRevived):
        return _jobs(state, event)
    if isinstance(event, AboutPath):
        return path_after(state, event)
    match event:
        case TimePassed():
            return state
        case Noticed():
            return replace(state, journal=noted(state.journal, Entry(event.at, event.level, event.text)))
        case LoginSeen():
            region = event.outcome.region or state.session.region
            session = replace(state.session, sign_in=Stamped(event.outcome, event.at), region=region)
            return replace(state, session=session)
        case AuthSeen():
            exchange = Exchange(event.outcome, event.asked, event.at)
            session = _seen(replace(state.session, auth=exchange), event.outcome, event.at)
            return replace(state, session=session, path=timed(state.path, event.timing, event.at, event.outcome))
        case TickleDue() | TickleSeen() | TickledElsewhere():
            return _kept_alive(state, event)
        case PositionsSeen():
            return _positions(state, event)
        case PositionsPaced():
            if event.interval == state.positions.interval:
                return state
            return replace(state, positions=replace(state.positions, interval=event.interval))
        case ReopenAsked() | ReopenSeen():
            return _reopened(state, event)
        case Refreshed():
            return replace(state, refreshed=Stamped(event.text, event.at))
        case TrafficSeen():
            return replace(state, traffic=event.traffic)


def _jobs(state: MonitorState, event: JobDied | JobRevived) -> MonitorState:
    match event:
        case JobDied():
            fault = JobFault(event.at, event.error, event.seconds)
            then = "quit and start cpwatch again" if event.seconds is None else f"again in {age(event.seconds)}"
            text = f"the {event.job} job failed by a defect of cpwatch ({event.error}); {then}"
            entry = Entry(event.at, Level.ALARM, text)
            return replace(
                state,
                faults=with_item(state.faults, event.job, fault),
                journal=noted(state.journal, entry),
            )
        case JobRevived():
            if event.job not in state.faults:
                return state
            entry = Entry(event.at, Level.OK, f"the {event.job} job runs again")
            return replace(state, faults=without_item(state.faults, event.job), journal=noted(state.journal, entry))


def _seen(session: SessionState, outcome: AuthStatus | Tickle | Failure, at: Moment) -> SessionState:
    """The session with what an exchange's outcome tells of the login and of IBKR's status."""
    match outcome:
        case Failure(kind=FailureKind.NO_LOGIN):
            return replace(session, login=False, sign_in=None)
        case Failure(kind=FailureKind.NO_BRIDGE):
            return _logged_in(session, at)
        case AuthStatus() as status:
            return replace(_logged_in(session, at), status=Stamped(status, at))
        case Tickle(auth=AuthStatus() as status):
            return replace(_logged_in(session, at), status=Stamped(status, at))
    return session


def _logged_in(session: SessionState, at: Moment) -> SessionState:
    return replace(session, login=True, login_seen_at=at if session.login is False else session.login_seen_at)


def _kept_alive(state: MonitorState, event: TickleDue | TickleSeen | TickledElsewhere) -> MonitorState:
    match event:
        case TickleDue():
            keep_alive = _due(state.session.keep_alive, event.at)
            return replace(state, session=replace(state.session, keep_alive=keep_alive))
        case TickleSeen():
            return _tickled(state, event)
        case TickledElsewhere():
            return _tickled_elsewhere(state, event)


def _due(keep_alive: KeepAlive, at: Moment) -> KeepAlive:
    kept = tuple(slot for slot in keep_alive.slots if at.seconds_since(slot.due_at) < HOUR)
    return replace(keep_alive, slots=(*kept, Slot(at)), next_at=None)


def _tickled_elsewhere(state: MonitorState, event: TickledElsewhere) -> MonitorState:
    """The slot is taken as answered, once for each tickle of the other process."""
    keep_alive = state.session.keep_alive
    slots = keep_alive.slots
    last = keep_alive.answered_at
    journal = state.journal
    if keep_alive.failures:
        entry = Entry(event.at, Level.OK, "keep-alive answered again, that of another cpwatch")
        journal = noted(journal, entry)
    if last is None or event.answered_at.seconds_since(last) > 0:
        kept = tuple(slot for slot in slots if event.at.seconds_since(slot.due_at) < HOUR)
        slots = (*kept, Slot(event.answered_at, event.answered_at, elsewhere=True))
    keep_alive = replace(keep_alive, slots=slots, next_at=event.next_at, failures=0)
    return replace(state, session=replace(state.session, keep_alive=keep_alive), journal=journal)


def _tickled(state: MonitorState, event: TickleSeen) -> MonitorState:
    session = state.session
    keep_alive = session.keep_alive
    journal = state.journal
    if isinstance(event.outcome, Failure):
        if keep_alive.failures == 0:
            journal = noted(journal, Entry(event.at, Level.WARN, f"keep-alive unanswered: {event.outcome.evidence}"))
        keep_alive = replace(keep_alive, failures=keep_alive.failures + 1)
    else:
        if keep_alive.failures:
            count = f"{keep_alive.failures} failure" + ("s" if keep_alive.failures > 1 else "")
            journal = noted(journal, Entry(event.at, Level.OK, f"keep-alive answered again after {count}"))
        slots = keep_alive.slots
        if slots and slots[-1].answered_at is None:
            slots = (*slots[:-1], replace(slots[-1], answered_at=event.at))
        keep_alive = replace(keep_alive, slots=slots, failures=0)
    keep_alive = replace(keep_alive, next_at=event.next_at)
    session = replace(session, tickle=Exchange(event.outcome, event.asked, event.at), keep_alive=keep_alive)
    return replace(
        state,
        session=_seen(session, event.outcome, event.at),
        path=timed(state.path, event.timing, event.at, event.outcome),
        journal=journal,
    )


def _accounts(state: MonitorState, event: AboutAccounts) -> MonitorState:
    accounts = accounts_after(state.accounts, event)
    if accounts is state.accounts:
        return state
    journal = state.journal
    if all_hidden(state.accounts, accounts, event):
        entry = Entry(event.at, Level.WARN, "every account of this login is hidden by the settings (hide)")
        journal = noted(journal, entry)
    return replace(state, accounts=accounts, journal=journal)


def _reopened(state: MonitorState, event: ReopenAsked | ReopenSeen) -> MonitorState:
    match event:
        case ReopenAsked():
            reopening = Reopening(event.at, event.compete)
        case ReopenSeen():
            if state.reopening is None:
                return state
            reopening = replace(state.reopening, outcome=event.outcome, at=event.at)
    return replace(state, reopening=reopening, journal=noted(state.journal, Entry(event.at, *outcome_line(reopening))))


def _positions(state: MonitorState, event: PositionsSeen) -> MonitorState:
    positions = state.positions
    if event.account in state.accounts.hidden:
        return state
    if isinstance(event.outcome, Failure):
        failures = with_item(positions.failures, event.account, Stamped(event.outcome, event.at))
        return replace(state, positions=replace(positions, failures=failures))
    return replace(
        state,
        positions=replace(
            positions,
            books=with_item(positions.books, event.account, Stamped(event.outcome, event.at)),
            failures=without_item(positions.failures, event.account),
        ),
    )


def _judged(state: MonitorState, found: Verdict, at: Moment) -> MonitorState:
    """The state with the verdict that it now deserves noted, where that has changed."""
    before = state.standing.verdict if state.standing else VerdictName.UNKNOWN
    if found.name == before:
        return state
    return replace(
        state,
        standing=Standing(found.name, at),
        journal=noted(state.journal, Entry(at, level_of(found.name), _line(found))),
    )


def _line(found: Verdict) -> str:
    words = f"{found.name.words.lower()}: {found.summary}"
    return f"{words} ({found.seen})" if found.seen else words
