"""`cpwatch status`: one look, or as many as it takes until the verdict is the one that is waited for."""

import argparse
import os

from tui.cli_profiles import asked_by, begin_log, first_state, plan_for, told, way_in
from tui.clock import SystemClock
from tui.domain.verdict_name import VerdictName
from tui.options import WAIT_AT_MOST

STATUS_WITHIN = 14.0
"""Seconds for one look; with the start of Python it stays under the 15 that the contract allows."""


def status(options: argparse.Namespace) -> int:
    """Run it; the exit code is the verdict's, or that of the wait. Raises UsageError, BadAddress."""
    clock = SystemClock()
    deadline = clock.now().plus(STATUS_WITHIN)
    # It has no colours, so that a theme which does not exist is no reason not to look.
    environment = {name: value for name, value in os.environ.items() if name != "CPWATCH_THEME"}
    plan = plan_for(asked_by(options), environment)
    secrets = way_in(plan.profile, plan.file, environment)
    begin_log(options, screen=False)
    from tui.engine import status as looking

    state = first_state(plan.profile, clock)
    wait = None
    if options.wait is not None:
        wait = looking.Wait(VerdictName(options.wait), clock.now().plus(options.timeout or WAIT_AT_MOST))
    return looking.status(
        state,
        clock,
        deadline,
        ca=plan.profile.ca,
        as_json=options.json,
        wait=wait,
        told=told(plan.profile),
        way_in=secrets,
    )
