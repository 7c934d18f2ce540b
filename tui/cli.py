"""The command line: which command is meant. What each needs is imported with it, as the first paint waits for it."""

import argparse
import contextlib
import errno
import os
import sys
from collections.abc import Sequence

from tui import __version__
from tui.domain.address import BadAddress, parse_address
from tui.domain.sanitise import safe_text
from tui.opening import opening
from tui.options import EXIT_USAGE, parser
from tui.output import OutputFailed, UsageError, complain

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


_FEW_FILES = 128
"""Several times what we ever have open at once: with fewer allowed, it is no leak of ours where they run out."""


def _few_files() -> int | None:
    """How many files the shell lets a program open, where those are few; None where they are not."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return allowed if 0 <= allowed < _FEW_FILES else None


def _defect(error: BaseException) -> int:
    if isinstance(error, OSError) and error.errno == errno.EMFILE and (allowed := _few_files()) is not None:
        complain(f"cpwatch: the shell allows {allowed} open files, which are too few: run `ulimit -n 256` first")
        return EXIT_USAGE
    from tui.clock import SystemClock
    from tui.config.logs import write_crash

    written = write_crash(error, __version__, SystemClock().now().wall)
    where, enclosed = (f"; the details are in {written}", ", with that file,") if written else ("", "")
    complain(f"cpwatch: a defect of cpwatch ended it ({type(error).__name__}){where}.")
    complain(f"Please report it{enclosed} at {ISSUES}. The gateway's session was left alone.")
    return EXIT_DEFECT


_BESIDE_DEMO = {
    "config": "it has no settings of its own",
    "allowlist": "allowlist check reads a file alone",
    "completion": "completion prints a text alone",
    "help": "help prints a text alone",
    "status": "for scripts, run `cpwatch simulate` and give its address",
    "doctor": "run `cpwatch simulate` and give its address",
    "watch": "run `cpwatch simulate` and give its address",
}
"""What to do instead, where a command is given with --demo, which shows the monitor."""


def _run(options: argparse.Namespace) -> int:
    _refuse_what_does_nothing(options)
    match options.command:
        case "simulate":
            return _simulate(options)
        case "config":
            from tui.cli_config import config

            return config(options)
        case "allowlist":
            from tui.cli_allowlist import allowlist

            return allowlist(options)
        case "setup":
            from tui.cli_monitor import setup

            return setup(options)
        case "doctor" | "watch":
            return _unseen(options)
        case "completion" | "help":
            from tui.cli_shell import completion, explain

            return completion(options.shell) if options.command == "completion" else explain(options.topic)
        case "status":
            from tui.cli_status import status

            return status(options)
    return _monitor(options)


def _refuse_what_does_nothing(options: argparse.Namespace) -> None:
    """Raises UsageError: an option that this command has no use for, or one that wants another."""
    command = options.command
    if options.demo and command in _BESIDE_DEMO:
        raise UsageError(f"--demo shows the monitor; {_BESIDE_DEMO[command]}")
    if options.slow_link and command is not None:
        raise UsageError(f"--slow-link is for the monitor; {command} draws no screen that moves")
    match command:
        case "setup":
            if options.demo or options.url is not None or options.profile is not None:
                raise UsageError("setup is about a gateway of this machine: leave out --demo, --url and --profile")
            _take_terminal("setup", "cpwatch allowlist check CONF")
        case "doctor" | "watch":
            if options.theme is not None:
                raise UsageError(f"--theme is for the monitor; {command} has no colours")
            if command == "doctor" and options.bundle is None and (options.yes or options.include_addresses):
                raise UsageError("--yes and --include-addresses go with --bundle FILE")
        case "status":
            if options.theme is not None or options.no_keep_alive:
                raise UsageError(
                    "--theme and --no-keep-alive are for the monitor; status has no colours and sends no tickle"
                )
            if options.timeout is not None and options.wait is None:
                raise UsageError("--timeout goes with --wait VERDICT")


def _monitor(options: argparse.Namespace) -> int:
    if options.demo and options.url is not None:
        raise UsageError("--demo brings its own gateway: leave out --url, or --demo")
    if options.demo and options.profile is not None:
        raise UsageError("--demo brings its own gateway: leave out --profile, or --demo")
    _take_terminal("the monitor", "cpwatch status")
    if options.url is not None:
        parse_address(options.url)  # before it is shown: it may hold a password
    name = f"demo {options.demo}" if options.demo else options.url or options.profile or ""
    with opening(safe_text(name)) as shown:
        from tui.cli_monitor import monitor

        return monitor(options, shown)


def _take_terminal(who: str, instead: str) -> None:
    """Raises UsageError: the screen can't be had. instead: the command that does without.

    It goes to standard error, which Textual draws on; all three are looked at, so that no pipe gets escape codes.
    """
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(f"{who} needs a terminal; in scripts and pipes use `{instead}`")
    if (term := os.environ.get("TERM")) in {"dumb", "unknown"}:
        raise UsageError(
            f"{who} needs a terminal that can place text, and this one says that it can't (TERM={term}): use "
            f"`{instead}`, or set TERM to what it is, as in TERM=xterm-256color"
        )
    with contextlib.suppress(OSError, ValueError):
        if all(os.get_terminal_size(sys.stdout.fileno())):
            # Exported once by a shell, they would stand above the real size, and above every change of it.
            for name in ("COLUMNS", "LINES"):
                os.environ.pop(name, None)


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


def _unseen(options: argparse.Namespace) -> int:
    """`cpwatch doctor` and `cpwatch watch`."""
    from tui.cli_profiles import begin_log

    begin_log(options, screen=False)
    if options.command == "doctor":
        from tui.cli_doctor import doctor

        return doctor(options)
    from tui.cli_watch import watch

    return watch(options)
