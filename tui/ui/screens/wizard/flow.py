"""Which screen belongs to which step, and the first one."""

from collections.abc import Callable, Mapping

from tui.ui.copying import Copyable
from tui.ui.screens.wizard.diff import DiffStep
from tui.ui.screens.wizard.find import FindStep
from tui.ui.screens.wizard.fixes import FixesStep
from tui.ui.screens.wizard.judge import JudgeStep
from tui.ui.screens.wizard.lists import ListsStep
from tui.ui.screens.wizard.more import MoreStep
from tui.ui.screens.wizard.names import NamesStep
from tui.ui.screens.wizard.none_yet import NoneYetStep, UnpackStep
from tui.ui.screens.wizard.path import PathStep
from tui.ui.screens.wizard.proof import ProofStep
from tui.ui.screens.wizard.recipe import RecipeScreen
from tui.ui.screens.wizard.restart import ConsentStep, RestartStep
from tui.ui.screens.wizard.step import Hands, StepScreen
from tui.ui.screens.wizard.tools import Tools
from tui.ui.screens.wizard.who import WhoStep
from tui.ui.screens.wizard.write import WriteStep
from tui.ui.wizard_state import Step, Wizard

SCREENS: Mapping[Step, type[StepScreen]] = {
    Step.FIND: FindStep,
    Step.PATH: PathStep,
    Step.NONE_YET: NoneYetStep,
    Step.UNPACK: UnpackStep,
    Step.JUDGE: JudgeStep,
    Step.WHO: WhoStep,
    Step.NAMES: NamesStep,
    Step.LISTS: ListsStep,
    Step.FIXES: FixesStep,
    Step.DIFF: DiffStep,
    Step.WRITE: WriteStep,
    Step.RESTART: RestartStep,
    Step.CONSENT: ConsentStep,
    Step.PROOF: ProofStep,
    Step.MORE: MoreStep,
    Step.RECIPE: RecipeScreen,
}


def step_screen(state: Wizard, hands: Hands) -> StepScreen:
    """The screen for the state's step."""
    return SCREENS[state.step](state, hands)


def wizard(tools: Tools, copy: Callable[[Copyable | None], None], meant: int | None = None) -> StepScreen:
    """The first step's screen. It is dismissed once the user has left the wizard, by whichever step.

    meant: the port of the gateway that this is about: where it runs here, the first step goes on to its file by itself.
    """
    return step_screen(Wizard(meant=meant), Hands(tools, copy, step_screen))
