"""`cpwatch config`: where the settings file is, what is in force and from where, one to begin with, and a judgement."""

import argparse
import json
import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from tui.cli_profiles import Plan, asked_by, check_certificates, own_keys, plan_for
from tui.config.alert_settings import Hours
from tui.config.locations import config_file, preferences_file
from tui.config.preferences import read_preferences
from tui.config.secrets import Reference
from tui.config.settings_file import ELSEWHERE, BadSettings, SettingsFile, read_settings, shown
from tui.config.sources import PathInForce, Source, Value
from tui.domain.address import Address
from tui.domain.metered import monthly_cost
from tui.domain.redact import redacted
from tui.options import EXIT_USAGE
from tui.output import UsageError, complain, printable, say

SCHEMA = 1


def config(options: argparse.Namespace) -> int:
    """Do what is asked; the exit code. Raises UsageError."""
    match options.act:
        case "path":
            return _path()
        case "show":
            return _show(options)
        case "init":
            return _init()
    return _check(options.file)


def _path() -> int:
    path = config_file()
    say(printable(shown(path)))
    if not path.exists():
        complain("There is no such file yet: `cpwatch config init` writes one to begin with.")
    return 0


def _init() -> int:
    from tui.files import private_folder, write_whole

    path = config_file()
    example = Path(__file__).with_name("config") / "example.toml"
    if path.exists():
        raise UsageError(f"{shown(path)} is there already, and was left as it is")
    try:
        private_folder(path.parent)
        # Another process may have made it meanwhile; then that one stays.
        write_whole(path, example.read_bytes(), overwrite=False)
    except OSError as error:
        raise UsageError(f"{shown(path)} can't be written: {error.strerror or error}; mend that, {ELSEWHERE}") from None
    say(printable(f"Wrote {shown(path)}: every line that does something stands behind a # in it."))
    return 0


def _check(named: str | None) -> int:
    if named == "":
        raise UsageError("the FILE to check is empty: name one, or leave it out")
    path = config_file() if named is None else Path(named)
    try:
        file = read_settings(path, own_keys, required=named is not None)
        if not file.exists:
            say(printable(f"{shown(path)}: there is no such file, so the defaults are in force"))
            return 0
        found = list(_bad_certificates(file))
    except BadSettings as error:
        found = str(error).splitlines()
    if not found:
        say(printable(f"{shown(path)}: all is well"))
        return 0
    say(printable("\n".join(found)))
    return EXIT_USAGE


def _bad_certificates(file: SettingsFile) -> Iterator[str]:
    """What is wrong with the files of certificates that the settings name, a line each."""
    settings = file.settings
    named = {("ca",): settings.ca} | {("profiles", name, "ca"): each.ca for name, each in settings.profiles.items()}
    for at, ca in named.items():
        try:
            check_certificates(Value(ca, Source.FILE, at=at), file)
        except UsageError as error:
            yield str(error)


def _show(options: argparse.Namespace) -> int:
    plan = plan_for(asked_by(options), os.environ, read_preferences(preferences_file()))
    values = dict(_values(plan))
    if options.json:
        say(json.dumps(_document(plan, values)))
        return 0
    state = "" if plan.file.exists else " (there is none; `cpwatch config init` writes one)"
    on_word = {f"intervals.{kind}" for kind in plan.profile.pace.on_word}
    rows = [
        (key, "on your word" if key in on_word else _text(key, each.value), _origin(each, plan.file))
        for key, each in values.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{key:{widths[0]}}  {text:{widths[1]}}  {origin}" for key, text, origin in rows]
    others = [name for name in plan.settings.profiles if name != plan.profile.name]
    lines += [f"Other profiles: {', '.join(others)}"] if others else []
    lines += [_cost(plan)] if plan.profile.plan.metered else []
    say(printable("\n".join([f"Settings file: {shown(plan.file.path)}{state}", *lines])))
    return 0


def _values(plan: Plan) -> Iterator[tuple[str, Value[Any]]]:
    """Every value that is in force, by its key in the file."""
    found = plan.in_force
    single: dict[str, Value[Any]] = {
        "profile": found.profile,
        "url": found.url,
        "ca": found.ca,
        "title": found.title,
        "badge": found.badge,
        "keep_alive": found.keep_alive,
        "region": found.region,
        "hide_accounts": found.hide_accounts,
        "theme": found.theme,
        "bell": found.bell,
        "notify": found.notify,
    }
    yield from single.items()
    yield from _path_values(found.path)
    yield from ((f"intervals.{name}", each) for name, each in found.intervals.items())
    yield from ((f"alerts.{name}", each) for name, each in found.alerts.items())
    yield from ((f"keys.{command}", each) for command, each in found.keys.items())


def _path_values(path: PathInForce) -> Iterator[tuple[str, Value[Any]]]:
    """Those of the way; of a secret its place, which is all that is known of it here."""
    single: dict[str, Value[Any]] = {
        "kind": path.kind,
        "metered": path.metered,
        "monthly": path.monthly,
        "every": path.every,
        "agent": path.agent,
        "high": path.high,
    }
    yield from ((f"path.{key}", each) for key, each in single.items())
    way_in = path.way_in
    for name, reference in way_in.value.headers.items():
        yield f"path.headers.{name}", Value(reference, way_in.source, at=(*way_in.at, "headers", name))
    if (basic := way_in.value.basic_auth) is not None:
        at = (*way_in.at, "basic_auth")
        yield "path.basic_auth.user", Value(basic.user, way_in.source, at=(*at, "user"))
        yield "path.basic_auth.password", Value(basic.password, way_in.source, at=(*at, "password"))


def _cost(plan: Plan) -> str:
    cost, monthly = _monthly(plan), plan.profile.plan.monthly
    said = f"The way is metered. At this pace {cost:,} requests a month go over it"
    if monthly is None:
        return f"{said}."
    if cost <= monthly:
        return f"{said}, of {monthly:,}; what you ask for yourself comes on top."
    return f"{said}, which is more than the {monthly:,} that there are: make path.every longer."


def _monthly(plan: Plan) -> int:
    return monthly_cost(plan.profile.pace, plan.profile.keep_alive)


def in_force(plan: Plan) -> dict[str, Any]:
    """What `cpwatch config show --json` tells of a plan."""
    return _document(plan, dict(_values(plan)))


def _document(plan: Plan, values: Mapping[str, Value[Any]]) -> dict[str, Any]:
    settings = {
        key: {
            "value": _plain(key, each.value),
            "source": each.source.value,
            "name": each.name or None,
            "line": plan.file.line(each.at) if each.source is Source.FILE else None,
        }
        for key, each in values.items()
    }
    file = {"path": str(plan.file.path), "exists": plan.file.exists}
    return {
        "schema": SCHEMA,
        "file": file,
        "profiles": list(plan.settings.profiles),
        "settings": settings,
        "requests_a_month": _monthly(plan),
    }


def _plain(key: str, value: object) -> object:
    """The value as JSON has it. Account ids are cut as in a log: what is shown here is what people send to others."""
    match value:
        case Address():
            return value.url
        case Path() | Reference() | Hours():
            return str(value)
        case StrEnum():
            return value.value
        case frozenset():
            return sorted(redacted(each) for each in value)
        case tuple():
            # An argument of a command may be anything; the program says which it is.
            return [str(each) for each in (value[:1] if key == "alerts.command" else value)]
        case str() if not value:
            return None
        case str() if key == "title":
            return redacted(value)
    return value


def _text(key: str, value: object) -> str:
    match _plain(key, value):
        case None | []:
            return "—"
        case bool() as flag:
            return "true" if flag else "false"
        case float() as seconds:
            return f"{seconds:g} s"
        case list() as items:
            return " ".join(items)
        case text:
            return str(text)


def _origin(value: Value[Any], file: SettingsFile) -> str:
    match value.source:
        case Source.FILE:
            return f"the file, line {file.line(value.at)}"
        case Source.REMEMBERED:
            return "chosen in the palette, and remembered"
        case Source.PLAN:
            return "the metered path"
        case Source.DEFAULT:
            return "default"
    return value.name
