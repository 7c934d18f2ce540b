"""Which Java runs the gateway, and what is said where none does."""

import pytest

from tests.support.clock import ManualClock
from tui.path.machine import System
from tui.path.processes import Java
from tui.setup import java
from tui.setup.java import JavaState, java_here, report


@pytest.mark.parametrize(
    ("found", "state", "runs"),
    [
        (None, JavaState.MISSING, False),
        (Java(), JavaState.UNTOLD, None),
        (Java((1, 7, 0, 80)), JavaState.OLD, False),
        (Java((1, 8, 0, 191)), JavaState.OLD, False),
        (Java((1, 8, 0, 192)), JavaState.FIT, True),
        (Java((17, 0, 15)), JavaState.FIT, True),
    ],
)
@pytest.mark.parametrize("system", System)
def test_a_java_is_judged_by_its_version(
    found: Java | None, state: JavaState, runs: bool | None, system: System
) -> None:
    told = report(found, system)
    assert (told.state, told.runs_it) == (state, runs)
    assert told.text.endswith(".")
    installs = state in {JavaState.MISSING, JavaState.OLD} and system is not System.OTHER
    assert any("install" in line for line in told.commands) == installs
    assert not told.root or all(line.startswith("sudo ") for line in told.commands)


def test_the_version_is_told() -> None:
    assert "1.8.0_191 is too old" in report(Java((1, 8, 0, 191)), System.LINUX).text
    assert report(Java((17, 0, 15)), System.MACOS).text == "Java 17.0.15 runs the gateway."


async def test_the_java_on_the_path_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answers(_: object) -> Java:
        return Java((21,))

    monkeypatch.setattr(java, "java", answers)
    told = await java_here(ManualClock(), System.WINDOWS)
    assert told.state is JavaState.FIT
