"""One thing to tell somebody, and one that is only noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tui.config.alert_settings import AlertRule
from tui.domain.journal import Level
from tui.domain.verdict_name import VerdictName


class Severity(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Stage(StrEnum):
    """Which part of something it is."""

    BEGAN = "began"
    ENDED = "ended"
    ONCE = "once"
    """It has no end of its own."""
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Alert:
    """id: the same for all that is told of one outage, its end included. rule: None for a test.

    at, since: aware, UTC; since when it has been so, None where it has no beginning. said: a sentence on it, without
    figures and addresses. figures: by name, as text; told only where the settings say so.
    """

    id: str
    rule: AlertRule | None
    stage: Stage
    severity: Severity
    at: datetime
    verdict: VerdictName
    said: str
    since: datetime | None = None
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """What is written into the journal and the log alone."""

    level: Level
    text: str
