"""What is open that should not be: one finding a cause, with what it means and how to close it."""

from dataclasses import dataclass

from tui.domain.journal import Level


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the way to the gateway that a careful owner would change.

    id: stable, in words joined by hyphens (`funnel-on`). level: ALARM where strangers may use the session, WARN where
    that takes one more step, INFO for what is only worth knowing. text: what is so and what follows from it. fix: what
    to do, in a sentence. command: the line that does it, None where none does it alone. All safe to print, no secrets.
    """

    id: str
    level: Level
    text: str
    fix: str
    command: str | None = None
