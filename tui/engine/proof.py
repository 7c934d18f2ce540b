"""Asks a gateway once at each of this machine's own addresses: what its allow list does to them in fact."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from tui.clock import Clock
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.proof import Proof
from tui.domain.redact import described
from tui.engine.budget import Budget
from tui.engine.probe_job import PROBE
from tui.gateway.own import let_in

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds for which a question waits for its turn, where a penalty or another process holds it."""
Tell = Callable[[Proof], None]
LetIn = Callable[[Address, Clock], Awaitable[Failure | None]]


class Knows(Protocol):
    """What there is to know of the engine's Core."""

    clock: Clock
    budget: Budget


async def prove(core: Knows, addresses: Sequence[Address], tell: Tell, ask: LetIn = let_in) -> None:
    """One `GET /` to each, one after the other and within the budget; each answer is told as it comes, never raised."""
    for address in addresses:
        try:
            proof = await _asked(core, address, ask)
        except Exception as error:
            log.exception("a proof ended by a defect")
            what = f"a defect of cpwatch: {described(error)}"
            proof = Proof(address, Failure(FailureKind.UNEXPECTED, what))
        tell(proof)


async def _asked(core: Knows, address: Address, ask: LetIn) -> Proof:
    held = await core.budget.turn_unless_held(PROBE, PATIENCE)
    if held > 0:
        return Proof(address, held=held)
    return Proof(address, await ask(address, core.clock))


class _Alone:
    """A clock and a budget where no engine runs."""

    def __init__(self, clock: Clock, budget: Budget) -> None:
        self.clock = clock
        self.budget = budget


def prove_apart(clock: Clock, addresses: Sequence[Address], tell: Tell) -> bool:
    """The same on a thread of its own, where there is no engine. Returns at once; True, for it is under way."""

    async def asked() -> None:
        from tui.engine.shared_record import shared_record

        if addresses:
            await prove(_Alone(clock, Budget(clock, shared_record(addresses[0], clock))), addresses, tell)

    threading.Thread(target=lambda: asyncio.run(asked()), name="cpwatch-proof", daemon=True).start()
    return True
