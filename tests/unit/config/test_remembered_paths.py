"""What listened on a gateway's port is remembered, bounded, and nothing that is found in the file does any harm."""

import json
import os
import shlex
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.config.remembered_paths import FILE, MOST, remember, remembered
from tui.domain.address import Address, PathKind
from tui.domain.way import Forward

HERE = Address("https", "localhost", 5000)
FORWARD = Forward("trader@box", 5000, "localhost", 5000, 2222, ("-J", "bastion"))


@pytest.mark.parametrize(
    "seen",
    [FORWARD, Forward("box", 5000, "::1", 443), PathKind.SSH, PathKind.FRP],
    ids=lambda seen: type(seen).__name__,
)
def test_what_was_seen_is_remembered_and_forgotten(tmp_path: Path, seen: Forward | PathKind) -> None:
    folder = tmp_path / "new" / "state"
    assert remembered(HERE, folder) is None
    assert remember(HERE, seen, folder) is None
    assert remembered(HERE, folder) == seen
    assert remembered(Address("https", "127.0.0.1", 5000), folder) == seen
    assert remembered(Address("https", "localhost", 5001), folder) is None
    assert remembered(Address("https", "box", 5000), folder) is None
    assert [each.name for each in folder.iterdir()] == [FILE]
    assert remember(HERE, None, folder) is None
    assert remembered(HERE, folder) is None


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_it_is_its_owners_only(tmp_path: Path) -> None:
    remember(HERE, FORWARD, tmp_path / "state")
    assert stat.S_IMODE((tmp_path / "state" / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_nothing_is_written_where_it_is_known_already(tmp_path: Path) -> None:
    remember(HERE, None, tmp_path)
    assert not list(tmp_path.iterdir())
    remember(HERE, FORWARD, tmp_path)
    before = (tmp_path / FILE).stat()
    remember(HERE, FORWARD, tmp_path)
    after = (tmp_path / FILE).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_newest_fifty_are_kept(tmp_path: Path) -> None:
    addresses = [Address("https", "localhost", port) for port in range(5000, 5000 + MOST + 5)]
    for address in addresses:
        remember(address, Forward("box", address.port, "localhost", 5000), tmp_path)
    kept = [address.port for address in addresses if remembered(address, tmp_path)]
    assert kept == [address.port for address in addresses[-MOST:]]


def test_what_cant_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = remember(HERE, FORWARD, tmp_path / "file")
    assert said is not None
    assert said.startswith("The way to the gateway could not be remembered for the next start: ")


GOOD: dict[str, Any] = {"kind": "ssh", "destination": "box", "local_port": 5000, "host": "localhost", "port": 5000}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Forward("box", 5000, "localhost", 5000)),
        ({"new": 1}, Forward("box", 5000, "localhost", 5000)),
        ({"destination": "box; reboot"}, PathKind.SSH),
        ({"host": "$(reboot)"}, PathKind.SSH),
        ({"destination": ["box"]}, PathKind.SSH),
        ({"port": 0}, PathKind.SSH),
        ({"local_port": 5001}, PathKind.SSH),
        ({"ssh_port": "22"}, Forward("box", 5000, "localhost", 5000)),
        (
            {"options": ["-oProxyCommand=x", "y", "-J", "`x`", "-i", "/k", 5]},
            Forward("box", 5000, "localhost", 5000, None, ("-i", "/k")),
        ),
        ({"kind": "local"}, None),
        ({"kind": 5}, None),
    ],
)
def test_what_makes_no_sense_is_left_out(tmp_path: Path, changes: dict[str, object], expected: object) -> None:
    document = {"schema": 1, "gateways": {"localhost:5000": {**GOOD, **changes}, "x": 1, "\x1b:5": GOOD}}
    (tmp_path / FILE).write_text(json.dumps(document), encoding="utf-8")
    assert remembered(HERE, tmp_path) == expected
    # What is written next holds nothing of it that makes no sense either.
    other = Address("https", "localhost", 6000)
    remember(other, PathKind.FRP, tmp_path)
    assert remembered(HERE, tmp_path) == expected
    assert "reboot" not in (tmp_path / FILE).read_text("utf-8")


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 10_000, b" " * 70_000 + b"{}", b'{"schema": 2}']
)
def test_a_broken_file_is_begun_anew(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    assert remembered(HERE, tmp_path) is None
    assert remember(HERE, FORWARD, tmp_path) is None
    assert remembered(HERE, tmp_path) == FORWARD


_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10), st.sampled_from(["ssh", "frp"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=8), st.sampled_from([*GOOD, "ssh_port", "options"])), inner, max_size=7
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=40)
@given(_JSON, st.dictionaries(st.sampled_from([*GOOD, "ssh_port", "options"]), _JSON, max_size=4))
def test_whatever_the_entry_is_the_line_is_safe(
    tmp_path_factory: pytest.TempPathFactory, anything: object, changes: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / FILE
    for entry in (anything, {**GOOD, **changes}):
        path.write_text(json.dumps({"schema": 1, "gateways": {"localhost:5000": entry}}), encoding="utf-8")
        found = remembered(HERE, path.parent)
        if isinstance(found, Forward):
            assert shlex.join(shlex.split(found.line)) == found.line


@given(st.binary(max_size=100))
def test_whatever_is_there_nothing_is_raised(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / FILE
    path.write_bytes(data)
    remembered(HERE, path.parent)
