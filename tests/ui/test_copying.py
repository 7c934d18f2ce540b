"""What can be copied in which state, and where it goes."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.host import Host
from tests.support.parts import NOW
from tests.support.states import (
    competing,
    denied,
    failed,
    gateway_down,
    login_required,
    login_required_over_ssh,
    ready,
)
from tui.domain.failure import FailureKind
from tui.domain.remedy import Remedy
from tui.domain.state import MonitorState
from tui.domain.verdict import verdict
from tui.ui.copying import Copyable, copied, copy_note, copyables

URL = "https://localhost:5000"
GATEWAY = Copyable("the gateway's address", URL)
LOGIN = Copyable("the login address", URL)


def wrong_scheme() -> MonitorState:
    """The port speaks plain http."""
    return failed(FailureKind.WRONG_SCHEME, "no TLS")


@pytest.mark.parametrize(
    ("state", "titles"),
    [
        (ready, [GATEWAY.title]),
        (denied, [GATEWAY.title]),
        # The same text twice is no choice.
        (login_required, [LOGIN.title]),
        (login_required_over_ssh, ["the ssh line", LOGIN.title]),
        (gateway_down, ["the line that starts the gateway", "the ssh line", GATEWAY.title]),
        (competing, ["the line that re-opens the session", GATEWAY.title]),
        (wrong_scheme, ["the line that starts cpwatch anew", GATEWAY.title]),
    ],
)
def test_the_advice_comes_first_and_the_address_always(state: Callable[[], MonitorState], titles: list[str]) -> None:
    now = state()
    remedy = verdict(now, NOW).remedy
    items = copyables(remedy, now)
    assert [item.title for item in items] == titles
    assert URL in [item.text for item in items]
    texts = {item.text for item in items}
    assert remedy is None or texts >= set(remedy.commands)


def test_a_line_that_is_none_of_the_known_ones_is_offered_too() -> None:
    items = copyables(Remedy("", ("docker start gateway",)), ready())
    assert items[0] == Copyable("the line to run", "docker start gateway")


@pytest.mark.parametrize("nasty", ["ssh a\nrm -rf ~\n", "\x1b]52;c;!\a", "a\rb\x00\x7f\x9b", "\u202egnp.exe", "\ud800"])
def test_what_is_copied_is_one_printable_line(nasty: str) -> None:
    items = copyables(Remedy("", (nasty,), nasty), ready())
    for item in items:
        assert item.text.isprintable()
        assert "\n" not in item.text
        item.text.encode()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> tuple[Host, list[str]]:
    """An app, and what its driver writes to the terminal."""
    app, written = Host(), []

    class Driver:
        def write(self, data: str) -> None:
            written.append(data)

    monkeypatch.setattr(app, "_driver", Driver())
    return app, written


@pytest.mark.parametrize("text", [URL, "curl -d '{\"a\":1}' トヨタ", "ssh " + "x" * 3000])
def test_it_goes_to_the_clipboard_and_into_a_private_file(
    sent: tuple[Host, list[str]], tmp_path: Path, text: str
) -> None:
    app, written = sent
    (item, *_) = copyables(Remedy("", (text,)), ready())
    file = tmp_path / "new" / "copied.txt"
    note = copied(app, item, file)
    (sequence,) = written
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\a")
    assert base64.b64decode(sequence[7:-1], validate=True).decode() == item.text
    assert file.read_text("utf-8") == f"{item.text}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["copied.txt"]
    assert str(file) in note
    assert "clipboard" in note


def test_another_copy_takes_the_place_of_the_first(sent: tuple[Host, list[str]], tmp_path: Path) -> None:
    app, written = sent
    file = tmp_path / "copied.txt"
    copied(app, GATEWAY, file)
    copied(app, Copyable("the ssh line", "ssh here"), file)
    assert file.read_text() == "ssh here\n"
    assert len(written) == 2


def test_a_file_that_cannot_be_written_is_said_and_the_rest_done(sent: tuple[Host, list[str]], tmp_path: Path) -> None:
    app, written = sent
    (tmp_path / "blocked").write_text("a file where a folder would have to be")
    note = copied(app, LOGIN, tmp_path / "blocked" / "copied.txt")
    assert len(written) == 1
    assert note.startswith("The login address was sent to the terminal's clipboard.")
    assert "could not be written" in note
    assert "irectory" in note or "exists" in note


def test_the_note_names_the_file_from_the_users_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert copy_note(LOGIN, tmp_path / "state" / "copied.txt").endswith("it is in ~/state/copied.txt")
    assert copy_note(LOGIN, tmp_path.parent / "x\x1b[31m").isprintable()
