"""The control plane below `/_sim/`: how a person or a test steers the simulated gateway while it runs."""

from typing import Protocol

from tui.simulator.journal import Journal
from tui.simulator.messages import Reply, Request, compact_json, reply
from tui.simulator.pacing import Pacing
from tui.simulator.scenarios import Scenario, scenario_in

CONTROL = "/_sim/"
_WHAT_THERE_IS = (
    "there are GET and POST /_sim/scenario, GET /_sim/requests, POST /_sim/restart, POST /_sim/pacing (on or off), and "
    "POST /_sim/moving (the share of the prices that moves from one look at the positions to the next, 0 to 1)"
)


class Steered(Protocol):
    """What the control plane asks of a gateway."""

    journal: Journal
    pacing: Pacing

    @property
    def scenario(self) -> Scenario:
        """The scenario that plays now."""
        ...

    def set_scenario(self, scenario: Scenario) -> None:
        """Play a scenario from its beginning."""
        ...

    def restart(self) -> None:
        """Lose the login, as with the gateway's process."""
        ...

    def set_moving(self, share: float) -> None:
        """How much of the prices moves from one answer with live positions to the next, from 0 to 1."""
        ...


def control(gateway: Steered, request: Request, path: str) -> Reply:
    """The answer to a request of the control plane; 404 tells what there is."""
    names = [name.value for name in Scenario]
    match (request.method, path.removeprefix(CONTROL)):
        case ("GET", "scenario"):
            return _told({"scenario": gateway.scenario.value, "scenarios": names})
        case ("POST", "scenario"):
            try:
                gateway.set_scenario(scenario_in(request.body))
            except ValueError as error:
                return _told({"error": str(error), "scenarios": names}, 400)
            return _told({"scenario": gateway.scenario.value})
        case ("GET", "requests"):
            return _told(gateway.journal.as_json())
        case ("POST", "restart"):
            gateway.restart()
            return _told({"scenario": gateway.scenario.value})
        case ("POST", "pacing") if (word := request.body.strip().lower()) in {b"on", b"off"}:
            gateway.pacing.on = word == b"on"
            gateway.pacing.forget()
            return _told({"pacing": gateway.pacing.on})
        case ("POST", "moving"):
            share = _share(request.body)
            if share is None:
                return _told({"error": "the body must be a share from 0 to 1, such as 0.2"}, 400)
            gateway.set_moving(share)
            return _told({"moving": share})
    return _told({"error": _WHAT_THERE_IS}, 404)


def _share(body: bytes) -> float | None:
    """A number from 0 to 1; None for anything else."""
    try:
        share = float(body)
    except ValueError:
        return None
    return share if 0.0 <= share <= 1.0 else None


def _told(value: object, status: int = 200) -> Reply:
    return reply(status, compact_json(value), ((b"Content-Type", b"application/json"),), chunked=False)
