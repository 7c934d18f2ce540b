"""The way to the gateway as pictures: whole, broken at each hop, in detail; the exposure and the history."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.support.path_states import (
    access_denied,
    behind_ssh_down,
    by_cloudflare,
    by_ngrok,
    by_ssh,
    cloudflare_502,
    exposed,
    ngrok_offline,
    ssh_down,
    tradable,
)
from tests.support.pictures import Compare, app_of, settled
from tui.domain.state import MonitorState

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])


@SIZES
@pytest.mark.parametrize(
    "state",
    [exposed, by_ssh, by_ngrok, ssh_down, behind_ssh_down, ngrok_offline, cloudflare_502, access_denied],
)
def test_way(snap_compare: Compare, state: Callable[[], MonitorState], size: tuple[int, int]) -> None:
    assert snap_compare(app_of(state()), terminal_size=size, run_before=settled)


SCREENS: dict[str, tuple[Callable[[], MonitorState], tuple[str, ...]]] = {
    "detail": (by_cloudflare, ("1", "z")),
    "exposure": (tradable, ("x",)),
    "nothing-yet": (by_ssh, ("h",)),
}


@SIZES
@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    state, keys = SCREENS[name]

    async def pressed(pilot: Pilot[int]) -> None:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    assert snap_compare(app_of(state()), terminal_size=size, run_before=pressed)
