"""The log and the crash file: private, redacted, and only where they are asked for."""

import logging
import os
import re
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.logs import own_log_folder
from tui.config import logs
from tui.config.locations import log_folder
from tui.config.logs import ROOT, log_failure, start_logging, write_crash
from tui.output import UsageError

NOW = datetime(2026, 11, 20, 14, 3, 22, tzinfo=UTC)
SECRETS = '{"session":"bb665d0f5b6289d70bc7380089fc96f0"} of U1234567 from AA:BB:CC:DD:EE:FF'
owner_only = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A log folder of the test's own, not made yet."""
    with own_log_folder(monkeypatch, tmp_path) as place:
        yield place


def log(level: int, message: str, *arguments: object, error: BaseException | None = None) -> None:
    """Write as one of the program's modules does."""
    logging.getLogger(f"{ROOT}.engine.core").log(level, message, *arguments, exc_info=error)


@owner_only
def test_the_log_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "cpwatch.log"
    before = os.umask(0)
    try:
        assert start_logging(file, debug=False, screen=True) == file
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_line_has_a_utc_time_a_level_a_name_and_no_secrets(tmp_path: Path) -> None:
    file = tmp_path / "cpwatch.log"
    start_logging(file, debug=False, screen=True)
    log(logging.INFO, "seen %s", SECRETS)
    log(logging.DEBUG, "not without --debug")
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO    tui\.engine\.core: "
        r'seen \{"session":•••\} of U•••567 from •••',
        line,
    )


def test_debug_lines_come_with_debug(tmp_path: Path) -> None:
    file = tmp_path / "cpwatch.log"
    start_logging(file, debug=True, screen=True)
    log(logging.DEBUG, "GET /v1/api/portfolio/%s/summary", "U1234567")
    assert file.read_text(encoding="utf-8").endswith("DEBUG   tui.engine.core: GET /v1/api/portfolio/U•••567/summary\n")


def test_a_traceback_is_redacted_and_steers_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "cpwatch.log"
    start_logging(file, debug=False, screen=True)
    try:
        raise ValueError(f"\x1b]52;c;eA==\x07 {SECRETS} \udc80")
    except ValueError as error:
        log(logging.ERROR, "it failed", error=error)
    text = file.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "test_logs.py" in text
    assert len(text.splitlines()) > 3
    assert "\x1b" not in text
    assert "1234567" not in text
    assert "bb665d0f" not in text
    assert "AA:BB" not in text


def test_the_log_is_continued_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "cpwatch.log"
    for text in ("first", "second"):
        start_logging(file, debug=False, screen=True)
        log(logging.INFO, text)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["first", "second"]


def test_nothing_is_written_unless_it_is_asked_for(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for screen in (True, False):
        assert start_logging(None, debug=False, screen=screen) is None
        log(logging.ERROR, "nobody asked")
    assert list(tmp_path.iterdir()) == []
    assert not folder.exists()
    assert capsys.readouterr() == ("", "")


def test_debug_under_a_screen_goes_to_the_platforms_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start_logging(None, debug=True, screen=True) == folder / "cpwatch.log"
    log(logging.DEBUG, "asked")
    assert "asked" in (folder / "cpwatch.log").read_text(encoding="utf-8")
    assert capsys.readouterr() == ("", "")


def test_debug_without_a_screen_goes_to_standard_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start_logging(None, debug=True, screen=False) is None
    log(logging.DEBUG, "asked \x1b[2J for %s", SECRETS)
    out, err = capsys.readouterr()
    assert out == ""
    assert "asked" in err
    assert "\x1b" not in err
    assert "1234567" not in err
    assert not folder.exists()


@pytest.mark.parametrize("where", ["no such folder/cpwatch.log", "."])
def test_a_file_that_cant_be_written_is_told(tmp_path: Path, where: str) -> None:
    with pytest.raises(OSError, match=r"No such file|Is a directory|Permission denied"):
        start_logging(tmp_path / where, debug=False, screen=True)


def crash() -> BaseException:
    """A defect, raised and caught."""
    try:
        raise KeyError(f"\x1b[2J {SECRETS}")
    except KeyError as error:
        return error


def test_a_crash_file_tells_what_a_report_needs_and_no_secret(folder: Path) -> None:
    file = write_crash(crash(), "0.1.0", NOW)
    assert file == folder / f"crash-20261120T140322Z-{os.getpid()}.txt"
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"cpwatch 0.1.0, Python {sys.version.split()[0]}, {sys.platform}\nTraceback")
    assert "KeyError" in text
    assert "1234567" not in text
    assert "\x1b" not in text


@owner_only
def test_a_crash_file_is_its_owners_only() -> None:
    file = write_crash(crash(), "0.1.0", NOW)
    assert file is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_crash_file_that_cant_be_written_is_none(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be", encoding="utf-8")
    assert write_crash(crash(), "0.1.0", NOW) is None


def test_an_earlier_crash_file_is_not_overwritten() -> None:
    first = write_crash(crash(), "0.1.0", NOW)
    assert first is not None
    before = first.read_bytes()
    assert write_crash(RuntimeError("another"), "0.1.0", NOW) is None
    assert first.read_bytes() == before


def test_the_platforms_folder_is_this_programs_own() -> None:
    folder = log_folder()
    assert folder.is_absolute()
    assert "cpwatch" in folder.parts


def test_the_log_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_SIZE", 5_000)
    file = tmp_path / "cpwatch.log"
    start_logging(file, debug=False, screen=True)
    for number in range(400):
        log(logging.INFO, "line %d", number)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cpwatch.log", "cpwatch.log.1"]
    assert all(path.stat().st_size <= 5_000 for path in tmp_path.iterdir())
    assert file.read_text(encoding="utf-8").endswith("line 399\n")


def test_a_log_that_is_moved_or_removed_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "cpwatch.log"
    start_logging(file, debug=False, screen=True)
    file.rename(tmp_path / "moved.log")
    log(logging.INFO, "after it")
    assert file.read_text(encoding="utf-8").endswith("after it\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("screen", [True, False])
def test_a_full_disk_is_kept_for_the_end_or_said_once(
    screen: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cpwatch.log"
    file.symlink_to("/dev/full")
    start_logging(file, debug=False, screen=screen)
    for number in range(3):
        log(logging.ERROR, "line %d", number)
    assert log_failure() == "No space left on device"
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("the log can't be written any more: No space left on device") == (0 if screen else 1)
    assert len(err.splitlines()) == (0 if screen else 1)
    file.unlink()
    log(logging.INFO, "there is room again")
    assert file.read_text(encoding="utf-8").endswith("there is room again\n")


def test_nor_is_a_crash_file_where_nobody_knows_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise UsageError("set HOME")

    monkeypatch.setattr(logs, "log_folder", nowhere)
    assert write_crash(crash(), "0.1.0", NOW) is None
