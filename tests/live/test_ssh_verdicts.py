"""Through a real `ssh -L`: the path is named, and each way in which it can break is told apart within two polls."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import run_python
from tests.support.sshd import SshTunnel
from tests.support.waiting import Watched
from tui.clock import SystemClock
from tui.domain.address import PathKind, parse_address
from tui.domain.legs import LegName, legs
from tui.domain.path import PathState
from tui.domain.session import Exchange
from tui.domain.state import MonitorState, Pace
from tui.domain.verdict import Verdict, VerdictName, verdict
from tui.engine.thread import MonitorEngine
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live

QUICK = Pace(auth=2.0, tickle=60.0, connect_timeout=1.0, read_timeout=1.5)
TWO_POLLS = 2


@pytest.fixture
def gateway() -> Iterator[SimulatorChild]:
    with SimulatorChild() as child:
        yield child


@pytest.fixture
def tunnel(gateway: SimulatorChild, tmp_path: Path) -> Iterator[SshTunnel]:
    with SshTunnel(tmp_path, gateway.port) as running:
        yield running


class Monitor:
    """An engine that looks through the tunnel, and what it says of it."""

    def __init__(self, tunnel: SshTunnel) -> None:
        address = parse_address(f"https://localhost:{tunnel.port}")
        clock = SystemClock()
        self.engine = MonitorEngine(MonitorState("gw", PathState(address), clock.now(), pace=QUICK), clock)
        self.watched = Watched(self.engine)

    def judged(self, state: MonitorState) -> Verdict:
        return verdict(state, self.engine.clock.now())

    def ready(self) -> MonitorState:
        """Once all is well, and the way is known."""
        return self.watched.until(lambda state: self.judged(state).name == "ready" and state.path.kind is PathKind.SSH)

    def polls_until(self, wanted: VerdictName) -> tuple[int, Verdict]:
        """How many polls ended, the one that tells counted, before the verdict is the wanted one; and the verdict."""
        ended: list[Exchange] = []

        def so(state: MonitorState) -> bool:
            auth = state.session.auth
            if auth is not None and (not ended or ended[-1] is not auth):
                ended.append(auth)
            return self.judged(state).name is wanted

        found = self.judged(self.watched.until(so))
        return len(ended) - 1, found  # the first one was there before


@pytest.fixture
def monitor(tunnel: SshTunnel) -> Iterator[Monitor]:
    made = Monitor(tunnel)
    made.engine.start()
    try:
        yield made
    finally:
        made.engine.stop()


def test_healthy_it_is_named_with_its_legs(monitor: Monitor, tunnel: SshTunnel) -> None:
    monitor.ready()
    state = monitor.watched.until(lambda state: state.path.own is not None)
    way = state.path.way
    assert way is not None
    assert way.value.forward is not None
    assert way.value.forward.destination == tunnel.destination
    gateway, ibkr = legs(state.path, VerdictName.READY)
    assert (gateway.name, ibkr.name) == (LegName.GATEWAY, LegName.IBKR)
    assert gateway.took is not None


def test_the_gateway_killed_behind_it(monitor: Monitor, gateway: SimulatorChild) -> None:
    monitor.ready()
    gateway.kill()
    polls, found = monitor.polls_until(VerdictName.GATEWAY_DOWN)
    assert polls <= TWO_POLLS
    assert found.remedy is not None
    assert "run.sh" in " ".join(found.remedy.commands)


def test_ssh_killed(monitor: Monitor, tunnel: SshTunnel) -> None:
    monitor.ready()
    tunnel.kill_ssh()
    polls, found = monitor.polls_until(VerdictName.TUNNEL_DOWN)
    assert polls <= TWO_POLLS
    assert found.remedy is not None
    assert any(f"-L {tunnel.port}:127.0.0.1:{tunnel.far_port}" in line for line in found.remedy.commands)
    tunnel.connect()
    monitor.ready()


def test_the_far_side_frozen(monitor: Monitor, tunnel: SshTunnel) -> None:
    monitor.ready()
    tunnel.freeze()
    polls, _ = monitor.polls_until(VerdictName.TUNNEL_DOWN)
    assert polls <= TWO_POLLS
    tunnel.thaw()
    monitor.ready()


def test_status_names_the_path_and_remembers_it_for_the_next_look(tunnel: SshTunnel) -> None:
    url = f"https://localhost:{tunnel.port}"
    told = run_python("-m", "tui", "status", "--json", "--url", url)
    document = json.loads(told.stdout)
    assert (told.returncode, document["verdict"], document["path"]["kind"]) == (0, "ready", "ssh")
    assert [leg["name"] for leg in document["path"]["legs"]] == ["gateway", "ibkr"]
    assert document["path"]["legs"][0]["seconds"] > 0
    tunnel.kill_ssh()
    told = run_python("-m", "tui", "status", "--json", "--url", url)
    document = json.loads(told.stdout)
    assert (told.returncode, document["verdict"], document["path"]["kind"]) == (5, "tunnel_down", "ssh")
    assert "ssh" in document["remedy"]
