"""Where gateways lie: those that run, the folders where people unpack them, and paths that are typed."""

import os
from pathlib import Path

import pytest

from tui.path.machine import System
from tui.path.processes import GatewayProcess
from tui.setup.find import MOST, By, Found, NotFound, found, is_distribution, named, system_roots, usual_places


def unpacked(folder: Path, *, script: str = "run.sh", conf: bool = True) -> Path:
    """A gateway's folder, with what it is recognised by."""
    for part in ("bin", "dist", "root"):
        (folder / part).mkdir(parents=True)
    (folder / "bin" / script).write_text("java\n")
    (folder / "dist" / "ibgroup.web.core.iblink.router.clientportal.gw.jar").write_bytes(b"PK")
    if conf:
        (folder / "root" / "conf.yaml").write_text("listenPort: 5000\n")
    return folder


def of(home: Path, *roots: Path, running: tuple[GatewayProcess, ...] = ()) -> list[Found]:
    """What is found there."""
    return list(found(System.LINUX, home, lambda: running, roots))


@pytest.mark.parametrize(
    "place",
    [
        "clientportal.gw",
        "Downloads/clientportal.gw",
        "Downloads/clientportal.gw (1)",
        "Downloads/clientportal.gw/clientportal.gw",
        "Desktop/clientportal",
        "ibkr/clientportal.beta.gw",
    ],
)
def test_in_the_usual_folders(place: str, tmp_path: Path) -> None:
    folder = unpacked(tmp_path / place)
    (one,) = of(tmp_path)
    assert (one.folder, one.conf, one.by, one.trouble) == (folder, folder / "root" / "conf.yaml", By.FOLDER, "")
    assert one.name == "root/conf.yaml"


def test_outside_of_the_home_and_once_where_two_paths_lead_there(tmp_path: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "opt"
    home.mkdir()
    folder = unpacked(root / "clientportal.gw", script="run.bat")
    (home / "clientportal.gw").symlink_to(folder)
    assert [each.conf.resolve() for each in of(home, root)] == [folder / "root" / "conf.yaml"]


def test_what_looks_like_one_and_is_none(tmp_path: Path) -> None:
    for number, gone in enumerate(["bin/run.sh", "dist/ibgroup.web.core.iblink.router.clientportal.gw.jar"]):
        (unpacked(tmp_path / "Downloads" / f"clientportal.gw{number}") / gone).unlink()
    (tmp_path / "clientportal.gw").write_text("a file")
    assert of(tmp_path) == []
    assert of(tmp_path / "nowhere") == []


def test_deep_in_the_home_nobody_looks(tmp_path: Path) -> None:
    unpacked(tmp_path / "projects" / "deep" / "clientportal.gw")
    assert of(tmp_path) == []
    places = usual_places(tmp_path, ())
    assert len(places) < 200
    assert all(len(each.relative_to(tmp_path).parts) <= 3 for each in places)


def test_never_more_than_a_screen_holds(tmp_path: Path) -> None:
    for number in range(MOST + 4):
        unpacked(tmp_path / "Downloads" / f"clientportal.gw ({number})")
    assert len(of(tmp_path)) == MOST


def test_those_that_run_come_first_and_once(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "clientportal.gw")
    other = unpacked(tmp_path / "else" / "gw", conf=False)
    (other / "root" / "mine.yaml").write_text("")
    running = (
        GatewayProcess(7, str(other), "root/mine.yaml", 5001),
        GatewayProcess(8, str(folder)),
        GatewayProcess(9, None),
        GatewayProcess(10, str(tmp_path / "away")),
        GatewayProcess(11, str(tmp_path)),
    )
    seen = of(tmp_path, running=running)
    assert [(each.process and each.process.pid, each.by, each.name) for each in seen] == [
        (7, By.RUNNING, "root/mine.yaml"),
        (8, By.RUNNING, "root/conf.yaml"),
        (10, By.RUNNING, "root/conf.yaml"),
        (11, By.RUNNING, "root/conf.yaml"),
    ]
    assert ["container" in each.trouble for each in seen] == [False, False, True, False]
    assert "elsewhere" in seen[3].trouble


def test_other_settings_files_beside_it(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "clientportal.gw", conf=False)
    (folder / "root" / "conf.beta.yaml").write_text("")
    (folder / "root" / "logback.xml").write_text("")
    (one,) = of(tmp_path)
    assert one.others == (folder / "root" / "conf.beta.yaml",)
    assert "There is no root/conf.yaml" in one.trouble


@pytest.mark.parametrize(
    "typed", ["gw", "gw/root/conf.yaml", "gw/bin/run.sh", "gw/bin", "'gw'", " gw/ ", "gw/../gw", "around", "~/gw"]
)
def test_a_path_that_is_typed(typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(tmp_path / "gw")
    unpacked(tmp_path / "around" / "clientportal.gw")
    monkeypatch.chdir(tmp_path)
    one = named(typed, home=tmp_path)
    assert isinstance(one, Found)
    assert one.folder == tmp_path / ("around/clientportal.gw" if typed == "around" else "gw")
    assert (one.conf, one.by) == (one.folder / "root" / "conf.yaml", By.NAMED)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "Type"),
        ("   ", "Type"),
        ("a\0b", "Type"),
        ("x" * 9000, "Type"),
        ("nowhere", "nothing"),
        (".", "no gateway"),
    ],
)
def test_a_path_where_there_is_none(typed: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    none = named(typed)
    assert isinstance(none, NotFound)
    assert word in none.reason


def test_a_settings_file_without_a_gateway_around_it(tmp_path: Path) -> None:
    (tmp_path / "b\x1b[31m").mkdir()
    path = tmp_path / "b\x1b[31m" / "conf.yml"
    path.write_text("")
    one = named(str(path))
    assert isinstance(one, Found)
    assert one.conf == path
    assert "root" in one.trouble
    assert one.trouble.isprintable()


def test_a_link_is_taken_for_the_folder_it_stands_in(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "gw", conf=False)
    (tmp_path / "mine.yaml").write_text("")
    (folder / "root" / "conf.yaml").symlink_to(tmp_path / "mine.yaml")
    one = named(str(folder / "root" / "conf.yaml"))
    assert isinstance(one, Found)
    assert (one.folder, one.conf) == (folder, folder / "root" / "conf.yaml")


@pytest.mark.parametrize("system", System)
def test_every_system_has_its_folders(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ProgramFiles", raising=False)
    roots = system_roots(system)
    assert len(roots) >= 2
    assert any("opt" in each.parts for each in roots) is (system is not System.WINDOWS)


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 0)() == 0, reason="nothing is closed to root")
def test_a_folder_that_may_not_be_looked_into(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "clientportal.gw")
    folder.chmod(0)
    try:
        assert not is_distribution(folder)
        assert isinstance(named(str(folder)), NotFound)
    finally:
        folder.chmod(0o755)
