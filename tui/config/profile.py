"""What a command runs with: one gateway, how it is called, and how it is asked."""

from dataclasses import dataclass, field
from pathlib import Path

from tui.config.secrets import WayIn
from tui.config.settings import Badge
from tui.domain.address import Address, PathKind
from tui.domain.path import Plan
from tui.domain.state import Pace


@dataclass(frozen=True, slots=True)
class Profile:
    """One gateway with all that is particular to it.

    name: as in the settings, empty where no profile is used. title: what the header calls it, empty as well then.
    ca: certificates to verify the server's with; None for the usual ones. region: where IBKR serves the login, until
    the login tells; None where nobody said. hidden: account ids. keep_alive: whether to send the tickle.

    kind: what the settings call the way, None where they don't. plan: what a request costs on it. agent: where the
    tunnel's agent answers, None for the usual ports. high: seconds from which a latency is high, None for what is
    usual on such a way. way_in: what the guard before the gateway wants to see, and where that is kept; never more than
    the places of secrets.
    """

    name: str
    title: str
    url: Address
    ca: Path | None = None
    badge: Badge | None = None
    pace: Pace = field(default_factory=Pace)
    region: str | None = None
    hidden: frozenset[str] = frozenset()
    keep_alive: bool = True
    kind: PathKind | None = None
    plan: Plan = field(default_factory=Plan)
    agent: Address | None = None
    high: float | None = None
    way_in: WayIn = field(default_factory=WayIn)
