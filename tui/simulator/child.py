"""A simulated gateway in a process of its own, started and ended by this one."""

import contextlib
import http.client
import json
import queue
import re
import ssl
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from tui.simulator.scenarios import Scenario, scenario_named

# Our own package and no other: `-m tui` would take a folder of that name wherever the user happens to be.
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from tui.cli import main; sys.exit(main())"
COMMAND = (sys.executable, "-P", "-c", _START, str(Path(__file__).resolve().parents[2]), "simulate")
_ANNOUNCED = re.compile(r"simulated gateway on (https?)://localhost:(\d+) ")
_LOOPBACK = "127.0.0.1"
_ASK_SECONDS = 5.0
_STOP_SECONDS = 5.0


class SimulatorFailed(Exception):
    """The simulated gateway did not start, or did not do as told. Its text is what it said about it."""


class SimulatorChild:
    """A context manager around `cpwatch simulate --port 0 --with-parent`.

    command: how to call it, up to its options. deadline: seconds that it may take to listen. environment: what it sees
    of ours, by default all. It ends with the block, and by itself when this process dies, however that happens.
    """

    url: str
    port: int
    process: subprocess.Popen[bytes]

    def __init__(
        self,
        scenario: str = "ready",
        *,
        positions: int = 12,
        accounts: int = 1,
        tls: bool = True,
        port: int = 0,
        command: Sequence[str] = COMMAND,
        deadline: float = 15.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        options = ["--port", str(port), "--scenario", scenario]
        options += ["--positions", str(positions), "--accounts", str(accounts), "--with-parent"]
        self._command = [*command, *options, *([] if tls else ["--no-tls"])]
        self._environment = environment
        self._tls = tls
        self._deadline = deadline
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._errors: deque[bytes] = deque(maxlen=40)
        self._readers: list[threading.Thread] = []

    def start(self) -> Self:
        """Start it and wait until it listens. Raises SimulatorFailed with what it said instead."""
        try:
            self.process = subprocess.Popen(  # noqa: S603 (our own interpreter and our own options)
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
            )
        except OSError as error:
            raise SimulatorFailed(f"can't start the simulated gateway: {error}") from error
        self._readers = [
            threading.Thread(target=self._read_lines, args=(self.process.stdout,), daemon=True),
            threading.Thread(target=self._read_errors, args=(self.process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        try:
            line = self._lines.get(timeout=self._deadline).decode("utf-8", "replace")
        except queue.Empty:
            line = ""
        found = _ANNOUNCED.match(line)
        if found is None:
            self.kill()
            said = b"".join(self._errors).decode("utf-8", "replace").strip() or line.strip()
            raise SimulatorFailed(said or f"the simulated gateway did not listen within {self._deadline:g} s")
        self.port = int(found[2])
        self.url = f"{found[1]}://localhost:{self.port}"
        return self

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios that it can play."""
        return tuple(scenario.value for scenario in Scenario)

    def switch(self, name: str) -> None:
        """Play a scenario from its beginning. Raises SimulatorFailed, whose text says why not."""
        self.set_scenario(name)

    def set_scenario(self, name: str) -> None:
        """Play a scenario from its beginning. Raises SimulatorFailed for an unknown name and where nobody answers."""
        try:
            scenario = scenario_named(name)
        except ValueError as error:
            raise SimulatorFailed(str(error)) from None
        try:
            self._ask("POST", "/_sim/scenario", scenario.encode())
        except SimulatorFailed:
            # The scenario that plays may have closed the port; its standard input stays open.
            self._write(f"{scenario}\n".encode())

    def set_pacing(self, *, on: bool) -> None:
        """Whether IBKR counts requests and answers 429. Raises SimulatorFailed where nobody answers."""
        self._ask("POST", "/_sim/pacing", b"on" if on else b"off")

    def set_moving(self, share: float) -> None:
        """How much of the prices moves from one answer with live positions to the next, 0 to 1; at first all do.

        Raises SimulatorFailed for a share that is none, and where nobody answers.
        """
        self._ask("POST", "/_sim/moving", f"{share:g}".encode())

    def restart(self) -> None:
        """Lose the login, as with the gateway's process. Raises SimulatorFailed where nobody answers."""
        self._ask("POST", "/_sim/restart")

    def requests(self) -> dict[str, Any]:
        """What it was asked so far: total, counters by `METHOD path`, and the last requests with their times."""
        return self._ask("GET", "/_sim/requests")

    def stop(self) -> None:
        """End it in order: by the end of its input, and by force where that does not help. May be called again."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):  # It is gone already.
                self.process.stdin.close()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reap()

    def kill(self) -> None:
        """End it at once, as a crash would. May be called again."""
        self.process.kill()
        self._reap()

    def _reap(self) -> None:
        self.process.wait()
        for reader in self._readers:
            reader.join(_STOP_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):  # Closing flushes what a dead process will not read.
                    pipe.close()

    def _write(self, line: bytes) -> None:
        """One line to its standard input. Raises SimulatorFailed where it has ended."""
        pipe = self.process.stdin
        try:
            if pipe is None or pipe.closed or self.process.poll() is not None:
                raise SimulatorFailed("the simulated gateway does not answer: it has ended")
            pipe.write(line)
            pipe.flush()
        except OSError as error:
            raise SimulatorFailed(f"the simulated gateway does not answer: {error}") from error

    def _read_lines(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._lines.put(line)
        self._lines.put(b"")

    def _read_errors(self, pipe: IO[bytes]) -> None:
        self._errors.extend(pipe)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        connection = self._connection()
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            value: dict[str, Any] = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SimulatorFailed(f"the simulated gateway does not answer: {error}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise SimulatorFailed(str(value.get("error", answer.reason)))
        return value

    def _connection(self) -> http.client.HTTPConnection:
        if not self._tls:
            return http.client.HTTPConnection(_LOOPBACK, self.port, timeout=_ASK_SECONDS)
        # Unverified: the certificate is expired by design, and it is our own child on the loopback address.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(_LOOPBACK, self.port, timeout=_ASK_SECONDS, context=context)
