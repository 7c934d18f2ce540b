"""Detection through a real `ssh -L`: it names the program, the exact forward, and afterwards that it was there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.sshd import SshTunnel
from tui.clock import SystemClock
from tui.config.remembered_paths import remember, remembered
from tui.domain.address import Address, PathKind
from tui.domain.way import Forward, ToldBy
from tui.path.detect import Hints, Seen, detect
from tui.path.machine import SystemMachine

pytestmark = pytest.mark.live


@pytest.fixture
def tunnel(tmp_path: Path) -> Iterator[SshTunnel]:
    with SshTunnel(tmp_path, free_port()) as running:
        yield running


async def look(address: Address, hints: Hints | None = None) -> Seen:
    # No agents: whatever runs on this machine is not this test's business.
    return await detect(address, hints or Hints(), SystemClock(), SystemMachine(), agents={})


async def test_a_real_tunnel_is_named_and_remembered(tunnel: SshTunnel, tmp_path: Path) -> None:
    address = Address("https", "localhost", tunnel.port)
    seen = await look(address)
    expected = Forward(
        tunnel.destination,
        tunnel.port,
        "127.0.0.1",
        tunnel.far_port,
        tunnel.ssh_port,
        ("-F", "none", "-i", str(tmp_path / "user")),
    )
    assert seen.way.kind is PathKind.SSH
    assert seen.way.told_by is ToldBy.OWNER
    assert seen.way.owner is not None
    assert (seen.way.owner.program, seen.way.owner.pid, seen.way.owner.binds) == ("ssh", tunnel.pid, ("127.0.0.1",))
    assert seen.way.forward == expected
    assert seen.way.unknown is None
    assert not [finding for finding in seen.findings if finding.id == "listens-everywhere"]

    state = tmp_path / "state"
    assert remember(address, seen.way.forward, state) is None
    tunnel.kill_ssh()
    gone = await look(address, Hints(remembered=remembered(address, state)))
    assert (gone.way.kind, gone.way.told_by, gone.way.owner) == (PathKind.SSH, ToldBy.REMEMBERED, None)
    assert gone.way.forward == expected

    tunnel.connect()
    tunnel.freeze()
    frozen = await look(address, Hints(remembered=expected))
    assert (frozen.way.told_by, frozen.way.forward) == (ToldBy.OWNER, expected)
