"""What the checks ask of this machine, gathered so that a test can put its own answers in place of each."""

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tui.clock import Clock
from tui.files import opened
from tui.path.machine import Machine, System, SystemMachine
from tui.path.processes import GatewayProcess, Java, gateways, java
from tui.setup.conf_text import LARGEST
from tui.setup.context import Context
from tui.setup.gateway_logs import GatewayLogs, read_logs
from tui.setup.judge import Judgement, judge

T = TypeVar("T")

CONF = "root/conf.yaml"
_KEYSTORE_MOST = 1_048_576
_PARTS = ("bin", "dist", "build", "root")


@dataclass(frozen=True, slots=True)
class Conf:
    """A gateway's settings file. path: as it may be shown, from the gateway's folder. judged: what comes of it.

    None where it can't be read; why: that, in words.
    """

    path: str
    judged: Judgement | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A gateway's own folder. missing: of what belongs into one, what is not there."""

    missing: tuple[str, ...] = ()


class Aside(Protocol):
    """Does what blocks for a moment so that nothing else waits for it."""

    def __call__(self, call: Callable[[], T], /) -> Coroutine[Any, Any, T]:
        """What the call returns."""
        ...


@dataclass(frozen=True, slots=True)
class Host:
    """This machine. All but `java` block for a moment, which is why they are called `aside`; none of them raises.

    gateways: the gateways that run. java: the one on the user's path. conf: a gateway's settings, judged. logs: of a
    gateway started in that folder. folder: what is in it; None where it can't be looked into.
    """

    machine: Machine
    gateways: Callable[[], tuple[GatewayProcess, ...]]
    java: Callable[[Clock], Awaitable[Java | None]]
    conf: Callable[[GatewayProcess], Conf | None]
    logs: Callable[[str], GatewayLogs]
    folder: Callable[[str], Folder | None]
    aside: Aside = asyncio.to_thread


def this_machine() -> Host:
    """The machine that we run on."""
    machine = SystemMachine()

    def conf(process: GatewayProcess) -> Conf | None:
        return conf_of(process, macos=machine.system is System.MACOS)

    return Host(machine, gateways, java, conf, lambda folder: read_logs(Path(folder)), folder_of)


def conf_of(process: GatewayProcess, *, macos: bool = False) -> Conf | None:
    """The settings file of a gateway that runs, judged as it stands now; None where its folder is not known."""
    if process.folder is None:
        return None
    name = process.conf or CONF
    folder = Path(process.folder)
    try:
        data = _content(folder / name, LARGEST + 1)
    except (OSError, ValueError) as error:
        return Conf(name, None, getattr(error, "strerror", None) or type(error).__name__)

    def read_file(of: str) -> bytes | None:
        try:
            return _content((folder / name).parent / of, _KEYSTORE_MOST)
        except (OSError, ValueError):
            return None

    context = Context(process.folder, name, process.folder, read_file, None, macos)
    return Conf(name, judge(data, context))


def folder_of(folder: str) -> Folder | None:
    """Whether that is a gateway's folder; None where it can't be looked into."""
    try:
        there = {entry.name for entry in os.scandir(folder)}
    except (OSError, ValueError):
        return None
    return Folder(tuple(part for part in _PARTS if part not in there))


def _content(path: Path, most: int) -> bytes:
    """The beginning of a plain file. Raises OSError, also for a pipe or a device, on which reading would wait."""
    with opened(path) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "no plain file")
        return file.read(most)
