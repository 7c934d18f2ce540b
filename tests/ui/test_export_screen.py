"""The export: which rows, into which file, asked before anything is overwritten, and every refusal explained."""

import errno
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.parts import BOOK, NOW
from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, until
from tests.support.states import ready
from tui.domain.export import csv_text
from tui.domain.positions import Position
from tui.ui.app import CpwatchApp
from tui.ui.screens.export import ExportScreen, count, default_name, refusal

posix = pytest.mark.skipif(sys.platform == "win32", reason="rights of this kind are POSIX")
MINE = tuple(replace(row, account="DU1234567") for row in BOOK)
TINY = (60, 18)


class Asked:
    """The dialog over the app, and what it was dismissed with."""

    def __init__(self, app: CpwatchApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.got: list[str | None] = []

    @property
    def screen(self) -> ExportScreen:
        """The dialog."""
        assert isinstance(self.app.screen, ExportScreen)
        return self.app.screen

    @property
    def said(self) -> str:
        """The dialog's text, its lines joined."""
        x, y, width, height = self.app.screen.query_one("#dialog-box").region
        rows = screen_text(self.app).splitlines()[y : y + height]
        return " ".join(row[x : x + width].strip("│ ") for row in rows)

    def says(self, text: str) -> bool:
        """Whether it says that; a path may be broken anywhere where a line ends."""
        return "".join(text.split()) in "".join(self.said.split())

    async def press(self, *keys: str) -> None:
        """Press them, and wait until nothing is being written."""
        await self.pilot.press(*keys)
        await settled(self.pilot)
        await until(self.pilot, lambda: not (isinstance(self.app.screen, ExportScreen) and self.app.screen._writing))
        await settled(self.pilot)

    async def name(self, text: str) -> None:
        """Type that name in place of the one that is there."""
        self.screen._input.value = text
        await settled(self.pilot)


@asynccontextmanager
async def asked(
    folder: Path,
    shown: tuple[Position, ...] = MINE,
    everything: tuple[Position, ...] = MINE,
    masked: bool = False,
    size: tuple[int, int] = SMALL,
) -> AsyncIterator[Asked]:
    """The dialog."""
    app = app_of(ready())
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        dialog = Asked(app, pilot)
        app.push_screen(ExportScreen(folder, shown, everything, NOW, masked), dialog.got.append)
        await settled(pilot)
        yield dialog


def whole(path: Path) -> str:
    """The path with links resolved, as the dialog tells it."""
    return str(path.resolve())


def mode(path: Path) -> int:
    """The file's permissions."""
    return path.stat().st_mode & 0o777


def names(folder: Path) -> list[str]:
    """What lies in the folder."""
    return sorted(each.name for each in folder.iterdir())


def written(path: Path) -> str:
    """The file's text."""
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("rows", "masked", "expected"),
    [
        (MINE, False, "positions-DU1234567-"),
        (MINE, True, "positions-"),
        (BOOK, False, "positions-"),
        ((*MINE, replace(BOOK[0], account="DU2")), False, "positions-"),
        ((replace(BOOK[0], account="../x y"),), False, "positions-xy-"),
        ((), False, "positions-"),
    ],
)
def test_the_name_tells_account_and_time(rows: tuple[Position, ...], masked: bool, expected: str) -> None:
    stamp = f"{NOW.wall.astimezone():%Y%m%d-%H%M%S}"
    assert default_name(rows, NOW, masked) == f"{expected}{stamp}.csv"


def test_one_row_is_one_row() -> None:
    assert (count(1), count(2)) == ("1 row", "2 rows")


@pytest.mark.parametrize("size", [TINY, SMALL, SIZE])
async def test_enter_writes_under_the_name_that_is_offered(tmp_path: Path, size: tuple[int, int]) -> None:
    async with asked(tmp_path, size=size) as dialog:
        assert dialog.says("12 rows, as they are sorted")
        await dialog.press("enter")
        path = tmp_path / default_name(MINE, NOW, False)
        assert dialog.got == [f"12 rows written to {whole(path)}"]
        assert written(path) == csv_text(MINE, NOW)
        if sys.platform != "win32":
            assert mode(path) == 0o600


@pytest.mark.parametrize(("keys", "rows"), [([], 2), (["down"], 12), (["up"], 12), (["down", "down"], 2)])
async def test_the_rows_shown_or_all(tmp_path: Path, keys: list[str], rows: int) -> None:
    async with asked(tmp_path, MINE[:2]) as dialog:
        assert dialog.says("● the 2 rows shown ○ all 12 rows")
        await dialog.name("a.csv")
        await dialog.press(*keys, "enter")
        assert dialog.got == [f"{rows} rows written to {whole(tmp_path / 'a.csv')}"]
        assert len(written(tmp_path / "a.csv").splitlines()) == rows + 1


async def test_a_click_chooses_too(tmp_path: Path) -> None:
    async with asked(tmp_path, MINE[:2]) as dialog:
        rows = [row.find("all 12") for row in screen_text(dialog.app).splitlines()]
        y = next(at for at, x in enumerate(rows) if x >= 0)
        await dialog.pilot.click(offset=(rows[y], y))
        await settled(dialog.pilot)
        assert dialog.says("● all 12 rows")


async def test_nothing_shown_exports_all_and_nothing_at_all_nothing(tmp_path: Path) -> None:
    async with asked(tmp_path, ()) as dialog:
        assert dialog.says("12 rows")
    async with asked(tmp_path, (), ()) as dialog:
        assert dialog.says("There are no positions to export.")
        await dialog.press("enter")
        assert (dialog.got, names(tmp_path)) == ([], [])


async def test_an_existing_file_is_asked_about_and_kept_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    async with asked(tmp_path) as dialog:
        await dialog.name("a.csv")
        await dialog.press("enter")
        assert dialog.says("There is a file of that name: Enter again overwrites it")
        assert written(tmp_path / "a.csv") == "mine"
        await dialog.name("b.csv")
        assert not dialog.says("There is a file")
        await dialog.name("a.csv")
        await dialog.press("enter")
        assert written(tmp_path / "a.csv") == "mine", "another name in between takes the consent back"
        await dialog.press("enter")
        assert written(tmp_path / "a.csv") == csv_text(MINE, NOW)
        assert len(dialog.got) == 1


async def test_esc_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    async with asked(tmp_path) as dialog:
        await dialog.name("a.csv")
        await dialog.press("enter", "escape")
        assert dialog.got == [None]
        assert written(tmp_path / "a.csv") == "mine"


async def test_letters_that_are_commands_belong_to_the_name(tmp_path: Path) -> None:
    async with asked(tmp_path) as dialog:
        await dialog.name("")
        await dialog.press("q", "y", "question_mark", "enter")
        assert dialog.got == [f"12 rows written to {whole(tmp_path / 'qy?')}"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "Type a file's name."),
        ("  ", "Type a file's name."),
        ("nowhere/a.csv", "nowhere: make it, or name another one."),
        ("there", "is a folder: add a file's name."),
        ("there/", "is a folder: add a file's name."),
        (".", "is a folder: add a file's name."),
        ("file/a.csv", "is no folder: name another one."),
        ("a\x1b[31m.csv", "can't be printed"),
        ("~nobody-of-that-name/a.csv", "There is no such home folder"),
        ("x" * 300, "The name is too long"),
    ],
)
async def test_a_refusal_is_explained_and_the_dialog_stays(tmp_path: Path, typed: str, expected: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("mine")
    async with asked(tmp_path) as dialog:
        await dialog.name(typed)
        await dialog.press("enter")
        assert dialog.says(expected)
        assert dialog.got == []
        assert names(tmp_path) == ["file", "there"]
        await dialog.name("a.csv")
        assert not dialog.says(expected)
        await dialog.press("enter")
        assert len(dialog.got) == 1


async def test_a_name_may_lead_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    async with asked(tmp_path / "unused") as dialog:
        await dialog.name("~/a.csv")
        await dialog.press("enter")
        assert names(tmp_path / "home") == ["a.csv"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "is full; nothing was written."),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "can only be read: name another folder; nothing was written."),
        (PermissionError(errno.EACCES, "x"), "may not be written to: name another folder; nothing was written."),
        (OSError(errno.EIO, "Input/output error"), "Input/output error; nothing was written"),
        (OSError(), "OSError; nothing was written"),
    ],
)
async def test_a_disk_that_refuses_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, expected: str
) -> None:
    def refuse(_: int) -> None:
        raise error

    async with asked(tmp_path) as dialog:
        await dialog.name("a.csv")
        monkeypatch.setattr(os, "fsync", refuse)
        await dialog.press("enter")
        monkeypatch.undo()
        assert expected in refusal(error, tmp_path / "a.csv")
        assert dialog.says("nothing was written")
        assert (dialog.got, names(tmp_path)) == ([], [])


async def test_what_is_masked_on_the_screen_is_not_in_the_file(tmp_path: Path) -> None:
    async with asked(tmp_path, masked=True) as dialog:
        assert dialog.says("The file holds the real amounts and account ids")
        assert not dialog.says("DU1234567")
        await dialog.press("enter")
        assert "DU1234567" in written(tmp_path / default_name(MINE, NOW, True))
