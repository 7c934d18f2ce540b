"""All that is known of one gateway: one slice a pane, and what the slices are judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.clock import Moment
from tui.domain.accounts import AccountsState
from tui.domain.history import History
from tui.domain.journal import Entry
from tui.domain.path import PathState
from tui.domain.positions import PositionsState
from tui.domain.session import Reopening, SessionState
from tui.domain.stamped import Stamped
from tui.domain.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two questions of a kind, and how long an answer may take.

    The defaults keep the whole engine below one request a second on average. on_word: the kinds (by the names of these
    fields) that are asked once and then only where the user wants it, since every request counts on the way; what
    they brought is old by their interval all the same.
    """

    auth: float = 5.0
    tickle: float = 60.0
    accounts: float = 30.0
    summary: float = 30.0
    others: float = 10.0
    pnl: float = 15.0
    positions: float = 3.0
    connect_timeout: float = 3.0
    read_timeout: float = 12.0
    on_word: frozenset[str] = frozenset()

    def fresh_for(self, interval: float) -> float:
        """Seconds for which what is asked every `interval` counts as fresh: two polls and the read timeout."""
        return 2 * interval + self.read_timeout


@dataclass(frozen=True, slots=True)
class Here:
    """Where cpwatch itself runs, as far as a remedy needs it.

    user: the login name on this machine. ssh_server: this machine's address as the user's ssh client reached it,
    None where cpwatch does not run over SSH. ssh_port: that server's port.
    """

    user: str | None = None
    ssh_server: str | None = None
    ssh_port: int = 22


@dataclass(frozen=True, slots=True)
class JobFault:
    """A job that died of a defect. seconds: until it is started again; None where only a new start of cpwatch helps."""

    at: Moment
    error: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The verdict's name as it last changed, and since when it stands."""

    verdict: str
    since: Moment


@dataclass(frozen=True, slots=True)
class MonitorState:
    """One gateway, whole and immutable. gateway: its id, carried by every event about it.

    reopening: the newest try to re-open the brokerage session, None where there was none. refreshed: what came of the
    newest wish for a refresh, as a sentence. traffic: None until it was measured. history: what is plotted.
    """

    gateway: str
    path: PathState
    started_at: Moment
    session: SessionState = field(default_factory=SessionState)
    accounts: AccountsState = field(default_factory=AccountsState)
    positions: PositionsState = field(default_factory=PositionsState)
    journal: tuple[Entry, ...] = ()
    faults: Mapping[str, JobFault] = field(default_factory=dict)
    standing: Standing | None = None
    pace: Pace = field(default_factory=Pace)
    here: Here = field(default_factory=Here)
    reopening: Reopening | None = None
    refreshed: Stamped[str] | None = None
    traffic: Traffic | None = None
    history: History = field(default_factory=History)

    @property
    def paper(self) -> bool | None:
        """True for a paper login, False for a live one, None while nothing tells: it is never assumed.

        The brokerage session says it outright, the login by its kind, the accounts by their marks.
        """
        if self.accounts.brokerage is not None and self.accounts.brokerage.value.paper is not None:
            return self.accounts.brokerage.value.paper
        if self.session.sign_in is not None and self.session.sign_in.value.paper is not None:
            return self.session.sign_in.value.paper
        return self.accounts.paper
