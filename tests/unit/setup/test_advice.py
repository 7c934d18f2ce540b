"""The firewall's lines: everyone but loopback is kept out, and whom the list admits gets through."""

import ipaddress
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.path.firewall import nft_guards
from tui.path.machine import System
from tui.setup.advice import every_system, firewall, networks_of

ADMITTED = ("127.0.0.1", "192.168.1.*", "192.168.1.7", "10.0.0.9", "10.0.0.256", r"10.\d.0.1", "localhost")


def test_the_networks_of_entries() -> None:
    assert [str(each) for each in networks_of(ADMITTED)] == ["10.0.0.9/32", "192.168.1.0/24"]
    assert networks_of(["127.*", "*", "10.0.0.0/8"]) == ()


@pytest.mark.parametrize("admitted", [(), ADMITTED])
def test_each_firewall_has_its_lines_and_the_way_back(admitted: tuple[str, ...]) -> None:
    found = every_system(5001, admitted)
    assert set(found) == {"nft", "ufw", "pf", "Windows"}
    for each in found.values():
        assert "5001" in " ".join(each.commands)
        assert each.undo
        assert "websockets" in each.text
        assert ("Regular expressions" in each.text) is bool(admitted)
        assert ("192.168.1.0" in " ".join(each.commands) or "192.168.0.255" in " ".join(each.commands)) is bool(
            admitted
        )
    assert len(found["ufw"].commands) == (3 if admitted else 1)
    assert found["ufw"].commands[-1] == "sudo ufw deny 5001/tcp"
    assert firewall(5001, System.OTHER).commands == ()


@pytest.mark.parametrize("admitted", [(), ADMITTED])
def test_lines_for_a_shell_are_whole(admitted: tuple[str, ...]) -> None:
    for name in ("nft", "ufw", "pf"):
        for line in (*every_system(5000, admitted)[name].commands, *every_system(5000, admitted)[name].undo):
            assert shlex.split(line)[0] in {"sudo", "echo", "printf"}


def test_cpwatch_knows_its_own_rule_again() -> None:
    (line,) = firewall(5000, System.LINUX).commands
    rule = re.search(r"add rule inet cpwatch input ([^;']+)", line)
    assert rule is not None
    ruleset = (
        "table inet cpwatch {\nchain input {\ntype filter hook input priority -10; policy accept;\n"
        + rule[1]
        + "\n}\n}\n"
    )
    assert nft_guards(ruleset, 5000, ("0.0.0.0",))


@given(
    st.lists(st.integers(0, 2**32 - 1).map(lambda number: str(ipaddress.IPv4Address(number))), min_size=1, max_size=5)
)
def test_windows_blocks_all_others_and_no_one_else(addresses: list[str]) -> None:
    (line,) = firewall(5000, System.WINDOWS, addresses).commands
    if "-RemoteAddress" not in line:
        assert all(ipaddress.IPv4Address(each).is_loopback for each in addresses)
        return
    ranges = [tuple(map(ipaddress.IPv4Address, each.split("-"))) for each in re.findall(r"'([\d.]+-[\d.]+)'", line)]
    blocked = sum(int(last) - int(first) + 1 for first, last in ranges)
    kept = {each for each in addresses if not ipaddress.IPv4Address(each).is_loopback}
    assert blocked == 2**32 - 2**24 - len(kept)
    assert not any(
        first <= ipaddress.IPv4Address(each) <= last for each in [*kept, "127.0.0.1"] for first, last in ranges
    )
