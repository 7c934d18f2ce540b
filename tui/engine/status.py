"""`cpwatch status`: one look, printed, and the exit code of its verdict."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tui.clock import Clock, Moment
from tui.domain.report import document, lines
from tui.domain.secret import Secret
from tui.domain.state import MonitorState
from tui.domain.verdict import VerdictName, verdict
from tui.domain.way import Told
from tui.engine.budget import Budget
from tui.engine.core import Core
from tui.engine.detached import use_detached_threads
from tui.engine.look import look, look_around, wait_for
from tui.engine.path_job import look_at_way, path_job
from tui.engine.shared_record import shared_record
from tui.gateway.client import GatewayClient
from tui.output import complain, printable, say

REST_WITHIN = 8.0
"""Seconds for the accounts once the wait for a verdict is over; the auth status stays fresh for longer."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A verdict that is waited for, and when to give up."""

    wanted: VerdictName
    until: Moment


def status(
    state: MonitorState,
    clock: Clock,
    deadline: Moment,
    *,
    ca: Path | None,
    as_json: bool,
    wait: Wait | None = None,
    told: Told | None = None,
    way_in: Mapping[str, Secret] | None = None,
) -> int:
    """Look once, print what was seen to standard output, and give the exit code.

    told: what the settings say of the way. way_in: headers for the guard before the gateway. The code is the verdict's;
    but where a verdict was waited for, 0 once it has come, and never 0 where it has not.
    """
    seen, come = asyncio.run(_look(state, clock, deadline, ca, wait, told or Told(), way_in))
    now = clock.now()
    found = verdict(seen, now)
    if as_json:
        say(json.dumps(document(seen, found, now)))
    else:
        say(printable("\n".join(lines(seen, found, now))))
    if wait is None:
        return found.name.exit_code
    return 0 if come else found.name.exit_code or 1


async def _look(
    state: MonitorState,
    clock: Clock,
    deadline: Moment,
    ca: Path | None,
    wait: Wait | None,
    told: Told,
    way_in: Mapping[str, Secret] | None,
) -> tuple[MonitorState, bool]:
    use_detached_threads()
    client = GatewayClient(state.path.address, clock=clock, ca=ca, way_in=way_in)
    record = shared_record(state.path.address, clock)
    budget = Budget(clock, record, tell=lambda text: complain(f"cpwatch: {text}"))
    core = Core(client, clock, state, budget=budget)
    try:
        way = partial(look_at_way, path_job(core, told), lambda text: complain(f"cpwatch: {text}"))
        if wait is None:
            return await look(core, deadline, way), False
        come = await wait_for(core, wait.wanted, wait.until, way)
        return await look_around(core, REST_WITHIN), come
    finally:
        await core.budget.flush()
        await client.aclose()
