"""Alerts for real: a program that reads its standard input, an HTTP and an SMTP server, and the command itself."""

import asyncio
import importlib.util
import json
import os
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.live.test_watch import watching
from tests.support.alerting import an_alert
from tests.support.clock import ManualClock
from tests.support.project import plain_environment, run_python
from tests.support.waiting import wait_until
from tui.config.alert_settings import AlertSettings
from tui.config.secrets import Reference, Store
from tui.simulator.child import SimulatorChild
from tui.watch.alerts.channels import CommandChannel, NotDelivered, channels_of
from tui.watch.alerts.deliver import LIMIT, attempt
from tui.watch.alerts.text import document

# The library's own imports and mail objects warn of what later Pythons will lack.
pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

TOLD = document(an_alert(said="Nothing answers at “x” ☂."), "home", figures=False)
needs_library = pytest.mark.skipif(importlib.util.find_spec("apprise") is None, reason="the extra is not installed")


def python(code: str, *arguments: str) -> CommandChannel:
    return CommandChannel((sys.executable, "-I", "-c", code, *arguments), os.environ)


async def test_a_command_gets_the_alert_as_json(tmp_path: Path) -> None:
    target = tmp_path / "told; rm -rf $HOME.json"  # no shell looks at it
    await python(
        "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read()); print('x' * 100000)", str(target)
    ).send(TOLD)
    assert json.loads(target.read_bytes()) == TOLD


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.exit(3)", "exit code 3"),
        ("import os, sys; os.close(0); sys.exit(1)", "exit code 1"),
        ("import os; os.abort()", "exit code -6"),
    ],
)
async def test_a_command_that_fails_has_not_taken_it(code: str, said: str) -> None:
    with pytest.raises(NotDelivered, match=said):
        await python(code).send(TOLD)


async def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = """
import os, subprocess, sys, threading
child = subprocess.Popen([sys.executable, "-I", "-c", "import threading; threading.Event().wait()"])
with open(sys.argv[1] + ".new", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Event().wait()
"""
    clock = ManualClock()
    task = asyncio.create_task(attempt(python(code, str(pids)), TOLD, clock))
    await asyncio.to_thread(wait_until, pids.exists)
    await clock.advance(LIMIT)
    assert await task == f"no answer within {LIMIT:g} s"
    for pid in map(int, pids.read_text().split()):
        await asyncio.to_thread(wait_until, lambda pid=pid: gone(pid))


def gone(pid: int) -> bool:
    """Whether the process has ended; one that nobody has collected yet has."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[int]:
    """The server's port, while it serves on 127.0.0.1."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def http_sink(got: list[dict[str, Any]], status: int) -> ThreadingHTTPServer:
    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Sink)


class MailSink(socketserver.StreamRequestHandler):
    """As much of SMTP as takes one mail."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mail = bytearray()
                    while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                        mail += part
                    self.server.got.append(mail.decode())  # type: ignore[attr-defined]
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 well\r\n")


def by_url(url: str) -> Any:
    reference = Reference(Store.ENVIRONMENT, "ALERT_URL")
    (channel,) = channels_of(AlertSettings(urls=(reference,)), {"ALERT_URL": url}, ())
    return channel


@needs_library
async def test_a_url_reaches_a_webhook_and_what_that_refuses_is_known() -> None:
    got: list[dict[str, Any]] = []
    with served(http_sink(got, 200)) as port:
        await by_url(f"json://127.0.0.1:{port}/hook").send(TOLD)
    with served(http_sink(got, 500)) as port, pytest.raises(NotDelivered):
        await by_url(f"json://127.0.0.1:{port}/hook").send(TOLD)
    assert (got[0]["title"], got[0]["message"], got[0]["type"]) == (TOLD["title"], TOLD["text"], "failure")
    with pytest.raises(NotDelivered):
        await by_url(f"json://127.0.0.1:{port}/hook").send(TOLD)


class OddSink(socketserver.StreamRequestHandler):
    """A webhook whose answer has a header that is none, of which the HTTP library warns with the whole URL."""

    def handle(self) -> None:
        while self.rfile.readline() not in {b"\r\n", b""}:
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nno header\r\nConnection: close\r\n\r\n")


@needs_library
async def test_no_library_writes_a_url_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), OddSink)) as port, caplog.at_level("DEBUG"):
        await by_url(f"json://127.0.0.1:{port}/hook/hunter2c0ffee").send(TOLD)
    assert "hunter2" not in caplog.text


@needs_library
async def test_a_url_reaches_a_mail_server() -> None:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailSink)
    server.got = []  # type: ignore[attr-defined]
    with served(server) as port:
        url = f"mailto://127.0.0.1:{port}/?from=cpwatch@example.com&to=me@example.com&smtp=127.0.0.1&mode=insecure"
        await by_url(url).send(TOLD)
    (mail,) = server.got  # type: ignore[attr-defined]
    assert "GATEWAY DOWN" in mail
    assert "To: me@example.com" in mail


def command(folder: Path, text: str, **environment: str) -> tuple[int, str, str]:
    """`cpwatch watch --test-alert` with those settings: its exit code and what it printed."""
    settings = folder / "settings.toml"
    settings.write_text(text)
    whole = plain_environment(CPWATCH_CONFIG=str(settings), **environment)
    done = run_python("-m", "tui", "watch", "--test-alert", environment=whole)
    return done.returncode, done.stdout, done.stderr


def test_the_command_sends_one_through_each_channel_and_says_what_came_of_it(tmp_path: Path) -> None:
    target = tmp_path / "told.json"
    code = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    words = json.dumps([sys.executable, "-I", "-c", code, str(target)])
    text = f"[profiles.home]\nurl = 'https://127.0.0.1:1'\n[alerts]\ncommand = {words}\n"
    assert command(tmp_path, text)[::2] == (0, "")
    assert json.loads(target.read_bytes())["title"] == "cpwatch home: TEST ALERT"
    failing = json.dumps([sys.executable, "-I", "-c", "import sys; sys.exit(9)"])
    returned, printed, _ = command(tmp_path, f"[alerts]\ncommand = {failing}\n")
    assert returned == 1
    assert "exit code 9" in printed
    returned, printed, _ = command(tmp_path, "")
    assert returned == 1
    assert "nobody to tell" in printed


def test_a_channel_that_can_not_be_used_is_a_mistake_of_the_settings(tmp_path: Path) -> None:
    returned, _, complained = command(tmp_path, "\n[alerts]\nurls = ['env:ALERT_URL']\n", ALERT_URL="hunter2c0ffee")
    assert returned == 2
    assert "settings.toml:3: alerts.urls" in complained
    assert "hunter2" not in complained


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
def test_a_watch_tells_of_an_outage_through_its_channels_and_says_so_in_its_lines(tmp_path: Path) -> None:
    target, settings, state = tmp_path / "told.json", tmp_path / "settings.toml", tmp_path / "state"
    state.mkdir()
    code = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"
    words = json.dumps([sys.executable, "-I", "-c", code, str(target)])
    with SimulatorChild("denied") as gateway:
        home = f"[profiles.home]\nurl = '{gateway.url}'\n"
        settings.write_text(f"{home}[alerts]\ndown_after = 0\nrules = ['down']\ncommand = {words}\n")
        # Whatever the hour: no reset of IBKR's explains that the gateway's own list refuses us.
        with watching(state, CPWATCH_CONFIG=str(settings)) as watch:
            watch.until("alert sent by the command")
            assert watch.end() == 0
    told = [json.loads(line) for line in target.read_text().splitlines()]
    assert [each["title"] for each in told] == ["cpwatch home: DENIED"]
