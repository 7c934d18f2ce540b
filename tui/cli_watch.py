"""`cpwatch watch` on the command line: with which settings, where its lines go, and what is served beside it."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.cli_profiles import Plan, asked_by, first_state, plan_for, told, way_in
from tui.clock import SystemClock
from tui.config.environment import setting
from tui.config.locations import log_folder
from tui.config.rules import dotted
from tui.config.settings import secret_variables
from tui.config.settings_file import shown
from tui.options import LOG_FOLDER
from tui.output import UsageError, complain, printable, say

EXIT_HELD = 75
"""Another watch holds the lock (contract: *cpwatch watch*)."""


def watch(options: argparse.Namespace) -> int:
    """Watch until SIGTERM or Ctrl-C; the exit code. Raises UsageError: it can't be done as it was asked for."""
    if options.print_dashboard or options.print_rules:
        return _print(options)
    if options.test_alert:
        return _test_alert(options)
    if options.account_ids and options.serve is None:
        raise UsageError("--account-ids goes with --serve ADDRESS")
    clock = SystemClock()
    # It has no colours, so that a theme which does not exist is no reason not to watch.
    environment = {name: value for name, value in os.environ.items() if name != "CPWATCH_THEME"}
    plan = plan_for(asked_by(options), environment)
    profile = plan.profile
    secrets = way_in(profile, plan.file, environment)
    place = _place(options.log_file, profile.name)
    from tui.watch.lock import Held, only_watch

    holding = only_watch(profile.url, clock)
    try:
        holding.__enter__()
    except Held as error:
        complain(f"cpwatch: {error}")
        return EXIT_HELD
    except OSError as error:
        raise UsageError(
            f"the lock of the watch can't be taken: {_reason(error)}; see to it that cpwatch may write there"
        ) from None
    try:
        services = _services(options, plan, environment)
        from tui.watch.lines_out import Writer
        from tui.watch.run import Watch, run_watch

        as_json = options.log_format == "json"
        run_watch(
            Watch(
                first_state(profile, clock),
                clock,
                ca=profile.ca,
                told=told(profile),
                way_in=secrets,
                as_json=as_json,
                profile=profile.name,
                reopen=options.reopen,
                services=services,
            ),
            Writer(place, as_json=as_json),
        )
    finally:
        holding.__exit__(None, None, None)
    return 0


def _print(options: argparse.Namespace) -> int:
    """What goes into Grafana or Prometheus, to be read there. Raises UsageError, OutputFailed."""
    from tui.watch.shipped import dashboard, rules

    if options.print_dashboard and options.print_rules:
        raise UsageError("--print-dashboard and --print-rules print one file each: ask for one")
    say(dashboard() if options.print_dashboard else rules())
    return 0


def _health(options: argparse.Namespace, environment: Mapping[str, str]) -> Any:
    """The server of --serve, with its port taken. Raises UsageError."""
    from tui.watch.health import BadServe, HealthServer, listen

    try:
        listening = listen(options.serve, setting(environment, "SERVE_TOKEN"))
    except BadServe as error:
        raise UsageError(str(error)) from None
    return HealthServer(listening, SystemClock(), account_ids=options.account_ids)


def _services(options: argparse.Namespace, plan: Plan, environment: Mapping[str, str]) -> list[Any]:
    """What runs beside the engine; called once the lock is held. Raises UsageError: something of it can't be had."""
    services: list[Any] = []
    if options.serve is not None:
        services.append(_health(options, environment))
    if channels := _channels(plan, environment):
        from tui.watch.alerts.service import Alerts

        services.append(Alerts(plan.in_force.as_alerts, channels, plan.profile.title))
    return services


def _channels(plan: Plan, environment: Mapping[str, str]) -> tuple[Any, ...]:
    """Those on which alerts go out. Raises UsageError: one can't be used."""
    from tui.watch.alerts.channels import BadChannel, channels_of

    try:
        return channels_of(plan.in_force.as_alerts, environment, secret_variables(plan.settings))
    except BadChannel as error:
        raise UsageError(f"{plan.file.place(error.at)}: {dotted(error.at)}: {error}") from None


def _test_alert(options: argparse.Namespace) -> int:
    """One alert through each channel; 0 where all took it. No gateway is asked. Raises UsageError, OutputFailed."""
    environment = {name: value for name, value in os.environ.items() if name != "CPWATCH_THEME"}
    plan = plan_for(asked_by(options), environment)
    channels = _channels(plan, environment)
    if not channels:
        place = shown(plan.file.path)
        say(printable(f"There is nobody to tell: give a command or urls under [alerts] in {place}"))
        return 1
    from tui.watch.alerts.service import try_channels

    lines, taken = try_channels(SystemClock(), channels, plan.profile.title)
    say(printable("\n".join(lines)))
    return 0 if taken else 1


def _place(named: str | None, profile: str) -> Any:
    """Where the lines go: standard output, or the file. Raises UsageError: the file can't be written."""
    from tui.files import RotatingFile, private_folder
    from tui.watch.lines_out import Stream

    if named is None:
        if sys.stdout is None:  # closed, as by `>&-`
            return Stream(os.open(os.devnull, os.O_WRONLY), "utf-8")
        return Stream(sys.stdout.fileno(), sys.stdout.encoding or "utf-8")
    if named == "":
        raise UsageError("the FILE of --log-file is empty: name one, or leave it out for one in the log folder")
    path = log_folder() / f"watch-{profile or 'cpwatch'}.log" if named == LOG_FOLDER else Path(named)
    file = RotatingFile(path)
    try:
        private_folder(path.parent)
        file.check()
    except (OSError, ValueError) as error:
        said = f"the log file can't be written: {_reason(error)}; mend that, or name another one with --log-file"
        raise UsageError(said) from None
    return file


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return "no file can have this name"
