"""The login, the brokerage session on top of it, and the keep-alive that holds it."""

from dataclasses import dataclass

from tui.clock import Moment
from tui.domain.failure import Failure
from tui.domain.login import Login
from tui.domain.stamped import Stamped

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class AuthStatus:
    """What IBKR says of the brokerage session (`/iserver/auth/status`, or `authStatus` within a tickle).

    None where the field was absent: older builds leave out `established`, a logged-out session leaves out more.
    """

    authenticated: bool
    connected: bool | None = None
    competing: bool | None = None
    established: bool | None = None
    server: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Tickle:
    """The answer to one tickle. auth: None where the answer carried no `iserver` part."""

    auth: AuthStatus | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question about the session and what came of it. asked, at: when it was sent and when it ended."""

    outcome: AuthStatus | Tickle | Failure
    asked: Moment
    at: Moment


@dataclass(frozen=True, slots=True)
class Slot:
    """One tickle that was due. answered_at: when one was answered, at once or on a retry; None until then.

    elsewhere: whether it was another cpwatch process that had it answered.
    """

    due_at: Moment
    answered_at: Moment | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """The tickles of the past hour, oldest first, and when the next one goes out.

    next_at: None while a tickle that came due is still under way. failures: how many in a row went unanswered.
    """

    enabled: bool = True
    slots: tuple[Slot, ...] = ()
    next_at: Moment | None = None
    failures: int = 0

    def this_hour(self, now: Moment) -> tuple[int, int]:
        """(answered, due) among the past hour's tickles; one that is still under way counts as neither."""
        recent = [slot for slot in self.slots if now.seconds_since(slot.due_at) < HOUR]
        answered = sum(slot.answered_at is not None for slot in recent)
        under_way = bool(recent) and recent[-1].answered_at is None and self.next_at is None
        return answered, len(recent) - under_way

    @property
    def elsewhere(self) -> bool:
        """True where the newest answered tickle was another cpwatch process's."""
        return next((slot.elsewhere for slot in reversed(self.slots) if slot.answered_at is not None), False)

    @property
    def answered_at(self) -> Moment | None:
        """When a tickle was last answered."""
        return next((slot.answered_at for slot in reversed(self.slots) if slot.answered_at is not None), None)


@dataclass(frozen=True, slots=True)
class SessionState:
    """The session's slice. auth, tickle: the newest exchange of either kind.

    status: the newest auth status that IBKR gave, from either, kept while exchanges fail; its age must be shown.
    login: True once an answer came that needs a login, False once one was refused for the want of it, None before.
    login_seen_at: when a login appeared where there had been none.
    sign_in: the login as `/sso/validate` last told it, None while nobody is logged in or nothing was told.
    region: where the last login that told it was served, kept past its end: its midnight ends the next one too.
    """

    auth: Exchange | None = None
    tickle: Exchange | None = None
    status: Stamped[AuthStatus] | None = None
    login: bool | None = None
    login_seen_at: Moment | None = None
    sign_in: Stamped[Login] | None = None
    region: str | None = None
    keep_alive: KeepAlive = KeepAlive()


@dataclass(frozen=True, slots=True)
class Reopening:
    """The newest try to re-open the brokerage session, made on the user's word.

    compete: whether another login was to be thrown out. outcome: None while it is under way; an AuthStatus that is not
    authenticated is a try that failed. at: when it ended.
    """

    asked_at: Moment
    compete: bool
    outcome: AuthStatus | Failure | None = None
    at: Moment | None = None
