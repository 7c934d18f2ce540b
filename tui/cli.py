"""The command line, and the only place where concrete things meet."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tui import __version__
from tui.clock import Clock, SystemClock
from tui.config.environment import here, setting
from tui.config.logs import start_logging, write_crash
from tui.config.themes import ThemeName
from tui.domain.path import DEFAULT_URL, Address, BadAddress, PathState, parse_address
from tui.domain.session import KeepAlive, SessionState
from tui.domain.state import MonitorState
from tui.simulator.scenarios import Scenario

STATUS_WITHIN = 14.0
"""Seconds for one look; with the start of Python it stays under the 15 that the contract allows."""
EXIT_USAGE = 2
EXIT_DEFECT = 70
ISSUES = "the project's issue tracker"


class UsageError(Exception):
    """What the user asked for can't be done as asked; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code (contract: *Verdicts*, *Commands*)."""
    try:
        code = _run(_parser().parse_args(arguments))
        print(end="", flush=True)  # here, where a reader that has gone is expected, and not while Python ends
        return code
    except (UsageError, BadAddress) as error:
        print(f"cpwatch: {error}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone (`cpwatch status | head -1`). Python would complain once more while it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 (a defect of ours: a line and a file to send, not a traceback)
        return _defect(error)


def _defect(error: BaseException) -> int:
    written = write_crash(error, __version__, SystemClock().now().wall)
    where, enclosed = (f"; the details are in {written}", ", with that file,") if written else ("", "")
    print(f"cpwatch: a defect of cpwatch ended it ({type(error).__name__}){where}.", file=sys.stderr)
    print(f"Please report it{enclosed} at {ISSUES}. The gateway's session was left alone.", file=sys.stderr)
    return EXIT_DEFECT


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:
        # An abbreviation that works today would be ambiguous with tomorrow's options.
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is; exit 2."""
        print(f"{self.prog}: {message}\nTry: {self.prog} --help", file=sys.stderr)
        raise SystemExit(EXIT_USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cpwatch",
        description="A monitor for the Interactive Brokers Client Portal Gateway. It watches and repairs; it never "
        "trades. Without a command it shows the monitor.",
        epilog="Environment: CPWATCH_URL, CPWATCH_CA and CPWATCH_THEME stand for the options of that name. "
        "Exit codes of status: 0 ready, 1 session, 2 usage, 3 gateway or network, 4 the gateway's settings, "
        "6 IBKR, 7 rate limit.",
    )
    parser.add_argument("--version", action="version", version=f"cpwatch {__version__}")
    _gateway_options(parser, default=None)
    parser.add_argument(
        "--demo",
        nargs="?",
        const=Scenario.READY.value,
        choices=[scenario.value for scenario in Scenario],
        metavar="SCENARIO",
        help=f"watch an embedded simulated gateway: {', '.join(scenario.value for scenario in Scenario)}",
    )
    parser.add_argument("--theme", choices=[name.value for name in ThemeName], help="the colours of the screen")
    parser.add_argument(
        "--no-keep-alive", action="store_true", help="send no tickle, where another program keeps the session alive"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    status = commands.add_parser("status", help="one look, a few lines of text, an exit code")
    _gateway_options(status, default=argparse.SUPPRESS)
    status.add_argument("--json", action="store_true", help="print one JSON document instead")
    simulate = commands.add_parser("simulate", help="run the simulated gateway")
    simulate.add_argument("--port", type=int, default=5000, help="0 picks one and prints it (default: 5000)")
    simulate.add_argument("--scenario", default=Scenario.READY.value, choices=[scenario.value for scenario in Scenario])
    simulate.add_argument("--positions", type=int, default=12, metavar="N", help="rows in each account (default: 12)")
    simulate.add_argument("--accounts", type=int, default=1, metavar="N", help="default: 1")
    simulate.add_argument("--no-tls", action="store_true", help="plain http, as with listenSsl: false")
    simulate.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    return parser


def _gateway_options(parser: argparse.ArgumentParser, default: str | None) -> None:
    """The options of every command that reaches a gateway; a subcommand's must not undo the main parser's."""
    parser.add_argument("--url", default=default, help=f"the gateway's address (default: {DEFAULT_URL})")
    parser.add_argument(
        "--ca",
        default=default,
        metavar="FILE",
        help="verify the server's certificate with these (PEM). It can't verify the certificate that every gateway "
        "ships with: that one is expired, names no host, and its key is public",
    )
    parser.add_argument(
        "--log", default=default, metavar="FILE", help="write what happens to this file, redacted of personal data"
    )
    parser.add_argument(
        "--debug",
        action="store_true",
        default=False if default is None else default,
        help="write each request too; without --log, status writes to standard error",
    )


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "simulate":
            return _simulate(options)
        case "status":
            if options.demo:
                raise UsageError("--demo shows the monitor; for scripts, run `cpwatch simulate` and give its address")
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

    try:
        context_from(Path(ca))
    except BadCertificateFile as error:
        raise UsageError(f"--ca: {error}") from None
    return _Target(address, Path(ca))


def _logging(options: argparse.Namespace, *, screen: bool) -> Path | None:
    file = None if options.log is None else Path(options.log)
    try:
        return start_logging(file, debug=options.debug, screen=screen)
    except OSError as error:
        raise UsageError(f"the log can't be written: {error}") from None


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
    from tui.engine.status import status

    return status(_first_state(target.address, clock), clock, deadline, ca=target.ca, as_json=options.json)


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
        print(f"The log is in {log_file}")
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
        return _watch(target, theme, keep_alive=not options.no_keep_alive, profile=f"demo {options.demo}")
    finally:
        child.stop()


def _watch(target: _Target, theme: str, *, keep_alive: bool, profile: str = "") -> int:
    from tui.engine.thread import MonitorEngine
    from tui.ui.app import CpwatchApp

    clock = SystemClock()
    engine = MonitorEngine(_first_state(target.address, clock, keep_alive=keep_alive), clock, ca=target.ca)
    app = CpwatchApp(engine, profile=profile, theme=theme)
    try:
        code = app.run()
    finally:
        engine.stop()
    if app.defect is not None:
        raise app.defect
    return code or 0
