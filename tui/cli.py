"""The command line, and the only place where concrete things meet."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui import __version__
from tui.cli_profiles import (
    Plan,
    ProfileSwitch,
    UsageError,
    asked_by,
    at_address,
    first_state,
    plan_for,
    plan_for_demo,
    told,
    way_in,
)
from tui.clock import SystemClock
from tui.config.locations import copied_file, preferences_file
from tui.config.logs import log_failure, start_logging, write_crash
from tui.config.preferences import PreferencesFile, read_preferences
from tui.domain.address import Address, BadAddress, parse_address
from tui.domain.proof import Proof
from tui.domain.verdict_name import VerdictName
from tui.options import EXIT_USAGE, WAIT_AT_MOST, parser
from tui.output import OutputFailed, complain, say
from tui.simulator.scenarios import Scenario
from tui.ui.browsing import browser
from tui.ui.keymap import Keymap
from tui.ui.preset import Preset
from tui.ui.source import ScenarioSwitch

STATUS_WITHIN = 14.0
"""Seconds for one look; with the start of Python it stays under the 15 that the contract allows."""
EXIT_DEFECT = 70
ISSUES = "the project's issue tracker"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code (contract: *Verdicts*, *Commands*)."""
    try:
        return _run(parser().parse_args(arguments))
    except (UsageError, BadAddress) as error:
        complain("\n".join(f"cpwatch: {line}" for line in str(error).splitlines()))
        return EXIT_USAGE
    except OutputFailed as error:
        complain(f"cpwatch: the result could not be written: {error}")
        return EXIT_USAGE
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 (a defect of ours: a line and a file to send, not a traceback)
        return _defect(error)


def _defect(error: BaseException) -> int:
    written = write_crash(error, __version__, SystemClock().now().wall)
    where, enclosed = (f"; the details are in {written}", ", with that file,") if written else ("", "")
    complain(f"cpwatch: a defect of cpwatch ended it ({type(error).__name__}){where}.")
    complain(f"Please report it{enclosed} at {ISSUES}. The gateway's session was left alone.")
    return EXIT_DEFECT


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "simulate":
            return _simulate(options)
        case "config":
            if options.demo:
                raise UsageError("--demo shows the monitor; it has no settings of its own")
            from tui.cli_config import config

            return config(options)
        case "allowlist":
            if options.demo:
                raise UsageError("--demo shows the monitor; allowlist check reads a file alone")
            from tui.cli_allowlist import allowlist

            return allowlist(options)
        case "setup":
            if options.demo or options.url is not None or options.profile is not None:
                raise UsageError("setup is about a gateway of this machine: leave out --demo, --url and --profile")
            return _setup(options)
        case "doctor":
            return _doctor(options)
        case "watch":
            return _watch_unseen(options)
        case "completion" | "help":
            if options.demo:
                raise UsageError(f"--demo shows the monitor; {options.command} prints a text alone")
            from tui.cli_shell import completion, explain

            return completion(options.shell) if options.command == "completion" else explain(options.topic)
        case "status":
            if options.demo:
                raise UsageError("--demo shows the monitor; for scripts, run `cpwatch simulate` and give its address")
            if options.theme is not None or options.no_keep_alive:
                raise UsageError(
                    "--theme and --no-keep-alive are for the monitor; status has no colours and sends no tickle"
                )
            if options.timeout is not None and options.wait is None:
                raise UsageError("--timeout goes with --wait VERDICT")
            return _status(options)
    return _monitor(options)


def _simulate(options: argparse.Namespace) -> int:
    from tui.simulator.serve import run

    return run(
        port=options.port,
        scenario=options.scenario,
        positions=options.positions,
        accounts=options.accounts,
        tls=not options.no_tls,
        with_parent=options.with_parent,
    )


def _logging(options: argparse.Namespace, *, screen: bool) -> Path | None:
    if options.log == "":
        raise UsageError("--log is empty: name a file, or leave it out")
    file = None if options.log is None else Path(options.log)
    try:
        return start_logging(file, debug=options.debug, screen=screen)
    except OSError as error:
        raise UsageError(f"the log can't be written: {error.filename}: {error.strerror}") from None


def _doctor(options: argparse.Namespace) -> int:
    if options.demo:
        raise UsageError("--demo shows the monitor; run `cpwatch simulate` and give its address")
    if options.theme is not None:
        raise UsageError("--theme is for the monitor; doctor has no colours")
    if options.bundle is None and (options.yes or options.include_addresses):
        raise UsageError("--yes and --include-addresses go with --bundle FILE")
    _logging(options, screen=False)
    from tui.cli_doctor import doctor

    return doctor(options)


def _watch_unseen(options: argparse.Namespace) -> int:
    """`cpwatch watch`, without a screen."""
    if options.demo:
        raise UsageError("--demo shows the monitor; run `cpwatch simulate` and give its address")
    if options.theme is not None:
        raise UsageError("--theme is for the monitor; watch has no colours")
    _logging(options, screen=False)
    from tui.cli_watch import watch

    return watch(options)


def _status(options: argparse.Namespace) -> int:
    clock = SystemClock()
    deadline = clock.now().plus(STATUS_WITHIN)
    # It has no colours, so that a theme which does not exist is no reason not to look.
    environment = {name: value for name, value in os.environ.items() if name != "CPWATCH_THEME"}
    plan = plan_for(asked_by(options), environment)
    secrets = way_in(plan.profile, plan.file, environment)
    _logging(options, screen=False)
    from tui.engine.status import Wait, status

    state = first_state(plan.profile, clock)
    wait = None
    if options.wait is not None:
        wait = Wait(VerdictName(options.wait), clock.now().plus(options.timeout or WAIT_AT_MOST))
    return status(
        state,
        clock,
        deadline,
        ca=plan.profile.ca,
        as_json=options.json,
        wait=wait,
        told=told(plan.profile),
        way_in=secrets,
    )


def _setup(options: argparse.Namespace) -> int:
    if not _terminal():
        raise UsageError("setup needs a terminal; in scripts and pipes use `cpwatch allowlist check CONF`")
    clock = SystemClock()
    plan = plan_for(asked_by(options), os.environ, read_preferences(preferences_file()))
    _logging(options, screen=True)

    def prove(addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        from tui.engine.proof import prove_apart

        return prove_apart(clock, addresses, tell)

    from tui.ui.setup_app import SetupApp

    app = SetupApp(clock, prove, theme=plan.in_force.theme.value, preset=_preset(plan))
    code = app.run()
    if app.defect is not None:
        raise app.defect
    return code or 0


def _terminal() -> bool:
    """Whether the screen can be had: it goes to standard error, which Textual draws on; all three are looked at."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _monitor(options: argparse.Namespace) -> int:
    if options.demo and options.url is not None:
        raise UsageError("--demo brings its own gateway: leave out --url, or --demo")
    if options.demo and options.profile is not None:
        raise UsageError("--demo brings its own gateway: leave out --profile, or --demo")
    # All three, so that no pipe gets escape codes.
    if not _terminal():
        raise UsageError("the monitor needs a terminal; in scripts and pipes use `cpwatch status`")
    remembered = read_preferences(preferences_file())
    plan = (
        plan_for_demo(asked_by(options), os.environ, f"demo {options.demo}", remembered)
        if options.demo
        else plan_for(asked_by(options), os.environ, remembered)
    )
    log_file = _logging(options, screen=True)
    ended = _demo(options.demo, plan) if options.demo else _watch(plan)
    if ended.wants_demo:
        scenario = Scenario.READY.value
        ended = _demo(scenario, plan_for_demo(asked_by(options), os.environ, f"demo {scenario}", plan.remembered))
    if log_file is not None and options.log is None:
        say(f"The log is in {log_file}")
    if (failed := log_failure()) is not None:
        complain(f"cpwatch: the log could not be written any more: {failed}")
    return ended.code


@dataclass(frozen=True, slots=True)
class Ended:
    """How the monitor ended. wants_demo: the user wants to watch the demo next."""

    code: int
    wants_demo: bool = False


def _demo(scenario: str, plan: Plan) -> Ended:
    from tui.simulator.child import SimulatorChild, SimulatorFailed

    child = SimulatorChild(scenario=scenario)
    try:
        child.start()
    except SimulatorFailed as error:
        raise UsageError(f"the simulated gateway did not start: {error}") from None
    try:
        return _watch(at_address(plan, parse_address(child.url)), scenarios=child)
    finally:
        child.stop()


def _watch(plan: Plan, *, scenarios: ScenarioSwitch | None = None) -> Ended:
    from tui.ui.app import CpwatchApp

    # A demo's gateway is this process's own: what it is asked concerns nobody else.
    gateways = ProfileSwitch(plan, SystemClock(), shared=scenarios is None)
    opened = gateways.open(gateways.current)
    app = CpwatchApp(
        opened.source,
        profile=opened.title,
        theme=plan.in_force.theme.value,
        scenarios=scenarios,
        preset=_preset(plan),
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
        browse=browser(os.environ),
    )


def _here() -> Path:
    """Where the user is; the home where that folder is no more."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()
