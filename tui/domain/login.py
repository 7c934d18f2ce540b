"""The login that a person made in the browser: since when it stands, and for which region and kind of account."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Login:
    """What `/sso/validate` tells; None where it did not. User names and addresses are not kept.

    login_at: aware, UTC. region: IBKR's code of the place that serves the login, e.g. `NJ`. paper: whether it is a
    paper login. valid: whether the login stands.
    """

    login_at: datetime | None = None
    region: str | None = None
    paper: bool | None = None
    valid: bool | None = None

    def age(self, now: datetime) -> float | None:
        """Seconds since the login, never below 0 whatever the two machines' clocks say; None where it is not known."""
        return None if self.login_at is None else max((now - self.login_at).total_seconds(), 0.0)
