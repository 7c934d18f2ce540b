"""The subject of each contract test: the simulator always, the real gateway where the environment names its folder."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.real_gateway import gateway_home
from tests.support.subjects import Real, Simulated, Subject
from tui.simulator.scenarios import Scenario


@pytest.fixture(scope="package", params=["simulator", "real"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """One subject for all tests of this folder: the real one takes a second or two to start."""
    with ExitStack() as stack:
        if request.param == "real":
            yield Real(stack, gateway_home(), tmp_path_factory.mktemp("gateways"))
        else:
            yield Simulated(stack)


@pytest.fixture
def subject(running: Subject) -> Subject:
    """The same, up, speaking https and logged in."""
    running.speak(tls=True)
    running.play(Scenario.READY)
    return running
