"""Re-opening the brokerage session within a living login: when it may be done, and what is said of it.

`ssodh/init` needs the login alone, no browser. It is sent on the user's word only, once, and never again by itself.
"""

from tui.clock import Moment
from tui.domain.journal import Level
from tui.domain.rivals import RIVALS
from tui.domain.session import AuthStatus, Reopening
from tui.domain.state import MonitorState
from tui.domain.text import clock_time
from tui.domain.verdict_name import VerdictName

__all__ = ["COOLDOWN", "HELPS", "RIVALS", "asked_line", "not_before", "outcome_line", "refusal", "unhelped"]

COOLDOWN = 60.0
"""Seconds from one try to the next: the session takes its time to come up, and asking again would begin it anew."""
HELPS = frozenset({VerdictName.SESSION_LAPSED, VerdictName.LOGGED_OUT, VerdictName.COMPETING})
"""Verdicts that call for it. LOGGED_OUT too: it says that the brokerage link is gone, not that the login is."""


def refusal(state: MonitorState, name: VerdictName, now: Moment) -> str | None:
    """Why the brokerage session may not be re-opened now, as a sentence; None where it may. name: the verdict now."""
    reopening = state.reopening
    if reopening is not None and reopening.outcome is None:
        return "The brokerage session is being re-opened already."
    if (why := unhelped(name)) is not None:
        return why
    if reopening is not None and now.seconds_since(reopening.asked_at) < COOLDOWN:
        return not_before(reopening.asked_at.plus(COOLDOWN))
    return None


def unhelped(name: VerdictName) -> str | None:
    """Why re-opening would not help against this verdict, as a sentence; None where it may."""
    if name in HELPS:
        return None
    match name:
        case VerdictName.READY | VerdictName.CONTESTED:
            return "Not re-opened: the brokerage session is open."
        case VerdictName.INITIALISING:
            return "Not re-opened: the brokerage session is coming up by itself."
        case VerdictName.LOGIN_REQUIRED:
            return "Not re-opened: nobody is logged in, and it takes a login."
        case VerdictName.UNKNOWN:
            return "Not re-opened: nothing fresh is known of the session."
    return f"Not re-opened: the verdict is {name.words}, which that does not mend."


def not_before(moment: Moment) -> str:
    """The sentence for a try that comes too soon."""
    return f"Not re-opened: not again before {clock_time(moment.wall)}."


def asked_line(*, compete: bool) -> str:
    """What the journal says of a try that begins."""
    if compete:
        return f"re-opening the brokerage session, throwing out {RIVALS}"
    return "re-opening the brokerage session, without competing"


def outcome_line(reopening: Reopening) -> tuple[Level, str]:
    """What is said of a try that ended, in the journal and on the screen; of one under way, that it is."""
    match reopening.outcome:
        case None:
            return Level.INFO, asked_line(compete=reopening.compete)
        case AuthStatus(authenticated=True, established=established):
            loading = "; its accounts are loading" if established is False else ""
            return Level.OK, f"the brokerage session is re-opened{loading}"
        case AuthStatus() as status:
            said = f" (“{status.message}”)" if status.message else ""
            return Level.WARN, f"re-opening the brokerage session failed: {_why(status)}{said}"
        case failure:
            return Level.WARN, f"re-opening the brokerage session failed: {failure.evidence}"


def _why(status: AuthStatus) -> str:
    if status.competing:
        return "another login holds it and keeps it"
    if status.connected is False:
        return "IBKR's brokerage servers are not connected"
    return "IBKR did not authenticate it"
