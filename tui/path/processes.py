"""The gateways that run on this machine, and the Java with which one could be started."""

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, TypeVar

from tui.clock import Clock
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.path.local import GATEWAYS
from tui.path.machine import program_name
from tui.path.programs import found, ran

T = TypeVar("T")

STARTER = "ibgroup.web.core.clientportal.gw.GatewayStart"
"""The class that the gateway's java is started with."""
MOST = 16
_PORTS_MOST = 16
_ARGUMENTS_MOST = 512
_FOLDER_LENGTH = 4096
_CONF_LENGTH = 200
_JAVA_WITHIN = 3.0
# What adopts a process whose parent has ended.
_ADOPTERS = frozenset({"systemd", "init", "launchd", "tini", "dumb-init", "s6-svscan"})
_VERSION = re.compile(r'version "(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:_(\d{1,6}))?[^"]{0,40}"', re.ASCII)


@dataclass(frozen=True, slots=True)
class GatewayProcess:
    """One gateway's java. folder: where it was started, as the system tells it, None where it does not.

    conf: the settings file as its command names it, within that folder (`root/conf.yaml`); None where none is named,
    or one outside. port: what its command asks for in place of the file's. ports: on which it listens; None where the
    system does not tell. orphaned: whether the shell that started it is gone, so that ending that one ends nothing.
    """

    pid: int
    folder: str | None = None
    conf: str | None = None
    port: int | None = None
    ports: tuple[int, ...] | None = None
    orphaned: bool = False

    @property
    def place(self) -> str:
        """The folder as it may be shown."""
        return redacted(safe_text(self.folder or "a folder that the system does not tell", 100))


@dataclass(frozen=True, slots=True)
class Java:
    """The Java that `java` starts. version: its number's parts, e.g. (1, 8, 0, 202); empty where it is not told."""

    version: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """`17.0.15`, `1.8.0_202`."""
        head = ".".join(str(part) for part in self.version[:3])
        return f"{head}_{self.version[3]}" if len(self.version) > 3 else head

    @property
    def fit(self) -> bool | None:
        """Whether the gateway runs on it: 1.8.0_192 or newer. None where the version is not known."""
        return self.version >= (1, 8, 0, 192) if self.version else None


def gateways() -> tuple[GatewayProcess, ...]:
    """The gateways among the processes that the system shows to this user. Blocks for a moment; never raises."""
    import psutil

    rows = _asked(lambda: [(each.pid, each.info["name"]) for each in psutil.process_iter(["name"])]) or []
    javas = [pid for pid, name in rows if program_name(name or "") in GATEWAYS]
    seen = (_gateway(pid) for pid in javas)
    return tuple(each for each in seen if each is not None)[:MOST]


async def java(clock: Clock) -> Java | None:
    """The Java on this user's path; None where there is none that runs."""
    path = found("java")
    if path is None:
        return None
    done = await ran(clock, path, "-version", seconds=_JAVA_WITHIN, errors=True)
    if done is None or done.code != 0:
        return None
    return Java(version_in(done.output))


def version_in(output: str) -> tuple[int, ...]:
    """The version in what `java -version` prints; empty where there is none."""
    line = _VERSION.search(output)
    return tuple(int(part) for part in line.groups() if part is not None) if line else ()


def command_of(arguments: Sequence[str]) -> tuple[str | None, int | None] | None:
    """The settings file and the port that a gateway's command names; None where it is no gateway's command."""
    words = list(arguments)
    if STARTER not in words:
        return None
    own = words[words.index(STARTER) + 1 :]
    return _within(_valued(own, "--conf")), _port(_valued(own, "--port"))


def _valued(words: list[str], option: str) -> str | None:
    for at, word in enumerate(words):
        if word == option:
            return words[at + 1] if at + 1 < len(words) else None
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None


def _within(conf: str | None) -> str | None:
    """The file below the gateway's folder: run.sh puts `../` before what it was given, as seen from `root`."""
    if conf is None or len(conf) > _CONF_LENGTH:
        return None
    plain = conf.replace("\\", "/").removeprefix("../")
    outside = PurePosixPath(plain).is_absolute() or PureWindowsPath(conf).drive or ".." in PurePosixPath(plain).parts
    return None if outside or not plain else plain


def _port(text: str | None) -> int | None:
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 5):
        return None
    return int(text) if 0 < int(text) < 1 << 16 else None


def _gateway(pid: int) -> GatewayProcess | None:
    import psutil

    process = _asked(lambda: psutil.Process(pid))
    command = command_of((_asked(lambda: list(process.cmdline())) or [])[:_ARGUMENTS_MOST]) if process else None
    if process is None or command is None:
        return None
    folder = _asked(lambda: str(process.cwd())[:_FOLDER_LENGTH]) or None
    rows = _asked(lambda: list(process.net_connections(kind="tcp")))
    ports = None if rows is None else tuple(sorted({row.laddr.port for row in rows if row.status == "LISTEN"}))
    conf, port = command
    return GatewayProcess(pid, folder, conf, port, ports and ports[:_PORTS_MOST], _orphaned(process))


def _orphaned(process: Any) -> bool:
    """Whether its shell is gone: nobody or an init is its parent, and the leader of its group has ended.

    A service that starts java itself has an init for its parent as well, but leads its own group.
    """
    parent = _asked(process.parent)
    if parent is None:
        return os.name == "nt"
    name = _asked(partial(_name, parent))
    if parent.pid != 1 and name not in _ADOPTERS:
        return False
    words = _asked(lambda: list(parent.cmdline())) or []
    if any("run.sh" in word for word in words):
        return False  # in a container, it may be the first process
    return not _leader_lives(process.pid)


def _name(process: Any) -> str:
    return program_name(str(process.name()))


def _leader_lives(pid: int) -> bool:
    group = getattr(os, "getpgid", None)
    with suppress(OSError):
        leader = group(pid) if group else pid
        import psutil

        return bool(leader == pid or psutil.pid_exists(leader))
    return True


def _asked(call: Callable[[], T]) -> T | None:
    """What the call returns; None where the system refuses, or the process has ended meanwhile."""
    import psutil

    try:
        return call()
    except (psutil.Error, OSError, RuntimeError, ValueError, SystemError):
        return None
