"""The checks of the login and of the brokerage session in it, and of what keeps both alive."""

import contextlib

from tui.clock import within
from tui.doctor.check import Act, Check, Outcome
from tui.doctor.outcome import failed, judged, passed, skipped, warned
from tui.doctor.scene import Scene
from tui.domain.ahead import ahead
from tui.domain.failure import Failure, FailureKind
from tui.domain.remedy import Remedy, remedy_for_failure
from tui.domain.resets import next_reset, until_text, window
from tui.domain.session import AuthStatus
from tui.domain.text import age
from tui.domain.verdict import VerdictName

SKEW = 60.0
"""Seconds by which this machine's clock may be off."""
_BOOK_WITHIN = 10.0
_STATUS = "the status of the brokerage session"
TAB = (
    "Once the page says “Client login succeeds”, the tab may be closed. The login ends at midnight of its region at "
    "the latest, used or not: the 24 hours that guides name are a cap, not a time of idleness."
)
TROUBLE_AT_THE_PAGE = (
    "If the page returns to its form: log in once at IBKR's own portal, which may want to confirm who you are, and "
    "mind its switch between live and paper."
)
SAME_WAY = (
    "A login belongs to the address from which the gateway reaches IBKR: made at another gateway, or in a container of "
    "another network, it counts for nothing here."
)


def _seen(status: AuthStatus) -> str:
    flags = {"authenticated": status.authenticated, "connected": status.connected, "competing": status.competing}
    said = ", ".join(f"{name} {'yes' if value else 'no'}" for name, value in flags.items() if value is not None)
    return f"{said}; “{status.message}”" if status.message else said


async def login(scene: Scene) -> Outcome:
    """Whether somebody is logged in at the gateway."""
    looked = "what the gateway's answer says of the login"
    outcome = await scene.auth()
    if isinstance(outcome, Failure) and outcome.kind is FailureKind.NO_LOGIN:
        ended = scene.state.session.login_seen_at is not None or scene.state.session.sign_in is not None
        first = "The login that there was has ended." if ended else ""
        more = (first, "That a program gets 401 for everything means just this.", TAB, TROUBLE_AT_THE_PAGE, SAME_WAY)
        return judged("nobody", outcome, scene.verdict(), *more, looked_at=looked, act=Act.LOGIN)
    if scene.verdict().name is VerdictName.LOGGED_OUT:
        # It may be the link alone, and then no browser is needed; the login itself is asked.
        await scene.login()
        known = scene.state.session.sign_in
        if known is not None and known.value.valid is False:
            means = f"The login has ended, and the link to IBKR with it. {TAB}"
            no_login = Failure(FailureKind.NO_LOGIN, "")
            remedy = remedy_for_failure(no_login, scene.state)
            seen = scene.verdict().seen or ""
            return failed("ended", seen, means, remedy, looked_at=looked, act=Act.LOGIN)
    return passed("logged-in", "somebody is logged in", TAB, looked_at=looked)


async def brokerage(scene: Scene) -> Outcome:
    """Whether the login has its brokerage session, apart from another one that has it."""
    outcome = await scene.auth()
    found = scene.verdict()
    if isinstance(outcome, Failure):  # only a missing bridge comes so far
        return judged("no-bridge", outcome, found, _WITHOUT, looked_at=_STATUS, act=Act.REOPEN)
    if outcome is None:
        return skipped("unasked", "the session was not asked about")
    match found.name:
        case VerdictName.LOGGED_OUT:
            return judged("link-gone", None, found, _WITHOUT, looked_at=_STATUS, act=Act.REOPEN)
        case VerdictName.SESSION_LAPSED if "compete" in (outcome.message or "").lower():
            more = "IBKR says that another login may have it, and wants to be told whether to throw that one out."
            return judged("not-forced", None, found, more, looked_at=_STATUS, act=Act.REOPEN)
        case VerdictName.SESSION_LAPSED:
            more = (
                "So it is after some minutes without a keep-alive, and sometimes right after a login: the browser "
                "shows success, and programs are told that they are not authenticated."
            )
            return judged("lapsed", None, found, more, _WITHOUT, looked_at=_STATUS, act=Act.REOPEN)
        case VerdictName.COMPETING:
            return warned("held", _seen(outcome), "Another login has the brokerage session.", looked_at=_STATUS)
        case VerdictName.INITIALISING if not outcome.authenticated:
            means = "The login is less than a minute old, and its brokerage session is still being opened."
            return failed("settling", _seen(outcome), means, found.remedy, looked_at=_STATUS)
    return passed("open", _seen(outcome), looked_at=_STATUS)


_WITHOUT = "Portfolio data goes on meanwhile; orders, quotes and the data stream do not."


async def competing(scene: Scene) -> Outcome:
    """Whether another login wants the brokerage session, or has it."""
    outcome = await scene.auth()
    found = scene.verdict()
    if not isinstance(outcome, AuthStatus):
        return skipped("unasked", "the session was not asked about")
    if found.name is VerdictName.COMPETING:
        more = "IBKR gives one brokerage session to a user name, wherever it is logged in."
        return judged("competing", None, found, more, looked_at=_STATUS, act=Act.REOPEN)
    if outcome.competing:
        return warned("contested", found.seen or _seen(outcome), found.summary, found.remedy, looked_at=_STATUS)
    if outcome.competing is None:
        means = "IBKR's answer does not say whether another login competes."
        return warned("untold", _seen(outcome), means, looked_at=_STATUS)
    return passed("alone", "competing no", looked_at=_STATUS)


async def established(scene: Scene) -> Outcome:
    """Whether the brokerage session has its accounts."""
    outcome = await scene.auth()
    if not isinstance(outcome, AuthStatus):
        return skipped("unasked", "the session was not asked about")
    if outcome.established is False:
        found = scene.verdict()
        more = "Until then accounts, positions and orders are answered with nothing, and no error."
        return judged("loading", None, found, more, looked_at=_STATUS)
    if outcome.established is None:
        return passed("untold", "an older gateway, which does not say it", looked_at=_STATUS)
    return passed("established", f"established yes{f', {outcome.server}' if outcome.server else ''}", looked_at=_STATUS)


async def keep_alive(scene: Scene) -> Outcome:
    """Whether a keep-alive is answered, and one is sent at all."""
    looked = "the keep-alives of all cpwatch processes on this machine"
    state = scene.state
    if not state.session.keep_alive.enabled:
        means = (
            "cpwatch sends no keep-alive here, by its settings or to spare a metered way: something else has to, once "
            "a minute, or the brokerage session ends after some minutes. The gateway's own pings keep the login only."
        )
        remedy = Remedy(
            "If no other program sends it, start cpwatch without --no-keep-alive, or set keep_alive = true."
        )
        return warned("off", "keep-alive off", means, remedy, looked_at=looked)
    await scene.tickle()
    keep = scene.state.session.keep_alive
    now = scene.core.now()
    at = keep.answered_at or scene.core.budget.tickled_at()
    failure = scene.state.session.tickle.outcome if scene.state.session.tickle else None
    if keep.failures and isinstance(failure, Failure) and scene.overcome():
        means = "The newest keep-alive failed by what is over now; the next one goes out within a minute."
        return warned("unproven", failure.evidence, means, Remedy("Check again in a minute."), looked_at=looked)
    if keep.failures and isinstance(failure, Failure):
        means = (
            "The keep-alive is not answered: after some minutes without one the brokerage session ends, though the "
            "login lives on."
        )
        remedy = remedy_for_failure(failure, scene.state)
        return failed("unanswered", failure.evidence, means, remedy, looked_at=looked)
    if at is None or now.seconds_since(at) >= 3 * scene.state.pace.tickle:
        return warned("unproven", "", "No keep-alive is known to have been answered of late.", looked_at=looked)
    means = "Something has to send one a minute for as long as the session is to last: the monitor does while it runs."
    return passed("answered", f"answered {age(now.seconds_since(at))} ago", means, looked_at=looked)


async def clock(scene: Scene) -> Outcome:
    """Whether this machine's clock agrees with the world's."""
    looked = "the times that answers bear"
    dated = scene.core.client.dated
    off: float | None = None
    if dated is not None:
        off = (dated.at.wall - dated.value).total_seconds()
    else:
        book = None
        with contextlib.suppress(TimeoutError):
            book = await within(scene.core.clock, _BOOK_WITHIN, scene.book())
        # Data that is older than it should be may be due to IBKR; data from the future is not.
        if book is not None and book.behind is not None and book.behind <= SKEW:
            off = book.behind
    if off is None:
        return skipped("untold", "nothing that came bears a time")
    remedy = Remedy("Let the system set its clock by itself (NTP), or set it; then log in again if logins fail.")
    if abs(off) > SKEW:
        which = "ahead" if off > 0 else "behind"
        means = (
            f"This machine's clock is {which} by {age(abs(off))}: logins with a second factor may fail, the resets "
            "come at other times than shown, and ages are wrong."
        )
        return warned(which, f"{off:+.0f} s", means, remedy, looked_at=looked)
    return passed("agrees", f"{off:+.0f} s", looked_at=looked)


async def reset(scene: Scene) -> Outcome:
    """How long the login lasts."""
    looked = "where the login is served, whose midnight ends it"
    await scene.login()
    state, now = scene.state, scene.core.now()
    region = state.session.region
    if (present := window(region, now.wall)) is not None:
        until = f"{present.closes.astimezone():%H:%M}"
        means = (
            f"IBKR's {present.absence} is expected at this hour, until {until}: failures now may be due to it alone."
        )
        return warned("now", f"until {until}", means, Remedy("Wait until it is over."), looked_at=looked)
    if (soon := ahead(state, now)) is not None:
        return warned("soon", until_text(soon.at, now.wall), soon.words(now.wall), looked_at=looked)
    at = next_reset(region, now.wall)
    if at is None:
        return skipped("unknown", "where the login is served is not known; set region in the profile")
    means = (
        "Each login ends at midnight of its region, so that what works all day is dead each morning until somebody "
        "logs in again, with the second factor. No keep-alive changes that."
    )
    return passed("ahead", until_text(at, now.wall), means, looked_at=looked)


SESSION_CHECKS: tuple[Check[Scene], ...] = (
    Check("login", "Somebody is logged in", login, ("ibkr",), frozenset({"logged-in", "nobody", "ended"})),
    Check(
        "brokerage",
        "The brokerage session",
        brokerage,
        ("login",),
        frozenset({"open", "lapsed", "no-bridge", "link-gone", "not-forced", "held", "settling", "unasked"}),
    ),
    Check(
        "competing",
        "No other login competes",
        competing,
        ("brokerage",),
        frozenset({"alone", "competing", "contested", "untold", "unasked"}),
    ),
    Check(
        "established",
        "Its accounts are loaded",
        established,
        ("competing",),
        frozenset({"established", "untold", "loading", "unasked"}),
    ),
)
"""In the order in which they depend on each other."""

LASTING_CHECKS: tuple[Check[Scene], ...] = (
    Check(
        "keep-alive",
        "The keep-alive is answered",
        keep_alive,
        ("login",),
        frozenset({"answered", "off", "unanswered", "unproven"}),
    ),
    Check("clock", "The clock is right", clock, ("login",), frozenset({"agrees", "ahead", "behind", "untold"})),
    Check(
        "reset",
        "The time to the next reset",
        reset,
        ("login",),
        frozenset({"ahead", "soon", "now", "unknown"}),
    ),
)
"""What has to be so for it to last."""
