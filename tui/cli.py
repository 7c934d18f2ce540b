"""The command line, and the only place where concrete things meet."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tui import __version__
from tui.clock import Clock, SystemClock
from tui.config.environment import here, setting
from tui.config.logs import log_failure, start_logging, write_crash
from tui.config.themes import ThemeName
from tui.domain.path import DEFAULT_URL, Address, BadAddress, PathState, parse_address
from tui.domain.session import KeepAlive, SessionState
from tui.domain.state import MonitorState
from tui.domain.verdict_name import VerdictName
from tui.options import EXIT_USAGE, WAIT_AT_MOST, parser
from tui.output import OutputFailed, complain, say
from tui.ui.source import ScenarioSwitch

STATUS_WITHIN = 14.0
"""Seconds for one look; with the start of Python it stays under the 15 that the contract allows."""
EXIT_DEFECT = 70
ISSUES = "the project's issue tracker"


class UsageError(Exception):
    """What the user asked for can't be done as asked; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code (contract: *Verdicts*, *Commands*)."""
    try:
        return _run(parser().parse_args(arguments))
    except (UsageError, BadAddress) as error:
        complain(f"cpwatch: {error}")
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


@dataclass(frozen=True, slots=True)
class _Target:
    """The gateway to watch, as the options and the environment name it."""

    address: Address
    ca: Path | None


def _target(options: argparse.Namespace) -> _Target:
    # An option that is given but empty (`--url "$UNSET"`) is a mistake to tell, not one to fill in.
    url = options.url if options.url is not None else setting(os.environ, "URL") or DEFAULT_URL
    ca = options.ca if options.ca is not None else setting(os.environ, "CA")
    try:
        address = parse_address(url)
    except BadAddress as error:
        raise UsageError(str(error)) from None
    if ca is None:
        return _Target(address, None)
    from tui.gateway.errors import BadCertificateFile
    from tui.gateway.tls import context_from

    named = "CPWATCH_CA" if options.ca is None else "--ca"
    if not ca:
        raise UsageError(f"{named} is empty: name a file with certificates, or leave it out")
    try:
        context_from(Path(ca))
    except BadCertificateFile as error:
        raise UsageError(f"{named}: {error}") from None
    return _Target(address, Path(ca))


def _logging(options: argparse.Namespace, *, screen: bool) -> Path | None:
    if options.log == "":
        raise UsageError("--log is empty: name a file, or leave it out")
    file = None if options.log is None else Path(options.log)
    try:
        return start_logging(file, debug=options.debug, screen=screen)
    except OSError as error:
        raise UsageError(f"the log can't be written: {error.filename}: {error.strerror}") from None


def _first_state(address: Address, clock: Clock, *, keep_alive: bool = True) -> MonitorState:
    return MonitorState(
        gateway=address.url,
        path=PathState(address),
        started_at=clock.now(),
        session=SessionState(keep_alive=KeepAlive(enabled=keep_alive)),
        here=here(os.environ),
    )


def _status(options: argparse.Namespace) -> int:
    clock = SystemClock()
    deadline = clock.now().plus(STATUS_WITHIN)
    target = _target(options)
    _logging(options, screen=False)
    from tui.engine.status import Wait, status

    state = _first_state(target.address, clock)
    wait = None
    if options.wait is not None:
        wait = Wait(VerdictName(options.wait), clock.now().plus(options.timeout or WAIT_AT_MOST))
    return status(state, clock, deadline, ca=target.ca, as_json=options.json, wait=wait)


def _monitor(options: argparse.Namespace) -> int:
    if options.demo and options.url is not None:
        raise UsageError("--demo brings its own gateway: leave out --url, or --demo")
    # The screen goes to standard error, which Textual draws on; all three, so that no pipe gets escape codes.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("the monitor needs a terminal; in scripts and pipes use `cpwatch status`")
    theme = options.theme or setting(os.environ, "THEME") or ThemeName.DARK.value
    if theme not in list(ThemeName):
        raise UsageError(f"CPWATCH_THEME: there is no theme {theme!r}; there are {', '.join(ThemeName)}")
    target = None if options.demo else _target(options)
    log_file = _logging(options, screen=True)
    code = _demo(options, theme) if target is None else _watch(target, theme, keep_alive=not options.no_keep_alive)
    if log_file is not None and options.log is None:
        say(f"The log is in {log_file}")
    if (failed := log_failure()) is not None:
        complain(f"cpwatch: the log could not be written any more: {failed}")
    return code


def _demo(options: argparse.Namespace, theme: str) -> int:
    from tui.simulator.child import SimulatorChild, SimulatorFailed

    child = SimulatorChild(scenario=options.demo)
    try:
        child.start()
    except SimulatorFailed as error:
        raise UsageError(f"the simulated gateway did not start: {error}") from None
    try:
        target = _Target(parse_address(child.url), None)
        return _watch(
            target, theme, keep_alive=not options.no_keep_alive, profile=f"demo {options.demo}", scenarios=child
        )
    finally:
        child.stop()


def _watch(
    target: _Target, theme: str, *, keep_alive: bool, profile: str = "", scenarios: ScenarioSwitch | None = None
) -> int:
    from tui.engine.thread import MonitorEngine
    from tui.ui.app import CpwatchApp

    clock = SystemClock()
    state = _first_state(target.address, clock, keep_alive=keep_alive)
    # A demo's gateway is this process's own: what it is asked concerns nobody else.
    engine = MonitorEngine(state, clock, ca=target.ca, shared=scenarios is None)
    app = CpwatchApp(engine, profile=profile, theme=theme, scenarios=scenarios)
    try:
        code = app.run()
    finally:
        engine.stop()
    if app.defect is not None:
        raise app.defect
    return code or 0
