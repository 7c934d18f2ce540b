"""Real agents where they are installed, as they happen to run: read only, nothing started, logged in or downloaded."""

import pytest

from tests.support.requirements import needs_program
from tui.clock import SystemClock
from tui.domain.tunnel import Tunnel
from tui.path import cloudflared, ngrok, tailscale
from tui.path.local_http import LocalHttp

pytestmark = pytest.mark.live


def clear(tunnel: Tunnel) -> bool:
    """Whether it says where it was asked, and why it is down where it is."""
    return bool(tunnel.agent) and (tunnel.up is not False or bool(tunnel.down_because))


async def test_a_real_tailscale_tells_of_itself() -> None:
    needs_program("tailscale")
    async with LocalHttp(SystemClock()) as ask:
        found = await tailscale.tunnels(ask, 5000)
    # Installed, it is known to run or not to run.
    assert found
    assert found[0].up is not None
    assert all(clear(each) for each in found)


@pytest.mark.parametrize("program", ["cloudflared", "ngrok"])
async def test_a_real_agent_tells_of_itself_if_it_runs(program: str) -> None:
    needs_program(program)
    module = {"cloudflared": cloudflared, "ngrok": ngrok}[program]
    async with LocalHttp(SystemClock()) as ask:
        found = await module.tunnels(ask, 5000)
    if not found:
        pytest.skip(f"no {program} runs here")
    assert all(clear(each) for each in found)
