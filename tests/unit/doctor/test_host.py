"""What is read of this machine for the checks: plain files, bounded, and never an error."""

import os
from pathlib import Path

import pytest

from tests.support.doctoring import SHIPPED
from tui.doctor.host import Folder, conf_of, folder_of, this_machine
from tui.path.processes import GatewayProcess
from tui.setup.conf_text import LARGEST
from tui.setup.judge import Answer


def home(folder: Path, text: str = SHIPPED) -> GatewayProcess:
    """A gateway's folder, and the process in it."""
    for name in ("bin", "dist", "build", "root"):
        (folder / name).mkdir()
    (folder / "root" / "conf.yaml").write_text(text, encoding="utf-8")
    (folder / "root" / "vertx.jks").write_bytes(b"no keystore of Java's")
    return GatewayProcess(1, str(folder), "root/conf.yaml")


def test_the_settings_are_judged_with_what_lies_beside_them(tmp_path: Path) -> None:
    found = conf_of(home(tmp_path))
    assert found is not None
    assert found.judged is not None
    assert found.judged.listens
    assert found.judged.decide("127.0.0.1") is Answer.ALLOWED
    (tmp_path / "root" / "vertx.jks").unlink()
    again = conf_of(GatewayProcess(1, str(tmp_path), None))
    assert again is not None
    assert again.judged is not None
    assert not again.judged.listens  # it has no keystore any more


@pytest.mark.parametrize("what", ["nothing", "folder", "pipe"])
def test_what_is_no_plain_file_is_said_and_not_waited_for(tmp_path: Path, what: str) -> None:
    (tmp_path / "root").mkdir()
    conf = tmp_path / "root" / "conf.yaml"
    if what == "folder":
        conf.mkdir()
    if what == "pipe":
        if os.name == "nt":
            pytest.skip("Windows has no such pipes")
        os.mkfifo(conf)
    found = conf_of(GatewayProcess(1, str(tmp_path), "root/conf.yaml"))
    assert found is not None
    assert found.judged is None
    assert found.why


def test_a_huge_file_is_judged_to_be_none(tmp_path: Path) -> None:
    found = conf_of(home(tmp_path, "#" * (LARGEST + 10)))
    assert found is not None
    assert found.judged is not None
    assert not found.judged.starts


def test_without_a_folder_nothing_is_read() -> None:
    assert conf_of(GatewayProcess(1)) is None


def test_what_misses_in_a_folder_is_told(tmp_path: Path) -> None:
    home(tmp_path)
    assert folder_of(str(tmp_path)) == Folder()
    assert folder_of(str(tmp_path / "bin")) == Folder(("bin", "dist", "build", "root"))
    assert folder_of(str(tmp_path / "nowhere")) is None


async def test_this_very_machine_answers_to_all_of_it() -> None:
    machine = this_machine()
    assert isinstance(await machine.aside(machine.gateways), tuple)
    assert machine.conf(GatewayProcess(1)) is None
    assert machine.folder(os.devnull) is None
    assert machine.logs(os.devnull).listen is None
