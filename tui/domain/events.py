"""The closed union of things that can happen. Each names the gateway it is about and when it was so."""

from dataclasses import dataclass

from tui.clock import Moment
from tui.domain.accounts import Account, BrokerageAccounts, Summary
from tui.domain.failure import Failure
from tui.domain.path import Timing
from tui.domain.positions import Position
from tui.domain.session import AuthStatus, Tickle


@dataclass(frozen=True, slots=True)
class Happening:
    """What all events share. at: when it was known."""

    gateway: str
    at: Moment


@dataclass(frozen=True, slots=True)
class AuthSeen(Happening):
    """The auth status was asked for at `asked`; `outcome` is what came of it."""

    asked: Moment
    outcome: AuthStatus | Failure
    timing: Timing


@dataclass(frozen=True, slots=True)
class TickleDue(Happening):
    """A tickle came due and is being sent."""


@dataclass(frozen=True, slots=True)
class TickleSeen(Happening):
    """The tickle sent at `asked` ended. next_at: when the next one goes out."""

    asked: Moment
    outcome: Tickle | Failure
    timing: Timing
    next_at: Moment


@dataclass(frozen=True, slots=True)
class AccountsSeen(Happening):
    """The portfolio's accounts, or why they could not be had."""

    outcome: tuple[Account, ...] | Failure


@dataclass(frozen=True, slots=True)
class BrokerageAccountsSeen(Happening):
    """What the brokerage session says of its accounts."""

    outcome: BrokerageAccounts


@dataclass(frozen=True, slots=True)
class SummarySeen(Happening):
    """One account's summary, or why it could not be had."""

    account: str
    outcome: Summary | Failure


@dataclass(frozen=True, slots=True)
class PositionsSeen(Happening):
    """One account's whole book, or why it could not be had. `at` is the time the rows were true."""

    account: str
    outcome: tuple[Position, ...] | Failure


@dataclass(frozen=True, slots=True)
class AccountChosen(Happening):
    """The user looks at this account now."""

    account: str


@dataclass(frozen=True, slots=True)
class JobDied(Happening):
    """A job ended by a defect of ours and starts again in `seconds`, or never where that is None."""

    job: str
    error: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class JobRevived(Happening):
    """A job that had died has done a full round again."""

    job: str


@dataclass(frozen=True, slots=True)
class TimePassed(Happening):
    """Nothing happened but time: what was fresh may no longer be."""


Event = (
    AuthSeen
    | TickleDue
    | TickleSeen
    | AccountsSeen
    | BrokerageAccountsSeen
    | SummarySeen
    | PositionsSeen
    | AccountChosen
    | JobDied
    | JobRevived
    | TimePassed
)
