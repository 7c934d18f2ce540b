"""`cpwatch watch --serve` as a user calls it: a real process, asked over real sockets."""

import http.client
import json
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.ports import free_port
from tests.support.project import plain_environment, run_python
from tests.support.waiting import DEADLINE, wait_until
from tui.simulator.child import SimulatorChild
from tui.watch.shipped import dashboard, rules

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="it is ended by SIGTERM, and read by select"),
]
SERVED = re.compile(rb"health and metrics are served at http://127\.0\.0\.1:(\d+)")


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[int]:
    """The port of a watch that serves; it has ended well at the end of SIGTERM."""
    command = [sys.executable, "-m", "tui", "watch", "--serve", "127.0.0.1:0", *arguments]
    environment = plain_environment(XDG_STATE_HOME=str(folder), XDG_CONFIG_HOME=str(folder))
    watch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    assert watch.stdout is not None
    said = b""
    try:
        while (found := SERVED.search(said)) is None:
            ready, _, _ = select.select([watch.stdout], [], [], DEADLINE)
            assert ready, said
            part = watch.stdout.read1()  # type: ignore[attr-defined]
            assert part, said
            said += part
        yield int(found[1])
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(DEADLINE) == 0, said
    finally:
        watch.kill()
        watch.communicate()


def asked(port: int, path: str) -> tuple[int, str]:
    """The status and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_good_session_is_ready_and_asking_costs_the_gateway_nothing(tmp_path: Path) -> None:
    with SimulatorChild() as child, watching(tmp_path, "--url", child.url) as port:
        wait_until(lambda: asked(port, "/readyz") == (200, "ready\n"))
        before = child.requests()["total"]
        assert {asked(port, path)[0] for path in ("/livez", "/readyz", "/state", "/metrics") * 25} == {200}
        assert child.requests()["total"] - before < 50
        state = json.loads(asked(port, "/state")[1])
        assert (state["schema"], state["verdict"], state["path"]["url"]) == (1, "ready", child.url)
        families = {each.name: each for each in text_string_to_metric_families(asked(port, "/metrics")[1])}
    assert {each.labels["verdict"]: each.value for each in families["cpwatch_verdict"].samples}["ready"] == 1
    (sent,) = families["cpwatch_tickles_sent"].samples
    assert sent.value == 1


def test_without_a_gateway_it_lives_and_is_not_ready(tmp_path: Path) -> None:
    with watching(tmp_path, "--url", f"https://127.0.0.1:{free_port()}") as port:
        wait_until(lambda: asked(port, "/readyz")[1].startswith("gateway_down: "))
        assert asked(port, "/readyz")[0] == 503
        assert asked(port, "/livez") == (200, "alive\n")
        taken = watch("--serve", str(port))
        assert (taken.returncode, taken.stdout) == (2, "")
        assert re.fullmatch(
            rf"cpwatch: can't serve at 127\.0\.0\.1:{port}: [\w ]+; choose another port .*\n", taken.stderr
        )


def watch(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A watch of nothing that is not to begin."""
    url = f"https://127.0.0.1:{free_port()}"
    return run_python("-m", "tui", "watch", "--url", url, *arguments, environment=plain_environment(**changes))


def test_what_others_could_reach_is_refused_without_a_good_token() -> None:
    for changes in ({}, {"CPWATCH_SERVE_TOKEN": "too-short"}):
        said = watch("--serve", "0.0.0.0:0", **changes)
        assert (said.returncode, said.stdout) == (2, "")
        assert "CPWATCH_SERVE_TOKEN" in said.stderr
        assert "too-short" not in said.stderr


def test_the_dashboard_and_the_rules_are_printed() -> None:
    assert watch("--print-dashboard").stdout.rstrip("\n") == dashboard()
    assert watch("--print-rules").stdout.rstrip("\n") == rules()
    assert watch("--print-rules", "--print-dashboard").returncode == 2
