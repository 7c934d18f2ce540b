"""Where gateways lie on this machine: those that run, folders in which people unpack it, or a path that is named."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.path.machine import System
from tui.path.processes import GatewayProcess, gateways

CONF = "root/conf.yaml"
"""The settings file of a gateway that is started as its guide says, in the gateway's own folder."""
MOST = 16
_MOST_ENTRIES = 500
"""Entries of one folder that are looked at: a folder of downloads may have any number."""
_MOST_CONFS = 20
_LONGEST = 4096
_NAMES = ("clientportal.gw", "clientportal", "clientportal.beta.gw")
_WITHIN_HOME = ("", "Downloads", "Desktop", "Documents", "ibkr", "IBKR", "ib", "Applications", "apps")
_STARTERS = ("bin/run.sh", "bin/run.bat")


class By(StrEnum):
    """How a gateway was found."""

    RUNNING = "running"
    """Its java runs."""
    FOLDER = "folder"
    """It lies in a folder where people unpack it."""
    NAMED = "named"
    """The user named its path."""


@dataclass(frozen=True, slots=True)
class Found:
    """A gateway. folder: its own, in which bin, dist and root lie. conf: its settings file, whether it is there or not.

    process: of one that runs. others: further files that could be settings, in `root`, by their paths. trouble: why it
    can't be set up from here, a sentence; empty where nothing is in the way.
    """

    folder: Path
    conf: Path
    by: By
    process: GatewayProcess | None = None
    others: tuple[Path, ...] = ()
    trouble: str = ""

    @property
    def name(self) -> str:
        """The settings file from its folder, as the command names it: `root/conf.yaml`."""
        try:
            return self.conf.relative_to(self.folder).as_posix()
        except ValueError:
            return self.conf.name

    @property
    def place(self) -> str:
        """The folder as it may be shown."""
        return redacted(safe_text(str(self.folder), 200))


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no gateway at that path. reason: a sentence, safe to print."""

    reason: str


def found(
    system: System,
    home: Path | None = None,
    running: Callable[[], tuple[GatewayProcess, ...]] = gateways,
    roots: Iterable[Path] | None = None,
) -> tuple[Found, ...]:
    """The gateways of this machine, those that run first. Blocks for a moment; nothing is raised.

    home: the user's folder, None for this user's. roots: in place of the usual folders outside of it.
    """
    seen: dict[Path, Found] = {}
    for process in running():
        each = _of_process(process)
        if each is not None:
            seen.setdefault(_real(each.conf), each)
    outside = system_roots(system) if roots is None else tuple(roots)
    for place in usual_places(_home() if home is None else home, outside):
        if is_distribution(place):
            each = _at(place, By.FOLDER)
            seen.setdefault(_real(each.conf), each)
    return tuple(islice(seen.values(), MOST))


def named(path: str, home: Path | None = None) -> Found | NotFound:
    """The gateway at a path that the user typed: its folder, a folder around it, its conf.yaml or its bin/run.sh."""
    text = path.strip().strip("\"'")
    if not text or len(text) > _LONGEST or "\0" in text:
        return NotFound("Type the path of the gateway's folder, or of its conf.yaml.")
    if text == "~" or text.startswith(("~/", "~\\")):
        text = str(home if home is not None else _home()) + text[1:]
    try:
        there = Path(os.path.abspath(text))  # noqa: PTH100 (a link's own folder is meant, which resolve would leave)
        is_file, is_folder = there.is_file(), there.is_dir()
    except (OSError, ValueError):
        is_file = is_folder = False
        there = Path(text)
    shown = redacted(safe_text(str(there), 200))
    if is_file and there.suffix.lower() in (".yaml", ".yml"):
        folder = there.parent.parent
        trouble = "" if is_distribution(folder) else _alone(shown)
        return Found(folder, there, By.NAMED, trouble=trouble)
    if is_file:
        there = there.parent
    for folder in (there, *(there / name for name in _NAMES), there.parent):
        if (is_folder or is_file) and is_distribution(folder):
            return _at(folder, By.NAMED)
    if is_folder or is_file:
        return NotFound(f"There is no gateway in {shown}: it would have the folders bin, dist and root.")
    return NotFound(f"There is nothing at {shown}, or this user may not look there.")


def is_distribution(folder: Path) -> bool:
    """Whether a gateway lies there: its start script, its program, its folder of settings."""
    try:
        if not any((folder / each).is_file() for each in _STARTERS) or not (folder / "root").is_dir():
            return False
        with os.scandir(folder / "dist") as entries:
            names = [each.name for each in islice(entries, _MOST_ENTRIES)]
    except (OSError, ValueError):
        return False
    return any("clientportal" in name and name.endswith(".jar") for name in names)


def usual_places(home: Path, roots: Sequence[Path]) -> tuple[Path, ...]:
    """The folders that are worth a look: by their names, none below another that is not named here."""
    within = [home / each if each else home for each in _WITHIN_HOME]
    places = [parent / name for parent in (*within, *roots) for name in _NAMES]
    # A browser that unpacks for the second time writes `clientportal.gw (1)`.
    for parent in (*within[:3], *roots):
        places += [parent / name for name in sorted(_folders(parent)) if name.lower().startswith("clientportal")]
    # Unpackers put a folder of the zip's name around it.
    places += [each / name for each in list(places) for name in _NAMES[:1]]
    return tuple(dict.fromkeys(places))


def system_roots(system: System) -> tuple[Path, ...]:
    """The folders outside of the user's own in which programs are put."""
    match system:
        case System.WINDOWS:
            drives = (Path("C:\\"), Path("D:\\"))
            named_by = (os.environ.get(name) for name in ("ProgramFiles", "LOCALAPPDATA", "PUBLIC"))
            return (*drives, *(Path(each) for each in named_by if each))
        case System.MACOS:
            return (Path("/", "Applications"), Path("/", "opt"), Path("/", "usr", "local"))
    # The container image that most people use has it in the second.
    return (Path("/", "opt"), Path("/", "srv"), Path("/", "usr", "local"), Path("/", "usr", "local", "share"))


def _folders(parent: Path) -> list[str]:
    try:
        with os.scandir(parent) as entries:
            return [each.name for each in islice(entries, _MOST_ENTRIES) if each.is_dir()]
    except (OSError, ValueError):
        return []


def _of_process(process: GatewayProcess) -> Found | None:
    if process.folder is None:
        return None
    folder = Path(process.folder)
    conf = folder / (process.conf or CONF)
    trouble = ""
    if not is_distribution(folder):
        shown = process.place
        try:
            there = folder.is_dir()
        except (OSError, ValueError):
            there = False
        trouble = (
            f"The gateway runs in {shown}, which is not a gateway's folder as seen from here: it was started from "
            "elsewhere."
            if there
            else f"The gateway runs in {shown}, which is not to be seen from here: in a container, or another user's."
        )
    return Found(folder, conf, By.RUNNING, process, _others(folder, conf), trouble)


def _at(folder: Path, by: By) -> Found:
    conf = folder / CONF
    others = _others(folder, conf)
    trouble = "" if _is_file(conf) else f"There is no {CONF} in {redacted(safe_text(str(folder), 200))}."
    return Found(folder, conf, by, None, others, trouble)


def _others(folder: Path, conf: Path) -> tuple[Path, ...]:
    """Further settings files beside that one."""
    try:
        with os.scandir(folder / "root") as entries:
            names = sorted(
                each.name for each in islice(entries, _MOST_ENTRIES) if each.name.endswith((".yaml", ".yml"))
            )
    except (OSError, ValueError):
        return ()
    paths = [folder / "root" / name for name in names if name.endswith((".yaml", ".yml"))]
    return tuple(each for each in paths if each != conf)[:_MOST_CONFS]


def _alone(shown: str) -> str:
    return f"There is no gateway around {shown}: it counts for the gateway whose folder root it is put into."


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a user that the system does not know
        return Path()
