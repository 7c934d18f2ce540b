"""What is about to end the login, or take IBKR away, while there is still time to do something about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.clock import Moment
from tui.domain.resets import HONG_KONG, NEW_YORK, ZURICH, Absence, next_maintenance, next_reset, until_text, zone_of
from tui.domain.state import MonitorState
from tui.domain.verdict import login_live

WARNED = timedelta(minutes=30)
_MIDNIGHT_IN = {NEW_YORK: "New York", ZURICH: "Zug", HONG_KONG: "Hong Kong"}


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes within WARNED. at: aware, UTC. place: whose midnight it is, None for what has none."""

    absence: Absence
    at: datetime
    place: str | None = None

    def words(self, now: datetime) -> str:
        """What it means and what to do, in sentences; times are this machine's own, `now` is aware.

        They change with the clock's minute, not with its seconds.
        """
        when = f"{self.at.astimezone():%H:%M}, {until_text(self.at, now)}"
        if self.absence is Absence.MAINTENANCE:
            return (
                f"IBKR's weekly maintenance begins about {when}: the Web API is away for hours, and the login may have "
                "to be made again after it."
            )
        return (
            f"The login ends at {when}: IBKR ends every login at midnight in {self.place}. Finish what needs the "
            "brokerage session, and log in again after it."
        )


def ahead(state: MonitorState, now: Moment) -> Ahead | None:
    """The first of what comes within half an hour while a login lives; None where nothing does, or none is known."""
    if not login_live(state, now):
        return None
    region = state.session.region
    reset, maintenance = next_reset(region, now.wall), next_maintenance(now.wall)
    found = []
    if reset is not None:
        found.append(Ahead(Absence.RESET, reset, _MIDNIGHT_IN[zone_of(region) or NEW_YORK]))
    if maintenance is not None:
        found.append(Ahead(Absence.MAINTENANCE, maintenance))
    return min((each for each in found if each.at - now.wall <= WARNED), key=lambda each: each.at, default=None)


def reset_ahead(state: MonitorState, now: Moment) -> datetime | None:
    """When the login ends, where that is within half an hour and a login lives; UTC."""
    found = ahead(state, now)
    return found.at if found is not None and found.absence is Absence.RESET else None
