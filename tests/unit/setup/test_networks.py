"""This machine's networks and who is in them, from what the system and the VPNs tell, of whatever shape that is."""

import ipaddress
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tests.support.machines import FakeMachine
from tui.path.interfaces import InterfaceKind
from tui.path.machine import SystemMachine
from tui.setup import networks as subject
from tui.setup.networks import (
    Entries,
    NetworkKind,
    Peer,
    ask_wireguard,
    entries_for,
    networks,
    networks_of,
    tailscale_peers,
    wireguard_peers,
)

ROWS = [
    ("lo", "127.0.0.1", "255.0.0.0"),
    ("eth0", "192.168.1.20", "255.255.255.0"),
    ("wlan0", "10.1.17.3", "255.255.240.0"),
    ("docker0", "172.17.0.1", "255.255.0.0"),
    ("br-0123456789ab", "172.18.0.1", "255.255.0.0"),
    ("podman0", "10.88.0.1", "255.255.0.0"),
    ("virbr0", "192.168.122.1", "255.255.255.0"),
    ("vEthernet (WSL)", "172.28.0.1", "255.255.240.0"),
    ("tailscale0", "100.101.7.9", "255.255.255.255"),
    ("utun4", "100.90.1.2", ""),
    ("wg0", "10.99.0.1", "255.255.255.0"),
    ("odd", "10.50.0.1", "255.255.255.0"),
    ("tun0", "10.8.0.2", "255.255.255.0"),
]


def test_what_each_interface_is() -> None:
    machine = FakeMachine(kinds={"odd": InterfaceKind.WIREGUARD})
    found = {each.interface: each for each in networks_of(ROWS, machine)}
    assert {name: each.kind for name, each in found.items()} == {
        "lo": NetworkKind.LOOPBACK,
        "eth0": NetworkKind.LAN,
        "wlan0": NetworkKind.LAN,
        "docker0": NetworkKind.CONTAINERS,
        "br-0123456789ab": NetworkKind.CONTAINERS,
        "podman0": NetworkKind.CONTAINERS,
        "virbr0": NetworkKind.CONTAINERS,
        "vEthernet (WSL)": NetworkKind.CONTAINERS,
        "tailscale0": NetworkKind.TAILSCALE,
        "utun4": NetworkKind.TAILSCALE,
        "wg0": NetworkKind.WIREGUARD,
        "odd": NetworkKind.WIREGUARD,
        "tun0": NetworkKind.VPN,
    }
    assert found["docker0"].label == "docker0 (Docker), 172.17.0.0/16"
    assert found["eth0"].label == "eth0, 192.168.1.0/24"


def test_what_is_no_network_of_anybody_is_left_out() -> None:
    rows = [
        ("a", "169.254.7.7", "255.255.0.0"),
        ("b", "0.0.0.0", "0.0.0.0"),
        ("c", "10.0.0.1", "0.0.0.0"),
        ("d", "none", ""),
        ("e", "10.0.0.1", "255.0.255.0"),
        *((f"veth{n}", f"10.0.{n}.1", "255.255.255.0") for n in range(300)),
    ]
    assert len(networks_of(rows, FakeMachine())) == subject.MOST_NETWORKS
    (evil,) = networks_of([("e\x1b[31m", "10.0.0.1", "255.0.0.0")], FakeMachine())
    assert evil.interface.isprintable()


def test_this_machine_has_loopback() -> None:
    found = networks(SystemMachine())
    assert ipaddress.IPv4Address("127.0.0.1") in {each.address for each in found if each.kind is NetworkKind.LOOPBACK}


@pytest.mark.parametrize(
    ("network", "entries", "wider"),
    [
        ("192.168.1.0/24", ("192.168.1.*",), False),
        ("10.0.0.0/8", ("10.*",), False),
        ("10.99.0.7/32", ("10.99.0.7",), False),
        ("10.1.16.0/20", tuple(f"10.1.{n}.*" for n in range(16, 32)), False),
        ("10.0.0.8/29", tuple(f"10.0.0.{n}" for n in range(8, 16)), False),
        ("10.1.0.0/17", ("10.1.*",), True),
        ("192.168.1.128/25", ("192.168.1.*",), True),
        ("96.0.0.0/3", tuple(f"{n}.*" for n in range(96, 128)), False),
    ],
)
def test_networks_in_the_lists_words(network: str, entries: tuple[str, ...], wider: bool) -> None:
    assert entries_for(ipaddress.IPv4Network(network)) == Entries(entries, wider)


def test_tailscales_peers() -> None:
    peers = {
        "nodekey:1": {"DNSName": "nas.tail1.ts.net.", "TailscaleIPs": ["fd7a::1", "100.101.7.9"], "Online": True},
        "nodekey:2": {"HostName": "old\x1b[31m", "TailscaleIPs": ["100.80.1.1"], "Online": False},
        "nodekey:3": {"DNSName": "six.", "TailscaleIPs": ["fd7a::2"]},
        "nodekey:4": {"TailscaleIPs": None},
        "nodekey:5": None,
        "nodekey:6": {"TailscaleIPs": ["100.80.1.2; rm -rf /", 7]},
    }
    found = tailscale_peers({"BackendState": "Running", "Peer": peers})
    assert [(each.name.replace("\N{REPLACEMENT CHARACTER}", "?"), each.address, each.online) for each in found] == [
        ("nas", "100.101.7.9", True),
        ("old?[31m", "100.80.1.1", False),
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["Peer", "TailscaleIPs", "DNSName", "a"]), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_no_status_makes_it_fail(status: object) -> None:
    assert all(ipaddress.IPv4Address(each.address) for each in tailscale_peers(status))


def test_wireguards_peers_without_their_keys() -> None:
    output = (
        "wg0\tOigJKEYKEYKEY=\t10.99.0.2/32 10.0.0.0/24\nwg0\tSECOND=\t10.99.0.3/32 fd00::3/128\n"
        "wg1\tTHIRD=\t(none)\nwg1\tFOURTH=\t10.99.0.2/32\nnonsense\n\t\t\n"
    )
    assert wireguard_peers(output) == (Peer("a peer on wg0", "10.99.0.2"), Peer("a peer on wg0", "10.99.0.3"))
    assert (
        len(wireguard_peers("\n".join(f"wg0\tk\t10.0.{n // 250}.{n % 250}/32" for n in range(900))))
        == subject.MOST_PEERS
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX")
async def test_wireguard_is_asked_for_addresses_and_never_for_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "wg"
    program.write_text('#!/bin/sh\n[ "$*" = "show all allowed-ips" ] && printf "wg0\\tKEY\\t10.99.0.2/32\\n"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert await ask_wireguard(ManualClock()) == (Peer("a peer on wg0", "10.99.0.2"),)
