"""What a command runs with: one gateway, how it is called, and how it is asked."""

from dataclasses import dataclass, field
from pathlib import Path

from tui.config.settings import Badge
from tui.domain.path import Address
from tui.domain.state import Pace


@dataclass(frozen=True, slots=True)
class Profile:
    """One gateway with all that is particular to it.

    name: as in the settings, empty where no profile is used. title: what the header calls it, empty as well then.
    ca: certificates to verify the server's with; None for the usual ones. region: where IBKR serves the login, until
    the login tells; None where nobody said. hidden: account ids. keep_alive: whether to send the tickle.
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
