"""The keep-alive as the contract promises it, counted from what went out, apart from all code of the engine."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.soak.world import Outage
from tests.support.flights import Flight
from tests.support.limits import QUARTER, TICKLE

INTERVAL = 60.0
"""Seconds from one tickle to the next, at the most."""
SLACK = 0.5
AFTER_WAKING = 3.0
"""Seconds from the end of a suspend to the tickle that was due within it."""
BACK = 20.0
"""Seconds after an outage within which a tickle goes out: a poll, one that still hangs, and the tickle."""
_MINUTE = 60.0
_ASKED_OFTEN = ("POST /v1/api/iserver/auth/status",)


@dataclass
class Penalties:
    """When 429s hold what shows the end of an outage: the auth status, by its own or by two of any within a minute."""

    until: float = float("-inf")
    last: float = float("-inf")

    def note(self, flight: Flight) -> None:
        """One more answer, in the order of the times."""
        if flight.status != 429:
            return
        at = flight.ended if flight.ended is not None else flight.at
        if flight.endpoint in _ASKED_OFTEN or at - self.last < _MINUTE + 1:
            self.until = at + QUARTER
        self.last = at

    def hold(self, at: float) -> bool:
        """Whether they did at that time."""
        return at < self.until + 5.0


@dataclass
class Tickles:
    """Follows the tickles. sent, answered: counts. runs: how often they began to fail, and were answered again."""

    broken: list[str] = field(default_factory=list)
    sent: int = 0
    answered: int = 0
    began_to_fail: int = 0
    came_back: int = 0
    longest: float = 0.0
    penalties: Penalties = field(default_factory=Penalties)
    _before: Flight | None = None
    _good: Flight | None = None

    def follow(self, flights: Iterable[Flight], outages: list[Outage], woken: list[tuple[float, float]]) -> None:
        """More of what went out, all ended, in the order of sending."""
        for flight in flights:
            self.penalties.note(flight)
            if flight.endpoint == TICKLE:
                self._sent(flight, woken)
                if flight.status == 200:
                    self._answered(flight, outages)

    def _sent(self, flight: Flight, woken: list[tuple[float, float]]) -> None:
        self.sent += 1
        before, self._before = self._before, flight
        failed, failed_before = flight.status != 200, before is not None and before.status != 200
        self.began_to_fail += failed and not failed_before
        self.came_back += failed_before and not failed
        if before is None:
            return
        # One that is under way is waited for: it is the tickle that is due.
        due = max(before.at + INTERVAL, before.ended or before.at)
        if flight.at > due + SLACK:
            self.broken.append(f"a tickle at {before.at:.1f} and the next at {flight.at:.1f}")
        slept = [(at, seconds) for at, seconds in woken if before.at <= at <= flight.at]
        if slept:
            awake = max(slept[0][0], before.at + INTERVAL - sum(seconds for _, seconds in slept), before.ended or 0.0)
            if flight.at > awake + AFTER_WAKING:
                self.broken.append(f"asleep until {slept[0][0]:.1f}, due at {awake:.1f}, and sent at {flight.at:.1f}")

    def _answered(self, flight: Flight, outages: list[Outage]) -> None:
        self.answered += 1
        before, self._good = self._good, flight
        if before is None:
            return
        between = [each for each in outages if (each.ends or flight.at) > before.at and each.began < flight.at]
        since, within = before.at + INTERVAL, 0.0
        if between:
            last = max(between, key=lambda each: each.ends or flight.at)
            back = last.ends or flight.at
            quick = last.passing and not last.asleep and not self.penalties.hold(back)
            if back + (BACK if quick else INTERVAL) > since:
                since, within = back, BACK if quick else INTERVAL
        else:
            self.longest = max(self.longest, flight.at - before.at)
        if flight.at > since + within + SLACK:
            self.broken.append(
                f"answered at {before.at:.1f} and again at {flight.at:.1f}, though it could be from {since:.1f} on"
            )
