"""What the wizard says: of entries, findings, changes and answers; bounded, harmless, and never a secret."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.project import run_python
from tests.support.screen import until
from tests.support.slices import text
from tests.support.wizards import DENIED, gateway_folder, read_at
from tui.cli import main
from tui.clock import SystemClock
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.journal import Level
from tui.domain.proof import Proof
from tui.path.machine import System
from tui.setup.edit import Edited
from tui.setup.judge import Answer, judge
from tui.setup.plan import Plan
from tui.setup.recipe import Recipe
from tui.setup.recipes_place import Place
from tui.setup.recipes_services import Manager, service_recipe
from tui.setup.recipes_tunnels import cloudflare, ngrok, quick_tunnel, tailscale
from tui.setup.service import gateway_service
from tui.setup.tunnel_files import Target
from tui.ui.line import width
from tui.ui.preset import Preset
from tui.ui.screens.wizard.find import FindStep
from tui.ui.setup_app import SetupApp
from tui.ui.wizard_recipes import recipe_lines
from tui.ui.wizard_state import Step, Wizard, draft_of, drafted, plan_for, planned, went
from tui.ui.wizard_words import (
    diff_lines,
    diff_of,
    entry_lines,
    judged_lines,
    number,
    plan_lines,
    proof_words,
    title_line,
)

ADDRESS = Address("https", "192.168.1.7", 5000)
CONFS = sorted((Path(__file__).parents[1] / "data" / "conf").glob("*.yaml"))
PLACE = Place(System.LINUX, "/home-of/me", "me")
RECIPES = [
    *(make(PLACE, Target()) for make in (ngrok, cloudflare, quick_tunnel, tailscale)),
    service_recipe(gateway_service("/srv/gw"), Manager.SYSTEMD_USER, PLACE, "/var/lib/cpwatch"),
]


def words(rows: list[object]) -> str:
    """The lines' text, however it is broken."""
    return " ".join(" ".join(text(rows)).split())  # type: ignore[arg-type]


@pytest.mark.parametrize("cells", [56, 116])
@pytest.mark.parametrize("file", CONFS, ids=lambda file: file.stem)
def test_every_text_fits_its_width(file: Path, cells: int, tmp_path: Path) -> None:
    wizard = read_at(gateway_folder(tmp_path, file.read_bytes()))
    plan = plan_for(wizard)
    assert isinstance(plan, Plan)
    wizard = planned(wizard, plan)
    rows = [*judged_lines(wizard, cells), *plan_lines(plan, cells)]
    draft = draft_of(wizard)
    if isinstance(draft, Edited):
        rows += diff_lines(drafted(wizard, draft), cells)
    assert rows
    assert max(width(each) for each in rows) <= cells


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_every_step_of_every_recipe_fits_and_keeps_its_commands_whole(recipe: Recipe) -> None:
    for at, step in enumerate(recipe.steps):
        rows = recipe_lines(recipe, at, 56)
        assert max(width(each) for each in rows) <= 56
        said = "".join(words(rows).split())
        for command in step.commands:
            assert "".join(command.split()) in said


def test_the_title_says_where_one_is() -> None:
    said = text([title_line(went(Wizard(), Step.DIFF), 60)])[0]
    assert said.startswith("cpwatch  Setup  What changes")
    assert said.endswith("6 of 10")


@pytest.mark.parametrize(
    ("failure", "expected", "level", "said"),
    [
        (None, Answer.ALLOWED, Level.OK, "let in, as the file has it"),
        (DENIED, Answer.DENIED, Level.OK, "refused by the allow list, as the file has it"),
        (DENIED, Answer.ALLOWED, Level.ALARM, "goes by the old file until it is started anew"),
        (None, Answer.DENIED, Level.ALARM, "though by the file it should be refused"),
        (None, None, Level.OK, "let in"),
        (Failure(FailureKind.REFUSED, "refused"), Answer.ALLOWED, Level.ALARM, "is the gateway running?"),
        (Failure(FailureKind.MISCONFIGURED, "500"), Answer.ERROR, Level.ALARM, "chokes"),
        (Failure(FailureKind.NOT_A_GATEWAY, "200 AirTunes"), Answer.ALLOWED, Level.ALARM, "200 AirTunes"),
    ],
)
def test_each_answer_is_held_against_the_file(
    failure: Failure | None, expected: Answer | None, level: Level, said: str
) -> None:
    shown, told = proof_words(Proof(ADDRESS, failure), expected, new=True)
    assert shown is level
    assert said in told


def test_what_was_not_asked_is_no_answer() -> None:
    assert proof_words(Proof(ADDRESS, held=600), Answer.ALLOWED, new=False) == (
        Level.WARN,
        "not asked: a limit on requests holds it for 10 min",
    )


def test_the_difference_shows_no_password_and_no_control_character() -> None:
    old = b"sslPwd: hunter2-secret\nlistenPort: 5000\n# \x1b[31m \xe2\x80\xae\n"
    shown = "\n".join(diff_of(old, old.replace(b"5000", b"5001").replace(b"hunter2", b"another")))
    assert "-listenPort: 5000" in shown
    assert "+listenPort: 5001" in shown
    assert "secret" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_two_files_have_a_printable_difference(old: bytes, new: bytes) -> None:
    shown = diff_of(old, new)
    assert all(each.isprintable() for each in shown)
    if old == new:
        assert shown == []


def test_a_huge_difference_is_cut() -> None:
    shown = diff_of(b"", b"a\n" * 100_000)
    assert len(shown) < 500
    assert shown[-1].endswith("lines more")


def test_a_file_of_many_entries_is_cut() -> None:
    listed = ", ".join(f"10.{n // 200}.{n % 200}.1" for n in range(300))
    judged = judge(f"ips: {{allow: [{listed}], deny: []}}".encode())
    rows = entry_lines(judged.entries, 56)
    assert len(rows) < 150
    assert "more" in text(rows)[-1]


def test_one_is_not_several() -> None:
    assert (number(1), number(256), number(16_777_216)) == ("1 address", "256 addresses", "16,777,216 addresses")


def test_setup_without_a_terminal_names_what_needs_none() -> None:
    done = run_python("-m", "tui", "setup")
    assert done.returncode == 2
    assert "cpwatch allowlist check" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize("option", [("--demo", "ready"), ("--url", "https://localhost:5000"), ("--profile", "x")])
def test_setup_is_about_this_machine(option: tuple[str, ...]) -> None:
    assert main([*option, "setup"]) == 2


async def test_the_program_of_its_own_shows_the_first_step_and_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    app = SetupApp(SystemClock(), lambda *_: True, preset=Preset(copy_file=tmp_path / "copied.txt"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, FindStep))
        await pilot.press("q")
        await until(pilot, lambda: app.return_value is not None)
    assert app.return_value == 0
