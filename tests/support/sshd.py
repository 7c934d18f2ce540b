"""A real `ssh -L` through a real sshd, both on the loopback address: it can be cut, frozen and made anew."""

import contextlib
import getpass
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import pytest

from tests.support.ports import free_port
from tests.support.requirements import needs_program

_STARTS_WITHIN = 30.0
_LOOK = 0.05
_ENDS_WITHIN = 10.0
_QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}


class SshTunnel:
    """A port of this machine that leads, over ssh, to another one.

    far_port: where the far side sends what comes. port: where ssh listens here. alive: seconds between two of ssh's
    own looks at the far side; it gives up after two without an answer. Make it in a test or a fixture: the test is
    skipped where OpenSSH is missing, or fails where `CPWATCH_REQUIRE_SSH=1` says that it must be there.
    """

    def __init__(self, folder: Path, far_port: int, *, alive: int = 15) -> None:
        self.port = free_port()
        self.ssh_port = free_port()
        self.far_port = far_port
        self.user = getpass.getuser()
        self._folder = folder
        if sys.platform != "linux":
            pytest.skip("Linux only: elsewhere sshd has rules of its own")
        self._ssh, self._sshd, keygen = (needs_program(each, "ssh") for each in ("ssh", "sshd", "ssh-keygen"))
        self._alive = alive
        self._server: subprocess.Popen[bytes] | None = None
        self._client: subprocess.Popen[bytes] | None = None
        for key in ("host", "user"):
            subprocess.run(
                [keygen, "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", str(folder / key)], check=True, **_QUIET
            )
        settings = (
            f"Port {self.ssh_port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {folder / 'host'}",
            f"AuthorizedKeysFile {folder / 'user.pub'}",
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "AllowTcpForwarding local",
        )
        (folder / "sshd_config").write_text("\n".join((*settings, "")), encoding="utf-8")

    @property
    def destination(self) -> str:
        """As ssh is given it."""
        return f"{self.user}@127.0.0.1"

    @property
    def pid(self) -> int:
        """Of the ssh that listens on the port."""
        assert self._client is not None
        return self._client.pid

    def start(self) -> Self:
        """Start sshd, and ssh to it; return once the port takes connections."""
        if os.name == "posix" and os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd locks up those who are not logged in yet
        with (self._folder / "sshd.txt").open("wb") as said:
            command = [self._sshd, "-D", "-e", "-f", str(self._folder / "sshd_config")]
            self._server = subprocess.Popen(command, stderr=said, **_QUIET)
        self._wait_for(self._server, self.ssh_port, "sshd")
        return self.connect()

    def connect(self) -> Self:
        """Start ssh, anew where it was killed."""
        options = (
            "BatchMode=yes",
            "ExitOnForwardFailure=yes",
            "StrictHostKeyChecking=no",
            f"UserKnownHostsFile={self._folder / 'known_hosts'}",
            "IdentitiesOnly=yes",
            f"ServerAliveInterval={self._alive}",
            "ServerAliveCountMax=2",
        )
        command = [self._ssh, "-N", "-F", "none", *(word for option in options for word in ("-o", option))]
        command += ["-i", str(self._folder / "user"), "-p", str(self.ssh_port)]
        command += ["-L", f"127.0.0.1:{self.port}:127.0.0.1:{self.far_port}", self.destination]
        with (self._folder / "ssh.txt").open("wb") as said:
            self._client = subprocess.Popen(command, stderr=said, **_QUIET)
        self._wait_for(self._client, self.port, "ssh")
        return self

    def kill_ssh(self) -> None:
        """End the ssh on this side, as when its terminal is closed; from now on the port refuses."""
        client, self._client = self._client, None
        _end(client)

    def freeze(self) -> None:
        """Stop the far side's ssh where it stands: connections come up here, and nothing ever answers."""
        for process in self._sessions():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on. May be called at any time."""
        for process in self._sessions():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def stop(self) -> None:
        """End all of it. May be called again."""
        sessions = self._sessions()
        self.thaw()
        self.kill_ssh()
        for process in sessions:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        # As long as their parent is there to take note of it.
        psutil.wait_procs(sessions, _ENDS_WITHIN)
        server, self._server = self._server, None
        _end(server)

    def _sessions(self) -> list[psutil.Process]:
        """What sshd started for those who are logged in."""
        if self._server is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self._server.pid).children(recursive=True)
        return []

    def _wait_for(self, process: subprocess.Popen[bytes], port: int, name: str) -> None:
        for _ in range(int(_STARTS_WITHIN / _LOOK)):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1.0).close()
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK)
                break
        self.stop()
        said = (self._folder / f"{name}.txt").read_text("utf-8", "replace")
        raise AssertionError(f"{name} did not start: {said[-2000:]}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    process.terminate()
    try:
        process.wait(_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_ENDS_WITHIN)
