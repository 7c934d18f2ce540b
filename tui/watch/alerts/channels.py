"""The ways on which an alert goes out: a command of the user's, and the URL of any notification service."""

import asyncio
import contextlib
import importlib
import logging
import os
import shutil
import signal
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from tui.config.alert_settings import AlertSettings
from tui.config.environment import for_children
from tui.config.rules import KeyPath
from tui.config.secrets import NoSecret, resolve
from tui.domain.sanitise import safe_text
from tui.domain.secret import Secret
from tui.watch.alerts.text import as_json, kind


class NotDelivered(Exception):
    """The alert was not taken; the message says why, and nothing that is secret."""


class BadChannel(Exception):
    """The settings name a channel that can't be used; the message says what to do. at: where, in the settings."""

    def __init__(self, text: str, at: KeyPath) -> None:
        super().__init__(text)
        self.at = at


class Channel(Protocol):
    """One way out."""

    @property
    def name(self) -> str:
        """What it is called in a message."""
        ...

    async def send(self, told: dict[str, Any]) -> None:
        """Hand over an alert, as `document` makes it. Raises NotDelivered. May be cancelled."""
        ...


class CommandChannel:
    """A program that gets the alert as JSON on its standard input, and takes it by exit code 0.

    No shell has a part in it, and what it prints goes nowhere. command: the program and its arguments. environment: all
    that it sees of ours.
    """

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = dict(environment)
        self.name = f"the command {safe_text(Path(command[0]).name, 60)}"

    async def send(self, told: dict[str, Any]) -> None:
        """Run it once. Raises NotDelivered."""
        nowhere = asyncio.subprocess.DEVNULL
        try:
            # A session of its own: a Ctrl-C for the watch is none for what tells of it.
            child = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=nowhere,
                stderr=nowhere,
                env=self._environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise NotDelivered(
                f"it could not be started: {getattr(error, 'strerror', None) or 'no such one'}"
            ) from None
        try:
            await child.communicate(as_json(told))
        finally:
            if child.returncode is None:
                _kill(child)
                await child.wait()
        if child.returncode:
            raise NotDelivered(f"it ended with exit code {child.returncode}")


def _kill(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)


class UrlChannel:
    """A notification service by its URL, through the library for them. name: where the URL is kept."""

    def __init__(self, url: Secret, name: str, library: Any) -> None:
        self.name = name
        self._url = url
        self._library = library

    def usable(self) -> bool:
        """Whether the library knows such a URL."""
        try:
            return self._service() is not None
        except Exception:  # noqa: BLE001 (any of a hundred services; its own words may have the token in them)
            return False

    async def send(self, told: dict[str, Any]) -> None:
        """Send it once. Raises NotDelivered."""
        if not await asyncio.to_thread(self._send, told):
            raise NotDelivered("the service did not take it")

    def _service(self) -> Any | None:
        # Made anew each time: it is used by a thread, and belongs to no other.
        asset = self._library.AppriseAsset(app_id="cpwatch", app_desc="cpwatch", async_mode=False)
        found = self._library.Apprise(asset=asset)
        return found if found.add(self._url.reveal()) else None

    def _send(self, told: dict[str, Any]) -> bool:
        try:
            service = self._service()
            return service is not None and bool(
                service.notify(title=told["title"], body=told["text"], notify_type=kind(told), body_format="text")
            )
        except Exception as error:  # noqa: BLE001 (any of a hundred services; its own words may have the token in them)
            raise NotDelivered(f"the notification library failed ({type(error).__name__})") from None


def channels_of(
    settings: AlertSettings, environment: Mapping[str, str], secrets: Collection[str]
) -> tuple[Channel, ...]:
    """All that the settings name, the command first; the secrets are read now. Raises BadChannel.

    secrets: the variables that hold some, which the command does not get to see.
    """
    found: list[Channel] = []
    if settings.command is not None:
        if shutil.which(settings.command[0], path=environment.get("PATH")) is None:
            said = f"there is no program {safe_text(settings.command[0], 100)!r} that can be run: give its whole path"
            raise BadChannel(said, ("alerts", "command"))
        found.append(CommandChannel(settings.command, for_children(environment, secrets)))
    library = _library() if settings.urls else None
    for number, reference in enumerate(settings.urls or ()):
        at: KeyPath = ("alerts", "urls", number)
        try:
            channel = UrlChannel(Secret(resolve(reference, environment)), str(reference), library)
        except NoSecret as error:
            raise BadChannel(str(error), at) from None
        if not channel.usable():
            said = (
                f"{reference} holds no URL of a notification service that is known: it begins like mailto:// or json://"
            )
            raise BadChannel(said, at)
        found.append(channel)
    return tuple(found)


def _library() -> Any:
    try:
        # By its name: it is an extra of the package, and mostly not installed.
        library = importlib.import_module("apprise")
    except ImportError:
        said = "URLs of notification services need one more package: pip install 'cpwatch[alerts]'"
        raise BadChannel(said, ("alerts", "urls")) from None
    # What it and what it stands on say of their own may have a URL in it, and would go to standard error.
    for name in ("apprise", "urllib3", "requests"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    return library
