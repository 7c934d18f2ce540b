"""What is amiss with a service's file before anybody is asked to take it: each format by a parser of its own.

The sentences name keys and lines, and never repeat a value: a file may hold what nobody should see.
"""

import contextlib
import os
import plistlib
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from tui.clock import Clock
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.path.argv import without_secrets
from tui.path.programs import found, ran
from tui.setup.recipe import Format
from tui.setup.service_units import NO_PROGRAM
from tui.setup.task_reader import task_problems
from tui.setup.tunnel_reader import cloudflared_problems, ngrok_problems
from tui.setup.unit_reader import (
    LARGEST,
    SECRET_IN_COMMAND,
    Entry,
    Malformed,
    command_words,
    path_words,
    plain_value,
    read_unit,
)

_ANALYZER = "systemd-analyze"
_ANALYZED_WITHIN = 10.0
_MOST_SAID = 5
_JVM = frozenset({"java", "bash", "sh"})
_YES = frozenset({"yes", "true", "on", "1"})
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_OCTAL = re.compile(r"0?[0-7]{3}", re.ASCII)
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", re.ASCII)

_KEYS: Mapping[str, frozenset[str]] = {
    "Unit": frozenset({"Description", "After", "Wants", "StartLimitIntervalSec", "StartLimitBurst"}),
    "Service": frozenset(
        {
            *("Type", "User", "WorkingDirectory", "ExecStart", "Restart", "RestartSec", "SuccessExitStatus"),
            *("RestartPreventExitStatus", "UMask", "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectSystem"),
            *("ProtectHome", "ReadWritePaths", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs"),
            *("ProtectControlGroups", "ProtectClock", "ProtectHostname", "RestrictAddressFamilies"),
            *("RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality"),
            *("CapabilityBoundingSet", "SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber"),
            *("MemoryDenyWriteExecute", "MemoryMax"),
        }
    ),
    "Install": frozenset({"WantedBy"}),
}
_ALLOWED: Mapping[str, frozenset[str]] = {
    "Type": frozenset({"exec"}),
    "Restart": frozenset({"always", "on-failure"}),
    "ProtectSystem": frozenset({"strict"}),
    "ProtectHome": frozenset({"yes", "read-only"}),
    "SystemCallArchitectures": frozenset({"native"}),
}
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "RestartSec": _NUMBER,
    "StartLimitIntervalSec": _NUMBER,
    "StartLimitBurst": _NUMBER,
    "UMask": _OCTAL,
    "User": _USER,
}
_ONCE = frozenset({"Type", "ExecStart", "Restart", "User", "WorkingDirectory", "WantedBy"})


def problems(data: bytes, format: Format) -> tuple[str, ...]:  # noqa: A002 (as the field is called)
    """What is amiss, a sentence each; empty where the file may be used. Never raises."""
    read: Mapping[Format, Callable[[bytes], list[str]]] = {
        Format.UNIT: _unit,
        Format.USER_UNIT: _user_unit,
        Format.TASK: task_problems,
        Format.PLIST: _plist,
        Format.CLOUDFLARED: cloudflared_problems,
        Format.NGROK: ngrok_problems,
    }
    try:
        return tuple(read[format](data))
    except Malformed as error:
        return (str(error),)


def _unit(data: bytes) -> list[str]:
    entries = read_unit(data)
    said = _unit_entries(entries)
    if not _values(entries, "User"):
        said.append("It names no User: the service would run as root.")
    if "root" in _values(entries, "User"):
        said.append("It runs as root, which nothing here needs.")
    return said + _target(entries, "multi-user.target")


def _user_unit(data: bytes) -> list[str]:
    entries = read_unit(data)
    said = _unit_entries(entries)
    if _values(entries, "User"):
        said.append("It names a User, which a user's own manager refuses.")
    if any("network-online.target" in each for key in ("After", "Wants") for each in _values(entries, key)):
        said.append("It waits for network-online.target, which a user's manager does not know.")
    return said + _target(entries, "default.target")


def _target(entries: tuple[Entry, ...], target: str) -> list[str]:
    return [] if _values(entries, "WantedBy") == [target] else [f"WantedBy has to be {target}, so that it is started."]


def _values(entries: tuple[Entry, ...], key: str) -> list[str]:
    return [each.value for each in entries if each.key == key]


def _unit_entries(entries: tuple[Entry, ...]) -> list[str]:
    said = [each for entry in entries if (each := _amiss(entry))]
    said += [f"{key} stands there {len(_values(entries, key))} times." for key in sorted(_ONCE) if _twice(entries, key)]
    commands = _values(entries, "ExecStart")
    if not commands:
        return [*said, "It has no ExecStart: there is nothing to start."]
    try:
        words = command_words(commands[0])
    except Malformed:
        return said  # the line itself has been told of
    if not words or not PurePosixPath(words[0]).is_absolute():
        return [*said, "ExecStart has to begin with the absolute path of a program."]
    if NO_PROGRAM & set(words[0]):
        said.append("systemd starts no program with a quote, a backslash or a $ in its path.")
    if without_secrets(words) != words:
        said.append(SECRET_IN_COMMAND)
    denied = any(each.lower() in _YES for each in _values(entries, "MemoryDenyWriteExecute"))
    if denied and PurePosixPath(words[0]).name in _JVM:
        said.append("MemoryDenyWriteExecute ends java, which makes code while it runs.")
    return said


def _twice(entries: tuple[Entry, ...], key: str) -> bool:
    return len(_values(entries, key)) > 1


def _amiss(entry: Entry) -> str | None:
    """What is wrong with one assignment."""
    where = f"Line {entry.line}"
    if entry.key not in _KEYS.get(entry.section, frozenset()):
        return f"{where} is none that cpwatch writes: {safe_text(entry.key, 40)} in {safe_text(entry.section, 40)}."
    if entry.key in _ALLOWED and entry.value not in _ALLOWED[entry.key]:
        return f"{where}: {entry.key} can't be that."
    if entry.key in _SHAPES and not _SHAPES[entry.key].fullmatch(entry.value):
        return f"{where}: {entry.key} can't be that."
    try:
        match entry.key:
            case "ExecStart":
                command_words(entry.value)
            case "WorkingDirectory" if not PurePosixPath(plain_value(entry.value)).is_absolute():
                return f"{where}: WorkingDirectory has to be an absolute path."
            case "ReadWritePaths" if not all(PurePosixPath(each).is_absolute() for each in path_words(entry.value)):
                return f"{where}: ReadWritePaths has to be absolute paths."
            case "Description":
                plain_value(entry.value)
    except Malformed as error:
        return f"{where}, {entry.key}: {error}"
    return None


def _plist(data: bytes) -> list[str]:
    if len(data) > LARGEST:
        raise Malformed(f"It is larger than {LARGEST:,} bytes.")
    try:
        told: Any = plistlib.loads(data, fmt=plistlib.FMT_XML)
    except Exception:  # noqa: BLE001 (whatever plistlib and its XML parser make of a broken file)
        raise Malformed("It is no property list in XML.") from None
    if not isinstance(told, dict):
        return ["It is no property list of an agent."]
    said = []
    words = told.get("ProgramArguments")
    if not isinstance(told.get("Label"), str) or not re.fullmatch(r"[A-Za-z0-9.-]{1,100}", told["Label"], re.ASCII):
        said.append("It has no Label of letters, digits, dots and hyphens.")
    if not isinstance(words, list) or not words or not all(isinstance(each, str) for each in words):
        return [*said, "ProgramArguments has to be the program and its arguments."]
    if not PurePosixPath(words[0]).is_absolute():
        said.append("ProgramArguments has to begin with the absolute path of a program.")
    if list(without_secrets(words)) != words:
        said.append(SECRET_IN_COMMAND)
    for key in ("WorkingDirectory", "StandardOutPath", "StandardErrorPath"):
        path = told.get(key, "/")
        if not isinstance(path, str) or not PurePosixPath(path).is_absolute():
            said.append(f"{key} has to be an absolute path: launchd knows no ~.")
    if told.get("Umask") != 0o077 or isinstance(told.get("Umask"), bool):
        said.append("Umask has to be the number 63 (octal 077), so that its log is its owner's alone.")
    if told.get("KeepAlive") != {"SuccessfulExit": False}:
        said.append("KeepAlive has to start it again where it failed.")
    return said


@dataclass(frozen=True, slots=True)
class Analyzed:
    """What systemd itself says of a unit. amiss: its own words, safe to print; empty where nothing is."""

    amiss: tuple[str, ...]


async def analyzed(clock: Clock, data: bytes, name: str, *, user: bool) -> Analyzed | None:
    """Let `systemd-analyze verify` read the unit. user: as one of a user's. None where this machine has none, or can't.

    It reads a copy in a folder of its own, which is gone afterwards, and starts nothing.
    """
    program, env = found(_ANALYZER), found("env")
    if program is None or env is None or PurePosixPath(name).name != name:
        return None
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory(prefix="cpwatch-") as folder:
        unit = _put(folder, name, data)
        # A user's manager wants a folder of its own, which a service or a container may not have.
        arguments = (f"XDG_RUNTIME_DIR={folder}", program, "verify", *(["--user"] if user else []), unit)
        done = await ran(clock, env, *arguments, seconds=_ANALYZED_WITHIN, errors=True)
        if done is None:
            return None
        own = [line for line in done.output.splitlines() if name in line]
        if done.code != 0 and not own:
            return None
        said = (line.replace(f"{folder}/", "").replace(f"{name}:", "line ", 1) for line in own)
        return Analyzed(tuple(redacted(safe_text(line)) for line in said)[:_MOST_SAID])
    return None


def _put(folder: str, name: str, data: bytes) -> str:
    unit = Path(folder, name)
    unit.write_bytes(data)
    return os.fspath(unit)
