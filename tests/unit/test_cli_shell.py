"""`cpwatch completion` and `cpwatch help`: scripts that real shells take and answer from, and texts for a person."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.project import plain_environment, run
from tui.cli import main
from tui.domain.verdict_name import VerdictName
from tui.help_topics import WIDTH, topics
from tui.options import SHELLS, commands_of, parser
from tui.simulator.scenarios import Scenario

COMMANDS = list(commands_of(parser()))
# Each line of standard input is one command line, its last word not yet complete; the answers are a line each.
BASH = """
source "$1"
function=$(complete -p cpwatch | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
while IFS= read -r line; do
  read -r -a COMP_WORDS <<<"$line"
  case $line in *' ') COMP_WORDS+=('') ;; esac
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  "$function" cpwatch "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
  echo "${COMPREPLY[*]}"
done
"""
ASKED = {
    "cpwatch ": COMMANDS,
    "cpwatch st": ["status"],
    "cpwatch status --wait ": list(VerdictName),
    "cpwatch --demo ": list(Scenario),
    "cpwatch simulate --scenario lo": ["login-required", "logged-out"],
    "cpwatch help ": [*topics(), *COMMANDS],
    "cpwatch help lo": ["login_required", "logged_out"],
    "cpwatch completion ": list(SHELLS),
    "cpwatch config ": ["path", "show", "init", "check"],
    "cpwatch status --ti": ["--timeout"],
    "cpwatch doctor --bundle here/it": ["here/itself"],
    "cpwatch allowlist check here/it": ["here/itself"],
    "cpwatch simulate --with": [],
}


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None or os.name == "nt":
        pytest.skip(f"{name} is not here")
    return found


@pytest.fixture
def script(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The script that is printed for the shell that the test names, in a file."""
    assert main(["completion", request.param]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "\x1b" not in printed.out
    file = tmp_path / "cpwatch.completion"
    file.write_text(printed.out, "utf-8", newline="\n")
    return file


@pytest.mark.parametrize("script", ["bash"], indirect=True)
def test_bash_completes_what_there_is(script: Path, tmp_path: Path) -> None:
    bash = shell("bash")
    assert run([bash, "-n", str(script)]).stderr == ""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "itself").touch()
    done = subprocess.run(
        [bash, "--norc", "-c", BASH, "bash", str(script)],
        cwd=tmp_path,
        env=plain_environment(),
        input="".join(f"{line}\n" for line in ASKED),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {line: sorted(answer.split()) for line, answer in zip(ASKED, done.stdout.splitlines(), strict=True)} == {
        line: sorted(answer) for line, answer in ASKED.items()
    }


@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh_gets_what_there_is(script: Path) -> None:
    text = script.read_text("utf-8")
    assert text.startswith("#compdef cpwatch\n")
    (offered,) = re.findall(r'"--wait\[.*:VERDICT:\(([^)]*)\)"', text)
    assert offered.split() == list(VerdictName)
    zsh = shell("zsh")
    done = run([zsh, "-f", "-n", str(script)])
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", ["fish"], indirect=True)
def test_fish_completes_what_there_is(script: Path, tmp_path: Path) -> None:
    text = script.read_text("utf-8")
    assert " ".join(VerdictName) in text
    fish = shell("fish")
    asked = ["cpwatch st", "cpwatch help lo", "cpwatch simulate --scenario lo"]
    ask = "source $argv[1]; for line in $argv[2..]; echo (complete -C $line | string split -f 1 \\t); end"
    environment = plain_environment(HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path))
    done = run([fish, "--no-config", "-c", ask, str(script), *asked], environment=environment)
    assert done.returncode == 0, done.stderr
    assert [sorted(line.split()) for line in done.stdout.splitlines()] == [sorted(ASKED[line]) for line in asked]


@pytest.mark.parametrize("arguments", [(), ("csh",), ("bash", "zsh")], ids=" ".join)
def test_a_script_is_for_one_shell_that_is_known(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["completion", *arguments])
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "beginning"),
    [
        ((), "Usage: cpwatch help TOPIC\n"),
        (("login_required",), "LOGIN REQUIRED (`login_required`, exit code 1)\n"),
        (("Login", "required"), "LOGIN REQUIRED (`login_required`, exit code 1)\n"),
        (("exit-codes",), "The exit codes of"),
        (("status",), "usage: cpwatch status "),
    ],
)
def test_help_is_a_text_that_fits(
    arguments: tuple[str, ...],
    beginning: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["help", *arguments]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(beginning)
    assert said.err == ""
    assert max(map(len, said.out.splitlines())) <= WIDTH
    assert "\x1b" not in said.out


def test_help_names_the_files_of_this_machine(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPWATCH_CONFIG", "elsewhere/my\x1b[31m.toml")
    assert main(["help", "files"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("elsewhere/my")
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("redy", "cpwatch: there is no topic 'redy': did you mean ready?\n"),
        ("sttus", "cpwatch: there is no topic 'sttus': did you mean status?\n"),
        ("\x1b[31m", "cpwatch: there is no topic '\ufffd[31m': `cpwatch help` lists them\n"),
    ],
)
def test_an_unknown_topic_is_answered_with_the_nearest(
    typed: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["help", typed]) == 2
    assert capsys.readouterr() == ("", answer)


@pytest.mark.parametrize("command", [("help",), ("completion", "bash")], ids=" ".join)
def test_the_demo_is_for_the_monitor(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "ready", *command]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--demo" in said.err
