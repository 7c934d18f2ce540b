"""The whole way, from what is wrong to ready: the real checks over a simulated gateway that changes underneath."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.clock import ManualClock, settle
from tests.support.doctoring import simulated, well
from tests.support.examinations import bad_conf, examination, failing, nobody, running
from tests.support.rig import Rig
from tests.support.screen import SMALL, app_of, screen_text, settled, source_of, until
from tests.support.states import gateway_down, login_required, ready
from tests.support.wizards import FakeTools, gateway_folder
from tui.doctor.check import Act, Outcome, Status
from tui.doctor.examination import Examination
from tui.doctor.examining import Examining
from tui.doctor.on_engine import examined
from tui.doctor.scene import Scene
from tui.domain.state import MonitorState
from tui.engine.beside import Beside, Doing, Never
from tui.simulator.scenarios import Scenario
from tui.ui.app import CpwatchApp
from tui.ui.preset import Preset
from tui.ui.screens.first_run import FirstRunScreen
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.screens.reopen import ReopenScreen
from tui.ui.screens.walkthrough import WalkthroughScreen
from tui.ui.screens.wizard.step import StepScreen
from tui.ui.wizard_state import Step as SetupStep

_STEPS_MOST = 300


class RigEngine:
    """The rig's engine as the screen's source takes it, on the test's own loop."""

    def __init__(self, made: Rig) -> None:
        self._rig = made
        self.clock = made.clock
        self.snapshot = made.state
        self.beside = Beside(made.clock)
        self.beside.open(made.core)
        self._callbacks: list[Callable[[], None]] = []
        made.core._publish = self._publish

    def _publish(self, state: MonitorState) -> None:
        self.snapshot = state
        for callback in self._callbacks:
            callback()

    def subscribe(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    def run_on_loop(self, doing: Doing, never: Never = lambda: None) -> bool:
        return self.beside.put(doing, never)

    def reopen(self, compete: bool) -> None:
        self._rig.actions.reopen(compete=compete)

    def choose_account(self, account: str) -> None:
        """Nobody does."""

    def refresh(self) -> None:
        """Nobody does."""

    def look_for_exposure(self) -> None:
        """Nobody does."""

    def start(self) -> None:
        """The rig runs."""

    def stop(self) -> None:
        """The rig is ended by the test."""


class Way:
    """The app over a rig, and a user at its keys."""

    def __init__(self, made: Rig, app: CpwatchApp, pilot: Pilot[int]) -> None:
        self.rig = made
        self.app = app
        self.pilot = pilot
        self.pages: list[str] = []

    @property
    def text(self) -> str:
        """What stands on the screen, however it is broken into lines."""
        return " ".join(screen_text(self.app).split())

    async def until(self, said: str) -> None:
        """Let time pass until the screen says so."""
        for _ in range(_STEPS_MOST):
            await settled(self.pilot)
            if said in self.text:
                return
            await self.rig.clock.advance(0.5)
        raise AssertionError(f"{said!r} was never said:\n{screen_text(self.app)}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await settled(self.pilot)


@asynccontextmanager
async def way(scenario: Scenario) -> AsyncIterator[Way]:
    """The monitor on that gateway, some seconds after its start, with the walkthrough open."""
    made = simulated(scenario)
    engine = RigEngine(made)

    async def run(core, ids, fresh, before, tell):  # type: ignore[no-untyped-def]
        await examined(lambda since: Scene(core, well(), since=since), ids, before, tell, fresh=fresh)

    pages: list[str] = []

    def browse(url: str) -> bool:
        pages.append(url)
        return True

    app = CpwatchApp(Examining(engine, run), encoding="utf-8", preset=Preset(browse=browse))
    async with made.running():
        await made.clock.advance(14)
        async with app.run_test(size=SMALL) as pilot:
            await settled(pilot)
            user = Way(made, app, pilot)
            user.pages = pages
            await user.press("d")
            try:
                yield user
            finally:
                await engine.beside.aclose()


@pytest.mark.parametrize(
    ("scenario", "lead", "remedy"),
    [
        (Scenario.BACKEND_HUNG, "no answer from IBKR", "What to do"),
        (Scenario.DENIED, "allow list refuses this machine", "Restart the gateway"),
        (Scenario.MISCONFIGURED, "chokes on its own settings", "What to do"),
    ],
)
async def test_what_is_mended_at_the_gateway_is_noticed_by_itself(scenario: Scenario, lead: str, remedy: str) -> None:
    async with way(scenario) as user:
        await user.until("checked ")
        first = " ".join(screen_text(user.app).splitlines()[1:4])
        assert first.startswith(" ▲ ")
        assert lead in first
        assert remedy in user.text
        user.rig.gateway.set_scenario(Scenario.READY)
        await user.until("All is well")
        assert isinstance(user.app.screen, WalkthroughScreen)


async def test_the_login_page_is_opened_and_the_login_is_noticed_by_itself() -> None:
    async with way(Scenario.LOGIN_REQUIRED) as user:
        await user.until("checked ")
        assert "nobody is logged in" in user.text
        assert "notices the login by itself" in user.text
        await user.press("b")
        assert user.pages == []
        await user.press("enter")
        await until(user.pilot, lambda: bool(user.pages))
        assert user.pages == ["https://localhost:5000"]
        user.rig.gateway.set_scenario(Scenario.READY)
        await user.until("All is well")


async def test_a_session_that_another_program_holds_is_taken_over_after_two_questions() -> None:
    async with way(Scenario.COMPETING) as user:
        await user.until("checked ")
        assert "Another program holds the brokerage session" in user.text
        await user.press("b")
        assert isinstance(user.app.screen, ReopenScreen)
        await user.press("t")
        assert user.rig.asked("/ssodh/init") == 0
        await user.press("x")
        await settle()
        await user.until("All is well")
        assert user.rig.asked("/ssodh/init") == 1


async def test_a_lapsed_session_is_re_opened() -> None:
    async with way(Scenario.LAPSED) as user:
        await user.until("checked ")
        await user.press("b", "enter")
        await user.until("All is well")
        assert user.rig.asked("/ssodh/init") == 1


async def test_it_opens_on_the_monitor_and_asks_the_source(tmp_path: Path) -> None:
    app = app_of(login_required(), preset=Preset(copy_file=tmp_path / "copied.txt"))
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert "d Walkthrough" in screen_text(app).replace("\n", " ")
        await pilot.press("d")
        await settled(pilot)
        source = source_of(app)
        assert source.examined == [(None, False)]
        source.push_examination(nobody())
        await settled(pilot)
        assert "▲ The gateway runs, nobody is logged in." in screen_text(app)
        assert "No browser can be opened from here" in screen_text(app)
        await pilot.press("c")
        await settled(pilot)
        assert app.clipboard == "https://localhost:5000"
        await pilot.press("?")
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "r")
        await settled(pilot)
        assert source.examined[-1] == (None, True)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)


async def test_it_is_masked_where_the_monitor_is() -> None:
    app = app_of(ready())
    outcome = Outcome(Status.FAILED, "none", "DU1234567", "DU1234567 is empty.")
    source_of(app).examination = failing("accounts", outcome)
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("m", "d")
        await settled(pilot)
        assert "DU•••567 is empty." in screen_text(app)
        assert "DU1234567" not in screen_text(app)


async def test_it_goes_on_beneath_what_it_asks() -> None:
    app = app_of(login_required())
    source_of(app).examination = failing(
        "brokerage", Outcome(Status.FAILED, "lapsed", "", "It lapsed.", act=Act.REOPEN)
    )
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("d", "?")
        await settled(pilot)
        source_of(app).push_examination(examination({"settings": Outcome(Status.FAILED, "odd", "", "Nothing is set.")}))
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert "Nothing is set." in screen_text(app)


@pytest.mark.parametrize("runs", [True, False])
async def test_the_setup_opens_at_the_file_of_the_gateway_that_runs_and_all_is_checked_anew_after_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runs: bool
) -> None:
    tools = FakeTools(gateway_folder(tmp_path), running=runs)
    monkeypatch.setattr("tui.ui.wizard_machine.ThisMachine", lambda clock, prove: tools)
    app = app_of(gateway_down())
    source = source_of(app)
    source.examination = bad_conf()
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        assert source.examined == [(None, False)]
        assert "b Set it up: see what each line of its conf.yaml does" in screen_text(app)
        await pilot.press("b")
        step = SetupStep.JUDGE if runs else SetupStep.FIND
        await until(pilot, lambda: isinstance(app.screen, StepScreen) and app.screen.wizard.step is step)
        screen = app.screen
        assert isinstance(screen, StepScreen)
        await until(pilot, lambda: not screen.busy)
        source.push_examination(running())
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, WalkthroughScreen))
        await settled(pilot)
        assert source.examined == [(None, False)]
        source.push_examination(bad_conf())
        await settled(pilot)
        assert source.examined == [(None, False), (None, True)]


async def test_it_works_before_anything_is_known_and_after_the_engine_has_ended() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        assert "Looking for the cause" in screen_text(app)
        now = ManualClock().now()
        ended = Examination(begun_at=now, ended_at=now, trouble="The checks can't run. Start cpwatch again.")
        source_of(app).push_examination(ended)
        await settled(pilot)
        assert "▲ The checks can't run. Start cpwatch again." in screen_text(app)
        await pilot.press("r", "j", "enter", "b", "c", "J")
        await settled(pilot)
        assert isinstance(app.screen, WalkthroughScreen)


async def test_it_is_offered_first_where_no_gateway_is_found() -> None:
    app = app_of(gateway_down(), preset=Preset(first_run=True))
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, FirstRunScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, WalkthroughScreen)
        assert source_of(app).examined == [(None, False)]
