"""What is around a conf.yaml: its gateway's folder, and who has its port."""

from pathlib import Path

import pytest

from tests.support.wizards import gateway_folder
from tui.domain.way import Owner
from tui.path.machine import Listeners, SystemMachine
from tui.path.processes import GatewayProcess
from tui.setup.surroundings import context_of, free_port, live_context, taken

JAVA = GatewayProcess(4121, ports=(5000,))
UNTOLD = GatewayProcess(4121)


class Listening(SystemMachine):
    """A machine on which that listens, on every port up to one. asked: the ports that were asked about."""

    def __init__(self, found: Listeners, up_to: int = 65535) -> None:
        super().__init__()
        self._found = found
        self._up_to = up_to

    def listeners(self, port: int) -> Listeners:
        """The same for each."""
        return self._found if port <= self._up_to else Listeners()


@pytest.mark.parametrize(
    ("found", "process", "expected"),
    [
        (Listeners(), None, False),
        (Listeners(taken=None), None, False),
        (Listeners((Owner("other", 7),), taken=True), None, True),
        (Listeners((Owner("java", 4121),), taken=True), JAVA, False),
        (Listeners((Owner("java", 4121),), taken=True), UNTOLD, False),
        (Listeners((Owner("other", 7),), taken=True), UNTOLD, True),
        (Listeners((Owner(),), complete=False, taken=True), UNTOLD, False),
        (Listeners((Owner(),), complete=False, taken=True), None, True),
    ],
)
def test_a_port_is_taken_by_whoever_is_not_this_gateway(
    found: Listeners, process: GatewayProcess | None, expected: bool
) -> None:
    assert taken(5000, Listening(found), process) is expected


def test_a_free_port_is_looked_for_within_bounds() -> None:
    taken_by = Listeners((Owner("other", 7),), taken=True)
    assert free_port(Listening(taken_by, up_to=5003)) == 5004
    assert free_port(Listening(taken_by)) is None


def test_the_folder_and_its_files_are_known(tmp_path: Path) -> None:
    home = gateway_folder(tmp_path)
    (home / "root" / "vertx.jks").write_bytes(b"key")
    context = live_context(home / "root" / "conf.yaml", Listening(Listeners()), None)
    assert (context.folder, context.conf) == (str(home), "root/conf.yaml")
    assert context.read_file is not None
    assert context.port_in_use is not None
    assert context.read_file("vertx.jks") == b"key"
    assert context.read_file("no.jks") is None
    assert context.read_file("a\0b") in {None, b""}
    assert not context.port_in_use(5000)


def test_a_file_alone_is_in_no_folder(tmp_path: Path) -> None:
    assert context_of(tmp_path / "conf.yaml").folder is None
