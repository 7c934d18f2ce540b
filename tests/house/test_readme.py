"""README.md keeps its promises: two commands, the tables as the source has them, and links that lead somewhere."""

import re
import shlex
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.project import README, ROOT, run, run_python, sources
from tests.support.readme import PARTS, with_parts
from tui import __version__
from tui.config.themes import ThemeName
from tui.domain.verdict import VerdictName
from tui.simulator.scenarios import Scenario

TEXT = README.read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
# Hosts that exist and are meant to be opened; the addresses of gateways stand in code, not in links.
HOSTS = {"keepachangelog.com", "semver.org"}


def section(title: str) -> str:
    """The text below a heading of any level, up to the next of the same level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no section {title}"
    return found[2]


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the tables in a text, headings and rules left out."""
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for table in tables for line in table.splitlines()[2:]
    ]
    return [[cell.strip("|").strip() for cell in row] for row in cells]


def code(cell: str) -> str:
    """The first `code` of a cell."""
    found = re.search(r"`([^`]+)`", cell)
    assert found, f"no code in {cell!r}"
    return found[1]


def quick_start() -> list[str]:
    """The lines of the quick start's one block of commands."""
    blocks = re.findall(r"^```sh\n(.*?)^```", section("Quick start"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    lines: list[str] = blocks[0].splitlines()
    return lines


def test_the_quick_start_is_two_commands_that_set_themselves_up() -> None:
    commands = quick_start()
    assert len(commands) == 2
    for command in commands:
        words = shlex.split(command)
        assert words[:4] == ["python3", "-m", "venv", ".venv"]
        assert words[5:7] == [".venv/bin/pip", "install"]
        assert command.count("&&") == 2
    assert commands[0].endswith(".venv/bin/cpwatch --demo")
    assert commands[1].endswith(".venv/bin/pytest")
    assert "'.[dev]'" in commands[1]


@pytest.mark.parametrize("name", PARTS)
def test_a_made_table_is_what_the_source_makes(name: str) -> None:
    found = re.search(rf"<!-- {name}:begin[^\n]*-->\n(.*?)\n<!-- {name}:end -->", TEXT, re.DOTALL)
    assert found
    assert found[1] == PARTS[name](), "run: .venv/bin/python -m tests.support.readme"


def test_the_maker_replaces_what_is_old_and_wants_its_markers() -> None:
    old = re.sub(r"^\| `q`.*\n", "", TEXT, flags=re.MULTILINE)
    assert old != TEXT
    assert with_parts(old) == TEXT
    with pytest.raises(ValueError, match="keys:begin"):
        with_parts(TEXT.replace("<!-- keys:end -->", ""))


def test_every_verdict_has_its_row_with_its_exit_code_in_the_order_of_deciding() -> None:
    table = [row for row in rows(section("Troubleshooting")) if len(row) == 4]
    assert [(code(row[0]), row[1]) for row in table] == [(name.value, str(name.exit_code)) for name in VerdictName]
    assert all(meaning and act for _, _, meaning, act in table)


def test_every_exit_code_is_explained() -> None:
    explained = {int(number) for number, _ in rows(section("In scripts"))}
    assert explained == {name.exit_code for name in VerdictName} | {2, 70}


def test_every_scenario_has_its_row() -> None:
    table = [row for row in rows(section("The simulated gateway")) if len(row) == 3]
    assert [code(row[0]) for row in table] == list(Scenario)
    assert {code(row[2]) for row in table} <= set(VerdictName)


@pytest.mark.parametrize(
    ("command", "title"),
    [
        ((), "Configuration"),
        (("status",), "Configuration"),
        (("doctor",), "Configuration"),
        (("allowlist", "check"), "Configuration"),
        (("watch",), "Configuration"),
        (("simulate",), "The simulated gateway"),
    ],
)
def test_options_are_those_that_exist(command: tuple[str, ...], title: str) -> None:
    asked = run_python("-m", "tui", *command, "--help").stdout
    offered = set(re.findall(r"(?<![\w`-])(--[a-z][a-z-]+)", asked)) - {"--help", "--version"}
    told = {found[0] for row in rows(section(title)) if (found := re.findall(r"^`(--[a-z-]+)", row[0]))}
    assert offered
    assert offered <= told


def test_no_option_is_made_up() -> None:
    offered: set[str] = set()
    for command in ((), ("status",), ("doctor",), ("allowlist", "check"), ("watch",), ("simulate",)):
        offered |= set(re.findall(r"--[a-z][a-z-]+", run_python("-m", "tui", *command, "--help").stdout))
    told = {
        option
        for line in TEXT.splitlines()
        if line.startswith("cpwatch ") or re.match(r"\| `--", line)
        for option in re.findall(r"--[a-z][a-z-]+", line)
    }
    assert told
    assert told <= offered


def test_the_environment_variables_are_those_that_are_read() -> None:
    told = {name for row in rows(section("Configuration")) for name in re.findall(r"CPWATCH_\w+", row[1])}
    read = {
        f"CPWATCH_{name}"
        for path in sources()
        for name in re.findall(r'(?:setting|_variable)\(environment, "(\w+)"\)', path.read_text("utf-8"))
    }
    assert told == read != set()


def test_the_themes_are_named() -> None:
    assert set(re.findall(r"`(cpwatch-[\w-]+)`", section("Configuration"))) == set(ThemeName)


def anchor(heading: str) -> str:
    """How a heading is linked to: `What it does` is `what-it-does`."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    assert targets
    for target in targets:
        parts = urlsplit(target)
        if parts.scheme:
            assert parts.hostname in HOSTS, target
        elif parts.path:
            assert (ROOT / parts.path).is_file(), target
        else:
            assert parts.fragment in anchors, target


def test_pictures_say_what_they_show() -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", TEXT)
    assert len(pictures) >= 2
    for words, target in pictures:
        assert len(words) > 20
        assert Path(target).suffix == ".svg"


def test_the_changelog_begins_with_this_version() -> None:
    first = re.search(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert first
    assert first[1].startswith(f"[{__version__}] - ")


@pytest.mark.skipif(sys.platform == "win32", reason=".ci/run is for systems with bash")
def test_ci_runs_the_second_command_of_the_quick_start() -> None:
    done = run(["bash", ".ci/run", "--command"])
    assert done.stdout.splitlines() == quick_start()[1:], done.stderr
