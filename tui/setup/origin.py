"""By what a gateway's process was started: a shell, a service, a container, a task, as far as the machine tells."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from tui.clock import Clock
from tui.path.machine import System, program_name
from tui.path.processes import GatewayProcess
from tui.path.programs import Ran, found, ran

_READ_MOST = 65_536
_ANCESTORS = 12
_UNIT = re.compile(r"(?:[A-Za-z0-9:_.@-]|\\x[0-9a-f]{2}){1,200}\.service", re.ASCII)
_USER_MANAGER = re.compile(r"user@(\d{1,10})\.service", re.ASCII)
_CONTAINER = re.compile(
    r"(?:docker|libpod|crio|cri-containerd|containerd|nerdctl)[-:/]([0-9a-f]{12,64})|/(?:kubepods|lxc|machine\.slice)\b",
    re.ASCII,
)
_SHOW = "--property=LoadState,ActiveState,ControlGroup,MainPID"
_TASK_HOSTS = frozenset({"svchost", "taskeng", "taskhostw"})


class Started(StrEnum):
    """By what a gateway was started."""

    SHELL = "shell"
    SYSTEMD = "systemd"
    """A service of the system, which only an administrator restarts."""
    SYSTEMD_USER = "systemd-user"
    """A service of a user's own."""
    CONTAINER = "container"
    LAUNCHD = "launchd"
    WINDOWS_TASK = "windows-task"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """How a gateway was started. unit: its service. uid: the user's whose service it is. container: its id, short.

    group: the control group that tells it. sure: whether systemd itself says that the gateway is what the service is
    for; a terminal's programs run within services as well, which had better not be restarted.
    """

    started: Started
    unit: str | None = None
    uid: int | None = None
    container: str | None = None
    group: str | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A process that started another one. starts_it: whether its command names run.sh, and is no shell of a user's."""

    pid: int
    name: str
    starts_it: bool = False


@dataclass(frozen=True, slots=True)
class Traces:
    """What the machine tells of a process. All of it blocks for a moment, and nothing raises.

    cgroup: the text of its control groups, empty where there is none. ancestors: what started it, the nearest first.
    contained: whether we ourselves are in a container. uid: ours, None on Windows.
    """

    cgroup: Callable[[int], str]
    ancestors: Callable[[int], tuple[Ancestor, ...]]
    contained: Callable[[], bool]
    uid: int | None


def this_machine(root: Path = Path("/")) -> Traces:
    """The machine that we run on. root: where its file system begins."""

    def cgroup(pid: int) -> str:
        return _read(root / "proc" / str(pid) / "cgroup")

    def contained() -> bool:
        return any((root / name).exists() for name in (".dockerenv", "run/.containerenv"))

    getuid: Callable[[], int] | None = getattr(os, "getuid", None)
    return Traces(cgroup, _ancestors, contained, getuid() if getuid else None)


def origin(process: GatewayProcess, system: System, traces: Traces) -> Origin:
    """How that gateway was started, by what the machine tells of its process alone; `confirmed` asks systemd too."""
    match system:
        case System.LINUX:
            known = of_cgroup(traces.cgroup(process.pid))
            if known.started is Started.UNKNOWN and traces.contained():
                return Origin(Started.CONTAINER)
            return known
        case System.MACOS:
            above = [each for each in traces.ancestors(process.pid) if not each.starts_it]
            by_launchd = bool(above) and above[0].name == "launchd" and not process.orphaned
            return Origin(Started.LAUNCHD if by_launchd else Started.SHELL)
        case System.WINDOWS:
            by_task = any(each.name in _TASK_HOSTS for each in traces.ancestors(process.pid)[:3])
            return Origin(Started.WINDOWS_TASK if by_task else Started.SHELL)
    return Origin(Started.UNKNOWN)


def of_cgroup(text: str) -> Origin:
    """From the text of `/proc/PID/cgroup`: the service, container or session in which a process runs."""
    rows = [line.split(":", 2)[2] for line in text.splitlines()[:64] if line.count(":") >= 2]
    for group in rows:
        if inside := _CONTAINER.search(group):
            return Origin(Started.CONTAINER, container=(inside[1] or "")[:12] or None, group=group)
    group = max(rows, key=len, default="")
    parts = [part for part in group.split("/") if part]
    unit = next((part for part in reversed(parts) if _UNIT.fullmatch(part)), None)
    if any(part.endswith(".scope") for part in parts):
        return Origin(Started.SHELL, group=group)
    if unit is None or _USER_MANAGER.fullmatch(unit):
        return Origin(Started.UNKNOWN, group=group or None)
    user = next((match for part in parts if (match := _USER_MANAGER.fullmatch(part))), None)
    if user is None:
        return Origin(Started.SYSTEMD, unit, group=group)
    return Origin(Started.SYSTEMD_USER, unit, int(user[1]), group=group)


async def confirmed(how: Origin, pid: int, traces: Traces, clock: Clock) -> Origin:
    """The same, with what systemd says of the service: a shell's, where the service is for something else.

    Only this user's own manager, and the system's, can be asked.
    """
    mine = how.started is Started.SYSTEMD_USER and how.uid == traces.uid
    if how.unit is None or not (mine or how.started is Started.SYSTEMD):
        return how
    done = await systemctl(clock, traces.uid if mine else None, "show", _SHOW, "--", how.unit)
    if done is None or done.code != 0:
        return how
    if told(done.output, how, _chain(pid, traces)):
        return replace(how, sure=True)
    return Origin(Started.SHELL, group=how.group)


def told(output: str, how: Origin, chain: frozenset[int]) -> bool:
    """Whether what `systemctl show` prints is about a service that runs, in that control group, and is for the gateway.

    chain: the gateway's java and the scripts that started it: one of them has to be the service's main process.
    """
    facts = dict(line.split("=", 1) for line in output.splitlines()[:32] if "=" in line)
    group, main = facts.get("ControlGroup", ""), facts.get("MainPID", "")
    inside = how.group is not None and bool(group) and (how.group == group or how.group.startswith(f"{group}/"))
    runs = facts.get("LoadState") == "loaded" and facts.get("ActiveState") == "active"
    return inside and runs and main.isascii() and main.isdigit() and len(main) < 11 and int(main) in chain


def _chain(pid: int, traces: Traces) -> frozenset[int]:
    found_ = {pid}
    for each in traces.ancestors(pid):
        if not each.starts_it:
            break
        found_.add(each.pid)
    return frozenset(found_)


async def systemctl(clock: Clock, uid: int | None, *words: str, seconds: float = 5.0) -> Ran | None:
    """Ask the system's manager, or that user's own; None where there is none that answers.

    A user's is found by a folder of which programs are told by their environment.
    """
    program = found("systemctl")
    if program is None:
        return None
    if uid is None:
        return await ran(clock, program, "--no-pager", *words, seconds=seconds, errors=True)
    env = found("env")
    if env is None:
        return None
    runtime = f"XDG_RUNTIME_DIR=/run/user/{uid}"
    return await ran(clock, env, runtime, program, "--user", "--no-pager", *words, seconds=seconds, errors=True)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_READ_MOST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _ancestors(pid: int) -> tuple[Ancestor, ...]:
    import psutil

    found_: list[Ancestor] = []
    try:
        for each in psutil.Process(pid).parents()[:_ANCESTORS]:
            words = list(each.cmdline())[:8]
            starts = any(Path(word).name.startswith("run.") or "run.sh" in word or "run.bat" in word for word in words)
            found_.append(Ancestor(each.pid, program_name(str(each.name())), starts))
    except (psutil.Error, OSError, RuntimeError, ValueError):
        return tuple(found_)
    return tuple(found_)
