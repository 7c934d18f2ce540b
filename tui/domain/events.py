"""The closed union of things that can happen. Each names the gateway it is about and when it was so."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui.clock import Moment
from tui.domain.accounts import Account, BrokerageAccounts, Summary
from tui.domain.exposure import Probe
from tui.domain.failure import Failure
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.ledger import Ledger
from tui.domain.login import Login
from tui.domain.path import Timing
from tui.domain.pnl import DayPnl
from tui.domain.positions import Position
from tui.domain.session import AuthStatus, Tickle
from tui.domain.traffic import Traffic
from tui.domain.tunnel import Tunnel
from tui.domain.way import Way


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
class LoginSeen(Happening):
    """What is known of the login itself. `at` is when it was asked, by this process or another."""

    outcome: Login


@dataclass(frozen=True, slots=True)
class TickledElsewhere(Happening):
    """A tickle came due that another cpwatch process has had answered, at `answered_at`. next_at: the next look."""

    answered_at: Moment
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
class LedgerSeen(Happening):
    """One account's currencies, or why they could not be had."""

    account: str
    outcome: Ledger | Failure


@dataclass(frozen=True, slots=True)
class PnlSeen(Happening):
    """Every account's day, by account id, or why it could not be had."""

    outcome: Mapping[str, DayPnl] | Failure


@dataclass(frozen=True, slots=True)
class PositionsSeen(Happening):
    """One account's whole book, or why it could not be had. `at` is the time the rows were true."""

    account: str
    outcome: tuple[Position, ...] | Failure


@dataclass(frozen=True, slots=True)
class PositionsPaced(Happening):
    """The positions are asked for every `interval` seconds from now on; None means at the usual pace."""

    interval: float | None


@dataclass(frozen=True, slots=True)
class AccountChosen(Happening):
    """The user looks at this account now."""

    account: str


@dataclass(frozen=True, slots=True)
class ReopenAsked(Happening):
    """The user wants the brokerage session re-opened, and it is being done. compete: by throwing out another login."""

    compete: bool


@dataclass(frozen=True, slots=True)
class ReopenSeen(Happening):
    """What came of that: the auth status that resulted, or why there is none."""

    outcome: AuthStatus | Failure


@dataclass(frozen=True, slots=True)
class Refreshed(Happening):
    """The user wanted everything asked anew. text: a sentence that says what is, or why nothing is."""

    text: str


@dataclass(frozen=True, slots=True)
class TrafficSeen(Happening):
    """What asking has cost in the past minute."""

    traffic: Traffic


@dataclass(frozen=True, slots=True)
class Probed(Happening):
    """The gateway was asked for something that it answers by itself, just to time it; or why it did not answer."""

    timing: Timing
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class PathSeen(Happening):
    """This machine was looked over: which way our requests go, which tunnels lead to the gateway, what is open."""

    way: Way
    tunnels: tuple[Tunnel, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ExposureAsked(Happening):
    """The user wants to know whether strangers can use the session, and it is being looked into."""


@dataclass(frozen=True, slots=True)
class ExposureSeen(Happening):
    """What the public addresses answered to a stranger, one probe each; empty where none is known."""

    probes: tuple[Probe, ...]


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
class Noticed(Happening):
    """Something worth a line that changes nothing else that is known: a suspend, a clock that was set."""

    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class TimePassed(Happening):
    """Nothing happened but time: what was fresh may no longer be."""


Event = (
    AuthSeen
    | TickleDue
    | TickleSeen
    | TickledElsewhere
    | LoginSeen
    | AccountsSeen
    | BrokerageAccountsSeen
    | SummarySeen
    | LedgerSeen
    | PnlSeen
    | PositionsSeen
    | PositionsPaced
    | AccountChosen
    | ReopenAsked
    | ReopenSeen
    | Refreshed
    | TrafficSeen
    | Probed
    | PathSeen
    | ExposureAsked
    | ExposureSeen
    | JobDied
    | JobRevived
    | Noticed
    | TimePassed
)
