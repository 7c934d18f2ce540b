"""Where a browser can be opened that the user would see, and that nothing of it reaches this terminal."""

import subprocess
import sys
from typing import Any

import pytest

from tui.ui import browsing
from tui.ui.browsing import browser, open_page


@pytest.mark.parametrize(
    ("environment", "platform", "there"),
    [
        ({}, "darwin", True),
        ({}, "win32", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "linux", False),
        ({"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "darwin", False),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
    ],
)
def test_a_browser_is_where_somebody_would_see_it(environment: dict[str, str], platform: str, there: bool) -> None:
    assert (browser(environment, platform) is not None) is there


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, Any]]]:
    """What would have been started."""
    made: list[tuple[list[str], dict[str, Any]]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        made.append((command, options))
        if command[-1].startswith("https://late"):
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess(command, 1 if "none" in command[-1] else 0)

    monkeypatch.setattr(browsing.subprocess, "run", run)
    return made


def test_it_is_opened_apart_from_the_terminal(calls: list[tuple[list[str], dict[str, Any]]]) -> None:
    environment = {"DISPLAY": ":0", "HOME": "here"}
    opens = browser(environment, "linux")
    assert opens is not None
    assert opens("https://localhost:5000")
    ((command, options),) = calls
    assert options["env"] == environment
    assert command[0] == sys.executable
    assert command[-1] == "https://localhost:5000"
    assert {options[each] for each in ("stdin", "stdout", "stderr")} == {subprocess.DEVNULL}
    assert options["start_new_session"]
    assert not options.get("shell")


@pytest.mark.parametrize("url", ["https://none", "https://late"])
def test_what_does_not_open_is_told(calls: list[tuple[list[str], dict[str, Any]]], url: str) -> None:
    assert not open_page(url, {})
    assert len(calls) == 1


def test_the_program_that_opens_it_says_whether_it_did(tmp_path: Any) -> None:
    (tmp_path / "webbrowser.py").write_text("import sys\ndef open(url):\n    return url == 'https://yes'\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{browsing._OPEN}"
    for url, expected in (("https://yes", 0), ("https://no", 1)):
        assert subprocess.run([sys.executable, "-c", code, url], check=False).returncode == expected
