"""What the environment is trusted with, and what not."""

import pytest

from tui.config.environment import here, setting
from tui.domain.address import parse_address
from tui.domain.remedy import ssh_line
from tui.domain.state import Here


@pytest.fixture(autouse=True)
def _trader(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "trader")


@pytest.mark.parametrize(
    ("environment", "value"),
    [
        ({}, None),
        ({"CPWATCH_URL": ""}, None),
        ({"CPWATCH_URL": "https://localhost:5000"}, "https://localhost:5000"),
        ({"URL": "https://localhost:5000", "CPWATCH_URLS": "x"}, None),
    ],
)
def test_a_setting_is_set_or_not(environment: dict[str, str], value: str | None) -> None:
    assert setting(environment, "URL") == value


@pytest.mark.parametrize(
    ("connection", "server", "port"),
    [
        ("198.51.100.4 50312 192.0.2.17 22", "192.0.2.17", 22),
        ("198.51.100.4 50312 192.0.2.17 2222", "192.0.2.17", 2222),
        ("2001:db8::9 50312 2001:db8::17 22", "2001:db8::17", 22),
        ("2001:db8::9 50312 2001:DB8:0:0::17 22", "2001:db8::17", 22),
        ("fe80::9%eth0 50312 fe80::17%eth0 22", "fe80::17%eth0", 22),
        ("  198.51.100.4   50312\t192.0.2.17  65535 ", "192.0.2.17", 65535),
    ],
)
def test_where_the_user_came_from(connection: str, server: str, port: int) -> None:
    assert here({"SSH_CONNECTION": connection}) == Here("trader", server, port)


@pytest.mark.parametrize(
    "connection",
    [
        "",
        "UNKNOWN 65535 UNKNOWN 65535",
        "198.51.100.4 50312 192.0.2.17",
        "198.51.100.4 50312 192.0.2.17 22 more",
        "198.51.100.4 50312 192.0.2.17 0",
        "198.51.100.4 50312 192.0.2.17 65536",
        "198.51.100.4 50312 192.0.2.17 -22",
        "198.51.100.4 50312 192.0.2.17 +22",
        "198.51.100.4 50312 192.0.2.17 2_2",
        "198.51.100.4 50312 192.0.2.17 ٢٢",
        "198.51.100.4 50312 192.0.2.17 " + "2" * 5000,
        "198.51.100.4 50312 192.0.2.17;reboot 22",
        "198.51.100.4 50312 $(reboot) 22",
        "198.51.100.4 50312 `reboot` 22",
        "198.51.100.4 50312 -oProxyCommand=reboot 22",
        "198.51.100.4 50312 fe80::17%$(reboot) 22",
        "198.51.100.4 50312 fe80::17%eth0;reboot 22",
        "198.51.100.4 50312 server.example.com 22",
        "198.51.100.4 50312 192.0.2.17 $(reboot)",
        "198.51.100.4 50312 \x1b[31m192.0.2.17 22",
    ],
)
def test_what_does_not_look_like_sshs_own_is_not_used(connection: str) -> None:
    found = here({"SSH_CONNECTION": connection})
    assert found == Here("trader")
    assert ssh_line(parse_address("https://localhost:5000"), found) is None


def test_without_ssh() -> None:
    assert here({}) == Here("trader", None, 22)


@pytest.mark.parametrize("name", ["trader", "ada.lovelace", "svc_ibkr-2", "_build", "U1"])
def test_a_plain_user_name_is_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("LOGNAME", name)
    assert here({}).user == name


@pytest.mark.parametrize(
    "name", ["$(reboot)", "a;b", "a b", "-oProxyCommand", "DOMAIN\\user", "jürgen", "a\nb", "x" * 65, "`id`"]
)
def test_a_user_name_that_a_shell_would_read_otherwise_is_not(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("LOGNAME", name)
    assert here({}).user is None


@pytest.mark.parametrize("error", [KeyError("uid not found"), OSError("no user"), ImportError("pwd")])
def test_a_user_without_a_name(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", nobody)
    assert here({"SSH_CONNECTION": "198.51.100.4 50312 192.0.2.17 22"}) == Here(None, "192.0.2.17", 22)
