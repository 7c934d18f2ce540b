"""A run of the checks as it stands, for whoever draws it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.clock import Moment
from tui.doctor.check import Result, Status
from tui.doctor.run import leading


@dataclass(frozen=True, slots=True)
class Examination:
    """Immutable. titles: of every check by its id, in the order in which they depend on each other; empty before the
    first run. results: by id, of those that have ended. running: ids of those under way. begun_at: when the newest run
    began, None before the first; ended_at: when it ended, None while it is under way. trouble: why it could not be
    made, as a sentence.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    running: frozenset[str] = frozenset()
    begun_at: Moment | None = None
    ended_at: Moment | None = None
    trouble: str = ""

    @property
    def under_way(self) -> bool:
        """Whether a run is."""
        return self.begun_at is not None and self.ended_at is None

    @property
    def done(self) -> tuple[Result, ...]:
        """What has come so far, in the checks' order."""
        return tuple(self.results[each] for each in self.titles if each in self.results)

    @property
    def leading(self) -> Result | None:
        """The first failure, once nothing before it can fail any more; else, once all have ended, the first warning.

        None where there is none, or where it is not known yet.
        """
        for each in self.titles:
            result = self.results.get(each)
            if result is None:
                return None
            if result.outcome.status is Status.FAILED:
                return result
        return leading(self.done)
