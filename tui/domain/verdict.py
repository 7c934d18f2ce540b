"""The one place that decides what is wrong: state and present time -> verdict, what was seen, what to do."""

from dataclasses import dataclass, replace
from datetime import datetime

from tui.clock import Moment
from tui.domain.address import PathKind
from tui.domain.broken_way import broken_way, maker, summary_of
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import PathState
from tui.domain.remedy import Remedy, remedy_for_failure, remedy_for_session
from tui.domain.resets import Absence, window
from tui.domain.session import AuthStatus, Exchange, SessionState, Tickle
from tui.domain.state import MonitorState, Pace
from tui.domain.text import age, clock_time
from tui.domain.verdict_name import VerdictName

__all__ = ["Verdict", "VerdictName", "brokerage_live", "fresh_status", "login_at", "login_live", "verdict"]

SETTLING = 60.0
"""Seconds after a login within which a session that is not authenticated yet is still coming up."""


_BY_FAILURE = {
    FailureKind.UNRESOLVED: VerdictName.UNREACHABLE,
    FailureKind.REFUSED: VerdictName.GATEWAY_DOWN,
    FailureKind.CONNECT_TIMEOUT: VerdictName.UNREACHABLE,
    FailureKind.TLS_TIMEOUT: VerdictName.UNREACHABLE,
    FailureKind.CUT: VerdictName.GATEWAY_DOWN,
    FailureKind.WRONG_SCHEME: VerdictName.WRONG_SCHEME,
    FailureKind.UNTRUSTED: VerdictName.UNTRUSTED_CERTIFICATE,
    FailureKind.NOT_A_GATEWAY: VerdictName.NOT_A_GATEWAY,
    FailureKind.SILENT: VerdictName.BACKEND_HUNG,
    FailureKind.DENIED: VerdictName.DENIED,
    FailureKind.MISCONFIGURED: VerdictName.MISCONFIGURED,
    FailureKind.EDGE_DENIED: VerdictName.EDGE_DENIED,
    FailureKind.RATE_LIMITED: VerdictName.RATE_LIMITED,
    FailureKind.BACKEND: VerdictName.BACKEND_DOWN,
    FailureKind.NO_LOGIN: VerdictName.LOGIN_REQUIRED,
    FailureKind.NO_BRIDGE: VerdictName.SESSION_LAPSED,
    FailureKind.UNEXPECTED: VerdictName.NOT_A_GATEWAY,
}
"""Of what is not about the way; a tunnel's own kinds are judged by `broken_way` alone."""

_SUMMARIES = {
    VerdictName.UNREACHABLE: "The gateway's address can't be reached: network or firewall.",
    VerdictName.WRONG_SCHEME: "A gateway is there, but not over this scheme.",
    VerdictName.UNTRUSTED_CERTIFICATE: "The certificate could not be verified.",
    VerdictName.NOT_A_GATEWAY: "Something answers there that is no gateway.",
    VerdictName.BACKEND_HUNG: "The gateway runs, but gets no answer from IBKR.",
    VerdictName.DENIED: "The gateway's allow list refuses this machine.",
    VerdictName.MISCONFIGURED: "The gateway chokes on its own settings.",
    VerdictName.EDGE_DENIED: "IBKR's edge refuses the gateway's public address.",
    VerdictName.RATE_LIMITED: "IBKR asks to slow down.",
    VerdictName.BACKEND_DOWN: "IBKR's servers answer with an error.",
    VerdictName.LOGIN_REQUIRED: "The gateway runs, nobody is logged in.",
    VerdictName.LOGGED_OUT: "The link to IBKR's brokerage servers is gone.",
    VerdictName.COMPETING: "Another program holds the brokerage session.",
    VerdictName.SESSION_LAPSED: "Logged in, but the brokerage session has lapsed.",
    VerdictName.INITIALISING: "The session is coming up.",
    VerdictName.CONTESTED: "Trading session live, but another login is taking it.",
    VerdictName.READY: "trading session live",
}


_HALF_TOLD = "IBKR's answer leaves out whether another login competes."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is so, and what to do.

    summary: a phrase. seen: the evidence in words, None where nothing came. remedy: None where nothing is to be done.
    """

    name: VerdictName
    summary: str
    seen: str | None = None
    remedy: Remedy | None = None


def fresh(exchange: Exchange | None, interval: float, pace: Pace, now: Moment) -> bool:
    """True while the exchange, asked every `interval` seconds, may be relied on; a 429 for as long as it holds."""
    if exchange is None:
        return False
    lasts = pace.fresh_for(interval)
    if isinstance(failure := exchange.outcome, Failure):
        # The next question goes out when the penalty ends, and has its own time to be answered.
        lasts = max(lasts, (failure.retry_after or 0.0) + pace.read_timeout)
        if failure.kind is FailureKind.SILENT:
            # One question at a time then: the next may have to wait for a tickle to run into its own time-out.
            lasts += pace.read_timeout
    return now.seconds_since(exchange.at) < lasts


def decisive(session: SessionState, pace: Pace, now: Moment) -> AuthStatus | Failure | None:
    """What the newest fresh question about the session brought; None where nothing fresh is known.

    Newest by the time of asking: an answer that was asked for later supersedes a time-out of an earlier question,
    whichever of the two ended last. A tickle that says nothing of the session counts only where no auth status does,
    and none counts against an auth status that failed since, however long that is ago.
    """
    auth = session.auth if fresh(session.auth, pace.auth, pace, now) else None
    tickle = session.tickle if fresh(session.tickle, pace.tickle, pace, now) else None
    newer = auth
    if session.auth is not None and isinstance(session.auth.outcome, Failure):
        newer = session.auth
    # By the monotonic clock alone: it never goes back, while a wall clock that was set would change the order.
    if newer is not None and tickle is not None and newer.asked.ticks > tickle.asked.ticks:
        tickle = None
    match (tickle.outcome if tickle else None, auth.outcome if auth else None):
        case Tickle(auth=AuthStatus() as status), _:
            return status
        case Tickle(auth=None), (AuthStatus() | Failure(kind=FailureKind.NO_BRIDGE)) as outcome:
            return outcome
        case Tickle(auth=None), _:
            return Failure(FailureKind.NO_LOGIN, "a tickle answered without an iserver part", 200)
        case Failure() as failure, _:
            return failure
        case _, (AuthStatus() | Failure()) as outcome:
            return outcome
    return None


def verdict(state: MonitorState, now: Moment) -> Verdict:
    """The verdict on the gateway at that moment (contract: *Verdicts*), with what was seen and the one thing to do."""
    return _in_reset(_verdict(state, now), state.session.region, now.wall)


def _verdict(state: MonitorState, now: Moment) -> Verdict:
    match decisive(state.session, state.pace, now):
        case Failure() as failure:
            return _of_failure(state, failure, now)
        case AuthStatus() as status:
            name = _of_status(status, _settling(state.session, now))
            if name is VerdictName.UNKNOWN:
                return Verdict(name, _HALF_TOLD, _status_words(status), Remedy("Wait, cpwatch asks again by itself."))
            return Verdict(
                name,
                _SUMMARIES[name],
                _status_words(status) if name is not VerdictName.READY else None,
                remedy_for_session(name, state),
            )
    return _unknown(state, now)


_EXPECTED_IN_RESET = frozenset(
    {
        VerdictName.BACKEND_HUNG,
        VerdictName.BACKEND_DOWN,
        VerdictName.LOGIN_REQUIRED,
        VerdictName.LOGGED_OUT,
        VerdictName.SESSION_LAPSED,
    }
)
"""What IBKR's nightly reset and weekly maintenance look like from here."""


def _in_reset(found: Verdict, region: str | None, now: datetime) -> Verdict:
    """The verdict, said for what it is where it is expected at this hour."""
    expected = window(region, now) if found.name in _EXPECTED_IN_RESET else None
    if expected is None or found.remedy is None:
        return found
    what = "nightly reset" if expected.absence is Absence.RESET else "weekly maintenance"
    until = f"{expected.closes.astimezone():%H:%M}"
    remedy = found.remedy.after(f"Expected at this hour: IBKR's {what} is over by {until} at the latest.")
    return replace(found, summary=f"{found.summary.removesuffix('.')}: IBKR's {what}, until {until}.", remedy=remedy)


def _unknown(state: MonitorState, now: Moment) -> Verdict:
    ends = [exchange.at for exchange in (state.session.auth, state.session.tickle) if exchange is not None]
    if not ends:
        return Verdict(VerdictName.UNKNOWN, f"asking {state.path.address.url} …")
    last = max(ends, key=lambda at: at.ticks)
    return Verdict(
        VerdictName.UNKNOWN,
        f"Nothing fresh: the last answer is {age(now.seconds_since(last))} old.",
        f"last answer at {clock_time(last.wall)}",
        Remedy("cpwatch asks again by itself; if this stays, quit and start it again with --log FILE --debug."),
    )


def _of_failure(state: MonitorState, failure: Failure, now: Moment) -> Verdict:
    remedy = remedy_for_failure(failure, state)
    if (broken := broken_way(failure, state.path)) is not None:
        return Verdict(broken.verdict, summary_of(broken, failure, state.path), failure.evidence, remedy)
    name = _BY_FAILURE[failure.kind]
    summary = _SUMMARIES.get(name) or f"Nothing answers at {state.path.address.host} port {state.path.address.port}."
    if failure.kind is FailureKind.UNEXPECTED:
        summary = "Something answers there in a way that no known gateway does."
    if failure.kind is FailureKind.CUT:
        summary = f"{state.path.address.host} port {state.path.address.port} takes the connection and cuts it."
    if name is VerdictName.UNREACHABLE:
        summary = _unreachable(failure, state.path)
    if name is VerdictName.RATE_LIMITED and (left := _penalty_left(state.session, now)) is not None:
        summary = f"IBKR asks to slow down, for {age(left)} more."
    return Verdict(name, summary, failure.evidence, remedy)


def _unreachable(failure: Failure, path: PathState) -> str:
    if failure.kind is FailureKind.TLS_TIMEOUT and path.address.loopback:
        return f"{path.address.host} port {path.address.port} takes the connection, and says nothing."
    if path.by_edge:
        return f"{maker(path.kind)}'s servers can't be reached from here: network or firewall."
    if path.kind in {PathKind.TAILSCALE, PathKind.WIREGUARD}:
        over = "the VPN" if path.kind is PathKind.WIREGUARD else path.kind.words
        return f"The gateway can't be reached over {over}: its network, or a firewall."
    return _SUMMARIES[VerdictName.UNREACHABLE]


def _penalty_left(session: SessionState, now: Moment) -> float | None:
    """Seconds until the last question that met a 429 may be asked again; None where none has a known end."""
    left = [
        failure.retry_after - now.seconds_since(exchange.at)
        for exchange in (session.auth, session.tickle)
        if exchange is not None
        and isinstance(failure := exchange.outcome, Failure)
        and failure.kind is FailureKind.RATE_LIMITED
        and failure.retry_after is not None
    ]
    return max(0.0, *left) if left else None


def _of_status(status: AuthStatus, settling: bool) -> VerdictName:
    if status.authenticated:
        if status.established is False:
            return VerdictName.INITIALISING
        if status.competing is None:
            return VerdictName.UNKNOWN
        return VerdictName.CONTESTED if status.competing else VerdictName.READY
    if status.connected is False:
        return VerdictName.LOGGED_OUT
    if status.competing:
        return VerdictName.COMPETING
    if settling:
        return VerdictName.INITIALISING
    return VerdictName.SESSION_LAPSED if status.connected else VerdictName.LOGGED_OUT


def _settling(session: SessionState, now: Moment) -> bool:
    """True in the first minute after a login, whether it was seen to come or IBKR tells when it came."""
    if session.login_seen_at is not None and now.seconds_since(session.login_seen_at) < SETTLING:
        return True
    age_of_login = session.sign_in.value.age(now.wall) if session.sign_in else None
    return age_of_login is not None and age_of_login < SETTLING


def _status_words(status: AuthStatus) -> str:
    flags = (
        ("authenticated", status.authenticated),
        ("connected", status.connected),
        ("established", status.established),
        ("competing", status.competing),
    )
    words = ", ".join(f"{name} {'yes' if value else 'no'}" for name, value in flags if value is not None)
    return f"{words}; “{status.message}”" if status.message else words


def fresh_status(state: MonitorState, now: Moment) -> AuthStatus | None:
    """What IBKR says of the session, where that is what decides now; None where it is stale or superseded."""
    outcome = decisive(state.session, state.pace, now)
    return outcome if isinstance(outcome, AuthStatus) else None


def login_at(state: MonitorState) -> datetime | None:
    """When the present login was made; None while nobody is logged in, or nothing tells."""
    return state.session.sign_in.value.login_at if state.session.sign_in else None


def login_live(state: MonitorState, now: Moment) -> bool | None:
    """Whether somebody is logged in (the read-only SSO session), as far as something fresh tells."""
    match decisive(state.session, state.pace, now):
        case AuthStatus(authenticated=False, connected=False):
            return None  # the link to IBKR is gone, which says nothing of the login
        case AuthStatus() | Failure(kind=FailureKind.NO_BRIDGE):
            return True
        case Failure(kind=FailureKind.NO_LOGIN):
            return False
    return None


def brokerage_live(state: MonitorState, now: Moment) -> bool | None:
    """Whether the brokerage session can be used, as far as something fresh tells."""
    match decisive(state.session, state.pace, now):
        case AuthStatus() as status:
            return status.authenticated and status.established is not False
        case Failure(kind=FailureKind.NO_LOGIN | FailureKind.NO_BRIDGE):
            return False
    return None
