"""What a check is, and what can come of one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tui.domain.remedy import Remedy

S = TypeVar("S")


class Status(StrEnum):
    """What came of a check (contract: `cpwatch doctor --json`)."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


class Act(StrEnum):
    """What the monitor can do about a check, once the user has said so."""

    REOPEN = "reopen"
    """Open the brokerage session again."""
    LOGIN = "login"
    """Open the login page in a browser, where there is one."""
    SETUP = "setup"
    """Start the setup wizard."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found.

    cause: which of the check's outcomes this is, in words joined by hyphens (`refused`); stable, and unique together
    with the check's id. evidence: what was seen, verbatim and cut, safe to print. means: what that means, in sentences
    that a trader understands; for a leading cause the first of them names it. remedy: what to do, None where nothing
    is to be done. looked_at: what the check looked at, in a phrase. links: pages that tell more. act: what the monitor
    can do about it.
    """

    status: Status
    cause: str
    evidence: str = ""
    means: str = ""
    remedy: Remedy | None = None
    looked_at: str = ""
    links: tuple[str, ...] = ()
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Check(Generic[S]):
    """One check. needs: the ids of those that must have passed, or only warned, before it can tell anything.

    look: looks, given the scene that all checks of a run share; it raises nothing that it knows of.
    causes: every cause that it can give, so that a table can be held complete.
    """

    id: str
    title: str
    look: Callable[[S], Awaitable[Outcome]]
    needs: tuple[str, ...] = ()
    causes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """A check's outcome, and the seconds that it took."""

    id: str
    title: str
    outcome: Outcome
    seconds: float = 0.0
