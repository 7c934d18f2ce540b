"""The monitor and the setup wizard: the composition root of what is shown on a screen."""

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tui.cli_profiles import Plan, ProfileSwitch, asked_by, at_address, begin_log, plan_for, plan_for_demo
from tui.clock import SystemClock
from tui.config.environment import for_children
from tui.config.locations import copied_file, preferences_file
from tui.config.logs import log_failure
from tui.config.preferences import PreferencesFile, read_preferences
from tui.config.settings import secret_variables
from tui.domain.address import Address, parse_address
from tui.domain.proof import Proof
from tui.opening import Opening
from tui.output import UsageError, complain, say
from tui.simulator.scenarios import Scenario
from tui.ui.browsing import browser
from tui.ui.keymap import Keymap
from tui.ui.preset import Preset
from tui.ui.source import ScenarioSwitch
from tui.ui.tempo import SLOW_LINK, Tempo

_EVERY_COLOUR = frozenset({"truecolor", "24bit"})
"""What COLORTERM says where a terminal has all of them."""


def setup(options: argparse.Namespace) -> int:
    """`cpwatch setup`; its exit code. Raises UsageError, BadAddress."""
    clock = SystemClock()
    plan = plan_for(asked_by(options), os.environ, read_preferences(preferences_file()))
    begin_log(options, screen=True)

    def prove(addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        from tui.engine.proof import prove_apart

        return prove_apart(clock, addresses, tell)

    from tui.ui.setup_app import SetupApp

    app = SetupApp(clock, prove, theme=plan.in_force.theme.value, preset=_preset(plan))
    code = app.run()
    if app.defect is not None:
        raise app.defect
    return code or 0


def monitor(options: argparse.Namespace, terminal: Opening) -> int:
    """`cpwatch` without a command, on a terminal that shows the opening; its exit code.

    Raises UsageError, BadAddress.
    """
    remembered = read_preferences(preferences_file())
    plan = (
        plan_for_demo(asked_by(options), os.environ, f"demo {options.demo}", remembered)
        if options.demo
        else plan_for(asked_by(options), os.environ, remembered)
    )
    log_file = begin_log(options, screen=True)
    screen = _Screen(terminal, options.slow_link)
    ended = _demo(options.demo, plan, screen) if options.demo else _watch(plan, screen)
    if ended.wants_demo:
        scenario = Scenario.READY.value
        demo = plan_for_demo(asked_by(options), os.environ, f"demo {scenario}", plan.remembered)
        ended = _demo(scenario, demo, screen)
    if log_file is not None and options.log is None:
        say(f"The log is in {log_file}")
    if (failed := log_failure()) is not None:
        complain(f"cpwatch: the log could not be written any more: {failed}")
    return ended.code


@dataclass(frozen=True, slots=True)
class _Screen:
    """What the monitor is drawn on. opening: what it shows until then. slow: whether to spare the way there."""

    opening: Opening
    slow: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """How the monitor ended. wants_demo: the user wants to watch the demo next."""

    code: int
    wants_demo: bool = False


def _demo(scenario: str, plan: Plan, screen: _Screen) -> Ended:
    from tui.simulator.child import SimulatorChild, SimulatorFailed

    child = SimulatorChild(scenario=scenario, environment=_for_children(plan))
    try:
        child.start()
    except SimulatorFailed as error:
        raise UsageError(f"the simulated gateway did not start: {error}") from None
    try:
        return _watch(at_address(plan, parse_address(child.url)), screen, scenarios=child)
    finally:
        child.stop()


def for_textual(environment: Mapping[str, str], *, slow: bool) -> dict[str, str]:
    """What Textual reads of the environment when it is imported, where the user has not set it.

    A key's answer waits for the next of so many repaints a second at most; at rest there are none. slow: a cell's
    colours take 40 bytes out of all, and 20 out of 256.
    """
    wanted = {"TEXTUAL_FPS": "15" if slow else "120"}
    if slow and environment.get("COLORTERM", "").strip().lower() in _EVERY_COLOUR:
        wanted["TEXTUAL_COLOR_SYSTEM"] = "256"
    return {name: value for name, value in wanted.items() if not environment.get(name)}


def _watch(plan: Plan, screen: _Screen, *, scenarios: ScenarioSwitch | None = None) -> Ended:
    os.environ.update(for_textual(os.environ, slow=screen.slow))
    from tui.ui.app import CpwatchApp

    # A demo's gateway is this process's own: what it is asked concerns nobody else.
    gateways = ProfileSwitch(plan, SystemClock(), shared=scenarios is None)
    opened = gateways.open(gateways.current)
    app = CpwatchApp(
        opened.source,
        profile=opened.title,
        theme=plan.in_force.theme.value,
        scenarios=scenarios,
        preset=replace(_preset(plan), tempo=SLOW_LINK if screen.slow else Tempo(), taken=screen.opening.hand_on),
        gateways=None if scenarios else gateways,
    )
    try:
        code = app.run()
    finally:
        gateways.stop()
    if app.defect is not None:
        raise app.defect
    return Ended(code or 0, app.wants_demo)


def _preset(plan: Plan) -> Preset:
    """The user's own ways, by the settings and as the screen was left."""
    return Preset(
        badge=plan.profile.badge,
        keymap=Keymap(plan.settings.keys),
        bell=plan.in_force.bell.value,
        notify=plan.in_force.notify.value,
        first_run=plan.first_run,
        remembered=plan.remembered,
        remember=PreferencesFile(preferences_file()).save,
        copy_file=copied_file(),
        export_folder=_here(),
        browse=browser(_for_children(plan)),
    )


def _for_children(plan: Plan) -> dict[str, str]:
    """What the programs that the monitor starts see of the environment, whichever part of the file is in force."""
    return for_children(os.environ, secret_variables(plan.file.settings))


def _here() -> Path:
    """Where the user is; the home where that folder is no more."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()
