"""The walkthrough's checks on a real engine's thread, over real sockets, until the gateway goes, and the engine."""

import threading

import pytest

from tests.support.waiting import DEADLINE
from tui.clock import SystemClock
from tui.doctor.check import Status
from tui.doctor.examination import Examination
from tui.doctor.examining import Examining, on_this_machine
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState
from tui.domain.way import Told
from tui.engine.thread import MonitorEngine
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live


class Checked:
    """A monitor's source, and a user who has the checks run."""

    def __init__(self, url: str) -> None:
        clock, address = SystemClock(), parse_address(url)
        engine = MonitorEngine(MonitorState(address.url, PathState(address), clock.now()), clock)
        self.source = Examining(engine, on_this_machine(Told()))
        self._changed = threading.Condition()
        self.source.subscribe(self._tell)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def run(self) -> Examination:
        """Run them all, and wait for their end."""
        self.source.examine(None, True)
        with self._changed:
            assert self._changed.wait_for(lambda: not self.source.examination.under_way, DEADLINE)
        return self.source.examination


def leads(found: Examination) -> str | None:
    """The check that failed first."""
    assert not found.trouble
    assert len(found.results) == len(found.titles) > 20
    leading = found.leading
    return leading.id if leading is not None and leading.outcome.status is Status.FAILED else None


def test_from_no_login_to_no_gateway_to_no_engine() -> None:
    with SimulatorChild(scenario="login-required") as child:
        checked = Checked(child.url)
        checked.source.examine()  # before the engine runs: it is begun with it
        checked.source.start()
        try:
            assert leads(checked.run()) == "login"
            child.kill()
            assert leads(checked.run()) == "port"
        finally:
            checked.source.stop()
    assert "Start cpwatch again" in checked.run().trouble
