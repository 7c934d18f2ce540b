"""Unpacking a gateway's zip: whole, with its modes, and nothing of what a hostile one tries."""

import os
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.setup import unpack as module
from tui.setup.unpack import Refused, unpack

GATEWAY = ("bin/run.sh", "bin/run.bat", "root/conf.yaml", "dist/gw.jar", "build/lib/runtime/a.jar")
Entry = tuple[str | zipfile.ZipInfo, bytes]


def entry(name: str, mode: int = 0, system: int = 3) -> zipfile.ZipInfo:
    """A file's or folder's entry. mode: as Unix has it, with its kind."""
    info = zipfile.ZipInfo(name)
    info.external_attr, info.create_system = mode << 16, system
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def packed(path: Path, *more: Entry, top: str = "", parts: Iterable[str] = GATEWAY) -> Path:
    """A zip of a gateway with those entries as well."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in parts:
            archive.writestr(entry(f"{top}{name}", 0o100644), name.encode())
        for each, data in more:
            archive.writestr(each, data)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for the gateway to come to; what tests look at beside it is in the same one."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / "gw"


def nothing_left(place: Path) -> bool:
    """Whether neither the folder nor any part of it is there."""
    return not list(place.parent.iterdir())


@pytest.mark.parametrize("top", ["", "clientportal.gw/"])
def test_a_gateway_is_unpacked_with_its_modes(tmp_path: Path, place: Path, top: str) -> None:
    more = [
        (entry(f"{top}bin/tool", 0o104755), b"x"),  # setuid
        (entry(f"{top}root/open.txt", 0o100666), b"x"),
        (entry(f"{top}root/closed.txt", 0o100000), b"x"),
        (entry(f"{top}bin/dos.sh", 0, system=0), b"x"),
        (entry(f"{top}root/webapps/", 0o040777), b""),
    ]
    done = unpack(packed(tmp_path / "gw.zip", *more, top=top), place)
    assert done.folder == place / top.rstrip("/")
    assert done.files == len(GATEWAY) + 4
    assert done.size == sum(map(len, GATEWAY)) + 4
    assert (done.folder / "root/conf.yaml").read_bytes() == b"root/conf.yaml"
    assert [each.name for each in place.parent.iterdir()] == [place.name]
    if os.name == "nt":
        return
    modes = {
        name: stat.S_IMODE((done.folder / name).stat().st_mode) for name in ("bin/run.sh", "bin/tool", "bin/dos.sh")
    }
    assert modes == {"bin/run.sh": 0o744, "bin/tool": 0o755, "bin/dos.sh": 0o755}
    assert stat.S_IMODE((done.folder / "root/open.txt").stat().st_mode) == 0o644
    assert stat.S_IMODE((done.folder / "root/closed.txt").stat().st_mode) == 0o644
    assert stat.S_IMODE((done.folder / "root/webapps").stat().st_mode) == 0o755


HOSTILE = [
    "../evil",
    "bin/../../evil",
    "bin/..",
    "/etc/evil",
    "//evil",
    "./evil",
    "bin//evil",
    "..\\evil",
    "C:evil",
    "C:\\evil",
    "bin/a:stream",
    "bin/con",
    "bin/NUL.txt",
    "bin/evil. ",
    "bin/evil.",
    "bin/a\x1b[2J",
    "bin/a\nb",
    "a/" * 21 + "b",
    "a" * 250,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_path_that_goes_elsewhere_is_refused_and_nothing_is_left(tmp_path: Path, place: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        unpack(packed(tmp_path / "gw.zip", (entry(name, 0o100644), b"evil")), place)
    assert str(refused.value).isprintable()
    assert nothing_left(place)
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("bin/link", stat.S_IFLNK | 0o777),
        ("bin/pipe", stat.S_IFIFO | 0o644),
        ("bin/device", stat.S_IFCHR | 0o644),
        ("bin/folder", stat.S_IFDIR | 0o755),
        ("bin/file/", stat.S_IFREG | 0o644),
    ],
)
def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path, place: Path, name: str, mode: int) -> None:
    with pytest.raises(Refused, match="neither file nor folder"):
        unpack(packed(tmp_path / "gw.zip", (entry(name, mode), b"/etc")), place)
    assert nothing_left(place)


@pytest.mark.parametrize(
    ("names", "said"),
    [(("bin/RUN.sh",), "two files"), (("bin",), "in a file"), (("bin/a", "bin/a/b"), "in a file"), (("ROOT/",), "")],
)
def test_names_that_clash_on_some_system_are_refused(
    tmp_path: Path, place: Path, names: tuple[str, ...], said: str
) -> None:
    zipped = packed(tmp_path / "gw.zip", *((entry(name), b"") for name in names))
    if not said:
        assert unpack(zipped, place).files == len(GATEWAY)
        return
    with pytest.raises(Refused, match=said):
        unpack(zipped, place)
    assert nothing_left(place)


def test_a_bomb_is_refused_by_what_it_says(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1 << 20)
    with pytest.raises(Refused, match="more than 1 MB"):
        unpack(packed(tmp_path / "gw.zip", (entry("bin/bomb"), bytes(2 << 20))), place)
    assert nothing_left(place)


def test_a_bomb_is_refused_by_what_it_is_when_it_lies(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped = packed(tmp_path / "gw.zip", (entry("bin/bomb"), bytes(2 << 20)))
    honest = (2 << 20).to_bytes(4, "little")
    data = zipped.read_bytes()
    assert data.count(honest) == 2
    zipped.write_bytes(data.replace(honest, (5).to_bytes(4, "little")))
    monkeypatch.setattr(module, "LARGEST", 1 << 20)
    with pytest.raises(Refused):
        unpack(zipped, place)
    assert nothing_left(place)


def test_too_many_entries_are_refused(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped = packed(tmp_path / "gw.zip")
    monkeypatch.setattr(module, "MOST_ENTRIES", 4)
    with pytest.raises(Refused, match="more than 4 entries"):
        unpack(zipped, place)
    # And before the list is read at all, where it is a long one.
    monkeypatch.setattr(module, "_ENTRY_MOST", 10)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(Refused, match="more than 4 entries"):
        unpack(zipped, place)


def test_a_large_zips_own_list_is_refused(tmp_path: Path, place: Path) -> None:
    zipped = packed(tmp_path / "gw.zip")
    data = zipped.read_bytes()
    zipped.write_bytes(data[:-22] + b"PK\x06\x07" + bytes(16) + data[-22:])
    with pytest.raises(Refused, match="entries"):
        unpack(zipped, place)


@pytest.mark.parametrize("missing", ["bin/run.sh", "root/conf.yaml", "dist/gw.jar"])
def test_what_is_no_gateways_zip_is_refused(tmp_path: Path, place: Path, missing: str) -> None:
    parts = [name for name in GATEWAY if name != missing]
    with pytest.raises(Refused, match="no gateway's"):
        unpack(packed(tmp_path / "gw.zip", parts=parts), place)
    with pytest.raises(Refused, match="no gateway's"):
        unpack(packed(tmp_path / "gw.zip", (entry("other/x"), b""), top="clientportal.gw/"), place)
    assert nothing_left(place)


def test_an_encrypted_or_strangely_packed_zip_is_refused(tmp_path: Path, place: Path) -> None:
    zipped = packed(tmp_path / "gw.zip")
    data = bytearray(zipped.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    zipped.write_bytes(data)
    with pytest.raises(Refused, match="encrypted"):
        unpack(zipped, place)
    strange = entry("bin/x")
    strange.compress_type = zipfile.ZIP_LZMA
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr(strange, b"x", compress_type=zipfile.ZIP_LZMA)
    with pytest.raises(Refused, match="packed in a way"):
        unpack(zipped, place)


def test_a_folder_that_is_in_use_or_no_place_for_a_gateway_is_refused(tmp_path: Path, place: Path) -> None:
    zipped = packed(tmp_path / "gw.zip")
    with pytest.raises(Refused, match="never listens"):
        unpack(zipped, tmp_path / "a+b")
    with pytest.raises(Refused, match="no folder"):
        unpack(zipped, tmp_path / "nowhere" / "gw")
    place.mkdir()
    unpack(zipped, place)
    with pytest.raises(Refused, match="not an empty folder"):
        unpack(zipped, place)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "home")
    with pytest.raises(Refused, match="not an empty folder"):
        unpack(zipped, link)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_this_user_can_not_write_into_is_told(tmp_path: Path, place: Path) -> None:
    zipped = packed(tmp_path / "gw.zip")
    place.parent.chmod(0o500)
    try:
        with pytest.raises(Refused, match="could not be made"):
            unpack(zipped, place)
    finally:
        place.parent.chmod(0o700)


def test_what_is_no_zip_is_told(tmp_path: Path, place: Path) -> None:
    for name, data in (("empty.zip", b""), ("page.zip", b"<html>" * 100), ("cut.zip", b"PK\x05\x06" + b"\xff" * 18)):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refused):
            unpack(tmp_path / name, place)
    with pytest.raises(Refused, match="can't be read"):
        unpack(tmp_path / "nowhere.zip", place)
    with pytest.raises(Refused, match="no file"):
        unpack(tmp_path, place)
    with pytest.raises(Refused, match="can't be read"):
        unpack(Path("a\0b"), place)
    assert nothing_left(place)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_zip_that_is_damaged_anywhere_is_unpacked_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    zipped = packed(tmp_path / "gw.zip")
    raw = bytearray(zipped.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    zipped.write_bytes(raw[: data.draw(st.integers(0, len(raw)))] if data.draw(st.booleans()) else raw)
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    place = home / f"gw{len(list(home.iterdir()))}"
    before = set(tmp_path.rglob("*"))
    said, folder = "", None
    try:
        folder = unpack(zipped, place).folder
    except Refused as error:
        said = str(error)
    come = set(tmp_path.rglob("*")) - before
    assert said.isprintable()
    assert bool(said) == (not come)
    assert all(each.is_relative_to(place) for each in come)
    assert folder is None or folder.is_relative_to(place)
