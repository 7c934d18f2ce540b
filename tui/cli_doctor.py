"""`cpwatch doctor` on the command line: what it is asked, with which settings, and what a bundle may tell of them."""

import argparse
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.cli_profiles import Plan, asked_by, first_state, plan_for, told, way_in
from tui.clock import SystemClock
from tui.config.environment import here
from tui.config.locations import config_file
from tui.config.settings_file import LARGEST, shown
from tui.domain.secret import Secret
from tui.output import UsageError

_PREFIX = "CPWATCH_"
_VARIABLES = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]{0,127})", re.ASCII)


def doctor(options: argparse.Namespace) -> int:
    """Run the checks; the exit code. Raises UsageError: an option, or a variable that stands for one, is wrong."""
    clock = SystemClock()
    # It has no colours, so that a theme which does not exist is no reason not to look.
    environment = {name: value for name, value in os.environ.items() if name != "CPWATCH_THEME"}
    if options.bundle is not None:
        _check_bundle(options)
    plan: Plan | None = None
    secrets: dict[str, Secret] = {}
    try:
        plan = plan_for(asked_by(options), environment)
        secrets = way_in(plan.profile, plan.file, environment)
    except UsageError as error:
        why = str(error)
        if not why.startswith(shown(config_file(environment))):
            raise
        from tui.doctor.command import unreadable

        wish = _wish(options, plan, environment, secrets)
        return unreadable(why, clock, by_file=plan is None, as_json=options.json, wish=wish)
    from tui.doctor.command import doctor as examined
    from tui.doctor.scene import Facts

    profile = plan.profile
    return examined(
        first_state(profile, clock),
        clock,
        ca=profile.ca,
        as_json=options.json,
        told=told(profile),
        way_in=secrets,
        facts=Facts(profile.name or None, profile.ca is not None),
        wish=_wish(options, plan, environment, secrets),
    )


def _check_bundle(options: argparse.Namespace) -> None:
    """Before anything is looked at. Raises UsageError: the bundle could not be written, or nobody could be asked."""
    if not options.bundle:
        raise UsageError("the FILE of --bundle is empty: name the zip file that is to be written")
    path = Path(options.bundle)
    try:
        if path.exists() or path.is_symlink():
            raise UsageError(f"{shown(path)} is there already, and was left as it is: name another file")
        if not path.resolve().parent.is_dir():
            raise UsageError(f"{shown(path)}: there is no such folder to write it into")
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{shown(path)}: {getattr(error, 'strerror', None) or 'no file can have this name'}") from None
    if not options.yes and not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        raise UsageError("--bundle asks before it writes, and there is no terminal to ask on: add --yes")


def _wish(
    options: argparse.Namespace, plan: Plan | None, environment: Mapping[str, str], way: Mapping[str, Secret]
) -> Any:
    """What the bundle is to tell of the settings, and what of them must not come out; None where none is wanted."""
    if options.bundle is None:
        return None
    from tui.cli_config import in_force
    from tui.doctor.command import Wish
    from tui.doctor.masks import secrets_in

    text = _text(config_file(environment))
    # Of every profile, not of the one in use alone.
    kept = [environment.get(name, "") for name in _VARIABLES.findall(text or "")]
    names: set[str | None] = set()
    for each in plan.settings.profiles.values() if plan else ():
        names |= {each.title, each.path.basic_auth.user if each.path.basic_auth else None}
    return Wish(
        Path(options.bundle),
        unasked=options.yes,
        addresses=options.include_addresses,
        settings=text,
        in_force=None if plan is None else in_force(plan),
        variables=tuple(name for name in environment if name.startswith(_PREFIX)),
        secrets=frozenset(secrets_in(environment, *kept, *(each.reveal() for each in way.values()))),
        names=frozenset(each for each in names if each),
        user=here(environment).user,
        home=_home(),
    )


def _text(path: Path) -> str | None:
    """The settings file's text, however broken; None where there is none that can be read."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None
