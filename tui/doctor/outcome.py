"""Outcomes in few words: what passed, what is amiss in the verdict's own words, and what could not be looked at."""

from dataclasses import replace

from tui.doctor.check import Act, Outcome, Status
from tui.domain.failure import Failure
from tui.domain.redact import redacted
from tui.domain.remedy import Remedy
from tui.domain.sanitise import safe_text
from tui.domain.verdict import Verdict

EVIDENCE_MOST = 300


def passed(cause: str, evidence: str = "", means: str = "", *, looked_at: str = "") -> Outcome:
    """All is well there."""
    return Outcome(Status.PASSED, cause, _cut(evidence), means, looked_at=looked_at)


def warned(
    cause: str,
    evidence: str = "",
    means: str = "",
    remedy: Remedy | None = None,
    *,
    looked_at: str = "",
    links: tuple[str, ...] = (),
    act: Act | None = None,
) -> Outcome:
    """It works, and somebody should know."""
    return Outcome(Status.WARNED, cause, _cut(evidence), means, remedy, looked_at, links, act)


def failed(
    cause: str,
    evidence: str = "",
    means: str = "",
    remedy: Remedy | None = None,
    *,
    looked_at: str = "",
    links: tuple[str, ...] = (),
    act: Act | None = None,
) -> Outcome:
    """It does not work."""
    return Outcome(Status.FAILED, cause, _cut(evidence), means, remedy, looked_at, links, act)


def skipped(cause: str, why: str) -> Outcome:
    """It could not be looked at, or there is nothing to be looked at; why, in a phrase."""
    return Outcome(Status.SKIPPED, cause, why)


def judged(
    cause: str,
    failure: Failure | None,
    verdict: Verdict,
    *more: str,
    seen: str = "",
    looked_at: str = "",
    links: tuple[str, ...] = (),
    act: Act | None = None,
) -> Outcome:
    """A failure in the words of the verdict on it, and its remedy. more: sentences that say what follows from it.

    seen: more evidence than the failure's own, which is in it.
    """
    seen = seen or (failure.evidence if failure is not None else verdict.seen or "")
    means = " ".join((verdict.summary, *(sentence for sentence in more if sentence)))
    return failed(cause, seen, means, verdict.remedy, looked_at=looked_at, links=links, act=act)


def with_remedy(outcome: Outcome, remedy: Remedy | None) -> Outcome:
    """The outcome with another remedy, where there is one."""
    return outcome if remedy is None else replace(outcome, remedy=remedy)


def _cut(evidence: str) -> str:
    # Cut last: half an id or a token would no longer look like one.
    return safe_text(redacted(evidence), EVIDENCE_MOST)
