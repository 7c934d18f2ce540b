"""The simulated gateway as a process: how it starts, is steered, and ends."""

import signal
import subprocess
import sys

import pytest

from tests.support.raw import DEADLINE, Wire, asked
from tests.support.waiting import wait_until
from tui.simulator.child import COMMAND, SimulatorChild, SimulatorFailed
from tui.simulator.scenarios import Scenario
from tui.simulator.server import MOST_CONNECTIONS

pytestmark = pytest.mark.live

PARENT = """
import sys
from tui.simulator.child import SimulatorChild
child = SimulatorChild(tls=False).start()
print(child.port, flush=True)
sys.stdin.read()
"""


def test_it_is_steered_and_tells_what_it_was_asked() -> None:
    with SimulatorChild("denied", tls=False) as child:
        for scenario in (Scenario.BACKEND_HUNG, Scenario.BACKEND_DOWN, Scenario.DENIED, Scenario.READY):
            child.set_scenario(scenario)
        with pytest.raises(SimulatorFailed, match="unknown scenario 'sunshine'; choose one of: ready, "):
            child.set_scenario("sunshine")
        with Wire(child.port, tls=False) as wire:
            wire.send(asked("POST", "/v1/api/tickle", "Content-Length: 0"))
            wire.until(b"0\r\n\r\n")
        told = child.requests()
    assert (told["total"], told["counters"]) == (1, {"POST /v1/api/tickle": 1})
    assert child.process.returncode == 0
    with pytest.raises(SimulatorFailed, match="does not answer"):
        child.requests()
    child.stop()


def test_positions_and_accounts() -> None:
    with SimulatorChild(tls=False, positions=3, accounts=2) as child, Wire(child.port, tls=False) as wire:
        wire.send(asked("GET", "/v1/api/portfolio/accounts"))
        assert wire.until(b"0\r\n\r\n").count(b'"accountId":"DU') == 2
        wire.send(asked("GET", "/v1/api/portfolio2/DU1234568/positions"))
        assert wire.until(b"0\r\n\r\n").count(b'"conid"') == 3


def test_pacing_and_the_login_are_steered_too() -> None:
    with SimulatorChild(tls=False) as child, Wire(child.port, tls=False) as wire:

        def tickled() -> bytes:
            wire.send(asked("POST", "/v1/api/tickle", "Content-Length: 0"))
            return wire.until(b"0\r\n\r\n")[9:12]

        assert [tickled(), tickled()] == [b"200", b"429"]
        child.set_pacing(on=False)
        assert [tickled(), tickled()] == [b"200", b"200"]
        child.set_moving(0.2)
        with pytest.raises(SimulatorFailed, match="from 0 to 1"):
            child.set_moving(2)
        child.restart()
        assert tickled() == b"401"


def test_while_it_restarts_its_port_is_closed_and_still_its_own() -> None:
    with SimulatorChild() as child, Wire(child.port) as wire:
        child.set_scenario("restarting")
        assert wire.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            Wire(child.port)
        with pytest.raises(SimulatorFailed, match="unknown scenario"):
            child.set_scenario("sunshine")
        with pytest.raises(SimulatorFailed, match="is taken by another program"):
            SimulatorChild(port=child.port).start()
        child.set_scenario("ready")
        wait_until(lambda: accepted(child.port))
        with Wire(child.port) as again:
            again.send(asked("GET", "/v1/api/iserver/auth/status"))
            assert b'{"authenticated":true' in again.until(b"0\r\n\r\n")
    with pytest.raises(SimulatorFailed, match="does not answer"):
        child.set_scenario("ready")


def accepted(port: int) -> bool:
    try:
        Wire(port).socket.close()
    except OSError:
        return False
    return True


def test_it_can_begin_with_a_closed_port() -> None:
    with SimulatorChild("restarting", tls=False) as child, pytest.raises(ConnectionRefusedError):
        Wire(child.port, tls=False)


def test_it_ends_with_its_parents_pipe_even_while_it_hangs() -> None:
    with SimulatorChild("backend-hung") as child, Wire(child.port) as wire:
        wire.send(asked("GET", "/v1/api/tickle"))
        assert wire.silent()
        assert child.process.stdin is not None
        child.process.stdin.close()
        assert child.process.wait(DEADLINE) == 0
        assert wire.rest() == b""


def test_it_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        with Wire(port, tls=False) as wire:
            wire.send(asked("GET", "/status"))
            parent.kill()
            assert wire.rest() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that asks a process to end")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_when_told(number: signal.Signals) -> None:
    with SimulatorChild(tls=False) as child:
        child.process.send_signal(number)
        assert child.process.wait(DEADLINE) == 0


def test_a_crash_is_a_crash() -> None:
    with SimulatorChild(tls=False) as child, Wire(child.port, tls=False) as wire:
        child.kill()
        assert wire.rest() == b""
        assert child.process.returncode not in {0, None}


def test_it_comes_back_on_the_same_port() -> None:
    with SimulatorChild(tls=False) as first:
        with Wire(first.port, tls=False) as wire:
            wire.send(asked("GET", "/"))
            wire.until(b"0\r\n\r\n")
            first.kill()
        with SimulatorChild(tls=False, port=first.port) as second:
            assert second.port == first.port


def test_a_busy_port_is_said_in_one_line() -> None:
    with SimulatorChild(tls=False) as first:
        other = SimulatorChild(tls=False, port=first.port)
        with pytest.raises(
            SimulatorFailed, match=f"port {first.port} is taken by another program; choose another"
        ) as failed:
            other.start()
    assert other.process.returncode == 1
    assert len(str(failed.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "70000"], "--port 70000 is out of range; give 0 to 65535"),
        (["--port", "-1"], "--port -1 is out of range"),
        (["--positions", "-1"], "--positions -1 is out of range"),
        (["--accounts", "0"], "--accounts 0 is out of range"),
        (["--scenario", "sunshine"], "sunshine"),
    ],
)
def test_bad_values_are_usage_errors(options: list[str], said: str) -> None:
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["no-such-program-anywhere"], "can't start the simulated gateway"),
        ([sys.executable, "-c", "import sys; sys.exit('it broke')"], "it broke"),
        ([sys.executable, "-c", "print('something else')"], "something else"),
        ([sys.executable, "-c", "import sys; sys.stdin.read()"], "did not listen within 0.2 s"),
    ],
)
def test_a_child_that_does_not_start_is_told(command: list[str], said: str) -> None:
    deadline = 0.2 if "0.2" in said else DEADLINE
    with pytest.raises(SimulatorFailed, match=said):
        SimulatorChild(command=command, deadline=deadline).start()


def test_connections_are_bounded() -> None:
    with SimulatorChild(tls=False) as child:
        wires = [Wire(child.port, tls=False) for _ in range(MOST_CONNECTIONS)]
        try:
            for wire in wires:
                wire.send(asked("GET", "/"))
                wire.until(b"0\r\n\r\n")
            with Wire(child.port, tls=False) as refused:
                assert refused.rest() == b""
        finally:
            for wire in wires:
                wire.socket.close()
