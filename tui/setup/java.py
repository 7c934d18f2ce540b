"""Whether the Java of this machine runs the gateway, and how to get one that does."""

from dataclasses import dataclass
from enum import StrEnum

from tui.clock import Clock
from tui.path.machine import System
from tui.path.processes import Java, java

OLDEST = "8u192"
TRIED = 17
"""The version with which the gateway was tried here."""
ASKS = "java -version"
SITE = "https://adoptium.net"
_INSTALLS = {
    System.LINUX: (
        f"sudo apt install openjdk-{TRIED}-jre-headless",
        f"sudo dnf install java-{TRIED}-openjdk-headless",
    ),
    System.MACOS: (f"brew install --cask temurin@{TRIED}",),
    System.WINDOWS: (f"winget install EclipseAdoptium.Temurin.{TRIED}.JRE",),
    System.OTHER: (),
}
_ONE_OF = {
    System.LINUX: "The first line below does on Debian and Ubuntu, the second on Fedora.",
    System.MACOS: "The line below does where there is Homebrew.",
    System.WINDOWS: "The line below does; then open a new command prompt.",
    System.OTHER: "",
}


class JavaState(StrEnum):
    """What there is of Java."""

    FIT = "fit"
    OLD = "old"
    MISSING = "missing"
    UNTOLD = "untold"
    """One runs, and does not tell its version in a way that is known."""


@dataclass(frozen=True, slots=True)
class JavaReport:
    """text: what is there, and what to do, in sentences. commands: lines that install one, each doing it alone.

    root: whether these need an administrator's rights.
    """

    state: JavaState
    text: str
    commands: tuple[str, ...] = ()
    root: bool = False

    @property
    def runs_it(self) -> bool | None:
        """Whether the gateway runs on it; None where only trying tells."""
        return {JavaState.FIT: True, JavaState.UNTOLD: None}.get(self.state, False)


async def java_here(clock: Clock, system: System) -> JavaReport:
    """Ask the `java` on this user's path, within 3 s."""
    return report(await java(clock), system)


def report(found: Java | None, system: System) -> JavaReport:
    """What that Java is good for. found: None where there is none that runs."""
    get = f"Get one from {SITE}, version {TRIED} for example. {_ONE_OF[system]}".rstrip()
    root = system is System.LINUX
    if found is None:
        told = "There is no Java on your PATH that runs."
        return JavaReport(JavaState.MISSING, f"{told} {get}", _INSTALLS[system], root)
    if found.fit is None:
        told = f"There is a Java that does not tell its version. The gateway needs {OLDEST} or newer: try it."
        return JavaReport(JavaState.UNTOLD, told, (ASKS,))
    if not found.fit:
        told = f"Java {found.words} is too old: the gateway needs {OLDEST} or newer."
        return JavaReport(JavaState.OLD, f"{told} {get}", _INSTALLS[system], root)
    return JavaReport(JavaState.FIT, f"Java {found.words} runs the gateway.")
