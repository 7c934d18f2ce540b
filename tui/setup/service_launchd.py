"""A service as a launchd agent of a macOS user."""

import plistlib
from pathlib import PurePosixPath
from typing import Any

from tui.setup.recipe import Unfit, one_line, quoted
from tui.setup.service import Role, Service, posix_path

FOLDER = "Library/LaunchAgents"
"""Within the user's own folder."""
LABELS = {Role.GATEWAY: "local.ibkr.gateway", Role.TUNNEL: "local.ibkr.tunnel", Role.WATCH: "local.cpwatch.watch"}
GUARDED = ("Desktop", "Documents", "Downloads")
"""Folders of a user's that macOS keeps programs in the background out of."""
_UMASK = 0o077
_LEAST_PAUSE = 10


def agent(service: Service, home: str) -> bytes:
    """The property list for ~/Library/LaunchAgents. home: the user's folder, where its log is to be written.

    launchd starts it when the user logs in, and again when it fails.
    Raises Unfit: a service for another system, anything that no property list can hold, a folder that macOS guards.
    """
    if service.windows:
        raise Unfit(f"{quoted(service.command[0])} is no program for macOS.")
    place = PurePosixPath(posix_path(home, "The user's folder"))
    for guarded in GUARDED:
        if service.folder and PurePosixPath(service.folder).is_relative_to(place / guarded):
            raise Unfit(
                f"macOS keeps services out of the folder {guarded}: move the gateway from {quoted(service.folder)} to "
                "another place first, such as your own folder itself."
            )
    label = LABELS[service.role]
    log = str(place / "Library" / "Logs" / f"{label}.log")
    told: dict[str, Any] = {
        "Label": label,
        "ProgramArguments": [one_line(each, "An argument") for each in service.command],
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": max(_LEAST_PAUSE, service.pause),
        "ProcessType": "Background",
        "StandardOutPath": log,
        "StandardErrorPath": log,
        "Umask": _UMASK,
    }
    if service.folder:
        told["WorkingDirectory"] = one_line(service.folder, "The folder")
    return plistlib.dumps(told, sort_keys=False)
