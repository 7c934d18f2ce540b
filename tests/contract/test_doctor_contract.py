"""The walkthrough against the real gateway: what leads, where it does not run, does not listen, or refuses us."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.real_gateway import RealGateway, gateway_home
from tests.support.waiting import wait_until
from tui.clock import SystemClock
from tui.doctor.check import Result
from tui.doctor.checks import CHECKS
from tui.doctor.host import this_machine
from tui.doctor.run import examine, leading
from tui.doctor.scene import Scene
from tui.domain.address import Address
from tui.domain.path import PathState
from tui.domain.state import MonitorState
from tui.domain.way import Told
from tui.engine.core import Core
from tui.engine.path_job import PathJob, look_at_way
from tui.gateway.client import GatewayClient
from tui.path.detect import Hints, Seen, detect
from tui.path.processes import GatewayProcess, gateways

pytestmark = pytest.mark.live

UPSTREAM = "http://127.0.0.1:9"
DENIES = "ips: {allow: [10.*], deny: [212.90.324.10]}"
CHOKES = 'ips: {allow: ["*"], deny: [9.9.9.9]}'
ADMITS = "ips: {allow: [127.0.0.1], deny: [212.90.324.10]}"


@pytest.fixture
def home() -> Path:
    """The real gateway's distribution."""
    return gateway_home()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where this test's gateway is, and no other's."""
    return tmp_path / "gateway"


def of(folder: Path) -> tuple[GatewayProcess, ...]:
    """The gateways that run there; those of other tests are nobody's business here."""
    return tuple(each for each in gateways() if each.folder == str(folder.resolve()))


async def run(port: int, folder: Path) -> tuple[Result, ...]:
    """All checks on this very machine."""
    clock, address = SystemClock(), Address("https", "127.0.0.1", port)
    client = GatewayClient(address, clock=clock)
    core = Core(client, clock, MonitorState("real", PathState(address), clock.now()))
    machine = replace(this_machine(), gateways=lambda: of(folder))

    async def look(at: Address, hints: Hints) -> Seen:
        return await detect(at, hints, clock, machine.machine)

    scene = Scene(core, machine, None, partial(look_at_way, PathJob(core, Told(), look, folder)))
    try:
        return await examine(CHECKS, scene, clock)
    finally:
        await scene.aclose()
        await client.aclose()


def told(port: int, folder: Path) -> tuple[str, str, str]:
    """What leads, by its check, its cause, and all that is said of it."""
    found = leading(asyncio.run(run(port, folder)))
    assert found is not None
    outcome = found.outcome
    return found.id, outcome.cause, f"{outcome.evidence}\n{outcome.means}"


def test_not_running(home: Path, folder: Path) -> None:
    assert told(free_port(), folder)[:2] == ("port", "refused")


@pytest.mark.parametrize(
    ("ips", "leads", "said"),
    [
        (DENIES, ("allow-list", "denied"), "127.0.0.1 is forbidden"),
        (CHOKES, ("allow-list", "chokes"), "root/conf.yaml line 12"),
        (ADMITS, ("ibkr", "no-answer"), "Connection refused"),
    ],
    ids=["denied", "bad entry", "upstream unreachable"],
)
def test_a_gateway_that_listens(home: Path, folder: Path, ips: str, leads: tuple[str, str], said: str) -> None:
    with RealGateway(home, folder, UPSTREAM, ips=ips) as gateway:
        check, cause, words = told(gateway.port, folder)
    assert (check, cause) == leads
    assert said in words


def test_one_that_runs_and_does_not_listen(home: Path, folder: Path) -> None:
    gateway = RealGateway(home, folder, UPSTREAM, ips=f'{ADMITS}\nsslPwd: "wrong"')
    try:
        gateway.launch()
        wait_until(lambda: bool(of(folder)))
        check, cause, words = told(gateway.port, folder)
    finally:
        gateway.stop()
    assert (check, cause) == ("port", "refused")
    assert "`sslPwd` does not open" in words


def test_one_whose_port_another_program_has(home: Path, folder: Path) -> None:
    gateway = RealGateway(home, folder, UPSTREAM)
    try:
        with socket.create_server(("127.0.0.1", gateway.port)):
            gateway.launch()
            wait_until(lambda: bool(of(folder)))
            check, cause, words = told(gateway.port, folder)
    finally:
        gateway.stop()
    assert (check, cause) == ("tls", "held")
    assert "could not take the port" in words
