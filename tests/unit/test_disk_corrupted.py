"""Whatever has come into a file's place while cpwatch runs: nothing is raised, little is read, and work goes on."""

import asyncio
import json
import os
import stat
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.support.clock import ManualClock
from tui.cli import main
from tui.config.preferences import Preferences, PreferencesFile, read_preferences
from tui.config.remembered_paths import remember, remembered
from tui.config.settings_file import BadSettings, read_settings
from tui.domain.address import PathKind, parse_address
from tui.engine.budget import Budget
from tui.engine.shared_record import shared_record
from tui.gateway.endpoints import Endpoint
from tui.setup.write import Unread, seen
from tui.watch.lock import Held, only_watch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX")

GATEWAY = parse_address("https://localhost:5000")
HUGE = 100 << 20
LITTLE = 4 << 20
"""Bytes of memory that reading any of them may take."""


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(HUGE)  # a hole: it takes no room on the disk


def bytes_of(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def linked(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def device(path: Path) -> None:
    """A link to a device that gives NULs without end: to the test's own where the system's could come to harm."""
    own = path.with_name("zero")
    if os.geteuid() != 0:
        path.symlink_to("/dev/zero")
        return
    try:
        os.mknod(own, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except OSError:  # a container that makes none
        os.mkfifo(own)
    path.symlink_to(own)


PLACED: dict[str, Callable[[Path], object]] = {
    "nothing": bytes_of(b""),
    "NULs": bytes_of(bytes(4096)),
    "binary": bytes_of(bytes(range(256)) * 16),
    "no UTF-8": bytes_of('{"schema": 1, "zoom": "é"}'.encode("latin-1")),
    "UTF-16": bytes_of('schema = 1\n{"schema": 1}'.encode("utf-16")),
    "another type": bytes_of(b'[1, "schema"]'),
    "a newer form": bytes_of(b'{"schema": 999, "version": 999}'),
    "a number beyond all": bytes_of(b'{"schema": 1e999, "turns": [[1e999, null]]}'),
    "nested lists": bytes_of(b"[" * 50_000),
    "nested tables": bytes_of(b'{"a":' * 20_000),
    "nested values": bytes_of(b"schema = " + b"[" * 900),
    "half": bytes_of(b'{"schema": 1, "zoom": "eve'),
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nowhere": linked("no-such-file"),
    "a link to a device": device,
    "100 MB": huge,
}


def preferences(path: Path) -> str:
    assert read_preferences(path) == Preferences()
    said = PreferencesFile(path).save(Preferences(zoom="events"))
    if said is None:
        assert read_preferences(path) == Preferences(zoom="events")
    return said or ""


def paths(path: Path) -> str:
    assert remembered(GATEWAY, path.parent) is None
    said = remember(GATEWAY, PathKind.SSH, path.parent)
    if said is None:
        assert remembered(GATEWAY, path.parent) is PathKind.SSH
    return said or ""


def budget(path: Path) -> str:
    """One that was in use before, and has requests to answer for."""
    aside, told = path.with_name("aside"), list[str]()
    path.rename(aside)
    clock = ManualClock()
    shared = Budget(clock, shared_record(GATEWAY, clock, path.parent), tell=told.append)

    def comes() -> None:
        path.unlink()
        aside.rename(path)

    async def goes_on() -> None:
        await shared.turn(Endpoint.AUTH_STATUS)
        comes()
        for _ in range(3):
            turn = asyncio.ensure_future(shared.turn(Endpoint.AUTH_STATUS))
            await clock.advance(20)
            assert turn.done()
        await shared.flush()

    asyncio.run(goes_on())
    assert len(told) <= 1, "it is said once"
    if not told:
        record = shared_record(GATEWAY, clock, path.parent)
        known, _, _ = record.exchange([], lambda record, _: (record, True))
        assert known.turns
        assert json.loads(path.read_bytes())
    return shared.trouble or ""


def settings(path: Path) -> str:
    try:
        read_settings(path)
    except BadSettings as error:
        return str(error)
    return ""


def conf(path: Path) -> str:
    found = seen(path)
    return found.reason if isinstance(found, Unread) else ""


def holder(path: Path) -> str:
    """Of the watch's lock, who holds it is told as far as that can be read."""
    aside = path.with_name("aside")
    path.rename(aside)
    with only_watch(GATEWAY, ManualClock(), path.parent):
        path.unlink()
        aside.rename(path)
        with pytest.raises(Held) as refused, only_watch(GATEWAY, ManualClock(), path.parent):
            pass
    return str(refused.value)


READERS: dict[str, Callable[[Path], str]] = {
    "preferences.json": preferences,
    "paths.json": paths,
    "localhost-5000.json": budget,
    "settings.toml": settings,
    "conf.yaml": conf,
    "watch/localhost-5000.json": holder,
}
BEGUN_ANEW = {"preferences.json", "paths.json", "localhost-5000.json"}
"""What is written over whatever can be replaced, without a word but in the log; where it can't be, that is said."""
IN_THE_WAY = {"a folder", "a link to itself"}
NO_FILE = {"a link to a device", "a pipe"}
"""Left as they are, but for the budget's record, which is put aside under another name."""


@pytest.mark.parametrize("what", PLACED)
@pytest.mark.parametrize("name", READERS)
def test_whatever_is_in_its_place(tmp_path: Path, name: str, what: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    PLACED[what](path)
    before = psutil.Process().num_fds()
    tracemalloc.start()
    try:
        said = READERS[name](path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert psutil.Process().num_fds() <= before
    assert most < LITTLE
    assert "Traceback" not in said
    assert not [each for each in said if not (each.isprintable() or each == "\n")]
    if name in BEGUN_ANEW:
        stays = IN_THE_WAY if name == "localhost-5000.json" else IN_THE_WAY | NO_FILE
        assert bool(said) is (what in stays)
    if name == "settings.toml" and what not in {"nothing", "a link to nowhere"}:
        assert all(line.startswith(str(path)) for line in said.splitlines())
        assert said


@pytest.mark.parametrize("what", sorted(set(PLACED) - {"nothing"}))
def test_a_command_with_such_settings_says_what_to_do_and_exits_2(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.toml"
    PLACED[what](path)
    monkeypatch.setenv("CPWATCH_CONFIG", str(path))
    code = main(["status", "--url", "https://127.0.0.1:1"])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "settings.toml" in err
    assert "Traceback" not in err
