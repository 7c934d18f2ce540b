"""Every file that cpwatch writes, on disks that refuse: a sentence that says why, and what was there is there whole."""

import asyncio
import errno
import logging
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.clock import ManualClock
from tests.support.disk import ground, not_ours, read_only, room_for
from tests.support.logs import own_log_folder
from tests.support.project import ROOT
from tui.cli import main
from tui.config.logs import ROOT as LOGGER
from tui.config.logs import log_failure, start_logging, write_crash
from tui.config.preferences import Preferences, PreferencesFile
from tui.config.remembered_paths import remember
from tui.doctor.bundle import Material
from tui.doctor.command import Wish, _bundle
from tui.domain.address import PathKind, parse_address
from tui.domain.verdict import Verdict
from tui.domain.verdict_name import VerdictName
from tui.engine.budget import Budget
from tui.engine.shared_record import shared_record
from tui.files import RotatingFile, write_whole
from tui.gateway.endpoints import Endpoint
from tui.output import OutputFailed
from tui.setup.recipe import File, Format
from tui.setup.recipes_check import put, stands
from tui.setup.write import Unread, Unwritten, seen, written
from tui.ui.copying import Copyable, copied
from tui.ui.screens.save import refusal
from tui.watch.lock import Held, only_watch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and limits of this kind are POSIX")

GATEWAY = parse_address("https://localhost:5000")
LONG = "x" * 400
"""More than the full disk of these tests has room for."""


def preferences(folder: Path, number: int) -> str | None:
    return PreferencesFile(folder / "preferences.json").save(Preferences(zoom=f"pane-{number}"))


def paths(folder: Path, number: int) -> str | None:
    return remember(GATEWAY, PathKind.SSH if number == 0 else PathKind.FRP, folder)


def budget(folder: Path, number: int) -> str | None:
    clock = ManualClock()
    shared = Budget(clock, shared_record(GATEWAY, clock, folder), name=f"process-{number}")
    asyncio.run(shared.turn(Endpoint.AUTH_STATUS))
    return shared.trouble


def lock(folder: Path, number: int) -> str | None:
    try:
        with only_watch(GATEWAY, ManualClock(), folder):
            return None
    except (Held, OSError) as error:
        return str(error)


def settings(folder: Path, number: int) -> str | None:
    os.environ["CPWATCH_CONFIG"] = str(folder / "settings.toml")
    try:
        code = main(["config", "init"])
    finally:
        del os.environ["CPWATCH_CONFIG"]
    return None if code == 0 else f"exit code {code}"


def log(folder: Path, number: int) -> str | None:
    try:
        start_logging(folder / "cpwatch.log", debug=False, screen=False)
    except OSError as error:
        return str(error)
    logging.getLogger(f"{LOGGER}.engine").info("line %d %s", number, LONG)
    return log_failure()


def lines(folder: Path, number: int) -> str | None:
    try:
        RotatingFile(folder / "watch.log").write(f"{number} {LONG}")
    except OSError as error:
        return str(error)
    return None


def export(folder: Path, number: int) -> str | None:
    path = folder / "positions.csv"
    try:
        write_whole(path, f"{number} {LONG}".encode())
    except OSError as error:
        return refusal(error, path)
    return None


def clipboard(folder: Path, number: int) -> str | None:
    app = SimpleNamespace(copy_to_clipboard=lambda _: None)
    said = copied(app, Copyable("the line", f"{number} {LONG}"), folder / "copied.txt")  # type: ignore[arg-type]
    return said.partition("It could not be written")[2] or None


def conf(folder: Path, number: int) -> str | None:
    path = folder / "conf.yaml"
    if number == 0:
        path.write_text(f"# {LONG}\nlistenPort: 5000\n")
    old = seen(path)
    done = old if isinstance(old, Unread) else written(old, f"# {LONG}\nlistenPort: {number}\n".encode(), ManualClock())
    match done:
        case Unread(reason):
            return reason
        case Unwritten():
            return f"{done.reason} {done.fix}"
    return None


def unit(folder: Path, number: int) -> str | None:
    data = f"# {LONG}\n[Unit]\nDescription=a unit {number}\n".encode()
    file = File(str(folder / "cpwatch.service"), data, Format.USER_UNIT, filled_by_hand=True)
    done = put(file, ManualClock(), stands(file))
    return f"{done.reason} {done.fix}" if isinstance(done, Unwritten) else None


def bundle(folder: Path, number: int) -> str | None:
    of = Material((), Verdict(VerdictName.UNKNOWN, "nothing was looked at"), number, ManualClock().now())
    try:
        _bundle(of, Wish(folder / "bundle.zip", unasked=True))
    except OutputFailed as error:
        return str(error)
    return None


Writes = Callable[[Path, int], str | None]
WRITERS: dict[str, Writes] = {
    "preferences.json": preferences,
    "paths.json": paths,
    "localhost-5000.json": budget,
    "localhost-5000.lock": lock,
    "settings.toml": settings,
    "cpwatch.log": log,
    "watch.log": lines,
    "positions.csv": export,
    "copied.txt": clipboard,
    "conf.yaml": conf,
    "cpwatch.service": unit,
    "bundle.zip": bundle,
}
NEW = {"settings.toml", "bundle.zip"}
"""What is never written over one that is there."""
GROW = {"cpwatch.log", "watch.log"}
"""What is added to, and is whole where it begins with what was there and ends with a line."""
LOCKS = {"localhost-5000.lock"}
"""What has nothing in it; nor has a lock that is held any need of room."""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    """A folder in which all is well. Whatever is printed stays in memory, as files may be full."""
    with ground() as place, own_log_folder(monkeypatch, place / "logs"):
        (place / "state").mkdir(mode=0o700)
        yield place / "state"
    assert "Traceback" not in "".join(capsys.readouterr())


def content(folder: Path) -> dict[str, bytes]:
    """Every plain file by its name; locks mean nothing, and are left out."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and not path.is_symlink() and path.suffix != ".lock"
    }


def assert_whole(name: str, before: dict[str, bytes], after: dict[str, bytes], told: str | None) -> None:
    """What was there is there; or it was written and nothing was told. Copies of what was there may lie beside it."""
    new = {each for each in after if each not in before and not each.endswith(".bak")}
    assert new <= {name}, "something was left lying about"
    if name in before:
        old, now = before[name], after[name]
        if told is not None:
            assert now == old
        elif name in GROW:
            assert now.startswith(old)
            assert now.endswith(b"\n")


REFUSED: dict[str, Callable[[Path], AbstractContextManager[None]]] = {
    "not ours to write": not_ours,
    "read-only": read_only,
    "full": lambda _: room_for(40),
}
REASONS = {
    "not ours to write": ("Permission denied", "may not be written", "does not let"),
    "read-only": ("Read-only file system", "can only be read", "does not let"),
    "full": ("File too large", "no room"),
}
# A file that is there can be added to where its folder can't be changed.
WELL = {("not ours to write", name) for name in GROW | LOCKS} | {("full", name) for name in LOCKS}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("fault", REFUSED)
@pytest.mark.parametrize("there", [False, True], ids=["new", "over"])
def test_a_disk_that_refuses(
    folder: Path, fault: str, name: str, there: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    writes = WRITERS[name]
    if there or name == "conf.yaml":
        assert writes(folder, 0) is None
    warm = folder.with_name("elsewhere")
    warm.mkdir()
    writes(warm, 0)
    before = content(folder)
    with REFUSED[fault](folder):
        told = writes(folder, 1)
    said = f"{told} {capsys.readouterr().err}"
    if name in NEW and there:
        assert told is not None
        assert re.search("exists|left as it is", said)
        assert content(folder) == before
        return
    assert_whole(name, before, content(folder), told)
    if (fault, name) in WELL and (there or fault == "full"):
        assert told is None
    else:
        assert told is not None
        assert any(reason in said for reason in REASONS[fault]), said
    # And when that is over, it is written.
    if name in GROW or name in LOCKS or told is not None:
        assert writes(folder, 1) is None
    assert "Traceback" not in said


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("what", ["a folder", "a link to itself"])
def test_something_else_has_the_files_name(folder: Path, name: str, what: str) -> None:
    place = folder / name
    if what == "a folder":
        (place / "with something in it").mkdir(parents=True)
    else:
        place.symlink_to(place)
    told = WRITERS[name](folder, 1)
    assert set(content(folder)) == set()
    assert told is not None
    assert told.strip()


@pytest.mark.parametrize("name", sorted(set(WRITERS) - {"conf.yaml"}))
def test_a_file_has_the_folders_name(folder: Path, name: str) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"a file")
    told = WRITERS[name](folder, 1)
    assert told is not None
    assert told.strip()
    assert folder.read_bytes() == b"a file"


# Each of the system's calls on the way of a file that is written whole: what fails there, and what kills it there.
CALLS = ("open", "fchmod", "fsync", "close", "replace", "link", "unlink")


def failing(call: str, which: int, code: int) -> tuple[Callable[..., object], list[int]]:
    """That call of the system's, of which the `which`th fails; and a list with an entry a call."""
    honest = getattr(os, call)
    made: list[int] = []

    def fails(*arguments: object, **options: object) -> object:
        made.append(len(made) + 1)
        if len(made) != which:
            return honest(*arguments, **options)
        if call == "close":
            honest(*arguments)  # what can't be closed is closed all the same
        raise OSError(code, os.strerror(code))

    return fails, made


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_whichever_call_fails_the_old_file_or_the_new_one_is_whole(
    tmp_path: Path, call: str, which: int, code: int, overwrite: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    if overwrite:
        path.write_bytes(b"old")
    fails, made = failing(call, which, code)
    told = None
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails)
        try:
            write_whole(path, b"new", overwrite=overwrite)
        except OSError as error:
            told = error.errno
    now = path.read_bytes() if path.exists() else b"none"
    assert now in ({b"new"} if told is None else {b"old", b"none", b"new"})
    assert told in ({None, code} if len(made) >= which else {None})
    # What can't be taken away again, because just that fails, is all that may be left.
    if call != "unlink":
        assert {each.name for each in tmp_path.iterdir()} <= {"a.json"}


KILLED = """
import os, signal, sys
from pathlib import Path
from tui.files import write_whole

folder, overwrite = Path(sys.argv[1]), sys.argv[2] == "over"

def dying(name, wanted, after):
    honest = getattr(os, name)
    count = [0]
    def call(*arguments, **options):
        count[0] += 1
        if count[0] == wanted and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = honest(*arguments, **options)
        if count[0] == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(os, name, call)

for name in ("open", "fchmod", "fsync", "close", "replace", "link", "unlink"):
    for wanted in range(1, 4):
        for after in (False, True):
            path = folder / f"{name}-{wanted}-{after}" / "a.json"
            path.parent.mkdir()
            if overwrite:
                path.write_bytes(b"old")
            child = os.fork()
            if child == 0:
                dying(name, wanted, after)
                write_whole(path, b"new" * 10000, overwrite=overwrite)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            found = path.read_bytes() if path.exists() else b"none"
            found = b"new" if found == b"new" * 10000 else found
            print(name, wanted, after, os.WIFSIGNALED(status), found.decode("latin-1"))
"""


@pytest.mark.parametrize("what", ["over", "new"])
def test_killed_at_any_call_the_old_file_or_the_new_one_is_whole(tmp_path: Path, what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), what], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ends = [line.split() for line in done.stdout.splitlines()]
    killed = [end for end in ends if end[3] == "True"]
    assert len(killed) >= 8
    assert {end[4] for end in ends} == {"old" if what == "over" else "none", "new"}
    assert all(end[4] == "new" for end in ends if end[3] == "False")


SHARED = {"conf.yaml"}
"""What keeps the mode that its owner has given it."""


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("umask", [0o000, 0o077, 0o002])
def test_what_is_written_is_its_owners_alone_whatever_the_umask(folder: Path, name: str, umask: int) -> None:
    """And so is every folder that is made for it, above it too."""
    made = folder / "of a new" / "machine"
    if name in SHARED | {"watch.log", "positions.csv", "cpwatch.log", "bundle.zip"}:
        made.mkdir(parents=True, mode=0o755)  # the user names the folder, and makes it
        kept = {made, made.parent}
    else:
        kept = set()
    before = os.umask(umask)
    try:
        assert WRITERS[name](made, 0) is None
        assert WRITERS[name](made, 1) is None or name in NEW
    finally:
        os.umask(before)
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder / "of a new").rglob("*")}
    found[folder / "of a new"] = stat.S_IMODE((folder / "of a new").stat().st_mode)
    assert {path.name for path, mode in found.items() if path.is_dir() and mode != 0o700 and path not in kept} == set()
    # The copy of a conf.yaml is as open as that itself.
    files = {path.name: mode for path, mode in found.items() if path.is_file()}
    assert files
    if name in SHARED:
        assert set(files.values()) == {0o666 & ~umask}
    else:
        assert set(files.values()) == {0o600}


def test_what_lies_in_wait_is_not_written_through(folder: Path) -> None:
    """Where the folder is shared against all advice, a link of another's leads nothing of ours elsewhere."""
    bait = folder.with_name("bait")
    bait.write_bytes(b"another file of ours")
    for name in ("localhost-5000.json.new", "localhost-5000.lock", "localhost-5000.json"):
        (folder / name).symlink_to(bait)
    said = budget(folder, 0)
    assert said is not None
    assert "symbolic links" in said  # the lock: nobody has one but us
    (folder / "localhost-5000.lock").unlink()
    assert budget(folder, 0) is None
    assert preferences(folder, 0) is None
    assert bait.read_bytes() == b"another file of ours"
    assert stat.S_IMODE(bait.stat().st_mode) != 0o600
    assert not (folder / "localhost-5000.json").is_symlink()


def test_nor_is_a_crash_written_through_a_link_or_over_anything(folder: Path) -> None:
    clock = ManualClock()
    bait = folder / "bait"
    bait.write_bytes(b"another file of ours")
    first = write_crash(RuntimeError("x"), "0", clock.now().wall)
    assert first is not None
    first.unlink()
    first.symlink_to(bait)
    assert write_crash(RuntimeError("x"), "0", clock.now().wall) is None
    assert bait.read_bytes() == b"another file of ours"
