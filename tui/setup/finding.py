"""One thing about a conf.yaml that its owner should know."""

from dataclasses import dataclass
from enum import StrEnum

from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text

_SHOWN = 60


class Severity(StrEnum):
    """How much it matters."""

    ERROR = "error"
    """The gateway does not work with it, or is open to strangers."""
    WARN = "warn"
    """It does something else than it looks like, or lets in more than it should."""
    INFO = "info"
    """Worth knowing."""


class Stop(StrEnum):
    """How far the gateway comes with it."""

    NOTHING = "nothing"
    LISTEN = "listen"
    """Its process runs, and never listens."""
    START = "start"
    """Its process ends."""


@dataclass(frozen=True, slots=True)
class Finding:
    """id: stable, words joined by hyphens. line: from 1, None for the file as a whole. message: what it does in fact.

    fix: what to do about it, a sentence; empty where nothing needs doing. All of it is safe to print, and no secret.
    """

    id: str
    severity: Severity
    line: int | None
    message: str
    fix: str
    stops: Stop = Stop.NOTHING


def shown(text: str) -> str:
    """A value from the file, for a sentence."""
    return redacted(safe_text(text, _SHOWN))
