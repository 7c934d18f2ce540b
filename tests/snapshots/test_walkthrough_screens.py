"""The walkthrough as pictures: on its way, at its end, and with what can be done."""

import pytest
from textual.pilot import Pilot

from tests.support.examinations import EXAMINATIONS
from tests.support.fake_source import FakeSource
from tests.support.pictures import Compare, app_of, settled


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", ["running", "nobody-over-ssh", "competing", "bad-conf"])
def test_walkthrough(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    state, examination = EXAMINATIONS[name]
    app = app_of(state())
    assert isinstance(app.source, FakeSource)
    app.source.examination = examination()

    async def opened(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)

    assert snap_compare(app, terminal_size=size, run_before=opened)
