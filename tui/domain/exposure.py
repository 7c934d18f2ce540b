"""Whether strangers on the internet can use the session: what the public addresses answered to one of them."""

from dataclasses import dataclass
from enum import StrEnum

from tui.clock import Moment
from tui.domain.failure import Failure


class Openness(StrEnum):
    """What one request without any credentials showed."""

    TRADABLE = "tradable"
    """200: anyone who knows the address can use the session, and trade."""
    OPEN = "open"
    """The gateway itself answered, without a login just now: anyone reaches it, and its session once there is one."""
    PROTECTED = "protected"
    """The tunnel's own guard refused: basic auth, Access, OAuth."""
    CLOSED = "closed"
    """Nothing answered there, or the tunnel is not connected."""
    UNCLEAR = "unclear"
    """An answer that tells neither."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One public address and what it showed. seen: the evidence, safe to print. url: the origin that was asked.

    failure: how the answer was none of the session's; None where it was, and where nothing was asked.
    """

    url: str
    openness: Openness
    seen: str
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """The user's newest look. asked_at: when it began. at: when it ended, None while it is under way.

    probes: one a public address; empty with `at` set means that no public address is known.
    """

    asked_at: Moment
    at: Moment | None = None
    probes: tuple[Probe, ...] = ()
