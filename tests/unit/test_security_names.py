"""Names of files are made here: nothing from a network, a settings file or a folder leads out of its place."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tests.support.parts import BOOK
from tui.config.settings_file import BadSettings, read_settings
from tui.domain.address import BadAddress, parse_address
from tui.engine.shared_record import file_name, gateway_name
from tui.gateway.endpoints import Endpoint, askable
from tui.setup.gateway_logs import ends_of_logs
from tui.setup.tunnel_files import host_name
from tui.ui.screens.export import default_name

ROWS = BOOK[:1]
LONGEST = 120
"""Characters; file systems take 255 bytes."""
AT = ManualClock().now()
NASTY = [
    "../../etc/passwd",
    "..",
    "/etc/passwd",
    "C:\\Windows\\x",
    "a/b\\c:d",
    "U1\0.csv",
    "\x1b]0;x\x07",
    "-rf",
    "CON",
    "U1.csv\u202egpj",
    "x" * 5000 + "/",
    "",
    "~root/x",
    "$(reboot)",
]


def assert_plain(name: str) -> None:
    """A file's own name on every system: no folder, no drive, no mark of a shell's or a terminal's."""
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name, re.ASCII)
    assert len(name) <= LONGEST
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name


@given(st.text(max_size=60))
@example(NASTY[0])
@example(NASTY[-4])
def test_an_export_is_called_by_what_is_plain_of_an_account(account: str) -> None:
    assert_plain(default_name([replace(each, account=account) for each in ROWS], AT, masked=False))


@pytest.mark.parametrize("account", NASTY, ids=range(len(NASTY)))
def test_nor_does_an_account_get_into_a_path_of_the_gateways(account: str) -> None:
    assert askable(account) is (account == "CON")  # which no system takes for a device within a longer name
    assert_plain(default_name([replace(each, account=account) for each in ROWS], AT, masked=False))
    assert Endpoint.SUMMARY.path("U1") == "/v1/api/portfolio/U1/summary"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
@example("..")
@example("a" * 250)
def test_the_shared_files_of_a_gateway_are_called_by_what_is_plain_of_its_address(host: str) -> None:
    try:
        address = parse_address(f"https://{host}:5000")
    except BadAddress:
        return
    name = file_name(gateway_name(address))
    assert "/" not in name
    assert "\\" not in name
    assert len(name) <= LONGEST + 10
    assert re.fullmatch(r"[a-z0-9._-]+-[0-9]{1,5}(?:-[0-9a-f]{8})?", name, re.ASCII)


@pytest.mark.parametrize("name", [*NASTY, "a b", "a.b", "ü"], ids=range(len(NASTY) + 3))
def test_a_profile_names_a_log_and_so_is_plain(tmp_path: Path, name: str) -> None:
    """`cpwatch watch --log-file` without a name takes the profile's."""
    quoted = "".join(f"\\u{ord(each):04x}" if ord(each) < 0x10000 else each for each in name[:100])
    path = tmp_path / "settings.toml"
    path.write_text(f'[profiles."{quoted}"]\nurl = "https://localhost:5000"\n', encoding="utf-8")
    if name == "CON":
        assert_plain(f"watch-{name}.log")
        assert read_settings(path).settings.profiles
    else:
        with pytest.raises(BadSettings, match="a name is made of letters, digits"):
            read_settings(path)


def test_a_gateways_logs_are_taken_by_their_own_names_alone(tmp_path: Path) -> None:
    """They are the names in a bundle; and what links elsewhere is not read."""
    logs = tmp_path / "logs"
    logs.mkdir()
    (tmp_path / "secret").write_text("not a log")
    (logs / "gw.2026-11-20.log").write_text("17:33:48.465 INFO  main GatewayStart : x\n")
    (logs / "gw.message.2026-11-20.log").symlink_to(tmp_path / "secret")
    for name in ("gw.9999-99-99.log\x1b[2J", "gw.2026-11-21.log/..", "gw.2026-11-22.log\n", "-gw.2026-11-23.log"):
        if "/" not in name:
            (logs / name).write_text("planted")
    found = ends_of_logs(tmp_path)
    assert set(found) <= {"gw.2026-11-20.log", "gw.message.2026-11-20.log"}
    assert "planted" not in "".join(found.values())
    assert "not a log" not in "".join(found.values())


@pytest.mark.parametrize(
    "host", ["-oProxyCommand=x", "--help", "-x", "a b", "a;b", "$(x)", "`x`", "a'b", 'a"b', "a\nb", "a|b"]
)
def test_no_host_gets_into_a_command_that_is_an_option_or_a_shells(host: str) -> None:
    """A name of a machine ends up as an argument, and in lines that a user runs."""
    with pytest.raises(BadAddress):
        parse_address(f"https://{host}:5000")
    with pytest.raises(ValueError, match=r"\w"):
        host_name(host, "The machine's name")
