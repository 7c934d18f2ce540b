"""What is shipped: the wheel, built from the source distribution, installed, and run from another folder.

With `CPWATCH_TEST_CLEAN_INSTALL=1` all of it is as at a user's: the build tool and the libraries come from the package
index, by the requirements that the project states. Without, no network is needed: the libraries of the environment
that runs the tests are lent to the new one.
"""

import json
import os
import re
import select
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import pyte
import pytest

from tests.support.ports import free_port
from tests.support.project import ROOT, plain_environment, run
from tests.support.waiting import DEADLINE
from tui import __version__
from tui.simulator.child import SimulatorChild

# In one process: what they share takes long to build.
pytestmark = [pytest.mark.live, pytest.mark.xdist_group("wheel")]

CLEAN = os.environ.get("CPWATCH_TEST_CLEAN_INSTALL") == "1"
AT_LENGTH = 240.0
"""Seconds for what fetches from the package index."""
HEADLESS = """
import asyncio, sys
from pathlib import Path

import tui
from tui.clock import SystemClock
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState
from tui.doctor.examining import Examining, on_this_machine
from tui.domain.way import Told
from tui.engine.thread import MonitorEngine
from tui.ui.app import CpwatchApp

clock, address = SystemClock(), parse_address(sys.argv[1])
engine = MonitorEngine(MonitorState(address.url, PathState(address), clock.now()), clock)
app = CpwatchApp(Examining(engine, on_this_machine(Told())))


async def main():
    loop, seen = asyncio.get_running_loop(), asyncio.Event()
    engine.subscribe(lambda: engine.snapshot.positions.books and loop.call_soon_threadsafe(seen.set))
    async with app.run_test(size=(120, 36)) as pilot:
        await asyncio.wait_for(seen.wait(), 30)
        await pilot.pause()
        await pilot.pause()
        print(app.export_screenshot())
        await pilot.press("q")


asyncio.run(main())
engine.stop()
"""


@dataclass(frozen=True)
class Built:
    """The two files that a release consists of."""

    sdist: Path
    wheel: Path


@dataclass(frozen=True)
class Installed:
    """An environment with cpwatch in it, and an empty folder to call it from."""

    scripts: Path
    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.scripts / "python")

    @property
    def cpwatch(self) -> str:
        """Its command."""
        return str(self.scripts / "cpwatch")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run it from the empty folder."""
        return run(command, cwd=self.folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    isolation = [] if CLEAN else ["--no-isolation"]
    done = run([sys.executable, "-m", "build", *isolation, "--outdir", str(folder), str(ROOT)], within=AT_LENGTH)
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=True)
    place = {"base": str(home), "platbase": str(home)}
    scripts = Path(sysconfig.get_path("scripts", "venv", place))
    lent = [] if CLEAN else ["--no-deps", "--no-index"]
    pip = [str(scripts / "python"), "-m", "pip", "--disable-pip-version-check"]
    done = run([*pip, "install", "-q", *lent, str(built.wheel)], within=AT_LENGTH)
    assert done.returncode == 0, done.stdout + done.stderr
    if not CLEAN:
        # A path in a .pth file comes behind the new environment's own packages, and .pth files in it, such as an
        # editable install's, are not read.
        libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        own = Path(sysconfig.get_path("purelib", "venv", place))
        (own / "lent.pth").write_text("\n".join(sorted(libraries)), "utf-8")
    return Installed(scripts, tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def gateway(installed: Installed) -> Iterator[SimulatorChild]:
    with SimulatorChild(command=(installed.cpwatch, "simulate")) as child:
        yield child


def test_the_wheel_carries_what_the_program_needs_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        inside = set(archive.namelist())
        (information,) = {name.partition("/")[0] for name in inside if ".dist-info/" in name}
        metadata = message_from_string(archive.read(f"{information}/METADATA").decode())
        entry_points = archive.read(f"{information}/entry_points.txt").decode()
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tui").rglob("*")
        if path.suffix in {".py", ".pem", ".toml", ".typed", ".json", ".yaml", ".1"} and "__pycache__" not in path.parts
    }
    styles = {
        f"tui/_styles/{path.relative_to(ROOT / 'styles').as_posix()}" for path in (ROOT / "styles").rglob("*.tcss")
    }
    assert {"tui/py.typed", "tui/simulator/key.pem", "tui/simulator/certificate.pem"} <= package
    assert {"tui/watch/data/dashboard.json", "tui/watch/data/rules.yaml"} <= package
    assert "tui/_styles/base.tcss" in styles
    manual = {f"cpwatch-{__version__}.data/data/share/man/man1/cpwatch.1"}
    assert {name for name in inside if not name.startswith(information)} == package | styles | manual
    assert f"{information}/licenses/LICENSE" in inside
    assert metadata["Name"] == "cpwatch"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert "cpwatch = tui.__main__:main" in entry_points
    assert "# cpwatch" in str(metadata.get_payload())


def test_the_source_distribution_carries_what_the_tests_need(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    needed = {
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "styles/base.tcss",
        "tui/cli.py",
        ".ci/run",
        "tui/man/cpwatch.1",
    }
    assert needed <= inside
    assert "tests/live/test_wheel.py" in inside
    assert "tests/data/test-only-cert.pem" in inside
    assert not {name for name in inside if re.search(r"\.venv|__pycache__|_cache/|\.git/", name)}


@pytest.mark.parametrize("how", ["command", "module"])
def test_the_installed_one_is_what_runs(installed: Installed, how: str) -> None:
    command = [installed.cpwatch] if how == "command" else [installed.python, "-m", "tui"]
    said = installed.run(*command, "--version")
    assert (said.returncode, said.stdout) == (0, f"cpwatch {__version__}\n"), said.stderr
    where = installed.run(installed.python, "-c", "import tui; print(tui.__file__)").stdout
    assert Path(where.strip()).is_relative_to(installed.scripts.parent)


def test_status_over_the_installed_simulated_gateway(installed: Installed, gateway: SimulatorChild) -> None:
    said = installed.run(installed.cpwatch, "status", "--json", "--url", gateway.url)
    assert said.returncode == 0, said.stdout + said.stderr
    document = json.loads(said.stdout)
    assert (document["schema"], document["verdict"]) == (1, "ready")
    assert document["accounts"][0]["positions"] == 12


def test_status_without_a_gateway(installed: Installed) -> None:
    said = installed.run(installed.cpwatch, "status", "--url", f"https://127.0.0.1:{free_port()}")
    assert said.returncode == 3
    assert "GATEWAY DOWN" in said.stdout
    assert said.stderr == ""


def test_the_monitor_runs_headless_from_another_folder(installed: Installed, gateway: SimulatorChild) -> None:
    said = installed.run(installed.python, "-c", HEADLESS, gateway.url)
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr[-2000:]
    for word in ("READY", "PAPER", "AAPL", "Path", "Positions"):
        assert word in said.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of this kind are POSIX")
def test_the_demo_runs_in_a_terminal_from_another_folder(installed: Installed) -> None:
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    monitor = subprocess.Popen(
        [installed.cpwatch, "--demo"],
        cwd=installed.folder,
        env=plain_environment(TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)

    def read() -> bool:
        """Draw what came; False once the program has ended."""
        ready, _, _ = select.select([ours], [], [], DEADLINE)
        assert ready, "\n".join(screen.display)
        try:
            data = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            data = b""
        stream.feed(data)
        return bool(data)

    try:
        while not all(word in "\n".join(screen.display) for word in ("READY", "PAPER", "AAPL")):
            assert read(), "\n".join(screen.display)
        os.write(ours, b"q")
        while read():
            pass
        assert monitor.wait(DEADLINE) == 0
    finally:
        monitor.kill()
        monitor.wait()
        os.close(ours)
