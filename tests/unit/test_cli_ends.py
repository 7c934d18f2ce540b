"""How the command line ends: with what it says of itself, by a defect, an interruption, or a reader that goes away."""

import argparse
import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.logs import own_log_folder
from tests.support.ports import free_port
from tui import __version__, cli, cli_status


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A log folder of the test's own."""
    with own_log_folder(monkeypatch, tmp_path) as place:
        yield place


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main(["--version"])
    assert capsys.readouterr() == (f"cpwatch {__version__}\n", "")


@pytest.mark.parametrize("command", [[], ["status"], ["simulate"]])
def test_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main([*command, "--help"])
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("usage: cpwatch")


def test_the_help_of_ca_says_what_it_cant_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main(["status", "--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert "can't verify the certificate that every gateway ships with" in words
    assert "expired" in words


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect in the middle of everything."""

    def fail(options: argparse.Namespace) -> int:
        raise RuntimeError("\x1b[31ma defect about U1234567")

    monkeypatch.setattr(cli_status, "status", fail)


@pytest.mark.usefixtures("broken")
def test_a_defect_is_two_lines_a_file_and_exit_70(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status"]) == 70
    out, err = capsys.readouterr()
    (file,) = folder.iterdir()
    assert out == ""
    assert "Traceback" not in err
    assert "RuntimeError" in err
    assert str(file) in err
    assert "report" in err
    text = file.read_text(encoding="utf-8")
    assert f"cpwatch {__version__}" in text
    assert "Traceback" in text
    assert "U•••567" in text
    assert "\x1b" not in text + err


@pytest.mark.usefixtures("broken")
def test_a_defect_where_no_file_can_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be", encoding="utf-8")
    assert cli.main(["status"]) == 70
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "RuntimeError" in err


@pytest.mark.parametrize(
    ("allowed", "code", "said"),
    [(14, 2, "allows 14 open files, which are too few: run `ulimit -n"), (1024, 70, "a defect")],
)
def test_where_the_shell_allows_few_files_it_says_so(
    allowed: int, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no such limit")

    def out_of_files(options: argparse.Namespace) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (allowed, 4096))
    monkeypatch.setattr(cli_status, "status", out_of_files)
    assert cli.main(["status"]) == code
    assert said in capsys.readouterr().err


def test_an_interruption_is_no_defect(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(options: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_status, "status", interrupt)
    assert cli.main(["status"]) == 130
    assert capsys.readouterr() == ("", "")
    assert not folder.exists()


def environment_of(home: Path) -> dict[str, str]:
    """A process's environment with folders of its own, buffered output and warnings as errors."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CPWATCH_"))}
    return kept | {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home),
        "LOCALAPPDATA": str(home),
        "PYTHONWARNINGS": "error",
        "PYTHONPATH": str(Path(cli.__file__).parents[1]),
    }


@pytest.mark.skipif(os.name != "posix", reason="a pipe whose reader has gone is POSIX's")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_has_gone_is_no_defect(options: list[str], tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "tui", "status", "--url", f"https://127.0.0.1:{free_port()}", *options]
    try:
        done = subprocess.run(
            command, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60, env=environment_of(tmp_path)
        )
    finally:
        os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 3  # the verdict's, whoever reads it
    assert not list(tmp_path.rglob("crash-*"))


@pytest.mark.skipif(os.name != "posix", reason="a closed standard output is POSIX's")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_closed_output_leaves_the_exit_code(options: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tui", "status", "--url", f"https://127.0.0.1:{free_port()}", *options]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command],
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        env=environment_of(tmp_path),
    )
    assert done.stderr == b""
    assert done.returncode == 3


def test_as_a_module_it_is_the_same_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "status", "--url", "nonsense"],
        capture_output=True,
        check=False,
        timeout=60,
        text=True,
        env=environment_of(tmp_path),
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("cpwatch: 'nonsense' does not start with")
    assert len(done.stderr.splitlines()) == 1
