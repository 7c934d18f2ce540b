"""What can be known of the machine around a conf.yaml that lies on it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tui.path.machine import Machine
from tui.path.processes import GatewayProcess
from tui.setup.conf_text import LARGEST
from tui.setup.context import Context

_STARTERS = ("run.sh", "run.bat")
_LEVELS = 3
_MOST_PORTS = 200


def context_of(path: Path) -> Context:
    """What can be known of the file's surroundings: of the gateway's folder, where it lies in one."""
    macos = sys.platform == "darwin"
    conf = path if path.is_absolute() else Path.cwd() / path
    for folder in conf.parents[:_LEVELS]:
        if any((folder / "bin" / name).is_file() for name in _STARTERS):
            within = conf.relative_to(folder).as_posix()
            return Context(str(folder), within, read_file=_reader(folder, conf.parent), macos=macos)
    return Context(macos=macos)


def live_context(path: Path, machine: Machine, process: GatewayProcess | None) -> Context:
    """The same with who has its port now. process: the gateway that runs with the file, whose port is its own."""
    return replace(context_of(path), port_in_use=lambda port: taken(port, machine, process))


def taken(port: int, machine: Machine, process: GatewayProcess | None = None) -> bool:
    """Whether another program than that gateway has the port."""
    found = machine.listeners(port)
    if not found.taken:
        return False
    if process is None:
        return True
    if process.ports is not None and port in process.ports:
        return False
    # Another user's program is not told; where all that is known is the gateway itself, it is taken for that.
    return any(each.pid not in {None, process.pid} for each in found.owners)


def free_port(machine: Machine, first: int = 5001) -> int | None:
    """The first port from there on that nobody has; None where there is none among some."""
    return next((port for port in range(first, first + _MOST_PORTS) if not taken(port, machine)), None)


def _reader(*folders: Path) -> Callable[[str], bytes | None]:
    """Reads a file that the settings name, from where the gateway would: its own folder, then the conf.yaml's."""

    def read(name: str) -> bytes | None:
        try:
            found = next((each for folder in folders if (each := folder / name).is_file()), None)
            if found is None:
                return None
            with found.open("rb") as file:
                return file.read(LARGEST)
        except (OSError, ValueError):
            # It is there, and the gateway may read what we may not.
            return b""

    return read
