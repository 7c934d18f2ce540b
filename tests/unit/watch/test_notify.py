"""What the service manager is told, over a real socket: ready after the first look, and signs of life from the loop."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rig import rig
from tests.support.watching import watched
from tui.simulator.scenarios import Scenario
from tui.watch.notify import Notifier, notifier_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd's protocol is for Linux")


class Manager:
    """Stands for systemd. address: of its socket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.setblocking(False)

    def told(self) -> list[str]:
        """What has come since the last call."""
        found = []
        while True:
            try:
                found.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    found = Manager(str(tmp_path / "notify"))
    yield found
    found.close()


async def test_ready_comes_after_the_first_look_whatever_it_showed(manager: Manager) -> None:
    async with watched(rig(Scenario.BACKEND_HUNG), notifier=Notifier(manager.address)) as seen:
        await seen.advance(5)
        assert manager.told() == []
        await seen.advance(20)
        ready, status, *rest = manager.told()
        assert ready == "READY=1"
        assert status.startswith("STATUS=backend_hung: ")
        assert not [text for text in rest if text.startswith(("READY", "WATCHDOG"))]
        seen.rig.gateway.set_scenario(Scenario.READY)
        await seen.advance(30)
        assert manager.told()[-1] == "STATUS=ready: trading session live"
    assert manager.told() == ["STOPPING=1"]


async def test_signs_of_life_come_in_half_the_time_while_the_loop_turns(manager: Manager) -> None:
    notifier = notifier_of({"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "30000000"})
    async with watched(rig(), notifier=notifier) as seen:
        await seen.advance(2)
        manager.told()
        for _ in range(10):
            await seen.advance(15)
            assert manager.told().count("WATCHDOG=1") in {1, 2}
        # A loop that stands still gives none: nothing else sends them.
        assert manager.told() == []


def test_an_abstract_socket_and_one_that_has_gone(tmp_path: Path) -> None:
    if sys.platform == "linux":
        manager = Manager(f"@cpwatch-test-{tmp_path.name}-{id(tmp_path)}")
        Notifier(manager.address).stopping()
        assert manager.told() == ["STOPPING=1"]
        manager.close()
    Notifier(str(tmp_path / "nobody")).stopping()
    Notifier("/" + "x" * 300).stopping()


@pytest.mark.parametrize(
    ("environment", "every"),
    [
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30000000"}, 15.0),
        ({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "4711"}, 15.0),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "4712"}, None),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "0"}, None),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "-5"}, None),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "³"}, None),
        ({"NOTIFY_SOCKET": "vsock:2:1", "WATCHDOG_USEC": "30000000"}, None),
        ({"WATCHDOG_USEC": "30000000"}, None),
        ({}, None),
    ],
)
def test_the_environment_is_read_as_systemd_means_it(environment: dict[str, str], every: float | None) -> None:
    assert notifier_of(environment, 4711).watchdog_every == every
