"""The wizard's screens: every branch, what is written and what is not, bad files and bad machines, both ways out."""

import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.host import Host, shown
from tests.support.screen import app_of, source_of, until
from tests.support.states import ready
from tests.support.wizards import DENIED, LAN, FakeTools, after_writing, before_writing, gateway_folder
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.proof import Proof
from tui.setup.recipe import Looks
from tui.setup.recipes_check import Standing
from tui.ui.copying import Copyable
from tui.ui.glyphs import UTF_8
from tui.ui.screens.choices import ChoiceScreen
from tui.ui.screens.copy import CopyScreen
from tui.ui.screens.wizard.flow import SCREENS, step_screen, wizard
from tui.ui.screens.wizard.proof import ProofStep
from tui.ui.screens.wizard.step import Hands, StepScreen
from tui.ui.screens.wizard.tools import Tools
from tui.ui.wizard_state import Step, Wizard, back

GUIDE = (Path(__file__).parents[1] / "data" / "conf" / "guide-sample.yaml").read_bytes()
CAREFUL = (Path(__file__).parents[1] / "data" / "conf" / "careful.yaml").read_bytes()


class Walk:
    """The wizard as a user goes through it. copied: what was copied."""

    def __init__(self, app: Host, pilot: Pilot[int], tools: FakeTools, copied: list[Copyable | None]) -> None:
        self.app, self.pilot, self.tools, self.copied = app, pilot, tools, copied

    @property
    def step(self) -> StepScreen:
        """The screen that is shown."""
        assert isinstance(self.app.screen, StepScreen)
        return self.app.screen

    @property
    def at(self) -> Step:
        """Its step."""
        return self.step.wizard.step

    async def settled(self) -> None:
        """Wait until nothing is being done."""
        await self.pilot.pause()
        await until(self.pilot, lambda: not getattr(self.app.screen, "busy", ""))
        await self.pilot.pause()

    async def press(self, *keys: str) -> "Walk":
        """Press these, and wait for what comes of each."""
        for key in keys:
            await self.pilot.press(key)
            await self.settled()
        return self

    async def type(self, text: str, *keys: str) -> "Walk":
        """Have that text in the line, and press these."""
        field = self.app.screen.focused
        assert isinstance(field, Input)
        field.value = text
        return await self.press(*(keys or ("enter",)))

    def says(self, *words: str) -> bool:
        """Whether all of that stands on the screen, however it is broken into lines."""
        return all("".join(each.split()) in self.app.squeezed for each in words)


@asynccontextmanager
async def walking(
    tools: FakeTools, size: tuple[int, int] = (80, 24), encoding: str = UTF_8, at: Wizard | None = None
) -> AsyncIterator[Walk]:
    """The wizard over that machine, at its first step or at another one, once that has looked around."""
    copied: list[Copyable | None] = []
    checked: Tools = tools
    screen = wizard(checked, copied.append)
    if at is not None:
        screen = step_screen(at, Hands(checked, copied.append, step_screen))
    async with shown(screen, size, encoding) as (app, pilot):
        walk = Walk(app, pilot, tools, copied)
        await walk.settled()
        yield walk


async def test_the_whole_way_ends_in_a_file_that_lets_in_whom_it_shall(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path), answers={str(LAN.address): DENIED})
    before = tools.conf.read_bytes()
    async with walking(tools) as walk:
        steps = [walk.at]
        for key in ("1", "n", "4", "n", "n", "n", "n", "2", "enter", "n", "r", "n"):
            await walk.press(key)
            if walk.at is not steps[-1]:
                steps.append(walk.at)
            if walk.at is not Step.WRITE and Step.WRITE not in steps:
                assert tools.conf.read_bytes() == before, f"written at {walk.at}"
        assert steps == [
            Step.FIND,
            Step.JUDGE,
            Step.WHO,
            Step.LISTS,
            Step.FIXES,
            Step.DIFF,
            Step.WRITE,
            Step.RESTART,
            Step.PROOF,
            Step.MORE,
        ]
        proofs = walk.step.wizard.proofs
        assert [each.failure for each in proofs] == [None, DENIED]
        assert tools.asked == [tuple(Address("https", host, 5000) for host in ("127.0.0.1", "192.168.1.7"))]
        assert b"192.168.1.*" in tools.conf.read_bytes()
        copies = [each for each in tools.conf.parent.iterdir() if each.suffix == ".bak"]
        assert [each.read_bytes() for each in copies] == [before]
        await walk.press("1")
        assert walk.app.results == [True]


async def test_back_at_every_step_leads_to_each_screen_as_it_was_left(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    before = tools.conf.read_bytes()
    async with walking(tools) as walk:
        left = []
        for key in ("1", "n", "4", "n", "n", "n", "n"):
            await walk.press(key)
            left.append(walk.step.wizard)
        for state in reversed(left[:-1]):
            former = back(walk.step.wizard)
            await walk.press("escape")
            assert walk.step.wizard.step is former.step
            if walk.at is not Step.JUDGE:
                assert walk.step.wizard.audience == state.audience
                assert walk.step.wizard == former
        await walk.press("escape", "escape")
        assert walk.app.results == [False]
        assert tools.conf.read_bytes() == before
        assert [each.name for each in tools.conf.parent.iterdir()] == ["conf.yaml"]


@pytest.mark.parametrize("presses", [0, 1, 3, 6])
async def test_leaving_at_any_step_changes_nothing(tmp_path: Path, presses: int) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    before = tools.conf.read_bytes()
    async with walking(tools) as walk:
        await walk.press(*("1", "n", "n", "n", "n", "n")[:presses], "q")
        assert walk.app.results == [True]
    assert tools.conf.read_bytes() == before
    assert [each.name for each in tools.conf.parent.iterdir()] == ["conf.yaml"]


async def test_nothing_is_written_unless_that_answer_is_chosen(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    before = tools.conf.read_bytes()
    async with walking(tools, at=before_writing(tools)) as walk:
        await walk.press("n")
        assert walk.at is Step.WRITE
        assert walk.app.results == []
        await walk.press("enter")
        assert walk.app.results == [False]
        assert tools.conf.read_bytes() == before


async def test_a_file_that_changed_meanwhile_is_left_alone_and_read_again_on_the_way_back(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools) as walk:
        await walk.press("1", "n", "n", "n", "n", "n")
        assert walk.at is Step.WRITE
        tools.conf.write_bytes(GUIDE)
        await walk.press("2")
        assert walk.says("somebody has changed it meanwhile")
        assert tools.conf.read_bytes() == GUIDE
        await walk.press(*["escape"] * 5)
        assert walk.at is Step.JUDGE
        assert walk.says("The gateway knows no setting `reauthenticate`", "The file is another one than before")


async def test_a_file_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools, at=before_writing(tools)) as walk:
        tools.conf.unlink()
        await walk.press("2")
        assert walk.at is Step.WRITE
        assert walk.says("is not what it was")
        assert not list(tools.conf.parent.iterdir())


async def test_what_guides_pass_around_is_mended_whole(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path, GUIDE), running=False)
    async with walking(tools) as walk:
        await walk.press("1")
        assert walk.says("The gateway ends at its start with this file.")
        await walk.press("n", "n", "n")
        assert walk.at is Step.FIXES
        await walk.press("1", "2", "3", "x", "down", "space", "n")
        draft = walk.step.wizard.draft
        assert draft is not None
        assert draft.judged.listens
        assert not draft.judged.open_to_everyone
        await walk.press("n", "2", "enter")
        assert walk.says("No gateway runs here")
        assert b"reauthenticate" not in tools.conf.read_bytes()


async def test_named_machines_are_typed_and_what_is_no_address_is_said(tmp_path: Path) -> None:
    async with walking(FakeTools(gateway_folder(tmp_path))) as walk:
        await walk.press("1", "n", "3", "n")
        assert walk.at is Step.NAMES
        await walk.press("enter")
        assert walk.says("Type an address first")
        await walk.type("10.0.0.0/12")
        assert walk.at is Step.NAMES
        assert walk.says("would need 16 entries")
        await walk.type("10.1.2.3, 192.168.7.0/24")
        assert walk.at is Step.LISTS
        assert walk.says("10.1.2.3", "192.168.7.*", "256 addresses")
        await walk.press("escape")
        assert walk.at is Step.NAMES


async def test_a_path_is_typed_where_none_was_found(tmp_path: Path) -> None:
    home = gateway_folder(tmp_path)
    async with walking(FakeTools()) as walk:
        assert walk.says("No gateway was found")
        await walk.press("1")
        assert walk.at is Step.PATH
        assert walk.app.lines[-1].split() == ["Esc", "Back", "Enter", "Next", "Ctrl+Q", "Leave"]
        await walk.press("enter")
        assert walk.says("Type a path first")
        await walk.type(str(tmp_path / "nowhere\x1b]0;x\x07"))
        assert walk.says("There is nothing at")
        assert "\x1b" not in walk.app.text
        await walk.type(str(home))
        assert walk.at is Step.JUDGE


def zipped(folder: Path) -> Path:
    """A gateway's zip."""
    path = folder / "gateway.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("bin/run.sh", "#!/bin/bash\n")
        made.writestr("dist/x.clientportal.gw.jar", b"")
        made.writestr("root/conf.yaml", CAREFUL)
    return path


async def test_no_gateway_yet_leads_to_the_unpacking(tmp_path: Path) -> None:
    async with walking(FakeTools(), (60, 18)) as walk:
        await walk.press("2")
        assert walk.at is Step.NONE_YET
        assert walk.says("The Client Portal Gateway")
        await walk.press("end")
        assert walk.says("Once you have the zip file")
        await walk.press("c")
        assert isinstance(walk.app.screen, CopyScreen)
        await walk.press("1", "n")
        assert walk.copied[0] is not None
        assert walk.copied[0].text.startswith("https://www.interactivebrokers.com/")
        assert walk.at is Step.UNPACK
        await walk.press("tab", "enter")
        assert walk.says("Type both paths first")
        await walk.press("shift+tab")
        await walk.type(str(tmp_path / "no.zip"))
        await walk.type(str(tmp_path / "gw"))
        assert walk.at is Step.UNPACK
        assert walk.says("can't be read")
        await walk.press("shift+tab")
        await walk.type(str(zipped(tmp_path)))
        await walk.press("enter")
        assert walk.at is Step.JUDGE
        assert (tmp_path / "gw" / "root" / "conf.yaml").read_bytes() == CAREFUL


HOSTILE = {
    "empty": b"",
    "nulls": b"\x00" * 40,
    "broken": b"a: [",
    "latin": b"\xe9: 1",
    "escapes": "ips: {allow: ['\\e[31m', '\u202e']}".encode(),
    "many": b"- x\n" * 6000,
}


@pytest.mark.parametrize("conf", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_file_is_judged_and_never_mangled(tmp_path: Path, conf: bytes) -> None:
    tools = FakeTools(gateway_folder(tmp_path, conf))
    async with walking(tools, (60, 18)) as walk:
        await walk.press("1", "n")
        assert walk.at is (Step.WHO if conf.startswith(b"ips") else Step.JUDGE)
        await walk.press("n")
        assert "\x1b" not in walk.app.text
        assert "\u202e" not in walk.app.text
        if not conf.startswith(b"ips"):
            assert walk.says("Mend it by hand")
        assert tools.conf.read_bytes() == conf


async def test_a_file_that_goes_meanwhile_is_said_at_the_step_that_needs_it(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools) as walk:
        tools.conf.unlink()
        await walk.press("1")
        assert walk.at is Step.FIND
        assert walk.says("can't be read")
        tools.conf.write_bytes(CAREFUL)
        await walk.press("1")
        assert walk.at is Step.JUDGE
        tools.conf.unlink()
        await walk.press("r")
        assert walk.says("can't be read")


async def test_a_defect_of_the_machine_is_a_sentence_and_the_other_ways_stay_open() -> None:
    async with walking(FakeTools(broken=True)) as walk:
        assert walk.says("A defect of cpwatch ended this: RuntimeError", "Another one")
        assert "\x1b" not in walk.app.text
        walk.tools.broken = False
        await walk.press("r")
        assert walk.says("No gateway was found")


async def test_a_file_that_needs_no_change_goes_on_to_the_trial(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path, CAREFUL))
    at = before_writing(tools)
    assert at.former is not None
    assert at.draft is not None
    tools.conf.write_bytes(at.draft.data)
    same = before_writing(tools).former
    async with walking(tools, at=same) as walk:
        assert walk.says("Nothing in the file needs to change")
        await walk.press("n")
        assert walk.at is Step.PROOF


async def test_only_the_typed_word_restarts_and_only_what_is_the_users_own(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path), mine=True)
    async with walking(tools, at=after_writing(tools, Step.RESTART)) as walk:
        assert walk.says("A restart ends the login")
        await walk.press("b")
        assert walk.at is Step.CONSENT
        await walk.press("enter")
        await walk.type("yes")
        assert tools.restarts == []
        assert walk.says("Nothing was done")
        await walk.type("restart")
        assert tools.restarts == ["restart"]
        assert walk.at is Step.PROOF
        assert walk.says("was restarted")
        await walk.press("escape", "enter")
        assert walk.at is Step.CONSENT
        assert tools.restarts == ["restart"]
        tools.running = False
        await walk.type("restart")
        assert walk.says("It does not run any more")


async def test_what_is_not_the_users_own_is_never_restarted(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools, at=after_writing(tools, Step.RESTART)) as walk:
        await walk.press("b")
        assert walk.at is Step.RESTART
        await walk.press("c")
        assert isinstance(walk.app.screen, CopyScreen)
        await walk.press("1")
        assert walk.copied == [Copyable("the line that restarts it", "kill 4121")]


async def test_nothing_is_asked_unasked_and_each_answer_is_held_against_the_file(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path), answering=False)
    async with walking(tools, at=after_writing(tools, Step.PROOF)) as walk:
        assert tools.asked == []
        await walk.press("r")
        assert walk.says("It can't be asked")
        tools.answering = True
        await walk.press("r")
        assert walk.says("https://192.168.1.7:5000  let in, as the file has it")
        step = walk.step
        assert isinstance(step, ProofStep)
        for failure, words in (
            (DENIED, "though by the file it should be let in"),
            (Failure(FailureKind.MISCONFIGURED, "500", 500), "chokes on its own settings"),
            (Failure(FailureKind.REFUSED, "connection refused"), "is the gateway running?"),
            (Failure(FailureKind.SILENT, "no answer in 5 s"), "no answer in 5 s"),
        ):
            step.post_message(ProofStep.Answered(Proof(Address("https", "127.0.0.1", 5000), failure)))
            await walk.settled()
            assert walk.says(words)
        step.post_message(ProofStep.Answered(Proof(Address("https", "127.0.0.1", 5000), held=60.0)))
        await walk.settled()
        assert walk.says("a limit on requests holds it")


async def test_a_recipe_is_gone_through_step_by_step_and_a_file_is_written_on_a_yes_only(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools, at=after_writing(tools, Step.MORE)) as walk:
        await walk.press("4")
        assert walk.at is Step.RECIPE
        recipe = walk.step.wizard.recipe
        assert recipe is not None
        written = 0
        for number, step in enumerate(recipe.steps):
            assert walk.step.wizard.at == number
            await walk.press("r")
            assert walk.says("It was looked at. It says more.") is any(not isinstance(c, Looks) for c in step.checks)
            await walk.press("b")
            if step.file is not None:
                assert isinstance(walk.app.screen, ChoiceScreen)
                await walk.press("1")
                assert len(tools.put_files) == written
                await walk.press("b", "2")
                written += 1
                assert len(tools.put_files) == written
                assert walk.says(f"Written: {step.file.path}")
                tools.broken = True
                await walk.press("b", "2")
                written += 1
                tools.broken = False
                assert walk.says("It is there already")
            await walk.press("n")
        assert written
        assert walk.at is Step.MORE
        await walk.press("escape")
        assert walk.step.wizard.at == len(recipe.steps) - 1


async def test_what_stands_in_a_recipes_files_place_is_told_before_it_is_replaced(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools, at=after_writing(tools, Step.MORE)) as walk:
        await walk.press("4", "n")
        for standing, said in (
            (Standing.SAME, "This very file lies there already"),
            (Standing.UNREADABLE, "It can't be read."),
        ):
            tools.standing = standing
            await walk.press("b")
            assert walk.says(said)
        tools.standing = Standing.OTHER
        await walk.press("b")
        assert walk.says("Another file lies there. Replace it?")
        await walk.press("enter")
        assert tools.put_files == []
        await walk.press("b", "2")
        assert len(tools.put_files) == 1
        assert walk.says("What lay there before", ".old")


async def test_where_one_gateway_is_meant_its_file_is_the_first_that_is_shown(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools, at=Wizard(meant=5000)) as walk:
        assert walk.at is Step.JUDGE
        assert walk.step.wizard.place is not None
        assert walk.step.wizard.place.conf == tools.conf
        await walk.press("escape")
        assert walk.at is Step.FIND
        assert walk.says("conf.yaml", "Another one")
        await walk.press("r")
        assert walk.at is Step.FIND
    tools.running = False
    async with walking(tools, at=Wizard(meant=5000)) as walk:
        assert walk.at is Step.FIND
        assert walk.says("conf.yaml", "Another one")


@pytest.mark.parametrize("size", [(60, 18), (120, 36)])
async def test_every_step_fits_and_has_its_way_back(tmp_path: Path, size: tuple[int, int]) -> None:
    tools = FakeTools(gateway_folder(tmp_path), mine=True)
    async with walking(tools, size, "ascii") as walk:
        seen = set()
        for key in ("1", "n", "3", "n", *"10.1.2.3", "enter", "n", "n", "n", "2", "enter", "b"):
            seen.add(walk.at)
            assert "Esc" in walk.app.lines[-1]
            assert len(walk.app.lines) == size[1]
            assert walk.app.text.isascii()
            await walk.press(key)
        await walk.type("restart")
        await walk.press("n", "2")
        seen |= {walk.at, Step.PROOF, Step.MORE, Step.CONSENT}
        assert set(Step) - seen == {Step.PATH, Step.NONE_YET, Step.UNPACK}
        assert set(SCREENS) == set(Step)


async def test_the_mouse_does_what_the_keys_do(tmp_path: Path) -> None:
    tools = FakeTools(gateway_folder(tmp_path))
    async with walking(tools) as walk:
        for words, step in (("conf.yaml", Step.JUDGE), ("Next", Step.WHO), ("The whole network", Step.WHO)):
            line = next(y for y, line in enumerate(walk.app.lines) if words in line and (y > 5 or words == "Next"))
            await walk.pilot.click(offset=(walk.app.lines[line].index(words) + 1, line))
            await walk.settled()
            assert walk.at is step
        assert "lan:192.168.1.*" in walk.step.wizard.audience
        line = len(walk.app.lines) - 1
        await walk.pilot.click(offset=(walk.app.lines[line].index("Back"), line))
        await walk.settled()
        assert walk.at is Step.JUDGE


async def test_the_monitor_opens_it_once_and_gets_back_from_it() -> None:
    app = app_of(ready())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "s")
        await until(pilot, lambda: isinstance(app.screen, StepScreen))
        await pilot.pause()
        assert sum(isinstance(each, StepScreen) for each in app.screen_stack) == 1
        step = app.screen
        assert isinstance(step, StepScreen)
        assert step.tools.prove((Address("https", "203.0.113.9", 5000),), lambda _: None)
        assert source_of(app).proved == [()]
        await until(pilot, lambda: not step.busy)
        await pilot.press("q")
        await until(pilot, lambda: not isinstance(app.screen, StepScreen))
        assert app.is_running
