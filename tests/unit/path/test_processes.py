"""Which gateways run here, told by processes as they are shown to us, and which Java would start one."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tests.support.clock import ManualClock
from tui.clock import SystemClock
from tui.path import processes
from tui.path.processes import STARTER, GatewayProcess, Java, command_of, gateways, java, version_in
from tui.path.programs import Ran

COMMAND = ("java", "-server", "-cp", "root:dist/x.jar", STARTER, "--conf", "../root/conf.yaml")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (COMMAND, ("root/conf.yaml", None)),
        ((*COMMAND, "--port", "5001"), ("root/conf.yaml", 5001)),
        ((*COMMAND[:5], "--conf=../root2/conf.yaml", "--port=70000"), ("root2/conf.yaml", None)),
        ((*COMMAND[:5], "--conf", "..\\root\\conf.yaml"), ("root/conf.yaml", None)),
        ((*COMMAND[:5], "--conf", "../../../etc/passwd"), (None, None)),
        ((*COMMAND[:5], "--conf", "..//etc/passwd"), (None, None)),
        ((*COMMAND[:5], "--conf", "C:\\gw\\conf.yaml"), (None, None)),
        ((*COMMAND[:5], "--conf"), (None, None)),
        (COMMAND[:5], (None, None)),
        (("java", "-jar", "other.jar"), None),
        ((), None),
    ],
)
def test_a_command_names_its_settings_within_its_own_folder_only(arguments: tuple[str, ...], told: object) -> None:
    assert command_of(arguments) == told


class FakeProcess:
    """A process as psutil shows one."""

    def __init__(self, pid: int, name: str, words: tuple[str, ...], parent: "FakeProcess | None" = None) -> None:
        self.pid = pid
        self._name, self._words, self._parent = name, words, parent
        self.refuses = False

    def name(self) -> str:
        return self._name

    def cmdline(self) -> list[str]:
        return list(self._words)

    def cwd(self) -> str:
        if self.refuses:
            raise psutil.AccessDenied
        return "/srv/gateway"

    def parent(self) -> "FakeProcess | None":
        return self._parent

    def net_connections(self, kind: str) -> list[Any]:
        assert kind == "tcp"
        if self.refuses:
            raise psutil.AccessDenied
        laddr = [SimpleNamespace(port=port) for port in (5000, 5000, 443)]
        states = ("LISTEN", "LISTEN", "ESTABLISHED")
        return [SimpleNamespace(status=status, laddr=where) for status, where in zip(states, laddr, strict=True)]


INIT = FakeProcess(1, "systemd", ("/sbin/init",))
SHELL = FakeProcess(40, "bash", ("bash", "bin/run.sh", "root/conf.yaml"), INIT)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, FakeProcess]]:
    """What psutil shows: put processes into it."""
    there: dict[int, FakeProcess] = {}

    def iterate(_attributes: list[str]) -> Iterator[Any]:
        for each in there.values():
            yield SimpleNamespace(pid=each.pid, info={"name": each.name()})

    def process(pid: int) -> FakeProcess:
        if pid not in there:
            raise psutil.NoSuchProcess(pid)
        return there[pid]

    monkeypatch.setattr(psutil, "process_iter", iterate)
    monkeypatch.setattr(psutil, "Process", process)
    monkeypatch.setattr(psutil, "pid_exists", lambda pid: pid in there)
    return there


def test_a_gateway_is_told_with_its_folder_its_settings_and_its_ports(shown: dict[int, FakeProcess]) -> None:
    shown[41] = FakeProcess(41, "java", COMMAND, SHELL)
    shown[42] = FakeProcess(42, "java", ("java", "-jar", "other.jar"), SHELL)
    shown[43] = FakeProcess(43, "bash", COMMAND, SHELL)
    assert gateways() == (GatewayProcess(41, "/srv/gateway", "root/conf.yaml", None, (5000,)),)


def test_what_the_system_does_not_tell_is_not_made_up(shown: dict[int, FakeProcess]) -> None:
    shown[41] = FakeProcess(41, "java.exe", COMMAND, SHELL)
    shown[41].refuses = True
    assert gateways() == (GatewayProcess(41, None, "root/conf.yaml", None, None),)
    assert "does not tell" in gateways()[0].place


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no groups of processes")
@pytest.mark.parametrize(
    ("parent", "leader", "orphaned"),
    [
        (SHELL, 40, False),
        (INIT, 40, True),  # run.sh, which led the group, has ended
        (INIT, 41, False),  # a service's own java leads its group
        (FakeProcess(1, "bash", ("bash", "bin/run.sh")), 1, False),  # in a container
        (FakeProcess(900, "systemd", ("systemd", "--user")), 40, True),
    ],
)
def test_java_that_outlived_its_shell_is_an_orphan(
    shown: dict[int, FakeProcess],
    monkeypatch: pytest.MonkeyPatch,
    parent: FakeProcess,
    leader: int,
    orphaned: bool,
) -> None:
    shown[41] = FakeProcess(41, "java", COMMAND, parent)
    monkeypatch.setattr(processes.os, "getpgid", lambda _pid: leader)
    assert [each.orphaned for each in gateways()] == [orphaned]


@pytest.mark.skipif(sys.platform == "win32", reason="it needs a shell")
def test_a_real_process_of_that_command_is_found(tmp_path: Path) -> None:
    stand_in = tmp_path / "java"
    stand_in.symlink_to(Path("/bin/sh").resolve())
    # A shell that waits for its input, under the name and with the words of a gateway.
    with subprocess.Popen(
        [str(stand_in), "-c", "read line", *COMMAND[1:]], cwd=tmp_path, stdin=subprocess.PIPE
    ) as running:
        try:
            found = [each for each in gateways() if each.pid == running.pid]
        finally:
            running.communicate(b"\n")
    assert [replace(each, ports=()) for each in found] == [
        GatewayProcess(running.pid, str(tmp_path.resolve()), "root/conf.yaml", None, ())
    ]


@pytest.mark.parametrize(
    ("output", "version", "fit", "words"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK …', (17, 0, 15), True, "17.0.15"),
        ('java version "1.8.0_192"', (1, 8, 0, 192), True, "1.8.0_192"),
        ('java version "1.8.0_191"', (1, 8, 0, 191), False, "1.8.0_191"),
        ('java version "1.7.0_80"', (1, 7, 0, 80), False, "1.7.0_80"),
        ('openjdk version "25" 2025-09-16', (25,), True, "25"),
        ('openjdk version "11.0.2-ea" x', (11, 0, 2), True, "11.0.2"),
        ("Unable to locate a Java Runtime.", (), None, ""),
    ],
)
def test_a_java_version_is_read_and_judged(output: str, version: tuple[int, ...], fit: bool | None, words: str) -> None:
    found = Java(version_in(output))
    assert (found.version, found.fit, found.words) == (version, fit, words)


@pytest.mark.parametrize(("ran", "expected"), [(Ran(0, 'java version "17.0.1"'), Java((17, 0, 1))), (Ran(1, ""), None)])
async def test_the_java_on_the_path(monkeypatch: pytest.MonkeyPatch, ran: Ran, expected: Java | None) -> None:
    async def told(*_: object, **__: object) -> Ran:
        return ran

    monkeypatch.setattr(processes, "found", lambda _: "java")
    monkeypatch.setattr(processes, "ran", told)
    assert await java(ManualClock()) == expected
    monkeypatch.setattr(processes, "found", lambda _: None)
    assert await java(ManualClock()) is None


@pytest.mark.skipif(sys.platform == "win32", reason="it needs a script")
async def test_what_java_prints_to_standard_error_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "java"
    script.write_text("#!/bin/sh\necho 'openjdk version \"21.0.4\"' >&2\n", encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await java(SystemClock()) == Java((21, 0, 4))
