"""`cpwatch allowlist check`: the contract's document and exit codes, the table, and files that can't be read."""

import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.support.project import run_python
from tui.cli import main

GOLDEN = Path(__file__).parents[2] / "data" / "conf"
CAREFUL = GOLDEN / "careful.yaml"


def checked(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """The exit code, and what was said on standard output and standard error."""
    code = main(["allowlist", "check", *map(str, arguments)])
    return code, *capsys.readouterr()


def test_the_document_is_the_contracts(capsys: pytest.CaptureFixture[str]) -> None:
    file = GOLDEN / "shipped.yaml"
    code, out, err = checked(capsys, file, "--json", "--client", "127.0.0.1", "--client", "10.1.2.3")
    assert (code, err, out.count("\n")) == (0, "", 1)
    told = json.loads(out)
    assert list(told) == ["schema", "file", "starts", "listens", "open_to_everyone", "entries", "findings", "clients"]
    assert (told["schema"], told["file"]) == (1, str(file))
    assert (told["starts"], told["listens"], told["open_to_everyone"]) == (True, True, False)
    assert told["clients"] == {"127.0.0.1": "allowed", "10.1.2.3": "denied"}
    (entry,) = [each for each in told["entries"] if each["entry"] == "192.*"]
    assert {key: entry[key] for key in entry if key != "finding"} == {
        "list": "allow",
        "entry": "192.*",
        "line": 26,
        "effect": "wildcard",
        "addresses": 16777216,
        "public": True,
    }
    (finding,) = [each for each in told["findings"] if each["line"] == 26]
    assert list(finding) == ["id", "severity", "line", "message", "fix"]
    assert (finding["id"], finding["severity"], finding["message"]) == ("public-range", "warn", entry["finding"])
    quiet = [each["finding"] for each in told["entries"] if each["entry"] == "127.0.0.1"]
    assert quiet == [None]


@pytest.mark.parametrize(
    ("name", "code", "answer"),
    [
        ("careful", 0, "denied"),
        ("shipped", 0, "denied"),
        ("empty-deny", 1, "allowed"),
        ("numbers", 1, "error"),
        ("cors-list", 1, "no_gateway"),
        ("star", 1, "no_gateway"),
    ],
)
def test_the_exit_code_is_1_where_something_is_wrong(
    name: str, code: int, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    got, out, _ = checked(capsys, GOLDEN / f"{name}.yaml", "--json", "--client", "8.8.8.8")
    assert (got, json.loads(out)["clients"]) == (code, {"8.8.8.8": answer})


def test_requests_are_those_of_one_gateway_since_its_start(capsys: pytest.CaptureFixture[str]) -> None:
    clients = ("--client", "127.0.0.1", "--client", "127.0.0.2")
    _, out, _ = checked(capsys, GOLDEN / "stale-deny.yaml", "--json", *clients)
    assert json.loads(out)["clients"] == {"127.0.0.1": "allowed", "127.0.0.2": "denied"}


def test_the_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = checked(capsys, GOLDEN / "container.yaml", "--client", "10.1.2.3")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == f"{GOLDEN / 'container.yaml'}: the gateway runs with this file."
    assert [re.split(r"\s{2,}", line.strip()) for line in lines[2:6]] == [
        ["List", "Entry", "Line", "Effect", "Addresses", "Public"],
        ["deny", "212.90.324.10", "20", "nothing", "0", "–"],
        ["deny", "0.0.0.0/0", "21", "nothing", "0", "–"],
        ["allow", "10.*", "13", "wildcard", "16,777,216", "no"],
    ]
    assert "warning, line 18: `x.x.x.x` is a placeholder and admits nobody." in lines
    assert "  Put an address there, or take it out." in lines
    assert lines[-1] == "10.1.2.3  allowed"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("careful", "all is well."),
        ("star", "the gateway ends at its start with this file."),
        ("cors-list", "with this file the gateway's process runs, but never listens."),
        ("deny-alone", "the gateway lets everyone in."),
        ("old-upstream", "the gateway runs with this file, but not as it should."),
    ],
)
def test_the_first_line_says_what_it_comes_to(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(capsys, GOLDEN / f"{name}.yaml")[1].splitlines()[0].endswith(f".yaml: {said}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.yaml"], "there is no such file"),
        (["."], "is a folder"),
        ([""], "is empty"),
        (["a\0b"], "it has no name that a file can have"),
        ([str(CAREFUL), "--client", "::1"], "speaks no other"),
        ([str(CAREFUL), "--client", "127.0.0.01"], "is no IPv4 address"),
        ([str(CAREFUL), "--client", "\x1b[31m"], "is no IPv4 address"),
    ],
)
def test_what_cant_be_asked_is_said_with_exit_2(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = checked(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "\x1b" not in err


def test_a_file_that_is_too_large_or_may_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (1_048_576 + 1))
    assert checked(capsys, large)[2].endswith("is larger than 1024 KiB, so it can't be a gateway's conf.yaml\n")
    if os.name == "posix" and os.geteuid():
        large.chmod(0)
        code, _, err = checked(capsys, large)
        assert (code, "can't be read" in err) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with a name in a folder")
def test_a_pipe_is_no_file_to_wait_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    code, _, err = checked(capsys, tmp_path / "pipe")
    assert (code, "no plain file" in err) == (2, True)


def gateway_folder(folder: Path) -> Path:
    """A folder like a gateway's; its conf.yaml."""
    for name in ("bin", "root"):
        (folder / name).mkdir(parents=True)
    (folder / "bin" / "run.sh").touch()
    conf = folder / "root" / "conf.yaml"
    conf.write_bytes(CAREFUL.read_bytes())
    return conf


def ids(out: str) -> set[str]:
    """The ids of a document's errors."""
    return {each["id"] for each in json.loads(out)["findings"] if each["severity"] == "error"}


def test_in_a_gateways_folder_the_keystore_is_looked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf = gateway_folder(tmp_path / "gateway")
    assert ids(checked(capsys, conf, "--json")[1]) == {"keystore"}
    (conf.parent / "vertx.jks").write_bytes(b"of some other format")
    assert ids(checked(capsys, conf, "--json")[1]) == set()
    (conf.parent / "vertx.jks").rename(conf.parent.parent / "vertx.jks")
    assert ids(checked(capsys, conf, "--json")[1]) == set()


def test_a_place_from_which_it_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf = gateway_folder(tmp_path / "a+b")
    (conf.parent / "vertx.jks").touch()
    assert ids(checked(capsys, conf, "--json")[1]) == {"path-plus"}
    conf.rename(conf.parent.parent / "conf.yaml")
    assert "conf-place" in ids(checked(capsys, conf.parent.parent / "conf.yaml", "--json")[1])


def test_the_demo_has_nothing_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "ready", "allowlist", "check", str(CAREFUL)]) == 2
    assert "--demo" in capsys.readouterr().err


def test_as_a_script_calls_it_in_a_pipe_without_the_screen() -> None:
    code = "import sys; from tui.cli import main; code = main(sys.argv[1:])"
    done = run_python(
        "-c",
        f"{code}; sys.exit(70 if 'textual' in sys.modules else code)",
        "allowlist",
        "check",
        str(GOLDEN / "stale-deny.yaml"),
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "\x1b" not in done.stdout
    assert "localhost" in done.stdout
