"""What the monitor remembers: kept whole, and nothing that is found in its place does any harm."""

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.preferences import Preferences, PreferencesFile, Sort, read_preferences
from tui.config.themes import ThemeName

ALL = Preferences(ThemeName.CONTRAST, Sort("pnl", descending=True), "positions", show_closed=True)


@pytest.mark.parametrize("preferences", [ALL, Preferences(), Preferences(sort=Sort("symbol"))])
def test_what_is_saved_is_read(tmp_path: Path, preferences: Preferences) -> None:
    path = tmp_path / "new" / "folder" / "preferences.json"
    assert PreferencesFile(path).save(preferences) is None
    assert read_preferences(path) == preferences
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_it_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "preferences.json"
    PreferencesFile(path).save(ALL)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_cant_be_saved_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = PreferencesFile(tmp_path / "file" / "preferences.json").save(ALL)
    assert said is not None
    assert said.startswith("This could not be remembered for the next start: ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"theme": "pink"}, Preferences()),
        ({"theme": ["cpwatch-dark"]}, Preferences()),
        ({"zoom": "\x1b[2J"}, Preferences()),
        ({"sort": {"column": 5}}, Preferences()),
        ({"sort": "pnl"}, Preferences()),
        ({"show_closed": "yes"}, Preferences()),
        ({"new": 1, "zoom": "events"}, Preferences(zoom="events")),
        ({"schema": 2, "zoom": "events"}, Preferences()),
    ],
)
def test_what_makes_no_sense_is_left_out(tmp_path: Path, changes: dict[str, object], expected: Preferences) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"schema": 1, **changes}), encoding="utf-8")
    assert read_preferences(path) == expected


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 10_000, b" " * 20_000 + b"{}"])
def test_a_broken_file_is_the_defaults(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(data)
    assert read_preferences(path) == Preferences()


@given(st.binary(max_size=100))
def test_whatever_is_there_nothing_is_raised(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "preferences.json"
    path.write_bytes(data)
    read_preferences(path)


@pytest.mark.parametrize("name", [".", "no such file", "a" * 5000, "a\0b"])
def test_no_file_is_the_defaults(tmp_path: Path, name: str) -> None:
    assert read_preferences(tmp_path / name) == Preferences()
