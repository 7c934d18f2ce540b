"""Times what the gateway answers by itself, which tells its own part of the way from IBKR's."""

from tui.domain.events import Probed
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing
from tui.domain.verdict import decisive
from tui.engine.core import Core
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError

EVERY = 30.0
"""Seconds between two probes."""
PROBE = "probe"
"""What its turn in the budget is for: it waits in line with what is nice to know, and decides nothing."""
SOON = 5.0
"""Seconds until it is looked at again whether a probe is worth anything."""


class ProbeJob:
    """Asks for the gateway's own page while nothing else that decides is under way.

    It is not asked where that could tell nothing: while the way fails, or IBKR wants less.
    """

    name = "probe"

    def __init__(self, core: Core) -> None:
        self._core = core

    async def round(self) -> float:
        """Probe once; seconds until the next time."""
        core = self._core
        if not worth_probing(core):
            return SOON
        held = await core.budget.turn_unless_held(PROBE)
        if held > 0:
            return held
        async with core.deciding:
            await probe(core)
        return EVERY


def worth_probing(core: Core) -> bool:
    """Whether the newest question that decides was answered by a gateway just now, and a 429 holds nothing.

    Never over a metered path: the legs are not worth what each request costs there.
    """
    if core.state.path.plan.metered or core.hanging.is_set() or core.budget.penalty(Endpoint.ROOT) > 0:
        return False
    match decisive(core.state.session, core.state.pace, core.now()):
        case None:
            return False
        case Failure(kind=kind):
            return kind in _ANSWERED
    return True


_ANSWERED = frozenset({FailureKind.NO_LOGIN, FailureKind.NO_BRIDGE, FailureKind.BACKEND})
"""Failures behind a gateway that answers, on a connection that stays."""


async def probe(core: Core) -> Failure | None:
    """Ask once, within a turn that was taken; what came of it is told. Why it failed; None where it did not."""
    timing: Timing
    failure: Failure | None = None
    try:
        timing = await core.client.own_answer()
    except GatewayError as error:
        told = core.limited(Endpoint.ROOT, error) if error.failure.kind is FailureKind.RATE_LIMITED else error
        timing, failure = told.timing, told.failure
    core.apply(Probed(core.gateway, core.now(), timing, failure))
    return failure
