"""The real Client Portal Gateway, started in a scratch folder with a conf.yaml of ours, and ended with its children."""

import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.ports import free_port
from tests.support.requirements import needs_program

HOME_VARIABLE = "GATEWAY_HOME"
ADMITS_127_0_0_1 = "ips: {allow: [127.0.0.1], deny: [212.90.324.10]}"
CHOKES = 'ips: {allow: ["*"], deny: [9.9.9.9]}'
_STARTS_WITHIN = 60.0
_ENDS_WITHIN = 10.0
_LOOK = 0.1


def gateway_home() -> Path:
    """The unpacked distribution. Skips the test where the environment names none; call it before anything else."""
    named = os.environ.get(HOME_VARIABLE)
    if not named:
        pytest.skip(f"{HOME_VARIABLE} does not name the folder of an unpacked Client Portal Gateway")
    home = Path(named)
    if not (home / "bin" / "run.sh").is_file():
        pytest.fail(f"{HOME_VARIABLE}={named}: there is no bin/run.sh in it", pytrace=False)
    needs_program("java")
    needs_program("bash")
    return home


class RealGateway:
    """A context manager around one gateway process.

    folder: empty, without `+` in its name. upstream: `proxyRemoteHost`. ips: the whole block, as YAML. It listens on
    all addresses, which can't be helped; only 127.0.0.1 gets in.
    """

    def __init__(
        self, home: Path, folder: Path, upstream: str, *, tls: bool = True, ips: str = ADMITS_127_0_0_1
    ) -> None:
        self.port = free_port()
        self.tls = tls
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "root").mkdir(parents=True)
        for name in ("bin", "build", "dist"):
            (folder / name).symlink_to(home / name)
        for name in ("vertx.jks", "logback.xml"):
            (folder / "root" / name).write_bytes((home / "root" / name).read_bytes())
        settings = {
            "listenPort": str(self.port),
            "listenSsl": str(tls).lower(),
            "proxyRemoteHost": f'"{upstream}"',
            "proxyRemoteSsl": "false",
            "ip2loc": '"US"',
            "svcEnvironment": '"v1"',
            "portalBaseURL": '""',
            "sslCert": '"vertx.jks"',
            "sslPwd": '"mywebapi"',
            "authDelay": "3000",
            "cors": '{origin.allowed: "*", allowCredentials: false}',
        }
        lines = [f"{name}: {value}" for name, value in settings.items()]
        (folder / "root" / "conf.yaml").write_text("\n".join([*lines, ips, ""]), encoding="utf-8")

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it, and wait for nothing; it may never listen."""
        with (self._folder / "console.txt").open("wb") as console:
            self._process = subprocess.Popen(
                ["bash", "bin/run.sh", "root/conf.yaml"],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                # run.sh stays the parent of java, and a signal to it alone leaves java behind.
                start_new_session=True,
            )
        return self._process

    def start(self) -> Self:
        """Start it and return once it takes connections. Raises AssertionError with what it printed instead."""
        process = self.launch()
        for _ in range(int(_STARTS_WITHIN / _LOOK)):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK)
                break
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
                return self
        self.stop()
        printed = (self._folder / "console.txt").read_text(errors="replace")
        raise AssertionError(f"the real gateway did not start: {printed[-2000:]}")

    def stop(self) -> None:
        """End it and everything it started. May be called again."""
        process, self._process = self._process, None
        if process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired, TimeoutError):
                process.wait(_ENDS_WITHIN)
                self._wait_until_refused()
                break

    def _wait_until_refused(self) -> None:
        """Return once nobody listens: run.sh ends before java does. A connection of ours ends with java.

        Raises TimeoutError.
        """
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), _ENDS_WITHIN) as connection:
                    connection.recv(1)
            except ConnectionRefusedError:
                return
            except ConnectionError:
                continue

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
