"""The setup wizard as pictures: each of its steps, over IBKR's own file, on a machine that is told."""

import pytest
from textual.pilot import Pilot

from tests.support.pictures import Compare, settled
from tests.support.screen import until
from tests.support.wizards import DENIED, LAN, PicturedTools, WizardApp, after_writing, before_writing
from tui.ui.wizard_state import Step, Wizard, back

# The step that a picture begins with, and the keys from there on.
STEPS: dict[str, tuple[Step, tuple[str, ...]]] = {
    "find": (Step.FIND, ()),
    "path": (Step.PATH, ()),
    "none-yet": (Step.NONE_YET, ()),
    "unpack": (Step.UNPACK, ()),
    "judge": (Step.JUDGE, ()),
    "who": (Step.WHO, ("down", "down", "x")),
    "names": (Step.NAMES, (*"10.0.0.0/12", "enter")),
    "lists": (Step.LISTS, ()),
    "fixes": (Step.LISTS, ("n", "x")),
    "diff": (Step.DIFF, ()),
    "write": (Step.WRITE, ()),
    "restart": (Step.RESTART, ()),
    "consent": (Step.RESTART, ("b", *"yes", "enter")),
    "proof": (Step.PROOF, ("r",)),
    "more": (Step.MORE, ()),
    "recipe": (Step.MORE, ("4", "n", "r")),
}


def at(tools: PicturedTools, step: Step) -> Wizard:
    """The wizard at that step, as a user comes to it."""
    if step in {Step.FIND, Step.PATH, Step.NONE_YET, Step.UNPACK}:
        return Wizard(step)
    if step in {Step.RESTART, Step.PROOF, Step.MORE}:
        return after_writing(tools, step)
    found = before_writing(tools)
    before = {Step.NAMES: Step.WHO}.get(step, step)
    while found.step is not before:
        found = back(found)
    return found if before is step else Wizard(step, None, found.place, found.reading, former=found)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", STEPS)
def test_step(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    step, keys = STEPS[name]
    tools = PicturedTools(mine=True, answers={str(LAN.address): DENIED})
    app = WizardApp(tools, at(tools, step))

    async def opened(pilot: Pilot[int]) -> None:
        await settled(pilot)
        await until(pilot, lambda: not app.busy)
        for key in keys:
            await pilot.press(key)
            await until(pilot, lambda: not app.busy)
        await settled(pilot)

    assert snap_compare(app, terminal_size=size, run_before=opened)
